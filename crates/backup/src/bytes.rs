//! Files of a backup: copied and hashed in one pass, for their owner alone, and on the disk before
//! anybody is told of them.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

use futures::StreamExt as _;
use holdfast_store::{BlobHash, blob::Opened};
use sha2::{Digest as _, Sha256};

use crate::trouble::{Trouble, about};

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) size: u64,
    pub(crate) sha256: BlobHash,
}

/// A folder, with those above it that are missing.
pub(crate) fn make_folder(path: &Path) -> Result<(), Trouble> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| about("make", path, &error))
}

/// A new file; one that is there already is not touched.
pub(crate) fn new_file(path: &Path) -> Result<File, Trouble> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    made.map_err(|error| about("make", path, &error))
}

/// Bytes into a new file, which is durable when this returns.
pub(crate) async fn keep(mut opened: Opened, path: &Path) -> Result<Sum, Trouble> {
    let mut file = new_file(path)?;
    let (mut hasher, mut size) = (Sha256::new(), 0);
    let failed = |error: io::Error| about("write", path, &error);
    while let Some(piece) = opened.bytes.next().await.transpose()? {
        tokio::task::block_in_place(|| {
            hasher.update(&piece);
            file.write_all(&piece)
        })
        .map_err(failed)?;
        size += piece.len() as u64;
    }
    tokio::task::block_in_place(|| file.sync_all()).map_err(failed)?;
    Ok(Sum { size, sha256: BlobHash(hasher.finalize().into()) })
}

/// A short text into a new file, which is durable when this returns.
pub(crate) fn keep_text(text: &str, path: &Path) -> Result<Sum, Trouble> {
    let mut file = new_file(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| about("write", path, &error))?;
    Ok(Sum { size: text.len() as u64, sha256: BlobHash(Sha256::digest(text).into()) })
}

/// A file for reading. A link is not followed: what it points to is not in the backup.
pub(crate) async fn open(path: &Path) -> Result<Opened, Trouble> {
    let known = fs::symlink_metadata(path).map_err(|error| about("read", path, &error))?;
    if !known.is_file() {
        return Err(Trouble::Changed(format!("{} is not a file", path.display())));
    }
    let file = File::open(path).map_err(|error| about("read", path, &error))?;
    Ok(Opened::of_file(file).await?)
}

/// What a file holds now.
pub(crate) async fn sum(path: &Path) -> Result<Sum, Trouble> {
    let (mut opened, mut hasher, mut size) = (open(path).await?, Sha256::new(), 0);
    while let Some(piece) = opened.bytes.next().await.transpose()? {
        tokio::task::block_in_place(|| hasher.update(&piece));
        size += piece.len() as u64;
    }
    Ok(Sum { size, sha256: BlobHash(hasher.finalize().into()) })
}

/// Makes the names in a folder durable, and those in every folder below it.
pub(crate) fn sync_folders(folder: &Path) -> Result<(), Trouble> {
    let synced = || -> io::Result<Vec<_>> {
        let mut below = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                below.push(entry.path());
            }
        }
        File::open(folder)?.sync_all()?;
        Ok(below)
    };
    for below in synced().map_err(|error| about("write", folder, &error))? {
        sync_folders(&below)?;
    }
    Ok(())
}

/// The folder in which a path's own name stands.
pub(crate) fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Whether a folder is missing or holds nothing but what is passed over.
pub(crate) fn is_free(folder: &Path, passed_over: &[&str]) -> Result<bool, Trouble> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        entries => entries.map_err(|error| about("read", folder, &error))?,
    };
    for entry in entries {
        let name = entry.map_err(|error| about("read", folder, &error))?.file_name();
        if !passed_over.iter().any(|known| name == *known) {
            return Ok(false);
        }
    }
    Ok(true)
}
