//! Browsers in which a person has signed in before. A row opens nothing: it says whose count of wrong
//! passwords a try belongs to.

use holdfast_domain::{PersonId, Timestamp, email};

use crate::{Db, Queryable, Result, Tx};

/// Seconds without a sign-in after which a device is forgotten: as long as a browser keeps a cookie.
pub const KEPT_S: i64 = 400 * 86_400;
/// Devices of one person; beyond, the one that was used longest ago is forgotten.
const DEVICES_MAX: i64 = 50;

/// Whether the person with this address has signed in by the device before.
pub async fn is_of(db: &Db, secret_hash: [u8; 32], email: &str, now: Timestamp) -> Result<bool> {
    let sql = "SELECT d.person_id FROM devices d JOIN people p ON p.id = d.person_id
        WHERE d.secret_hash = $1 AND p.email_key = $2 AND d.seen_at > $3";
    let values = (secret_hash.to_vec(), email::key(email), now.plus_seconds(-KEPT_S));
    Ok(db.query(sql).binds(values).scalar_optional::<PersonId>().await?.is_some())
}

/// Keeps that the person signed in by the device.
pub async fn note(tx: &mut Tx, secret_hash: [u8; 32], person: PersonId, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO devices (secret_hash, person_id, seen_at) VALUES ($1, $2, $3)
        ON CONFLICT (secret_hash) DO UPDATE SET seen_at = $3";
    tx.query(sql).binds((secret_hash.to_vec(), person, now)).run().await?;
    let sql = "DELETE FROM devices WHERE person_id = $1 AND secret_hash NOT IN (
        SELECT secret_hash FROM devices WHERE person_id = $1 ORDER BY seen_at DESC, secret_hash LIMIT $2)";
    tx.query(sql).binds((person, DEVICES_MAX)).run().await
}

/// Removes devices by which nobody signed in for too long; says how many.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    db.alone("DELETE FROM devices WHERE seen_at <= $1").bind(now.plus_seconds(-KEPT_S)).execute().await
}
