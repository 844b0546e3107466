//! The Merkle tree of RFC 6962 over *stored nodes*: the roots of complete subtrees, each kept once
//! under its level and index, never rewritten. Appending touches O(log n) of them and a proof names
//! the few it needs, so the caller may keep them in any table. This file never holds a whole tree.

use crate::hash::{Hash, empty_root, node_hash};

/// The place of a complete subtree: it covers the leaves `index << level .. (index + 1) << level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// Height above the leaves; a leaf is at 0.
    pub level: u8,
    /// Position among the subtrees of that height, from 0.
    pub index: u64,
}

/// Why a tree or a proof could not be built. All of them mean a fault of the caller or its storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// A frontier holds one hash for every bit set in the size.
    #[error("a tree of {size} entries has {expected} frontier hashes, not {got}")]
    Frontier {
        /// Number of leaves claimed.
        size: u64,
        /// Hashes that such a tree has.
        expected: u32,
        /// Hashes given.
        got: usize,
    },
    /// No leaf of that index in a tree of that size.
    #[error("entry {index} is not in a tree of {size} entries")]
    Index {
        /// Leaf asked for.
        index: u64,
        /// Number of leaves.
        size: u64,
    },
    /// A tree can only be consistent with a later, larger one.
    #[error("a tree of {old} entries cannot be a prefix of one of {new}")]
    Shrunk {
        /// Size said to come first.
        old: u64,
        /// Size said to come later.
        new: u64,
    },
    /// The lookup did not find a node that the tree must have.
    #[error("stored node missing: level {}, index {}", .0.level, .0.index)]
    Missing(NodeId),
}

/// The right edge of a tree: the roots of its complete subtrees, largest first. Enough to append
/// and to know the root; 64 hashes at most.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    stack: Vec<Hash>,
}

impl Frontier {
    /// Takes up a tree of `size` leaves from its nodes in the order of [`frontier_nodes`].
    ///
    /// # Errors
    /// [`TreeError::Frontier`] if the number of hashes does not fit the size.
    pub fn new(size: u64, hashes: Vec<Hash>) -> Result<Self, TreeError> {
        let expected = size.count_ones();
        let got = hashes.len();
        if u32::try_from(got) != Ok(expected) {
            return Err(TreeError::Frontier { size, expected, got });
        }
        Ok(Self { size, stack: hashes })
    }

    /// Number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of its complete subtrees, largest first: what [`Frontier::new`] takes.
    pub fn hashes(&self) -> &[Hash] {
        &self.stack
    }

    /// The Merkle tree hash of all leaves so far; `SHA256("")` when there are none.
    pub fn root(&self) -> Hash {
        fold(&self.stack)
    }

    /// Adds a leaf and returns every node it completes, the leaf first: exactly the rows to insert.
    pub fn append(&mut self, leaf: Hash) -> Vec<(NodeId, Hash)> {
        let mut completed = Vec::new();
        self.grow(leaf, |id, hash| completed.push((id, hash)));
        completed
    }

    /// Adds a leaf when the completed nodes are not wanted, as in bulk verification.
    pub fn push(&mut self, leaf: Hash) {
        self.grow(leaf, |_, _| ());
    }

    fn grow(&mut self, leaf: Hash, mut completed: impl FnMut(NodeId, Hash)) {
        let mut id = NodeId { level: 0, index: self.size };
        let mut hash = leaf;
        completed(id, hash);
        while id.index & 1 == 1
            && let Some(left) = self.stack.pop()
        {
            hash = node_hash(&left, &hash);
            id = NodeId { level: id.level + 1, index: id.index >> 1 };
            completed(id, hash);
        }
        self.stack.push(hash);
        self.size += 1;
    }
}

/// The stored nodes from which a proof is put together. Near the right edge one proof hash may need
/// several stored nodes; the plan keeps them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofPlan {
    parts: Vec<Vec<NodeId>>,
}

impl ProofPlan {
    /// Every stored node needed, each once, for a single query.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.parts.iter().flatten().copied()
    }

    /// Builds the proof hashes, in the order the verifiers expect, from looked-up nodes.
    ///
    /// # Errors
    /// [`TreeError::Missing`] with the first node that `lookup` does not know.
    pub fn assemble(&self, mut lookup: impl FnMut(NodeId) -> Option<Hash>) -> Result<Vec<Hash>, TreeError> {
        self.parts
            .iter()
            .map(|part| {
                let hashes =
                    part.iter().map(|&id| lookup(id).ok_or(TreeError::Missing(id))).collect::<Result<Vec<_>, _>>()?;
                Ok(fold(&hashes))
            })
            .collect()
    }
}

