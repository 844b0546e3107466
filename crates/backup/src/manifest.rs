//! `manifest.json`: what a backup is and what is in it, and `SHA256SUMS`, the same hashes for a
//! program that everybody has. A name in either never leads out of the folder.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Component, Path},
};

use holdfast_domain::Timestamp;
use holdfast_store::BlobHash;
use serde::{Deserialize, Serialize};

use crate::trouble::Trouble;

/// The format that is written, and the newest that is read.
pub(crate) const FORMAT: u32 = 1;
pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const SUMS: &str = "SHA256SUMS";
pub(crate) const CHECKPOINT: &str = "checkpoint";
pub(crate) const SECRET: &str = "secret.key";
pub(crate) const BLOBS: &str = "blobs";

/// What else may lie in a data folder that is worth keeping.
pub(crate) const NOTES: &[&str] = &["demo-accounts.txt"];

/// Which database the backup is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// The embedded one: `holdfast.db`, which SQLite opens.
    Sqlite,
    /// `holdfast.pgdump`, which `pg_restore` reads.
    Postgres,
}

impl Engine {
    /// The name of its file in a backup.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Sqlite => "holdfast.db",
            Self::Postgres => "holdfast.pgdump",
        }
    }

    /// As people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// What a backup is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the format.
    pub format: u32,
    /// Version of the program that made it.
    pub holdfast: String,
    /// When the database was copied.
    pub made_at: Timestamp,
    /// Which database.
    pub engine: Engine,
    /// Steps of its shape that had run.
    pub steps: usize,
    /// Rows by table.
    pub tables: BTreeMap<String, i64>,
    /// The log at that instant.
    pub ledger: ManifestLedger,
    /// Whether the master key is in it. Otherwise it was not in the data folder, or left out.
    pub has_key: bool,
    /// The bytes of evidence and issued reports.
    pub blobs: BlobFiles,
    /// Every file but this one and `SHA256SUMS`.
    pub files: Vec<ManifestFile>,
}

/// The log, as the file `checkpoint` has it signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestLedger {
    /// The public key.
    pub vkey: String,
    /// Entries.
    pub size: u64,
    /// Root hash, in hex.
    pub root: String,
}

/// The bytes of evidence and issued reports.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BlobFiles {
    /// How many the database names.
    pub count: usize,
    /// Their bytes.
    pub bytes: u64,
    /// The bucket that has them, where they were not copied.
    pub elsewhere: Option<Elsewhere>,
    /// Those that were missing or changed already when the backup was made.
    pub lost: Vec<String>,
}

/// Files that stay in a bucket.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Elsewhere {
    /// Its address.
    pub place: String,
    /// The files, and how many bytes each has.
    pub files: BTreeMap<String, u64>,
}

/// A file of the backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its name, from the folder.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// Its hash, in hex.
    pub sha256: String,
}

/// Where a blob lies in a backup, as in the data folder.
pub(crate) fn blob_name(sha256: BlobHash) -> String {
    let name = sha256.to_string();
    format!("{BLOBS}/{}/{}/{name}", &name[..2], &name[2..4])
}

impl Manifest {
    /// Reads a manifest and refuses one that this program does not understand.
    pub(crate) fn read(text: &[u8]) -> Result<Self, Trouble> {
        #[derive(Deserialize)]
        struct FormatHead {
            format: u32,
        }
        let wrong = |error| Trouble::Changed(format!("{MANIFEST} cannot be read: {error}"));
        let head: FormatHead = serde_json::from_slice(text).map_err(wrong)?;
        if head.format != FORMAT {
            let message = format!("a backup of format {}; this Holdfast reads format {FORMAT}", head.format);
            return Err(Trouble::Refused(message));
        }
        let manifest: Self = serde_json::from_slice(text).map_err(wrong)?;
        for entry in &manifest.files {
            let stays = Path::new(&entry.name).components().all(|part| matches!(part, Component::Normal(_)));
            if !stays || entry.name.is_empty() {
                return Err(Trouble::Changed(format!("{MANIFEST} names {:?}, which is not in the folder", entry.name)));
            }
        }
        Ok(manifest)
    }

    /// As it is written.
    pub(crate) fn text(&self) -> Result<String, Trouble> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Trouble::Failed(error.to_string()))?;
        Ok(text + "\n")
    }

    /// The lines of `SHA256SUMS`; the manifest's own hash comes first.
    pub(crate) fn sums(&self, own: BlobHash) -> String {
        let mut lines = format!("{own}  {MANIFEST}\n");
        for entry in &self.files {
            // Writing to a string cannot fail.
            let _ = writeln!(lines, "{}  {}", entry.sha256, entry.name);
        }
        lines
    }

    /// Whether a file is in it.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        self.files.iter().any(|entry| entry.name == name)
    }

    /// Rows in all tables.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.tables.values().sum()
    }

    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|entry| entry.size).sum()
    }
}
