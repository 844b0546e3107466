//! Rows of the append-only log. Appending is the only change there is; the database itself refuses
//! any other.

use std::collections::BTreeSet;

use holdfast_domain::{IncidentId, OrgId, PersonId, Timestamp};

use crate::{Error, Queryable, Result, Tx};

pub use crate::ledger_append::{NewEntry, NewNode, NewOpening, insert_entry, insert_nodes, insert_openings};

/// Where the log ends.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LedgerHead {
    /// Entries in it.
    pub size: i64,
    /// Leaf hash of the latest; 32 zero bytes when empty.
    pub last_leaf: Vec<u8>,
    /// Time of the latest.
    pub last_at: Timestamp,
    /// Roots of its complete subtrees, largest first, 32 bytes each.
    pub frontier: Vec<u8>,
}

/// The signing key as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyRow {
    /// Name of the log and of the key.
    pub log_name: String,
    /// The public key, in the form that others check with.
    pub vkey: String,
    /// The private seed, encrypted.
    pub sealed_seed: Vec<u8>,
}

/// Starts an empty log with its key.
pub async fn start(tx: &mut Tx, org: OrgId, key: &KeyRow, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO ledger_keys (org_id, log_name, vkey, sealed_seed, created_at) VALUES ($1, $2, $3, $4, $5)";
    tx.query(sql).binds((org, key.log_name.clone(), key.vkey.clone(), key.sealed_seed.clone(), now)).execute().await?;
    let sql = "INSERT INTO ledger_heads (org_id, size, last_leaf, last_at, frontier) VALUES ($1, 0, $2, 0, $3)";
    tx.query(sql).binds((org, vec![0_u8; 32], Vec::<u8>::new())).run().await
}

/// The signing key.
pub async fn key<'a>(on: impl Queryable<'a>, org: OrgId) -> Result<Option<KeyRow>> {
    on.query("SELECT log_name, vkey, sealed_seed FROM ledger_keys WHERE org_id = $1").bind(org).fetch_optional().await
}

/// The head, and with it the right to append until the transaction ends: others wait.
///
/// # Errors
/// When the database refuses or the organisation has no log.
pub async fn lock_head(tx: &mut Tx, org: OrgId) -> Result<LedgerHead> {
    let sql = "UPDATE ledger_heads SET size = size WHERE org_id = $1 RETURNING size, last_leaf, last_at, frontier";
    tx.query(sql).bind(org).fetch_one().await
}

/// The head, for reading.
///
/// # Errors
/// When the database refuses or the organisation has no log.
pub async fn head<'a>(on: impl Queryable<'a>, org: OrgId) -> Result<LedgerHead> {
    let sql = "SELECT size, last_leaf, last_at, frontier FROM ledger_heads WHERE org_id = $1";
    on.query(sql).bind(org).fetch_one().await
}

/// Moves the head.
pub async fn set_head(tx: &mut Tx, org: OrgId, head: &LedgerHead) -> Result<()> {
    let sql = "UPDATE ledger_heads SET size = $2, last_leaf = $3, last_at = $4, frontier = $5 WHERE org_id = $1";
    tx.query(sql).binds((org, head.size, head.last_leaf.clone(), head.last_at, head.frontier.clone())).run().await
}

/// The hash of a complete subtree: a leaf at level 0, a stored node above.
///
/// # Errors
/// When the database refuses or there is no such subtree yet.
pub async fn node<'a>(on: impl Queryable<'a>, org: OrgId, level: i64, position: i64) -> Result<Vec<u8>> {
    if level == 0 {
        let sql = "SELECT leaf_hash FROM ledger_entries WHERE org_id = $1 AND seq = $2";
        on.query(sql).binds((org, position)).scalar().await
    } else {
        let sql = "SELECT hash FROM ledger_nodes WHERE org_id = $1 AND level = $2 AND position = $3";
        on.query(sql).binds((org, level, position)).scalar().await
    }
}

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EntryRow {
    /// Its place.
    pub seq: i64,
    /// Its leaf hash.
    pub leaf_hash: Vec<u8>,
    /// The exact bytes that were hashed.
    pub entry: String,
    /// What was done.
    pub kind: String,
    /// To what kind of object.
    pub subject_kind: String,
    /// Which object.
    pub subject_id: String,
    /// The handle of who acted; absent where the program itself did.
    pub actor_handle: Option<String>,
    /// Salt of what opens the name of who acted; absent where it was erased.
    pub name_salt: Option<Vec<u8>>,
    /// The name under which they acted; absent where it was erased.
    pub name_text: Option<String>,
    /// When.
    pub recorded_at: Timestamp,
}

