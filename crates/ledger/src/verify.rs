//! The offline verifier: entries, a signed checkpoint and a key go in, a report comes out that says
//! what holds, what does not and where, and what was not looked at. The key must come from outside
//! the bundle that is verified. It never fetches anything and never stops at the first fault.

use std::fmt;

use serde::Serialize;

use crate::chain::Walk;
use crate::checkpoint::Checkpoint;
use crate::key::VerifyingKey;
use crate::note::Note;
use crate::opening::{Opening, Openings};

/// Checks this verifier cannot make; callers that make some of them drop those lines.
pub const NOT_CHECKED: [&str; 7] = [
    "7: witness cosignatures (a second history shown to others would not be noticed here)",
    "8: time-stamp tokens (nobody else vouches for the time)",
    "9: bag manifests",
    "10: hashes of evidence files",
    "11: the rules of custody",
    "13: that documents in the bundle list the same events",
    "not provable: that what a person entered is true, and that everything was entered",
];

/// What to make of entries beyond the size that the checkpoint signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tail {
    /// A fault. Right for an export, which is signed when it is made.
    #[default]
    Refuse,
    /// Check their links and say that no signature covers them. Right for a running log, which
    /// signs from time to time.
    Allow,
}

/// What a log is verified against.
#[derive(Debug, Clone, Copy)]
pub struct LogCheck<'a> {
    /// The signed checkpoint, as bytes of the note file.
    pub note: &'a [u8],
    /// The log's key, got out of band. Its name is the origin that is expected.
    pub key: &'a VerifyingKey,
    /// A checkpoint that this verifier believed before, which the log must extend.
    pub remembered: Option<&'a Checkpoint>,
    /// Texts that are said to lie behind commitments.
    pub openings: &'a [Opening],
    /// Whether entries after the signed size are allowed.
    pub tail: Tail,
}

/// One check and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Number and name of the check.
    pub name: String,
    /// Whether it holds.
    pub ok: bool,
    /// What was found, in a sentence.
    pub detail: String,
}

/// An entry that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadEntry {
    /// Its position in the log from 0.
    pub position: u64,
    /// What is wrong, to be read after "entry N".
    pub reason: String,
}

impl fmt::Display for BadEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {} {}", self.position, self.reason)
    }
}

/// The outcome of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The checkpoint, once its signature was found good. Remember it for the next verification,
    /// but only if [`Report::ok`].
    pub checkpoint: Option<Checkpoint>,
    /// Every check made.
    pub checks: Vec<Check>,
    /// What was not checked, one sentence each.
    pub not_checked: Vec<String>,
    /// The first entry at fault, if it can be told.
    pub first_bad: Option<BadEntry>,
}

impl Report {
    /// Whether every check holds.
    pub fn ok(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }

    fn add(&mut self, name: &str, outcome: Result<String, String>) {
        let ok = outcome.is_ok();
        let (Ok(detail) | Err(detail)) = outcome;
        self.checks.push(Check { name: name.to_owned(), ok, detail });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            let mark = if check.ok { "ok    " } else { "FAILED" };
            writeln!(f, "{mark} {}: {}", check.name, check.detail)?;
        }
        if let Some(bad) = &self.first_bad {
            writeln!(f, "first bad entry: {bad}")?;
        }
        self.not_checked.iter().try_for_each(|line| writeln!(f, "not checked, {line}"))
    }
}

