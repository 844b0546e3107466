//! Checks an exported ledger, offline: entries, the signed checkpoint beside them, and a key that
//! came another way. Opens no database and no connection.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use holdfast_ledger::{Checkpoint, LogCheck, Note, Tail, VerifyingKey, verify::Report};

use super::{Failure, Outcome};

#[derive(clap::Args)]
pub(super) struct Settings {
    /// Entries as exported, one JSON object a line.
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
    let beside = settings.entries.with_file_name("checkpoint");
    let note = read(settings.checkpoint.as_deref().unwrap_or(&beside))?;
    let entries = read(&settings.entries)?;
    let remembered = settings.state.as_deref().map(|path| remembered(path, &key)).transpose()?.flatten();
    let check = LogCheck { note: &note, key: &key, remembered: remembered.as_ref(), openings: &[], tail: Tail::Refuse };
    let report = check.run(lines(&entries));
    print(&report, settings.json)?;
    if !report.ok() {
        return Err(Failure::Check(String::new()));
    }
    settings.state.as_deref().map_or(Ok(()), |path| remember(path, &note))
}

/// The lines, without the end of the last.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let count = if bytes.is_empty() { 0 } else { usize::MAX };
    bytes.split(|byte| *byte == b'\n').take(count)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::CouldNotRun(format!("cannot read {}: {error}", path.display())))
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
    let failed = |error: std::io::Error| Failure::CouldNotRun(format!("cannot write {}: {error}", path.display()));
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let mut file = fs::File::create(&name).map_err(failed)?;
    file.write_all(note).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&name, path).map_err(failed)
}

fn print(report: &Report, json: bool) -> Outcome {
    if json {
        let text = serde_json::to_string_pretty(&serde_json::json!({ "ok": report.ok(), "report": report }));
        println!("{}", text.map_err(|error| Failure::CouldNotRun(error.to_string()))?);
    } else {
        print!("{report}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn an_empty_file_has_no_entries() {
        assert_eq!(lines(b"").count(), 0);
        assert_eq!(lines(b"{}\n").count(), 1);
        assert_eq!(lines(b"{}\n\n").count(), 2);
    }
}