pub(crate) const ENTRY: &str = "SELECT e.seq, e.leaf_hash, e.entry, e.kind, e.subject_kind, e.subject_id,
    p.handle AS actor_handle, n.salt AS name_salt, n.text AS name_text, e.recorded_at
    FROM ledger_entries e LEFT JOIN people p ON p.id = e.actor_id
    LEFT JOIN ledger_openings n ON n.org_id = e.org_id AND n.seq = e.seq AND n.field = 'actor.name'";

/// What was made of an organisation's rows, so that entries can be told apart that change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Metrics: of incidents and their times, by the settings of the organisation.
    Metrics,
    /// Everything about one incident.
    Incident(IncidentId),
}

/// Rows that metrics are made of are written by actions of these kinds alone.
const OF_METRICS: &str = "(kind LIKE 'incident.%' OR kind LIKE 'org.%' OR kind LIKE 'backup.%')";
/// All but what changes nothing that can be read of an incident, and what is about another incident. A
/// change of phase of another counts, and so does one that is undone, since it may be merged into this one.
const OF_INCIDENT: &str = "kind NOT IN ('report.rendered', 'report.opened', 'access.denied')
    AND kind NOT LIKE 'session.%' AND kind NOT LIKE 'token.%'
    AND (subject_kind <> 'incident' OR subject_id = $4 OR kind IN ('incident.phase_changed', 'incident.undone'))";

/// Whether an entry from a place on, until before another, may have changed what was made.
pub async fn touched<'a>(on: impl Queryable<'a>, org: OrgId, (from, to): (i64, i64), touch: &Touch) -> Result<bool> {
    let which = match touch {
        Touch::Metrics => OF_METRICS,
        Touch::Incident(_) => OF_INCIDENT,
    };
    let sql =
        format!("SELECT seq FROM ledger_entries WHERE org_id = $1 AND seq >= $2 AND seq < $3 AND {which} LIMIT 1");
    let statement = on.query_built(sql).binds((org, from)).bind(to);
    let found: Option<i64> = match touch {
        Touch::Metrics => statement,
        Touch::Incident(id) => statement.bind(id.to_string()),
    }
    .scalar_optional()
    .await?;
    Ok(found.is_some())
}

/// The incidents that entries from a place on, until before another, wrote as far as metrics count them: all
/// that [`Touch::Metrics`] is about but the settings.
///
/// # Errors
/// When the database refuses or such an entry names no incident.
pub async fn incidents_written<'a>(
    on: impl Queryable<'a>,
    org: OrgId,
    (from, to): (i64, i64),
) -> Result<BTreeSet<IncidentId>> {
    let sql = "SELECT subject_id FROM ledger_entries
        WHERE org_id = $1 AND seq >= $2 AND seq < $3 AND kind LIKE 'incident.%'";
    let rows: Vec<(String,)> = on.query(sql).binds((org, from, to)).fetch_all().await?;
    let id = |(id,): (String,)| id.parse().map_err(|_| Error::Unexpected(format!("an entry is about incident {id}")));
    rows.into_iter().map(id).collect()
}

/// Entries of the whole log, newest first, below `before`.
pub async fn newest<'a>(on: impl Queryable<'a>, org: OrgId, before: i64, limit: i64) -> Result<Vec<EntryRow>> {
    let sql = format!("{ENTRY} WHERE e.org_id = $1 AND e.seq < $2 ORDER BY e.seq DESC LIMIT $3");
    on.query_built(sql).binds((org, before, limit)).fetch_all().await
}

/// Entries about one object, newest first, below `before`.
pub async fn about<'a>(
    on: impl Queryable<'a>,
    org: OrgId,
    subject_kind: &str,
    subject_id: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<EntryRow>> {
    let sql = format!(
        "{ENTRY} WHERE e.org_id = $1 AND e.subject_kind = $2 AND e.subject_id = $3 AND e.seq < $4
         ORDER BY e.seq DESC LIMIT $5"
    );
    on.query_built(sql).binds((org, subject_kind.to_owned(), subject_id.to_owned(), before, limit)).fetch_all().await
}

/// An entry of this person's own.
pub async fn own_entry<'a>(on: impl Queryable<'a>, org: OrgId, person: PersonId, seq: i64) -> Result<Option<EntryRow>> {
    let sql = format!("{ENTRY} WHERE e.org_id = $1 AND e.seq = $2 AND e.actor_id = $3");
    on.query_built(sql).binds((org, seq, person)).fetch_optional().await
}

