//! Rows of what is written for reports. Reached only through an incident that the reader's own query
//! has found.

use holdfast_domain::{
    Actor, Fields as _, IncidentId, Timestamp,
    narrative::{Narrative, NarrativeFields},
};

use crate::{
    Error, Queryable, Result, Tx,
    search::{self, Doc},
};

#[derive(sqlx::FromRow)]
struct NarrativeRow {
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
    let row: Option<NarrativeRow> = on
        .query(
            "SELECT n.texts, n.version, n.updated_at, u.display_name AS updated_by_name FROM narratives n
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
        let body: Vec<String> = NarrativeFields::FIELDS.iter().map(|field| fields.text(field.name)).collect();
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
