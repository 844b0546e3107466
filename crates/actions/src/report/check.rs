//! What an author should know of a report before it goes out: what is missing, what contradicts itself, how its pages
//! look, and who would receive it.

use std::sync::Arc;

use holdfast_domain::{
    Actor, Clock, Fields as _, Object, Permission, Refusal, Timestamp,
    asset::Compromise,
    event::Lane,
    impact::InformationImpact,
    incident::Disposition,
    lifecycle::{Milestone, MilestoneTime, Status, order_faults},
    marking::Tlp,
    report::{IssuedKind, Recipients, ReportCheck, ReportNote, is_confined},
    time::Precision,
};
use holdfast_report::{Preview, RenderError, ReportKind};
use holdfast_store::{ledger::Touch, report as rows};
use sha2::{Digest, Sha256};

use super::{
    RenderedDraft,
    case::{self, ReportSource, told},
    issue::{Named, named},
    metrics, of_case, record_rendered, too_large,
};
use crate::{Ctx, Error, Result, cache, incident::view, metric::MetricsQuery, permit};

/// Most pages that are shown as pictures; the PDF has them all.
pub const PICTURES_MAX: usize = 20;

/// Previews kept at most, and the size of one with its pictures.
const PREVIEWS_MAX: usize = 4;
const PREVIEW_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Previews that still hold, by everything they can differ by.
pub(crate) type Previews = cache::Cache<String, MadePreview>;

pub(crate) fn previews() -> Previews {
    cache::Cache::of_those(PREVIEWS_MAX, |made| is_kept(&made.preview))
}

fn is_kept(preview: &Preview) -> bool {
    let size = preview.images.iter().fold(preview.pdf.bytes.len(), |size, image| size + image.len());
    size <= PREVIEW_BYTES_MAX
}

/// A report as it would be issued.
#[derive(Debug)]
pub struct MadePreview {
    /// Its PDF and its pages.
    pub preview: Preview,
    about: String,
    notes: Vec<ReportNote>,
    number: i64,
    recipients: Vec<String>,
    confined: bool,
    checked: String,
    subject: String,
    json_sha256: [u8; 32],
}

impl MadePreview {
    fn check(&self) -> ReportCheck {
        ReportCheck {
            about: self.about.clone(),
            notes: self.notes.clone(),
            number: self.number,
            recipients: self.recipients.clone(),
            confined: self.confined,
            checked: self.checked.clone(),
            page_count: self.preview.pdf.page_count,
        }
    }
}

/// How long what was checked can be issued, in seconds: what changed meanwhile is found, what has only grown older
/// is not.
const CHECK_KEPT_S: i64 = 3_600;

/// The instant whose state a report shows: that of its check, or the present where it was not checked.
///
/// # Errors
/// A refusal when the check is older than an hour, or none of ours.
pub(super) fn as_of_check(ctx: &Ctx, checked: Option<&str>) -> Result<Timestamp> {
    let now = super::as_of(ctx);
    let Some(checked) = checked else { return Ok(now) };
    let seconds = checked.split_once('.').and_then(|(seconds, _)| seconds.parse::<i64>().ok());
    let words = match seconds {
        Some(seconds) if (now.seconds() - CHECK_KEPT_S..=now.seconds()).contains(&seconds) => {
            return Ok(Timestamp::from_seconds(seconds));
        }
        Some(seconds) if seconds < now.seconds() => "This report was checked more than an hour ago. Check it again.",
        _ => "This is not what a check of the report gave. Check it again.",
    };
    Err(Refusal::Rule(words.into()).into())
}

