//! The offline verifier: entries, a signed checkpoint and a key go in, a report comes out that says
//! what holds, what does not and where, and what was not looked at. The key must come from outside
//! the bundle that is verified. It never fetches anything and never stops at the first fault.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::chain::Walk;
use crate::checkpoint::Checkpoint;
use crate::entry_check::{Checked, EntryCheck, Open, StoredEntry};
use crate::hash_only::HashOnly;
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
    /// signs from time to time, and for an export of entries made while others went on working.
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
    /// Earlier checkpoints signed by the same key. A log that was linked anew from some entry on
    /// agrees with those before it and with none after, which is how that place is found.
    pub older: &'a [Checkpoint],
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
pub struct VerificationReport {
    /// The checkpoint, once its signature was found good. Remember it for the next verification,
    /// but only if [`VerificationReport::ok`].
    pub checkpoint: Option<Checkpoint>,
    /// Every check made.
    pub checks: Vec<Check>,
    /// What was not checked, one sentence each.
    pub not_checked: Vec<String>,
    /// The first entry at fault, if it can be told.
    pub first_bad: Option<BadEntry>,
    /// How many entries were given by their leaf hash alone.
    pub hash_only: u64,
}

impl VerificationReport {
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

impl fmt::Display for VerificationReport {
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

/// A verification under way: the entries of the log go in, in order.
#[derive(Debug)]
pub struct Verification<'c> {
    check: LogCheck<'c>,
    report: VerificationReport,
    walk: Walk,
    openings: Openings,
    any_kept: bool,
}

impl<'c> LogCheck<'c> {
    /// Verifies a whole log given its entries in order (checks 1, 2, 3, 5, 6 and 12). A line may give an
    /// entry by its hash alone ([`HashOnly`]); the report counts those and names what they leave unchecked.
    pub fn run<E: AsRef<[u8]>>(&self, entries: impl IntoIterator<Item = E>) -> VerificationReport {
        let mut given = BTreeMap::<u64, Vec<Open<'_>>>::new();
        for opening in self.openings {
            given.entry(opening.seq).or_default().push(opening.into());
        }
        let (mut verification, mut look) = (self.begin(), EntryCheck::default());
        for (position, entry) in (0..).zip(entries) {
            let openings = given.remove(&position).unwrap_or_default();
            // Only in an export: what is stored is never a hash alone.
            verification.take(&match HashOnly::read(entry.as_ref()) {
                Some(given) => Checked::by_hash(&given, &openings),
                None => look.at(StoredEntry { bytes: entry.as_ref(), leaf: None, openings: &openings }),
            });
        }
        for opening in given.values().flatten() {
            verification.lacks(opening.seq);
        }
        verification.finish()
    }

    /// Begins to verify a log whose entries were looked at elsewhere, with the hashes and openings that are
    /// kept beside them, so that a log of any size is verified in constant memory.
    #[must_use]
    pub fn begin(&self) -> Verification<'c> {
        let mut report = VerificationReport {
            checkpoint: None,
            checks: Vec::new(),
            not_checked: NOT_CHECKED.map(str::to_owned).to_vec(),
            first_bad: None,
            hash_only: 0,
        };
        self.signature_and_origin(&mut report);
        let signed = report.checkpoint.iter();
        let wanted = signed.chain(self.remembered).chain(self.older).map(|checkpoint| checkpoint.size).collect();
        let walk = Walk::new(self.key.name(), wanted);
        Verification { check: *self, report, walk, openings: Openings::default(), any_kept: false }
    }
}

impl Verification<'_> {
    /// Takes the next entry of the log.
    pub fn take(&mut self, looked: &Checked) {
        self.any_kept |= looked.kept.is_some();
        self.openings.take(self.walk.count, looked);
        self.walk.step(looked);
    }

    /// Notes that a text was found that is said to belong to an entry which is not there.
    pub fn lacks(&mut self, position: u64) {
        self.openings.take_unmet(position);
    }

    /// Says what came out, after the last entry.
    #[must_use]
    pub fn finish(self) -> VerificationReport {
        let Self { check, mut report, mut walk, openings, any_kept } = self;
        let signed = report.checkpoint.clone();
        walk.finish();
        report.hash_only = walk.hash_only;
        if walk.hash_only > 0 {
            report.not_checked.push(unseen(walk.hash_only));
        }
        check.whole(&mut report, &walk, signed.as_ref());
        if any_kept {
            report.add("3 kept hashes", kept_match(&walk));
        }
        check.extends(&mut report, &walk, signed.as_ref());
        let order = walk.early.as_ref().map_or(Ok("none runs backwards".to_owned()), |bad| Err(bad.to_string()));
        report.add("6 times", order);
        match openings.outcome() {
            Some(outcome) => report.add("12 commitments", outcome),
            None => report.not_checked.push("12: commitments (no salts and texts given)".to_owned()),
        }
        report.first_bad = check.first_bad(&walk, signed.as_ref());
        report
    }
}

