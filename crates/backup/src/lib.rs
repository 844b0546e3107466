//! Backups: a folder with a copy of the database, the files that it names, the master key, and a
//! manifest that says what each of them is. Everything in it opens with tools that are not ours:
//! JSON, `sha256sum`, SQLite or `pg_restore`. Knows no command line and prints nothing.

mod bytes;
pub mod lock;
mod manifest;
mod place;
mod postgres;
mod restore;
mod trouble;
mod verify;
mod write;

pub use manifest::{BlobFiles, Elsewhere, Engine, Manifest, ManifestFile, ManifestLedger};
pub use place::DataLocation;
pub use restore::{Restored, Staged, stage};
pub use trouble::Trouble;
pub use verify::{VerifiedBackup, verify};
pub use write::{BackupPlan, write};