/// What opens the commitments of one entry.
pub async fn openings<'a>(on: impl Queryable<'a>, org: OrgId, seq: i64) -> Result<Vec<OpeningRow>> {
    let sql = "SELECT seq, field, salt, text FROM ledger_openings WHERE org_id = $1 AND seq = $2";
    on.query(sql).binds((org, seq)).fetch_all().await
}

/// Entries from a place on, oldest first.
pub async fn entries<'a>(on: impl Queryable<'a>, org: OrgId, from: i64, limit: i64) -> Result<Vec<EntryRow>> {
    let sql = format!("{ENTRY} WHERE e.org_id = $1 AND e.seq >= $2 ORDER BY e.seq LIMIT $3");
    on.query_built(sql).binds((org, from, limit)).fetch_all().await
}

/// The entry at a place.
pub async fn entry<'a>(on: impl Queryable<'a>, org: OrgId, seq: i64) -> Result<Option<EntryRow>> {
    on.query_built(format!("{ENTRY} WHERE e.org_id = $1 AND e.seq = $2")).binds((org, seq)).fetch_optional().await
}

/// What opens a commitment.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OpeningRow {
    /// The entry.
    pub seq: i64,
    /// The field.
    pub field: String,
    /// The salt.
    pub salt: Vec<u8>,
    /// The text.
    pub text: String,
}

/// What opens the commitments of the entries about one object, between two places (both included).
pub async fn openings_about<'a>(
    on: impl Queryable<'a>,
    org: OrgId,
    subject_kind: &str,
    subject_id: &str,
    first: i64,
    last: i64,
) -> Result<Vec<OpeningRow>> {
    // Not a join: SQLite would carry the two places over to the texts and read every text of the log that
    // lies between them.
    let sql = "SELECT o.seq, o.field, o.salt, o.text FROM ledger_openings o
        WHERE o.org_id = $1 AND o.seq IN (
            SELECT e.seq FROM ledger_entries e
            WHERE e.org_id = $1 AND e.subject_kind = $2 AND e.subject_id = $3 AND e.seq BETWEEN $4 AND $5)
        ORDER BY o.seq, o.field";
    on.query(sql).binds((org, subject_kind.to_owned(), subject_id.to_owned(), first, last)).fetch_all().await
}

/// Entries whose openings one statement asks for.
const TOGETHER: usize = 100;

/// What opens the commitments of the entries at these places.
pub async fn openings_at(on: &crate::Db, org: OrgId, places: &[i64]) -> Result<Vec<OpeningRow>> {
    let mut found = Vec::new();
    for places in places.chunks(TOGETHER) {
        let list: Vec<String> = (2..2 + places.len()).map(|number| format!("${number}")).collect();
        let sql = format!(
            "SELECT seq, field, salt, text FROM ledger_openings WHERE org_id = $1 AND seq IN ({})",
            list.join(", ")
        );
        let asked = on.query_built(sql).bind(org);
        found.extend(places.iter().fold(asked, |asked, seq| asked.bind(*seq)).fetch_all::<OpeningRow>().await?);
    }
    Ok(found)
}

/// The signed checkpoint at a size, if one was made.
pub async fn checkpoint<'a>(on: impl Queryable<'a>, org: OrgId, size: i64) -> Result<Option<String>> {
    let sql = "SELECT note FROM ledger_checkpoints WHERE org_id = $1 AND size = $2";
    on.query(sql).binds((org, size)).scalar_optional().await
}

/// Keeps a signed checkpoint; one at the same size that is there already stays.
pub async fn insert_checkpoint(db: &crate::Db, org: OrgId, size: i64, note: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO ledger_checkpoints (org_id, size, note, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org_id, size) DO NOTHING";
    db.alone(sql).binds((org, size, note.to_owned(), now)).run().await
}

/// The signed checkpoints, smallest first.
pub async fn checkpoints<'a>(on: impl Queryable<'a>, org: OrgId) -> Result<Vec<String>> {
    on.query("SELECT note FROM ledger_checkpoints WHERE org_id = $1 ORDER BY size").bind(org).scalars().await
}

/// The signed checkpoint of the greatest size.
pub async fn newest_checkpoint<'a>(on: impl Queryable<'a>, org: OrgId) -> Result<Option<String>> {
    let sql = "SELECT note FROM ledger_checkpoints WHERE org_id = $1 ORDER BY size DESC LIMIT 1";
    on.query(sql).bind(org).scalar_optional().await
}
