//! The command itself. It is also what makes the program be built with the tests, so that the step
//! `speed` need not build it anew.

#![allow(clippy::unwrap_used)]

use std::process::Command;

#[test]
fn a_guard_without_its_file_says_which_file_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_holdfast-bench"))
        .current_dir(folder.path())
        .args(["--guard", "kept.json", "--program", "/bin/false"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("kept.json"));
}
