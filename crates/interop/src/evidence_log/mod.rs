//! The evidence log: what happened to items of evidence, row by row, in a file that an outsider checks
//! without Holdfast and without a connection. Each row carries the ledger entry that vouches for it,
//! byte for byte; the whole content is vouched for by one more entry, made before the file was handed
//! out. Rows are what the compliance standards ask for; see `docs/schema/evidence-log.schema.json`.

#![warn(missing_docs)]

mod rows;
mod sheet;
mod verify;

use holdfast_domain::{Timestamp, marking::Tlp};
use holdfast_ledger::Hash;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use rows::{CUSTODY, REGISTERED, acquisition_of, happened, item_of, number_of, row_of, tlp_of, without_names};
pub use sheet::{COLUMNS, to_csv};
pub use verify::{NOT_CHECKED, recognise, verify};

/// What the field `schema` says.
pub const SCHEMA: &str = "holdfast/evidence-log/2";
/// What it said in logs whose rows did not name their incident. Such logs are still checked, no longer made.
pub const SCHEMA_WITHOUT_INCIDENTS: &str = "holdfast/evidence-log/1";
/// The kind of the ledger entry that vouches for the content.
pub const EXPORTED: &str = "evidence.log_exported";
/// The field of that entry's data that holds the content's hash, see [`digest`].
pub const DIGEST: &str = "content_sha256";

/// The file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceLog {
    /// [`SCHEMA`], or [`SCHEMA_WITHOUT_INCIDENTS`].
    pub schema: String,
    /// Everything that is said. The rest of the file is what it is checked with.
    pub content: Content,
    /// The ledger's entry of this export, which holds the hash of the content.
    pub export: Vouched,
    /// Where each row's entry is in the tree: as many as there are rows.
    pub proofs: Vec<Vec<Hash>>,
    /// The signed checkpoint that the proofs lead to (C2SP tlog-checkpoint).
    pub checkpoint: String,
    /// The key that signed it. To be compared with one that came another way, never to be believed.
    pub vkey: String,
}

/// What is said, by whom it was asked for, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// What the log is about.
    pub scope: LogSubject,
    /// How far it may travel: the strictest of what it holds.
    pub tlp: Tlp,
    /// Who asked for it; an id where names are left out.
    pub requestor: String,
    /// What for.
    pub purpose: String,
    /// On what legal ground.
    pub legal_basis: String,
    /// When it was made.
    pub generated_at: Timestamp,
    /// Whether people are named; without names there are ids only.
    pub names: bool,
    /// The items that rows speak of.
    pub items: Vec<LoggedItem>,
    /// How they were acquired.
    pub acquisitions: Vec<Acquisition>,
    /// What happened to them, in the order of the ledger.
    pub rows: Vec<LoggedEvent>,
}

/// What the log is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum LogSubject {
    /// One item.
    Item {
        /// Reference of the incident.
        incident: String,
        /// Label of the item.
        item: String,
    },
    /// All items of an incident.
    Incident {
        /// Reference of the incident.
        incident: String,
    },
    /// What was recorded between two times, the second not included.
    Period {
        /// From then on.
        from: Timestamp,
        /// Up to then.
        to: Timestamp,
    },
}

/// An item of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoggedItem {
    /// Its id.
    pub id: String,
    /// Reference of its incident.
    pub incident: String,
    /// Its label there.
    pub label: String,
    /// What kind of thing it is.
    pub kind: String,
    /// What it is called.
    pub title: String,
    /// How many.
    pub quantity: u64,
    /// Size of its file, if it has one.
    pub size_bytes: Option<u64>,
    /// SHA-256 of its file; empty for a thing that can be held only.
    pub sha256: String,
    /// Where it stands in its custody.
    pub status: String,
    /// Holds that keep it from being disposed of.
    pub holds: u64,
    /// Until when it must be kept.
    pub retain_until: Option<Timestamp>,
}

