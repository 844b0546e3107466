//! Reports: the data, rendered in the limited child process, and the record that it was done. A draft
//! is made anew unless it was made within the minute and nothing changed; what was issued is kept as it
//! was sent ([`issue`]).

mod case;
mod check;
pub mod custody;
mod executive;
mod glossary;
mod issue;
mod metrics;
mod review;

use holdfast_domain::{
    Actor, Field, Fields as _, Object, Permission, Refusal, Timestamp,
    incident::{Incident, IncidentFields},
    lifecycle::MilestoneTime,
    marking::{Pap, Tlp},
    report::IssuedKind,
};
use holdfast_report::{
    CaseFacts, Fact, IncidentSummary, LedgerState, Limit, MilestonePoint, RenderError, ReportHead, ReportKind,
    ZoneOffset,
};
use holdfast_store::ledger::Touch;
use sha2::{Digest, Sha256};

pub use check::{MadePreview, PICTURES_MAX, check, check_metrics, preview, preview_metrics};
pub(crate) use check::{Previews, previews};
pub use issue::{
    Confirmation, IssuedPage, IssuedReport, about, issue, issue_metrics, list, of_incident, open, readers, withdraw,
};

use crate::{
    Ctx, Error, Record, Result, UnitOfWork, cache,
    incident::{RoomData, room, view},
    ledger, logo,
    markup::plain_text,
    metric::MetricsQuery,
    org, permit,
    person_name::signature,
};

/// The one-page summary of an incident as a PDF.
///
/// # Errors
/// A refusal when there is no such incident for the actor or the renderer is overloaded.
pub async fn incident_summary(ctx: &Ctx, actor: &Actor, reference: &str) -> Result<Vec<u8>> {
    permit(ctx, actor, Permission::RenderReport, Object::None).await?;
    let incident = view(ctx, actor, reference).await?;
    // Looked up again when it is made: what is kept must not be older than the ledger it is kept by.
    let make = async {
        let summary = data(ctx, actor, room(ctx, actor, view(ctx, actor, reference).await?).await?).await?;
        let json = summary.to_json().map_err(|error| Error::failed("report data", error))?;
        RenderedDraft::make(ctx, ReportKind::IncidentSummary, &json, summary.as_of).await
    };
    of_incident_kept(ctx, actor, &incident, ReportKind::IncidentSummary, make).await
}

/// A report of an incident as it would be issued now, marked as a draft.
///
/// # Errors
/// A refusal when there is no such incident for the actor or the renderer is overloaded.
pub async fn draft(ctx: &Ctx, actor: &Actor, reference: &str, kind: IssuedKind) -> Result<Vec<u8>> {
    permit(ctx, actor, Permission::RenderReport, Object::None).await?;
    let incident = view(ctx, actor, reference).await?;
    // As above.
    let make = async {
        let case = case::read(ctx, actor, &view(ctx, actor, reference).await?, None, Vec::new()).await?;
        let (of, json) = of_case(&case, kind)?;
        RenderedDraft::make(ctx, of, &json, case.head.as_of).await
    };
    of_incident_kept(ctx, actor, &incident, template_of(kind)?, make).await
}

/// Drafts kept at most, and the size of one.
const DRAFTS_MAX: usize = 8;
const DRAFT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Drafts that still hold, by everything they can differ by: who asks with which rights, of what, and
/// the kind.
pub(crate) type Drafts = cache::Cache<String, RenderedDraft>;

pub(crate) fn drafts() -> Drafts {
    cache::Cache::of_those(DRAFTS_MAX, |draft| draft.pdf.len() <= DRAFT_BYTES_MAX)
}

/// A draft that was made.
pub(crate) struct RenderedDraft {
    pdf: Vec<u8>,
    sha256: [u8; 32],
    data_sha256: [u8; 32],
}

impl RenderedDraft {
    async fn make(ctx: &Ctx, kind: ReportKind, json: &[u8], as_of: Timestamp) -> Result<Self> {
        let pdf = rendered(ctx, kind, json, as_of).await?;
        Ok(Self { sha256: Sha256::digest(&pdf).into(), data_sha256: Sha256::digest(json).into(), pdf })
    }
}

