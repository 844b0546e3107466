//! A reader's tools, which the tests hold a finished PDF against.

use std::{fs, path::Path, process::Command};

use holdfast_typeset::compile::Compiled;

/// What the program prints; `None` when it is not installed and nobody said that it must be.
pub fn tool(program: &str, args: &[&str], file: &Path) -> Option<String> {
    let args = args.iter().map(|&arg| if arg == "FILE" { file.to_str().unwrap() } else { arg });
    match Command::new(program).args(args).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{program}: {said}{errors}");
            Some(said)
        }
        Err(error) => {
            let needed = ["CI", "HOLDFAST_TEST_POSTGRES"].iter().any(|v| std::env::var_os(v).is_some());
            assert!(!needed, "{program} is needed here: {error}");
            println!("skipped: {program} is not installed");
            None
        }
    }
}

/// The PDF as a file, in a folder that goes with the first value.
pub fn written(compiled: &Compiled) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.pdf");
    fs::write(&file, &compiled.bytes).unwrap();
    (folder, file)
}
