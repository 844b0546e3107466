//! Rows of evidence and of its custody. Reached through an incident that the reader's own query has
//! found, or by a query that chooses by the same rule.

use holdfast_domain::{
    Actor, CustodyId, EvidenceId, IncidentId, OrgId, PersonId, Timestamp,
    custody::CustodyKind,
    custody_state::State,
    evidence::{CustodyEntry, Details, Evidence, EvidenceFields, EvidenceStatus},
};

use crate::{Db, Error, Queryable, Result, Tx, incident::VISIBLE, search};

const COLUMNS: &str = "SELECT e.id, e.incident_id, i.reference AS incident_reference, e.label, e.kind, e.title,
    e.description, e.original_filename, e.make, e.model, e.serial_no AS serial, e.condition_marks, e.source_host, e.source_path,
    e.source_owner, e.tlp, e.malicious, e.contains_personal_data, e.retain_until, e.method, e.tool, e.tool_version,
    e.authority, e.witness, e.write_blocker, e.clock_offset_s, e.acquisition_notes, f.label AS copy_of, e.size_bytes, e.sha256, e.status,
    e.holder_id, h.display_name AS holder_name, e.offered_to_id, o.display_name AS offered_to_name, e.checked_out, e.seal_no,
    e.location, e.holds, e.altered, e.events, e.created_at, c.display_name AS created_by_name
    FROM evidence e
    JOIN incidents i ON i.id = e.incident_id
    JOIN people c ON c.id = e.created_by
    LEFT JOIN evidence f ON f.id = e.copy_of_id
    LEFT JOIN people h ON h.id = e.holder_id
    LEFT JOIN people o ON o.id = e.offered_to_id";

/// Everything of an incident, by label.
pub async fn list(db: &Db, incident: IncidentId) -> Result<Vec<Evidence>> {
    let sql = format!("{COLUMNS} WHERE e.incident_id = $1 ORDER BY e.created_at, e.id");
    db.query_built(sql).bind(incident).fetch_all().await
}

/// One item of this incident, by its label.
pub async fn find<'a>(on: impl Queryable<'a>, incident: IncidentId, label: &str) -> Result<Option<Evidence>> {
    let sql = format!("{COLUMNS} WHERE e.incident_id = $1 AND e.label = $2");
    on.query_built(sql).binds((incident, label.to_owned())).fetch_optional().await
}

/// What the register is asked for.
#[derive(Clone, Debug, Default)]
pub struct RegisterQuery {
    /// Only what is still here.
    pub in_custody: bool,
    /// Only what is under a legal hold.
    pub held: bool,
    /// Only what was not what it was when it was last verified.
    pub altered: bool,
    /// Where the page begins: the time and id of the last row before it.
    pub after: Option<(Timestamp, EvidenceId)>,
    /// Rows on a page.
    pub limit: i64,
}

/// A page of everything the actor may see, newest first.
pub async fn register(db: &Db, actor: &Actor, query: &RegisterQuery) -> Result<Vec<Evidence>> {
    let mut sql = format!("{COLUMNS} WHERE {VISIBLE} AND e.org_id = $1");
    if query.in_custody {
        sql.push_str(" AND e.status = 'in-custody'");
    }
    if query.held {
        sql.push_str(" AND e.holds > 0");
    }
    if query.altered {
        sql.push_str(" AND e.altered");
    }
    if query.after.is_some() {
        sql.push_str(" AND (e.created_at < $4 OR (e.created_at = $4 AND e.id < $5))");
    }
    sql.push_str(" ORDER BY e.created_at DESC, e.id DESC LIMIT $3");
    let statement = db.query_built(sql).binds((actor.org_id, actor.person_id, query.limit));
    match query.after {
        Some((at, id)) => statement.bind(at).bind(id).fetch_all().await,
        None => statement.fetch_all().await,
    }
}

/// Incidents that the actor may see in which custody was recorded from `from` until before `to`, by
/// their references.
pub async fn incidents_between(db: &Db, actor: &Actor, from: Timestamp, to: Timestamp) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT i.reference FROM incidents i WHERE {VISIBLE} AND EXISTS (
             SELECT 1 FROM custody_events c WHERE c.incident_id = i.id AND c.recorded_at >= $3 AND c.recorded_at < $4)
         ORDER BY i.reference"
    );
    db.query_built(sql).binds((actor.org_id, actor.person_id, from, to)).scalars().await
}

/// The labels of what was not what it was when it was last verified, in an incident.
pub async fn altered(db: &Db, incident: IncidentId) -> Result<Vec<String>> {
    let sql = "SELECT label FROM evidence WHERE incident_id = $1 AND altered ORDER BY created_at, id";
    db.query(sql).bind(incident).scalars().await
}

