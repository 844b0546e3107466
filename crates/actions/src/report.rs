//! Reports: the data, rendered in the limited child process, and the record that it was done.

use holdfast_domain::{Actor, Deed, Object, lifecycle::MilestoneTime};
use holdfast_report::{
    IncidentSummary, RenderError, ReportKind,
    incident_summary::{LedgerState, MilestonePoint},
};
use sha2::{Digest, Sha256};

use crate::{
    Ctx, Error, Result,
    act::{Act, Record},
    incident::{Room, room},
    ledger, org,
    plain_text::plain_text,
    session::permit,
};

/// The one-page summary of an incident as a PDF.
///
/// # Errors
/// A refusal when there is no such incident for the actor or the renderer is overloaded.
pub async fn incident_summary(ctx: &Ctx, actor: &Actor, reference: &str) -> Result<Vec<u8>> {
    permit(ctx, actor, Deed::RenderReport, Object::None).await?;
    let room = room(ctx, actor, reference).await?;
    let id = room.incident.id;
    let summary = data(ctx, actor, room).await?;
    let json = summary.to_json().map_err(|error| Error::failed("report data", error))?;
    let rendered = ctx.renderer().render(ReportKind::IncidentSummary, &json, summary.as_of).await;
    let pdf = rendered.map_err(|error: RenderError| Error::failed("report", error))?;
    let mut act = Act::begin(ctx, actor).await?;
    act.record(
        Record::new("report.rendered", "incident", id)
            .with("report", ReportKind::IncidentSummary.as_str())
            .with("sha256", hex::encode(Sha256::digest(&pdf.bytes)))
            .with("data_sha256", hex::encode(Sha256::digest(&json))),
    );
    act.commit().await?;
    Ok(pdf.bytes)
}

async fn data(ctx: &Ctx, actor: &Actor, room: Room) -> Result<IncidentSummary> {
    let (entry_count, root_hash) = ledger::state(ctx, actor.org_id).await?;
    let mut milestones: Vec<_> = room.times.iter().filter_map(point).collect();
    milestones.sort_by_key(|point| (point.at, point.milestone));
    let incident = room.incident;
    let fields = incident.fields;
    Ok(IncidentSummary {
        // Whole seconds: the document's date holds no more.
        as_of: holdfast_domain::Timestamp::from_seconds(ctx.now().seconds()),
        organisation: org::view(ctx, actor).await?.name,
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
        ledger: LedgerState { entry_count, root_hash },
    })
}

/// A milestone that has a time.
fn point(time: &MilestoneTime) -> Option<MilestonePoint> {
    Some(MilestonePoint { milestone: time.milestone, at: time.at?, precision: time.precision, source: time.source })
}
