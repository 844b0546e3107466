//! Rows of incidents, their teams and their times. Every read names the reader: what a person may
//! not see is chosen away by the same query that would have found it.

use holdfast_domain::{
    Actor, IncidentId, OrgId, PersonId, Timestamp,
    incident::{Incident, IncidentFields, Member},
    lifecycle::{KeptTime, Milestone, MilestoneTime, Stated, Status},
    names::Names,
};

use crate::{Error, Queryable, Result, Tx, db::Statement, declared, search};

pub use crate::incident_list::{Cursor, list};

/// The condition that `i` is visible: `$1` is the organisation, `$2` the reader. Whether the reader's
/// role sees incidents at all is decided by `allow`, before the query.
pub(crate) const VISIBLE: &str = "i.org_id = $1 AND (i.restricted = false OR EXISTS (
    SELECT 1 FROM incident_members m WHERE m.incident_id = i.id AND m.person_id = $2))";

/// The columns that hold the fields, and what lists compare instead of them.
fn columns() -> impl Iterator<Item = &'static str> {
    declared::columns::<IncidentFields>().chain(["title_key", "service_keys"])
}

/// Binds what [`columns`] names.
fn bound<'a>(statement: Statement<'a>, fields: &IncidentFields) -> Statement<'a> {
    declared::bound(statement, fields).bind(title_key(&fields.title)).bind(service_keys(&fields.services))
}

/// The beginning of a statement that reads incidents whole.
fn select() -> String {
    let fields: String = declared::columns::<IncidentFields>().map(|name| format!("i.{name}, ")).collect();
    format!(
        "SELECT i.id, i.org_id, i.reference, i.status, {fields}o.display_name AS owner_name, i.restricted,
             x.reference AS merged_into, i.reopened_count, i.version, i.created_at, c.display_name AS created_by_name,
             i.updated_at, u.display_name AS updated_by_name
         FROM incidents i
         JOIN people c ON c.id = i.created_by
         JOIN people u ON u.id = i.updated_by
         LEFT JOIN people o ON o.id = i.owner_id
         LEFT JOIN incidents x ON x.id = i.merged_into_id AND (x.restricted = false OR EXISTS (
             SELECT 1 FROM incident_members y WHERE y.incident_id = x.id AND y.person_id = $2))"
    )
}

/// The incident with this reference or id, if the actor may see it.
pub async fn find<'a>(on: impl Queryable<'a>, actor: &Actor, reference: &str) -> Result<Option<Incident>> {
    let id = reference.parse::<IncidentId>();
    let column = if id.is_ok() { "id" } else { "reference" };
    let statement = on.query_built(format!("{} WHERE {VISIBLE} AND i.{column} = $3", select()));
    let statement = statement.binds((actor.org_id, actor.person_id));
    match id {
        Ok(id) => statement.bind(id),
        Err(_) => statement.bind(reference.to_owned()),
    }
    .fetch_optional()
    .await
}

/// A new incident.
#[derive(Clone, Debug)]
pub struct NewIncident<'a> {
    /// Its id.
    pub id: IncidentId,
    /// What people will call it.
    pub reference: &'a str,
    /// Its fields.
    pub fields: &'a IncidentFields,
    /// Whether it is restricted to its team.
    pub restricted: bool,
    /// When the organisation became aware, where that is known.
    pub detected_at: Option<Timestamp>,
}

/// Adds an incident in the state New.
pub async fn insert(tx: &mut Tx, actor: &Actor, new: &NewIncident<'_>, now: Timestamp) -> Result<()> {
    let (names, places) = declared::inserted(columns(), 8);
    let sql = format!(
        "INSERT INTO incidents (id, org_id, reference, restricted, detected_at, created_at, created_by, updated_at,
             updated_by, status, status_rank, ended, reopened_count, version, {names})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $6, $7, 'new', 0, false, 0, 1, {places})"
    );
    let statement = tx
        .query_built(sql)
        .binds((new.id, actor.org_id, new.reference.to_owned(), new.restricted, new.detected_at, now))
        .bind(actor.person_id);
    bound(statement, new.fields).execute().await?;
    index(tx, actor.org_id, new.id, new.reference, new.fields).await
}

/// Replaces the fields when the version is still the one named; says whether it was.
pub async fn update(
    tx: &mut Tx,
    actor: &Actor,
    incident: &Incident,
    fields: &IncidentFields,
    now: Timestamp,
) -> Result<bool> {
    let assigned = declared::assigned(columns(), 6);
    let sql = format!(
        "UPDATE incidents SET {assigned}, version = version + 1, updated_at = $4, updated_by = $5
         WHERE id = $1 AND org_id = $2 AND version = $3"
    );
    let statement = tx.query_built(sql).binds((incident.id, actor.org_id, incident.version, now, actor.person_id));
    let changed = bound(statement, fields).execute_one().await?;
    if changed && (fields.title != incident.fields.title || fields.summary != incident.fields.summary) {
        index(tx, actor.org_id, incident.id, &incident.reference, fields).await?;
    }
    Ok(changed)
}

