//! Bringing a backup back, to a place where nothing is. Everything is made and checked below a
//! folder of its own and takes its name last, the database last of all: a restore that is cut off
//! leaves nothing that would start.

use std::{
    fs,
    path::{Path, PathBuf},
};

use holdfast_actions::{self as actions, Ctx, ledger};
use holdfast_domain::Actor;
use holdfast_store::{BlobHash, Db, backup, blob::PutError, session};

use super::{
    Engine, Manifest, Trouble, about, bytes,
    manifest::{BLOBS, NOTES, SECRET, blob_name},
    postgres, verify,
    write::{is_bucket, is_key_told},
};
use crate::{
    config::DataSettings,
    lock::{self, Lock},
};

/// Where everything lies until it is whole.
const STAGING: &str = ".restoring";

/// A backup that lies in its new place, whole but without its name. Dropped, it leaves nothing there,
/// except in a PostgreSQL database.
#[derive(Debug)]
pub struct Staged {
    /// What it is.
    pub manifest: Manifest,
    /// How to open it.
    pub settings: DataSettings,
    from: PathBuf,
    data: PathBuf,
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
pub async fn stage(from: &Path, settings: &DataSettings) -> Result<Staged, Trouble> {
    let manifest = verify(from).await?.manifest;
    let note = super::verify::note(from, &manifest)?;
    fits(&manifest, settings)?;
    settings.make_folder().map_err(Trouble::Failed)?;
    let lock = Lock::take(&settings.data).map_err(Trouble::Failed)?;
    is_free(settings)?;
    if manifest.engine == Engine::Postgres {
        is_empty(&settings.database_url()).await?;
    }
    let folder = settings.data.join(STAGING);
    bytes::make_folder(&folder)?;
    let staged = Staged {
        settings: DataSettings { data: folder.clone(), ..settings.clone() },
        from: from.to_owned(),
        data: settings.data.clone(),
        note,
        _lock: lock,
        manifest,
    };
    let key = (!is_key_told(settings)).then_some(SECRET);
    for name in key.iter().chain(NOTES).filter(|name| staged.manifest.holds(name)) {
        staged.bring(name).await?;
    }
    match staged.manifest.engine {
        Engine::Sqlite => staged.bring(Engine::Sqlite.file()).await?,
        Engine::Postgres => postgres::fill(&settings.database_url(), &from.join(Engine::Postgres.file())).await?,
    }
    Ok(staged)
}

fn fits(manifest: &Manifest, settings: &DataSettings) -> Result<(), Trouble> {
    let refused = |text: &str| Err(Trouble::Refused(text.to_owned()));
    let is_postgres = |url: &str| url.starts_with("postgres://") || url.starts_with("postgresql://");
    match (manifest.engine, settings.database.as_deref()) {
        (Engine::Sqlite, None) => {}
        (Engine::Postgres, Some(url)) if is_postgres(url) => {}
        (Engine::Postgres, _) => {
            return refused("a backup of PostgreSQL: name an empty database with --database postgres://…");
        }
        (Engine::Sqlite, Some(url)) if is_postgres(url) => {
            return refused("a backup of the embedded database, which cannot be brought into PostgreSQL");
        }
        (Engine::Sqlite, Some(_)) => {
            return refused("the embedded database is restored into the data folder; leave --database out");
        }
    }
    if !manifest.has_key && !is_key_told(settings) {
        return refused("the backup has no master key; name the one it was made with by --secret-file");
    }
    match &manifest.blobs.elsewhere {
        Some(there) if !is_bucket(settings) => {
            let place = &there.place;
            Err(Trouble::Refused(format!("the files are in {place}, not in the backup; say with --blobs where")))
        }
        _ => Ok(()),
    }
}

fn is_free(settings: &DataSettings) -> Result<(), Trouble> {
    let taken = |folder: &Path, hint: &str| {
        let shown = folder.display();
        Err(Trouble::Refused(format!("{shown} is not empty{hint}; restore into an empty folder")))
    };
    if !bytes::is_free(&settings.data, &[lock::NAME, "lost+found"])? {
        let cut_off = settings.data.join(STAGING).exists();
        let hint = if cut_off { " (a restore that was cut off left .restoring; remove that)" } else { "" };
        return taken(&settings.data, hint);
    }
    match settings.blobs.as_deref() {
        Some(place) if !place.contains("://") && !bytes::is_free(place.as_ref(), &["tmp", "lost+found"])? => {
            taken(place.as_ref(), "")
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
    async fn bring(&self, name: &str) -> Result<(), Trouble> {
        let sum = bytes::keep(bytes::open(&self.from.join(name)).await?, &self.settings.data.join(name)).await?;
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
        restored.sessions = session::end_all(ctx.db()).await?;
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
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn publish(self) -> Result<(), Trouble> {
        let staging = &self.settings.data;
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
        let staging = &self.settings.data;
        match fs::remove_dir_all(staging) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, "{} could not be removed", staging.display());
            }
            _ => {}
        }
    }
}
