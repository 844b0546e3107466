//! Blobs in a folder: each is written under a name that nobody reads, made durable, and only then
//! given its own name, which is `ab/cd/abcd…`.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, Write as _},
    ops::Range,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

use bytes::{Bytes, BytesMut};
use futures::{StreamExt as _, stream};
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncReadExt as _, AsyncSeekExt as _},
    sync::mpsc,
    task::JoinHandle,
};

use crate::{
    Error, Result,
    blob::{BlobHash, Opened},
};

/// Pieces that may wait for the disk; each is what the network gave, at most 64 KiB or so.
const PIECES_WAITING: usize = 32;
/// Bytes read at a time.
const READ_BYTES: usize = 256 * 1024;

/// Where bytes are until their hash is known.
#[derive(Clone, Debug)]
pub(crate) struct Spool(PathBuf);

impl Spool {
    pub(crate) fn below(folder: &Path) -> Result<Self> {
        let spool = folder.join("tmp");
        make_folder(&spool).map_err(|error| trouble("make the folder of blobs", &error))?;
        Ok(Self(spool))
    }

    pub(crate) fn nameless(&self) -> Result<File> {
        let made = new_file(&self.0).and_then(|(path, file)| fs::remove_file(path).map(|()| file));
        made.map_err(|error| trouble("make a file", &error))
    }

    pub(crate) fn sweep(&self) -> Result<u64> {
        let swept = || -> io::Result<u64> {
            let mut count = 0;
            for entry in fs::read_dir(&self.0)? {
                fs::remove_file(entry?.path())?;
                count += 1;
            }
            Ok(count)
        };
        swept().map_err(|error| trouble("sweep unfinished uploads", &error))
    }

    /// Begins a file on a thread of its own, which writes and hashes what it is sent.
    pub(crate) fn write(&self) -> (Pieces, Writing) {
        let (sender, pieces) = mpsc::channel(PIECES_WAITING);
        let folder = self.0.clone();
        (Pieces(sender), Writing(tokio::task::spawn_blocking(move || write(&folder, pieces))))
    }
}

/// The way to the writer. Dropped without [`Pieces::end`], the file is removed.
pub(crate) struct Pieces(mpsc::Sender<Option<Bytes>>);

impl Pieces {
    /// Sends a piece; says whether the writer still takes any.
    pub(crate) async fn send(&self, piece: Bytes) -> bool {
        self.0.send(Some(piece)).await.is_ok()
    }

    /// Says that this was all.
    pub(crate) async fn end(self) {
        // A writer that is gone says why by itself.
        let _ = self.0.send(None).await;
    }
}

/// A file that is being written.
pub(crate) struct Writing(JoinHandle<Result<Temporary>>);

impl Writing {
    pub(crate) async fn end(self) -> Result<Temporary> {
        self.0.await.unwrap_or_else(|error| Err(Error::Unexpected(format!("writing a blob did not end: {error}"))))
    }
}

/// A whole, durable file that has no name of its own yet; removed when dropped.
#[derive(Debug)]
pub(crate) struct Temporary {
    path: PathBuf,
    pub(crate) sha256: BlobHash,
    pub(crate) size: u64,
}

impl Temporary {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "an unfinished upload could not be removed");
            }
            _ => {}
        }
    }
}

/// A new file under a name that nobody has.
fn new_file(folder: &Path) -> io::Result<(PathBuf, File)> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    loop {
        let path = folder.join(format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        match OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path) {
            // Of a process that had the same number and was killed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (path, file)),
        }
    }
}

fn write(folder: &Path, mut pieces: mpsc::Receiver<Option<Bytes>>) -> Result<Temporary> {
    let refused = |error: io::Error| trouble("write a blob", &error);
    let (path, mut file) = new_file(folder).map_err(refused)?;
    // From here on every way out removes the file.
    let mut written = Temporary { path, sha256: BlobHash([0; 32]), size: 0 };
    let mut hasher = Sha256::new();
    loop {
        match pieces.blocking_recv() {
            Some(Some(piece)) => {
                file.write_all(&piece).map_err(refused)?;
                hasher.update(&piece);
                written.size += piece.len() as u64;
            }
            Some(None) => break,
            None => return Err(Error::Unexpected("an upload broke off".into())),
        }
    }
    file.set_permissions(Permissions::from_mode(0o400)).map_err(refused)?;
    // A failure here is final: after it nobody knows what is on the disk (fsyncgate).
    file.sync_all().map_err(refused)?;
    written.sha256 = BlobHash(hasher.finalize().into());
    Ok(written)
}