impl LogCheck<'_> {
    fn signature_and_origin(&self, report: &mut VerificationReport) {
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

    fn whole(&self, report: &mut VerificationReport, walk: &Walk, signed: Option<&Checkpoint>) {
        let outcome = self.entries_match(walk, signed);
        if outcome.is_ok()
            && let Some(signed) = signed
            && walk.count > signed.size
        {
            let beyond = walk.count - signed.size;
            let entries = if beyond == 1 { "entry" } else { "entries" };
            report.not_checked.push(format!(
                "3: {beyond} {entries} not yet signed (linked to those before, but made after the checkpoint)"
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
        Ok(match walk.hash_only {
            0 => format!("{} entries, all linked, root {}", walk.count, signed.root),
            some => {
                format!("{} entries, {some} of them hash only, the others linked, root {}", walk.count, signed.root)
            }
        })
    }

    fn extends(&self, report: &mut VerificationReport, walk: &Walk, signed: Option<&Checkpoint>) {
        let Some(remembered) = self.remembered else {
            report.not_checked.push("5: that this log extends an earlier one (none remembered)".to_owned());
            return;
        };
        report.add("5 consistency", consistent(walk, remembered, signed));
    }

    fn first_bad(&self, walk: &Walk, signed: Option<&Checkpoint>) -> Option<BadEntry> {
        let early = walk.early.clone();
        let first = fault(walk, signed).into_iter().chain(early).min_by_key(|bad| bad.position);
        first.or_else(|| self.relinked(walk, signed))
    }

    /// Where a log begins to be another if all its links are good but a root is not: after the last
    /// checkpoint that it agrees with.
    fn relinked(&self, walk: &Walk, signed: Option<&Checkpoint>) -> Option<BadEntry> {
        let origin = self.key.name();
        let known = signed.into_iter().chain(self.remembered).chain(self.older);
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for known in known.filter(|known| known.origin == origin) {
            match walk.root_at(known.size) {
                Some(root) if root == known.root => good.push(known.size),
                Some(_) => bad.push(known.size),
                None => (),
            }
        }
        let last = bad.into_iter().min()?.checked_sub(1)?;
        let good = good.into_iter().filter(|size| *size <= last).max().unwrap_or(0);
        if good == 0 && signed.is_some_and(|signed| signed.size == last + 1) {
            // Nothing tells more. The last entry has no successor to vouch for it, only the root.
            let reason = "does not give the signed root, or the log was rewritten up to it".to_owned();
            return Some(BadEntry { position: last, reason });
        }
        let reason = match last - good {
            0 => "is not the one that was signed; it and those after it were linked anew".to_owned(),
            _ => format!("or a later one up to entry {last} is not the one that was signed; all were linked anew"),
        };
        Some(BadEntry { position: good, reason })
    }
}

/// The first entry that its form, its place or the hashes around it show to be wrong.
fn fault(walk: &Walk, signed: Option<&Checkpoint>) -> Option<BadEntry> {
    let altered = walk.altered(signed.map(|signed| (signed.size, signed.root)));
    walk.broken.clone().into_iter().chain(altered).min_by_key(|bad| bad.position)
}

/// What a verification cannot check of entries that are given by their hash alone.
fn unseen(count: u64) -> String {
    let entries = if count == 1 { "1 entry" } else { &format!("{count} entries") };
    format!(
        "3, 6, 12: content, time, link to the entry before and commitments of {entries} (hash only: restricted to a team \
         that the reader of this export is not on)"
    )
}

fn kept_match(walk: &Walk) -> Result<String, String> {
    match walk.unlike_kept() {
        None => Ok("each is its entry's".to_owned()),
        Some(position) => Err(format!("the one kept beside entry {position} is not its hash")),
    }
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
