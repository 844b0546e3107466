//! The data of the executive incident summary: one page that says what happened, how bad it is,
//! where it stands and how long each phase took. It holds what is printed and nothing more, since
//! all of it is attached to the PDF.

use holdfast_domain::{
    Timestamp,
    incident::{Disposition, Severity},
    lifecycle::Status,
    marking::{Pap, Tlp},
    rsit::Category,
};
use serde::{Deserialize, Serialize};

pub use crate::document::{LedgerState, MilestonePoint, ZoneOffset};

/// The data of [`crate::ReportKind::IncidentSummary`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentSummary {
    /// The instant whose state this is; also the PDF's date.
    pub as_of: Timestamp,
    /// The IANA zone of the organisation, in which times are printed.
    pub zone: String,
    /// As in [`crate::ReportHead`].
    pub offsets: Vec<ZoneOffset>,
    /// The organisation's name.
    pub organisation: String,
    /// Its logo, as in [`crate::ReportHead`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_png: Option<String>,
    /// Such as `INC-2026-0001`.
    pub reference: String,
    /// One line that says what happened.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands.
    pub status: Status,
    /// What it turned out to be.
    pub disposition: Disposition,
    /// RSIT category.
    pub category: Category,
    /// Who may read the report.
    pub tlp: Tlp,
    /// What a reader may do with it.
    pub pap: Pap,
    /// Who leads the response.
    pub owner: Option<String>,
    /// Whether work waits on something outside.
    pub on_hold: bool,
    /// Whether it is an exercise, which the page then says first.
    pub is_exercise: bool,
    /// When it was opened here.
    pub opened_at: Timestamp,
    /// The times that are known, in the order in which they are to be listed.
    pub milestones: Vec<MilestonePoint>,
    /// What is known, as plain text; a blank line begins a paragraph.
    pub summary: String,
    /// The ledger at that instant.
    pub ledger: LedgerState,
}

impl IncidentSummary {
    /// The bytes to render and to attach: fields in the order of this type, so the same summary is
    /// the same bytes.
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
        crate::kind::is_written_as::<IncidentSummary>(crate::ReportKind::IncidentSummary);
    }
}
