//! A whole STIX 2.1 bundle of Attack Flow 2 or 3, as the Attack Flow Builder publishes it, as steps.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::steps::{FlowHead, FlowStep, LINKS_MAX, STEPS_MAX, confidence};
use crate::{
    fault::FileFault,
    walk::{LIST_MAX, Node},
    words::Notes,
};

/// Objects that frame a flow and say nothing that is kept.
const FRAME: &[&str] = &["extension-definition", "language-content", "attack-pattern", "x-mitre-tactic"];
/// The members of an object that say what follows it.
const LINKS: &str = "effect_refs on_true_refs on_false_refs asset_refs object_ref command_ref start_refs";
const TAKEN: &str = "type id spec_version created modified created_by_ref extensions name description technique_id \
    technique_ref tactic_id tactic_ref execution_start execution_end confidence effect_refs on_true_refs \
    on_false_refs asset_refs object_ref command_ref start_refs operator value path key command_line display_name \
    account_login user_id hashes scope is_family tool_types malware_types infrastructure_types";
/// Members that hold what the object is, where it has no name.
const VALUES: &[&str] =
    &["value", "path", "key", "command_line", "display_name", "account_login", "user_id", "pattern"];

/// Reads a bundle that holds one flow.
pub(super) fn read(root: &Node, notes: &mut Notes) -> Result<(FlowHead, Vec<FlowStep>), FileFault> {
    let (mut head, mut starts) = (None, Vec::new());
    let (mut steps, mut nodes, mut relations) = (Vec::new(), Vec::new(), Vec::new());
    let mut ids = HashMap::new();
    let mut seen = HashSet::new();
    let objects = root.need("objects")?.as_list(STEPS_MAX)?;
    let attack = attack_ids(&objects)?;
    for node in objects {
        let (kind, id) = (node.need_text("type")?, node.need_text("id")?);
        if !seen.insert(id.clone()) {
            return Err(node.fault("There is more than one object of this id."));
        }
        match kind.as_str() {
            "attack-flow" if head.is_some() => return Err(node.fault("There is more than one flow in the bundle.")),
            "attack-flow" => {
                head = Some(read_head(&node, notes)?);
                starts = refs(&node, "start_refs")?;
            }
            "relationship" => relations.push(node),
            "marking-definition" => {
                notes.add(format!("{}: a marking; not taken, set who may read the incident by hand.", node.place));
            }
            kind if FRAME.contains(&kind) => {}
            kind => {
                ids.insert(id, steps.len());
                steps.push(step(&node, kind, &attack, notes)?);
                nodes.push(node);
            }
        }
    }
    let head = head.ok_or_else(|| root.fault("The bundle holds no attack-flow."))?;
    link(&mut steps, &nodes, &relations, &ids, notes)?;
    let first: Vec<usize> = starts.iter().map(|(id, node)| known(&ids, id, node)).collect::<Result<_, _>>()?;
    Ok((head, ordered(steps, &first)))
}

fn read_head(node: &Node, notes: &mut Notes) -> Result<FlowHead, FileFault> {
    let mut head = FlowHead {
        title: node.need_text("name")?,
        description: node.text("description")?,
        scope: node.text("scope")?,
        ..FlowHead::default()
    };
    for reference in node.list("external_references", LIST_MAX)? {
        head.references.push(super::reference(&reference, notes)?);
    }
    node.note_rest(&format!("{TAKEN} external_references"), notes)?;
    Ok(head)
}

/// The kind of a step as the trimmed form writes it.
fn kind_of(node: &Node, kind: &str) -> Result<String, FileFault> {
    if kind == "attack-operator" {
        return Ok(format!("{}_operator", node.text("operator")?));
    }
    Ok(kind.strip_prefix("attack-").unwrap_or(kind).replace('-', "_"))
}

/// The ids in ATT&CK of the techniques and tactics that are in the bundle.
fn attack_ids(objects: &[Node]) -> Result<HashMap<String, String>, FileFault> {
    let mut ids = HashMap::new();
    for node in objects {
        if !matches!(node.text("type")?.as_str(), "attack-pattern" | "x-mitre-tactic") {
            continue;
        }
        for reference in node.list("external_references", LIST_MAX)? {
            if reference.text("source_name")? == "mitre-attack"
                && let Some(id) = reference.some_text("external_id")?
            {
                ids.insert(node.need_text("id")?, id);
            }
        }
    }
    Ok(ids)
}

/// What an action names in ATT&CK: by its id, else by an object of the bundle.
fn mapped(
    node: &Node,
    by_id: &str,
    by_ref: &str,
    attack: &HashMap<String, String>,
    notes: &mut Notes,
) -> Result<Option<String>, FileFault> {
    let (said, named) = (node.some_text(by_id)?, node.some_text(by_ref)?);
    let found = said.or_else(|| named.as_ref().and_then(|id| attack.get(id)).cloned());
    if found.is_none() && named.is_some() {
        notes.add(format!("{}/{by_ref}: not in the bundle; not taken.", node.place));
    }
    Ok(found)
}

