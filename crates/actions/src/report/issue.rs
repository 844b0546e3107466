//! Issuing a report: it is rendered, kept as a blob under its hash, and recorded in the ledger with its
//! hash, version and recipients. What was issued is opened byte for byte as it was sent.

use holdfast_domain::{
    Actor, IncidentId, Object, Permission, Refusal, ReportId, Timestamp,
    access::role_may,
    person::{Person, Role},
    person_name::{ERASED_NAME, is_blank, with_handle},
    refusal::FieldErrors,
    report::{IssuedKind, RECIPIENTS_MAX, Recipients, Report, WITHDRAWAL_CHARS_MAX},
};
use holdfast_store::{
    Error as StoreError,
    blob::{Opened, whole},
    person_name,
    report::{self as rows, NewReport},
};
use sha2::{Digest, Sha256};

use super::{
    check::{Candidate, as_of_check},
    rendered,
};
use crate::{
    Ctx, Error, Record, Result, UnitOfWork,
    incident::{Visible, view},
    may_read,
    metric::MetricsQuery,
    permit,
    person_name::{NamesThen, id_in, signer},
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

/// Names by the ledger who issued and withdrew each, and to whom it went: under the names that they had then,
/// whatever they are called now.
async fn signed(ctx: &Ctx, actor: &Actor, mut reports: Vec<Report>) -> Result<Vec<Report>> {
    let (db, org) = (ctx.db(), actor.org_id);
    let ids: Vec<ReportId> = reports.iter().map(|report| report.id).collect();
    let recipients = rows::recipients(db, &ids).await?;
    let names = NamesThen::read(ctx, org, recipients.iter().map(|(_, person)| *person).collect()).await?;
    let recipients_at = |report: ReportId, seq: i64| {
        let mine = recipients.iter().filter(|(of, _)| *of == report);
        let mut named: Vec<String> = mine.filter_map(|(_, person)| names.at(&person.to_string(), seq)).collect();
        named.sort_unstable();
        named
    };
    for report in &mut reports {
        // What is shown where the values of the entry are erased, by which it is found.
        report.recipients = recipients_at(report.id, i64::MAX);
        report.issued_by_name = ERASED_NAME.into();
        report.withdrawn_by_name = report.withdrawn_at.map(|_| ERASED_NAME.into());
    }
    for row in person_name::of_reports(db, org, &ids).await? {
        let is_issue = row.entry.kind == "report.issued";
        let id = if is_issue { id_in(&row, "report")? } else { row.entry.subject_id.parse().ok() };
        let Some(report) = reports.iter_mut().find(|report| Some(report.id) == id) else { continue };
        let (name, handle) = signer(&row.entry)?;
        if is_issue {
            (report.issued_by_name, report.issued_by_handle) = (name, handle);
            report.recipients = recipients_at(report.id, row.entry.seq);
        } else {
            (report.withdrawn_by_name, report.withdrawn_by_handle) = (Some(name), Some(handle));
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
    let record = record(&mut work, actor, "report.opened", &report).await?;
    work.record(record);
    work.commit().await?;
    Ok(IssuedReport { report, opened: opened.checked(hash) })
}

/// What the ledger says of what was done with an issued report. It concerns the incident of the report.
async fn record(work: &mut UnitOfWork<'_>, actor: &Actor, kind: &'static str, report: &Report) -> Result<Record> {
    let record = Record::new(kind, "report", report.id).with_public_hash("sha256", &report.sha256);
    let incident = rows::incident_of(&mut work.tx, actor.org_id, report.id).await?;
    Ok(incident.into_iter().fold(record, Record::concerning))
}

/// People who can read what is issued to them, by name.
pub async fn readers(ctx: &Ctx, actor: &Actor) -> Result<Vec<(holdfast_domain::PersonId, String)>> {
    permit(ctx, actor, Permission::IssueReport, Object::None).await?;
    let people = holdfast_store::person::list(ctx.db(), actor.org_id).await?;
    Ok(people.into_iter().filter(reads).map(|person| (person.id, person.display_name)).collect())
}

fn reads(person: &Person) -> bool {
    !person.disabled && person.roles.iter().any(|role| role_may(role, Permission::ReadReports))
}

/// Why a report cannot go to a group.
const CONFINED: &str = "This report is restricted, TLP:RED or TLP:AMBER+STRICT. Choose its readers by name.";

/// Those who receive a report.
pub(super) struct Named {
    /// As the report prints them: a group is named as a group.
    pub printed: Vec<String>,
    /// Every one of them who would receive it now, by name.
    pub recipients: Vec<String>,
}

pub(super) async fn named(ctx: &Ctx, actor: &Actor, recipients: &Recipients, confined: bool) -> Result<Named> {
    let mut errors = FieldErrors::default();
    if confined && recipients.executives {
        errors.add("executives", CONFINED);
    }
    if !recipients.executives && recipients.people.is_empty() {
        errors.add("people", "Choose who receives it.");
    }
    if recipients.people.len() > RECIPIENTS_MAX {
        errors.add("people", format!("At most {RECIPIENTS_MAX}."));
    }
    errors.finish()?;
    let people = holdfast_store::person::list(ctx.db(), actor.org_id).await?;
    let is_chosen = |person: &&Person| recipients.people.contains(&person.id);
    let chosen: Vec<&Person> = people.iter().filter(is_chosen).collect();
    if chosen.len() != recipients.people.len() || !chosen.iter().all(|person| reads(person)) {
        return Err(Refusal::field("people", "Somebody chosen cannot read reports. Choose among those offered.").into());
    }
    let group = recipients.executives.then(|| "Executives".to_owned());
    // On paper for good, so with the handle.
    let name = |person: &Person| with_handle(&person.name, &person.handle);
    let printed = group.into_iter().chain(chosen.iter().map(|person| name(person))).collect();
    let is_executive = |person: &&Person| person.roles.has(Role::Executive) && reads(person);
    let receives = |person: &&Person| is_chosen(person) || recipients.executives && is_executive(person);
    let now = people.iter().filter(receives).map(name).collect();
    Ok(Named { printed, recipients: now })
}

/// What somebody who issues a report says besides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Confirmation<'a> {
    /// What [`super::check`] gave as `checked`: the report shows the state of that instant, and must still say the
    /// same.
    pub checked: Option<&'a str>,
    /// Its reference as typed, which a confined report needs.
    pub reference: Option<&'a str>,
}

/// Issues a report of an incident.
///
/// # Errors
/// A refusal when the role does not allow it, there is no such incident for the actor, nobody receives it, its
/// content is not fit to be issued or not what was checked, a confined one is not confirmed, or somebody else issued
/// the same version at the same time.
pub async fn issue(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    kind: IssuedKind,
    recipients: &Recipients,
    confirmation: Confirmation<'_>,
) -> Result<Report> {
    permit(ctx, actor, Permission::IssueReport, Object::None).await?;
    let id = view(ctx, actor, reference).await?.id;
    let recipients = &recipients.once();
    let as_of = as_of_check(ctx, confirmation.checked)?;
    let candidate = Candidate::of_incident(ctx, actor, reference, kind, recipients, as_of).await?;
    keep(ctx, actor, candidate, (kind, Some(id)), recipients, confirmation).await
}

/// Issues the metrics of a period.
///
/// # Errors
/// As [`issue`].
pub async fn issue_metrics(
    ctx: &Ctx,
    actor: &Actor,
    query: &MetricsQuery,
    recipients: &Recipients,
    confirmation: Confirmation<'_>,
) -> Result<Report> {
    permit(ctx, actor, Permission::IssueReport, Object::None).await?;
    let recipients = &recipients.once();
    let as_of = as_of_check(ctx, confirmation.checked)?;
    let candidate = Candidate::of_metrics(ctx, actor, query, recipients, as_of).await?;
    keep(ctx, actor, candidate, (IssuedKind::Metrics, None), recipients, confirmation).await
}

fn confirmed(candidate: &Candidate, confirmation: Confirmation<'_>) -> Result<()> {
    super::check::refused(&candidate.notes)?;
    if candidate.confined && confirmation.reference.map(str::trim) != Some(candidate.reference.as_str()) {
        let words = format!("Type {} to confirm that this report goes to the people named.", candidate.reference);
        return Err(Refusal::field("confirm", words).into());
    }
    if let Some(checked) = confirmation.checked
        && checked != candidate.checked()?
    {
        let words = "The report says something else than when you checked it, because the incident or the figures \
                     changed. Check it again.";
        return Err(Refusal::Rule(words.into()).into());
    }
    Ok(())
}

/// Renders, keeps the file, and commits the row with its entry. The file is on the disk before the row
/// names it.
async fn keep(
    ctx: &Ctx,
    actor: &Actor,
    issue: Candidate,
    (kind, incident): (IssuedKind, Option<IncidentId>),
    recipients: &Recipients,
    confirmation: Confirmation<'_>,
) -> Result<Report> {
    confirmed(&issue, confirmation)?;
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
        incident,
        kind,
        subject: issue.subject,
        number: issue.number,
        title: issue.title,
        tlp: issue.tlp,
        as_of: issue.as_of,
        sha256: stored.sha256.to_string(),
        data_sha256: hex::encode(Sha256::digest(&issue.json)),
        size_bytes: size,
    };
    match rows::insert(&mut work.tx, actor, &report, recipients, work.now).await {
        Err(StoreError::Taken) => {
            let words = "Somebody else issued this report at the same moment. Look at theirs, then decide again.";
            return Err(Refusal::Rule(words.into()).into());
        }
        other => other?,
    }
    let (subject_kind, subject_id) = match incident {
        Some(incident) => ("incident", incident.to_string()),
        None => ("report", id.to_string()),
    };
    work.record(
        Record::new("report.issued", subject_kind, subject_id)
            .with("report", id.to_string())
            .with("kind", report.kind.as_str())
            .with("version", report.number)
            .with_public_hash("sha256", &report.sha256)
            .with_public_hash("data_sha256", &report.data_sha256)
            .with("executives", recipients.executives)
            .with("people", recipients.people.iter().map(ToString::to_string).collect::<Vec<_>>()),
    );
    work.makes(id);
    work.commit().await?;
    drop(stored);
    about(ctx, actor, &id.to_string()).await
}

/// Withdraws a report that was issued by mistake: everybody who may read it sees that, and why. Its PDF stays.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none that the actor may read; a refusal when the role does not allow it, no
/// reason is given, or it was withdrawn before.
pub async fn withdraw(ctx: &Ctx, actor: &Actor, id: &str, reason: &str) -> Result<Report> {
    permit(ctx, actor, Permission::IssueReport, Object::None).await?;
    let report = about(ctx, actor, id).await?;
    let reason = reason.trim();
    let mut errors = FieldErrors::default();
    errors.text("reason", reason, WITHDRAWAL_CHARS_MAX);
    if is_blank(reason) {
        errors.add("reason", "Say why, so that those who read it know.");
    }
    errors.finish()?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    match rows::withdraw(&mut work.tx, actor, report.id, reason, work.now).await {
        Err(StoreError::Taken) => return Err(Refusal::Rule("This report is withdrawn already.".into()).into()),
        other => other?,
    }
    let record = record(&mut work, actor, "report.withdrawn", &report).await?;
    work.record(record.with("kind", report.kind.as_str()).with("version", report.number).with_text("reason", reason));
    work.commit().await?;
    about(ctx, actor, id).await
}
