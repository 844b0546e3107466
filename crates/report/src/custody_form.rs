//! The data of the chain-of-custody form: the sheet that travels with an item (standards §1.2),
//! filled in from its events, with room for what is signed by hand.

use holdfast_domain::{Timestamp, custody::CustodyKind};
use serde::{Deserialize, Serialize};

use crate::document::{LedgerState, ReportHead};

/// The data of [`crate::ReportKind::CustodyForm`]. What is empty is printed as a line to write on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustodyForm {
    /// Its head; `reference` is the case number.
    pub head: ReportHead,
    /// What kind of incident it is, in words.
    pub incident_type: String,
    /// Who submitted the evidence.
    pub submitted_by: String,
    /// That person's number or role.
    pub submitter_id: String,
    /// Who was harmed.
    pub victim: String,
    /// Who is suspected.
    pub suspect: String,
    /// When it was seized.
    pub seized_at: Option<Timestamp>,
    /// Where.
    pub seized_where: String,
    /// The items.
    pub items: Vec<FormItem>,
    /// Each time an item changed hands or place, by time.
    pub steps: Vec<FormStep>,
    /// Empty lines below them, to be filled in by hand; at most 30 are printed.
    pub blank_lines: u8,
    /// What is known of the disposal.
    pub disposal: Option<FormDisposal>,
    /// What is known of the return to the owner.
    pub release: Option<FormRelease>,
    /// By whom and how long the form is kept.
    pub kept_by: String,
    /// The ledger at that instant.
    pub ledger: LedgerState,
}

/// An item on the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormItem {
    /// Such as `INC-2026-0001/EV-0001`: the sheet travels with the item, among sheets of other incidents.
    pub label: String,
    /// How many of it.
    pub quantity: String,
    /// Model, serial number, condition, marks, scratches; for a file its name and size.
    pub description: String,
    /// The SHA-256 of its file, in hex.
    pub sha256: Option<String>,
}

/// A line of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormStep {
    /// The item, such as `INC-2026-0001/EV-0001`.
    pub item: String,
    /// What happened.
    pub event: CustodyKind,
    /// When.
    pub at: Timestamp,
    /// Who gave it away.
    pub released_by: String,
    /// Who took it, or who did what is no transfer.
    pub received_by: String,
    /// What for, and where it is.
    pub comments: String,
}

/// How items were disposed of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormDisposal {
    /// The items, such as `INC-2026-0001/EV-0001, INC-2026-0001/EV-0002`.
    pub items: String,
    /// How: returned, auctioned, destroyed, diverted; in words.
    pub method: String,
    /// Who authorised it.
    pub authorised_by: String,
    /// Who did it.
    pub performed_by: String,
    /// Who witnessed it.
    pub witness: String,
    /// When.
    pub at: Option<Timestamp>,
}

/// How items went back to their owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormRelease {
    /// The items.
    pub items: String,
    /// Who gave them back.
    pub custodian: String,
    /// Who took them.
    pub owner: String,
    /// The owner's address.
    pub address: String,
    /// When.
    pub at: Option<Timestamp>,
}

impl CustodyForm {
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
        crate::kind::is_written_as::<CustodyForm>(crate::ReportKind::CustodyForm);
    }
}
