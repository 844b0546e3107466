//! Rows of any noun that is declared as an item of an incident. The SQL is put together from the
//! noun's constants, never from input. An item is looked up together with its incident, which the
//! caller has found for the reader.

use holdfast_domain::{
    Actor, FieldKind, IncidentId, OrgId, Timestamp, Value,
    noun::{Item, ItemFields, Storage},
};
use sha2::{Digest as _, Sha256};
use sqlx::{ColumnIndex, Decode, FromRow, Type};
use uuid::Uuid;

use crate::{Queryable, Result, Tx, db::Statement, declared, search};

/// A row as an item.
pub(crate) struct ItemRow<F: ItemFields>(pub(crate) Item<F>);

impl<'r, F: ItemFields, R: sqlx::Row> FromRow<'r, R> for ItemRow<F>
where
    &'static str: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    Uuid: Decode<'r, R::Database> + Type<R::Database>,
    Timestamp: Decode<'r, R::Database> + Type<R::Database>,
    Option<Timestamp>: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let unreadable = |error: String| sqlx::Error::Decode(format!("a row of {}: {error}", F::PLURAL).into());
        let mut fields = F::default();
        match F::STORAGE {
            Storage::Json => {
                let text: String = row.try_get("fields")?;
                let kept: serde_json::Map<_, _> =
                    serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
                // A field that is declared no longer stays in the row and is passed over.
                for (name, value) in kept.into_iter().filter(|(name, _)| F::field(name).is_some()) {
                    fields.set_json(&name, value).map_err(|error| unreadable(format!("{name}: {error}")))?;
                }
            }
            Storage::Columns => {
                for field in F::FIELDS {
                    let value = match field.kind {
                        FieldKind::Flag => Value::Flag(row.try_get(field.name)?),
                        FieldKind::Time => Value::Time(row.try_get(field.name)?),
                        _ => Value::Text(row.try_get(field.name)?),
                    };
                    fields.set(field.name, value).map_err(|error| unreadable(format!("{}: {error}", field.name)))?;
                }
            }
        }
        Ok(Self(Item {
            id: row.try_get::<Uuid, _>("id")?.into(),
            incident_id: IncidentId(row.try_get("incident_id")?),
            fields,
            archived_at: row.try_get("archived_at")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            created_by_name: row.try_get("created_by_name")?,
            updated_at: row.try_get("updated_at")?,
            updated_by_name: row.try_get("updated_by_name")?,
        }))
    }
}

/// The columns that hold the fields, and the key where the noun has one.
fn columns<F: ItemFields>(keyed: bool) -> Vec<&'static str> {
    let mut columns: Vec<&str> = match F::STORAGE {
        Storage::Json => vec!["fields"],
        Storage::Columns => declared::columns::<F>().collect(),
    };
    columns.extend(keyed.then_some("value_key"));
    columns
}

/// The beginning of a statement that reads items; `more` names further columns, after a comma.
pub(crate) fn select<F: ItemFields>(more: &str) -> String {
    let fields: Vec<String> = columns::<F>(false).iter().map(|column| format!("f.{column}")).collect();
    format!(
        "SELECT f.id, f.incident_id, {}, f.archived_at, f.version, f.created_at, c.display_name AS created_by_name,
             f.updated_at, u.display_name AS updated_by_name{more}
         FROM {} f JOIN people c ON c.id = f.created_by JOIN people u ON u.id = f.updated_by",
        fields.join(", "),
        F::PLURAL
    )
}

/// Binds what [`columns`] names.
fn bound<'a, F: ItemFields>(mut statement: Statement<'a>, fields: &F) -> Result<Statement<'a>> {
    match F::STORAGE {
        Storage::Json => {
            let json = serde_json::to_string(fields).map_err(|error| crate::Error::Unexpected(error.to_string()))?;
            statement = statement.bind(json);
        }
        Storage::Columns => statement = declared::bound(statement, fields),
    }
    Ok(match fields.key() {
        Some(key) => statement.bind(value_key(key)),
        None => statement,
    })
}

