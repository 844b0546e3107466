//! `tidy`: the conventions of CONTRIBUTING.md as checks over the tracked files.
//! Each finding names file and line and says what to do. It reads only; nothing
//! is repaired.

mod code;
mod cycles;
mod lock;
mod paths;
mod prose;
mod text;
mod tokens;
mod verification;
mod words;

use crate::{child, workspace};
use anyhow::{Context, Result, bail};
use std::cell::OnceCell;
use std::fmt;
use std::fs;
use std::process::ExitCode;
use tokens::Lexeme;

/// One tracked text file.
pub struct File {
    /// From the root, with `/`.
    pub path: String,
    /// Its content.
    pub text: String,
    /// Once asked for: its tokens, if it is Rust.
    tokens: OnceCell<Option<Vec<Lexeme>>>,
}

/// One place that breaks a convention.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The file, from the root.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

impl File {
    fn new(path: &str, text: String) -> Self {
        Self { path: path.to_owned(), text, tokens: OnceCell::new() }
    }

    /// Its tokens; `None` if it is not Rust (then the compiler says so).
    fn tokens(&self) -> Option<&[Lexeme]> {
        self.tokens.get_or_init(|| tokens::flatten(&self.text)).as_deref()
    }

    fn finding(&self, line: usize, what: impl Into<String>) -> Violation {
        Violation { path: self.path.clone(), line, what: what.into() }
    }

    fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    fn has_extension(&self, extension: &str) -> bool {
        self.extension() == extension
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

/// The command `tidy --words`: lowers the counts of banned words to what is left of them.
pub fn lower_words() -> Result<ExitCode> {
    let (path, list, total) = words::lowered(&tracked()?).context("there is no table or no list of banned words")?;
    fs::write(workspace::root().join(path), list)?;
    println!("xtask: {total} banned words are left in {path}");
    Ok(ExitCode::SUCCESS)
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

fn find(files: &[File]) -> Vec<Violation> {
    let mut findings = Vec::new();
    for file in files {
        findings.extend(text::check(file));
        if file.has_extension("rs") {
            findings.extend(code::check(file));
        }
    }
    findings.extend(cycles::check(files));
    findings.extend(lock::check(files));
    findings.extend(verification::check(files));
    findings.extend(words::check(files));
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
            files.push(File::new(path, text));
        }
    }
    Ok(files)
}

#[cfg(test)]
fn file(path: &str, text: &str) -> File {
    File::new(path, text.to_owned())
}
