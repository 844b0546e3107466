//! Blobs: the bytes of evidence, named by their SHA-256. What [`Blobs::put`] gave back is on the
//! disk, file and folders, and its name is the hash of what was written; until then nothing of it
//! can be seen. Knows no person, no incident and no row.

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use bytes::Bytes;
use futures::{
    Stream, StreamExt as _,
    stream::{self, BoxStream},
};
use holdfast_domain::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

use crate::{
    Error, Result,
    blob_local::{self, Pieces, Spool, Temporary},
    blob_s3::S3Bucket,
};

/// The SHA-256 of a blob, which is also its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobHash(pub [u8; 32]);

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for BlobHash {
    type Err = hex::FromHexError;
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes)?;
        Ok(Self(bytes))
    }
}

/// Keeps every blob where it is for as long as it is held.
type Lease = OwnedRwLockReadGuard<()>;

/// A blob that is on the disk. While this is held, nobody can delete a blob: so hold it until the
/// row that names the blob is committed.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its name.
    pub sha256: BlobHash,
    /// Its bytes.
    pub size: u64,
    _lease: Arc<Lease>,
}

/// Why a blob was not stored. Nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum PutError<E> {
    /// The bytes did not come to their end.
    #[error("the bytes broke off")]
    Source(E),
    /// The bytes are not those that were declared.
    #[error("the SHA-256 of what arrived is {found}, not {declared}")]
    Mismatch {
        /// What was declared.
        declared: BlobHash,
        /// What arrived.
        found: BlobHash,
    },
    /// The disk or the object store refused.
    #[error(transparent)]
    Store(#[from] Error),
}

/// A blob that is being read.
pub struct Opened {
    /// The bytes of the whole blob.
    pub size: u64,
    /// The bytes asked for.
    pub bytes: BoxStream<'static, Result<Bytes>>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Opened {
    /// The bytes of a file from its start.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn of_file(file: std::fs::File) -> Result<Self> {
        blob_local::stream(tokio::fs::File::from_std(file), None).await
    }

    /// The same bytes, hashed on their way. The last piece is given out only when the whole is what
    /// its name says, so whoever reads a blob that has changed on the disk sees it end too early.
    #[must_use]
    pub fn checked(self, sha256: BlobHash) -> Self {
        let state = (self.bytes, Sha256::new(), None::<Bytes>);
        let bytes = stream::try_unfold(state, move |(mut bytes, mut hasher, held)| async move {
            let mut held = held;
            loop {
                let Some(piece) = bytes.next().await.transpose()? else {
                    // Also where there was no piece at all: a file that was emptied.
                    if BlobHash(hasher.clone().finalize().into()) != sha256 {
                        let words = format!("the blob {sha256} is not what it was when it was stored");
                        return Err(Error::Unexpected(words));
                    }
                    return Ok(held.map(|last| (last, (bytes, hasher, None))));
                };
                hasher.update(&piece);
                if let Some(before) = held.replace(piece) {
                    return Ok(Some((before, (bytes, hasher, held))));
                }
            }
        });
        Self { size: self.size, bytes: bytes.boxed() }
    }
}

/// What re-reading a blob found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobCheck {
    /// The hash of what is there now.
    pub found: BlobHash,
    /// How many bytes are there now.
    pub size: u64,
    /// Whether that is still the blob's name.
    pub is_intact: bool,
}

/// How a bucket is reached.
#[derive(Clone)]
pub struct BucketSettings {
    /// `s3://bucket` or `s3://bucket/prefix`.
    pub url: String,
    /// Where it answers, unless at Amazon: `https://s3.example.org`.
    pub endpoint: Option<String>,
    /// Its region; `us-east-1` unless said otherwise.
    pub region: Option<String>,
    /// The name of the key.
    pub access_key_id: String,
    /// The key.
    pub secret: String,
}

impl fmt::Debug for BucketSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BucketSettings").field("url", &self.url).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug)]
enum BlobLocation {
    Folder(PathBuf),
    Bucket(S3Bucket),
}

/// Where blobs lie. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Blobs {
    place: BlobLocation,
    spool: Spool,
    leases: Arc<RwLock<()>>,
}

