//! Checks an exported ledger or an evidence log, offline, by a key that came another way. Entries have
//! the signed checkpoint beside them, an evidence log has it within. Opens no database and no
//! connection.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Write as _},
    path::{Path, PathBuf},
};

use holdfast_interop::evidence_log;
use holdfast_ledger::{Checkpoint, LogCheck, Note, Tail, VerifyingKey, verify::VerificationReport};

use super::{
    failure::{Failure, Outcome},
    say,
};

#[derive(clap::Args)]
pub(super) struct Settings {
    /// Entries as exported, one JSON object a line; or an evidence log as JSON.
    #[arg(value_name = "FILE")]
    entries: PathBuf,
    /// The log's key, as its owner gave it to you: name+id+key.
    #[arg(long, value_name = "VKEY")]
    key: String,
    /// The signed checkpoint. The file `checkpoint` beside the entries unless said otherwise.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Where the checkpoint believed last is remembered, so that a log that was rewritten or cut
    /// since is noticed. Made when missing; changed only when everything holds.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Print the outcome as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(settings: &Settings) -> Outcome {
    let key: VerifyingKey = settings.key.trim().parse().map_err(|error| Failure::Usage(format!("the key: {error}")))?;
    if let Some(log) = evidence_log(&settings.entries)? {
        return verify_evidence_log(settings, &log, &key);
    }
    let beside = settings.entries.with_file_name("checkpoint");
    let note = read(settings.checkpoint.as_deref().unwrap_or(&beside))?;
    let entries = File::open(&settings.entries).map_err(|error| unreadable(&settings.entries, &error))?;
    let remembered = settings.state.as_deref().map(|path| remembered(path, &key)).transpose()?.flatten();
    let check = LogCheck {
        note: &note,
        key: &key,
        remembered: remembered.as_ref(),
        older: &[],
        openings: &[],
        // Others go on working between the checkpoint and the entries: the report names those entries.
        tail: Tail::Allow,
    };
    let mut broken = None;
    let report = check.run(lines(BufReader::new(entries), &mut broken));
    if let Some(error) = broken {
        return Err(unreadable(&settings.entries, &error));
    }
    print(&report, settings.json)?;
    if !report.ok() {
        return Err(Failure::Check(String::new()));
    }
    settings.state.as_deref().map_or(Ok(()), |path| remember(path, &note))
}

/// The file as a whole if it claims to be an evidence log. Entries, of which there may be many, are
/// known by their first line and not read any further.
fn evidence_log(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut first = Vec::new();
    BufReader::new(file).read_until(b'\n', &mut first).map_err(|error| unreadable(path, &error))?;
    let is_entry = serde_json::from_slice::<serde_json::Value>(&first).is_ok_and(|line| line.get("schema").is_none());
    if is_entry {
        return Ok(None);
    }
    let bytes = read(path)?;
    Ok(evidence_log::recognise(&bytes).then_some(bytes))
}

fn verify_evidence_log(settings: &Settings, log: &[u8], key: &VerifyingKey) -> Outcome {
    if settings.checkpoint.is_some() || settings.state.is_some() {
        let message = "an evidence log holds its checkpoint; --checkpoint and --state go with entries";
        return Err(Failure::Usage(message.into()));
    }
    let report = evidence_log::verify(log, key);
    print(&report, settings.json)?;
    if report.ok() { Ok(()) } else { Err(Failure::Check(String::new())) }
}

/// The lines, one at a time, up to where the file cannot be read any further.
fn lines(file: impl BufRead, broken: &mut Option<io::Error>) -> impl Iterator<Item = Vec<u8>> {
    file.split(b'\n').map_while(|line| line.map_err(|error| *broken = Some(error)).ok())
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::CouldNotRun(format!("cannot read {}: {error}", path.display()))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| unreadable(path, &error))
}

/// The checkpoint remembered. It is believed only as far as the key signed it.
fn remembered(path: &Path, key: &VerifyingKey) -> Result<Option<Checkpoint>, Failure> {
    if !path.exists() {
        return Ok(None);
    }
    let wrong =
        |error: String| Failure::CouldNotRun(format!("{} is no checkpoint of this log: {error}", path.display()));
    let note = Note::parse(&read(path)?).map_err(|error| wrong(error.to_string()))?;
    let (checkpoint, _) = Checkpoint::open(&note, key, &[]).map_err(|error| wrong(error.to_string()))?;
    Ok(Some(checkpoint))
}

/// Whole or not at all: a half-written state would forget what was believed.
fn remember(path: &Path, note: &[u8]) -> Outcome {
    let failed = |error: io::Error| Failure::CouldNotRun(format!("cannot write {}: {error}", path.display()));
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let mut file = File::create(&name).map_err(failed)?;
    file.write_all(note).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&name, path).map_err(failed)
}

fn print(report: &VerificationReport, json: bool) -> Outcome {
    let text = if json {
        let text = serde_json::to_string_pretty(&serde_json::json!({ "ok": report.ok(), "report": report }));
        format!("{}\n", text.map_err(|error| Failure::CouldNotRun(error.to_string()))?)
    } else {
        report.to_string()
    };
    say::put(text)
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn an_empty_file_has_no_entries() {
        let count = |bytes: &[u8]| lines(bytes, &mut None).count();
        assert_eq!((count(b""), count(b"{}"), count(b"{}\n"), count(b"{}\n\n")), (0, 1, 1, 2));
    }
}
