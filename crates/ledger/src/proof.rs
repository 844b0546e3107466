//! The `.tlog-proof` file (C2SP tlog-proof, version 1): everything needed to show offline that one
//! entry is in a log, except the entry and the key. It never looks the log up.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::{Checkpoint, CheckpointError, decimal};
use crate::hash::{Hash, leaf_hash};
use crate::key::VerifyingKey;
use crate::note::{Note, NoteError};
use crate::tree::verify_inclusion;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// A tree of 2^63 entries has no longer path.
const MAX_HASHES: usize = 63;

/// A proof for one entry. Nothing in it is believed before [`TlogProof::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Opaque bytes for the application, covered by no signature.
    pub extra: Option<Vec<u8>>,
    /// Index of the entry.
    pub index: u64,
    /// Inclusion proof, the leaf's sibling first.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint it leads to.
    pub checkpoint: Note,
}

/// Why a proof is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The file is not a proof; says which part.
    #[error("not a tlog-proof file: {0}")]
    Malformed(&'static str),
    /// The checkpoint in it is malformed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The checkpoint in it is not to be believed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The hashes do not lead from the entry to the signed root.
    #[error("the entry is not entry {0} of the signed log")]
    NotIncluded(u64),
}

impl TlogProof {
    /// Reads a proof file.
    ///
    /// # Errors
    /// [`ProofError::Malformed`] or [`ProofError::Note`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofError> {
        let malformed = ProofError::Malformed;
        let file = std::str::from_utf8(bytes).map_err(|_| malformed("not UTF-8"))?;
        let (head, note) = file.split_once("\n\n").ok_or(malformed("no checkpoint"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(malformed("the first line"));
        }
        let extra = match lines.peek().and_then(|line| line.strip_prefix("extra ")) {
            Some(text) => Some(STANDARD.decode(text).map_err(|_| malformed("the extra line"))?),
            None => None,
        };
        if extra.is_some() {
            lines.next();
        }
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(decimal);
        let index = index.ok_or(malformed("the index line"))?;
        let hashes = lines
            .take(MAX_HASHES + 1)
            .map(|line| Hash::from_base64(line).map_err(|_| malformed("a hash line")))
            .collect::<Result<Vec<_>, _>>()?;
        if hashes.len() > MAX_HASHES {
            return Err(malformed("too many hashes"));
        }
        Ok(Self { extra, index, hashes, checkpoint: Note::parse(note.as_bytes())? })
    }

    /// Checks that `entry`, byte for byte, is in the log that `log` signs, and returns the
    /// checkpoint that says so.
    ///
    /// # Errors
    /// [`ProofError::Checkpoint`] or [`ProofError::NotIncluded`].
    pub fn verify(&self, entry: &[u8], log: &VerifyingKey) -> Result<Checkpoint, ProofError> {
        let (checkpoint, _) = Checkpoint::open(&self.checkpoint, log, &[])?;
        let leaf = leaf_hash(entry);
        if verify_inclusion(self.index, checkpoint.size, &leaf, &self.hashes, &checkpoint.root) {
            Ok(checkpoint)
        } else {
            Err(ProofError::NotIncluded(self.index))
        }
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", hash.to_base64()))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
