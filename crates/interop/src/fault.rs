//! Why a file of others was refused: the place and the reason.

use std::fmt;

use holdfast_domain::Refusal;

/// Largest file that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct FileFault {
    /// A JSON pointer (RFC 6901) such as `/steps/4/n`, or `line 3, column 9` where the file is no JSON;
    /// empty for the file as a whole.
    pub place: String,
    /// What is wrong there, as a sentence.
    pub reason: String,
}

impl FileFault {
    /// A fault at a place.
    #[must_use]
    pub fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            return f.write_str(&self.reason);
        }
        write!(f, "{}: {}", self.place, self.reason)
    }
}

impl From<FileFault> for Refusal {
    /// A refusal about the field `file`.
    fn from(fault: FileFault) -> Self {
        Self::field("file", fault.to_string())
    }
}
