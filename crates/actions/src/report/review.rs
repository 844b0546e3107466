//! The post-incident review (standards §7.2): blameless, so it speaks of roles and not of names.

use holdfast_domain::{
    event::{EntryFrom, TimelineEntry},
    lifecycle::Milestone,
    metric::TargetClock,
    narrative as domain, technique,
    time::SECOND,
};
use holdfast_report::{
    PostIncidentReview, SignOff,
    post_incident_review::{
        EvidenceRow, Figure, IndicatorRow, Measure, RecommendationKind, RecommendationLine, TechniqueUse, TimelineRow,
        VulnerabilityRow,
    },
};

use super::{
    COMMAND_LINE,
    case::{ReportSource, at_most, events, timeline_figure},
    facts, points,
};
use crate::markup::plain_text;

/// Most indicators, and most vulnerabilities, in an appendix.
const APPENDIX_MAX: usize = 500;

/// Its data.
pub(super) fn data(case: &ReportSource) -> PostIncidentReview {
    let texts = &case.narrative.fields;
    let plain = |text: &str| plain_text(text);
    let mut head = case.head.clone();
    if head.author != COMMAND_LINE {
        head.author = case.role(&head.author);
    }
    // Phases stand in a table of their own, custody in the evidence log, tasks in the executive report.
    let entries = events(&case.entries);
    let (indicators, indicators_more) = at_most(indicators(case), APPENDIX_MAX);
    let (vulnerabilities, vulnerabilities_more) = at_most(vulnerabilities(case), APPENDIX_MAX);
    PostIncidentReview {
        case: facts(&case.incident, case.incident.owner_name.as_deref().map(|name| case.role(name))),
        summary: plain(&case.incident.fields.summary),
        business_impact: plain(&texts.business_impact),
        detection: plain(&texts.detection),
        timeline_figure: timeline_figure(&entries, &case.times, &case.head.zone),
        timeline: entries.iter().map(|entry| row(entry)).collect(),
        milestones: points(&case.times),
        root_cause: plain(&case.incident.fields.root_cause),
        contributing_factors: plain(&texts.contributing_factors),
        techniques: techniques(&entries),
        response: response(case),
        went_well: plain(&texts.went_well),
        went_wrong: plain(&texts.went_wrong),
        lucky: plain(&texts.lucky),
        evidence: evidence(case),
        metrics: figures(case),
        recommendations: case.recommendations.iter().map(recommendation).collect(),
        lessons: plain(&texts.lessons),
        sign_off: ["Incident lead", "Head of security operations"]
            .into_iter()
            .map(|role| SignOff { role: role.into(), name: None, at: None })
            .collect(),
        indicators,
        indicators_more,
        vulnerabilities,
        vulnerabilities_more,
        ledger: case.ledger.clone(),
        head,
    }
}

fn row(entry: &TimelineEntry) -> TimelineRow {
    let source = match &entry.from {
        EntryFrom::Event(event) => event.fields.source.clone(),
        _ => String::new(),
    };
    TimelineRow {
        at: entry.at,
        end: entry.end,
        precision: entry.precision,
        lane: entry.lane,
        title: entry.title.clone(),
        source,
    }
}

/// The techniques that events show, event by event.
pub(super) fn techniques(entries: &[&TimelineEntry]) -> Vec<TechniqueUse> {
    let mut rows = Vec::new();
    for entry in entries {
        let EntryFrom::Event(event) = &entry.from else { continue };
        for one in &event.fields.techniques {
            let known = technique::find(&one.technique);
            // Where nobody said which tactic it served, the first that ATT&CK names for it.
            let first = known.and_then(|known| known.tactics.first()).map(String::as_str);
            let tactic = one.tactic.as_deref().or(first).and_then(technique::tactic);
            rows.push(TechniqueUse {
                tactic: tactic.map(|tactic| tactic.name.clone()).unwrap_or_default(),
                id: one.technique.clone(),
                name: known.map(|known| known.name.clone()).unwrap_or_default(),
                event: entry.title.clone(),
            });
        }
    }
    rows
}

