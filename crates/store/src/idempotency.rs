//! What a retried request made the first time, so that it has one effect.

use holdfast_domain::{Actor, Timestamp};

use crate::{Db, Queryable, Result, Tx};

/// An earlier request with the same key.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Earlier {
    /// SHA-256 of what was asked.
    pub fingerprint: Vec<u8>,
    /// What it made.
    pub made: String,
}

/// Looks for an earlier request of this actor with this key.
pub async fn find<'a>(on: impl Queryable<'a>, actor: &Actor, key: &str) -> Result<Option<Earlier>> {
    let sql = "SELECT fingerprint, made FROM idempotency_keys
        WHERE org_id = $1 AND person_id = $2 AND idempotency_key = $3";
    on.query(sql).binds((actor.org_id, actor.person_id, key.to_owned())).fetch_optional().await
}

/// Keeps what the request made, in its own transaction.
///
/// # Errors
/// [`crate::Error::Taken`] when a request with this key ended first.
pub async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    key: &str,
    fingerprint: [u8; 32],
    made: &str,
    now: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO idempotency_keys (org_id, person_id, idempotency_key, fingerprint, made, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    tx.query(sql)
        .binds((actor.org_id, actor.person_id, key.to_owned(), fingerprint.to_vec(), made.to_owned(), now))
        .run()
        .await
}

/// Removes keys older than two days; says how many.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    db.alone("DELETE FROM idempotency_keys WHERE created_at < $1").bind(now.plus_seconds(-172_800)).execute().await
}
