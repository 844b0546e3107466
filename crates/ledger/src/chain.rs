//! Walks a log entry by entry, in constant memory, and finds the first entry that is not as it was
//! written. It never decides whether a log is good: it reports what it saw and the verifier judges.
//!
//! An entry is vouched for by the `prev` of its successor. When the two disagree, either may be the
//! altered one. The walk therefore builds a second tree from what the `prev` fields claim; if that
//! one has the signed root, the claims were true and the entries they contradict are altered. Where
//! leaf hashes were kept beside the entries, a third tree is built from those in the same way: it
//! finds the first altered entry even when every link was made anew.

use std::sync::Arc;

use crate::entry::GENESIS;
use crate::entry_check::{Checked, EntrySummary};
use crate::hash::{Hash, empty_root};
use crate::tree::Frontier;
use crate::verify::BadEntry;

/// What the walk saw.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Entries so far.
    pub(crate) count: u64,
    /// Those of them that were given by their hash alone.
    pub(crate) hash_only: u64,
    /// First entry that is unreadable, out of place or of another log.
    pub(crate) broken: Option<BadEntry>,
    /// First entry earlier than the one before it.
    pub(crate) early: Option<BadEntry>,
    /// First entry that its successor contradicts.
    suspect: Option<Suspect>,
    /// First entry that the leaf hash kept beside it contradicts.
    kept: Option<ChainState>,
    origin: String,
    /// Sizes at which to note the root, in order.
    wanted: Vec<u64>,
    roots: Vec<(u64, Hash)>,
    tree: Frontier,
    pending: Option<Hash>,
    org: Option<Arc<str>>,
    last_at_us: Option<i64>,
}

#[derive(Debug)]
struct Suspect {
    position: u64,
    /// Whether the entry after the successor vouches for the successor.
    successor_good: Option<bool>,
    claimed: Frontier,
    roots: Vec<(u64, Hash)>,
}

/// The tree of the hashes that were kept, from the first on that is not its entry's.
#[derive(Debug)]
struct ChainState {
    position: u64,
    tree: Frontier,
    roots: Vec<(u64, Hash)>,
}

impl Walk {
    /// Starts a walk over the log `origin` that notes the root at each of the sizes.
    pub(crate) fn new(origin: &str, mut wanted: Vec<u64>) -> Self {
        wanted.sort_unstable();
        let roots = if wanted.contains(&0) { vec![(0, empty_root())] } else { Vec::new() };
        Self { origin: origin.to_owned(), wanted, roots, ..Self::default() }
    }

    /// Takes the next entry as it was looked at.
    pub(crate) fn step(&mut self, looked: &Checked) {
        let position = self.count;
        self.count += 1;
        let said = match (&looked.said, looked.hash_only) {
            (Ok(said), _) => Some(said),
            (Err(_), Some(seq)) => {
                self.only_hash(position, seq);
                None
            }
            (Err(error), None) => {
                self.break_at(position, || error.clone());
                None
            }
        };
        // The `prev` of an entry that is out of place speaks of another neighbour.
        let placed = said.filter(|said| said.seq == position);
        self.follow(position, placed.map(|said| said.prev));
        self.keep(position, looked.leaf, looked.kept.unwrap_or(looked.leaf));
        self.pending = Some(looked.leaf);
        if let Some(said) = said {
            self.rules(position, said);
        }
    }

    /// Takes an entry that is given by its hash alone. The first never is: it is about the log itself.
    fn only_hash(&mut self, position: u64, seq: u64) {
        self.hash_only += 1;
        if seq != position {
            self.break_at(position, || format!("is numbered {seq}: entries are missing or moved"));
        } else if position == 0 {
            self.break_at(0, || "is given by its hash alone, so nothing says which log begins with it".to_owned());
        }
    }

    /// Closes the walk after the last entry.
    pub(crate) fn finish(&mut self) {
        self.follow(self.count, None);
    }

    /// The root of the first `size` entries, if the walk was asked for it and came that far.
    pub(crate) fn root_at(&self, size: u64) -> Option<Hash> {
        find(&self.roots, size)
    }

    /// The first altered entry as far as hashes tell, given the signed size and root.
    pub(crate) fn altered(&self, signed: Option<(u64, Hash)>) -> Option<BadEntry> {
        self.contradicted_by_kept(signed).or_else(|| self.contradicted_by_links(signed))
    }

    /// The first entry whose leaf hash is not the one kept beside it.
    pub(crate) fn unlike_kept(&self) -> Option<u64> {
        self.kept.as_ref().map(|kept| kept.position)
    }

