//! Rows of the timeline. Reached only through an incident that the reader's own query has found.

use std::collections::HashMap;

use holdfast_domain::{
    Actor, EventId, IncidentId, Timestamp,
    event::{Event, EventFields, EventOrigin, EventTechnique},
    lifecycle::Stated,
    technique,
    time::{Precision, TimeSource},
};

use crate::{Queryable, Result, Tx, db::Statement, declared, incident::next_position, search};

#[derive(sqlx::FromRow)]
struct EventRow {
    #[sqlx(flatten)]
    event: Event,
    occurred_at: Option<Timestamp>,
    precision: Precision,
    time_source: TimeSource,
    zone: Option<String>,
    original: Option<String>,
}

#[derive(sqlx::FromRow)]
struct TechniqueRow {
    event_id: EventId,
    #[sqlx(flatten)]
    technique: EventTechnique,
}

impl EventRow {
    fn event(self, techniques: Vec<EventTechnique>) -> Event {
        let Self { mut event, occurred_at, precision, time_source: source, zone, original } = self;
        event.fields.occurred = occurred_at.map(|at| Stated { at, precision, source, zone, original });
        event.fields.techniques = techniques;
        event
    }
}

/// The columns that hold the fields; when it happened has five.
fn columns() -> impl Iterator<Item = &'static str> {
    let of_time = ["occurred_at", "precision", "time_source", "zone", "original"];
    declared::columns::<EventFields>().chain(of_time)
}

/// Binds what [`columns`] names.
fn bound<'a>(statement: Statement<'a>, fields: &EventFields) -> Statement<'a> {
    let occurred = fields.occurred.as_ref();
    declared::bound(statement, fields)
        .bind(occurred.map(|stated| stated.at))
        .bind(occurred.map_or(Precision::Estimated, |stated| stated.precision))
        .bind(occurred.map_or(TimeSource::User, |stated| stated.source))
        .bind(occurred.and_then(|stated| stated.zone.clone()))
        .bind(occurred.and_then(|stated| stated.original.clone()))
}

/// The beginning of a statement that reads events.
fn select() -> String {
    let fields: String = columns().map(|name| format!("e.{name}, ")).collect();
    format!(
        "SELECT e.id, e.position, {fields}e.origin, e.archived, e.version, e.created_at, c.display_name AS created_by_name,
             e.updated_at, u.display_name AS updated_by_name
         FROM events e JOIN people c ON c.id = e.created_by JOIN people u ON u.id = e.updated_by"
    )
}

/// The events of an incident that are on its timeline, by position.
pub async fn list(db: &crate::Db, incident: IncidentId) -> Result<Vec<Event>> {
    let sql = format!("{} WHERE e.incident_id = $1 AND e.archived = false ORDER BY e.position, e.id", select());
    let rows: Vec<EventRow> = db.query_built(sql).bind(incident).fetch_all().await?;
    let sql = "SELECT t.event_id, t.technique, t.tactic FROM event_techniques t JOIN events e ON e.id = t.event_id
        WHERE e.incident_id = $1 ORDER BY t.event_id, t.technique";
    let shown: Vec<TechniqueRow> = db.query(sql).bind(incident).fetch_all().await?;
    let mut techniques: HashMap<EventId, Vec<EventTechnique>> = HashMap::new();
    for row in shown {
        techniques.entry(row.event_id).or_default().push(row.technique);
    }
    let with_techniques = |row: EventRow| {
        let mine = techniques.remove(&row.event.id).unwrap_or_default();
        row.event(mine)
    };
    Ok(rows.into_iter().map(with_techniques).collect())
}

/// One event of this incident, on the timeline or taken off it.
pub async fn view(db: &crate::Db, incident: IncidentId, id: EventId) -> Result<Option<Event>> {
    let Some(row) = row(db, incident, id).await? else { return Ok(None) };
    Ok(Some(row.event(techniques_of(db, id).await?)))
}

/// The same, within an action.
pub async fn find(tx: &mut Tx, incident: IncidentId, id: EventId) -> Result<Option<Event>> {
    let Some(row) = row(&mut *tx, incident, id).await? else { return Ok(None) };
    Ok(Some(row.event(techniques_of(tx, id).await?)))
}

