//! Bringing a backup back, to a place where nothing is. Everything is made and checked below a
//! folder of its own and takes its name last, the database last of all: a restore that is cut off
//! leaves nothing that would start.

use std::{
    fs,
    path::{Path, PathBuf},
};

use holdfast_actions::{self as actions, Ctx, ledger};
use holdfast_domain::Actor;
use holdfast_store::{BlobHash, Db, backup, blob::PutError};

use crate::{
    bytes,
    lock::{self, Lock},
    manifest::{BLOBS, Engine, Manifest, NOTES, SECRET, blob_name},
    place::DataLocation,
    postgres,
    trouble::{Trouble, about},
    verify,
};

/// Where everything lies until it is whole.
const STAGING: &str = ".restoring";

/// A backup that lies in its new place, whole but without its name. Dropped, it leaves nothing there,
/// except in a PostgreSQL database.
#[derive(Debug)]
pub struct Staged {
    /// What it is.
    pub manifest: Manifest,
    from: PathBuf,
    data: PathBuf,
    /// The folder with everything, below `data`.
    staging: PathBuf,
    note: String,
    /// Nobody serves from the folder while it is filled.
    _lock: Lock,
}

/// What was checked after everything was in place.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Files written and hashed once more.
    pub written: usize,
    /// Files found in the bucket, with their size.
    pub found: usize,
    /// Files that the database names and that are not there.
    pub missing: Vec<String>,
    /// Sessions that were ended.
    pub sessions: u64,
}

/// Checks the backup and the place, and brings database and key there.
///
/// # Errors
/// When the backup has changed, the place is taken, or the machine refuses.
pub async fn stage(from: &Path, place: &DataLocation) -> Result<Staged, Trouble> {
    let manifest = verify::verify(from).await?.manifest;
    let note = verify::note(from, &manifest)?;
    fits(&manifest, place)?;
    bytes::make_folder(&place.data)?;
    let lock = Lock::take(&place.data).map_err(Trouble::Failed)?;
    is_free(place)?;
    if let Some(url) = place.postgres() {
        is_empty(url).await?;
    }
    let staging = place.data.join(STAGING);
    bytes::make_folder(&staging)?;
    let staged = Staged { from: from.to_owned(), data: place.data.clone(), staging, note, _lock: lock, manifest };
    let key = (!place.has_key_elsewhere).then_some(SECRET);
    for name in key.iter().chain(NOTES).filter(|name| staged.manifest.holds(name)) {
        staged.bring(name).await?;
    }
    match place.postgres() {
        None => staged.bring(Engine::Sqlite.file()).await?,
        Some(url) => postgres::fill(url, &from.join(Engine::Postgres.file())).await?,
    }
    Ok(staged)
}

/// Whether the backup can be brought to this place: a backup of PostgreSQL to a database of PostgreSQL, one
/// of the embedded database into the data folder.
fn fits(manifest: &Manifest, place: &DataLocation) -> Result<(), Trouble> {
    let refused = |text: &str| Err(Trouble::Refused(text.to_owned()));
    match (manifest.engine, place.postgres()) {
        (Engine::Postgres, Some(_)) => {}
        (Engine::Postgres, None) => {
            return refused("a backup of PostgreSQL: name an empty database with --database postgres://…");
        }
        (Engine::Sqlite, Some(_)) => {
            return refused("a backup of the embedded database, which cannot be brought into PostgreSQL");
        }
        (Engine::Sqlite, None) if place.database.is_some() => {
            return refused("the embedded database is restored into the data folder; leave --database out");
        }
        (Engine::Sqlite, None) => {}
    }
    if !manifest.has_key && !place.has_key_elsewhere {
        return refused("the backup has no master key; name the one it was made with by --secret-file");
    }
    match &manifest.blobs.elsewhere {
        Some(there) if !place.is_bucket() => {
            let bucket = &there.place;
            Err(Trouble::Refused(format!("the files are in {bucket}, not in the backup; say with --blobs where")))
        }
        _ => Ok(()),
    }
}