/// The draft that was made a minute ago at most, where nothing of the incident changed since; else a
/// new one. That it was asked for is recorded either way.
async fn of_incident_kept(
    ctx: &Ctx,
    actor: &Actor,
    incident: &Incident,
    kind: ReportKind,
    make: impl Future<Output = Result<RenderedDraft>> + Send,
) -> Result<Vec<u8>> {
    let key = serde_json::to_string(&(actor, incident.id, kind)).map_err(|error| Error::failed("draft", error))?;
    let at = (actor.org_id, ctx.now());
    let draft = ctx.drafts().get(ctx, at, key, &Touch::Incident(incident.id), make).await?;
    record_rendered(ctx, actor, kind, &draft, ("incident", incident.id.to_string())).await?;
    Ok(draft.pdf.clone())
}

/// The metrics of a period as a PDF, marked as a draft.
///
/// # Errors
/// A refusal when the role does not allow it, there is no such period, or the renderer is overloaded.
pub async fn metrics_draft(ctx: &Ctx, actor: &Actor, query: &MetricsQuery) -> Result<Vec<u8>> {
    let (data, subject) = metrics::read(ctx, actor, query, None, Vec::new()).await?;
    let json = data.to_json().map_err(|error| Error::failed("report data", error))?;
    let draft = RenderedDraft::make(ctx, ReportKind::Metrics, &json, data.head.as_of).await?;
    record_rendered(ctx, actor, ReportKind::Metrics, &draft, ("metrics", subject)).await?;
    Ok(draft.pdf)
}

/// The data of a report of an incident.
fn of_case(case: &case::ReportSource, kind: IssuedKind) -> Result<(ReportKind, Vec<u8>)> {
    let of = template_of(kind)?;
    let json = if of == ReportKind::Executive {
        let mut data = executive::data(case);
        data.head.offsets = offsets(&data, &data.head.zone)?;
        data.to_json()
    } else {
        let mut data = review::data(case);
        data.head.offsets = offsets(&data, &data.head.zone)?;
        data.to_json()
    };
    Ok((of, json.map_err(|error| Error::failed("report data", error))?))
}

/// Which template a report of an incident has.
fn template_of(kind: IssuedKind) -> Result<ReportKind> {
    match kind {
        IssuedKind::Executive => Ok(ReportKind::Executive),
        IssuedKind::PostIncidentReview => Ok(ReportKind::PostIncidentReview),
        IssuedKind::Metrics => Err(Error::Failed("metrics are about no single incident".into())),
    }
}

/// Records that a draft or a preview was handed out.
async fn record_rendered(
    ctx: &Ctx,
    actor: &Actor,
    kind: ReportKind,
    draft: &RenderedDraft,
    (subject, id): (&str, String),
) -> Result<()> {
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    work.record(
        Record::new("report.rendered", subject, id)
            .with("report", kind.as_str())
            .with_public_hash("sha256", &hex::encode(draft.sha256))
            .with_public_hash("data_sha256", &hex::encode(draft.data_sha256)),
    );
    work.commit().await
}

async fn rendered(ctx: &Ctx, kind: ReportKind, json: &[u8], as_of: Timestamp) -> Result<Vec<u8>> {
    match ctx.renderer().render(kind, json, as_of).await {
        Ok(pdf) => Ok(pdf.bytes),
        Err(RenderError::Limit(limit)) => Err(too_large(limit)),
        Err(error) => Err(Error::failed("report", error)),
    }
}

fn too_large(limit: Limit) -> Error {
    Refusal::Rule(format!(
        "This report is too large to be made: it would need more than {limit}. Choose less for it, such as only the \
         events that it has to tell."
    ))
    .into()
}

/// The present in whole seconds: the document's date holds no more.
fn as_of(ctx: &Ctx) -> Timestamp {
    Timestamp::from_seconds(ctx.now().seconds())
}

/// How far a zone's clocks are ahead of UTC at each time that a report's data holds.
fn offsets(data: &impl serde::Serialize, zone: &str) -> Result<Vec<ZoneOffset>> {
    let data = serde_json::to_value(data).map_err(|error| Error::failed("report data", error))?;
    let mut times = Vec::new();
    times_in(&data, &mut times);
    let (Some(from), Some(to)) = (times.iter().min(), times.iter().max()) else { return Ok(Vec::new()) };
    let changes = holdfast_domain::time::offsets(zone, *from, *to);
    Ok(changes.into_iter().map(|(from, minutes)| ZoneOffset { from, minutes }).collect())
}

fn times_in(data: &serde_json::Value, times: &mut Vec<Timestamp>) {
    match data {
        serde_json::Value::String(text) => times.extend(text.parse::<Timestamp>()),
        serde_json::Value::Array(all) => all.iter().for_each(|one| times_in(one, times)),
        serde_json::Value::Object(all) => all.values().for_each(|one| times_in(one, times)),
        _ => (),
    }
}

