//! Files of other tools that become incidents.

use serde::{Deserialize, Serialize};

text_enum! {
    /// What a file may be.
    ImportKind {
        AttackFlow = "attack-flow", "MITRE Attack Flow";
        Iris = "iris", "DFIR-IRIS case export";
    }
}

/// Largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most files at once from a browser.
pub const FILES_MAX: usize = 50;
/// Largest size of all of them together, in bytes.
pub const FILES_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What became of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema), schema(as = ImportedBody))]
pub struct Imported {
    /// The incident it became.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Events on its timeline.
    pub events: usize,
    /// Assets, indicators and vulnerabilities.
    pub findings: usize,
    /// Tasks.
    pub tasks: usize,
    /// What was not taken, and why.
    pub notes: Vec<String>,
}
