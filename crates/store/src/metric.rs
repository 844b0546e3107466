//! What metrics are made of: incidents with their times, and closings. Both are read for a whole
//! organisation, to be kept in memory, so no read but that of names asks who reads: a row says whether it
//! is restricted to a team, and [`restricted`] says which of those a reader may see.

use std::{collections::HashMap, fmt::Write as _};

use holdfast_domain::{
    Actor, IncidentId, OrgId, Timestamp,
    incident::{Disposition, Severity},
    lifecycle::{Milestone, Status},
    metric::{CaseRow, Closure},
    rsit::Category,
};
use uuid::Uuid;

use crate::{
    Db, Queryable, Result, Tx,
    db::{DbRow, Statement},
    incident::VISIBLE,
};

/// Incidents that are read at once.
const PAGE: i64 = 5_000;
/// Values that a list in a statement holds at most.
const LIST: usize = 1_000;

#[derive(sqlx::FromRow)]
struct MetricRow {
    id: IncidentId,
    opened_at: Timestamp,
    severity: Severity,
    category: Category,
    status: Status,
    disposition: Disposition,
    is_exercise: bool,
    merged: bool,
    restricted: bool,
    detect: Option<Timestamp>,
    start: Option<Timestamp>,
    exfiltration: Option<Timestamp>,
    acknowledge: Option<Timestamp>,
    identify: Option<Timestamp>,
    contain: Option<Timestamp>,
    eradicate: Option<Timestamp>,
    recovery_start: Option<Timestamp>,
    recover: Option<Timestamp>,
    resolve: Option<Timestamp>,
}

// The times of an incident as columns: a row for each time would be ten times as many rows to hand over.
const CASES: &str = "SELECT i.id, i.created_at AS opened_at, i.severity, i.category, i.status, i.disposition,
    i.is_exercise, i.merged_into_id IS NOT NULL AS merged, i.restricted, i.detected_at AS detect,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'start') AS start,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'exfiltration') AS exfiltration,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'acknowledge') AS acknowledge,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'identify') AS identify,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'contain') AS contain,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'eradicate') AS eradicate,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'recovery-start') AS recovery_start,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'recover') AS recover,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'resolve') AS resolve
    FROM incidents i";
const AFTER: &str = "WHERE i.org_id = $1 AND (i.created_at, i.id) > ($2, $3) ORDER BY i.created_at, i.id LIMIT $4";
// With `IS TRUE`, no index of the organisation's incidents is taken to find a few of them.
const OF_ORG: &str = "(i.org_id = $1) IS TRUE AND i.id IN";
const CLOSINGS: &str = "SELECT c.incident_id, c.closed_at, c.reopened_at FROM incident_closures c";
const CLOSINGS_OF_ORG: &str = "(c.org_id = $1) IS TRUE AND c.incident_id IN";

impl From<MetricRow> for CaseRow {
    fn from(case: MetricRow) -> Self {
        let times = [
            (Milestone::Start, case.start),
            (Milestone::Exfiltration, case.exfiltration),
            (Milestone::Detect, case.detect),
            (Milestone::Acknowledge, case.acknowledge),
            (Milestone::Identify, case.identify),
            (Milestone::Contain, case.contain),
            (Milestone::Eradicate, case.eradicate),
            (Milestone::RecoveryStart, case.recovery_start),
            (Milestone::Recover, case.recover),
            (Milestone::Resolve, case.resolve),
        ];
        Self {
            id: case.id,
            opened_at: case.opened_at,
            severity: case.severity,
            category: case.category,
            status: case.status,
            disposition: case.disposition,
            is_exercise: case.is_exercise,
            merged: case.merged,
            restricted: case.restricted,
            times: times.into_iter().filter_map(|(milestone, at)| Some((milestone, at?))).collect(),
        }
    }
}

/// A closing, and of which incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The incident.
    pub incident: IncidentId,
    /// When, and for how long it held.
    pub closure: Closure,
}

impl From<(IncidentId, Timestamp, Option<Timestamp>)> for Closing {
    fn from((incident, closed_at, reopened_at): (IncidentId, Timestamp, Option<Timestamp>)) -> Self {
        Self { incident, closure: Closure { closed_at, reopened_at } }
    }
}

/// Every incident of an organisation, in the order in which they were opened.
pub async fn cases(tx: &mut Tx, org: OrgId) -> Result<Vec<CaseRow>> {
    let mut cases: Vec<CaseRow> = Vec::new();
    let mut after = (Timestamp::from_micros(i64::MIN), IncidentId(Uuid::nil()));
    loop {
        let statement = tx.query_built(format!("{CASES} {AFTER}"));
        let page: Vec<MetricRow> = statement.binds((org, after.0, after.1, PAGE)).fetch_all().await?;
        let Some(last) = page.last() else { break };
        after = (last.opened_at, last.id);
        cases.extend(page.into_iter().map(CaseRow::from));
    }
    cases.shrink_to_fit();
    Ok(cases)
}