    /// Exact, but only if the hashes that were kept give the signed root: then they are the true ones.
    fn contradicted_by_kept(&self, signed: Option<(u64, Hash)>) -> Option<BadEntry> {
        let (kept, (size, root)) = (self.kept.as_ref()?, signed?);
        if find(&kept.roots, size) != Some(root) {
            return None;
        }
        let reason = "is not the entry that was signed: its hash was kept and is another".to_owned();
        Some(BadEntry { position: kept.position, reason })
    }

    fn contradicted_by_links(&self, signed: Option<(u64, Hash)>) -> Option<BadEntry> {
        let suspect = self.suspect.as_ref()?;
        let at = suspect.position;
        let claims_signed = signed.is_some_and(|(size, root)| find(&suspect.roots, size) == Some(root));
        let successor_last = suspect.successor_good.is_none() && at + 2 == self.count;
        let successor_bad = suspect.successor_good == Some(false) || successor_last;
        if successor_bad && !claims_signed {
            let reason = format!("does not hold the hash of entry {at}");
            return Some(BadEntry { position: at + 1, reason });
        }
        let reason = format!("is not the entry whose hash entry {} holds", at + 1);
        Some(BadEntry { position: at, reason })
    }

    /// Puts the hash that was kept into a tree of its own once one is not its entry's. The main tree
    /// holds the entries before this one.
    fn keep(&mut self, position: u64, leaf: Hash, kept: Hash) {
        if self.kept.is_none() && leaf != kept {
            self.kept = Some(ChainState { position, tree: self.tree.clone(), roots: Vec::new() });
        }
        if let Some(tree) = &mut self.kept {
            tree.tree.push(kept);
            note_root(&self.wanted, &tree.tree, &mut tree.roots);
        }
    }

    /// Compares the pending leaf with what its successor says of it, then puts it in the trees.
    fn follow(&mut self, position: u64, prev: Option<Hash>) {
        let Some(leaf) = self.pending.take() else {
            if let Some(prev) = prev.filter(|prev| *prev != Hash::ZERO) {
                self.break_at(position, || format!("is the first but follows {prev}"));
            }
            return;
        };
        let differs = prev.is_some_and(|prev| prev != leaf);
        match &mut self.suspect {
            None if differs => {
                self.suspect = Some(Suspect {
                    position: position - 1,
                    successor_good: None,
                    claimed: self.tree.clone(),
                    roots: Vec::new(),
                });
            }
            Some(suspect) if prev.is_some() && suspect.position + 2 == position => {
                suspect.successor_good = Some(!differs);
            }
            _ => (),
        }
        self.tree.push(leaf);
        note_root(&self.wanted, &self.tree, &mut self.roots);
        if let Some(suspect) = &mut self.suspect {
            suspect.claimed.push(prev.unwrap_or(leaf));
            note_root(&self.wanted, &suspect.claimed, &mut suspect.roots);
        }
    }

    fn rules(&mut self, position: u64, said: &EntrySummary) {
        if said.seq != position {
            self.break_at(position, || format!("is numbered {}: entries are missing or moved", said.seq));
        }
        if position == 0 {
            self.begins(said);
        } else if said.is_genesis {
            self.break_at(position, || format!("has type {GENESIS}"));
        }
        let org = self.org.get_or_insert_with(|| Arc::clone(&said.org));
        if *org != said.org {
            self.break_at(position, || format!("is of the organisation {}", said.org));
        }
        if self.early.is_none() && self.last_at_us.is_some_and(|last| said.at_us < last) {
            let reason = "is earlier than the entry before it".to_owned();
            self.early = Some(BadEntry { position, reason });
        }
        self.last_at_us = Some(said.at_us);
    }

    /// What must hold of the first. One that is numbered otherwise is broken already.
    fn begins(&mut self, said: &EntrySummary) {
        let Some(first) = &said.first else { return };
        if !said.is_genesis {
            self.break_at(0, || format!("has type {}", first.kind));
        }
        if first.origin.as_ref() != Some(&self.origin) {
            let reason = format!("does not begin the log {}", self.origin);
            self.break_at(0, || reason);
        }
    }

    fn break_at(&mut self, position: u64, reason: impl FnOnce() -> String) {
        self.broken.get_or_insert_with(|| BadEntry { position, reason: reason() });
    }
}

fn note_root(wanted: &[u64], tree: &Frontier, roots: &mut Vec<(u64, Hash)>) {
    if wanted.binary_search(&tree.size()).is_ok() {
        roots.push((tree.size(), tree.root()));
    }
}

fn find(roots: &[(u64, Hash)], size: u64) -> Option<Hash> {
    roots.binary_search_by_key(&size, |(at, _)| *at).ok().map(|at| roots[at].1)
}
