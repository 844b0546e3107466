//! Rows of the timeline. Reached only through an incident that the reader's own query has found.

use std::collections::HashMap;

use holdfast_domain::{
    Actor, EventId, IncidentId, Timestamp,
    event::{Event, EventFields, EventOrigin, EventTechnique, Lane},
    lifecycle::Stated,
    technique,
    time::{Precision, TimeSource},
};

use crate::{
    Queryable, Result, Tx,
    search::{self, Doc},
};

#[derive(sqlx::FromRow)]
struct EventRow {
    id: EventId,
    position: i64,
    lane: Lane,
    title: String,
    description: String,
    source: String,
    occurred_at: Option<Timestamp>,
    occurred_end: Option<Timestamp>,
    precision: Precision,
    time_source: TimeSource,
    zone: Option<String>,
    original: Option<String>,
    learned_at: Option<Timestamp>,
    in_report: bool,
    origin: EventOrigin,
    archived: bool,
    version: i64,
    created_at: Timestamp,
    created_by_name: String,
    updated_at: Timestamp,
    updated_by_name: String,
}

#[derive(sqlx::FromRow)]
struct TechniqueRow {
    event_id: EventId,
    #[sqlx(flatten)]
    technique: EventTechnique,
}

impl EventRow {
    fn event(self, techniques: Vec<EventTechnique>) -> Event {
        let (precision, source, zone, original) = (self.precision, self.time_source, self.zone, self.original);
        let stated = |at| Stated { at, precision, source, zone, original };
        Event {
            id: self.id,
            position: self.position,
            fields: EventFields {
                lane: self.lane,
                title: self.title,
                description: self.description,
                source: self.source,
                occurred: self.occurred_at.map(stated),
                occurred_end: self.occurred_end,
                learned_at: self.learned_at,
                in_report: self.in_report,
                techniques,
            },
            origin: self.origin,
            archived: self.archived,
            version: self.version,
            created_at: self.created_at,
            created_by_name: self.created_by_name,
            updated_at: self.updated_at,
            updated_by_name: self.updated_by_name,
        }
    }
}

const COLUMNS: &str = "SELECT e.id, e.position, e.lane, e.title, e.description, e.source, e.occurred_at,
    e.occurred_end, e.precision, e.time_source, e.zone, e.original, e.learned_at, e.in_report, e.origin, e.archived, e.version,
    e.created_at, c.display_name AS created_by_name, e.updated_at, u.display_name AS updated_by_name
    FROM events e JOIN people c ON c.id = e.created_by JOIN people u ON u.id = e.updated_by";

/// The events of an incident that are on its timeline, by position.
pub async fn list(db: &crate::Db, incident: IncidentId) -> Result<Vec<Event>> {
    let sql = format!("{COLUMNS} WHERE e.incident_id = $1 AND e.archived = false ORDER BY e.position, e.id");
    let rows: Vec<EventRow> = db.query_built(sql).bind(incident).fetch_all().await?;
    let shown: Vec<TechniqueRow> = db
        .query(
            "SELECT t.event_id, t.technique, t.tactic FROM event_techniques t JOIN events e ON e.id = t.event_id
             WHERE e.incident_id = $1 ORDER BY t.event_id, t.technique",
        )
        .bind(incident)
        .fetch_all()
        .await?;
    let mut techniques: HashMap<EventId, Vec<EventTechnique>> = HashMap::new();
    for row in shown {
        techniques.entry(row.event_id).or_default().push(row.technique);
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let mine = techniques.remove(&row.id).unwrap_or_default();
            row.event(mine)
        })
        .collect())
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
    let sql = format!("{COLUMNS} WHERE e.id = $1 AND e.incident_id = $2");
    on.query_built(sql).bind(id).bind(incident).fetch_optional().await
}

