//! Issuing a report: it is rendered, kept as a blob under its hash, and stands in the ledger with its
//! hash, version and recipients. What was issued is opened byte for byte as it was sent.

use holdfast_domain::{
    Actor, Object, Permission, Refusal, ReportId, Timestamp,
    access::role_may,
    marking::Tlp,
    person::Role,
    refusal::FieldErrors,
    report::{IssuedKind, RECIPIENTS_MAX, Recipients, Report},
};
use holdfast_ledger::Entry;
use holdfast_report::ReportKind;
use holdfast_store::{
    Error as StoreError,
    blob::{Opened, whole},
    person_name,
    report::{self as rows, NewReport},
};
use sha2::{Digest, Sha256};

use super::{case, metrics, of_case, rendered};
use crate::{
    Ctx, Error, Result,
    incident::{Visible, view},
    metric::MetricsQuery,
    person_name::signer,
    session::permit,
    unit_of_work::{Record, UnitOfWork},
    visible::may_read,
};

fn is_executive(actor: &Actor) -> bool {
    actor.roles.iter().any(|role| role == Role::Executive)
}

/// A page of issued reports.
#[derive(Clone, Debug)]
pub struct IssuedPage {
    /// Newest first.
    pub rows: Vec<Report>,
    /// The cursor of the next page; absent on the last.
    pub next: Option<String>,
}

/// Reports on a page.
const ROWS_ON_A_PAGE: i64 = 50;

/// Issued reports that the actor may read, newest first.
///
/// # Errors
/// A refusal when the role reads no reports or the cursor is not one of ours.
pub async fn list(ctx: &Ctx, actor: &Actor, after: Option<&str>) -> Result<IssuedPage> {
    permit(ctx, actor, Permission::ReadReports, Object::None).await?;
    let after = after.map(cursor).transpose()?;
    let mut found = rows::list(ctx.db(), actor, is_executive(actor), None, after, ROWS_ON_A_PAGE + 1).await?;
    let most = usize::try_from(ROWS_ON_A_PAGE).unwrap_or(usize::MAX);
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|last| format!("{}.{}", last.issued_at.micros(), last.id));
    Ok(IssuedPage { rows: signed(ctx, actor, found).await?, next })
}

fn cursor(text: &str) -> Result<(Timestamp, ReportId)> {
    let forged = || Refusal::field("after", "This is no cursor of ours. Begin again without it.");
    let (at, id) = text.split_once('.').ok_or_else(forged)?;
    let at = at.parse().map(Timestamp::from_micros).map_err(|_| forged())?;
    Ok((at, id.parse().map_err(|_| forged())?))
}

/// Issued reports of an incident, newest first.
pub async fn of_incident(ctx: &Ctx, actor: &Actor, incident: &Visible) -> Result<Vec<Report>> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    let found = rows::list(ctx.db(), actor, is_executive(actor), Some(incident.id), None, 200).await?;
    signed(ctx, actor, found).await
}

/// Names who issued each by the ledger: under the name that they had then, whatever they are called now.
async fn signed(ctx: &Ctx, actor: &Actor, mut reports: Vec<Report>) -> Result<Vec<Report>> {
    let ids: Vec<ReportId> = reports.iter().map(|report| report.id).collect();
    for row in person_name::issuing(ctx.db(), actor.org_id, &ids).await? {
        let entry = Entry::from_bytes(row.entry.as_bytes()).map_err(|error| Error::failed("entry", error))?;
        let id = entry.content.data.get("report").and_then(|id| id.as_str()?.parse::<ReportId>().ok());
        if let Some(report) = reports.iter_mut().find(|report| Some(report.id) == id) {
            (report.issued_by_name, report.issued_by_handle) = signer(&row)?;
        }
    }
    Ok(reports)
}

/// An issued report as it was sent.
#[derive(Debug)]
pub struct IssuedReport {
    /// What is known of it.
    pub report: Report,
    /// Its bytes. The last piece is given out only when the whole has the hash it was issued with.
    pub opened: Opened,
}

