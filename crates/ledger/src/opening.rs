//! Opening commitments: showing the text and salt behind a hash in an entry. It never says who may
//! see a text; whoever holds the salt already does.

use serde::{Deserialize, Serialize};

use crate::entry_check::{Checked, Open};

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

impl<'a> From<&'a Opening> for Open<'a> {
    fn from(opening: &'a Opening) -> Self {
        let Opening { seq, field, salt, text } = opening;
        Self { seq: *seq, field, salt, text }
    }
}

/// What became of the openings so far.
#[derive(Debug, Default)]
pub(crate) struct Openings {
    total: usize,
    /// The least place for which an opening was given and no readable entry.
    unmet: Option<u64>,
    fault: Option<String>,
}

impl Openings {
    /// Takes what was found of the texts that came with the entry at a place.
    pub(crate) fn take(&mut self, position: u64, looked: &Checked) {
        self.total += looked.texts;
        if let Some(seq) = looked.fits.filter(|seq| *seq != position) {
            self.miss(seq);
        }
        for (seq, fault) in &looked.odd {
            if looked.said.is_err() || *seq != position {
                self.miss(*seq);
            } else if let Some(fault) = fault {
                self.fault.get_or_insert_with(|| fault.clone());
            }
        }
    }

    /// Counts one that is said to belong to an entry that is not there.
    pub(crate) fn take_unmet(&mut self, position: u64) {
        self.total += 1;
        self.miss(position);
    }

    fn miss(&mut self, position: u64) {
        self.unmet = Some(self.unmet.map_or(position, |unmet| unmet.min(position)));
    }

    /// `None` if there was nothing to open.
    pub(crate) fn outcome(self) -> Option<Result<String, String>> {
        if self.total == 0 {
            return None;
        }
        let unmet = self.unmet.map(|seq| format!("no readable entry {seq} to open"));
        Some(match self.fault.or(unmet) {
            Some(fault) => Err(fault),
            None => Ok(format!("{} texts match", self.total)),
        })
    }
}