async fn techniques_of<'a>(on: impl Queryable<'a>, id: EventId) -> Result<Vec<EventTechnique>> {
    on.query("SELECT technique, tactic FROM event_techniques WHERE event_id = $1 ORDER BY technique")
        .bind(id)
        .fetch_all()
        .await
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
    let (position,): (i64,) = tx
        .query("SELECT CAST(COALESCE(MAX(position), 0) + 1000 AS BIGINT) FROM events WHERE incident_id = $1")
        .bind(incident)
        .fetch_one()
        .await?;
    let statement = tx.query(
        "INSERT INTO events (id, org_id, incident_id, position, lane, title, description, source, occurred_at,
             precision, time_source, zone, original, occurred_end, learned_at, in_report, origin, archived, version,
             created_at, created_by, updated_at, updated_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, false, 1,
             $18, $19, $18, $19)",
    );
    let statement = statement.bind(id).bind(actor.org_id).bind(incident).bind(position);
    bound(statement, fields).bind(origin).bind(now).bind(actor.person_id).execute().await?;
    techniques(tx, actor, id, fields).await?;
    index(tx, actor, incident, id, fields).await?;
    Ok(position)
}

/// The values of the fields, in the order in which both statements name them.
fn bound<'a>(statement: crate::db::Statement<'a>, fields: &EventFields) -> crate::db::Statement<'a> {
    let occurred = fields.occurred.as_ref();
    statement
        .bind(fields.lane)
        .bind(fields.title.clone())
        .bind(fields.description.clone())
        .bind(fields.source.clone())
        .bind(occurred.map(|stated| stated.at))
        .bind(occurred.map_or(Precision::Estimated, |stated| stated.precision))
        .bind(occurred.map_or(TimeSource::User, |stated| stated.source))
        .bind(occurred.and_then(|stated| stated.zone.clone()))
        .bind(occurred.and_then(|stated| stated.original.clone()))
        .bind(fields.occurred_end)
        .bind(fields.learned_at)
        .bind(fields.in_report)
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
    let statement = tx.query(
        "UPDATE events SET lane = $4, title = $5, description = $6, source = $7, occurred_at = $8, precision = $9,
             time_source = $10, zone = $11, original = $12, occurred_end = $13, learned_at = $14, in_report = $15,
             version = version + 1, updated_at = $16, updated_by = $17
         WHERE id = $1 AND incident_id = $2 AND version = $3",
    );
    let statement = statement.bind(event.id).bind(incident).bind(event.version);
    let changed = bound(statement, fields).bind(now).bind(actor.person_id).execute().await?;
    if changed == 1 {
        tx.query("DELETE FROM event_techniques WHERE event_id = $1").bind(event.id).execute().await?;
        techniques(tx, actor, event.id, fields).await?;
        if !event.archived {
            index(tx, actor, incident, event.id, fields).await?;
        }
    }
    Ok(changed == 1)
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
    let changed = tx
        .query(
            "UPDATE events SET archived = $3, version = version + 1, updated_at = $4, updated_by = $5
             WHERE id = $1 AND version = $2",
        )
        .bind(event.id)
        .bind(event.version)
        .bind(archived)
        .bind(now)
        .bind(actor.person_id)
        .execute()
        .await?;
    // What is off the timeline is not found either.
    if changed == 1 && archived {
        search::remove(tx, "event", event.id.0).await?;
    } else if changed == 1 {
        index(tx, actor, incident, event.id, &event.fields).await?;
    }
    Ok(changed == 1)
}

async fn techniques(tx: &mut Tx, actor: &Actor, event: EventId, fields: &EventFields) -> Result<()> {
    for one in &fields.techniques {
        tx.query(
            "INSERT INTO event_techniques (org_id, event_id, technique, tactic, attack_version)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (event_id, technique) DO UPDATE SET tactic = excluded.tactic",
        )
        .bind(actor.org_id)
        .bind(event)
        .bind(one.technique.clone())
        .bind(one.tactic.clone())
        .bind(technique::VERSION.to_owned())
        .execute()
        .await?;
    }
    Ok(())
}

async fn index(tx: &mut Tx, actor: &Actor, incident: IncidentId, id: EventId, fields: &EventFields) -> Result<()> {
    let ids: Vec<&str> = fields.techniques.iter().map(|one| one.technique.as_str()).collect();
    let body = format!("{} {} {}", fields.description, fields.source, ids.join(" "));
    let doc = Doc {
        org_id: actor.org_id,
        kind: "event",
        object_id: id.0,
        incident_id: incident,
        title: &fields.title,
        body: &body,
    };
    search::put(tx, &doc).await
}
