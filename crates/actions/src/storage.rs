//! What the process opens before anything can be done, under the names by which the layers above know
//! it, which do not depend on the store: the database as a whole, and the place of the bytes of evidence
//! and issued reports. No row and no SQL is among them.

use holdfast_domain::OrgId;
use holdfast_store::org;

pub use holdfast_store::{
    BlobHash, Blobs, Db, Error,
    blob::{BucketSettings, Opened, PutError, Stored, whole},
};

/// Whether somebody set up an organisation in this database, so that secrets in it are sealed.
// tidy: no actor, because it is asked before anybody can sign in
pub async fn is_set_up(db: &Db) -> Result<bool, Error> {
    Ok(db.is_migrated().await && !org::ids(db).await?.is_empty())
}

/// The only organisation; `None` before it is set up.
// tidy: no actor, because whoever runs commands on the server's machine has none yet
pub async fn org(db: &Db) -> Result<Option<OrgId>, Error> {
    Ok(org::ids(db).await?.first().copied())
}