/// What has been offered to a person and waits for their answer, where they may see it.
pub async fn offered_to(db: &Db, actor: &Actor) -> Result<Vec<Evidence>> {
    let sql = format!("{COLUMNS} WHERE {VISIBLE} AND e.offered_to_id = $2 ORDER BY e.label");
    db.query_built(sql).bind(actor.org_id).bind(actor.person_id).fetch_all().await
}

/// A new item.
#[derive(Clone, Debug)]
pub struct NewEvidence<'a> {
    /// Its id.
    pub id: EvidenceId,
    /// The incident.
    pub incident: IncidentId,
    /// Its label.
    pub label: &'a str,
    /// What is said of it.
    pub fields: &'a EvidenceFields,
    /// Its file: the hash in hex and the bytes.
    pub file: Option<(String, i64)>,
    /// The item it was copied from.
    pub copy_of: Option<EvidenceId>,
}

/// Adds an item that nobody holds yet; its first event follows in the same transaction.
pub async fn insert(tx: &mut Tx, actor: &Actor, new: &NewEvidence<'_>, now: Timestamp) -> Result<()> {
    let (fields, file) = (new.fields, new.file.clone());
    let sql = "INSERT INTO evidence (id, org_id, incident_id, label, kind, title, description, original_filename, make,
            model, serial_no, condition_marks, source_host, source_path, source_owner, tlp, malicious,
            contains_personal_data, retain_until, method, tool, tool_version, authority, witness, write_blocker,
            clock_offset_s, acquisition_notes, size_bytes, sha256, status, checked_out, location, holds, altered,
            events, created_at, created_by, copy_of_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
            $23, $24, $25, $26, $27, $28, $29, 'in-custody', false, '', 0, false, 0, $30, $31, $32)";
    tx.query(sql)
        .binds((new.id, actor.org_id, new.incident, new.label.to_owned(), fields.kind, fields.title.clone()))
        .binds((fields.description.clone(), fields.original_filename.clone(), fields.make.clone()))
        .binds((fields.model.clone(), fields.serial.clone(), fields.condition_marks.clone()))
        .binds((fields.source_host.clone(), fields.source_path.clone(), fields.source_owner.clone()))
        .binds((fields.tlp, fields.malicious, fields.contains_personal_data, fields.retain_until))
        .binds((fields.method, fields.tool.clone(), fields.tool_version.clone(), fields.authority.clone()))
        .binds((fields.witness.clone(), fields.write_blocker.clone(), fields.clock_offset_s))
        .binds((fields.acquisition_notes.clone(), file.as_ref().map(|(_, size)| *size)))
        .binds((file.map(|(hash, _)| hash), now, actor.person_id, new.copy_of))
        .execute()
        .await?;
    let body = format!("{} {} {} {}", fields.description, fields.original_filename, fields.serial, fields.source_host);
    let title = format!("{} {}", new.label, fields.title);
    let (org_id, object_id, incident_id) = (actor.org_id, new.id.0, new.incident);
    search::put(tx, &search::Doc { org_id, kind: "evidence", object_id, incident_id, title: &title, body: &body }).await
}

#[derive(sqlx::FromRow)]
struct EvidenceRecord {
    id: CustodyId,
    seq: i64,
    kind: CustodyKind,
    actor_id: PersonId,
    actor_name: String,
    actor_handle: String,
    occurred_at: Timestamp,
    recorded_at: Timestamp,
    details: String,
}

/// The custody of an item, in the order recorded.
pub async fn custody<'a>(on: impl Queryable<'a>, evidence: EvidenceId) -> Result<Vec<CustodyEntry>> {
    let sql = "SELECT e.id, e.seq, e.kind, e.actor_id, p.name AS actor_name, p.handle AS actor_handle,
            e.occurred_at, e.recorded_at, e.details
        FROM custody_events e JOIN people p ON p.id = e.actor_id WHERE e.evidence_id = $1 ORDER BY e.seq";
    let rows: Vec<EvidenceRecord> = on.query(sql).bind(evidence).fetch_all().await?;
    rows.into_iter().map(entry).collect()
}

fn entry(row: EvidenceRecord) -> Result<CustodyEntry> {
    let unreadable = |error: &dyn std::fmt::Display| Error::Unexpected(format!("custody event {}: {error}", row.id));
    let details: Details = serde_json::from_str(&row.details).map_err(|error| unreadable(&error))?;
    let seq = u32::try_from(row.seq).map_err(|error| unreadable(&error))?;
    let (id, kind, actor_id) = (row.id, row.kind, row.actor_id);
    let (actor_name, actor_handle) = (row.actor_name, row.actor_handle);
    let (occurred_at, recorded_at) = (row.occurred_at, row.recorded_at);
    Ok(CustodyEntry { id, seq, kind, actor_id, actor_name, actor_handle, occurred_at, recorded_at, details })
}

