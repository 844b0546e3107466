//! Where the data of one Holdfast lie: what a backup is made of, and where one is restored to.

use std::path::PathBuf;

/// Where data lie.
#[derive(Clone, Debug)]
pub struct DataLocation {
    /// The data folder.
    pub data: PathBuf,
    /// The database's address; the embedded one in the data folder where there is none.
    pub database: Option<String>,
    /// A folder or `s3://bucket/prefix` with the bytes of evidence and issued reports; a folder in the
    /// data folder where there is none.
    pub blobs: Option<String>,
    /// Whether another place than the data folder has the master key.
    pub has_key_elsewhere: bool,
}

impl DataLocation {
    /// The address of a PostgreSQL database; `None` for the embedded one.
    pub(crate) fn postgres(&self) -> Option<&str> {
        let is_postgres = |url: &&str| url.starts_with("postgres://") || url.starts_with("postgresql://");
        self.database.as_deref().filter(is_postgres)
    }

    /// Whether the bytes of evidence and issued reports lie in a bucket.
    pub(crate) fn is_bucket(&self) -> bool {
        self.blobs.as_deref().is_some_and(|place| place.starts_with("s3://"))
    }
}
