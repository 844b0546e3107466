//! Ledger entries as people read them: who did what to which object, with before and after where
//! the text may be shown. The bytes that are hashed live in the ledger crate.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// One changed field: its value before and after, in words. `None` where it had none, or where the
/// text was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Change {
    /// The field's name.
    pub field: String,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// An entry that another one undid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct UndoneEntry {
    /// Its place in the log.
    pub seq: i64,
    /// What had been done.
    pub kind: String,
}

/// One entry, opened for a reader who may see its subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct HistoryEntry {
    /// Its place in the log, from 0.
    pub seq: i64,
    /// When the server recorded it.
    pub at: Timestamp,
    /// What was done, such as `incident.edited`.
    pub kind: String,
    /// The name of who did it, as it was then; the system's own actions say so.
    pub actor: String,
    /// Their handle, which no other person has or had; empty for the system's own actions.
    pub actor_handle: String,
    /// The reason given, where one was.
    pub reason: Option<String>,
    /// What changed.
    pub changes: Vec<Change>,
    /// The entry that this one undid, where it undid one.
    pub undoes: Option<UndoneEntry>,
    /// The leaf hash, in hex.
    pub leaf_hash: String,
}
