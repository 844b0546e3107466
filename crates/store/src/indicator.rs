//! Rows of indicators. Each is looked up together with its incident, which the caller has found for
//! the reader.

use std::fmt::Write as _;

use holdfast_domain::{
    Actor, IncidentId, IndicatorId, OrgId, Timestamp,
    indicator::{Indicator, IndicatorFields, IndicatorKind},
};

use crate::{
    Db, Queryable, Result, Tx,
    finding::{Findings, page, value_key},
    incident::VISIBLE,
    search::{self, Doc},
};

const COLUMNS: &str = "SELECT f.id, f.incident_id, f.kind, f.value, f.tlp, f.confidence, f.description, f.first_seen,
    f.last_seen, f.archived_at, f.version, f.created_at, c.name AS created_by_name, f.updated_at, u.name
    AS updated_by_name FROM indicators f
    JOIN people c ON c.id = f.created_by JOIN people u ON u.id = f.updated_by";

/// One of an incident, archived or not.
///
/// # Errors
/// When the database refuses.
pub async fn find<'a>(
    on: impl Queryable<'a>,
    org: OrgId,
    incident: IncidentId,
    id: IndicatorId,
) -> Result<Option<Indicator>> {
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
    after: Option<IndicatorId>,
    limit: i64,
) -> Result<Vec<Indicator>> {
    let statement = on
        .query_built(format!("{COLUMNS} {}", page(Findings::Indicators, after.is_none(), limit)))
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
    id: IndicatorId,
    fields: &IndicatorFields,
    now: Timestamp,
) -> Result<bool> {
    let added = tx
        .query(
            "INSERT INTO indicators (id, org_id, incident_id, kind, value, value_key, tlp, confidence,
             description, first_seen, last_seen, version, created_at, created_by, updated_at,
             updated_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $13, $12, $13)
             ON CONFLICT (incident_id, kind, value_key) WHERE archived_at IS NULL DO NOTHING",
        )
        .bind(id)
        .bind(actor.org_id)
        .bind(incident)
        .bind(fields.kind)
        .bind(fields.value.clone())
        .bind(value_key(fields.key()))
        .bind(fields.tlp)
        .bind(fields.confidence)
        .bind(fields.description.clone())
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
pub async fn update(
    tx: &mut Tx,
    actor: &Actor,
    seen: &Indicator,
    fields: &IndicatorFields,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE indicators SET kind = $5, value = $6, value_key = $7, tlp = $8, confidence = $9, description = $10,
                 first_seen = $11, last_seen = $12, version = version + 1, updated_at = $13, updated_by =
                 $14
             WHERE id = $1 AND org_id = $2 AND incident_id = $3 AND version = $4",
        )
        .bind(seen.id)
        .bind(actor.org_id)
        .bind(seen.incident_id)
        .bind(seen.version)
        .bind(fields.kind)
        .bind(fields.value.clone())
        .bind(value_key(fields.key()))
        .bind(fields.tlp)
        .bind(fields.confidence)
        .bind(fields.description.clone())
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
pub async fn set_archived(
    tx: &mut Tx,
    actor: &Actor,
    seen: &Indicator,
    archived: bool,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .query(
            "UPDATE indicators SET archived_at = $5, version = version + 1, updated_at = $6, updated_by = $7
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

/// An indicator in one of the incidents that the reader may see.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Sighting {
    /// The indicator.
    #[sqlx(flatten)]
    pub indicator: Indicator,
    /// Its incident's reference.
    pub incident_reference: String,
    /// Its incident's title.
    pub incident_title: String,
}

/// Where the things that a text may mean were seen: the latest incidents that the reader may see,
/// newest first.
///
/// # Errors
/// When the database refuses.
pub async fn across(db: &Db, actor: &Actor, things: &[(IndicatorKind, String)], limit: i64) -> Result<Vec<Sighting>> {
    if things.is_empty() {
        return Ok(Vec::new());
    }
    let columns = COLUMNS.replace(
        " FROM indicators f",
        ", i.reference AS incident_reference, i.title AS incident_title FROM indicators f",
    );
    let mut sql =
        format!("{columns} JOIN incidents i ON i.id = f.incident_id WHERE {VISIBLE} AND f.archived_at IS NULL AND (");
    for at in 0..things.len() {
        let or = if at == 0 { "" } else { " OR " };
        let _ = write!(sql, "{or}(f.org_id = $1 AND f.kind = ${} AND f.value_key = ${})", 2 * at + 3, 2 * at + 4);
    }
    let _ = write!(sql, ") ORDER BY f.created_at DESC, f.id DESC LIMIT {}", limit.clamp(1, 200));
    let mut statement = db.query_built(sql).bind(actor.org_id).bind(actor.person_id);
    for (kind, key) in things {
        statement = statement.bind(*kind).bind(value_key(key.clone()));
    }
    statement.fetch_all().await
}

const KIND: &str = "indicator";

async fn index(
    tx: &mut Tx,
    org_id: OrgId,
    incident_id: IncidentId,
    id: IndicatorId,
    fields: &IndicatorFields,
) -> Result<()> {
    let (title, body) = (fields.kind.shown(&fields.value), fields.description.clone());
    let doc = Doc { org_id, kind: KIND, object_id: id.0, incident_id, title: title.trim(), body: body.trim() };
    search::put(tx, &doc).await
}
