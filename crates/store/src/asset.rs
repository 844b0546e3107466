//! Rows of assets. Each is looked up together with its incident, which the caller has found for
//! the reader.

use holdfast_domain::{
    Actor, AssetId, IncidentId, OrgId, Timestamp,
    asset::{Asset, AssetFields},
};

use crate::{
    Queryable, Result, Tx,
    finding::{Findings, page, value_key},
    search::{self, Doc},
};

const COLUMNS: &str = "SELECT f.id, f.incident_id, f.kind, f.name, f.identifier, f.owner, f.criticality, f.compromise,
    f.notes, f.first_seen, f.last_seen, f.archived_at, f.version, f.created_at, c.name AS
    created_by_name, f.updated_at, u.name AS updated_by_name
    FROM assets f JOIN people c ON c.id = f.created_by JOIN people u ON u.id = f.updated_by";

/// One of an incident, archived or not.
///
/// # Errors
/// When the database refuses.
pub async fn find<'a>(on: impl Queryable<'a>, org: OrgId, incident: IncidentId, id: AssetId) -> Result<Option<Asset>> {
    on.query_built(format!("{COLUMNS} WHERE f.org_id = $1 AND f.incident_id = $2 AND f.id = $3"))
        .bind(org)
        .bind(incident)
        .bind(id)
        .fetch_optional()
        .await
}

/// A page of those of an incident, in the order of their keys: at most `limit`, after the one named.
///
/// # Errors
/// When the database refuses.
pub async fn list<'a>(
    on: impl Queryable<'a>,
    org: OrgId,
    incident: IncidentId,
    archived: bool,
    after: Option<AssetId>,
    limit: i64,
) -> Result<Vec<Asset>> {
    let statement = on
        .query_built(format!("{COLUMNS} {}", page(Findings::Assets, after.is_none(), limit)))
        .bind(org)
        .bind(incident)
        .bind(archived);
    match after {
        Some(after) => statement.bind(after),
        None => statement,
    }
    .fetch_all()
    .await
}

/// Adds one unless the incident has the same already; says whether it did.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    incident: IncidentId,
    id: AssetId,
    fields: &AssetFields,
    now: Timestamp,
) -> Result<bool> {
    let added = tx
        .query(
            "INSERT INTO assets (id, org_id, incident_id, kind, name, identifier, value_key, owner, criticality,
             compromise, notes, first_seen, last_seen, version, created_at, created_by, updated_at,
             updated_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $15, $14, $15)
             ON CONFLICT (incident_id, kind, value_key) WHERE archived_at IS NULL DO NOTHING",
        )
        .bind(id)
        .bind(actor.org_id)
        .bind(incident)
        .bind(fields.kind)
        .bind(fields.name.clone())
        .bind(fields.identifier.clone())
        .bind(value_key(fields.key()))
        .bind(fields.owner.clone())
        .bind(fields.criticality)
        .bind(fields.compromise)
        .bind(fields.notes.clone())
        .bind(fields.first_seen)
        .bind(fields.last_seen)
        .bind(now)
        .bind(actor.person_id)
        .execute()
        .await?;
    if added == 1 {
        index(tx, actor.org_id, incident, id, fields).await?;
    }
    Ok(added == 1)
}

/// Replaces the fields when the version is still the one that was seen; says whether it was.
///
/// # Errors
/// [`crate::Error::Taken`] when the incident has the same already; when the database refuses.
pub async fn update(tx: &mut Tx, actor: &Actor, seen: &Asset, fields: &AssetFields, now: Timestamp) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE assets SET kind = $5, name = $6, identifier = $7, value_key = $8, owner = $9, criticality = $10,
                 compromise = $11, notes = $12, first_seen = $13, last_seen = $14, version = version + 1,
                 updated_at = $15, updated_by = $16
             WHERE id = $1 AND org_id = $2 AND incident_id = $3 AND version = $4",
        )
        .bind(seen.id)
        .bind(actor.org_id)
        .bind(seen.incident_id)
        .bind(seen.version)
        .bind(fields.kind)
        .bind(fields.name.clone())
        .bind(fields.identifier.clone())
        .bind(value_key(fields.key()))
        .bind(fields.owner.clone())
        .bind(fields.criticality)
        .bind(fields.compromise)
        .bind(fields.notes.clone())
        .bind(fields.first_seen)
        .bind(fields.last_seen)
        .bind(now)
        .bind(actor.person_id)
        .execute()
        .await?;
    if changed == 1 && seen.archived_at.is_none() {
        index(tx, actor.org_id, seen.incident_id, seen.id, fields).await?;
    }
    Ok(changed == 1)
}

/// Archives it or takes it back when the version is still the one that was seen; says whether it was.
///
/// # Errors
/// [`crate::Error::Taken`] when the incident has the same already; when the database refuses.
pub async fn set_archived(tx: &mut Tx, actor: &Actor, seen: &Asset, archived: bool, now: Timestamp) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE assets SET archived_at = $5, version = version + 1, updated_at = $6, updated_by = $7
             WHERE id = $1 AND org_id = $2 AND incident_id = $3 AND version = $4",
        )
        .bind(seen.id)
        .bind(actor.org_id)
        .bind(seen.incident_id)
        .bind(seen.version)
        .bind(archived.then_some(now))
        .bind(now)
        .bind(actor.person_id)
        .execute()
        .await?;
    if changed == 1 && archived {
        search::remove(tx, KIND, seen.id.0).await?;
    } else if changed == 1 {
        index(tx, actor.org_id, seen.incident_id, seen.id, &seen.fields).await?;
    }
    Ok(changed == 1)
}

const KIND: &str = "asset";

async fn index(tx: &mut Tx, org_id: OrgId, incident_id: IncidentId, id: AssetId, fields: &AssetFields) -> Result<()> {
    let (title, body) =
        (format!("{} {}", fields.name, fields.identifier), format!("{} {}", fields.owner, fields.notes));
    let doc = Doc { org_id, kind: KIND, object_id: id.0, incident_id, title: title.trim(), body: body.trim() };
    search::put(tx, &doc).await
}
