//! Rows of what is written for reports. Reached only through an incident that the reader's own query
//! has found.

use holdfast_domain::{
    Actor, Fields as _, IncidentId, Timestamp,
    narrative::{Narrative, NarrativeFields},
};

use crate::{Error, Queryable, Result, Tx, search};

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
    let sql = "SELECT n.texts, n.version, n.updated_at, u.display_name AS updated_by_name FROM narratives n
        JOIN people u ON u.id = n.updated_by WHERE n.incident_id = $1";
    let row: Option<NarrativeRow> = on.query(sql).bind(incident).fetch_optional().await?;
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
    let sql = "INSERT INTO narratives (incident_id, org_id, texts, version, updated_at, updated_by)
        VALUES ($1, $2, $3, 1, $5, $6)
        ON CONFLICT (incident_id) DO UPDATE SET texts = excluded.texts, version = narratives.version + 1,
            updated_at = excluded.updated_at, updated_by = excluded.updated_by
        WHERE narratives.version = $4";
    let changed =
        tx.query(sql).binds((incident, actor.org_id, texts, version, now, actor.person_id)).execute_one().await?;
    if changed {
        let body: Vec<String> = NarrativeFields::FIELDS.iter().map(|field| fields.text(field.name)).collect();
        let (org_id, object_id, title, body) = (actor.org_id, incident.0, "Texts of the reports", body.join("\n"));
        let doc = search::Doc { org_id, kind: "narrative", object_id, incident_id: incident, title, body: &body };
        search::put(tx, &doc).await?;
    }
    Ok(changed)
}
