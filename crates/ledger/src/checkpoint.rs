//! The checkpoint: origin, size and root of a log at one moment, as the text that gets signed
//! (C2SP tlog-checkpoint). It never signs or verifies; that is what a note does.

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::key::check_name;
use crate::key::{SigningKey, VerifyingKey};
use crate::note::{Note, NoteError, NoteSigner};

/// The state of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// Unique name of the log, a URL without scheme; also the name of the key that signs it.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Merkle root over them.
    pub root: Hash,
}

/// Why a checkpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is not origin, size and root on three lines.
    #[error("not a checkpoint: {0}")]
    Malformed(&'static str),
    /// The note around it is malformed or not signed as it must be.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Signed by a known key, but for another log.
    #[error("the checkpoint is of the log {0}")]
    Origin(String),
}

impl Checkpoint {
    /// The three lines that are signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }

    /// Reads the text of a note. Extension lines are allowed by the standard and passed over: the
    /// signature covers them, but nothing here depends on them.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`] naming the line that is wrong.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let malformed = CheckpointError::Malformed;
        let body = text.strip_suffix('\n').ok_or(malformed("no line feed at the end"))?;
        let mut lines = body.split('\n');
        let origin = lines.next().unwrap_or_default();
        check_name(origin).map_err(|_| malformed("the origin"))?;
        let size = lines.next().and_then(decimal).ok_or(malformed("the size"))?;
        let root = lines.next().and_then(|line| Hash::from_base64(line).ok());
        let root = root.ok_or(malformed("the root"))?;
        if lines.any(str::is_empty) {
            return Err(malformed("an empty extension line"));
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Signs the checkpoint. The key's name should be the origin.
    ///
    /// # Errors
    /// [`NoteError::Text`] if the origin holds what no note may.
    pub fn sign(&self, key: &SigningKey) -> Result<Note, NoteError> {
        Note::sign(&self.text(), key)
    }

    /// Reads a signed checkpoint and believes it only if `log`, known out of band, signed it and is
    /// named like its origin. `witnesses` are keys whose cosignatures are checked as well. Returns
    /// who signed.
    ///
    /// # Errors
    /// Any [`CheckpointError`].
    pub fn open(
        note: &Note,
        log: &VerifyingKey,
        witnesses: &[VerifyingKey],
    ) -> Result<(Self, Vec<NoteSigner>), CheckpointError> {
        let known = [std::slice::from_ref(log), witnesses].concat();
        let signed = note.verify(&known)?;
        if !signed.iter().any(|by| by.name == log.name() && by.id == log.id()) {
            return Err(NoteError::Unsigned.into());
        }
        let checkpoint = Self::parse(note.text())?;
        if checkpoint.origin != log.name() {
            return Err(CheckpointError::Origin(checkpoint.origin));
        }
        Ok((checkpoint, signed))
    }
}

/// An ASCII decimal without sign or leading zero.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let one_spelling = text == "0" || !text.starts_with('0');
    if digits && one_spelling { text.parse().ok() } else { None }
}