fn step(node: &Node, kind: &str, attack: &HashMap<String, String>, notes: &mut Notes) -> Result<FlowStep, FileFault> {
    let mut value = None;
    for name in VALUES {
        value = match value {
            None => node.some_text(name)?,
            found => found,
        };
    }
    let mut hashes = Vec::new();
    if let Some(found) = node.find("hashes")? {
        for method in ["MD5", "SHA-1", "SHA-256"] {
            hashes.extend(found.some_text(method)?.map(|hash| (method.to_owned(), hash)));
        }
        found.note_rest("MD5 SHA-1 SHA-256", notes)?;
    }
    // A pattern is either what was shown above or noted.
    let is_pattern_taken = value.is_some() && value == node.some_text("pattern")?;
    node.note_rest(&if is_pattern_taken { format!("{TAKEN} pattern") } else { TAKEN.to_owned() }, notes)?;
    Ok(FlowStep {
        place: node.place.clone(),
        kind: kind_of(node, kind)?,
        name: node.text("name")?,
        description: node.text("description")?,
        technique: mapped(node, "technique_id", "technique_ref", attack, notes)?,
        tactic: mapped(node, "tactic_id", "tactic_ref", attack, notes)?,
        start: node.some_text("execution_start")?,
        end: node.some_text("execution_end")?,
        value,
        hashes,
        confidence: confidence(node)?,
        ..FlowStep::default()
    })
}

/// The ids that a member names, one or a list, each with its place.
fn refs<'a>(node: &Node<'a>, name: &str) -> Result<Vec<(String, Node<'a>)>, FileFault> {
    let Some(found) = node.find(name)? else { return Ok(Vec::new()) };
    let all = if found.value().is_array() { found.as_list(LIST_MAX)? } else { vec![found] };
    all.into_iter().map(|node| Ok((node.as_text()?, node))).collect()
}

fn known(ids: &HashMap<String, usize>, id: &str, node: &Node) -> Result<usize, FileFault> {
    ids.get(id).copied().ok_or_else(|| node.fault("There is no step of this id in the bundle."))
}

/// Joins the steps. Relationships may name what is no step; those are noted.
fn link(
    steps: &mut [FlowStep],
    nodes: &[Node],
    relations: &[Node],
    ids: &HashMap<String, usize>,
    notes: &mut Notes,
) -> Result<(), FileFault> {
    let mut links = 0;
    for (at, node) in nodes.iter().enumerate() {
        for name in LINKS.split(' ') {
            for (id, place) in refs(node, name)? {
                steps[at].leads_to.push(known(ids, &id, &place)?);
                links += 1;
            }
        }
        if links > LINKS_MAX {
            return Err(node.fault(format!("The flow has more than {LINKS_MAX} links.")));
        }
    }
    for node in relations {
        let (from, to) = (node.need_text("source_ref")?, node.need_text("target_ref")?);
        match (ids.get(&from), ids.get(&to)) {
            (Some(&from), Some(&to)) => steps[from].leads_to.push(to),
            _ => notes.add(format!("{}: a relationship to something that is no step; not taken.", node.place)),
        }
    }
    Ok(())
}

/// In the order in which one leads to another, from the first steps on; as they stand in the file
/// where that leaves it open. Links in a circle do not hold the rest up.
fn ordered(steps: Vec<FlowStep>, first: &[usize]) -> Vec<FlowStep> {
    let mut waits = vec![0_usize; steps.len()];
    for &to in steps.iter().flat_map(|step| &step.leads_to) {
        waits[to] += 1;
    }
    let first: HashSet<usize> = first.iter().copied().collect();
    let rank = |at: usize| (!first.contains(&at), at);
    let mut ready: BTreeSet<(bool, usize)> = (0..steps.len()).filter(|&at| waits[at] == 0).map(rank).collect();
    let mut left: BTreeSet<(bool, usize)> = (0..steps.len()).map(rank).collect();
    let mut order = Vec::with_capacity(steps.len());
    while let Some(next) = ready.pop_first().or_else(|| left.first().copied()) {
        if !left.remove(&next) {
            continue;
        }
        order.push(next.1);
        for &to in &steps[next.1].leads_to {
            waits[to] = waits[to].saturating_sub(1);
            if waits[to] == 0 && left.contains(&rank(to)) {
                ready.insert(rank(to));
            }
        }
    }
    let mut new_place = vec![0; steps.len()];
    for (new, &old) in order.iter().enumerate() {
        new_place[old] = new;
    }
    let mut steps: Vec<(usize, FlowStep)> =
        steps.into_iter().enumerate().map(|(old, step)| (new_place[old], step)).collect();
    steps.sort_by_key(|(new, _)| *new);
    let renumbered = |(new, mut step): (usize, FlowStep)| {
        step.n = new as u64;
        step.leads_to.iter_mut().for_each(|to| *to = new_place[*to]);
        step
    };
    steps.into_iter().map(renumbered).collect()
}