/// What a change of state writes.
#[derive(Clone, Copy, Debug)]
pub struct StatusUpdate {
    /// The version that was seen.
    pub version: i64,
    /// The state to enter.
    pub to: Status,
    /// The incident it is merged into.
    pub merged_into: Option<IncidentId>,
    /// How many times more it was reopened: one less where that is undone.
    pub reopened: i64,
}

/// Changes the state when the version is still the one named; says whether it was.
pub async fn set_status(
    tx: &mut Tx,
    actor: &Actor,
    id: IncidentId,
    update: StatusUpdate,
    now: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE incidents SET status = $4, status_rank = $5, ended = $6, merged_into_id = $7,
            reopened_count = reopened_count + $8, version = version + 1, updated_at = $9, updated_by = $10
        WHERE id = $1 AND org_id = $2 AND version = $3";
    tx.query(sql)
        .binds((id, actor.org_id, update.version, update.to, update.to as i64, update.to.is_ended()))
        .binds((update.merged_into, update.reopened, now, actor.person_id))
        .execute_one()
        .await
}

/// Opens or restricts it, and counts a version, when the version is still the one named; says
/// whether it was. Also used, with the value it has, where only the times or the team change.
pub async fn set_restricted(
    tx: &mut Tx,
    actor: &Actor,
    id: IncidentId,
    version: i64,
    restricted: bool,
    now: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE incidents SET restricted = $4, version = version + 1, updated_at = $5, updated_by = $6
        WHERE id = $1 AND org_id = $2 AND version = $3";
    tx.query(sql).binds((id, actor.org_id, version, restricted, now, actor.person_id)).execute_one().await
}

/// The team, by name.
pub async fn members<'a>(on: impl Queryable<'a>, id: IncidentId) -> Result<Vec<Member>> {
    let sql = "SELECT m.person_id, p.display_name AS name, m.added_at
        FROM incident_members m JOIN people p ON p.id = m.person_id
        WHERE m.incident_id = $1 ORDER BY p.name, p.id";
    on.query(sql).bind(id).fetch_all().await
}

/// Adds a member; one who is there already stays.
///
/// # Errors
/// When the database refuses, or the incident or the person is of another organisation.
pub async fn add_member(tx: &mut Tx, actor: &Actor, id: IncidentId, person: PersonId, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO incident_members (org_id, incident_id, person_id, added_at, added_by)
        SELECT i.org_id, i.id, p.id, $4, $5 FROM incidents i JOIN people p ON p.org_id = i.org_id
        WHERE i.id = $2 AND p.id = $3 AND i.org_id = $1
        ON CONFLICT (incident_id, person_id) DO UPDATE SET added_at = incident_members.added_at";
    let added = tx.query(sql).binds((actor.org_id, id, person, now, actor.person_id)).execute_one().await?;
    if added { Ok(()) } else { Err(Error::Unexpected(format!("{person} cannot be on the team of {id}"))) }
}

/// Whether somebody is on the team.
pub async fn is_member<'a>(on: impl Queryable<'a>, id: IncidentId, person: PersonId) -> Result<bool> {
    let sql = "SELECT person_id FROM incident_members WHERE incident_id = $1 AND person_id = $2";
    let row: Option<PersonId> = on.query(sql).binds((id, person)).scalar_optional().await?;
    Ok(row.is_some())
}

/// Takes a member off the team.
pub async fn remove_member(tx: &mut Tx, id: IncidentId, person: PersonId) -> Result<()> {
    tx.query("DELETE FROM incident_members WHERE incident_id = $1 AND person_id = $2").binds((id, person)).run().await
}

/// Every time that was recorded, in the order of the response.
pub async fn times<'a>(on: impl Queryable<'a>, id: IncidentId) -> Result<Vec<MilestoneTime>> {
    let sql = "SELECT milestone, at, first_at, precision, source, zone, original, reason, recorded_at
        FROM incident_times WHERE incident_id = $1";
    let mut times: Vec<MilestoneTime> = on.query(sql).bind(id).fetch_all().await?;
    times.sort_unstable_by_key(|time| time.milestone);
    Ok(times)
}