/// Each part of the response from detection, with the organisation's target where it has one.
fn response(case: &ReportSource) -> Vec<Measure> {
    let at = |milestone| case.times.iter().find(|time| time.milestone == milestone).and_then(|time| time.at);
    let target = case.targets.0.get(&case.incident.fields.severity);
    let measured = [
        ("Time to detect", Milestone::Start, Milestone::Detect, None),
        ("Time to acknowledge", Milestone::Detect, Milestone::Acknowledge, Some(TargetClock::Acknowledge)),
        ("Time to identify the scope", Milestone::Detect, Milestone::Identify, None),
        ("Time to contain", Milestone::Detect, Milestone::Contain, Some(TargetClock::Contain)),
        ("Time to eradicate", Milestone::Detect, Milestone::Eradicate, None),
        ("Time to recover", Milestone::Detect, Milestone::Recover, None),
        ("Time to resolve", Milestone::Detect, Milestone::Resolve, Some(TargetClock::Resolve)),
    ];
    let seconds = |micros: i64| u64::try_from(micros / SECOND).ok();
    let measure = |(name, from, to, clock): (&str, Milestone, Milestone, Option<TargetClock>)| {
        let target_seconds = clock.zip(target).and_then(|(clock, target)| seconds(target.of_clock(clock)));
        let (took, note) = match (at(from), at(to)) {
            (Some(from), Some(to)) if to < from => (None, "The times are out of order.".to_owned()),
            (Some(from), Some(to)) => (seconds(to.since(from)), String::new()),
            (None, _) => (None, format!("“{}” has no time.", from.label())),
            (_, None) => (None, format!("“{}” has no time.", to.label())),
        };
        Measure { name: name.into(), seconds: took, target_seconds, note }
    };
    measured.into_iter().map(measure).collect()
}

/// What else was counted; how long the phases took stands in their own table.
fn figures(case: &ReportSource) -> Vec<Figure> {
    let done = case.tasks.iter().filter(|task| !task.fields.status.is_open()).count();
    vec![
        Figure {
            name: "Tasks finished".into(),
            value: format!("{done} of {}", case.tasks.len()),
            target: String::new(),
        },
        Figure { name: "Times reopened".into(), value: case.incident.reopened_count.to_string(), target: "0".into() },
    ]
}

fn evidence(case: &ReportSource) -> Vec<EvidenceRow> {
    let row = |item: &holdfast_domain::evidence::Evidence| EvidenceRow {
        label: item.label.clone(),
        title: item.fields.title.clone(),
        sha256: item.sha256.clone(),
        holder: item.holder_name.as_deref().map(|name| case.role(name)),
        status: item.status,
    };
    case.evidence.iter().map(row).collect()
}

fn recommendation(given: &domain::Recommendation) -> RecommendationLine {
    let fields = &given.fields;
    RecommendationLine {
        text: plain_text(&fields.body),
        kind: match fields.kind {
            domain::RecommendationKind::Prevent => RecommendationKind::Prevent,
            domain::RecommendationKind::Detect => RecommendationKind::Detect,
            domain::RecommendationKind::Mitigate => RecommendationKind::Mitigate,
            domain::RecommendationKind::Process => RecommendationKind::Process,
        },
        owner: (!fields.owner.trim().is_empty()).then(|| fields.owner.clone()),
        due: fields.due_at,
        priority: fields.priority.label().into(),
        tracker: fields.tracker.clone(),
        done_at: fields.done_at,
    }
}

fn indicators(case: &ReportSource) -> Vec<IndicatorRow> {
    let row = |one: &holdfast_domain::indicator::Indicator| IndicatorRow {
        kind: one.fields.kind,
        value: one.fields.kind.shown(&one.fields.value),
        confidence: one.fields.confidence,
        description: one.fields.description.clone(),
    };
    case.indicators.iter().map(row).collect()
}

fn vulnerabilities(case: &ReportSource) -> Vec<VulnerabilityRow> {
    let row = |one: &holdfast_domain::vulnerability::Vulnerability| VulnerabilityRow {
        cve: one.fields.cve.clone(),
        title: one.fields.title.clone(),
        cvss_score: one.fields.cvss_score.clone(),
        affected: one.fields.affected.clone(),
        status: one.fields.status,
    };
    case.vulnerabilities.iter().map(row).collect()
}
