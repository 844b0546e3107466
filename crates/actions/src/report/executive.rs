//! The executive incident report (standards §7.1).

use holdfast_domain::{
    asset::Compromise,
    event::TimelineEntry,
    task::{Task, TaskStatus},
    technique,
};
use holdfast_report::{
    Ask, Executive, Progress,
    executive::{AffectedThing, Impact, StoryMoment, TacticRow, Term, UntimedMoment},
};

use super::{
    case::{ReportSource, at_most, told},
    facts, glossary, points,
    review::techniques,
};
use crate::markup::plain_text;

/// Most moments of the attack and the response that are told.
const MOMENTS_MAX: usize = 8;
/// Most moments without a time.
const UNTIMED_MAX: usize = 24;
/// Most assets and vulnerabilities together.
const FINDINGS_MAX: usize = 12;
/// Most tasks of each state.
const TASKS_MAX: usize = 6;

/// Its data.
pub(super) fn data(case: &ReportSource) -> Executive {
    let texts = &case.narrative.fields;
    let plain = |text: &str| plain_text(text);
    let bottom_line = plain(&texts.bottom_line);
    let business_impact = plain(&texts.business_impact);
    let used = format!("{bottom_line} {business_impact} {}", case.incident.fields.title);
    let (told, is_chosen) = told(&case.entries);
    let moments = moments(&told);
    let (untimed, untimed_more) = at_most(untimed(&told), UNTIMED_MAX);
    let (findings, findings_more) = at_most(findings(case), FINDINGS_MAX);
    let titles = moments.iter().map(|moment| &moment.title).chain(untimed.iter().map(|moment| &moment.title));
    let used = titles.fold(used, |used, title| used + " " + title);
    Executive {
        head: case.head.clone(),
        case: facts(&case.incident, case.incident.owner_name.clone()),
        bottom_line,
        business_impact,
        impact: Impact {
            services: plain(&texts.impact_services),
            people: plain(&texts.impact_people),
            data: plain(&texts.impact_data),
            money: plain(&texts.impact_money),
            money_confidence: plain(&texts.impact_money_confidence),
            regulatory: plain(&texts.impact_regulatory),
        },
        timeline: moments,
        is_chosen,
        untimed,
        untimed_more,
        timeline_figure: None,
        tactics: tactics(&told),
        findings,
        findings_more,
        milestones: points(&case.times),
        tasks: tasks(&case.tasks),
        asks: texts.decisions().into_iter().map(|(text, by)| Ask { text: plain(&text), by: plain(&by) }).collect(),
        obligations: Vec::new(),
        confidence_known: plain(&texts.confidence_known),
        confidence_assessed: plain(&texts.confidence_assessed),
        confidence_unknown: plain(&texts.confidence_unknown),
        glossary: glossary::terms(&used)
            .into_iter()
            .map(|(term, meaning)| Term { term: term.into(), meaning: meaning.into() })
            .collect(),
        ledger: case.ledger.clone(),
    }
}

/// What has a time; of more than [`MOMENTS_MAX`], evenly spread ones, the first and the last among them.
fn moments(told: &[&TimelineEntry]) -> Vec<StoryMoment> {
    let moment = |entry: &&TimelineEntry| {
        let title = entry.title.clone();
        Some(StoryMoment { at: entry.at?, precision: entry.precision, lane: entry.lane, title })
    };
    let all: Vec<StoryMoment> = told.iter().filter_map(moment).collect();
    if all.len() <= MOMENTS_MAX {
        return all;
    }
    let last = all.len() - 1;
    (0..MOMENTS_MAX).filter_map(|place| all.get(place * last / (MOMENTS_MAX - 1)).cloned()).collect()
}

/// What has none, in the order of the timeline.
fn untimed(told: &[&TimelineEntry]) -> Vec<UntimedMoment> {
    let untimed = told.iter().filter(|entry| entry.at.is_none());
    untimed.map(|entry| UntimedMoment { lane: entry.lane, title: entry.title.clone() }).collect()
}

/// The techniques by tactic, in the order of an attack; last those that serve none that is known.
fn tactics(told: &[&TimelineEntry]) -> Vec<TacticRow> {
    let shown = techniques(told);
    let names = technique::tactics().iter().map(|tactic| tactic.name.as_str()).chain([""]);
    let row = |tactic: &str| {
        let mut names: Vec<String> = Vec::new();
        for one in shown.iter().filter(|one| one.tactic == tactic) {
            let name = if one.name.is_empty() { one.id.clone() } else { format!("{} ({})", one.name, one.id) };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        (!names.is_empty()).then(|| TacticRow { tactic: tactic.into(), techniques: names })
    };
    names.filter_map(row).collect()
}

/// Assets that the attacker had or may have had, the worst first, and the vulnerabilities.
fn findings(case: &ReportSource) -> Vec<AffectedThing> {
    let worst = |compromise: Compromise| match compromise {
        Compromise::Confirmed => 0,
        Compromise::Suspected => 1,
        Compromise::Recovered => 2,
        Compromise::Unknown | Compromise::NotCompromised => 3,
    };
    let mut assets: Vec<_> =
        case.assets.iter().filter(|one| one.fields.compromise != Compromise::NotCompromised).collect();
    assets
        .sort_by_key(|one| (worst(one.fields.compromise), one.fields.kind, std::cmp::Reverse(one.fields.criticality)));
    let asset = |one: &&holdfast_domain::asset::Asset| AffectedThing {
        kind: one.fields.kind.label().into(),
        name: one.fields.name.clone(),
        state: one.fields.compromise.label().into(),
    };
    let vulnerability = |one: &holdfast_domain::vulnerability::Vulnerability| AffectedThing {
        kind: "Vulnerability".into(),
        name: format!("{} {}", one.fields.cve, one.fields.title).trim().to_owned(),
        state: one.fields.status.label().into(),
    };
    assets.iter().map(asset).chain(case.vulnerabilities.iter().map(vulnerability)).collect()
}

/// What was done, is being done and comes next; what was dropped is told nowhere.
fn tasks(tasks: &[Task]) -> Vec<holdfast_report::ReportTask> {
    let of = |progress: Progress, is_in: fn(TaskStatus) -> bool| {
        let mut chosen: Vec<&Task> = tasks.iter().filter(|task| is_in(task.fields.status)).collect();
        // What must be done, and what is due first, come first.
        chosen.sort_by_key(|task| (!task.fields.mandatory, task.fields.due_at.is_none(), task.fields.due_at));
        chosen.into_iter().take(TASKS_MAX).map(move |task| holdfast_report::ReportTask {
            title: task.fields.title.clone(),
            phase: task.fields.phase.label().into(),
            status: progress,
            owner: (!task.people_names.is_empty()).then(|| task.people_names.join(", ")),
            due: task.fields.due_at,
        })
    };
    of(Progress::Done, |status| status == TaskStatus::Done)
        .chain(of(Progress::Doing, |status| matches!(status, TaskStatus::Doing | TaskStatus::Blocked)))
        .chain(of(Progress::Next, |status| status == TaskStatus::ToDo))
        .collect()
}
