//! The data of the evidence log: what was held, by whom, from when to when, with the hashes and the
//! commands by which somebody who does not trust us can check it (standards §3.4).

use holdfast_domain::{
    Timestamp,
    custody::CustodyKind,
    evidence::{AcquisitionMethod, EvidenceKind, EvidenceStatus},
};
use serde::{Deserialize, Serialize};

use crate::document::{LedgerState, ReportHead, SignOff};

/// The data of [`crate::ReportKind::EvidenceLog`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceLogReport {
    /// Its head.
    pub head: ReportHead,
    /// Of what it is the log.
    pub scope: LogScope,
    /// Who asked for it.
    pub requestor: String,
    /// What for.
    pub purpose: String,
    /// On which legal basis.
    pub legal_basis: String,
    /// Whether names of people were left out.
    pub pseudonymised: bool,
    /// The items, each with its custody.
    pub items: Vec<LogItem>,
    /// The ledger at that instant.
    pub ledger: LedgerState,
    /// The signed checkpoint as a note, to be compared letter by letter.
    pub checkpoint: String,
    /// The key that verifies it.
    pub verifier_key: String,
    /// The commands that check it, in order.
    pub commands: Vec<LogCommand>,
    /// What all this does not prove, one sentence each.
    pub not_proven: Vec<String>,
    /// Who signs it.
    pub sign_off: Vec<SignOff>,
}

/// Of what a log is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "of", deny_unknown_fields)]
pub enum LogScope {
    /// One item.
    Item {
        /// Such as `INC-2026-0001/EV-0001`.
        label: String,
    },
    /// All items of one incident.
    Incident {
        /// Such as `INC-2026-0001`.
        reference: String,
    },
    /// All that happened in a period.
    Period {
        /// Its beginning, which belongs to it.
        from: Timestamp,
        /// Its end, which does not.
        to: Timestamp,
    },
}

/// An item and its custody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogItem {
    /// Such as `INC-2026-0001/EV-0001`: several incidents can be in one log.
    pub label: String,
    /// One line that names it.
    pub title: String,
    /// What it is.
    pub kind: EvidenceKind,
    /// Whether it is still here.
    pub status: EvidenceStatus,
    /// Who holds it.
    pub holder: Option<String>,
    /// Where it is kept.
    pub location: String,
    /// The bytes of its file; things have none.
    pub size_bytes: Option<u64>,
    /// The SHA-256 of its file, in hex.
    pub sha256: Option<String>,
    /// When its file was last found to be what it was.
    pub verified_at: Option<Timestamp>,
    /// How it was acquired.
    pub method: AcquisitionMethod,
    /// With which tool, and its version.
    pub tool: String,
    /// By which authority.
    pub authority: String,
    /// Who witnessed it.
    pub witness: String,
    /// By how many seconds the source's clock was ahead.
    pub clock_offset_s: Option<i64>,
    /// Legal holds upon it.
    pub holds: u32,
    /// Until when it must be kept.
    pub retain_until: Option<Timestamp>,
    /// Its custody, by number; that somebody viewed or downloaded it is part of it.
    pub entries: Vec<LogEntry>,
    /// Whether these are all of its events, or those of a period.
    pub is_whole: bool,
    /// Where its custody has gaps or contradicts itself, one sentence each: the numbers compared with each other,
    /// and each event with those before it.
    pub gaps: Vec<String>,
}

/// A custody event as the log prints it. Names, not ids: see [`EvidenceLogReport::pseudonymised`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    /// Its number in the item's chain, from one.
    pub seq: u32,
    /// Its id.
    pub event_id: String,
    /// What happened.
    pub event: CustodyKind,
    /// When, as told.
    pub occurred_at: Timestamp,
    /// When the server was told.
    pub recorded_at: Timestamp,
    /// Seconds between the two where it was recorded late, else `None`.
    pub delay_s: Option<u64>,
    /// Who did it.
    pub actor: String,
    /// Who gave it away.
    pub released_by: String,
    /// Who took it, or to whom it is offered.
    pub received_by: String,
    /// What for, or why.
    pub purpose: String,
    /// Where.
    pub location: String,
    /// The number of the seal.
    pub seal_no: String,
    /// The SHA-256 that was found.
    pub sha256: Option<String>,
    /// Whether it is the one that was expected.
    pub hash_ok: Option<bool>,
    /// The tool and its version.
    pub tool: String,
    /// What else it says.
    pub notes: String,
    /// Its leaf in the ledger, 64 hexadecimal digits.
    pub leaf_hash: String,
}

/// A command, and what it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogCommand {
    /// What it shows.
    pub shows: String,
    /// The command as it is typed.
    pub command: String,
}

impl EvidenceLogReport {
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
        crate::kind::is_written_as::<EvidenceLogReport>(crate::ReportKind::EvidenceLog);
    }
}
