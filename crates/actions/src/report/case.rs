//! Everything that reports of an incident are made of, read once.

use holdfast_chart::{
    Theme,
    timeline::{Point, draw},
};
use holdfast_domain::{
    Actor,
    event::{EntryFrom, Lane, TimelineEntry},
    incident::Incident,
    lifecycle::MilestoneTime,
    narrative::{Narrative, Recommendation},
    task::Task,
    time::in_zone,
};
use holdfast_report::{Chart, Head, LedgerState};

use crate::{Ctx, Result, event, narrative};

/// What reports of an incident are made of.
pub(super) struct Case {
    pub head: Head,
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
    /// How long each part of the response may take.
    pub targets: holdfast_domain::metric::Targets,
    /// Roles by name, so that a review can speak of roles.
    pub roles: Vec<(String, String)>,
}

impl Case {
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
    reference: &str,
    version: Option<u32>,
    distribution: Vec<String>,
) -> Result<Case> {
    let event::Timeline { incident, times, entries } = event::timeline(ctx, actor, reference).await?;
    let (narrative, recommendations) = narrative::read(ctx, actor, reference).await?;
    // By the role and not by a token's scopes: a register that seems empty would be worse than none.
    let sees_evidence = actor.role_may(holdfast_domain::Deed::ViewEvidence);
    let evidence =
        if sees_evidence { holdfast_store::evidence::list(ctx.db(), incident.id).await? } else { Vec::new() };
    let people = holdfast_store::person::list(ctx.db(), actor.org_id).await?;
    let (indicators, vulnerabilities) = findings(ctx, actor, &incident).await?;
    Ok(Case {
        head: super::head(ctx, actor, &incident, version, distribution).await?,
        tasks: holdfast_store::task::list(ctx.db(), incident.id).await?,
        ledger: super::ledger_state(ctx, actor).await?,
        roles: people.into_iter().map(|person| (person.name, person.roles.label())).collect(),
        targets: crate::org::view(ctx, actor).await?.targets,
        narrative,
        recommendations,
        evidence,
        indicators,
        vulnerabilities,
        assets: holdfast_store::asset::list(ctx.db(), actor.org_id, incident.id, false, None, ASSETS_MAX).await?,
        incident,
        times,
        entries,
    })
}

type Findings = (Vec<holdfast_domain::indicator::Indicator>, Vec<holdfast_domain::vulnerability::Vulnerability>);

/// Most assets that are looked at.
const ASSETS_MAX: i64 = 200;
/// Most indicators and vulnerabilities in an appendix.
const APPENDIX_MAX: usize = 500;

async fn findings(ctx: &Ctx, actor: &Actor, incident: &Incident) -> Result<Findings> {
    let mut indicators = Vec::new();
    let mut after = None;
    while indicators.len() < APPENDIX_MAX {
        let page = holdfast_store::indicator::list(ctx.db(), actor.org_id, incident.id, false, after, 200).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        indicators.extend(page);
    }
    let vulnerabilities =
        holdfast_store::vulnerability::list(ctx.db(), actor.org_id, incident.id, false, None, 200).await?;
    Ok((indicators, vulnerabilities))
}

/// The timeline as a drawing for paper, numbered as the entries are; nothing where no time is known.
pub(super) fn timeline_figure(entries: &[&TimelineEntry], times: &[MilestoneTime]) -> Option<Chart> {
    let point = |(index, entry): (usize, &&TimelineEntry)| {
        let at = entry.at?;
        let when = in_zone(at, "UTC").chars().take(16).collect();
        Some(Point { at: at.micros(), is_attack: entry.lane == Lane::Attack, number: index + 1, when })
    };
    let points: Vec<Point> = entries.iter().enumerate().filter_map(point).collect();
    let intervals = event::intervals(times);
    let title = "The attack and the response on two lanes, in UTC, numbered as in the table. Gaps are drawn by their \
                 logarithm, so lengths cannot be compared.";
    let attack = points.iter().filter(|point| point.is_attack).count();
    let lengths: Vec<&str> = intervals.iter().map(|interval| interval.label.as_str()).collect();
    let alt = format!(
        "{attack} steps of the attack and {} of the response in order of time. {}",
        points.len() - attack,
        lengths.join("; ")
    );
    let svg = draw(Theme::Report, &points, &intervals, title)?;
    Some(Chart { title: title.into(), svg, alt })
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
