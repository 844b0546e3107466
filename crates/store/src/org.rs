//! Rows of organisations, and their gapless counters.

use holdfast_domain::{
    OrgId, Timestamp,
    metric::{TargetHistory, TargetSet},
    org::{Logo, Org, OrgFields},
};

use crate::{Db, Error, Queryable, Result, Tx};

const COLUMNS: &str = "SELECT id, name, time_zone, targets, version, created_at FROM orgs";

#[derive(sqlx::FromRow)]
struct OrgRow {
    id: OrgId,
    name: String,
    time_zone: String,
    targets: Option<String>,
    version: i64,
    created_at: Timestamp,
}

fn org(row: OrgRow) -> Result<Org> {
    let unreadable = |error| Error::Unexpected(format!("targets of {}: {error}", row.id));
    let own: Option<TargetHistory> = row
        .targets
        .as_deref()
        .map(serde_json::from_str)
        .transpose()
        .map_err(|error: serde_json::Error| unreadable(error))?;
    let (id, name, time_zone, version, created_at) = (row.id, row.name, row.time_zone, row.version, row.created_at);
    Ok(Org { id, name, time_zone, targets: own.unwrap_or_default(), version, created_at })
}

fn kept(targets: &TargetHistory) -> Result<Option<String>> {
    let text = (!targets.is_empty()).then(|| serde_json::to_string(targets));
    text.transpose().map_err(|error| Error::Unexpected(error.to_string()))
}

/// Adds an organisation.
pub async fn insert(tx: &mut Tx, id: OrgId, fields: &OrgFields, now: Timestamp) -> Result<()> {
    let first = fields.targets.clone().map(|targets| TargetSet { from: now, targets });
    let targets = first.map(|set| TargetHistory::default().with(set, now)).unwrap_or_default();
    let sql = "INSERT INTO orgs (id, name, time_zone, targets, version, created_at, updated_at)
        VALUES ($1, $2, $3, $5, 1, $4, $4)";
    tx.query(sql).binds((id, fields.name.clone(), fields.time_zone.clone(), now, kept(&targets)?)).run().await
}

/// The organisation.
pub async fn find<'a>(on: impl Queryable<'a>, id: OrgId) -> Result<Option<Org>> {
    let row: Option<OrgRow> = on.query_built(format!("{COLUMNS} WHERE id = $1")).bind(id).fetch_optional().await?;
    row.map(org).transpose()
}

/// Every organisation's id, oldest first.
pub async fn ids<'a>(on: impl Queryable<'a>) -> Result<Vec<OrgId>> {
    on.query("SELECT id FROM orgs ORDER BY created_at, id").scalars().await
}

/// Replaces the fields when the version is still the one named; says whether it was.
pub async fn update(
    tx: &mut Tx,
    id: OrgId,
    version: i64,
    fields: &OrgFields,
    targets: &TargetHistory,
    now: Timestamp,
) -> Result<bool> {
    let sql = "UPDATE orgs SET name = $3, time_zone = $4, targets = $6, version = version + 1, updated_at = $5
        WHERE id = $1 AND version = $2";
    tx.query(sql)
        .binds((id, version, fields.name.clone(), fields.time_zone.clone(), now))
        .bind(kept(targets)?)
        .execute_one()
        .await
}

#[derive(sqlx::FromRow)]
struct LogoRow {
    png: Vec<u8>,
    sha256: String,
    width: i64,
    height: i64,
}

/// The organisation's logo, where it has one.
pub async fn logo<'a>(on: impl Queryable<'a>, org: OrgId) -> Result<Option<Logo>> {
    let sql = "SELECT png, sha256, width, height FROM org_logos WHERE org_id = $1";
    let row: Option<LogoRow> = on.query(sql).bind(org).fetch_optional().await?;
    Ok(row.map(|LogoRow { png, sha256, width, height }| Logo { png, sha256, width, height }))
}

/// The SHA-256 of the organisation's logo, where it has one.
pub async fn logo_sha256<'a>(on: impl Queryable<'a>, org: OrgId) -> Result<Option<String>> {
    on.query("SELECT sha256 FROM org_logos WHERE org_id = $1").bind(org).scalar_optional().await
}

/// Sets the logo in place of the one before.
pub async fn set_logo(tx: &mut Tx, org: OrgId, logo: &Logo, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO org_logos (org_id, png, sha256, width, height, set_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (org_id) DO UPDATE SET png = excluded.png, sha256 = excluded.sha256, width = excluded.width,
            height = excluded.height, set_at = excluded.set_at";
    tx.query(sql).binds((org, logo.png.clone(), logo.sha256.clone(), logo.width, logo.height, now)).run().await
}

/// Removes the logo.
pub async fn remove_logo(tx: &mut Tx, org: OrgId) -> Result<()> {
    tx.query("DELETE FROM org_logos WHERE org_id = $1").bind(org).run().await
}

/// The next number of a counter, from 1. The row stays locked until the transaction ends, so a
/// number is given once and none is left out.
pub async fn next_number(tx: &mut Tx, org: OrgId, name: &str) -> Result<i64> {
    let sql = "INSERT INTO counters (org_id, name, value) VALUES ($1, $2, 1)
        ON CONFLICT (org_id, name) DO UPDATE SET value = counters.value + 1 RETURNING value";
    tx.query(sql).binds((org, name.to_owned())).scalar().await
}

/// Whether the database answers.
///
/// # Errors
/// When it does not.
pub async fn ping(db: &Db) -> Result<()> {
    let _: (i64,) = db.query("SELECT CAST(1 AS BIGINT)").fetch_one().await?;
    Ok(())
}
