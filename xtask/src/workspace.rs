//! Where things lie. The site always lies in the work tree, because the server
//! embeds it from there; all else that is built follows `CARGO_TARGET_DIR`, so
//! that CI can keep it outside a fresh clone.

use std::path::{Path, PathBuf};

/// Cargo's arguments for all native packages. Every command names all of them,
/// so that features resolve alike and each dependency is compiled once.
pub const NATIVE: [&str; 3] = ["--workspace", "--exclude", "holdfast-browser"];

/// The root of the work tree.
pub fn root() -> &'static Path {
    // The manifest folder is <root>/xtask, so it always has a parent.
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Cargo's target directory: `CARGO_TARGET_DIR`, else `target` in the root.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) if !folder.is_empty() => root().join(folder),
        _ => root().join("target"),
    }
}

/// What the browser loads, as the server embeds it.
pub fn site() -> PathBuf {
    root().join("target/site")
}

/// The folder of the npm packages of `xtask/npm`.
pub fn tools() -> PathBuf {
    target().join("tools")
}

/// The server's binary in the development profile.
pub fn binary() -> PathBuf {
    target().join("debug/holdfast")
}
