//! Backups: a folder with a copy of the database, the files that it names, the master key, and a
//! manifest that says what each of them is. Everything in it opens with tools that are not ours:
//! JSON, `sha256sum`, SQLite or `pg_restore`. Knows no command line and prints nothing.

mod bytes;
mod manifest;
mod postgres;
mod restore;
mod verify;
mod write;

pub use manifest::{Elsewhere, Engine, Entry, Files, Ledger, Manifest};
pub use restore::{Restored, Staged, stage};
pub use verify::{Verified, verify};
pub use write::{Plan, write};

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
fn about(what: &str, path: &std::path::Path, error: &std::io::Error) -> Trouble {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            Trouble::Failed(format!("the disk is full: cannot {what} {}", path.display()))
        }
        _ => Trouble::Failed(format!("cannot {what} {}: {error}", path.display())),
    }
}
