//! A case of DFIR-IRIS, as its case export writes it: the whole answer of the interface, or the `data`
//! within it. What has no field of its own here is kept as text; what is not taken at all is noted.
//! Left out without a note are only the ids of database rows and how things are displayed there.

mod fields;
mod sections;

use std::collections::HashMap;

use crate::{
    fault::FileFault,
    moment::ImportedTime,
    walk::{LIST_MAX, Node, parse},
    words::Notes,
};

/// A case as its export tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IrisCase {
    /// Its name.
    pub title: String,
    /// Its number in DFIR-IRIS.
    pub number: Option<u64>,
    /// What it is about, in Markdown.
    pub description: String,
    /// What was written when it was closed.
    pub closing_note: String,
    /// What else is said of it, each with its label: customer, classification, state, owner and so on.
    pub facts: Vec<(&'static str, String)>,
    /// The classification, such as `malicious-code:infected-system`; empty when there is none.
    pub classification: String,
    /// The severity as the file names it; empty when there is none.
    pub severity: String,
    /// How it turned out, as the file names it; empty when that is not said.
    pub outcome: String,
    /// The day it was opened.
    pub opened: Option<ImportedTime>,
    /// When it was entered.
    pub entered: Option<ImportedTime>,
    /// When it was closed.
    pub closed: Option<ImportedTime>,
    /// When it was exported.
    pub exported: Option<ImportedTime>,
    /// The timeline.
    pub events: Vec<IrisEvent>,
    /// The assets.
    pub assets: Vec<IrisAsset>,
    /// The indicators.
    pub indicators: Vec<IrisIndicator>,
    /// The tasks.
    pub tasks: Vec<IrisTask>,
    /// What was registered as evidence: records, without the files.
    pub evidence: Vec<IrisEvidence>,
    /// What was written down.
    pub case_notes: Vec<IrisNote>,
    /// What was remarked upon the case.
    pub comments: Vec<IrisComment>,
    /// What was not taken, and why.
    pub notes: Vec<String>,
}

/// An event of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IrisEvent {
    /// Its number.
    pub id: u64,
    /// One line that says what happened.
    pub title: String,
    /// What is known of it.
    pub content: String,
    /// What shows it.
    pub source: String,
    /// The record it was made from.
    pub raw: String,
    /// When it happened: the time as it was typed, followed by its zone, where that can be read, else the
    /// time that is kept beside it in UTC, followed by `Z`.
    pub at: ImportedTime,
    /// The category, such as a tactic; empty when there is none.
    pub category: String,
    /// Its tags, separated by commas.
    pub tags: String,
    /// Who edited it last.
    pub author: String,
    /// Whether the summary tells it.
    pub in_summary: bool,
    /// Whether it is flagged.
    pub is_flagged: bool,
    /// The assets it names.
    pub assets: Vec<String>,
    /// The indicators it names.
    pub indicators: Vec<String>,
}

/// An asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IrisAsset {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its type as the file names it, such as `Linux - Server`.
    pub kind: String,
    /// What is known of it.
    pub description: String,
    /// Its address.
    pub ip: String,
    /// Its domain.
    pub domain: String,
    /// What else is known of it.
    pub info: String,
    /// Its tags, separated by commas.
    pub tags: String,
    /// Whether the attacker had it, as the file names it.
    pub compromise: String,
    /// How far it was analysed, as the file names it.
    pub analysis: String,
    /// When it was added.
    pub added: Option<ImportedTime>,
    /// The indicators it is linked with.
    pub indicators: Vec<String>,
}

/// An indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IrisIndicator {
    /// Its number.
    pub id: u64,
    /// Its type as the file names it, such as `sha256` or `filename|md5`.
    pub kind: String,
    /// The thing itself.
    pub value: String,
    /// What is known of it.
    pub description: String,
    /// Its tags, separated by commas.
    pub tags: String,
    /// Who may read it, as the file names it.
    pub tlp: String,
    /// Who added it.
    pub author: String,
}

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IrisTask {
    /// Its number.
    pub id: u64,
    /// What is to be done, in one line.
    pub title: String,
    /// What is to be done.
    pub description: String,
    /// How far it is, as the file names it, such as `In progress`.
    pub status: String,
    /// Its tags, separated by commas.
    pub tags: String,
    /// Who is to do it, by name.
    pub assignees: Vec<String>,
    /// When it was opened.
    pub opened: Option<ImportedTime>,
    /// When it was closed.
    pub closed: Option<ImportedTime>,
    /// When it was changed last.
    pub updated: Option<ImportedTime>,
}

/// A piece of evidence as a record; the file itself is not in the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IrisEvidence {
    /// Its number.
    pub id: u64,
    /// The name of its file.
    pub name: String,
    /// Its hash, in lower case where it is one that is known.
    pub hash: String,
    /// `md5`, `sha1` or `sha256`, told from the length; `None` when the hash is none of these.
    pub algorithm: Option<&'static str>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// When it was added.
    pub added: Option<ImportedTime>,
    /// Who added it.
    pub author: String,
    /// What is known of it.
    pub description: String,
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IrisNote {
    /// Its number.
    pub id: u64,
    /// Its title.
    pub title: String,
    /// What it says, in Markdown.
    pub content: String,
    /// The folder it was in; empty when that is not said.
    pub directory: String,
    /// Who wrote it: a name where the file has one, else `user 7`.
    pub author: String,
    /// When it was written.
    pub created: Option<ImportedTime>,
    /// When it was changed last.
    pub updated: Option<ImportedTime>,
    /// What was remarked upon it.
    pub comments: Vec<IrisComment>,
}

/// A remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IrisComment {
    /// What it says.
    pub text: String,
    /// Who made it: a name where the file has one, else `user 7`.
    pub author: String,
    /// When it was made.
    pub at: Option<ImportedTime>,
}

/// The names of people by their number.
type PeopleById = HashMap<u64, String>;

/// Reads a case.
///
/// # Errors
/// The place and the reason, where the file is no export of a case, contradicts itself or is larger
/// than allowed.
pub fn read(bytes: &[u8]) -> Result<IrisCase, FileFault> {
    let value = parse(bytes)?;
    let root = Node::root(&value);
    let mut notes = Notes::default();
    let data = match root.find("data")? {
        Some(data) => {
            root.note_rest("status message data", &mut notes)?;
            data
        }
        None => root,
    };
    let people = sections::people(&data)?;
    let mut case = sections::case(&data.need("case")?, &mut notes)?;
    case.exported = sections::moment(&data, "export_date")?;
    case.indicators = sections::each(&data, "iocs", "ioc_id", &mut notes, sections::indicator)?;
    let known = case.indicators.iter().map(|one| one.id).collect();
    case.events =
        sections::each(&data, "timeline", "event_id", &mut notes, |node, notes| sections::event(node, &known, notes))?;
    case.assets = sections::each(&data, "assets", "asset_id", &mut notes, sections::asset)?;
    case.tasks = sections::each(&data, "tasks", "id", &mut notes, sections::task)?;
    case.evidence = sections::each(&data, "evidences", "id", &mut notes, sections::evidence)?;
    case.case_notes =
        sections::each(&data, "notes", "note_id", &mut notes, |node, notes| sections::note(node, &people, notes))?;
    for node in data.list("comments", LIST_MAX)? {
        case.comments.push(sections::comment(&node, &people, &mut notes)?);
    }
    data.note_rest("case export_date iocs timeline assets tasks evidences notes comments", &mut notes)?;
    case.notes = notes.finish();
    Ok(case)
}