/// What is known of an issued report.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none that the actor may read.
pub async fn about(ctx: &Ctx, actor: &Actor, id: &str) -> Result<Report> {
    permit(ctx, actor, Permission::ReadReports, Object::None).await?;
    let missing = || Refusal::NotFound("report".into());
    let id: ReportId = id.parse().map_err(|_| missing())?;
    let found = rows::find(ctx.db(), actor, is_executive(actor), id).await?;
    signed(ctx, actor, found.into_iter().collect()).await?.pop().ok_or_else(|| missing().into())
}

/// Opens an issued report. That it was opened, and by whom, is in the ledger before a byte leaves.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none that the actor may read.
pub async fn open(ctx: &Ctx, actor: &Actor, id: &str) -> Result<IssuedReport> {
    let report = about(ctx, actor, id).await?;
    let id = report.id;
    let hash = report.sha256.parse().map_err(|error| Error::failed("hash of a report", error))?;
    let opened = ctx.blobs().open(hash, None).await?;
    let opened = opened.ok_or_else(|| Error::Failed(format!("the file of report {id} is gone")))?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    work.record(Record::new("report.opened", "report", id).with("sha256", report.sha256.clone()));
    work.commit().await?;
    Ok(IssuedReport { report, opened: opened.checked(hash) })
}

/// People who can read what is issued to them, by name.
pub async fn readers(ctx: &Ctx, actor: &Actor) -> Result<Vec<(holdfast_domain::PersonId, String)>> {
    permit(ctx, actor, Permission::IssueReport, Object::None).await?;
    let people = holdfast_store::person::list(ctx.db(), actor.org_id).await?;
    Ok(people.into_iter().filter(reads).map(|person| (person.id, person.display_name)).collect())
}

fn reads(person: &holdfast_domain::person::Person) -> bool {
    !person.disabled && person.roles.iter().any(|role| role_may(role, Permission::ReadReports))
}

async fn names(ctx: &Ctx, actor: &Actor, recipients: &Recipients) -> Result<Vec<String>> {
    let mut errors = FieldErrors::default();
    if !recipients.executives && recipients.people.is_empty() {
        errors.add("people", "Choose who receives it.");
    }
    if recipients.people.len() > RECIPIENTS_MAX {
        errors.add("people", format!("At most {RECIPIENTS_MAX}."));
    }
    errors.finish()?;
    let people = holdfast_store::person::list(ctx.db(), actor.org_id).await?;
    let chosen: Vec<_> = people.into_iter().filter(|person| recipients.people.contains(&person.id)).collect();
    if chosen.len() != recipients.people.len() || !chosen.iter().all(reads) {
        return Err(Refusal::field("people", "Somebody chosen cannot read reports. Choose among those offered.").into());
    }
    let mut names: Vec<String> = chosen.into_iter().map(|person| person.display_name).collect();
    if recipients.executives {
        names.insert(0, "Executives".into());
    }
    Ok(names)
}

/// What is about to be issued.
struct Issue {
    of: ReportKind,
    kind: IssuedKind,
    subject: String,
    title: String,
    tlp: Tlp,
    as_of: Timestamp,
    incident: Option<holdfast_domain::IncidentId>,
    number: i64,
    json: Vec<u8>,
}

/// Issues a report of an incident.
///
/// # Errors
/// A refusal when the role does not allow it, there is no such incident for the actor, nobody receives
/// it, or somebody else issued the same version at the same time.
pub async fn issue(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    kind: IssuedKind,
    recipients: &Recipients,
) -> Result<Report> {
    permit(ctx, actor, Permission::IssueReport, Object::None).await?;
    let id = view(ctx, actor, reference).await?.id;
    let recipients = &recipients.once();
    let names = names(ctx, actor, recipients).await?;
    let subject = id.to_string();
    let number = rows::next_number(ctx.db(), actor, kind, &subject).await?;
    let version = u32::try_from(number).map_err(|error| Error::failed("report version", error))?;
    // Looked up again, beside all else that is printed: the incident may have been edited meanwhile, or hidden
    // from this actor.
    let incident = view(ctx, actor, reference).await?;
    let case = case::read(ctx, actor, &incident, Some(version), names).await?;
    let (of, json) = of_case(&case, kind)?;
    let issue = Issue {
        of,
        kind,
        subject,
        title: case.incident.fields.title.clone(),
        tlp: case.incident.fields.tlp,
        as_of: case.head.as_of,
        incident: Some(id),
        number,
        json,
    };
    keep(ctx, actor, issue, recipients).await
}