/// Bytes of a key that an index takes as they are.
const KEY_BYTES_MAX: usize = 300;

/// The key as it is indexed: a long one by its hash.
pub(crate) fn value_key(key: String) -> String {
    if key.len() <= KEY_BYTES_MAX { key } else { format!("sha256:{}", hex::encode(Sha256::digest(key.as_bytes()))) }
}

/// One of an incident, archived or not.
pub async fn find<'a, F: ItemFields>(
    on: impl Queryable<'a>,
    org: OrgId,
    incident: IncidentId,
    id: F::Id,
) -> Result<Option<Item<F>>> {
    let sql = format!("{} WHERE f.org_id = $1 AND f.incident_id = $2 AND f.id = $3", select::<F>(""));
    let found: Option<ItemRow<F>> =
        on.query_built(sql).bind(org).bind(incident).bind::<Uuid>(id.into()).fetch_optional().await?;
    Ok(found.map(|row| row.0))
}

/// Which part of a list is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemPage<Id> {
    /// Whether the archived ones are meant.
    pub archived: bool,
    /// The row after which it begins; `None` for the first.
    pub after: Option<Id>,
    /// Most rows.
    pub limit: i64,
}

/// A page of those of an incident, in the order of the noun's list.
pub async fn list<'a, F: ItemFields>(
    on: impl Queryable<'a>,
    org: OrgId,
    incident: IncidentId,
    page: ItemPage<F::Id>,
) -> Result<Vec<Item<F>>> {
    let (table, order, limit) = (F::PLURAL, F::ORDER, page.limit);
    let columns = order.split(", ").map(|column| format!("f.{column}")).collect::<Vec<_>>().join(", ");
    let from = match page.after {
        None => String::new(),
        Some(_) => format!("AND ({columns}) > (SELECT {order} FROM {table} WHERE id = $4 AND incident_id = $2)"),
    };
    let sql = format!(
        "{} WHERE f.org_id = $1 AND f.incident_id = $2 AND (f.archived_at IS NOT NULL) = $3 {from}
         ORDER BY {columns} LIMIT {limit}",
        select::<F>("")
    );
    let statement = on.query_built(sql).binds((org, incident, page.archived));
    let statement = match page.after {
        Some(after) => statement.bind::<Uuid>(after.into()),
        None => statement,
    };
    let rows: Vec<ItemRow<F>> = statement.fetch_all().await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// A page of those of an incident that were changed at or after a time, archived or not, in the order of
/// their changes; `after` is the place of the last row before it.
pub async fn changed<'a, F: ItemFields>(
    on: impl Queryable<'a>,
    org: OrgId,
    incident: IncidentId,
    since: Timestamp,
    after: Option<(Timestamp, F::Id)>,
    limit: i64,
) -> Result<Vec<Item<F>>> {
    // No row has the nil id, so the first page begins before all of that instant.
    let first = (since, Uuid::nil());
    let (at, id) = after.map_or(first, |(at, id)| first.max((at, id.into())));
    let sql = format!(
        "{} WHERE f.org_id = $1 AND f.incident_id = $2 AND (f.updated_at, f.id) > ($3, $4)
         ORDER BY f.updated_at, f.id LIMIT {limit}",
        select::<F>("")
    );
    let rows: Vec<ItemRow<F>> = on.query_built(sql).binds((org, incident, at, id)).fetch_all().await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Adds one unless the incident has the same already; says whether it did.
pub async fn insert<F: ItemFields>(
    tx: &mut Tx,
    actor: &Actor,
    incident: IncidentId,
    id: F::Id,
    fields: &F,
    now: Timestamp,
) -> Result<bool> {
    let keyed = fields.key().is_some();
    let (columns, places) = declared::inserted(columns::<F>(keyed).into_iter(), 6);
    let conflict = if keyed { "ON CONFLICT DO NOTHING" } else { "" };
    let sql = format!(
        "INSERT INTO {} (id, org_id, incident_id, version, created_at, created_by, updated_at, updated_by, {columns})
         VALUES ($1, $2, $3, 1, $4, $5, $4, $5, {places}) {conflict}",
        F::PLURAL
    );
    let statement = tx.query_built(sql).bind::<Uuid>(id.into()).bind(actor.org_id).bind(incident);
    let added = bound(statement.bind(now).bind(actor.person_id), fields)?.execute_one().await?;
    if added {
        index(tx, actor.org_id, incident, id, fields).await?;
    }
    Ok(added)
}

/// Replaces the fields when the version is still the one that was seen; says whether it was.
///
/// # Errors
/// [`crate::Error::Taken`] when the incident has the same already; when the database refuses.
pub async fn update<F: ItemFields>(
    tx: &mut Tx,
    actor: &Actor,
    seen: &Item<F>,
    fields: &F,
    now: Timestamp,
) -> Result<bool> {
    let assigned = declared::assigned(columns::<F>(fields.key().is_some()).into_iter(), 7);
    let sql = format!(
        "UPDATE {} SET {assigned}, version = version + 1, updated_at = $5, updated_by = $6
         WHERE id = $1 AND org_id = $2 AND incident_id = $3 AND version = $4",
        F::PLURAL
    );
    let statement = at_version(tx.query_built(sql), actor, seen).bind(now).bind(actor.person_id);
    let changed = bound(statement, fields)?.execute_one().await?;
    if changed && seen.archived_at.is_none() {
        index(tx, actor.org_id, seen.incident_id, seen.id, fields).await?;
    }
    Ok(changed)
}

/// Archives it or takes it back when the version is still the one that was seen; says whether it was.
///
/// # Errors
/// [`crate::Error::Taken`] when the incident has the same already; when the database refuses.
pub async fn set_archived<F: ItemFields>(
    tx: &mut Tx,
    actor: &Actor,
    seen: &Item<F>,
    archived: bool,
    now: Timestamp,
) -> Result<bool> {
    let changed = archive(tx, actor, F::PLURAL, (seen.id.into(), seen.version), archived.then_some(now), now).await?;
    match F::SEARCH {
        Some(kind) if changed && archived => search::remove(tx, kind.as_str(), seen.id.into()).await?,
        Some(_) if changed => index(tx, actor.org_id, seen.incident_id, seen.id, &seen.fields).await?,
        _ => {}
    }
    Ok(changed)
}

/// Archives a row of a table, or takes it back, when the version is still the one that was seen; says whether
/// it was.
///
/// # Errors
/// [`crate::Error::Taken`] when the same is there already; when the database refuses.
pub async fn archive(
    tx: &mut Tx,
    actor: &Actor,
    table: &'static str,
    (id, version): (Uuid, i64),
    archived_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool> {
    let sql = format!(
        "UPDATE {table} SET archived_at = $4, version = version + 1, updated_at = $5, updated_by = $6
         WHERE id = $1 AND org_id = $2 AND version = $3"
    );
    let values = (id, actor.org_id, version, archived_at, now, actor.person_id);
    tx.query_built(sql).binds(values).execute_one().await
}

fn at_version<'a, F: ItemFields>(statement: Statement<'a>, actor: &Actor, seen: &Item<F>) -> Statement<'a> {
    statement.bind::<Uuid>(seen.id.into()).binds((actor.org_id, seen.incident_id, seen.version))
}

async fn index<F: ItemFields>(
    tx: &mut Tx,
    org_id: OrgId,
    incident_id: IncidentId,
    id: F::Id,
    fields: &F,
) -> Result<()> {
    let Some(kind) = F::SEARCH else { return Ok(()) };
    let (title, body) = fields.search_text();
    let (title, body) = (title.trim(), body.trim());
    search::put(tx, &search::Doc { org_id, kind: kind.as_str(), object_id: id.into(), incident_id, title, body }).await
}