/// Gives the bytes their name. When this returns, name and bytes survive a power cut.
pub(crate) fn publish(folder: &Path, received: Temporary) -> Result<()> {
    let published = || -> io::Result<()> {
        let target = path_of(folder, received.sha256);
        let inner = target.parent().unwrap_or(folder);
        let outer = inner.parent().unwrap_or(folder);
        make_folder(inner)?;
        // Also where a file of that name lies already: these bytes were hashed just now, those may have changed.
        fs::rename(&received.path, &target)?;
        // Every one of them, also where it was there before: whoever made it may have been killed
        // before its own name was durable.
        for folder in [inner, outer, folder] {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    };
    published().map_err(|error| trouble("keep a blob", &error))
}

pub(crate) async fn open(folder: &Path, sha256: BlobHash, range: Option<Range<u64>>) -> Result<Option<Opened>> {
    let refused = |error: io::Error| trouble("read a blob", &error);
    match tokio::fs::File::open(path_of(folder, sha256)).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        opened => stream(opened.map_err(refused)?, range).await.map(Some),
    }
}

pub(crate) fn size(folder: &Path, sha256: BlobHash) -> Result<Option<u64>> {
    match fs::metadata(path_of(folder, sha256)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        known => known.map(|known| Some(known.len())).map_err(|error| trouble("look for a blob", &error)),
    }
}

/// The bytes of a file, whole or in part.
pub(crate) async fn stream(mut file: tokio::fs::File, range: Option<Range<u64>>) -> Result<Opened> {
    let refused = |error: io::Error| trouble("read a blob", &error);
    let size = file.metadata().await.map_err(refused)?.len();
    let range = range.unwrap_or(0..size);
    let end = range.end.min(size);
    let start = range.start.min(end);
    file.set_max_buf_size(READ_BYTES);
    file.seek(io::SeekFrom::Start(start)).await.map_err(refused)?;
    let bytes = stream::try_unfold((file, end - start), |(file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let mut piece = BytesMut::with_capacity(READ_BYTES);
        let mut file = file.take(left);
        let count = file.read_buf(&mut piece).await.map_err(|error| trouble("read a blob", &error))?;
        if count == 0 {
            return Err(Error::Unexpected("a blob ended before its end".into()));
        }
        Ok(Some((piece.freeze(), (file.into_inner(), left - count as u64))))
    });
    Ok(Opened { size, bytes: bytes.boxed() })
}

/// Removes a blob; one that is not there is removed already.
pub(crate) fn remove(folder: &Path, sha256: BlobHash) -> Result<()> {
    let path = path_of(folder, sha256);
    let removed = || -> io::Result<()> {
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        }
        File::open(path.parent().unwrap_or(folder))?.sync_all()
    };
    removed().map_err(|error| trouble("delete a blob", &error))
}

/// The blobs whose bytes were written before the time, in microseconds since 1970.
pub(crate) fn older_than(folder: &Path, before: i64) -> Result<Vec<BlobHash>> {
    let is_older = |written: SystemTime| {
        let since = written.duration_since(SystemTime::UNIX_EPOCH).map(|since| since.as_micros());
        since.is_ok_and(|micros| i64::try_from(micros).is_ok_and(|micros| micros < before))
    };
    let listed = || -> io::Result<Vec<BlobHash>> {
        let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    folders.push(entry.path());
                } else if let Some(name) = entry.file_name().to_str().and_then(|name| name.parse().ok())
                    && is_older(entry.metadata()?.modified()?)
                {
                    found.push(name);
                }
            }
        }
        Ok(found)
    };
    listed().map_err(|error| trouble("list the blobs", &error))
}

fn path_of(folder: &Path, sha256: BlobHash) -> PathBuf {
    let name = sha256.to_string();
    folder.join(&name[..2]).join(&name[2..4]).join(name)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// A full disk and a spent quota are told apart from everything else, since a person can act on them.
pub(crate) fn trouble(what: &str, error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::Full,
        _ => Error::Unexpected(format!("cannot {what}: {error}")),
    }
}
