//! Rows of issued reports. Every read names the reader: a report is read by whoever may see its
//! incident, and by those to whom it was issued.

use holdfast_domain::{
    Actor, IncidentId, OrgId, PersonId, ReportId, Timestamp,
    marking::Tlp,
    report::{IssuedKind, Recipients, Report},
};

use crate::{Db, Queryable, Result, Tx, incident::VISIBLE, person_name::places};

/// `$1` is the organisation, `$2` the reader, `$3` whether the reader's role sees incidents, `$4` whether
/// the reader has the role of an executive.
fn readable() -> String {
    format!(
        "r.org_id = $1 AND (
            (r.to_executives AND $4) OR r.issued_by = $2
            OR EXISTS (SELECT 1 FROM report_recipients p WHERE p.report_id = r.id AND p.person_id = $2)
            OR ($3 AND (r.incident_id IS NULL OR EXISTS (SELECT 1 FROM incidents i WHERE i.id = r.incident_id AND {VISIBLE}))))"
    )
}

/// The incident's reference is shown only to those who may see the incident. The names of people are the ledger's.
fn columns() -> String {
    format!(
        "SELECT r.id, CASE WHEN $3 THEN (SELECT i.reference FROM incidents i WHERE i.id = r.incident_id AND {VISIBLE})
             ELSE NULL END AS incident_reference,
         r.kind, r.number, (SELECT MAX(l.number) FROM reports l WHERE l.org_id = r.org_id AND l.kind = r.kind
             AND l.subject = r.subject AND (l.id = r.id OR NOT EXISTS (SELECT 1 FROM report_withdrawals g
                 WHERE g.report_id = l.id))) AS latest,
         r.title, r.tlp, r.as_of, r.sha256, r.data_sha256, r.size_bytes, r.to_executives, r.issued_at,
         w.withdrawn_at, w.reason AS withdrawn_reason, u.handle AS issued_by_handle, v.handle AS withdrawn_by_handle
         FROM reports r JOIN people u ON u.id = r.issued_by
         LEFT JOIN report_withdrawals w ON w.report_id = r.id LEFT JOIN people v ON v.id = w.withdrawn_by"
    )
}

/// Issued reports that the actor may read, newest first; those of one incident, where one is named.
/// `after` is the last row of the page before.
pub async fn list(
    db: &Db,
    actor: &Actor,
    is_executive: bool,
    incident: Option<IncidentId>,
    after: Option<(Timestamp, ReportId)>,
    limit: i64,
) -> Result<Vec<Report>> {
    let of_incident = if incident.is_some() { " AND r.incident_id = $5" } else { "" };
    let further = match (incident, after) {
        (_, None) => "",
        (None, Some(_)) => " AND (r.issued_at, r.id) < ($5, $6)",
        (Some(_), Some(_)) => " AND (r.issued_at, r.id) < ($6, $7)",
    };
    let sql = format!(
        "{} WHERE {}{of_incident}{further} ORDER BY r.issued_at DESC, r.id DESC LIMIT {limit}",
        columns(),
        readable()
    );
    let mut statement =
        db.query_built(sql).binds((actor.org_id, actor.person_id, actor.role_sees_incidents())).bind(is_executive);
    if let Some(incident) = incident {
        statement = statement.bind(incident);
    }
    if let Some((at, id)) = after {
        statement = statement.bind(at).bind(id);
    }
    statement.fetch_all().await
}

/// One report, if the actor may read it.
pub async fn find(db: &Db, actor: &Actor, is_executive: bool, id: ReportId) -> Result<Option<Report>> {
    let sql = format!("{} WHERE {} AND r.id = $5", columns(), readable());
    db.query_built(sql)
        .binds((actor.org_id, actor.person_id, actor.role_sees_incidents(), is_executive, id))
        .fetch_optional()
        .await
}

/// The incident that a report is about, seen or not; only for the record of an action.
pub async fn incident_of<'a>(on: impl Queryable<'a>, org: OrgId, id: ReportId) -> Result<Option<IncidentId>> {
    on.query("SELECT incident_id FROM reports WHERE org_id = $1 AND id = $2").binds((org, id)).scalar().await
}

/// To whom each of these reports was issued by name.
pub async fn recipients(db: &Db, reports: &[ReportId]) -> Result<Vec<(ReportId, PersonId)>> {
    let places = places(1, reports.len());
    let sql = format!("SELECT report_id, person_id FROM report_recipients WHERE report_id IN ({places})");
    reports.iter().fold(db.query_built(sql), |all, id| all.bind(*id)).fetch_all().await
}

/// The number that the next version of this report will have.
pub async fn next_number<'a>(on: impl Queryable<'a>, actor: &Actor, kind: IssuedKind, subject: &str) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM reports
        WHERE org_id = $1 AND kind = $2 AND subject = $3";
    on.query(sql).binds((actor.org_id, kind, subject.to_owned())).scalar().await
}

/// A report about to be issued.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// Its id.
    pub id: ReportId,
    /// The incident it is about.
    pub incident: Option<IncidentId>,
    /// What it is.
    pub kind: IssuedKind,
    /// What it is a version of.
    pub subject: String,
    /// Which version.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// Who may read it.
    pub tlp: Tlp,
    /// The instant whose state it tells.
    pub as_of: Timestamp,
    /// The SHA-256 of its PDF, in hex.
    pub sha256: String,
    /// The SHA-256 of its data, in hex.
    pub data_sha256: String,
    /// The size of its PDF, in bytes.
    pub size_bytes: i64,
}

/// Keeps an issued report.
///
/// # Errors
/// [`crate::Error::Taken`] when somebody else issued this version first; when the database refuses.
pub async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    report: &NewReport,
    recipients: &Recipients,
    now: Timestamp,
) -> Result<()> {
    let sql =
        "INSERT INTO reports (id, org_id, incident_id, kind, subject, number, title, tlp, as_of, sha256, data_sha256,
            size_bytes, to_executives, issued_at, issued_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    tx.query(sql)
        .binds((report.id, actor.org_id, report.incident, report.kind, report.subject.clone(), report.number))
        .binds((report.title.clone(), report.tlp, report.as_of, report.sha256.clone()))
        .binds((report.data_sha256.clone(), report.size_bytes, recipients.executives, now, actor.person_id))
        .execute()
        .await?;
    for person in &recipients.people {
        let sql = "INSERT INTO report_recipients (org_id, report_id, person_id) VALUES ($1, $2, $3)";
        tx.query(sql).binds((actor.org_id, report.id, *person)).execute().await?;
    }
    Ok(())
}

/// Keeps that a report was withdrawn.
///
/// # Errors
/// [`crate::Error::Taken`] when it was withdrawn before; when the database refuses.
pub async fn withdraw(tx: &mut Tx, actor: &Actor, report: ReportId, reason: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO report_withdrawals (report_id, org_id, reason, withdrawn_at, withdrawn_by)
        VALUES ($1, $2, $3, $4, $5)";
    tx.query(sql).binds((report, actor.org_id, reason.to_owned(), now, actor.person_id)).execute().await?;
    Ok(())
}
