//! Whether a backup is what it was when it was made. Reads it and writes nothing, so that it can be
//! done on any machine and on a medium that cannot be written.

use std::{collections::BTreeMap, fs, path::Path};

use holdfast_actions::ledger;
use holdfast_ledger::{Checkpoint, Note};
use holdfast_store::{Db, backup, evidence::named_files, org};

use crate::{
    bytes,
    manifest::{CHECKPOINT, Engine, MANIFEST, Manifest, SUMS, blob_name},
    trouble::{Trouble, about},
};

/// Names that a message lists at most.
const NAMES_MAX: usize = 20;

/// A backup that holds.
#[derive(Clone, Debug)]
pub struct VerifiedBackup {
    /// What it is.
    pub manifest: Manifest,
    /// Whether the database was read as well. PostgreSQL's can be read only once it is restored.
    pub read_database: bool,
}

/// Checks a backup: every file against its hash, and the embedded database against the manifest, the
/// ledger whole.
///
/// # Errors
/// [`Trouble::Changed`] with the names of what is not as it was.
pub async fn verify(from: &Path) -> Result<VerifiedBackup, Trouble> {
    let manifest = files(from).await?;
    let note = note(from, &manifest)?;
    let read_database = manifest.engine == Engine::Sqlite;
    if read_database {
        let db = Db::open_copy(&from.join(Engine::Sqlite.file())).await?;
        let checked = database(&db, &manifest, &note).await;
        db.close().await;
        checked?;
    }
    Ok(VerifiedBackup { manifest, read_database })
}

async fn files(from: &Path) -> Result<Manifest, Trouble> {
    let path = from.join(MANIFEST);
    if !path.exists() {
        return Err(Trouble::Refused(format!("{} is not a backup: it has no {MANIFEST}", from.display())));
    }
    let text = fs::read(&path).map_err(|error| about("read", &path, &error))?;
    let sums = sums(&from.join(SUMS))?;
    let own = bytes::sum(&path).await?.sha256.to_string();
    if sums.get(MANIFEST) != Some(&own) {
        return Err(Trouble::Changed(format!("{MANIFEST} is not what {SUMS} says it was, or {SUMS} has changed")));
    }
    let manifest = Manifest::read(&text)?;
    let mut wrong = Vec::new();
    for entry in &manifest.files {
        if sums.get(&entry.name) != Some(&entry.sha256) {
            wrong.push(format!("{SUMS} does not say of {} what {MANIFEST} says", entry.name));
        }
        let path = from.join(&entry.name);
        if fs::symlink_metadata(&path).is_err() {
            wrong.push(format!("{} is missing", entry.name));
            continue;
        }
        let sum = bytes::sum(&path).await?;
        if sum.size != entry.size || sum.sha256.to_string() != entry.sha256 {
            wrong.push(format!("{} has changed", entry.name));
        }
    }
    if sums.len() != manifest.files.len() + 1 {
        wrong.push(format!("{SUMS} names other files than {MANIFEST}"));
    }
    told(wrong)?;
    Ok(manifest)
}

fn sums(path: &Path) -> Result<BTreeMap<String, String>, Trouble> {
    let text = fs::read(path).map_err(|error| about("read", path, &error))?;
    let text = String::from_utf8(text).map_err(|_| Trouble::Changed(format!("{SUMS} is not text")))?;
    let line = |line: &str| line.split_once("  ").map(|(hash, name)| (name.to_owned(), hash.to_owned()));
    Ok(text.lines().filter_map(line).collect())
}

fn told(wrong: Vec<String>) -> Result<(), Trouble> {
    if wrong.is_empty() {
        return Ok(());
    }
    let more = wrong.len().saturating_sub(NAMES_MAX);
    let mut text = wrong.into_iter().take(NAMES_MAX).collect::<Vec<_>>().join("\n");
    if more > 0 {
        text += &format!("\nand {more} more");
    }
    Err(Trouble::Changed(text))
}

/// The checkpoint, which must be of the log that the manifest tells of.
pub(crate) fn note(from: &Path, manifest: &Manifest) -> Result<String, Trouble> {
    let path = from.join(CHECKPOINT);
    let text = fs::read_to_string(&path).map_err(|error| about("read", &path, &error))?;
    let wrong = |why: String| Trouble::Changed(format!("{CHECKPOINT}: {why}"));
    let note = Note::parse(text.as_bytes()).map_err(|error| wrong(error.to_string()))?;
    let key =
        manifest.ledger.vkey.parse().map_err(|error| Trouble::Changed(format!("the key in {MANIFEST}: {error}")))?;
    let (checkpoint, _) = Checkpoint::open(&note, &key, &[]).map_err(|error| wrong(error.to_string()))?;
    if (checkpoint.size, checkpoint.root.to_string()) != (manifest.ledger.size, manifest.ledger.root.clone()) {
        return Err(wrong(format!("not of the ledger that {MANIFEST} tells of")));
    }
    Ok(text)
}

/// A database against its manifest: its shape, the rows of each table, the files that it names, and
/// the whole ledger against the checkpoint.
pub(crate) async fn database(db: &Db, manifest: &Manifest, note: &str) -> Result<(), Trouble> {
    let steps = db.applied_steps().await.unwrap_or_default();
    if steps > db.known_steps() {
        let made_by = &manifest.holdfast;
        return Err(Trouble::Refused(format!("the backup is of a newer Holdfast, {made_by}; use that one")));
    }
    let mut tx = db.at_one_instant().await?;
    let counts = backup::counts(&mut tx).await?;
    let mut wrong = Vec::new();
    for table in manifest.tables.keys().chain(counts.keys().filter(|name| !manifest.tables.contains_key(*name))) {
        let (then, now) = (manifest.tables.get(table), counts.get(table));
        if then != now {
            let rows = |count: Option<&i64>| count.map_or("none".to_owned(), ToString::to_string);
            wrong.push(format!("the table {table} has {} rows, not {}", rows(now), rows(then)));
        }
    }
    // An older database may not have the tables that name files.
    if steps == db.known_steps() {
        for file in named_files(&mut tx).await? {
            if !accounted(manifest, &file.sha256) {
                wrong.push(format!("the database names the file {}, which is not in the backup", file.sha256));
            }
        }
    }
    drop(tx);
    told(wrong)?;
    let orgs = org::ids(db).await?;
    let [org] = orgs.as_slice() else {
        return Err(Trouble::Changed(format!("the database has {} organisations, not one", orgs.len())));
    };
    let report = ledger::verify_against(db, *org, note).await?;
    if report.ok() {
        return Ok(());
    }
    Err(Trouble::Changed(format!("the ledger does not hold:\n{report}")))
}

fn accounted(manifest: &Manifest, sha256: &str) -> bool {
    let elsewhere = manifest.blobs.elsewhere.as_ref().is_some_and(|there| there.files.contains_key(sha256));
    elsewhere
        || manifest.blobs.lost.iter().any(|lost| lost == sha256)
        || sha256.parse().is_ok_and(|hash| manifest.holds(&blob_name(hash)))
}
