//! Why a backup was not made, or is not believed.

use std::{io, path::Path};

/// Why a backup was not made, or is not believed.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// What is there is not what it was.
    #[error("{0}")]
    Changed(String),
    /// It was not asked for rightly: a place that is taken, or that there is not.
    #[error("{0}")]
    Refused(String),
    /// The machine would not.
    #[error("{0}")]
    Failed(String),
}

impl From<holdfast_store::Error> for Trouble {
    fn from(error: holdfast_store::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<holdfast_actions::Error> for Trouble {
    fn from(error: holdfast_actions::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// A failure of a file, with its name.
pub(crate) fn about(what: &str, path: &Path, error: &io::Error) -> Trouble {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Trouble::Failed(format!("the disk is full: cannot {what} {}", path.display()))
        }
        _ => Trouble::Failed(format!("cannot {what} {}: {error}", path.display())),
    }
}
