//! The log as a filtered list: by author, incident, kind and time. Each filter walks an index in the order of the
//! log, and entries that the reader may not see are left out here, so that neither a row nor the length of a page
//! says that there are any. How an id of text becomes one of an incident, and by which index to walk, is what the two databases say differently.

use holdfast_domain::{Actor, IncidentId, OrgId, Timestamp, ledger::By};

use crate::{
    Db, Queryable, Result,
    db::Statement,
    incident::VISIBLE,
    ledger::{ENTRY, EntryRow},
};

/// What narrows the list.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    /// Only those of this author.
    pub by: Option<By>,
    /// Only those about this incident, or that say something of it.
    pub incident: Option<IncidentId>,
    /// Leaves out those that only say something of it.
    pub only_about: bool,
    /// Only those of these kinds; none named is all.
    pub kinds: Vec<String>,
    /// The first place that counts.
    pub from: i64,
    /// The place after the last that counts.
    pub below: i64,
}

/// The place of the first entry that was recorded at or after a time. Times never fall along the log.
pub async fn first_at<'a>(on: impl Queryable<'a>, org: OrgId, at: Timestamp) -> Result<Option<i64>> {
    let sql = "SELECT seq FROM ledger_entries WHERE org_id = $1 AND recorded_at >= $2
        ORDER BY recorded_at, seq LIMIT 1";
    on.query(sql).binds((org, at)).scalar_optional().await
}

/// The subject's id as that of an incident, where it is one.
const fn subject(is_sqlite: bool) -> &'static str {
    if is_sqlite {
        "unhex(replace(e.subject_id, '-', ''))"
    } else {
        "CASE WHEN e.subject_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN e.subject_id::uuid END"
    }
}

/// That the reader may see everything that an entry is about.
fn seen(is_sqlite: bool) -> String {
    format!(
        "(e.subject_kind <> 'incident' OR EXISTS (SELECT 1 FROM incidents i WHERE i.id = {} AND {VISIBLE}))
         AND NOT EXISTS (SELECT 1 FROM ledger_concerns c WHERE c.org_id = e.org_id AND c.seq = e.seq
             AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.id = c.incident_id AND {VISIBLE}))",
        subject(is_sqlite)
    )
}

/// The statement. `$1` is the organisation, `$2` the reader, `$3` and `$4` the places, `$5` the limit; then come the
/// incident (as text and as an id), the author, and each kind, as far as they are asked for.
fn statement(narrow: &Narrow, is_sqlite: bool) -> String {
    let mut next = 5;
    let mut place = || {
        next += 1;
        format!("${next}")
    };
    let incident = narrow.incident.map(|_| (place(), (!narrow.only_about).then(&mut place).unwrap_or_default()));
    let by = narrow.by.map(|by| match by {
        By::Person(_) => format!("e.actor_id = {}", place()),
        By::System => "e.actor_id IS NULL".to_owned(),
    });
    let kinds: Vec<String> = narrow.kinds.iter().map(|_| place()).collect();
    let of_kind = (!kinds.is_empty()).then(|| format!("e.kind IN ({})", kinds.join(", ")));
    let also = |conditions: &[&Option<String>]| {
        conditions.iter().filter_map(|one| one.as_ref()).map(|one| format!(" AND {one}")).collect::<String>()
    };
    let (range, seen) = ("e.seq >= $3 AND e.seq < $4", seen(is_sqlite));
    // SQLite keeps no statistics here and would take the primary key; PostgreSQL knows better.
    let by_index = |name: &str| if is_sqlite { format!(" INDEXED BY ledger_{name}") } else { String::new() };
    let walk = |index: &str, which: &str, rest: String| {
        let index = if index.is_empty() { String::new() } else { by_index(index) };
        format!(
            "SELECT e.seq FROM ledger_entries e{index} WHERE e.org_id = $1{which} AND {range}{rest} AND {seen}
             ORDER BY e.seq DESC LIMIT $5"
        )
    };
    let walks = match (incident, &by) {
        (Some((text, id)), _) => {
            let rest = also(&[&by, &of_kind]);
            let concerns = format!(
                "SELECT e.seq FROM ledger_concerns k{} JOIN ledger_entries e ON e.org_id = k.org_id AND e.seq = k.seq
                 WHERE k.org_id = $1 AND k.incident_id = {id} AND k.seq >= $3 AND k.seq < $4{rest} AND {seen}
                 ORDER BY k.seq DESC LIMIT $5",
                by_index("concerns_by_incident")
            );
            let about = format!(" AND e.subject_kind = 'incident' AND e.subject_id = {text}");
            let about = walk("entries_by_subject", &about, rest);
            if narrow.only_about { vec![about] } else { vec![about, concerns] }
        }
        (None, Some(by)) => vec![walk("entries_by_actor", &format!(" AND {by}"), also(&[&of_kind]))],
        (None, None) if kinds.is_empty() => vec![walk("", "", String::new())],
        (None, None) => {
            let of = |kind: &String| walk("entries_by_kind", &format!(" AND e.kind = {kind}"), String::new());
            kinds.iter().map(of).collect()
        }
    };
    let walks: Vec<String> =
        walks.iter().enumerate().map(|(at, walk)| format!("SELECT w{at}.seq FROM ({walk}) w{at}")).collect();
    format!(
        "{ENTRY} WHERE e.org_id = $1 AND e.seq IN (
             SELECT w.seq FROM ({}) w ORDER BY w.seq DESC LIMIT $5)
         ORDER BY e.seq DESC",
        walks.join(" UNION ")
    )
}

fn bound<'d>(db: &'d Db, reader: &Actor, narrow: &Narrow, limit: i64, before: &str) -> Statement<'d> {
    let asked = db.query_built(format!("{before} {}", statement(narrow, db.is_sqlite())));
    let mut asked = asked.binds((reader.org_id, reader.person_id, narrow.from)).binds((narrow.below, limit));
    if let Some(incident) = narrow.incident {
        asked = asked.bind(incident.to_string());
        if !narrow.only_about {
            asked = asked.bind(incident);
        }
    }
    if let Some(By::Person(person)) = narrow.by {
        asked = asked.bind(person);
    }
    narrow.kinds.iter().fold(asked, |asked, kind| asked.bind(kind.clone()))
}

/// Entries that the reader may see, newest first.
pub async fn filtered(db: &Db, reader: &Actor, narrow: &Narrow, limit: i64) -> Result<Vec<EntryRow>> {
    bound(db, reader, narrow, limit, "").fetch_all().await
}

/// How the database would read them, in its own words.
pub async fn plan(db: &Db, reader: &Actor, narrow: &Narrow, limit: i64) -> Result<String> {
    bound(db, reader, narrow, limit, db.explain()).plan().await
}
