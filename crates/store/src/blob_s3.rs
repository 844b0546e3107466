//! Blobs in an S3-compatible store. An upload lies in a local file until it is whole and its hash is
//! known; then it goes to its own key at once, so that no key ever holds half a blob or other bytes.

use std::{
    fmt,
    ops::Range,
    sync::{Arc, Once},
};

use bytes::BytesMut;
use futures::StreamExt as _;
use object_store::{
    Error as S3Error, GetOptions, ObjectStore as _, ObjectStoreExt as _, PutMode, PutPayload, WriteMultipart,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path as Key,
};
use tokio::io::AsyncReadExt as _;

use crate::{
    Error, Result,
    blob::{BlobHash, BucketSettings, Opened},
    blob_local::{Temporary, trouble},
};

/// Up to this size a blob is put in one request, which the store takes only where no such key is.
const ONE_REQUEST_BYTES: u64 = 8 * 1024 * 1024;
/// Parts of a larger one: at least this, and never more than the 10,000 that S3 allows.
const PART_BYTES: u64 = 8 * 1024 * 1024;
const PARTS_MAX: u64 = 9_000;
/// Parts under way at once, for each upload.
const PARTS_AT_ONCE: usize = 3;

/// A bucket and the part of it that is ours.
#[derive(Clone)]
pub(crate) struct S3Bucket {
    store: Arc<AmazonS3>,
    prefix: String,
}

impl fmt::Debug for S3Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl S3Bucket {
    pub(crate) fn open(settings: &BucketSettings) -> Result<Self> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // Refused where somebody installed one before, which is as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let wrong = || Error::Unexpected(format!("{} is not an address such as s3://bucket/prefix", settings.url));
        let (bucket, prefix) = {
            let rest = settings.url.strip_prefix("s3://").ok_or_else(wrong)?;
            rest.split_once('/').unwrap_or((rest, ""))
        };
        if bucket.is_empty() {
            return Err(wrong());
        }
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(settings.region.as_deref().unwrap_or("us-east-1"))
            .with_access_key_id(&settings.access_key_id)
            .with_secret_access_key(&settings.secret);
        if let Some(endpoint) = &settings.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let store = builder.build().map_err(|error| refused("open the bucket", &error))?;
        Ok(Self { store: Arc::new(store), prefix: prefix.trim_matches('/').to_owned() })
    }

    fn key(&self, sha256: BlobHash) -> Key {
        let name = sha256.to_string();
        Key::from(format!("{}/{}/{}/{name}", self.prefix, &name[..2], &name[2..4]))
    }

    /// Brings the bytes to their key. When this returns, the store has acknowledged all of them.
    pub(crate) async fn upload(&self, received: &Temporary) -> Result<()> {
        let key = self.key(received.sha256);
        if self.size_of(&key).await? == Some(received.size) {
            return Ok(());
        }
        if received.size <= ONE_REQUEST_BYTES {
            self.upload_at_once(&key, received).await?;
        } else {
            self.upload_in_parts(&key, received).await?;
        }
        match self.size_of(&key).await? {
            Some(size) if size == received.size => Ok(()),
            found => Err(Error::Unexpected(format!("the bucket has {found:?} bytes of {}", received.size))),
        }
    }

    async fn upload_at_once(&self, key: &Key, received: &Temporary) -> Result<()> {
        let bytes = tokio::fs::read(received.path()).await.map_err(|error| trouble("read an upload", &error))?;
        match self.store.put_opts(key, PutPayload::from(bytes), PutMode::Create.into()).await {
            // Another replica was quicker with the same bytes.
            Ok(_) | Err(S3Error::AlreadyExists { .. }) => Ok(()),
            Err(error) => Err(refused("put a blob", &error)),
        }
    }

    async fn upload_in_parts(&self, key: &Key, received: &Temporary) -> Result<()> {
        let part = usize::try_from(PART_BYTES.max(received.size.div_ceil(PARTS_MAX))).unwrap_or(usize::MAX);
        let mut file =
            tokio::fs::File::open(received.path()).await.map_err(|error| trouble("read an upload", &error))?;
        let upload = self.store.put_multipart(key).await.map_err(|error| refused("begin a blob", &error))?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, part);
        let sent = async {
            loop {
                let mut piece = BytesMut::with_capacity(256 * 1024);
                if file.read_buf(&mut piece).await.map_err(|error| trouble("read an upload", &error))? == 0 {
                    return Ok(());
                }
                let ready = upload.wait_for_capacity(PARTS_AT_ONCE).await;
                ready.map_err(|error| refused("put a part of a blob", &error))?;
                upload.put(piece.freeze());
            }
        }
        .await;
        if let Err(error) = sent {
            if let Err(error) = upload.abort().await {
                tracing::warn!(%error, "parts of an upload stay in the bucket until its own rules remove them");
            }
            return Err(error);
        }
        upload.finish().await.map_err(|error| refused("end a blob", &error)).map(drop)
    }

    pub(crate) async fn size(&self, sha256: BlobHash) -> Result<Option<u64>> {
        self.size_of(&self.key(sha256)).await
    }

    async fn size_of(&self, key: &Key) -> Result<Option<u64>> {
        match self.store.head(key).await {
            Ok(known) => Ok(Some(known.size)),
            Err(S3Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(refused("look for a blob", &error)),
        }
    }

    pub(crate) async fn read(&self, sha256: BlobHash, range: Option<Range<u64>>) -> Result<Option<Opened>> {
        let options = GetOptions { range: range.map(Into::into), ..GetOptions::default() };
        match self.store.get_opts(&self.key(sha256), options).await {
            Ok(got) => {
                let size = got.meta.size;
                let bytes = got.into_stream().map(|piece| piece.map_err(|error| refused("read a blob", &error)));
                Ok(Some(Opened { size, bytes: bytes.boxed() }))
            }
            Err(S3Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(refused("read a blob", &error)),
        }
    }

    /// The blobs that were put before the time, in microseconds since 1970.
    pub(crate) async fn older_than(&self, before: i64) -> Result<Vec<BlobHash>> {
        let prefix = Key::from(self.prefix.as_str());
        let mut listed = self.store.list(Some(&prefix));
        let mut found = Vec::new();
        while let Some(known) = listed.next().await {
            let known = known.map_err(|error| refused("list the blobs", &error))?;
            if let Some(name) = known.location.filename().and_then(|name| name.parse().ok())
                && known.last_modified.timestamp_micros() < before
            {
                found.push(name);
            }
        }
        Ok(found)
    }

    /// Removes a blob; one that is not there is removed already.
    pub(crate) async fn remove(&self, sha256: BlobHash) -> Result<()> {
        match self.store.delete(&self.key(sha256)).await {
            Ok(()) | Err(S3Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(refused("delete a blob", &error)),
        }
    }
}

fn refused(what: &str, error: &S3Error) -> Error {
    Error::Unexpected(format!("the object store would not {what}: {error}"))
}
