//! The tamper-evident ledger: leaves, Merkle tree, proofs, signed checkpoints and the offline
//! verifier. Everything here is a pure function of its arguments: it never reads a file, a
//! database, a clock or a source of randomness, so it compiles for the browser as it stands.
//!
//! Every byte format is public (RFC 6962 hashing, RFC 8785 entries, C2SP signed notes,
//! checkpoints, cosignatures and `tlog-proof`), so that what this crate writes can be checked
//! without it.

#![warn(missing_docs)]

mod chain;
pub mod checkpoint;
pub mod entry;
pub mod entry_check;
mod fast_parser;
pub mod hash;
mod hash_only;
pub mod key;
pub mod note;
pub mod opening;
pub mod proof;
mod timestamp;
pub mod tree;
pub mod values;
pub mod verify;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use entry::{Entry, EntryActor, EntryDraft, EntryError, Subject, commitment};
pub use entry_check::{Checked, EntryCheck, Open, StoredEntry};
pub use hash::{Hash, HashError, empty_root, leaf_hash, node_hash};
pub use hash_only::HashOnly;
pub use key::{KeyError, KeyId, SignatureKind, SigningKey, VerifyingKey};
pub use note::{Note, NoteError, NoteSigner, Signature};
pub use opening::Opening;
pub use proof::{ProofError, TlogProof};
pub use tree::{
    Frontier, NodeId, ProofPlan, TreeError, consistency_nodes, frontier_nodes, inclusion_nodes, root_of,
    verify_consistency, verify_inclusion,
};
pub use verify::{BadEntry, Check, LogCheck, Tail, Verification, VerificationReport};
