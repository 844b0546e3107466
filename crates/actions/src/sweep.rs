//! What the clock does: removes what has ended, signs checkpoints. Touches no fact.

use holdfast_store::{device, idempotency, org, session, throttle};

use crate::{Ctx, Result, ledger};

/// Removes sessions, devices, throttle counts and idempotency keys that are past their time; says how many.
// tidy: no actor, because the clock does it
pub async fn expired(ctx: &Ctx) -> Result<u64> {
    let (db, now) = (ctx.db(), ctx.now());
    let counts = throttle::sweep(db, now).await? + idempotency::sweep(db, now).await?;
    Ok(session::sweep(db, now).await? + device::sweep(db, now).await? + counts)
}

/// Signs a checkpoint of every log that has grown.
// tidy: no actor, because the clock does it
pub async fn sign_checkpoints(ctx: &Ctx) -> Result<()> {
    for org in org::ids(ctx.db()).await? {
        ledger::sign_checkpoint(ctx, org).await?;
    }
    Ok(())
}
