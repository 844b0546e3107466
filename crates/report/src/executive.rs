//! The data of the executive incident report: two to four pages for a board. What happened, what it
//! costs, what was done and is asked, and how sure all that is.

use holdfast_domain::{Timestamp, event::Lane, time::Precision};
use serde::{Deserialize, Serialize};

use crate::document::{Ask, CaseFacts, Chart, LedgerState, MilestonePoint, ReportHead, ReportTask};

/// The data of [`crate::ReportKind::Executive`]. Texts are plain; a blank line begins a paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Executive {
    /// Its head.
    pub head: ReportHead,
    /// Where the incident stands.
    pub case: CaseFacts,
    /// What happened, what it means, whether it is over, what is needed; five sentences at most.
    pub bottom_line: String,
    /// What it does to the business, as a text.
    pub business_impact: String,
    /// The same by subject.
    pub impact: Impact,
    /// The moments that tell it, by time. The first eight are printed.
    pub timeline: Vec<StoryMoment>,
    /// Whether somebody chose these moments for reports; else they are of the whole timeline.
    pub is_chosen: bool,
    /// Moments whose times are not known, in the order in which they were given.
    pub untimed: Vec<UntimedMoment>,
    /// How many more of these there are.
    pub untimed_more: u32,
    /// A drawing of those with times; without one the report draws its own.
    pub timeline_figure: Option<Chart>,
    /// What the attacker was after and how, in the order of an attack.
    pub tactics: Vec<TacticRow>,
    /// What was touched, and what let the attacker in.
    pub findings: Vec<AffectedThing>,
    /// How many more of these there are.
    pub findings_more: u32,
    /// The times of the response that are known.
    pub milestones: Vec<MilestonePoint>,
    /// What was done, is being done and comes next.
    pub tasks: Vec<ReportTask>,
    /// What is asked of the readers.
    pub asks: Vec<Ask>,
    /// What must be told to whom by when.
    pub obligations: Vec<Obligation>,
    /// What is known.
    pub confidence_known: String,
    /// What is assessed, and how likely it is.
    pub confidence_assessed: String,
    /// What is not known.
    pub confidence_unknown: String,
    /// The terms used that not everybody knows.
    pub glossary: Vec<Term>,
    /// The ledger at that instant.
    pub ledger: LedgerState,
}

/// What the incident does, by subject. An empty one is not printed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// Which services, for how long.
    pub services: String,
    /// Which people: customers, staff.
    pub people: String,
    /// Which data.
    pub data: String,
    /// What it costs.
    pub money: String,
    /// How sure that sum is.
    pub money_confidence: String,
    /// What regulators were told and what they said.
    pub regulatory: String,
}

/// A moment of the story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryMoment {
    /// When.
    pub at: Timestamp,
    /// How exactly that is known.
    pub precision: Precision,
    /// Whose doing it was.
    pub lane: Lane,
    /// One line that says what happened.
    pub title: String,
}

/// A moment whose time is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UntimedMoment {
    /// Whose doing it was.
    pub lane: Lane,
    /// One line that says what happened.
    pub title: String,
}

/// What the attacker did for one end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TacticRow {
    /// The tactic's name; empty where it is not said.
    pub tactic: String,
    /// The techniques, each once, such as `Valid Accounts (T1078)`.
    pub techniques: Vec<String>,
}

/// An asset that was touched, or a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AffectedThing {
    /// What kind of thing it is, in words.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// What became of it, in words.
    pub state: String,
}

/// A duty to tell somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obligation {
    /// What is due to whom, such as `GDPR Article 33, supervisory authority`.
    pub name: String,
    /// By when; `None` where no time is set.
    pub due: Option<Timestamp>,
    /// When it was done.
    pub submitted: Option<Timestamp>,
}

/// A term and its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The term.
    pub term: String,
    /// What it means.
    pub meaning: String,
}

impl Executive {
    /// The bytes to render and to attach, the same for the same report.
    ///
    /// # Errors
    /// When serde refuses a value, which none of these types does.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec_pretty(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_this_type_and_nothing_else() {
        crate::kind::is_written_as::<Executive>(crate::ReportKind::Executive);
    }
}
