//! What assets, indicators and vulnerabilities share: which are the same thing, where else it was
//! seen, and how their lists go on.

use holdfast_domain::{
    Actor, IncidentId,
    indicator::{SeenIn, SeenIncident},
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{Db, Queryable, Result, incident::VISIBLE};

/// Which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Findings {
    /// `indicators`
    Indicators,
    /// `assets`
    Assets,
    /// `vulnerabilities`
    Vulnerabilities,
}

impl Findings {
    const fn table(self) -> &'static str {
        match self {
            Self::Indicators => "indicators",
            Self::Assets => "assets",
            Self::Vulnerabilities => "vulnerabilities",
        }
    }

    /// When two rows, `f` and `o`, are the same thing.
    const fn same(self) -> &'static str {
        match self {
            Self::Indicators | Self::Assets => "o.kind = f.kind AND o.value_key = f.value_key",
            Self::Vulnerabilities => "o.value_key = f.value_key",
        }
    }

    /// The order of its list.
    pub(crate) const fn order(self) -> &'static str {
        match self {
            Self::Indicators | Self::Assets => "kind, value_key, id",
            Self::Vulnerabilities => "value_key, id",
        }
    }
}

/// Bytes of a key that an index takes as they are.
const KEY_BYTES_MAX: usize = 300;

/// The key as it is indexed: a long one by its hash.
pub(crate) fn value_key(key: String) -> String {
    if key.len() <= KEY_BYTES_MAX { key } else { format!("sha256:{}", hex::encode(Sha256::digest(key.as_bytes()))) }
}

/// The condition and the order of a page of a list of `f`: `$1` the organisation, `$2` the incident,
/// `$3` whether the archived ones are meant, `$4` the row after which it begins, unless it is the first.
pub(crate) fn page(what: Findings, first: bool, limit: i64) -> String {
    let (table, order) = (what.table(), what.order());
    let columns = order.split(", ").map(|column| format!("f.{column}")).collect::<Vec<_>>().join(", ");
    let from = if first {
        String::new()
    } else {
        format!("AND ({columns}) > (SELECT {order} FROM {table} WHERE id = $4 AND incident_id = $2)")
    };
    format!(
        "WHERE f.org_id = $1 AND f.incident_id = $2 AND (f.archived_at IS NOT NULL) = $3 {from}
         ORDER BY {columns} LIMIT {limit}"
    )
}

/// Incidents named for each finding.
const NAMED_MAX: i64 = 5;

#[derive(sqlx::FromRow)]
struct SeenRow {
    id: Uuid,
    total: i64,
    reference: String,
    title: String,
}

/// For each thing of an incident that is not archived, the other incidents that the reader may see
/// and in which it is too; things that are nowhere else are left out. One query for them all, or for
/// the `one` that is named, archived or not.
///
/// # Errors
/// When the database refuses.
pub async fn seen_in<'a>(
    on: impl Queryable<'a>,
    actor: &Actor,
    incident: IncidentId,
    what: Findings,
    one: Option<Uuid>,
) -> Result<Vec<(Uuid, SeenIn)>> {
    let rows: Vec<SeenRow> = on
        .query_built(seen_statement(what))
        .bind(actor.org_id)
        .bind(actor.person_id)
        .bind(incident)
        .bind(one)
        .fetch_all()
        .await?;
    let mut seen: Vec<(Uuid, SeenIn)> = Vec::new();
    for row in rows {
        let incident = SeenIncident { reference: row.reference, title: row.title };
        match seen.last_mut() {
            Some((id, at)) if *id == row.id => at.latest.push(incident),
            _ => seen.push((row.id, SeenIn { count: row.total, latest: vec![incident] })),
        }
    }
    Ok(seen)
}

fn seen_statement(what: Findings) -> String {
    let (table, same) = (what.table(), what.same());
    format!(
        "SELECT s.id, s.total, s.reference, s.title FROM (
             SELECT f.id, i.reference, i.title, count(*) OVER (PARTITION BY f.id) AS total,
                 row_number() OVER (PARTITION BY f.id ORDER BY i.created_at DESC, i.id DESC) AS place
             FROM {table} f
             JOIN {table} o ON o.org_id = f.org_id AND {same} AND o.incident_id <> f.incident_id
                 AND o.archived_at IS NULL
             JOIN incidents i ON i.id = o.incident_id
             WHERE f.incident_id = $3 AND ($4 IS NULL AND f.archived_at IS NULL OR f.id = $4) AND {VISIBLE}
         ) s WHERE s.place <= {NAMED_MAX} ORDER BY s.id, s.place"
    )
}

/// The plan of [`seen_in`], for the test that holds it to its index.
///
/// # Errors
/// When the database refuses.
pub async fn plan(db: &Db, actor: &Actor, incident: IncidentId, what: Findings) -> Result<String> {
    let explain = if db.is_sqlite() { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
    let statement = db.query_built(format!("{explain} {}", seen_statement(what)));
    let statement = statement.bind(actor.org_id).bind(actor.person_id).bind(incident).bind(None::<Uuid>);
    if db.is_sqlite() {
        let rows: Vec<(i64, i64, i64, String)> = statement.fetch_all().await?;
        return Ok(rows.into_iter().map(|(_, _, _, detail)| detail).collect::<Vec<_>>().join("\n"));
    }
    let rows: Vec<(String,)> = statement.fetch_all().await?;
    Ok(rows.into_iter().map(|(line,)| line).collect::<Vec<_>>().join("\n"))
}

/// How many of each an incident has that are not archived: indicators, assets, vulnerabilities.
///
/// # Errors
/// When the database refuses.
pub async fn counts<'a>(on: impl Queryable<'a>, incident: IncidentId) -> Result<(i64, i64, i64)> {
    on.query(
        "SELECT (SELECT count(*) FROM indicators WHERE incident_id = $1 AND archived_at IS NULL),
             (SELECT count(*) FROM assets WHERE incident_id = $1 AND archived_at IS NULL),
             (SELECT count(*) FROM vulnerabilities WHERE incident_id = $1 AND archived_at IS NULL)",
    )
    .bind(incident)
    .fetch_one()
    .await
}
