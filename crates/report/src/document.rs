//! What several kinds of report have in common: their head, what is known of the case, and the rows
//! that more than one of them prints. Each type holds what is printed and nothing more.

use holdfast_domain::{
    Timestamp,
    incident::{Disposition, Severity},
    lifecycle::{Milestone, Status},
    marking::{Pap, Tlp},
    rsit::Category,
    time::{Precision, TimeSource},
};
use serde::{Deserialize, Serialize};

/// The head of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportHead {
    /// The instant whose state this is; also the PDF's date. Whole seconds.
    pub as_of: Timestamp,
    /// The IANA zone of the organisation, such as `Europe/London`.
    pub zone: String,
    /// How far that zone's clocks are ahead of UTC at each time of this document, in which all are printed.
    pub offsets: Vec<ZoneOffset>,
    /// The organisation's name.
    pub organisation: String,
    /// Its logo as a PNG in base64. The template sees the picture as `/logo.png` and here only that
    /// there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_png: Option<String>,
    /// Such as `INC-2026-0001`; for a document that is not of one incident, its own number.
    pub reference: String,
    /// One line that says what it is about.
    pub title: String,
    /// Who may read it.
    pub tlp: Tlp,
    /// What a reader may do with it.
    pub pap: Pap,
    /// Who wrote it.
    pub author: String,
    /// Who approved it; a draft may have nobody.
    pub approver: Option<String>,
    /// Its number; `None` is a draft.
    pub version: Option<u32>,
    /// Who gets it.
    pub distribution: Vec<String>,
}

/// From an instant on, a zone's clocks are so far ahead of UTC, until the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneOffset {
    /// From when.
    pub from: Timestamp,
    /// By how many minutes.
    pub minutes: i32,
}

/// Where an incident stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFacts {
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands.
    pub status: Status,
    /// What it turned out to be.
    pub disposition: Disposition,
    /// RSIT category.
    pub category: Category,
    /// How it came in, what it did and how it was noticed: only what somebody assessed.
    pub assessed: Vec<Fact>,
    /// Who leads the response.
    pub owner: Option<String>,
    /// Whether work waits on something outside.
    pub on_hold: bool,
    /// Whether it is an exercise, which the first page then says first.
    pub is_exercise: bool,
    /// When it was opened here.
    pub opened_at: Timestamp,
}

/// Something that is known of a case, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// What it is called, such as `Attack vector`.
    pub name: String,
    /// What is known.
    pub value: String,
}

/// One known time of the response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MilestonePoint {
    /// Which.
    pub milestone: Milestone,
    /// When.
    pub at: Timestamp,
    /// How exactly that is known.
    pub precision: Precision,
    /// Where it comes from.
    pub source: TimeSource,
}

/// The organisation's ledger, by which a reader can prove later what was recorded by then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerState {
    /// How many entries it has.
    pub entry_count: u64,
    /// Its RFC 6962 root, 64 hexadecimal digits.
    pub root_hash: String,
}

/// A drawing made outside the template. Its text must be in `Libertinus Serif`, and at least 10
/// units high where the drawing is 640 wide, or it cannot be read on paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    /// Its caption, with n.
    pub title: String,
    /// The drawing. The only string of a report that is not shown as text.
    pub svg: String,
    /// What it shows, in words, with the takeaway first.
    pub alt: String,
}

/// A decision or help that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// What is asked.
    pub text: String,
    /// By when, in words; empty where that is open.
    pub by: String,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// It is done.
    Done,
    /// Somebody is at it.
    Doing,
    /// It has not begun.
    Next,
}

/// A task of the response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportTask {
    /// One line that says what is to be done.
    pub title: String,
    /// The phase it belongs to, in words; empty where it belongs to none.
    pub phase: String,
    /// How far it is.
    pub status: Progress,
    /// Who does it.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Timestamp>,
}

/// A person's or a role's signature; blank lines are printed for what is absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignOff {
    /// In which role.
    pub role: String,
    /// Who.
    pub name: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}
