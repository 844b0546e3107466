//! Making a backup. The database is copied first, of one instant, and then every file that the copy
//! names: files are named by what they hold and never change, and one that is stored later is named
//! by no row of the copy. Only a disposal takes a file away. When one falls in between, the file is
//! missing; the database is copied again, and the newer copy names it no more.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use holdfast_actions::{self as actions, Ctx, ledger};
use holdfast_domain::{Actor, OrgId, Timestamp};
use holdfast_store::{
    BlobHash, Db, Tx, backup,
    evidence::{NamedFile, named_files},
    ledger::LedgerHead,
};

use crate::{
    bytes::{self, Sum},
    manifest::{
        BlobFiles, CHECKPOINT, Elsewhere, Engine, FORMAT, MANIFEST, Manifest, ManifestFile, ManifestLedger, NOTES,
        SECRET, SUMS, blob_name,
    },
    place::DataLocation,
    postgres,
    trouble::{Trouble, about},
};

/// What is to be made.
#[derive(Clone, Copy, Debug)]
pub struct BackupPlan<'a> {
    /// Of what.
    pub of: &'a DataLocation,
    /// The folder, which is not there yet.
    pub to: &'a Path,
    /// Leave the master key out.
    pub without_key: bool,
    /// Copy the files out of a bucket, too.
    pub with_bucket: bool,
    /// Go on without files that are missing or changed.
    pub despite_damage: bool,
}

/// The database at one instant: its copy lies in the folder.
struct Taken {
    at: Timestamp,
    tables: BTreeMap<String, i64>,
    head: LedgerHead,
    named: Vec<NamedFile>,
}

/// What became of the files.
#[derive(Default)]
struct Copied {
    there: BTreeMap<String, u64>,
    absent: BTreeSet<String>,
    changed: BTreeSet<String>,
}

/// Makes a backup: whole under its name, or not at all.
///
/// # Errors
/// When the place is taken, a file is not what it was, or the machine refuses.
pub async fn write(ctx: &Ctx, actor: &Actor, plan: &BackupPlan<'_>) -> Result<Manifest, Trouble> {
    let mut partial = plan.to.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    for taken in [plan.to, &partial] {
        if fs::symlink_metadata(taken).is_ok() {
            let hint = if taken == partial { "; remove it unless another backup is being made" } else { "" };
            return Err(Trouble::Refused(format!("{} is there already{hint}", taken.display())));
        }
    }
    bytes::make_folder(&partial)?;
    let made = fill(ctx, actor, plan, &partial).await;
    let made = made.and_then(|manifest| {
        bytes::sync_folders(&partial)?;
        fs::rename(&partial, plan.to).map_err(|error| about("name", plan.to, &error))?;
        let above = bytes::parent(plan.to);
        let synced = fs::File::open(above).and_then(|folder| folder.sync_all());
        synced.map_err(|error| about("write", above, &error))?;
        Ok(manifest)
    });
    if made.is_err() && partial.exists() {
        fs::remove_dir_all(&partial).map_err(|error| about("remove", &partial, &error))?;
    }
    made
}

async fn fill(ctx: &Ctx, actor: &Actor, plan: &BackupPlan<'_>, folder: &Path) -> Result<Manifest, Trouble> {
    let org = actor.org_id;
    if !actions::backup::note_made(ctx, actor, key_of(plan).is_some()).await? {
        tracing::warn!("the disk is full, so the ledger does not say that this backup was made");
    }
    let engine = if plan.of.postgres().is_some() { Engine::Postgres } else { Engine::Sqlite };
    let mut copied = Copied::default();
    let mut absent_before = BTreeSet::new();
    let taken = loop {
        let taken = take(ctx, org, plan.of, &folder.join(engine.file())).await?;
        copy(ctx, plan, &taken.named, folder, &mut copied).await?;
        // Absent twice, with a newer copy in between that names it all the same: that is no disposal.
        if copied.absent.is_subset(&absent_before) {
            break taken;
        }
        tracing::info!(files = copied.absent.len(), "files went while they were copied; the database is copied again");
        absent_before.append(&mut copied.absent);
    };
    drop_unnamed(&taken.named, folder, &mut copied)?;
    let lost: Vec<String> = copied.absent.union(&copied.changed).cloned().collect();
    if !lost.is_empty() && !plan.despite_damage {
        return Err(Trouble::Changed(format!(
            "no backup was made, because files that the database names are missing or changed: {}. \
             With --despite-damage it is made without them",
            lost.join(", ")
        )));
    }

    let mut files = vec![entry(engine.file().to_owned(), bytes::sum(&folder.join(engine.file())).await?)];
    let signed = ledger::signed_at(ctx, org, &taken.head).await?;
    files.push(entry(CHECKPOINT.to_owned(), bytes::keep_text(&signed.note, &folder.join(CHECKPOINT))?));
    keep_small(plan, folder, &mut files).await?;
    let blobs = blobs_of(plan, taken.named.len(), copied, lost, &mut files)?;
    let steps = ctx.db().applied_steps().await.unwrap_or_default();
    let manifest = Manifest {
        format: FORMAT,
        holdfast: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: taken.at,
        engine,
        steps,
        tables: taken.tables,
        ledger: ManifestLedger { vkey: signed.vkey, size: signed.size, root: signed.root },
        has_key: key_of(plan).is_some(),
        blobs,
        files,
    };
    let own = bytes::keep_text(&manifest.text()?, &folder.join(MANIFEST))?;
    bytes::keep_text(&manifest.sums(own.sha256), &folder.join(SUMS))?;
    Ok(manifest)
}

