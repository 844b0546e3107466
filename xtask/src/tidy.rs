//! `tidy`: the conventions of CONTRIBUTING.md as checks over the tracked files.
//! Each finding names file and line and says what to do. It reads only; nothing
//! is repaired.

mod code;
mod lock;
mod text;
mod tokens;
mod verification;

use crate::{child, workspace};
use anyhow::{Result, bail};
use std::fmt;
use std::fs;
use std::process::ExitCode;

/// One tracked text file.
pub struct File {
    /// From the root, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// One place that breaks a convention.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the root.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

impl File {
    fn finding(&self, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, what: what.into() }
    }

    fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    fn has_extension(&self, extension: &str) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, found)| found == extension)
    }
}

/// The command: prints the findings.
pub fn command() -> Result<ExitCode> {
    Ok(match check() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    })
}

/// An error unless every tracked file keeps to the conventions.
pub fn check() -> Result<()> {
    let files = tracked()?;
    let mut findings = find(&files);
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    println!("xtask: tidy read {} files", files.len());
    if !findings.is_empty() {
        bail!("{} places break a convention", findings.len());
    }
    Ok(())
}

fn find(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        findings.extend(text::check(file));
        if file.has_extension("rs") {
            findings.extend(code::check(file));
        }
    }
    findings.extend(code::server_half(files));
    findings.extend(lock::check(files));
    findings.extend(verification::check(files));
    findings
}

/// All text files that git tracks or would track.
fn tracked() -> Result<Vec<File>> {
    let list =
        child::output(child::command("git").args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]))?;
    let mut files = Vec::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        // A deleted file is still listed until that is committed, and what is
        // not text has no lines to check.
        let Ok(bytes) = fs::read(workspace::root().join(path)) else {
            continue;
        };
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(File { path: path.to_owned(), text });
        }
    }
    Ok(files)
}

#[cfg(test)]
fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}
