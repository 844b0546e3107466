//! What assets, indicators and vulnerabilities share beside being items: where else the same was seen.

use holdfast_domain::{
    Actor, IncidentId,
    indicator::{SeenIn, SeenIncident},
    noun::ItemFields,
};
use uuid::Uuid;

use crate::{Db, Queryable, Result, incident::VISIBLE};

/// Incidents named for each finding.
const NAMED_MAX: i64 = 5;

#[derive(sqlx::FromRow)]
struct SeenRow {
    id: Uuid,
    total: i64,
    reference: String,
    title: String,
}

/// For each thing of an incident that is not archived, the other incidents that the reader may see
/// and in which it is too; things that are nowhere else are left out. One query for them all, or for
/// the `one` that is named, archived or not.
pub async fn seen_in<'a, F: ItemFields>(
    on: impl Queryable<'a>,
    actor: &Actor,
    incident: IncidentId,
    one: Option<Uuid>,
) -> Result<Vec<(Uuid, SeenIn)>> {
    let rows: Vec<SeenRow> =
        on.query_built(seen_statement::<F>()).binds((actor.org_id, actor.person_id, incident, one)).fetch_all().await?;
    let mut seen: Vec<(Uuid, SeenIn)> = Vec::new();
    for row in rows {
        let incident = SeenIncident { reference: row.reference, title: row.title };
        match seen.last_mut() {
            Some((id, at)) if *id == row.id => at.latest.push(incident),
            _ => seen.push((row.id, SeenIn { count: row.total, latest: vec![incident] })),
        }
    }
    Ok(seen)
}

fn seen_statement<F: ItemFields>() -> String {
    let table = F::PLURAL;
    // What puts a list in order, without the id, says which two are the same.
    let same: Vec<String> = F::ORDER
        .split(", ")
        .filter(|column| *column != "id")
        .map(|column| format!("o.{column} = f.{column}"))
        .collect();
    let same = same.join(" AND ");
    format!(
        "SELECT s.id, s.total, s.reference, s.title FROM (
             SELECT f.id, i.reference, i.title, count(*) OVER (PARTITION BY f.id) AS total,
                 row_number() OVER (PARTITION BY f.id ORDER BY i.created_at DESC, i.id DESC) AS place
             FROM {table} f
             JOIN {table} o ON o.org_id = f.org_id AND {same} AND o.incident_id <> f.incident_id
                 AND o.archived_at IS NULL
             JOIN incidents i ON i.id = o.incident_id
             WHERE f.incident_id = $3 AND ($4 IS NULL AND f.archived_at IS NULL OR f.id = $4) AND {VISIBLE}
         ) s WHERE s.place <= {NAMED_MAX} ORDER BY s.id, s.place"
    )
}

/// The plan of [`seen_in`], for the test that holds it to its index.
pub async fn plan<F: ItemFields>(db: &Db, actor: &Actor, incident: IncidentId) -> Result<String> {
    let statement = db.query_built(format!("{} {}", db.explain(), seen_statement::<F>()));
    statement.binds((actor.org_id, actor.person_id, incident, None::<Uuid>)).plan().await
}

/// How many of each an incident has that are not archived: indicators, assets, vulnerabilities.
pub async fn counts<'a>(on: impl Queryable<'a>, incident: IncidentId) -> Result<(i64, i64, i64)> {
    let sql = "SELECT (SELECT count(*) FROM indicators WHERE incident_id = $1 AND archived_at IS NULL),
        (SELECT count(*) FROM assets WHERE incident_id = $1 AND archived_at IS NULL),
        (SELECT count(*) FROM vulnerabilities WHERE incident_id = $1 AND archived_at IS NULL)";
    on.query(sql).bind(incident).fetch_one().await
}
