//! From the steps of a file to the flow they tell.

use std::collections::HashSet;

use super::{
    ACTIONS_MAX, Action, Flow, FlowThing,
    steps::{FlowHead, FlowStep},
};
use crate::{
    fault::FileFault,
    mapping::indicator_kind,
    moment::ImportedTime,
    words::{Notes, line},
};

/// Most actions that one condition is told with, and most conditions of an action.
const SHARED_MAX: usize = 10;
/// Most steps that are looked at to find what a condition leads to.
const LOOKED_AT_MAX: usize = 64;
/// Most things that an action names.
const INVOLVED_MAX: usize = 20;

/// Puts a flow together.
pub(super) fn flow(head: FlowHead, steps: Vec<FlowStep>, mut notes: Notes) -> Result<Flow, FileFault> {
    let mut actions = actions(&steps, &mut notes)?;
    let outcomes = conditions(&steps, &mut actions, &mut notes);
    let (mut assets, mut vulnerabilities, mut software) = (Vec::new(), Vec::new(), Vec::new());
    let (mut observables, mut named) = (Vec::new(), Vec::new());
    for step in &steps {
        let kind = step.kind.as_str();
        if is_action(step) || is_operator(step) || kind == "condition" {
            continue;
        }
        let list = match kind {
            "asset" | "user_account" => &mut assets,
            "vulnerability" => &mut vulnerabilities,
            "malware" | "tool" | "software" => &mut software,
            _ if indicator_kind(kind).is_some() => &mut observables,
            _ => &mut named,
        };
        let things = things(step);
        if things.is_empty() {
            notes.add(format!(
                "{}: a step of kind “{}” with neither name nor words; not taken.",
                step.place,
                line(kind, 60)
            ));
        }
        list.extend(things);
    }
    Ok(Flow {
        title: head.title.trim().to_owned(),
        description: head.description.trim().to_owned(),
        scope: head.scope.trim().to_owned(),
        credit: head.credit.trim().to_owned(),
        references: head.references,
        actions: actions.into_iter().map(|(_, action)| action).collect(),
        assets,
        vulnerabilities,
        software,
        observables,
        named,
        outcomes,
        notes: notes.finish(),
    })
}

fn is_action(step: &FlowStep) -> bool {
    step.kind == "action"
}

fn is_operator(step: &FlowStep) -> bool {
    step.kind.ends_with("_operator")
}

/// The actions, each with its place in the list of steps.
fn actions(steps: &[FlowStep], notes: &mut Notes) -> Result<Vec<(usize, Action)>, FileFault> {
    let mut actions = Vec::new();
    for (at, step) in steps.iter().enumerate().filter(|(_, step)| is_action(step)) {
        if actions.len() == ACTIONS_MAX {
            return Err(FileFault::new(step.place.clone(), format!("A flow has at most {ACTIONS_MAX} actions.")));
        }
        let mut involved: Vec<String> = Vec::new();
        for other in step.leads_to.iter().filter_map(|&to| steps.get(to)) {
            if is_action(other) || is_operator(other) || other.kind == "condition" || other.called().trim().is_empty() {
                continue;
            }
            if involved.len() == INVOLVED_MAX {
                notes.add(format!(
                    "{}: names more than {INVOLVED_MAX} things; the rest are not named with it.",
                    step.place
                ));
                break;
            }
            involved.push(format!("{} {}", line(&other.kind.replace('_', " "), 60), line(other.called(), 140)));
        }
        let action = Action {
            order: step.n,
            title: step.name.trim().to_owned(),
            description: step.description.trim().to_owned(),
            technique: step.technique.clone(),
            tactic: step.tactic.clone(),
            at: step.start.as_deref().map(ImportedTime::read),
            end: step.end.as_deref().map(ImportedTime::read),
            confidence: step.confidence,
            conditions: Vec::new(),
            involves: involved,
        };
        actions.push((at, action));
    }
    Ok(actions)
}

/// Tells each condition with the actions it leads to, and returns those that lead to none.
fn conditions(steps: &[FlowStep], actions: &mut [(usize, Action)], notes: &mut Notes) -> Vec<String> {
    let mut outcomes = Vec::new();
    for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.kind == "condition") {
        let words = if step.description.trim().is_empty() { step.called() } else { &step.description };
        let words = line(words, 500);
        if words.is_empty() {
            notes.add(format!("{}: a condition without words; not taken.", step.place));
            continue;
        }
        let mut told = 0;
        for target in actions_after(steps, at) {
            let Ok(found) = actions.binary_search_by_key(&target, |(at, _)| *at) else { continue };
            let Some((_, action)) = actions.get_mut(found) else { continue };
            if told < SHARED_MAX && action.conditions.len() < SHARED_MAX {
                action.conditions.push(words.clone());
                told += 1;
            }
        }
        if told == 0 {
            outcomes.push(words);
        }
    }
    outcomes
}

/// The actions that a step leads to, through operators and further conditions.
fn actions_after(steps: &[FlowStep], from: usize) -> Vec<usize> {
    let (mut found, mut open, mut seen) = (Vec::new(), vec![from], HashSet::from([from]));
    while let Some(at) = open.pop() {
        for &to in steps.get(at).map(|step| step.leads_to.as_slice()).unwrap_or_default() {
            if seen.len() >= LOOKED_AT_MAX {
                return found;
            }
            if !seen.insert(to) {
                continue;
            }
            match steps.get(to) {
                Some(step) if is_action(step) => found.push(to),
                Some(step) if is_operator(step) => open.push(to),
                _ => {}
            }
        }
    }
    found
}

/// What a step names: one thing, and one more for each hash of a file.
fn things(step: &FlowStep) -> Vec<FlowThing> {
    let thing = |kind: &str, name: &str, description: &str| FlowThing {
        order: step.n,
        kind: kind.to_owned(),
        name: name.trim().to_owned(),
        description: description.trim().to_owned(),
    };
    let mut things = Vec::new();
    let name = step.called().trim();
    match (name.is_empty(), step.description.trim().is_empty()) {
        (false, _) => things.push(thing(&step.kind, name, &step.description)),
        // Of what has no name, its description is what it is called.
        (true, false) => things.push(thing(&step.kind, &step.description, "")),
        (true, true) => {}
    }
    for (method, hash) in &step.hashes {
        things.push(thing(&method.to_lowercase(), hash, name));
    }
    things
}
