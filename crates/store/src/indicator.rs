//! Where an indicator was seen, over all incidents. Its rows are those of any item.

use std::fmt::Write as _;

use holdfast_domain::{
    Actor,
    indicator::{IndicatorFields, IndicatorKind, Sighting},
};

use crate::{
    Db, Queryable as _, Result,
    incident::VISIBLE,
    item::{ItemRow, select, value_key},
};

#[derive(sqlx::FromRow)]
struct SightingRow {
    #[sqlx(flatten)]
    item: ItemRow<IndicatorFields>,
    incident_reference: String,
    incident_title: String,
}

/// Where the things that a text may mean were seen: the latest incidents that the reader may see,
/// newest first.
pub async fn across(db: &Db, actor: &Actor, things: &[(IndicatorKind, String)], limit: i64) -> Result<Vec<Sighting>> {
    if things.is_empty() {
        return Ok(Vec::new());
    }
    let columns = select::<IndicatorFields>(", i.reference AS incident_reference, i.title AS incident_title");
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
    let rows: Vec<SightingRow> = statement.fetch_all().await?;
    let sighting = |SightingRow { item, incident_reference, incident_title }: SightingRow| Sighting {
        indicator: item.0,
        incident_reference,
        incident_title,
    };
    Ok(rows.into_iter().map(sighting).collect())
}