async fn ledger_state(ctx: &Ctx, actor: &Actor) -> Result<LedgerState> {
    let (entry_count, root_hash) = ledger::state(ctx, actor.org_id).await?;
    Ok(LedgerState { entry_count, root_hash })
}

/// What stands for an author where somebody at the server's own command line made the report, for no
/// person is signed in there.
const COMMAND_LINE: &str = "Nobody named (made from the server's command line)";

/// Who a report names as its author.
async fn author(ctx: &Ctx, actor: &Actor) -> Result<String> {
    if actor.person_id.0.is_nil() { Ok(COMMAND_LINE.into()) } else { signature(ctx, actor).await }
}

/// The head of a report about an incident.
async fn head(
    ctx: &Ctx,
    actor: &Actor,
    incident: &Incident,
    version: Option<u32>,
    distribution: Vec<String>,
) -> Result<ReportHead> {
    Ok(ReportHead {
        reference: incident.reference.clone(),
        title: incident.fields.title.clone(),
        tlp: incident.fields.tlp,
        pap: incident.fields.pap,
        version,
        distribution,
        ..head_of_org(ctx, actor).await?
    })
}

/// The head of a report of the organisation that is about nothing yet, to be read inside it.
async fn head_of_org(ctx: &Ctx, actor: &Actor) -> Result<ReportHead> {
    let org = org::view(ctx, actor).await?;
    let as_of = as_of(ctx);
    Ok(ReportHead {
        as_of,
        offsets: Vec::new(),
        zone: org.time_zone,
        organisation: org.name,
        logo_png: logo::in_report(ctx, actor).await?,
        reference: String::new(),
        title: String::new(),
        tlp: Tlp::Amber,
        pap: Pap::Amber,
        author: author(ctx, actor).await?,
        approver: None,
        version: None,
        distribution: Vec::new(),
    })
}

fn facts(incident: &Incident, owner: Option<String>) -> CaseFacts {
    CaseFacts {
        severity: incident.fields.severity,
        status: incident.status,
        disposition: incident.fields.disposition,
        category: incident.fields.category.clone(),
        assessed: assessed(&incident.fields),
        owner,
        on_hold: incident.fields.on_hold,
        is_exercise: incident.fields.is_exercise,
        opened_at: incident.created_at,
    }
}

/// What somebody assessed, in words. The first value of each of these choices says that nobody did.
fn assessed(fields: &IncidentFields) -> Vec<Fact> {
    let names = ["attack_vector", "detection_source", "functional_impact", "information_impact", "recoverability"];
    let fact = |field: &Field| {
        let value = fields.text(field.name);
        let is_assessed = field.choices.first().is_none_or(|(blank, _)| *blank != value) && !value.is_empty();
        is_assessed.then(|| Fact { name: field.label.into(), value: field.words(&value) })
    };
    names.into_iter().chain(["services"]).filter_map(IncidentFields::field).filter_map(fact).collect()
}

async fn data(ctx: &Ctx, actor: &Actor, room: RoomData) -> Result<IncidentSummary> {
    let ledger = ledger_state(ctx, actor).await?;
    let milestones = points(&room.times);
    let incident = room.incident.into_incident();
    let fields = incident.fields;
    let org = org::view(ctx, actor).await?;
    let mut data = IncidentSummary {
        as_of: as_of(ctx),
        zone: org.time_zone,
        offsets: Vec::new(),
        organisation: org.name,
        logo_png: logo::in_report(ctx, actor).await?,
        reference: incident.reference,
        title: fields.title,
        severity: fields.severity,
        status: incident.status,
        disposition: fields.disposition,
        category: fields.category,
        tlp: fields.tlp,
        pap: fields.pap,
        owner: incident.owner_name,
        on_hold: fields.on_hold,
        is_exercise: fields.is_exercise,
        opened_at: incident.created_at,
        milestones,
        summary: plain_text(&fields.summary),
        ledger,
    };
    data.offsets = offsets(&data, &data.zone)?;
    Ok(data)
}

/// The milestones that have a time, by time.
fn points(times: &[MilestoneTime]) -> Vec<MilestonePoint> {
    let point = |time: &MilestoneTime| {
        Some(MilestonePoint { milestone: time.milestone, at: time.at?, precision: time.precision, source: time.source })
    };
    let mut points: Vec<_> = times.iter().filter_map(point).collect();
    points.sort_by_key(|point| (point.at, point.milestone));
    points
}
