//! The executive incident report (standards §7.1).

use holdfast_domain::{
    event::TimelineEntry,
    task::{Task, TaskStatus},
};
use holdfast_report::{
    Ask, Executive, Progress,
    executive::{Impact, Moment, Term},
};

use super::{
    case::{Case, told},
    facts, glossary, points,
};
use crate::plain_text::plain_text;

/// Most moments of the attack and the response that are told.
const MOMENTS_MAX: usize = 8;
/// Most tasks of each state.
const TASKS_MAX: usize = 6;

/// Its data.
pub(super) fn data(case: &Case) -> Executive {
    let texts = &case.narrative.fields;
    let plain = |text: &str| plain_text(text);
    let bottom_line = plain(&texts.bottom_line);
    let business_impact = plain(&texts.business_impact);
    let used = format!("{bottom_line} {business_impact} {}", case.incident.fields.title);
    let moments = moments(&case.entries);
    let used = moments.iter().fold(used, |used, moment| used + " " + &moment.title);
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
        timeline_figure: None,
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

/// What is marked for reports and has a time; of more than [`MOMENTS_MAX`], evenly spread ones, the
/// first and the last among them.
fn moments(entries: &[TimelineEntry]) -> Vec<Moment> {
    let moment = |entry: &&TimelineEntry| {
        let title = entry.title.clone();
        Some(Moment { at: entry.at?, precision: entry.precision, lane: entry.lane, title })
    };
    let all: Vec<Moment> = told(entries).iter().filter_map(moment).collect();
    if all.len() <= MOMENTS_MAX {
        return all;
    }
    let last = all.len() - 1;
    (0..MOMENTS_MAX).filter_map(|place| all.get(place * last / (MOMENTS_MAX - 1)).cloned()).collect()
}

/// What was done, is being done and comes next; what was dropped is told nowhere.
fn tasks(tasks: &[Task]) -> Vec<holdfast_report::Task> {
    let of = |progress: Progress, is_in: fn(TaskStatus) -> bool| {
        let mut chosen: Vec<&Task> = tasks.iter().filter(|task| is_in(task.fields.status)).collect();
        // What must be done, and what is due first, come first.
        chosen.sort_by_key(|task| (!task.fields.mandatory, task.fields.due_at.is_none(), task.fields.due_at));
        chosen.into_iter().take(TASKS_MAX).map(move |task| holdfast_report::Task {
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