/// Issues the metrics of a period.
///
/// # Errors
/// As [`issue`].
pub async fn issue_metrics(ctx: &Ctx, actor: &Actor, query: &MetricsQuery, recipients: &Recipients) -> Result<Report> {
    permit(ctx, actor, Permission::IssueReport, Object::None).await?;
    let recipients = &recipients.once();
    let names = names(ctx, actor, recipients).await?;
    let (mut data, subject) = metrics::read(ctx, actor, query, Some(0), names).await?;
    let number = rows::next_number(ctx.db(), actor, IssuedKind::Metrics, &subject).await?;
    let version = u32::try_from(number).map_err(|error| Error::failed("report version", error))?;
    data.head.version = Some(version);
    let json = data.to_json().map_err(|error| Error::failed("report data", error))?;
    let issue = Issue {
        of: ReportKind::Metrics,
        kind: IssuedKind::Metrics,
        subject,
        title: data.head.title.clone(),
        tlp: data.head.tlp,
        as_of: data.head.as_of,
        incident: None,
        number,
        json,
    };
    keep(ctx, actor, issue, recipients).await
}

/// Renders, keeps the file, and commits the row with its entry. The file is on the disk before the row
/// names it.
async fn keep(ctx: &Ctx, actor: &Actor, issue: Issue, recipients: &Recipients) -> Result<Report> {
    let pdf = rendered(ctx, issue.of, &issue.json, issue.as_of).await?;
    let size = i64::try_from(pdf.len()).map_err(|error| Error::failed("report size", error))?;
    let stored = ctx.blobs().put(whole(pdf), None).await;
    let stored = stored.map_err(|error| match error {
        holdfast_store::blob::PutError::Store(error) => Error::from(error),
        other => Error::failed("report file", other),
    })?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let id = ReportId(ctx.uuid(work.now));
    let report = NewReport {
        id,
        incident: issue.incident,
        kind: issue.kind,
        subject: issue.subject,
        number: issue.number,
        title: issue.title,
        tlp: issue.tlp,
        as_of: issue.as_of,
        sha256: stored.sha256.to_string(),
        data_sha256: hex::encode(Sha256::digest(&issue.json)),
        size_bytes: size,
    };
    let now = work.now;
    match rows::insert(&mut work.tx, actor, &report, recipients, now).await {
        Err(StoreError::Taken) => {
            let words = "Somebody else issued this report at the same moment. Look at theirs, then decide again.";
            return Err(Refusal::Rule(words.into()).into());
        }
        other => other?,
    }
    let (subject_kind, subject_id) = match issue.incident {
        Some(incident) => ("incident", incident.to_string()),
        None => ("report", id.to_string()),
    };
    work.record(
        Record::new("report.issued", subject_kind, subject_id)
            .with("report", id.to_string())
            .with("kind", report.kind.as_str())
            .with("version", report.number)
            .with("sha256", report.sha256.clone())
            .with("data_sha256", report.data_sha256.clone())
            .with("executives", recipients.executives)
            .with("people", recipients.people.iter().map(ToString::to_string).collect::<Vec<_>>()),
    );
    work.makes(id);
    work.commit().await?;
    drop(stored);
    let kept = rows::find(ctx.db(), actor, is_executive(actor), id).await?;
    let mut kept = signed(ctx, actor, kept.into_iter().collect()).await?;
    kept.pop().ok_or_else(|| Error::Failed("the report that was just issued is not there".into()))
}
