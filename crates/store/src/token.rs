//! Rows of API tokens. Only the SHA-256 of a token is kept.

use holdfast_domain::{
    OrgId, PersonId, Timestamp, TokenId,
    token::{Scopes, Token},
};

use crate::{Db, Queryable, Result, Tx};

const COLUMNS: &str =
    "SELECT t.id, t.person_id, p.display_name AS person_name, t.name, t.prefix, t.scopes, t.created_at,
    t.expires_at, t.used_at, t.revoked_at FROM tokens t JOIN people p ON p.id = t.person_id";

/// Adds a token.
pub async fn insert(tx: &mut Tx, org: OrgId, token: &Token, secret_hash: Vec<u8>) -> Result<()> {
    let sql = "INSERT INTO tokens (id, org_id, person_id, name, prefix, secret_hash, scopes, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    tx.query(sql)
        .binds((token.id, org, token.person_id, token.name.clone(), token.prefix.clone(), secret_hash))
        .binds((token.scopes.to_string(), token.created_at, token.expires_at))
        .run()
        .await
}

/// One person's tokens, or the whole organisation's; newest first.
pub async fn list<'a>(on: impl Queryable<'a>, org: OrgId, person: Option<PersonId>) -> Result<Vec<Token>> {
    let sql = format!(
        "{COLUMNS} WHERE t.org_id = $1 AND ($2 IS NULL OR t.person_id = $2) ORDER BY t.created_at DESC, t.id LIMIT 1000"
    );
    on.query_built(sql).binds((org, person)).fetch_all().await
}

/// A token that is still good.
#[derive(Debug, sqlx::FromRow)]
pub struct GoodToken {
    /// Its id.
    pub id: TokenId,
    /// Whose rights it carries.
    pub person_id: PersonId,
    /// What it may touch.
    pub scopes: Scopes,
    /// Its latest use.
    pub used_at: Option<Timestamp>,
}

/// The token with this hash, unless it is revoked or has ended. Notes the use, at most once a
/// minute.
pub async fn find_good(db: &Db, secret_hash: Vec<u8>, now: Timestamp) -> Result<Option<GoodToken>> {
    let sql = "SELECT id, person_id, scopes, used_at FROM tokens
        WHERE secret_hash = $1 AND revoked_at IS NULL AND expires_at > $2";
    let token: Option<GoodToken> = db.query(sql).binds((secret_hash, now)).fetch_optional().await?;
    if let Some(token) = &token
        && token.used_at.is_none_or(|used| used < now.plus_seconds(-60))
    {
        let noted = db.alone("UPDATE tokens SET used_at = $2 WHERE id = $1");
        // Who only reads goes on where nothing can be written, as on a full disk.
        if let Err(error) = noted.bind(token.id).bind(now).execute().await {
            tracing::warn!(%error, "a token was used and that could not be noted");
        }
    }
    Ok(token)
}

/// Revokes a token of the organisation, if it is the person's or `person` is none; says whether
/// there was one to revoke.
pub async fn revoke(tx: &mut Tx, org: OrgId, id: TokenId, person: Option<PersonId>, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE tokens SET revoked_at = $4
        WHERE id = $1 AND org_id = $2 AND ($3 IS NULL OR person_id = $3) AND revoked_at IS NULL";
    tx.query(sql).binds((id, org, person, now)).execute_one().await
}