/// A clock that stands still, so that a report shows the state of one instant however often it is read.
struct At(Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// What is about to be issued, read and described.
pub(super) struct Candidate {
    pub of: ReportKind,
    pub subject: String,
    pub title: String,
    pub tlp: Tlp,
    pub as_of: Timestamp,
    pub number: i64,
    pub json: Vec<u8>,
    pub notes: Vec<ReportNote>,
    pub confined: bool,
    /// How the readers know it.
    pub reference: String,
    pub about: String,
    pub recipients: Vec<String>,
}

impl Candidate {
    /// A report of an incident.
    pub(super) async fn of_incident(
        ctx: &Ctx,
        actor: &Actor,
        reference: &str,
        kind: IssuedKind,
        recipients: &Recipients,
        as_of: Timestamp,
    ) -> Result<Self> {
        // Looked up again, beside all else that is printed: the incident may have been edited meanwhile, or hidden
        // from this actor.
        let incident = view(ctx, actor, reference).await?;
        let confined = is_confined(incident.restricted, incident.fields.tlp);
        let Named { printed, recipients } = named(ctx, actor, recipients, confined).await?;
        let subject = incident.id.to_string();
        let number = rows::next_number(ctx.db(), actor, kind, &subject).await?;
        let version = u32::try_from(number).map_err(|error| Error::failed("report version", error))?;
        let then = &ctx.by_clock(Arc::new(At(as_of)));
        let case = case::read(then, actor, &incident, Some(version), printed).await?;
        let (of, json) = of_case(&case, kind)?;
        Ok(Self {
            of,
            subject,
            title: case.incident.fields.title.clone(),
            tlp: case.incident.fields.tlp,
            as_of: case.head.as_of,
            number,
            json,
            notes: notes(&case, kind),
            confined,
            about: format!("{}, version {number}, of {}: {}", kind.label(), incident.reference, incident.fields.title),
            reference: case.incident.reference.clone(),
            recipients,
        })
    }

    /// The metrics of a period.
    pub(super) async fn of_metrics(
        ctx: &Ctx,
        actor: &Actor,
        query: &MetricsQuery,
        recipients: &Recipients,
        as_of: Timestamp,
    ) -> Result<Self> {
        let Named { printed, recipients } = named(ctx, actor, recipients, false).await?;
        let then = &ctx.by_clock(Arc::new(At(as_of)));
        let (mut data, subject) = metrics::read(then, actor, query, Some(0), printed).await?;
        let number = rows::next_number(ctx.db(), actor, IssuedKind::Metrics, &subject).await?;
        let version = u32::try_from(number).map_err(|error| Error::failed("report version", error))?;
        data.head.version = Some(version);
        let count: u64 = data.by_severity.iter().map(|line| u64::from(line.detected)).sum();
        let note = "No incident was detected in this period: every figure is empty.";
        Ok(Self {
            of: ReportKind::Metrics,
            title: data.head.title.clone(),
            tlp: data.head.tlp,
            as_of: data.head.as_of,
            number,
            json: data.to_json().map_err(|error| Error::failed("report data", error))?,
            notes: (count == 0).then(|| note_of(false, note, "")).into_iter().collect(),
            confined: false,
            reference: subject.clone(),
            about: format!("{}, version {number}. {} n = {count}.", data.head.title, data.cohort),
            subject,
            recipients,
        })
    }

    /// Stands for when it was read and all that it says but how far the ledger was.
    pub(super) fn checked(&self) -> Result<String> {
        let failed = |error| Error::failed("report data", error);
        let mut said: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(&self.json).map_err(failed)?;
        said.remove("ledger");
        let said = serde_json::to_vec(&said).map_err(failed)?;
        Ok(format!("{}.{}", self.as_of.seconds(), hex::encode(Sha256::digest(said))))
    }

    async fn preview(self, ctx: &Ctx) -> Result<MadePreview> {
        let checked = self.checked()?;
        let made = ctx.renderer().preview(self.of, &self.json, self.as_of, PICTURES_MAX).await;
        let preview = made.map_err(|error| match error {
            RenderError::Limit(limit) => too_large(limit),
            error => Error::failed("report", error),
        })?;
        Ok(MadePreview {
            preview,
            about: self.about,
            notes: self.notes,
            number: self.number,
            recipients: self.recipients,
            confined: self.confined,
            checked,
            json_sha256: Sha256::digest(&self.json).into(),
            subject: self.subject,
        })
    }
}

/// What a report of an incident would say if it were issued now.
///
/// # Errors
/// A refusal when the role does not allow it, there is no such incident for the actor, or nobody receives it.
pub async fn check(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    kind: IssuedKind,
    recipients: &Recipients,
) -> Result<ReportCheck> {
    Ok(made(ctx, actor, reference, kind, recipients).await?.0.check())
}

/// The pages of it; of a PDF that is handed out, the ledger keeps the hash.
///
/// # Errors
/// As [`check`].
pub async fn preview(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    kind: IssuedKind,
    recipients: &Recipients,
    as_pdf: bool,
) -> Result<Arc<MadePreview>> {
    let (made, id) = made(ctx, actor, reference, kind, recipients).await?;
    if as_pdf {
        record_preview(ctx, actor, super::template_of(kind)?, &made, ("incident", id)).await?;
    }
    Ok(made)
}

async fn made(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    kind: IssuedKind,
    recipients: &Recipients,
) -> Result<(Arc<MadePreview>, String)> {
    permit(ctx, actor, Permission::IssueReport, Object::None).await?;
    let id = view(ctx, actor, reference).await?.id;
    let recipients = &recipients.once();
    let key = serde_json::to_string(&(actor, id, kind, recipients)).map_err(|error| Error::failed("preview", error))?;
    let as_of = super::as_of(ctx);
    let make =
        async { Candidate::of_incident(ctx, actor, reference, kind, recipients, as_of).await?.preview(ctx).await };
    let made = ctx.previews().get(ctx, (actor.org_id, ctx.now()), key, &Touch::Incident(id), make).await?;
    Ok((made, id.to_string()))
}

/// What the metrics of a period would say if they were issued now.
///
/// # Errors
/// A refusal when the role does not allow it, there is no such period, or nobody receives it.
pub async fn check_metrics(
    ctx: &Ctx,
    actor: &Actor,
    query: &MetricsQuery,
    recipients: &Recipients,
) -> Result<ReportCheck> {
    Ok(made_of_metrics(ctx, actor, query, recipients).await?.check())
}

/// The pages of them.
///
/// # Errors
/// As [`check_metrics`].
pub async fn preview_metrics(
    ctx: &Ctx,
    actor: &Actor,
    query: &MetricsQuery,
    recipients: &Recipients,
    as_pdf: bool,
) -> Result<Arc<MadePreview>> {
    let made = made_of_metrics(ctx, actor, query, recipients).await?;
    if as_pdf {
        record_preview(ctx, actor, ReportKind::Metrics, &made, ("metrics", made.subject.clone())).await?;
    }
    Ok(made)
}

async fn made_of_metrics(
    ctx: &Ctx,
    actor: &Actor,
    query: &MetricsQuery,
    recipients: &Recipients,
) -> Result<Arc<MadePreview>> {
    permit(ctx, actor, Permission::IssueReport, Object::None).await?;
    let recipients = &recipients.once();
    let key = serde_json::to_string(&(actor, query, recipients)).map_err(|error| Error::failed("preview", error))?;
    let as_of = super::as_of(ctx);
    let make = async { Candidate::of_metrics(ctx, actor, query, recipients, as_of).await?.preview(ctx).await };
    ctx.previews().get(ctx, (actor.org_id, ctx.now()), key, &Touch::Metrics, make).await
}

async fn record_preview(
    ctx: &Ctx,
    actor: &Actor,
    kind: ReportKind,
    made: &MadePreview,
    subject: (&str, String),
) -> Result<()> {
    let sha256 = Sha256::digest(&made.preview.pdf.bytes).into();
    let draft = RenderedDraft { pdf: Vec::new(), sha256, data_sha256: made.json_sha256 };
    record_rendered(ctx, actor, kind, &draft, subject).await
}

fn note_of(blocks: bool, text: impl Into<String>, page: &str) -> ReportNote {
    ReportNote { blocks, text: text.into(), page: page.into() }
}

/// The refusal of a report that is not fit to go out.
pub(super) fn refused(notes: &[ReportNote]) -> Result<()> {
    let blocking: Vec<&str> = notes.iter().filter(|note| note.blocks).map(|note| note.text.as_str()).collect();
    if blocking.is_empty() { Ok(()) } else { Err(Refusal::Rule(blocking.join(" ")).into()) }
}

/// All there is to say of a report of an incident; what blocks it comes first.
fn notes(case: &ReportSource, kind: IssuedKind) -> Vec<ReportNote> {
    let mut notes = contradictions(case);
    notes.extend(missing(case, kind));
    notes.sort_by_key(|note| !note.blocks);
    notes
}

fn missing(case: &ReportSource, kind: IssuedKind) -> Vec<ReportNote> {
    let texts = &case.narrative.fields;
    let blank = |name: &str| texts.text(name).trim().is_empty();
    let (write, edit) = ("/reports/write", "/edit");
    let mut notes = Vec::new();
    let mut lacks = |is_missing: bool, blocks: bool, text: &str, page: &str| {
        if is_missing {
            notes.push(note_of(blocks, text, page));
        }
    };
    let untimed = ["detect", "contain", "recover"].iter().all(|name| {
        let has_time = |time: &MilestoneTime| time.milestone.as_str() == *name && time.at.is_some();
        !case.times.iter().any(has_time)
    });
    if kind == IssuedKind::Executive {
        lacks(blank("bottom_line"), true, "The bottom line is not written: an executive report needs one.", write);
        lacks(blank("business_impact"), false, "The business impact is not written.", write);
        lacks(texts.decisions().is_empty(), false, "No decisions are asked for.", write);
        let sure = ["confidence_known", "confidence_assessed", "confidence_unknown"];
        let unsure = sure.iter().all(|name| blank(name));
        lacks(unsure, false, "What is known, assessed and not known is not written.", write);
        let (events, is_chosen) = told(&case.entries);
        lacks(events.is_empty(), false, "The timeline has no events.", "/timeline");
        let text = "No events are chosen for reports: the report shows all of them.";
        lacks(!events.is_empty() && !is_chosen, false, text, "/timeline");
    } else {
        let fields = &case.incident.fields;
        lacks(fields.summary.trim().is_empty(), true, "The summary is not written: a review needs one.", edit);
        lacks(fields.root_cause.trim().is_empty(), false, "The root cause is not written.", edit);
        let learned = ["went_well", "went_wrong", "lessons"];
        lacks(learned.iter().all(|name| blank(name)), false, "What was learned is not written.", write);
        lacks(case.recommendations.is_empty(), false, "There are no action items.", "/recommendations");
    }
    lacks(untimed, false, "No time of the response is known.", "/times");
    notes
}

/// What the record says twice, differently.
fn contradictions(case: &ReportSource) -> Vec<ReportNote> {
    let fields = &case.incident.fields;
    let at = |milestone| case.times.iter().find(|time| time.milestone == milestone).filter(|time| time.at.is_some());
    let mut notes: Vec<ReportNote> = order_faults(&case.times)
        .into_iter()
        .map(|fault| {
            let text = format!("“{}” is recorded before “{}”.", fault.later.label(), fault.earlier.label());
            note_of(true, text, "/times")
        })
        .collect();
    if fields.information_impact == InformationImpact::None && at(Milestone::Exfiltration).is_some() {
        let text = "The impact on information is “None”, but a first data loss has a time.";
        notes.push(note_of(true, text, "/edit"));
    }
    let compromised = case.assets.iter().filter(|asset| asset.fields.compromise == Compromise::Confirmed).count();
    if fields.disposition == Disposition::FalsePositive && compromised > 0 {
        let text =
            format!("The disposition is “False positive”, but compromise is confirmed for {}.", assets(compromised));
        notes.push(note_of(true, text, "/assets"));
    }
    let is_over = matches!(case.incident.status, Status::Resolved | Status::Closed);
    let open = case.tasks.iter().filter(|task| task.fields.mandatory && task.fields.status.is_open()).count();
    if is_over && open > 0 {
        let are = if open == 1 { "1 mandatory task is".to_owned() } else { format!("{open} mandatory tasks are") };
        let text = format!("The incident is {}, but {are} open.", case.incident.status.label().to_lowercase());
        notes.push(note_of(true, text, "/tasks"));
    }
    if is_over && compromised > 0 {
        let status = case.incident.status.label().to_lowercase();
        let text = format!("The incident is {status}, but {} marked as compromised.", still(compromised));
        notes.push(note_of(false, text, "/assets"));
    }
    if let Some(start) = at(Milestone::Start).filter(|time| is_sharp(time.precision)).and_then(|time| time.at) {
        let early = case.entries.iter().find(|entry| {
            entry.lane == Lane::Attack && is_sharp(entry.precision) && entry.at.is_some_and(|at| at < start)
        });
        if let Some(entry) = early {
            let text = format!("“{}” is earlier than the start of the malicious activity.", entry.title);
            notes.push(note_of(true, text, "/times"));
        }
    }
    notes
}

const fn is_sharp(precision: Precision) -> bool {
    matches!(precision, Precision::Exact | Precision::Minute)
}

fn assets(count: usize) -> String {
    if count == 1 { "1 asset".to_owned() } else { format!("{count} assets") }
}

fn still(count: usize) -> String {
    if count == 1 { "1 asset is still".to_owned() } else { format!("{count} assets are still") }
}

#[cfg(test)]
mod tests {
    use holdfast_report::Pdf;

    use super::*;

    #[test]
    fn a_preview_is_kept_by_the_size_of_its_pdf_and_its_pictures_together() {
        let of = |pdf: usize, images: &[usize]| Preview {
            pdf: Pdf { bytes: vec![0; pdf], page_count: images.len() },
            images: images.iter().map(|size| vec![0; *size]).collect(),
        };
        let half = PREVIEW_BYTES_MAX / 2;
        assert!(is_kept(&of(half, &[half])));
        assert!(!is_kept(&of(half, &[half, 1])));
        assert!(!is_kept(&of(PREVIEW_BYTES_MAX + 1, &[])));
    }
}
