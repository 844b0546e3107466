//! What metrics are made of: incidents with their times, and closings. Every read names the reader:
//! whoever may not see an incident does not find it counted either.

use std::collections::{BTreeMap, HashMap};

use holdfast_domain::{
    Actor, IncidentId, OrgId, Timestamp,
    incident::{Disposition, Severity},
    lifecycle::{Milestone, Status},
    metric::CaseRow,
    rsit::Category,
};

use crate::{Db, Queryable, Result, Tx, incident::VISIBLE};

#[derive(sqlx::FromRow)]
struct Row {
    id: IncidentId,
    reference: String,
    severity: Severity,
    #[sqlx(try_from = "String")]
    category: Category,
    status: Status,
    disposition: Disposition,
    is_exercise: bool,
    merged: bool,
}

const COLUMNS: &str = "SELECT i.id, i.reference, i.severity, i.category, i.status, i.disposition, i.is_exercise,
    i.merged_into_id IS NOT NULL AS merged FROM incidents i";
const TIMES: &str = "SELECT t.incident_id, t.milestone, t.at FROM incident_times t
    JOIN incidents i ON i.id = t.incident_id";
const DETECTED: &str = "i.detected_at >= $3 AND i.detected_at < $4";
/// Incidents detected from `from` until before `to`.
///
/// # Errors
/// When the database refuses.
pub async fn cohort(db: &Db, actor: &Actor, from: Timestamp, to: Timestamp) -> Result<Vec<CaseRow>> {
    cases(db, actor, Some((from, to))).await
}

/// Incidents that are open now, whenever they were detected.
///
/// # Errors
/// When the database refuses.
pub async fn open(db: &Db, actor: &Actor) -> Result<Vec<CaseRow>> {
    cases(db, actor, None).await
}

async fn cases(db: &Db, actor: &Actor, span: Option<(Timestamp, Timestamp)>) -> Result<Vec<CaseRow>> {
    let which = if span.is_some() { DETECTED } else { "i.ended = false" };
    let bound = |sql: String| {
        let statement = db.query_built(sql).bind(actor.org_id).bind(actor.person_id);
        match span {
            Some((from, to)) => statement.bind(from).bind(to),
            None => statement,
        }
    };
    let rows: Vec<Row> =
        bound(format!("{COLUMNS} WHERE {VISIBLE} AND {which} ORDER BY i.detected_at, i.id")).fetch_all().await?;
    let times: Vec<(IncidentId, Milestone, Timestamp)> =
        bound(format!("{TIMES} WHERE {VISIBLE} AND {which} AND t.at IS NOT NULL")).fetch_all().await?;
    let mut by_case: HashMap<IncidentId, BTreeMap<Milestone, Timestamp>> = HashMap::with_capacity(rows.len());
    for (id, milestone, at) in times {
        by_case.entry(id).or_default().insert(milestone, at);
    }
    let case = |row: Row| CaseRow {
        times: by_case.remove(&row.id).unwrap_or_default(),
        id: row.id,
        reference: row.reference,
        severity: row.severity,
        category: row.category,
        status: row.status,
        disposition: row.disposition,
        is_exercise: row.is_exercise,
        merged: row.merged,
    };
    Ok(rows.into_iter().map(case).collect())
}

/// Restricted incidents that the actor may see: what one reader's metrics count and another's do not.
///
/// # Errors
/// When the database refuses.
pub async fn restricted(db: &Db, actor: &Actor) -> Result<Vec<IncidentId>> {
    let rows: Vec<(IncidentId,)> = db
        .query(
            "SELECT i.id FROM incident_members m JOIN incidents i ON i.id = m.incident_id
             WHERE i.org_id = $1 AND m.person_id = $2 AND i.restricted = true ORDER BY i.id",
        )
        .bind(actor.org_id)
        .bind(actor.person_id)
        .fetch_all()
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The titles of incidents detected from `from` until before `to`.
///
/// # Errors
/// When the database refuses.
pub async fn titles(db: &Db, actor: &Actor, from: Timestamp, to: Timestamp) -> Result<HashMap<IncidentId, String>> {
    let sql = format!("SELECT i.id, i.title FROM incidents i WHERE {VISIBLE} AND {DETECTED}");
    let rows: Vec<(IncidentId, String)> =
        db.query_built(sql).bind(actor.org_id).bind(actor.person_id).bind(from).bind(to).fetch_all().await?;
    Ok(rows.into_iter().collect())
}

/// A number of incidents that share severity and category.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Share {
    /// How bad they are.
    pub severity: Severity,
    /// RSIT category.
    #[sqlx(try_from = "String")]
    pub category: Category,
    /// How many.
    pub count: i64,
}

const SHARES: &str = "SELECT i.severity, i.category, COUNT(*) AS count FROM incidents i";
// The category first: with the severity first, SQLite follows an index by severity through every incident.
const BY_KIND: &str = "GROUP BY i.category, i.severity";

/// How many incidents have no time of detection, and so belong to no period.
///
/// # Errors
/// When the database refuses.
pub async fn undated(db: &Db, actor: &Actor) -> Result<Vec<Share>> {
    let sql = format!("{SHARES} WHERE {VISIBLE} AND i.detected_at IS NULL {BY_KIND}");
    db.query_built(sql).bind(actor.org_id).bind(actor.person_id).fetch_all().await
}

/// How many incidents were opened here from `from` until before `to`, exercises left out.
///
/// # Errors
/// When the database refuses.
pub async fn opened(db: &Db, actor: &Actor, from: Timestamp, to: Timestamp) -> Result<Vec<Share>> {
    let sql = format!(
        "{SHARES} WHERE {VISIBLE} AND i.created_at >= $3 AND i.created_at < $4 AND i.is_exercise = false {BY_KIND}"
    );
    db.query_built(sql).bind(actor.org_id).bind(actor.person_id).bind(from).bind(to).fetch_all().await
}

/// A closing, with what it was a closing of.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ClosureRow {
    /// How bad the incident is.
    pub severity: Severity,
    /// RSIT category.
    #[sqlx(try_from = "String")]
    pub category: Category,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// When it was first reopened after that.
    pub reopened_at: Option<Timestamp>,
}

/// Closings from `from` until before `to`, exercises left out.
///
/// # Errors
/// When the database refuses.
pub async fn closures(db: &Db, actor: &Actor, from: Timestamp, to: Timestamp) -> Result<Vec<ClosureRow>> {
    let sql = format!(
        "SELECT i.severity, i.category, c.closed_at, c.reopened_at
         FROM incident_closures c JOIN incidents i ON i.id = c.incident_id
         WHERE {VISIBLE} AND c.org_id = $1 AND c.closed_at >= $3 AND c.closed_at < $4 AND i.is_exercise = false
         ORDER BY c.closed_at"
    );
    db.query_built(sql).bind(actor.org_id).bind(actor.person_id).bind(from).bind(to).fetch_all().await
}

/// Keeps a closing.
///
/// # Errors
/// When the database refuses.
pub async fn closed(tx: &mut Tx, org: OrgId, incident: IncidentId, now: Timestamp) -> Result<()> {
    tx.query("INSERT INTO incident_closures (org_id, incident_id, closed_at) VALUES ($1, $2, $3)")
        .bind(org)
        .bind(incident)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

/// Says that the closing that stands did not hold.
///
/// # Errors
/// When the database refuses.
pub async fn reopened(tx: &mut Tx, incident: IncidentId, now: Timestamp) -> Result<()> {
    tx.query("UPDATE incident_closures SET reopened_at = $2 WHERE incident_id = $1 AND reopened_at IS NULL")
        .bind(incident)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}
