//! Rows of browser sessions. They carry no fact about an incident, so they are written alone,
//! outside the transactions of actions; sign-ins and sign-outs are in the ledger.

use holdfast_domain::{
    OrgId, PersonId, SessionId, Timestamp,
    session::{IDLE_S, Session},
};

use crate::{Db, Error, Queryable, Result, Tx};

/// What a session holds, as its cookie finds it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionRow {
    /// The record, as the session layer wrote it.
    pub data: String,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// A session to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// What names it in lists.
    pub id: SessionId,
    /// Whose it is.
    pub person_id: PersonId,
    /// The record.
    pub data: String,
    /// The browser, as it says of itself; cut to 300 characters.
    pub user_agent: String,
    /// The address it signed in from.
    pub address: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// Writes a new session; false when the secret is taken.
pub async fn create(db: &Db, secret_hash: [u8; 32], row: &NewSession) -> Result<bool> {
    let sql =
        "INSERT INTO sessions (secret_hash, id, person_id, data, user_agent, address, created_at, seen_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)";
    let written = db
        .alone(sql)
        .binds((secret_hash.to_vec(), row.id, row.person_id, row.data.clone()))
        .binds((row.user_agent.chars().take(300).collect::<String>(), row.address.clone(), row.created_at))
        .bind(row.expires_at)
        .execute()
        .await;
    match written {
        Ok(_) => Ok(true),
        Err(Error::Taken) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes the session's record again. A session that was revoked meanwhile is not brought back.
pub async fn save(db: &Db, secret_hash: [u8; 32], row: &NewSession) -> Result<()> {
    let sql = "UPDATE sessions SET data = $2, expires_at = $3 WHERE secret_hash = $1";
    db.alone(sql).binds((secret_hash.to_vec(), row.data.clone(), row.expires_at)).run().await
}

/// The session, unless it is past its end or was idle too long. Notes that it was seen, at most
/// once a minute.
pub async fn load(db: &Db, secret_hash: [u8; 32], now: Timestamp) -> Result<Option<SessionRow>> {
    let sql = "SELECT data, expires_at, seen_at FROM sessions
        WHERE secret_hash = $1 AND expires_at > $2 AND seen_at > $3";
    let row: Option<(String, Timestamp, Timestamp)> =
        db.query(sql).binds((secret_hash.to_vec(), now, now.plus_seconds(-IDLE_S))).fetch_optional().await?;
    let Some((data, expires_at, seen_at)) = row else { return Ok(None) };
    if seen_at < now.plus_seconds(-60) {
        let noted = db.alone("UPDATE sessions SET seen_at = $2 WHERE secret_hash = $1");
        // Who only reads goes on where nothing can be written, as on a full disk.
        if let Err(error) = noted.bind(secret_hash.to_vec()).bind(now).execute().await {
            tracing::warn!(%error, "a session was seen and that could not be noted");
        }
    }
    Ok(Some(SessionRow { data, expires_at }))
}

/// Ends the session.
pub async fn delete(db: &Db, secret_hash: [u8; 32]) -> Result<()> {
    db.alone("DELETE FROM sessions WHERE secret_hash = $1").bind(secret_hash.to_vec()).run().await
}

/// Removes sessions that have ended; says how many.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    db.alone("DELETE FROM sessions WHERE expires_at <= $1").bind(now).execute().await
}

/// Ends every session there is; says how many.
pub async fn end_all(db: &Db) -> Result<u64> {
    db.alone("DELETE FROM sessions").execute().await
}

/// Whose sessions: one person's, or everybody's of the organisation; newest first.
pub async fn list<'a>(
    on: impl Queryable<'a>,
    org: OrgId,
    person: Option<PersonId>,
    now: Timestamp,
) -> Result<Vec<Session>> {
    let sql =
        "SELECT s.id, s.person_id, p.display_name AS person_name, s.user_agent, s.address, s.created_at, s.seen_at,
            s.expires_at
        FROM sessions s JOIN people p ON p.id = s.person_id
        WHERE p.org_id = $1 AND ($2 IS NULL OR s.person_id = $2) AND s.expires_at > $3 AND s.seen_at > $4
        ORDER BY s.created_at DESC, s.id LIMIT 1000";
    on.query(sql).binds((org, person, now, now.plus_seconds(-IDLE_S))).fetch_all().await
}

/// Ends a session of the organisation by its listed id, if it is the person's or `person` is none;
/// says whose it was.
pub async fn revoke(tx: &mut Tx, org: OrgId, id: SessionId, person: Option<PersonId>) -> Result<Option<PersonId>> {
    let sql = "DELETE FROM sessions WHERE id = $1 AND ($2 IS NULL OR person_id = $2)
            AND person_id IN (SELECT id FROM people WHERE org_id = $3)
        RETURNING person_id";
    tx.query(sql).binds((id, person, org)).scalar_optional().await
}

/// Ends every session of a person but one; says how many.
pub async fn revoke_all(tx: &mut Tx, person: PersonId, except: Option<SessionId>) -> Result<u64> {
    let sql = "DELETE FROM sessions WHERE person_id = $1 AND ($2 IS NULL OR id <> $2)";
    tx.query(sql).binds((person, except)).execute().await
}
