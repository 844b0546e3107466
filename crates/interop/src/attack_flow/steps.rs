//! The steps of a flow, whichever way it is written, and the trimmed way of writing it.

use std::collections::HashMap;

use crate::{
    fault::FileFault,
    walk::{LIST_MAX, Node},
    words::Notes,
};

/// Most steps of all kinds.
pub(super) const STEPS_MAX: usize = 50_000;
/// Most links of a flow.
pub(super) const LINKS_MAX: usize = 200_000;

/// What a file says of the flow as a whole.
#[derive(Debug, Default)]
pub(super) struct FlowHead {
    pub title: String,
    pub description: String,
    pub scope: String,
    pub credit: String,
    pub references: Vec<super::FlowReference>,
}

/// One step.
#[derive(Debug, Default)]
pub(super) struct FlowStep {
    /// Its place in the file.
    pub place: String,
    /// Its place in the order of the flow.
    pub n: u64,
    /// Such as `action`, `asset` or `ipv4_addr`.
    pub kind: String,
    pub name: String,
    pub description: String,
    pub technique: Option<String>,
    pub tactic: Option<String>,
    pub start: Option<String>,
    pub end: Option<String>,
    pub value: Option<String>,
    /// Hashes of a file: the name of the method and the hash.
    pub hashes: Vec<(String, String)>,
    pub confidence: Option<u8>,
    /// Where it leads: places in the list of steps.
    pub leads_to: Vec<usize>,
}

impl FlowStep {
    /// Its name, else its value.
    pub fn called(&self) -> &str {
        if self.name.trim().is_empty() { self.value.as_deref().unwrap_or_default() } else { &self.name }
    }
}

const FLOW_FIELDS: &str = "source name description scope references steps";
const STEP_FIELDS: &str = "n kind name description technique_id tactic_id leads_to execution_start execution_end \
    value confidence";

/// Reads the trimmed form.
pub(super) fn read(root: &Node, notes: &mut Notes) -> Result<(FlowHead, Vec<FlowStep>), FileFault> {
    let mut head = FlowHead {
        title: root.need_text("name")?,
        description: root.text("description")?,
        scope: root.text("scope")?,
        credit: root.text("source")?,
        references: Vec::new(),
    };
    for reference in root.list("references", LIST_MAX)? {
        head.references.push(super::reference(&reference, notes)?);
    }
    root.note_rest(FLOW_FIELDS, notes)?;
    let mut read = Vec::new();
    for node in root.need("steps")?.as_list(STEPS_MAX)? {
        read.push((step(&node, notes)?, node));
    }
    read.sort_by_key(|(step, _)| step.n);
    let mut places = HashMap::new();
    for (at, (step, node)) in read.iter().enumerate() {
        if places.insert(step.n, at).is_some() {
            return Err(FileFault::new(
                format!("{}/n", node.place),
                format!("There is more than one step {}.", step.n),
            ));
        }
    }
    let (mut steps, mut links) = (Vec::with_capacity(read.len()), 0);
    for (mut step, node) in read {
        for link in node.list("leads_to", LIST_MAX)? {
            let n = link.as_number()?;
            step.leads_to.push(*places.get(&n).ok_or_else(|| link.fault(format!("There is no step {n}.")))?);
        }
        links += step.leads_to.len();
        if links > LINKS_MAX {
            return Err(node.fault(format!("The flow has more than {LINKS_MAX} links.")));
        }
        steps.push(step);
    }
    Ok((head, steps))
}

fn step(node: &Node, notes: &mut Notes) -> Result<FlowStep, FileFault> {
    node.note_rest(STEP_FIELDS, notes)?;
    Ok(FlowStep {
        place: node.place.clone(),
        n: node.need("n")?.as_number()?,
        kind: node.need_text("kind")?.trim().to_owned(),
        name: node.text("name")?,
        description: node.text("description")?,
        technique: node.some_text("technique_id")?,
        tactic: node.some_text("tactic_id")?,
        start: node.some_text("execution_start")?,
        end: node.some_text("execution_end")?,
        value: node.some_text("value")?,
        hashes: Vec::new(),
        confidence: confidence(node)?,
        leads_to: Vec::new(),
    })
}

/// How sure the author is, 0 to 100.
pub(super) fn confidence(node: &Node) -> Result<Option<u8>, FileFault> {
    let Some(found) = node.find("confidence")? else { return Ok(None) };
    match found.as_number()? {
        number @ 0..=100 => Ok(u8::try_from(number).ok()),
        _ => Err(found.fault("A confidence is a number from 0 to 100.")),
    }
}
