//! Opening commitments: showing the text and salt behind a hash in an entry. It never says who may
//! see a text; whoever holds the salt already does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::entry::{Entry, commitment};
use crate::hash::Hash;

/// A salt and text that a commitment should open to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Entry that holds the commitment.
    pub seq: u64,
    /// Field of `commit`, or [`crate::entry::ACTOR_NAME`].
    pub field: String,
    /// The 32 salt bytes, as 64 hex digits in JSON.
    #[serde(with = "hex::serde")]
    pub salt: [u8; 32],
    /// The text.
    pub text: String,
}

/// The openings still to be met, by entry.
pub(crate) struct Openings<'a> {
    total: usize,
    waiting: BTreeMap<u64, Vec<&'a Opening>>,
    fault: Option<String>,
}

impl<'a> Openings<'a> {
    pub(crate) fn new(openings: &'a [Opening]) -> Self {
        let mut waiting = BTreeMap::<u64, Vec<&Opening>>::new();
        for opening in openings {
            waiting.entry(opening.seq).or_default().push(opening);
        }
        Self { total: openings.len(), waiting, fault: None }
    }

    /// Tries the openings of one entry.
    pub(crate) fn check(&mut self, position: u64, entry: &Entry) {
        for opening in self.waiting.remove(&position).into_iter().flatten() {
            let field = &opening.field;
            let hash: Hash = commitment(&opening.salt, &opening.text);
            let fault = match entry.commitment_of(field) {
                Some(committed) if committed == hash => continue,
                Some(_) => {
                    format!("entry {position}: the text of `{field}` is not the one committed to")
                }
                None => format!("entry {position} commits to no `{field}`"),
            };
            self.fault.get_or_insert(fault);
        }
    }

    /// `None` if there was nothing to open.
    pub(crate) fn outcome(self) -> Option<Result<String, String>> {
        if self.total == 0 {
            return None;
        }
        let unmet = self.waiting.keys().next().map(|seq| format!("no readable entry {seq} to open"));
        Some(match self.fault.or(unmet) {
            Some(fault) => Err(fault),
            None => Ok(format!("{} texts match", self.total)),
        })
    }
}