impl Blobs {
    /// In a folder of this machine, made when missing.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let spool = Spool::below(folder)?;
        Ok(Self { place: BlobLocation::Folder(folder.to_owned()), spool, leases: Arc::default() })
    }

    /// In an S3-compatible store; `folder` holds each upload until it is whole and hashed.
    ///
    /// # Errors
    /// When the settings cannot be read or the folder cannot be made. The store is not asked yet.
    pub fn in_bucket(settings: &BucketSettings, folder: &Path) -> Result<Self> {
        let spool = Spool::below(folder)?;
        Ok(Self { place: BlobLocation::Bucket(S3Bucket::open(settings)?), spool, leases: Arc::default() })
    }

    /// Removes what uploads left behind that never came to their end; says how many. Only for the
    /// server, once, before it takes uploads.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn sweep(&self) -> Result<u64> {
        self.spool.sweep()
    }

    /// A file without a name, which is gone when it is closed.
    pub fn scratch(&self) -> Result<std::fs::File> {
        self.spool.nameless()
    }

    /// Takes the bytes to their end and makes them last. They are hashed while they are written,
    /// and never held in memory but for a few pieces.
    ///
    /// # Errors
    /// When the bytes break off, are not the declared ones, or cannot be kept. Nothing is left then.
    pub async fn put<E>(
        &self,
        bytes: impl Stream<Item = std::result::Result<Bytes, E>> + Send,
        declared: Option<BlobHash>,
    ) -> std::result::Result<Stored, PutError<E>> {
        let received = self.receive(bytes).await?;
        let found = received.sha256;
        if let Some(declared) = declared.filter(|declared| *declared != found) {
            return Err(PutError::Mismatch { declared, found });
        }
        let size = received.size;
        // From here on nobody deletes; also not the same bytes, known under another row.
        let lease = Arc::clone(&self.leases).read_owned().await;
        match &self.place {
            BlobLocation::Folder(folder) => {
                let folder = folder.clone();
                blocking(move || blob_local::publish(&folder, received)).await?;
            }
            BlobLocation::Bucket(bucket) => bucket.upload(&received).await?,
        }
        Ok(Stored { sha256: found, size, _lease: Arc::new(lease) })
    }

    async fn receive<E>(
        &self,
        bytes: impl Stream<Item = std::result::Result<Bytes, E>> + Send,
    ) -> std::result::Result<Temporary, PutError<E>> {
        let (pieces, writing) = self.spool.write();
        let sent = feed(bytes, pieces).await;
        // A writer that stopped early says why; then it does not matter that its reader went on.
        match (writing.end().await, sent) {
            (_, Err(error)) => Err(PutError::Source(error)),
            (received, Ok(())) => Ok(received?),
        }
    }

    /// Opens a blob for reading, whole or in part; `None` when it is not there.
    pub async fn open(&self, sha256: BlobHash, range: Option<Range<u64>>) -> Result<Option<Opened>> {
        match &self.place {
            BlobLocation::Folder(folder) => blob_local::open(folder, sha256, range).await,
            BlobLocation::Bucket(bucket) => bucket.read(sha256, range).await,
        }
    }

    /// How many bytes a blob has; `None` when it is not there.
    pub async fn size(&self, sha256: BlobHash) -> Result<Option<u64>> {
        match &self.place {
            BlobLocation::Folder(folder) => blob_local::size(folder, sha256),
            BlobLocation::Bucket(bucket) => bucket.size(sha256).await,
        }
    }

    /// Reads a blob again and hashes it; `None` when it is not there.
    pub async fn verify(&self, sha256: BlobHash) -> Result<Option<BlobCheck>> {
        let Some(mut opened) = self.open(sha256, None).await? else { return Ok(None) };
        let (mut hasher, mut size) = (Sha256::new(), 0);
        while let Some(piece) = opened.bytes.next().await {
            let piece = piece?;
            size += piece.len() as u64;
            hasher = blocking(move || {
                hasher.update(&piece);
                Ok(hasher)
            })
            .await?;
        }
        let found = BlobHash(hasher.finalize().into());
        Ok(Some(BlobCheck { found, size, is_intact: found == sha256 }))
    }

    /// The blobs that were stored before the time.
    pub async fn older_than(&self, before: Timestamp) -> Result<Vec<BlobHash>> {
        let before = before.micros();
        match &self.place {
            BlobLocation::Folder(folder) => {
                let folder = folder.clone();
                blocking(move || blob_local::older_than(&folder, before)).await
            }
            BlobLocation::Bucket(bucket) => bucket.older_than(before).await,
        }
    }

    /// Deletes a blob unless `is_used` says that something still names it; says whether it was
    /// deleted. No blob is stored meanwhile, so what `is_used` sees holds until the end. Whoever
    /// holds a [`Stored`] would wait for themselves.
    ///
    /// # Errors
    /// What `is_used` answers, and when the disk or the object store refuses.
    pub async fn delete<E: From<Error>>(
        &self,
        sha256: BlobHash,
        is_used: impl Future<Output = std::result::Result<bool, E>>,
    ) -> std::result::Result<bool, E> {
        let _alone = self.leases.write().await;
        if is_used.await? {
            return Ok(false);
        }
        match &self.place {
            BlobLocation::Folder(folder) => {
                let folder = folder.clone();
                blocking(move || blob_local::remove(&folder, sha256)).await?;
            }
            BlobLocation::Bucket(bucket) => bucket.remove(sha256).await?,
        }
        Ok(true)
    }
}

/// Passes pieces on to the writer until the bytes end; the writer's own trouble is for the writer
/// to tell.
async fn feed<E>(
    bytes: impl Stream<Item = std::result::Result<Bytes, E>> + Send,
    pieces: Pieces,
) -> std::result::Result<(), E> {
    let mut bytes = std::pin::pin!(bytes);
    while let Some(piece) = bytes.next().await {
        if !pieces.send(piece?).await {
            return Ok(());
        }
    }
    pieces.end().await;
    Ok(())
}

/// A blob of a few bytes as a stream.
#[must_use]
pub fn whole(bytes: impl Into<Bytes>) -> BoxStream<'static, std::result::Result<Bytes, std::convert::Infallible>> {
    stream::iter([Ok(bytes.into())]).boxed()
}

/// Runs what waits for the disk where it holds nobody up.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Error::Unexpected(format!("work on a blob did not end: {error}"))),
    }
}
