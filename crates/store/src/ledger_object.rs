//! What entries of the log are about, by its present name: the rows that their ids lead to. Each statement is bound
//! to the organisation; whether the reader may see what an entry is about the caller has decided.

use holdfast_domain::{
    IncidentId, OrgId,
    noun::{NounInfo, Storage},
    report::IssuedKind,
};
use uuid::Uuid;

use crate::{Db, Error, Queryable as _, Result, db::DbRow};

/// Ids in one statement at most.
const TOGETHER: usize = 100;

/// An issued report, as a sentence names it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ReportName {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    pub kind: IssuedKind,
    /// Which version.
    pub number: i64,
    /// The incident it is about.
    pub incident_id: Option<IncidentId>,
}

async fn of_ids<T>(on: &Db, org: OrgId, select: &str, ids: &[Uuid]) -> Result<Vec<T>>
where
    T: DbRow,
{
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(TOGETHER) {
        let places: Vec<String> = (2..2 + ids.len()).map(|number| format!("${number}")).collect();
        let asked = on.query_built(format!("{select} WHERE org_id = $1 AND id IN ({})", places.join(", "))).bind(org);
        found.extend(ids.iter().fold(asked, |asked, id| asked.bind(*id)).fetch_all::<T>().await?);
    }
    Ok(found)
}

/// The title of each of these things of a noun, whether it is archived or not; none of a noun without rows.
///
/// # Errors
/// When the database refuses or a row is not as the program writes it.
pub async fn titles(on: &Db, org: OrgId, noun: &NounInfo, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let Some(kept) = noun.rows else { return Ok(Vec::new()) };
    let column = if kept.storage == Storage::Json { "fields" } else { noun.title };
    let found: Vec<(Uuid, String)> = of_ids(on, org, &format!("SELECT id, {column} FROM {}", kept.table), ids).await?;
    if kept.storage == Storage::Columns {
        return Ok(found);
    }
    let title = |(id, text): (Uuid, String)| {
        let fields: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| Error::Unexpected(format!("{} {id}: {error}", noun.name)))?;
        Ok((id, fields.get(noun.title).and_then(|title| title.as_str()).unwrap_or_default().to_owned()))
    };
    found.into_iter().map(title).collect()
}

/// Issued reports.
pub async fn reports(on: &Db, org: OrgId, ids: &[Uuid]) -> Result<Vec<ReportName>> {
    of_ids(on, org, "SELECT id, kind, number, incident_id FROM reports", ids).await
}

/// The names of tokens, and whose they are.
pub async fn tokens(on: &Db, org: OrgId, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    of_ids(on, org, "SELECT id, name FROM tokens", ids).await
}