/// What the manifest says of the files; those that were copied are entries of it.
fn blobs_of(
    plan: &BackupPlan<'_>,
    count: usize,
    copied: Copied,
    lost: Vec<String>,
    entries: &mut Vec<ManifestFile>,
) -> Result<BlobFiles, Trouble> {
    let bytes = copied.there.values().sum();
    if plan.of.is_bucket() && !plan.with_bucket {
        let place = plan.of.blobs.clone().unwrap_or_default();
        return Ok(BlobFiles { count, bytes, elsewhere: Some(Elsewhere { place, files: copied.there }), lost });
    }
    for (name, size) in &copied.there {
        let sha256 = parsed(name)?;
        entries.push(entry(blob_name(sha256), Sum { size: *size, sha256 }));
    }
    Ok(BlobFiles { count, bytes, elsewhere: None, lost })
}

fn entry(name: String, sum: Sum) -> ManifestFile {
    ManifestFile { name, size: sum.size, sha256: sum.sha256.to_string() }
}

fn parsed(name: &str) -> Result<BlobHash, Trouble> {
    name.parse().map_err(|error| Trouble::Failed(format!("the database names a file {name}: {error}")))
}

/// Copies the database, in place of an earlier copy, and reads in it what there is.
async fn take(ctx: &Ctx, org: OrgId, of: &DataLocation, to: &Path) -> Result<Taken, Trouble> {
    if to.exists() {
        fs::remove_file(to).map_err(|error| about("remove", to, &error))?;
    }
    // Made here, so that nobody else can read it from its first byte on.
    let file = bytes::new_file(to)?;
    let at = ctx.now();
    let taken = if let Some(url) = of.postgres() {
        let mut snapshot = ctx.db().at_one_instant().await?;
        let name = backup::name_snapshot(&mut snapshot).await?;
        let taken = look(&mut snapshot, org, at).await?;
        postgres::dump(url, &name, to).await?;
        taken
    } else {
        backup::copy_embedded(ctx.db(), to).await?;
        let copy = Db::open_copy(to).await?;
        let taken = look(&mut copy.at_one_instant().await?, org, at).await;
        copy.close().await;
        taken?
    };
    file.sync_all().map_err(|error| about("write", to, &error))?;
    Ok(taken)
}

async fn look(tx: &mut Tx, org: OrgId, at: Timestamp) -> Result<Taken, Trouble> {
    Ok(Taken {
        at,
        tables: backup::counts(tx).await?,
        head: holdfast_store::ledger::head(&mut *tx, org).await?,
        named: named_files(tx).await?,
    })
}

/// Copies what is not copied yet, or looks whether it is where it stays.
async fn copy(
    ctx: &Ctx,
    plan: &BackupPlan<'_>,
    named: &[NamedFile],
    folder: &Path,
    copied: &mut Copied,
) -> Result<(), Trouble> {
    let stays = plan.of.is_bucket() && !plan.with_bucket;
    for file in named {
        let (name, hash) = (&file.sha256, parsed(&file.sha256)?);
        if copied.there.contains_key(name) || copied.changed.contains(name) {
            continue;
        }
        if stays {
            match ctx.blobs().size(hash).await? {
                None => _ = copied.absent.insert(name.clone()),
                Some(size) if u64::try_from(file.size) == Ok(size) => _ = copied.there.insert(name.clone(), size),
                Some(_) => _ = copied.changed.insert(name.clone()),
            }
            continue;
        }
        let Some(opened) = ctx.blobs().open(hash, None).await? else {
            copied.absent.insert(name.clone());
            continue;
        };
        let to = folder.join(blob_name(hash));
        bytes::make_folder(bytes::parent(&to))?;
        let sum = bytes::keep(opened, &to).await?;
        if sum.sha256 == hash {
            copied.there.insert(name.clone(), sum.size);
        } else {
            fs::remove_file(&to).map_err(|error| about("remove", &to, &error))?;
            copied.changed.insert(name.clone());
        }
    }
    Ok(())
}

/// Takes out what an earlier copy of the database named and this one does not.
fn drop_unnamed(named: &[NamedFile], folder: &Path, copied: &mut Copied) -> Result<(), Trouble> {
    let named: BTreeSet<&str> = named.iter().map(|file| file.sha256.as_str()).collect();
    copied.absent.retain(|name| named.contains(name.as_str()));
    copied.changed.retain(|name| named.contains(name.as_str()));
    let gone: Vec<String> = copied.there.keys().filter(|name| !named.contains(name.as_str())).cloned().collect();
    for name in gone {
        copied.there.remove(&name);
        let path = folder.join(blob_name(parsed(&name)?));
        if path.exists() {
            fs::remove_file(&path).map_err(|error| about("remove", &path, &error))?;
        }
    }
    Ok(())
}

/// The name of the master key, if it lies in the data folder and is wanted.
fn key_of(plan: &BackupPlan<'_>) -> Option<&'static str> {
    let is_there = !plan.of.has_key_elsewhere && plan.of.data.join(SECRET).exists();
    (is_there && !plan.without_key).then_some(SECRET)
}

/// The master key and notes.
async fn keep_small(plan: &BackupPlan<'_>, folder: &Path, files: &mut Vec<ManifestFile>) -> Result<(), Trouble> {
    for name in key_of(plan).iter().chain(NOTES) {
        let path = plan.of.data.join(name);
        if path.exists() {
            files.push(entry((*name).to_owned(), bytes::keep(bytes::open(&path).await?, &folder.join(name)).await?));
        }
    }
    Ok(())
}
