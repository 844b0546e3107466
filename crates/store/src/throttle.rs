//! Counts of failed sign-ins, in the database so that every replica sees the same.

use holdfast_domain::Timestamp;

use crate::{Db, Queryable, Result, Tx};

/// Until when this key is blocked, if it is.
pub async fn blocked_until(db: &Db, key: [u8; 32], now: Timestamp) -> Result<Option<Timestamp>> {
    let sql = "SELECT blocked_until FROM throttles WHERE throttle_key = $1 AND blocked_until > $2";
    db.query(sql).binds((key.to_vec(), now)).scalar_optional().await
}

/// Counts a try before it is looked at, and blocks the key for `block_s(count)` seconds. Counting
/// starts again when `window_s` seconds passed without a try. Gives until when the key was blocked
/// before, if it was: such a try is not looked at, and the transaction is not committed. The row is
/// locked from here on, so that of tries in parallel each sees the block of the one before.
pub async fn count(
    tx: &mut Tx,
    key: [u8; 32],
    now: Timestamp,
    window_s: i64,
    block_s: impl Fn(i64) -> i64,
) -> Result<Option<Timestamp>> {
    let sql = "INSERT INTO throttles (throttle_key, failures, blocked_until, updated_at) VALUES ($1, 1, 0, $2)
        ON CONFLICT (throttle_key) DO UPDATE SET
            failures = CASE WHEN throttles.updated_at < $3 THEN 1 ELSE throttles.failures + 1 END,
            before_at = throttles.updated_at,
            updated_at = $2
        RETURNING failures, blocked_until";
    let (failures, until): (i64, Timestamp) =
        tx.query(sql).binds((key.to_vec(), now, now.plus_seconds(-window_s))).fetch_one().await?;
    let seconds = block_s(failures);
    if seconds > 0 {
        let sql = "UPDATE throttles SET blocked_until = $2 WHERE throttle_key = $1";
        tx.query(sql).binds((key.to_vec(), now.plus_seconds(seconds))).execute().await?;
    }
    Ok(Some(until).filter(|until| *until > now))
}

/// Takes one try back, when it turned out to be a good one: the count, the time from which it is kept, and
/// the block, which had ended when the try was counted.
pub async fn take_back(db: &Db, key: [u8; 32]) -> Result<()> {
    let sql = "UPDATE throttles SET failures = failures - 1, blocked_until = 0, updated_at = before_at
        WHERE throttle_key = $1 AND failures > 0";
    db.alone(sql).bind(key.to_vec()).run().await
}

/// Forgets the failures of a key.
pub async fn clear(db: &Db, key: [u8; 32]) -> Result<()> {
    db.alone("DELETE FROM throttles WHERE throttle_key = $1").bind(key.to_vec()).run().await
}

/// Removes counts older than a day; says how many.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    db.alone("DELETE FROM throttles WHERE updated_at < $1").bind(now.plus_seconds(-86_400)).execute().await
}