/// Every time that was recorded, with who did.
pub async fn kept_times(tx: &mut Tx, id: IncidentId) -> Result<Vec<KeptTime>> {
    let sql = "SELECT milestone, at, first_at, precision, source, zone, original, reason, recorded_at, recorded_by
        FROM incident_times WHERE incident_id = $1";
    tx.query(sql).bind(id).fetch_all().await
}

/// Makes a time what it was before a change that is undone: nothing, or as it was kept.
pub async fn put_back_time(
    tx: &mut Tx,
    actor: &Actor,
    id: IncidentId,
    milestone: Milestone,
    kept: Option<KeptTime>,
) -> Result<()> {
    tx.query("DELETE FROM incident_times WHERE incident_id = $1 AND milestone = $2")
        .binds((id, milestone))
        .execute()
        .await?;
    if milestone == Milestone::Detect {
        set_detected(tx, id, kept.as_ref().and_then(|kept| kept.time.at)).await?;
    }
    let Some(KeptTime { time, recorded_by }) = kept else { return Ok(()) };
    let sql =
        "INSERT INTO incident_times (org_id, incident_id, milestone, at, first_at, precision, source, zone, original,
            reason, recorded_at, recorded_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    tx.query(sql)
        .binds((actor.org_id, id, milestone, time.at, time.first_at, time.precision, time.source))
        .binds((time.zone, time.original, time.reason, time.recorded_at, recorded_by))
        .run()
        .await
}

/// Sets a time; its first time stays.
pub async fn put_time(
    tx: &mut Tx,
    actor: &Actor,
    id: IncidentId,
    milestone: Milestone,
    stated: &Stated,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let sql =
        "INSERT INTO incident_times (org_id, incident_id, milestone, at, first_at, precision, source, zone, original,
            reason, recorded_at, recorded_by)
        VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (incident_id, milestone) DO UPDATE SET at = excluded.at, precision = excluded.precision,
            source = excluded.source, zone = excluded.zone, original = excluded.original, reason = excluded.reason,
            recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by";
    tx.query(sql)
        .binds((actor.org_id, id, milestone, stated.at, stated.precision, stated.source, stated.zone.clone()))
        .binds((stated.original.clone(), reason.map(str::to_owned), now, actor.person_id))
        .execute()
        .await?;
    if milestone == Milestone::Detect {
        set_detected(tx, id, Some(stated.at)).await?
    }
    Ok(())
}

/// Takes a time back; its first time stays.
pub async fn clear_time(
    tx: &mut Tx,
    actor: &Actor,
    id: IncidentId,
    milestone: Milestone,
    now: Timestamp,
) -> Result<()> {
    let sql = "UPDATE incident_times SET at = NULL, recorded_at = $3, recorded_by = $4
        WHERE incident_id = $1 AND milestone = $2 AND at IS NOT NULL";
    tx.query(sql).binds((id, milestone, now, actor.person_id)).execute().await?;
    if milestone == Milestone::Detect {
        set_detected(tx, id, None).await?
    }
    Ok(())
}

/// The list shows the time of detection, so the incident's own row repeats it.
async fn set_detected(tx: &mut Tx, id: IncidentId, at: Option<Timestamp>) -> Result<()> {
    tx.query("UPDATE incidents SET detected_at = $2 WHERE id = $1").bind(id).bind(at).run().await
}

/// The position behind the rows that an incident has in a table whose rows people put in order.
pub(crate) async fn next_position(tx: &mut Tx, table: &'static str, incident: IncidentId) -> Result<i64> {
    let sql = format!("SELECT CAST(COALESCE(MAX(position), 0) + 1000 AS BIGINT) FROM {table} WHERE incident_id = $1");
    tx.query_built(sql).bind(incident).scalar().await
}

/// How titles sort: by code point of the lower-case text, the same on every database.
pub(crate) fn title_key(title: &str) -> String {
    title.trim().to_lowercase().chars().take(120).collect()
}

/// The names of services as the list's filter finds them: each in lower case between two ends of lines.
fn service_keys(services: &Names) -> String {
    services.as_slice().iter().map(|name| service_key(name)).collect()
}

/// One of them. A name has one line, so that no other name can hold it.
pub(crate) fn service_key(name: &str) -> String {
    format!("\n{}\n", Names::key(name))
}

async fn index(tx: &mut Tx, org_id: OrgId, id: IncidentId, reference: &str, fields: &IncidentFields) -> Result<()> {
    let title = format!("{reference} {}", fields.title);
    let doc = search::Doc {
        org_id,
        kind: "incident",
        object_id: id.0,
        incident_id: id,
        title: &title,
        body: &fields.summary,
    };
    search::put(tx, &doc).await
}
