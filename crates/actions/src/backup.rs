//! That everything was copied, and that everything was brought back. Both are actions on the whole
//! organisation, so both are in its ledger, where an outsider who holds a later checkpoint finds out
//! why the log goes on from an earlier place.

use holdfast_domain::{Actor, Refusal, Timestamp};

use crate::{Ctx, Error, Record, Result, UnitOfWork};

/// Notes that a backup is being made, before anything is copied; the copy has the entry as well. On
/// a full disk, when a backup is needed most, it is made without; says whether it was noted.
pub async fn note_made(ctx: &Ctx, actor: &Actor, has_key: bool) -> Result<bool> {
    let record = Record::new("backup.made", "org", actor.org_id).with("has_key", has_key);
    match note(ctx, actor, record).await {
        Ok(()) => Ok(true),
        Err(Error::Refused(Refusal::StorageFull)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Notes that everything is as a backup had it, made at a time when the log had so many entries.
pub async fn note_restored(ctx: &Ctx, actor: &Actor, made_at: Timestamp, size: u64) -> Result<()> {
    let record = Record::new("backup.restored", "org", actor.org_id);
    note(ctx, actor, record.with("made_at", made_at.to_string()).with("size", size)).await
}

async fn note(ctx: &Ctx, actor: &Actor, record: Record) -> Result<()> {
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    work.record(record);
    work.commit().await
}