async fn row<'a>(on: impl Queryable<'a>, incident: IncidentId, id: EventId) -> Result<Option<EventRow>> {
    let sql = format!("{} WHERE e.id = $1 AND e.incident_id = $2", select());
    on.query_built(sql).bind(id).bind(incident).fetch_optional().await
}

async fn techniques_of<'a>(on: impl Queryable<'a>, id: EventId) -> Result<Vec<EventTechnique>> {
    let sql = "SELECT technique, tactic FROM event_techniques WHERE event_id = $1 ORDER BY technique";
    on.query(sql).bind(id).fetch_all().await
}

/// Adds an event behind those that are there; gives its position.
pub async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    incident: IncidentId,
    id: EventId,
    fields: &EventFields,
    origin: EventOrigin,
    now: Timestamp,
) -> Result<i64> {
    let position = next_position(tx, "events", incident).await?;
    let (names, places) = declared::inserted(columns(), 8);
    let sql = format!(
        "INSERT INTO events (id, org_id, incident_id, position, origin, archived, version, created_at, created_by,
             updated_at, updated_by, {names})
         VALUES ($1, $2, $3, $4, $5, false, 1, $6, $7, $6, $7, {places})"
    );
    let statement = tx.query_built(sql).binds((id, actor.org_id, incident, position, origin, now, actor.person_id));
    bound(statement, fields).run().await?;
    techniques(tx, actor, id, fields).await?;
    index(tx, actor, incident, id, fields).await?;
    Ok(position)
}

/// Replaces the fields when the version is still the one named; says whether it was.
pub async fn update(
    tx: &mut Tx,
    actor: &Actor,
    incident: IncidentId,
    event: &Event,
    fields: &EventFields,
    now: Timestamp,
) -> Result<bool> {
    let sql = format!(
        "UPDATE events SET {}, version = version + 1, updated_at = $4, updated_by = $5
         WHERE id = $1 AND incident_id = $2 AND version = $3",
        declared::assigned(columns(), 6)
    );
    let statement = tx.query_built(sql).binds((event.id, incident, event.version, now, actor.person_id));
    let changed = bound(statement, fields).execute_one().await?;
    if changed {
        tx.query("DELETE FROM event_techniques WHERE event_id = $1").bind(event.id).run().await?;
        techniques(tx, actor, event.id, fields).await?;
        if !event.archived {
            index(tx, actor, incident, event.id, fields).await?;
        }
    }
    Ok(changed)
}

/// Takes an event off the timeline, or puts it back, when the version is still the one named.
pub async fn set_archived(
    tx: &mut Tx,
    actor: &Actor,
    incident: IncidentId,
    event: &Event,
    archived: bool,
    now: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE events SET archived = $3, version = version + 1, updated_at = $4, updated_by = $5
        WHERE id = $1 AND version = $2";
    let changed = tx.query(sql).binds((event.id, event.version, archived, now, actor.person_id)).execute_one().await?;
    // What is off the timeline is not found either.
    if changed && archived {
        search::remove(tx, "event", event.id.0).await?;
    } else if changed {
        index(tx, actor, incident, event.id, &event.fields).await?;
    }
    Ok(changed)
}

async fn techniques(tx: &mut Tx, actor: &Actor, event: EventId, fields: &EventFields) -> Result<()> {
    for one in &fields.techniques {
        let sql = "INSERT INTO event_techniques (org_id, event_id, technique, tactic, attack_version)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (event_id, technique) DO UPDATE SET tactic = excluded.tactic";
        let (technique, tactic, version) = (one.technique.clone(), one.tactic.clone(), technique::VERSION.to_owned());
        tx.query(sql).binds((actor.org_id, event, technique, tactic, version)).run().await?;
    }
    Ok(())
}

async fn index(tx: &mut Tx, actor: &Actor, incident: IncidentId, id: EventId, fields: &EventFields) -> Result<()> {
    let ids: Vec<&str> = fields.techniques.iter().map(|one| one.technique.as_str()).collect();
    let body = format!("{} {} {}", fields.description, fields.source, ids.join(" "));
    let (org_id, object_id, title) = (actor.org_id, id.0, fields.title.as_str());
    search::put(tx, &search::Doc { org_id, kind: "event", object_id, incident_id: incident, title, body: &body }).await
}
