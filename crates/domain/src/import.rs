//! Files of other tools that become incidents.

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
