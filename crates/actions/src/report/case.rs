//! Everything that reports of an incident are made of, read once.

use holdfast_chart::{
    Theme,
    timeline::{TimelinePoint, draw},
};
use holdfast_domain::{
    Actor,
    event::{EntryFrom, Lane, TimelineEntry},
    incident::Incident,
    lifecycle::{Milestone, MilestoneTime},
    narrative::{Narrative, Recommendation},
    person::Person,
    person_name::with_handle,
    task::Task,
    time::{Precision, in_zone},
};
use holdfast_report::{Chart, LedgerState, ReportHead};

use crate::{
    Ctx, Result, event,
    incident::{self, Visible},
    item, narrative,
};

/// What reports of an incident are made of.
pub(super) struct ReportSource {
    pub head: ReportHead,
    pub incident: Incident,
    pub times: Vec<MilestoneTime>,
    pub entries: Vec<TimelineEntry>,
    pub tasks: Vec<Task>,
    pub narrative: Narrative,
    pub recommendations: Vec<Recommendation>,
    pub evidence: Vec<holdfast_domain::evidence::Evidence>,
    pub indicators: Vec<holdfast_domain::indicator::Indicator>,
    pub vulnerabilities: Vec<holdfast_domain::vulnerability::Vulnerability>,
    pub assets: Vec<holdfast_domain::asset::Asset>,
    pub ledger: LedgerState,
    /// How long each part of the response may take, as it held when the incident was detected.
    pub targets: holdfast_domain::metric::Targets,
    /// Roles by name, so that a review can speak of roles.
    pub roles: Vec<(String, String)>,
}

impl ReportSource {
    /// A person's role in words, for reports that name nobody.
    pub(super) fn role(&self, name: &str) -> String {
        let known = self.roles.iter().find(|(known, _)| known == name);
        known.map_or_else(|| "Somebody outside the team".to_owned(), |(_, role)| role.clone())
    }
}

/// Reads it.
pub(super) async fn read(
    ctx: &Ctx,
    actor: &Actor,
    incident: &Visible,
    version: Option<u32>,
    distribution: Vec<String>,
) -> Result<ReportSource> {
    let times = incident::times(ctx, actor, incident).await?;
    let detected = times.iter().find(|time| time.milestone == Milestone::Detect).and_then(|time| time.at);
    let detected = detected.unwrap_or(incident.created_at);
    let entries = event::timeline(ctx, actor, incident, &times).await?;
    // By the role and not by a token's scopes: a register that seems empty would be worse than none.
    let sees_evidence = actor.role_may(holdfast_domain::Permission::ViewEvidence);
    let evidence =
        if sees_evidence { holdfast_store::evidence::list(ctx.db(), incident.id).await? } else { Vec::new() };
    let people = holdfast_store::person::list(ctx.db(), actor.org_id).await?;
    Ok(ReportSource {
        head: super::head(ctx, actor, incident, version, distribution).await?,
        tasks: holdfast_store::task::list(ctx.db(), incident.id).await?,
        ledger: super::ledger_state(ctx, actor).await?,
        roles: people.into_iter().flat_map(roles).collect(),
        targets: crate::org::view(ctx, actor).await?.targets.at(detected),
        narrative: narrative::read(ctx, actor, incident).await?,
        recommendations: item::all(ctx, actor, incident).await?,
        evidence,
        indicators: item::all(ctx, actor, incident).await?,
        vulnerabilities: item::all(ctx, actor, incident).await?,
        assets: item::all(ctx, actor, incident).await?,
        incident: incident.clone().into_incident(),
        times,
        entries,
    })
}

/// A person's roles under both ways in which the data name them: in lists, and as an author.
fn roles(person: Person) -> [(String, String); 2] {
    let roles = person.roles.label();
    [(with_handle(&person.name, &person.handle), roles.clone()), (person.display_name, roles)]
}

/// The first ones, and how many there are besides.
pub(super) fn at_most<T>(mut all: Vec<T>, most: usize) -> (Vec<T>, u32) {
    let more = u32::try_from(all.len().saturating_sub(most)).unwrap_or(u32::MAX);
    all.truncate(most);
    (all, more)
}

/// The timeline as a drawing for paper, numbered as the entries are; nothing where no time is known.
pub(super) fn timeline_figure(entries: &[&TimelineEntry], times: &[MilestoneTime], zone: &str) -> Option<Chart> {
    let point = |(index, entry): (usize, &&TimelineEntry)| {
        let at = entry.at?;
        // No more exact than the time is known.
        let chars = if matches!(entry.precision, Precision::Day | Precision::Hour) { 10 } else { 16 };
        let when = in_zone(at, zone).chars().take(chars).collect();
        Some(TimelinePoint { at: at.micros(), is_attack: entry.lane == Lane::Attack, number: index + 1, when })
    };
    let points: Vec<TimelinePoint> = entries.iter().enumerate().filter_map(point).collect();
    let intervals = event::intervals(times);
    let title = format!(
        "The attack and the response on two lanes, in {zone}, numbered as in the table. Gaps between \
         events are on a logarithmic scale, so lengths cannot be compared."
    );
    let attack = points.iter().filter(|point| point.is_attack).count();
    let lengths: Vec<&str> = intervals.iter().map(|interval| interval.label.as_str()).collect();
    let alt = format!(
        "{attack} steps of the attack and {} of the response in order of time. {}",
        points.len() - attack,
        lengths.join("; ")
    );
    let svg = draw(Theme::Report, &points, &intervals, &title)?;
    Some(Chart { title, svg, alt })
}

/// Every event that was not removed, in order.
pub(super) fn events(entries: &[TimelineEntry]) -> Vec<&TimelineEntry> {
    entries.iter().filter(|entry| matches!(&entry.from, EntryFrom::Event(event) if !event.archived)).collect()
}

/// The events marked for reports, in order, and that somebody chose them; where nobody did, all events: what
/// is known is told even before anybody has sorted it.
pub(super) fn told(entries: &[TimelineEntry]) -> (Vec<&TimelineEntry>, bool) {
    let all = events(entries);
    let marked = |entry: &&&TimelineEntry| matches!(&entry.from, EntryFrom::Event(event) if event.fields.in_report);
    let chosen: Vec<&TimelineEntry> = all.iter().filter(marked).copied().collect();
    if chosen.is_empty() { (all, false) } else { (chosen, true) }
}