impl LogCheck<'_> {
    /// Verifies a whole log given its entries in order (checks 1, 2, 3, 5, 6 and 12).
    pub fn run<E: AsRef<[u8]>>(&self, entries: impl IntoIterator<Item = E>) -> Report {
        let mut report = Report {
            checkpoint: None,
            checks: Vec::new(),
            not_checked: NOT_CHECKED.map(str::to_owned).to_vec(),
            first_bad: None,
        };
        self.signature_and_origin(&mut report);
        let signed = report.checkpoint.clone();
        let wanted = signed.iter().chain(self.remembered).map(|checkpoint| checkpoint.size).collect();
        let mut walk = Walk::new(self.key.name(), wanted);
        let mut openings = Openings::new(self.openings);
        for bytes in entries {
            if let Some(entry) = walk.step(bytes.as_ref()) {
                openings.check(walk.count - 1, &entry);
            }
        }
        walk.finish();
        self.whole(&mut report, &walk, signed.as_ref());
        self.extends(&mut report, &walk, signed.as_ref());
        let order = walk.early.as_ref().map_or(Ok("none runs backwards".to_owned()), |bad| Err(bad.to_string()));
        report.add("6 times", order);
        match openings.outcome() {
            Some(outcome) => report.add("12 commitments", outcome),
            None => report.not_checked.push("12: commitments (no salts and texts given)".to_owned()),
        }
        report.first_bad = self.first_bad(&walk, signed.as_ref());
        report
    }

    fn signature_and_origin(&self, report: &mut Report) {
        let opened = Note::parse(self.note).and_then(|note| {
            note.verify(std::slice::from_ref(self.key))?;
            Ok(note)
        });
        let note = match opened {
            Ok(note) => note,
            Err(error) => {
                report.add("1 signature", Err(error.to_string()));
                return report.add("2 origin", Err("no signed checkpoint to read it from".to_owned()));
            }
        };
        report.add("1 signature", Ok(format!("good, by {} ({})", self.key.name(), self.key.id())));
        let origin = match Checkpoint::parse(note.text()) {
            Err(error) => Err(error.to_string()),
            Ok(checkpoint) if checkpoint.origin != self.key.name() => {
                Err(format!("{}, not {}", checkpoint.origin, self.key.name()))
            }
            Ok(checkpoint) => {
                let origin = checkpoint.origin.clone();
                report.checkpoint = Some(checkpoint);
                Ok(origin)
            }
        };
        report.add("2 origin", origin);
    }

    fn whole(&self, report: &mut Report, walk: &Walk, signed: Option<&Checkpoint>) {
        let outcome = self.entries_match(walk, signed);
        if outcome.is_ok()
            && let Some(signed) = signed
            && walk.count > signed.size
        {
            report.not_checked.push(format!(
                "3: {} entries after the checkpoint are linked but not yet signed",
                walk.count - signed.size
            ));
        }
        report.add("3 entries", outcome);
    }

    fn entries_match(&self, walk: &Walk, signed: Option<&Checkpoint>) -> Result<String, String> {
        if let Some(bad) = fault(walk, signed) {
            return Err(bad.to_string());
        }
        let Some(signed) = signed else {
            return Err(format!("{} linked entries, but no signed root to compare", walk.count));
        };
        if walk.count < signed.size {
            return Err(format!("{} of {} signed entries are there", walk.count, signed.size));
        }
        if walk.count > signed.size && self.tail == Tail::Refuse {
            let beyond = walk.count - signed.size;
            return Err(format!("{beyond} entries more than the {} signed", signed.size));
        }
        if walk.root_at(signed.size) != Some(signed.root) {
            return Err("all are there and linked, but their root is not the signed one".to_owned());
        }
        Ok(format!("{} entries, all linked, root {}", walk.count, signed.root))
    }

    fn extends(&self, report: &mut Report, walk: &Walk, signed: Option<&Checkpoint>) {
        let Some(remembered) = self.remembered else {
            report.not_checked.push("5: that this log extends an earlier one (none remembered)".to_owned());
            return;
        };
        report.add("5 consistency", consistent(walk, remembered, signed));
    }

    fn first_bad(&self, walk: &Walk, signed: Option<&Checkpoint>) -> Option<BadEntry> {
        let early = walk.early.clone();
        let first = fault(walk, signed).into_iter().chain(early).min_by_key(|bad| bad.position);
        first.or_else(|| {
            let signed = signed.filter(|signed| signed.size == walk.count)?;
            if walk.root_at(signed.size) == Some(signed.root) {
                return None;
            }
            // The last entry has no successor to vouch for it, only the root.
            let reason = "does not give the signed root, or the log was rewritten up to it";
            let position = signed.size.checked_sub(1)?;
            Some(BadEntry { position, reason: reason.to_owned() })
        })
    }
}

/// The first entry that its form, its place or the hashes around it show to be wrong.
fn fault(walk: &Walk, signed: Option<&Checkpoint>) -> Option<BadEntry> {
    let altered = walk.altered(signed.map(|signed| (signed.size, signed.root)));
    walk.broken.clone().into_iter().chain(altered).min_by_key(|bad| bad.position)
}

fn consistent(walk: &Walk, remembered: &Checkpoint, signed: Option<&Checkpoint>) -> Result<String, String> {
    let signed = signed.ok_or("no signed checkpoint to compare")?;
    if signed.origin != remembered.origin {
        return Err(format!("the remembered checkpoint is of {}", remembered.origin));
    }
    if signed.size < remembered.size {
        return Err(format!("rolled back from {} entries to {}", remembered.size, signed.size));
    }
    match walk.root_at(remembered.size) {
        Some(root) if root == remembered.root => Ok(format!("extends the remembered {} entries", remembered.size)),
        Some(_) => Err(format!("the first {} entries are not those remembered", remembered.size)),
        None => Err(format!("fewer entries than the {} remembered", remembered.size)),
    }
}
