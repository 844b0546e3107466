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

/// What became of the openings so far.
pub(crate) struct Openings<'a> {
    total: usize,
    /// Those given beforehand, by entry.
    waiting: BTreeMap<u64, Vec<&'a Opening>>,
    /// The least place for which an opening was given and no readable entry.
    unmet: Option<u64>,
    fault: Option<String>,
}

impl<'a> Openings<'a> {
    pub(crate) fn new(openings: &'a [Opening]) -> Self {
        let mut waiting = BTreeMap::<u64, Vec<&Opening>>::new();
        for opening in openings {
            waiting.entry(opening.seq).or_default().push(opening);
        }
        Self { total: openings.len(), waiting, unmet: None, fault: None }
    }

    /// Tries the openings of one entry, which is `None` if it could not be read: those given
    /// beforehand, and those that come along with it.
    pub(crate) fn check(&mut self, position: u64, entry: Option<&Entry>, along: &[Opening]) {
        self.total += along.len();
        let beforehand = if entry.is_some() { self.waiting.remove(&position) } else { None };
        for opening in beforehand.unwrap_or_default().into_iter().chain(along) {
            match entry.filter(|_| opening.seq == position) {
                Some(entry) => self.open(entry, opening),
                None => self.miss(opening.seq),
            }
        }
    }

    fn open(&mut self, entry: &Entry, opening: &Opening) {
        let (position, field) = (opening.seq, &opening.field);
        let hash: Hash = commitment(&opening.salt, &opening.text);
        let fault = match entry.commitment_of(field) {
            Some(committed) if committed == hash => return,
            Some(_) => {
                format!("entry {position}: the text of `{field}` is not the one committed to")
            }
            None => format!("entry {position} commits to no `{field}`"),
        };
        self.fault.get_or_insert(fault);
    }

    fn miss(&mut self, position: u64) {
        self.unmet = Some(self.unmet.map_or(position, |unmet| unmet.min(position)));
    }

    /// `None` if there was nothing to open.
    pub(crate) fn outcome(mut self) -> Option<Result<String, String>> {
        if self.total == 0 {
            return None;
        }
        if let Some(position) = self.waiting.keys().next().copied() {
            self.miss(position);
        }
        let unmet = self.unmet.map(|seq| format!("no readable entry {seq} to open"));
        Some(match self.fault.or(unmet) {
            Some(fault) => Err(fault),
            None => Ok(format!("{} texts match", self.total)),
        })
    }
}
