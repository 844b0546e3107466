//! Ledger entries as people read them: who did what to which object, with before and after where
//! the text may be shown. The bytes that are hashed live in the ledger crate.

use serde::{Deserialize, Serialize};

use crate::{PersonId, Timestamp};

/// What a text is shown as whose opening was deleted.
pub const ERASED: &str = "(erased)";

/// One changed field: its value before and after, in words. `None` where it had none; [`ERASED`] where the text was
/// erased.
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

/// The object of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct EntryObject {
    /// Its name, as the sentence has it.
    pub name: String,
    /// The page that shows it, for readers who may open that.
    pub page: Option<String>,
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
    /// What was done, in words that follow the name of the actor: `finished task “Rebuild fs-log-02”`.
    pub sentence: String,
    /// What it was done to; absent where the sentence names nothing.
    pub object: Option<EntryObject>,
    /// The reference of the incident it is about; absent where it is about none.
    pub incident: Option<String>,
    /// The reason given, where one was.
    pub reason: Option<String>,
    /// What changed.
    pub changes: Vec<Change>,
    /// The entry that this one undid, where it undid one.
    pub undoes: Option<UndoneEntry>,
    /// Whether its texts and values are left out, because the reader's role or token does not see them.
    pub withheld: bool,
    /// The leaf hash, in hex.
    pub leaf_hash: String,
}

impl HistoryEntry {
    /// The sentence before, at and after the name of its object.
    #[must_use]
    pub fn pieces(&self) -> (&str, Option<&EntryObject>, &str) {
        let object = self.object.as_ref();
        match object.and_then(|object| self.sentence.split_once(&object.name)) {
            Some((before, after)) => (before, object, after),
            None => (&self.sentence, None, ""),
        }
    }
}

/// Who did what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A person.
    Person(PersonId),
    /// The program itself.
    System,
}

/// Which entries of the ledger are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerFilter {
    /// Only those of this author.
    pub by: Option<By>,
    /// Only those about the incident of this reference.
    pub incident: Option<String>,
    /// Only those of these kinds; none named is all.
    pub kinds: Vec<String>,
    /// Only those recorded at or after this time.
    pub since: Option<Timestamp>,
    /// Only those recorded before this time.
    pub before: Option<Timestamp>,
}

impl LedgerFilter {
    /// Whether anything is left out.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        *self != Self::default()
    }
}