/// The nodes of a [`Frontier`] of that size, in the order [`Frontier::new`] takes them. Folded from
/// the right they give the root of any earlier size.
pub fn frontier_nodes(size: u64) -> Vec<NodeId> {
    cover(0, size)
}

/// Plans the proof that leaf `index` is in the tree of `size` leaves (RFC 6962 section 2.1.1).
///
/// # Errors
/// [`TreeError::Index`] unless `index < size`.
pub fn inclusion_nodes(index: u64, size: u64) -> Result<ProofPlan, TreeError> {
    if index >= size {
        return Err(TreeError::Index { index, size });
    }
    let (mut start, mut end) = (0, size);
    let mut parts = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            parts.push(cover(middle, end));
            end = middle;
        } else {
            parts.push(cover(start, middle));
            start = middle;
        }
    }
    parts.reverse();
    Ok(ProofPlan { parts })
}

/// Plans the proof that the tree of `old` leaves is a prefix of the one of `new` leaves (RFC 6962
/// section 2.1.2). Empty when the sizes are equal or `old` is 0.
///
/// # Errors
/// [`TreeError::Shrunk`] if `old > new`.
pub fn consistency_nodes(old: u64, new: u64) -> Result<ProofPlan, TreeError> {
    if old > new {
        return Err(TreeError::Shrunk { old, new });
    }
    let mut parts = Vec::new();
    if old > 0 {
        let (mut start, mut end) = (0, new);
        while old < end {
            let middle = start + split(end - start);
            if old <= middle {
                parts.push(cover(middle, end));
                end = middle;
            } else {
                parts.push(cover(start, middle));
                start = middle;
            }
        }
        // Left of everything the old root is itself a node of the new tree, which the verifier has.
        if start > 0 {
            parts.push(cover(start, end));
        }
    }
    parts.reverse();
    Ok(ProofPlan { parts })
}

/// The root over leaf hashes in order, in one pass and without keeping them.
pub fn root_of(leaves: impl IntoIterator<Item = Hash>) -> Hash {
    let mut frontier = Frontier::default();
    leaves.into_iter().for_each(|leaf| frontier.push(leaf));
    frontier.root()
}

/// Whether `proof` shows that `leaf` is entry `index` of the tree of `size` leaves with that `root`
/// (RFC 9162 section 2.1.3.2).
#[must_use]
pub fn verify_inclusion(index: u64, size: u64, leaf: &Hash, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut first, mut second, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if second == 0 {
            return false;
        }
        if first & 1 == 1 || first == second {
            hash = node_hash(sibling, &hash);
            while first & 1 == 0 && first != 0 {
                first >>= 1;
                second >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        first >>= 1;
        second >>= 1;
    }
    second == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `old` leaves with `old_root` is a prefix of the tree of
/// `new` leaves with `new_root` (RFC 9162 section 2.1.4.2). An empty old tree is a prefix of every
/// tree, provided `old_root` is the empty root.
#[must_use]
pub fn verify_consistency(old: u64, new: u64, old_root: &Hash, new_root: &Hash, proof: &[Hash]) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    let (mut first, mut second) = (old - 1, new - 1);
    while first & 1 == 1 {
        first >>= 1;
        second >>= 1;
    }
    let (start, rest) = if old.is_power_of_two() {
        (*old_root, proof)
    } else {
        match proof.split_first() {
            Some((start, rest)) => (*start, rest),
            None => return false,
        }
    };
    let (mut old_hash, mut new_hash) = (start, start);
    for sibling in rest {
        if second == 0 {
            return false;
        }
        if first & 1 == 1 || first == second {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while first & 1 == 0 && first != 0 {
                first >>= 1;
                second >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        first >>= 1;
        second >>= 1;
    }
    second == 0 && old_hash == *old_root && new_hash == *new_root
}

/// The complete subtrees that cover the leaves `start..end`, largest first. `start` is a multiple
/// of the largest, as it is wherever the RFC splits a tree.
fn cover(start: u64, end: u64) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    let mut at = start;
    while at < end {
        let level = (end - at).ilog2();
        // A level of a 64-bit size is below 64.
        nodes.push(NodeId { level: level as u8, index: at >> level });
        at += 1 << level;
    }
    nodes
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// Joins neighbouring subtrees, largest first, into one hash.
fn fold(hashes: &[Hash]) -> Hash {
    hashes.iter().rev().copied().reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
}