/// How an item was acquired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acquisition {
    /// Label of the item.
    pub item: String,
    /// From when.
    pub started_at: Option<Timestamp>,
    /// Until when.
    pub ended_at: Option<Timestamp>,
    /// By whom.
    pub acquirer: String,
    /// Who saw it.
    pub witness: String,
    /// Where.
    pub location: String,
    /// By what right.
    pub authority: String,
    /// How.
    pub method: String,
    /// With what.
    pub tool: String,
    /// In which version.
    pub tool_version: String,
    /// What kept the source from being written to.
    pub write_blocker: String,
    /// Hash of the source before.
    pub source_hash_before: String,
    /// Hash of the copy.
    pub image_hash: String,
    /// Hash of the source after.
    pub source_hash_after: String,
    /// What else is to be known.
    pub notes: String,
}

/// One event of an item's custody. An empty text means that there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoggedEvent {
    /// Place of its entry in the ledger, from 0.
    pub seq: u64,
    /// Id of the event.
    pub event_id: String,
    /// Reference of the item's incident: a label names an item within its incident only. Empty in logs of
    /// [`SCHEMA_WITHOUT_INCIDENTS`].
    #[serde(default)]
    pub incident: String,
    /// Label of the item.
    pub item: String,
    /// Id of the item.
    pub item_id: String,
    /// What happened: the entry's kind without `custody.`.
    pub event: String,
    /// When it happened, as was stated.
    pub occurred_at_utc: Timestamp,
    /// The same moment with the offset of its zone.
    pub occurred_at_local: String,
    /// That zone.
    pub tz: String,
    /// When it was recorded, by the server's clock.
    pub recorded_at_utc: Timestamp,
    /// Seconds from the one to the other.
    pub delay_s: i64,
    /// Id of who recorded it.
    pub actor_id: String,
    /// Their name then; empty where names are left out, or where it was erased.
    pub actor_name: String,
    /// Their handle, which no other person of the organisation has or had; empty where names are left out, and absent
    /// from logs that were made before there were handles.
    #[serde(default)]
    pub actor_handle: String,
    /// Who gave it out of their hands.
    pub released_by: String,
    /// Who took it over.
    pub received_by: String,
    /// What for.
    pub purpose: String,
    /// Where.
    pub location: String,
    /// Where it is kept.
    pub storage: String,
    /// Number of the seal.
    pub seal_no: String,
    /// Algorithm of the hash.
    pub hash_algo: String,
    /// The hash of the file as it was registered. What a verification found is in the entry, as
    /// `actual_sha256`.
    pub hash: String,
    /// Whether it was the one expected.
    pub hash_ok: Option<bool>,
    /// With what.
    pub tool: String,
    /// In which version.
    pub tool_version: String,
    /// What else was said.
    pub notes: String,
    /// Hash of the entry.
    pub leaf_hash: Hash,
    /// The entry, byte for byte.
    pub entry: String,
    /// What opens the entry's commitments.
    pub openings: Vec<Text>,
}

/// A text behind a commitment of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Name of the commitment.
    pub field: String,
    /// Its 32 salt bytes, in hex.
    #[serde(with = "hex::serde")]
    pub salt: [u8; 32],
    /// The text.
    pub text: String,
}

/// An entry with its place in the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vouched {
    /// Its place in the ledger.
    pub seq: u64,
    /// The entry, byte for byte.
    pub entry: String,
    /// Its inclusion proof.
    pub proof: Vec<Hash>,
}

/// The hash of the content: SHA-256 of its one spelling by RFC 8785. It goes into the entry of the
/// export before the file exists, so that nothing in the file can be another than was handed out.
///
/// # Errors
/// When the content has no such spelling.
pub fn digest(content: &Content) -> Result<Hash, serde_json::Error> {
    serde_json::to_value(content).and_then(|content| digest_of(&content))
}

fn digest_of(content: &Value) -> Result<Hash, serde_json::Error> {
    serde_json_canonicalizer::to_vec(content).map(|bytes| Hash::of(&bytes))
}

/// The file's bytes: the same for the same log.
///
/// # Errors
/// When a value cannot be written.
pub fn to_json(log: &EvidenceLog) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(log)?;
    bytes.push(b'\n');
    Ok(bytes)
}