/// A line of custody for the timeline of an incident.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CustodyRow {
    /// The item.
    pub label: String,
    /// What happened.
    pub kind: CustodyKind,
    /// When.
    pub occurred_at: Timestamp,
}

/// The newest five hundred things done with the evidence of an incident, in order; looking at it and
/// correcting records left out, and where it was put when it was registered: that is a part of its collection.
pub async fn timeline(db: &Db, incident: IncidentId) -> Result<Vec<CustodyRow>> {
    let sql = "SELECT label, kind, occurred_at FROM (
        SELECT e.label, c.kind, c.occurred_at, c.seq FROM custody_events c JOIN evidence e ON e.id = c.evidence_id
        WHERE c.incident_id = $1 AND c.kind NOT IN ('accessed', 'downloaded', 'corrected', 'offered', 'refused', 'withdrawn')
        AND NOT (c.kind = 'moved' AND c.seq = 2 AND EXISTS (SELECT 1 FROM custody_events f
            WHERE f.evidence_id = c.evidence_id AND f.seq = 1 AND f.recorded_at = c.recorded_at))
        ORDER BY c.occurred_at DESC, c.seq DESC LIMIT 500) newest ORDER BY occurred_at, seq";
    db.query(sql).bind(incident).fetch_all().await
}

/// Adds an event and what follows from it for the item; says whether it was the next in the chain.
pub async fn add_event(
    tx: &mut Tx,
    org: OrgId,
    item: (IncidentId, EvidenceId),
    entry: &CustodyEntry,
    state: &State,
    status: EvidenceStatus,
) -> Result<bool> {
    let details = serde_json::to_string(&entry.details).map_err(|error| Error::Unexpected(error.to_string()))?;
    let (incident, evidence) = item;
    // What was last read decides: a file that was put right is right.
    let altered = (entry.kind == CustodyKind::Verified).then_some(entry.details.hash_ok == Some(false));
    let sql = "UPDATE evidence SET status = $3, holder_id = $4, offered_to_id = $5, checked_out = $6, seal_no = $7,
            location = $8, holds = $9, altered = COALESCE($10, altered), events = $2 + 1
        WHERE id = $1 AND events = $2";
    let moved = tx
        .query(sql)
        .binds((evidence, i64::from(entry.seq) - 1, status, state.holder, state.offered_to))
        .binds((state.lender.is_some(), state.seal.clone(), state.location.clone().unwrap_or_default()))
        .binds((i64::try_from(state.holds.len()).unwrap_or(i64::MAX), altered))
        .execute()
        .await?;
    if moved != 1 {
        return Ok(false);
    }
    let sql = "INSERT INTO custody_events (id, org_id, incident_id, evidence_id, seq, kind, actor_id, occurred_at,
        recorded_at, details) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    tx.query(sql)
        .binds((entry.id, org, incident, evidence, i64::from(entry.seq), entry.kind, entry.actor_id))
        .binds((entry.occurred_at, entry.recorded_at, details))
        .execute()
        .await?;
    Ok(true)
}

/// Files of items that were disposed of, as far as no other item has them; whoever asks deletes them.
pub async fn unused_files(db: &Db, since: Timestamp) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT e.sha256 FROM evidence e
        JOIN custody_events c ON c.evidence_id = e.id AND c.kind = 'disposed' AND c.recorded_at >= $1
        WHERE e.status = 'disposed' AND e.sha256 IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM evidence o WHERE o.sha256 = e.sha256 AND o.status <> 'disposed')
        AND NOT EXISTS (SELECT 1 FROM reports r WHERE r.sha256 = e.sha256)";
    db.query(sql).bind(since).scalars().await
}

/// A file that a row names: a piece of evidence or an issued report.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct NamedFile {
    /// Its hash, which is its name.
    pub sha256: String,
    /// Its bytes.
    pub size: i64,
}

/// Every file that has to be there: what [`is_used`] answers for one, for all of them.
pub async fn named_files<'a>(on: impl Queryable<'a>) -> Result<Vec<NamedFile>> {
    let sql = "SELECT f.sha256, MAX(f.size) AS size FROM (
            SELECT sha256, COALESCE(size_bytes, 0) AS size FROM evidence
            WHERE sha256 IS NOT NULL AND status <> 'disposed'
            UNION ALL SELECT sha256, size_bytes AS size FROM reports) f
        GROUP BY f.sha256 ORDER BY f.sha256";
    on.query(sql).fetch_all().await
}

/// Whether any item that is not disposed of, or any report, has this file.
pub async fn is_used(db: &Db, sha256: &str) -> Result<bool> {
    let sql = "SELECT (SELECT COUNT(*) FROM evidence WHERE sha256 = $1 AND status <> 'disposed')
        + (SELECT COUNT(*) FROM reports WHERE sha256 = $1)";
    let count: i64 = db.query(sql).bind(sha256.to_owned()).scalar().await?;
    Ok(count > 0)
}
