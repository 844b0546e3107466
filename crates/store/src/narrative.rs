//! Rows of what is written for reports. Reached only through an incident that the reader's own query
//! has found.

use holdfast_domain::{
    Actor, IncidentId, RecommendationId, Timestamp,
    narrative::{Narrative, NarrativeFields, Recommendation, RecommendationFields},
};

use crate::{
    Error, Queryable, Result, Tx,
    search::{self, Doc},
};

#[derive(sqlx::FromRow)]
struct Row {
    texts: String,
    version: i64,
    updated_at: Timestamp,
    updated_by_name: String,
}

/// The texts; of none, when nothing was written yet.
///
/// # Errors
/// When the database refuses or the texts cannot be read.
pub async fn find<'a>(on: impl Queryable<'a>, incident: IncidentId) -> Result<Narrative> {
    let row: Option<Row> = on
        .query(
            "SELECT n.texts, n.version, n.updated_at, u.name AS updated_by_name FROM narratives n
             JOIN people u ON u.id = n.updated_by WHERE n.incident_id = $1",
        )
        .bind(incident)
        .fetch_optional()
        .await?;
    let Some(row) = row else { return Ok(Narrative::default()) };
    let fields = serde_json::from_str(&row.texts)
        .map_err(|error| Error::Unexpected(format!("narrative of {incident}: {error}")))?;
    let (updated_at, updated_by_name) = (Some(row.updated_at), Some(row.updated_by_name));
    Ok(Narrative { fields, version: row.version, updated_at, updated_by_name })
}

/// Replaces the texts when the version is still the one named; says whether it was.
///
/// # Errors
/// When the database refuses.
pub async fn put(
    tx: &mut Tx,
    actor: &Actor,
    incident: IncidentId,
    version: i64,
    fields: &NarrativeFields,
    now: Timestamp,
) -> Result<bool> {
    let texts = serde_json::to_string(fields).map_err(|error| Error::Unexpected(error.to_string()))?;
    let changed = tx
        .query(
            "INSERT INTO narratives (incident_id, org_id, texts, version, updated_at, updated_by)
             VALUES ($1, $2, $3, 1, $5, $6)
             ON CONFLICT (incident_id) DO UPDATE SET texts = excluded.texts, version = narratives.version + 1,
                 updated_at = excluded.updated_at, updated_by = excluded.updated_by
             WHERE narratives.version = $4",
        )
        .bind(incident)
        .bind(actor.org_id)
        .bind(texts)
        .bind(version)
        .bind(now)
        .bind(actor.person_id)
        .execute()
        .await?;
    if changed == 1 {
        let body: Vec<&str> = NarrativeFields::ALL.iter().map(|(name, ..)| fields.get(name)).collect();
        let doc = Doc {
            org_id: actor.org_id,
            kind: "narrative",
            object_id: incident.0,
            incident_id: incident,
            title: "Texts of the reports",
            body: &body.join("\n"),
        };
        search::put(tx, &doc).await?;
    }
    Ok(changed == 1)
}

const RECOMMENDATION: &str = "SELECT r.id, r.body, r.kind, r.owner, r.due_at, r.priority, r.tracker, r.done_at,
    r.archived, r.version, r.updated_at, u.name AS updated_by_name
    FROM recommendations r JOIN people u ON u.id = r.updated_by";

/// The recommendations of an incident that stand, in the order they were made.
///
/// # Errors
/// When the database refuses.
pub async fn recommendations<'a>(on: impl Queryable<'a>, incident: IncidentId) -> Result<Vec<Recommendation>> {
    let sql = format!("{RECOMMENDATION} WHERE r.incident_id = $1 AND r.archived = false ORDER BY r.position, r.id");
    on.query_built(sql).bind(incident).fetch_all().await
}

/// One recommendation of this incident, also one taken off the list.
///
/// # Errors
/// When the database refuses.
pub async fn recommendation<'a>(
    on: impl Queryable<'a>,
    incident: IncidentId,
    id: RecommendationId,
) -> Result<Option<Recommendation>> {
    let sql = format!("{RECOMMENDATION} WHERE r.id = $1 AND r.incident_id = $2");
    on.query_built(sql).bind(id).bind(incident).fetch_optional().await
}

/// Adds a recommendation behind those that are there.
///
/// # Errors
/// When the database refuses.
pub async fn add(
    tx: &mut Tx,
    actor: &Actor,
    incident: IncidentId,
    id: RecommendationId,
    fields: &RecommendationFields,
    now: Timestamp,
) -> Result<()> {
    let statement = tx
        .query(
            "INSERT INTO recommendations (id, org_id, incident_id, position, body, kind, owner, due_at, priority,
                 tracker, done_at, archived, version, created_at, created_by, updated_at, updated_by)
             VALUES ($1, $2, $3, (SELECT CAST(COALESCE(MAX(position), 0) + 1000 AS BIGINT) FROM recommendations
                 WHERE incident_id = $3), $4, $5, $6, $7, $8, $9, $10, false, 1, $11, $12, $11, $12)",
        )
        .bind(id)
        .bind(actor.org_id)
        .bind(incident);
    bound(statement, fields).bind(now).bind(actor.person_id).execute().await?;
    Ok(())
}

fn bound<'a>(statement: crate::db::Statement<'a>, fields: &RecommendationFields) -> crate::db::Statement<'a> {
    statement
        .bind(fields.body.clone())
        .bind(fields.kind)
        .bind(fields.owner.clone())
        .bind(fields.due_at)
        .bind(fields.priority)
        .bind(fields.tracker.clone())
        .bind(fields.done_at)
}

/// Replaces the fields, and whether it stands, when the version is still the one named; says whether it
/// was.
///
/// # Errors
/// When the database refuses.
pub async fn update(
    tx: &mut Tx,
    actor: &Actor,
    before: &Recommendation,
    fields: &RecommendationFields,
    archived: bool,
    now: Timestamp,
) -> Result<bool> {
    let statement = tx
        .query(
            "UPDATE recommendations SET body = $3, kind = $4, owner = $5, due_at = $6, priority = $7, tracker = $8,
                 done_at = $9, archived = $10, version = version + 1, updated_at = $11, updated_by = $12
             WHERE id = $1 AND version = $2",
        )
        .bind(before.id)
        .bind(before.version);
    let changed = bound(statement, fields).bind(archived).bind(now).bind(actor.person_id).execute().await?;
    Ok(changed == 1)
}
