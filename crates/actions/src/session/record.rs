//! The records behind the cookies of browser sessions, as the session layer of the server keeps them: by
//! a hash of what the cookie holds. They carry no fact, so each is written alone; sign-ins and sign-outs
//! are in the ledger.

use holdfast_store::session as rows;

pub use holdfast_store::session::{NewSession, SessionRow};

use crate::{Ctx, Result};

/// Keeps a new session; false when the hash is taken.
// tidy: no actor, because the session layer runs before it is known who asks
pub async fn create(ctx: &Ctx, secret_hash: [u8; 32], session: &NewSession) -> Result<bool> {
    Ok(rows::create(ctx.db(), secret_hash, session).await?)
}

/// Keeps a session's record again. A session that was revoked meanwhile is not brought back.
// tidy: no actor, because the session layer runs before it is known who asks
pub async fn save(ctx: &Ctx, secret_hash: [u8; 32], session: &NewSession) -> Result<()> {
    Ok(rows::save(ctx.db(), secret_hash, session).await?)
}

/// The session, unless it is past its end or was idle too long.
// tidy: no actor, because the session layer runs before it is known who asks
pub async fn load(ctx: &Ctx, secret_hash: [u8; 32]) -> Result<Option<SessionRow>> {
    Ok(rows::load(ctx.db(), secret_hash, ctx.now()).await?)
}

/// Ends the session.
// tidy: no actor, because the session layer runs before it is known who asks
pub async fn delete(ctx: &Ctx, secret_hash: [u8; 32]) -> Result<()> {
    Ok(rows::delete(ctx.db(), secret_hash).await?)
}

/// Ends every session there is, after a backup was restored; says how many.
// tidy: no actor, because a restore happens on the server's machine
pub async fn end_all(ctx: &Ctx) -> Result<u64> {
    Ok(rows::end_all(ctx.db()).await?)
}
