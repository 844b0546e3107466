//! Looks at one entry by itself, with what is kept beside it: everything that verification does and that
//! depends on no other entry. It can be done on many threads; what it finds is then taken in order.

use std::sync::Arc;

use serde_json::Value;

use crate::entry::{ACTOR_NAME, Entry, GENESIS, commitment};
use crate::fast_parser::{self, Commit};
use crate::hash::{Hash, leaf_hash};
use crate::hash_only::HashOnly;

/// An entry as it is kept, with what is kept beside it.
#[derive(Debug, Clone, Copy)]
pub struct StoredEntry<'a> {
    /// The bytes that were hashed.
    pub bytes: &'a [u8],
    /// The leaf hash that was stored when the entry was made.
    pub leaf: Option<Hash>,
    /// Texts that are said to lie behind its commitments.
    pub openings: &'a [Open<'a>],
}

/// A salt and text that a commitment should open to, where they lie.
#[derive(Debug, Clone, Copy)]
pub struct Open<'a> {
    /// Entry that holds the commitment.
    pub seq: u64,
    /// Field of `commit`, or [`ACTOR_NAME`].
    pub field: &'a str,
    /// The salt.
    pub salt: &'a [u8; 32],
    /// The text.
    pub text: &'a str,
}

/// What was found of an entry.
#[derive(Debug)]
pub struct Checked {
    pub(crate) leaf: Hash,
    pub(crate) kept: Option<Hash>,
    /// What it says, or why it cannot be read.
    pub(crate) said: Result<EntrySummary, String>,
    /// The place that is given with it, where it is given by its hash alone; then it says nothing.
    pub(crate) hash_only: Option<u64>,
    /// How many texts were said to lie behind it.
    pub(crate) texts: usize,
    /// The entry that all of its texts are said to belong to; each fits.
    pub(crate) fits: Option<u64>,
    /// Where that does not hold: the entry that each text is said to belong to, and what is wrong with it.
    pub(crate) odd: Vec<(u64, Option<String>)>,
}

/// What an entry says, as far as others ask.
#[derive(Debug)]
pub(crate) struct EntrySummary {
    pub(crate) seq: u64,
    pub(crate) prev: Hash,
    pub(crate) at_us: i64,
    pub(crate) org: Arc<str>,
    pub(crate) is_genesis: bool,
    /// Of the one that says that it is the first.
    pub(crate) first: Option<First>,
}

#[derive(Debug)]
pub(crate) struct First {
    pub(crate) kind: String,
    pub(crate) origin: Option<String>,
}

/// Looks at entries one after another, of any part of a log.
#[derive(Debug, Default)]
pub struct EntryCheck {
    commits: Vec<Commit>,
    org: Option<Arc<str>>,
}

impl EntryCheck {
    /// Looks at an entry.
    pub fn at(&mut self, entry: StoredEntry<'_>) -> Checked {
        let StoredEntry { bytes, leaf: kept, openings } = entry;
        let mut looked = Checked {
            leaf: leaf_hash(bytes),
            kept,
            said: Err(String::new()),
            hash_only: None,
            texts: 0,
            fits: None,
            odd: Vec::new(),
        };
        let mut commits = std::mem::take(&mut self.commits);
        if let Some(quick) = fast_parser::read(bytes, &mut commits).filter(|quick| quick.seq > 0) {
            looked.open(
                openings,
                Some(&|field: &str| {
                    if field == ACTOR_NAME {
                        return Some(quick.name_commit);
                    }
                    commits
                        .iter()
                        .find(|(name, _)| bytes.get(name.clone()) == Some(field.as_bytes()))
                        .map(|(_, hash)| *hash)
                }),
            );
            looked.said = Ok(EntrySummary {
                seq: quick.seq,
                prev: quick.prev,
                at_us: quick.at_us,
                org: self.org(quick.org),
                is_genesis: quick.kind == GENESIS,
                first: None,
            });
        } else {
            match Entry::from_bytes(bytes) {
                Ok(entry) => {
                    looked.open(openings, Some(&|field: &str| entry.commitment_of(field)));
                    looked.said = Ok(self.said(entry));
                }
                Err(error) => {
                    looked.open(openings, None);
                    looked.said = Err(error.to_string());
                }
            }
        }
        self.commits = commits;
        looked
    }

    fn said(&mut self, entry: Entry) -> EntrySummary {
        let content = entry.content;
        let is_genesis = content.kind == GENESIS;
        let origin = content.data.get("origin").and_then(Value::as_str).map(str::to_owned);
        let first = (entry.seq == 0).then_some(First { origin, kind: content.kind });
        EntrySummary {
            seq: entry.seq,
            prev: entry.prev,
            at_us: entry.at_us,
            org: self.org(&content.org),
            is_genesis,
            first,
        }
    }

    /// All entries of a log name the same.
    fn org(&mut self, org: &str) -> Arc<str> {
        match &self.org {
            Some(known) if **known == *org => Arc::clone(known),
            _ => Arc::clone(self.org.insert(org.into())),
        }
    }
}

/// The commitment to a field.
type Commitments<'a> = &'a dyn Fn(&str) -> Option<Hash>;

impl Checked {
    /// What can be said of an entry that is given by its hash alone: nothing but the hash. Texts that are
    /// said to lie behind it open nothing.
    pub(crate) fn by_hash(given: &HashOnly, openings: &[Open<'_>]) -> Self {
        let said = Err("is given by its hash alone".to_owned());
        let mut looked = Self {
            leaf: given.leaf,
            kept: None,
            said,
            hash_only: Some(given.seq),
            texts: 0,
            fits: None,
            odd: Vec::new(),
        };
        looked.open(openings, None);
        looked
    }

    /// Tries the texts, against no commitments if the entry could not be read.
    fn open(&mut self, openings: &[Open<'_>], commitments: Option<Commitments<'_>>) {
        self.texts = openings.len();
        let Some(first) = openings.first() else { return };
        let fault = |opening: &Open<'_>| commitments.and_then(|commitments| misfit(opening, commitments));
        let fits = |opening: &Open<'_>| opening.seq == first.seq && fault(opening).is_none();
        if commitments.is_some() && openings.iter().all(fits) {
            self.fits = Some(first.seq);
        } else {
            self.odd = openings.iter().map(|opening| (opening.seq, fault(opening))).collect();
        }
    }
}

/// Why a text is not the one behind the commitment.
fn misfit(opening: &Open<'_>, commitments: Commitments<'_>) -> Option<String> {
    let Open { seq, field, salt, text } = opening;
    match commitments(field) {
        Some(committed) if committed == commitment(salt, text) => None,
        Some(_) => Some(format!("entry {seq}: the text of `{field}` is not the one committed to")),
        None => Some(format!("entry {seq} commits to no `{field}`")),
    }
}