/// Some incidents of an organisation, in no order.
pub async fn cases_of(tx: &mut Tx, org: OrgId, ids: &[IncidentId]) -> Result<Vec<CaseRow>> {
    let mut cases = Vec::with_capacity(ids.len());
    for ids in ids.chunks(LIST) {
        let found: Vec<MetricRow> =
            listed(tx.query_built(format!("{CASES} WHERE {OF_ORG} {}", list(1, ids))).bind(org), ids).await?;
        cases.extend(found.into_iter().map(CaseRow::from));
    }
    Ok(cases)
}

/// Every closing of an organisation's incidents, in no order.
pub async fn closings(tx: &mut Tx, org: OrgId) -> Result<Vec<Closing>> {
    let found: Vec<(IncidentId, Timestamp, Option<Timestamp>)> =
        tx.query_built(format!("{CLOSINGS} WHERE c.org_id = $1")).bind(org).fetch_all().await?;
    Ok(found.into_iter().map(Closing::from).collect())
}

/// Every closing of some of an organisation's incidents, in no order.
pub async fn closings_of(tx: &mut Tx, org: OrgId, ids: &[IncidentId]) -> Result<Vec<Closing>> {
    let mut closings = Vec::new();
    for ids in ids.chunks(LIST) {
        let statement = tx.query_built(format!("{CLOSINGS} WHERE {CLOSINGS_OF_ORG} {}", list(1, ids))).bind(org);
        let found: Vec<(IncidentId, Timestamp, Option<Timestamp>)> = listed(statement, ids).await?;
        closings.extend(found.into_iter().map(Closing::from));
    }
    Ok(closings)
}

/// The list of an `IN`, its values counted from behind the last one of the statement.
fn list(last: usize, ids: &[IncidentId]) -> String {
    let mut list = String::from("(");
    for at in 1..=ids.len() {
        let _ = write!(list, "{}${}", if at == 1 { "" } else { ", " }, last + at);
    }
    list + ")"
}

async fn listed<T: DbRow>(statement: Statement<'_>, ids: &[IncidentId]) -> Result<Vec<T>> {
    ids.iter().fold(statement, |statement, id| statement.bind(*id)).fetch_all().await
}

/// Restricted incidents that the actor may see, in the order of their ids: what one reader's metrics count
/// and another's do not.
pub async fn restricted(db: &Db, actor: &Actor) -> Result<Vec<IncidentId>> {
    let sql = "SELECT i.id FROM incident_members m JOIN incidents i ON i.id = m.incident_id
        WHERE i.org_id = $1 AND m.person_id = $2 AND i.restricted = true ORDER BY i.id";
    db.query(sql).binds((actor.org_id, actor.person_id)).scalars().await
}

/// What incidents are called: reference and title, of those that the actor may see.
pub async fn names(db: &Db, actor: &Actor, ids: &[IncidentId]) -> Result<HashMap<IncidentId, (String, String)>> {
    let mut names = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(LIST) {
        let sql = format!(
            "SELECT i.id, i.reference, i.title FROM incidents i WHERE ({VISIBLE}) IS TRUE AND i.id IN {}",
            list(2, ids)
        );
        let statement = db.query_built(sql).bind(actor.org_id).bind(actor.person_id);
        let found: Vec<(IncidentId, String, String)> = listed(statement, ids).await?;
        names.extend(found.into_iter().map(|(id, reference, title)| (id, (reference, title))));
    }
    Ok(names)
}

/// Keeps a closing.
pub async fn closed(tx: &mut Tx, org: OrgId, incident: IncidentId, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO incident_closures (org_id, incident_id, closed_at) VALUES ($1, $2, $3)";
    tx.query(sql).binds((org, incident, now)).run().await
}

/// Says that the closing that stands did not hold.
pub async fn reopened(tx: &mut Tx, incident: IncidentId, now: Timestamp) -> Result<()> {
    let sql = "UPDATE incident_closures SET reopened_at = $2 WHERE incident_id = $1 AND reopened_at IS NULL";
    tx.query(sql).binds((incident, now)).run().await
}

/// Takes back the latest closing, which is not reopened, when it is undone.
pub async fn not_closed(tx: &mut Tx, incident: IncidentId) -> Result<()> {
    let sql = "DELETE FROM incident_closures WHERE incident_id = $1 AND reopened_at IS NULL";
    tx.query(sql).bind(incident).run().await
}

/// Takes back that the latest closing did not hold, when that is undone.
pub async fn not_reopened(tx: &mut Tx, incident: IncidentId) -> Result<()> {
    let sql = "UPDATE incident_closures SET reopened_at = NULL WHERE incident_id = $1
        AND closed_at = (SELECT MAX(c.closed_at) FROM incident_closures c WHERE c.incident_id = $1)";
    tx.query(sql).bind(incident).run().await
}