fn is_free(place: &DataLocation) -> Result<(), Trouble> {
    let taken = |folder: &Path, hint: &str| {
        let shown = folder.display();
        Err(Trouble::Refused(format!("{shown} is not empty{hint}; restore into an empty folder")))
    };
    if !bytes::is_free(&place.data, &[lock::NAME, "lost+found"])? {
        let cut_off = place.data.join(STAGING).exists();
        let hint = if cut_off { " (a restore that was cut off left .restoring; remove that)" } else { "" };
        return taken(&place.data, hint);
    }
    match place.blobs.as_deref() {
        Some(folder) if !folder.contains("://") && !bytes::is_free(folder.as_ref(), &["tmp", "lost+found"])? => {
            taken(folder.as_ref(), "")
        }
        _ => Ok(()),
    }
}

async fn is_empty(url: &str) -> Result<(), Trouble> {
    let db = Db::open(url).await?;
    let counts = match db.at_one_instant().await {
        Ok(mut tx) => backup::counts(&mut tx).await,
        Err(error) => Err(error),
    };
    db.close().await;
    if counts?.is_empty() {
        return Ok(());
    }
    Err(Trouble::Refused("the database has tables already; restore into an empty one".into()))
}

impl Staged {
    /// The data folder to open until [`Staged::publish`] gives everything its name.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.staging
    }

    async fn bring(&self, name: &str) -> Result<(), Trouble> {
        let sum = bytes::keep(bytes::open(&self.from.join(name)).await?, &self.staging.join(name)).await?;
        let told = self.manifest.files.iter().find(|entry| entry.name == name);
        if told.is_some_and(|told| told.sha256 != sum.sha256.to_string()) {
            return Err(Trouble::Changed(format!("{name} changed while it was read")));
        }
        Ok(())
    }

    /// Checks the database in its new place, whether the key opens it, and brings the files.
    ///
    /// # Errors
    /// When something is not as the manifest says, or the machine refuses.
    pub async fn complete(&self, ctx: &Ctx, actor: &Actor) -> Result<Restored, Trouble> {
        verify::database(ctx.db(), &self.manifest, &self.note).await?;
        ledger::key_opens(ctx, actor.org_id).await?;
        let mut restored = Restored { written: 0, found: 0, missing: self.manifest.blobs.lost.clone(), sessions: 0 };
        for entry in &self.manifest.files {
            let Ok(hash) = entry.sha256.parse::<BlobHash>() else { continue };
            if entry.name == blob_name(hash) {
                self.put(ctx, hash).await?;
                restored.written += 1;
            }
        }
        for (name, size) in self.manifest.blobs.elsewhere.iter().flat_map(|there| &there.files) {
            let hash = name.parse().map_err(|error| Trouble::Changed(format!("{name}: {error}")))?;
            match ctx.blobs().size(hash).await? {
                Some(found) if found == *size => restored.found += 1,
                _ => restored.missing.push(name.clone()),
            }
        }
        // Whoever was signed out since must not be signed in again.
        restored.sessions = actions::session::record::end_all(ctx).await?;
        if ctx.db().is_migrated().await {
            ctx.db().grant().await?;
        }
        actions::backup::note_restored(ctx, actor, self.manifest.made_at, self.manifest.ledger.size).await?;
        Ok(restored)
    }

    async fn put(&self, ctx: &Ctx, hash: BlobHash) -> Result<(), Trouble> {
        let name = blob_name(hash);
        let opened = bytes::open(&self.from.join(&name)).await?;
        match ctx.blobs().put(opened.bytes, Some(hash)).await {
            Ok(_) => Ok(()),
            Err(PutError::Source(error) | PutError::Store(error)) => Err(error.into()),
            Err(PutError::Mismatch { .. }) => Err(Trouble::Changed(format!("{name} changed while it was read"))),
        }
    }

    /// Gives everything its name. The database must be closed.
    pub fn publish(self) -> Result<(), Trouble> {
        let staging = &self.staging;
        bytes::sync_folders(staging)?;
        let last = Engine::Sqlite.file();
        for name in [BLOBS, SECRET].iter().chain(NOTES).chain(&[last]) {
            let (from, to) = (staging.join(name), self.data.join(name));
            if from.exists() {
                fs::rename(&from, &to).map_err(|error| about("name", &to, &error))?;
            }
        }
        bytes::sync_folders(&self.data)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let staging = &self.staging;
        match fs::remove_dir_all(staging) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, "{} could not be removed", staging.display());
            }
            _ => {}
        }
    }
}
