//! Attack Flow: an attack told as steps, as the Center for Threat-Informed Defense publishes them.
//!
//! Two ways of writing one are accepted:
//!
//! - the trimmed form: one object with `name`, `description`, `scope`, `references` and `steps`, each
//!   step with its number `n`, its `kind` and where it `leads_to`. The number gives the order; a link
//!   may point backwards.
//! - a STIX 2.1 bundle of Attack Flow 2 or 3 (`type` is `bundle`): one `attack-flow` with its
//!   `attack-action`, `attack-asset`, `attack-condition`, `attack-operator` and the STIX objects they
//!   name. The links give the order, from `start_refs` on; a circle is taken as it stands in the file.
//!
//! The Builder's own project files (`.afb`, or `.json` with a `schema`) are not read.

mod assemble;
mod bundle;
mod fields;
mod steps;

use crate::{
    fault::FileFault,
    moment::ImportedTime,
    walk::{Node, parse},
    words::Notes,
};

/// Most actions of a flow.
pub const ACTIONS_MAX: usize = 10_000;

/// A flow as its file tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Its name.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// What it tells of: `incident`, `campaign`, `threat-actor`, `malware` or another word; empty when
    /// that is not said.
    pub scope: String,
    /// From where the file says it comes, and under which licence; empty when that is not said.
    pub credit: String,
    /// What it was written from.
    pub references: Vec<FlowReference>,
    /// What was done, in order.
    pub actions: Vec<Action>,
    /// What it was done to.
    pub assets: Vec<FlowThing>,
    /// What made it possible.
    pub vulnerabilities: Vec<FlowThing>,
    /// Malware and tools that were used.
    pub software: Vec<FlowThing>,
    /// Addresses, files and the like that were seen.
    pub observables: Vec<FlowThing>,
    /// Who and what else is named: actors, campaigns, infrastructure, places.
    pub named: Vec<FlowThing>,
    /// Conditions that lead to no action: how it ended.
    pub outcomes: Vec<String>,
    /// What was not taken, and why.
    pub notes: Vec<String>,
}

/// Something that a flow was written from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowReference {
    /// Who published it, and what it is.
    pub name: String,
    /// Where it is; empty when that is not said.
    pub url: String,
}

/// A step that the attacker took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its place in the order of all steps.
    pub order: u64,
    /// One line that says what was done.
    pub title: String,
    /// What is known of it.
    pub description: String,
    /// The technique as the file names it, whether the ATT&CK that is shipped knows it or not.
    pub technique: Option<String>,
    /// The tactic as the file names it.
    pub tactic: Option<String>,
    /// When it began.
    pub at: Option<ImportedTime>,
    /// When it ended.
    pub end: Option<ImportedTime>,
    /// How sure the author is, 0 to 100.
    pub confidence: Option<u8>,
    /// What had to be so before it.
    pub conditions: Vec<String>,
    /// What it used or touched, each by kind and name.
    pub involves: Vec<String>,
}

/// Something that a flow names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowThing {
    /// Its place in the order of all steps.
    pub order: u64,
    /// What kind of thing the file says it is, such as `tool` or `ipv4_addr`.
    pub kind: String,
    /// Its name or value.
    pub name: String,
    /// What is known of it.
    pub description: String,
}

/// Reads a flow.
///
/// # Errors
/// The place and the reason, where the file is no flow, contradicts itself or is larger than allowed.
pub fn read(bytes: &[u8]) -> Result<Flow, FileFault> {
    let value = parse(bytes)?;
    let root = Node::root(&value);
    let mut notes = Notes::default();
    let (head, steps) = match root.find("type")? {
        Some(kind) if kind.value() == "bundle" => bundle::read(&root, &mut notes)?,
        Some(kind) => return Err(kind.fault("This should be “bundle”, or absent.")),
        None => steps::read(&root, &mut notes)?,
    };
    assemble::flow(head, steps, notes)
}

/// A reference as STIX writes it.
fn reference(node: &Node, notes: &mut Notes) -> Result<FlowReference, FileFault> {
    node.note_rest("source_name description url external_id", notes)?;
    let parts = [node.text("source_name")?, node.text("description")?, node.text("external_id")?];
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    Ok(FlowReference { name: parts.join(", "), url: node.text("url")?.trim().to_owned() })
}
