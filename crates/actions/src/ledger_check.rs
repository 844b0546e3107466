//! Checking the whole log as it is stored, however long it is: entries and texts pass the verifier
//! batch by batch.

use std::sync::mpsc::{self, SyncSender};

use holdfast_domain::OrgId;
use holdfast_ledger::{Checkpoint, Hash, Kept, LogCheck, Note, Opening, Tail, VerifyingKey, verify::Report};
use holdfast_store::{Db, ledger as rows};

use crate::{
    Ctx, Error, Result,
    act::hash,
    ledger::{BATCH, key, note_at},
};

/// What the log is held against.
#[derive(Clone)]
struct Basis {
    note: String,
    key: VerifyingKey,
    remembered: Option<Checkpoint>,
    older: Vec<Checkpoint>,
}

/// Checks the whole log as it is stored: links, root, times, the hashes kept beside the entries, and
/// every text against its commitment, beginning from the newest checkpoint that was signed before.
/// If that fails, every checkpoint that was ever signed is asked from where on.
///
/// # Errors
/// When the database refuses; a log that does not hold is a report, not an error.
// tidy: no actor, because the command line on the server's machine asks
pub async fn verify(ctx: &Ctx, org: OrgId) -> Result<Report> {
    let key = verifying_key(ctx.db(), org).await?;
    let remembered = match rows::newest_checkpoint(ctx.db(), org).await? {
        None => None,
        Some(note) => Some(signed(&note, &key)?),
    };
    let note = note_at(ctx, org, &rows::head(ctx.db(), org).await?).await?;
    let mut basis = Basis { note, key, remembered, older: Vec::new() };
    let report = walk(ctx.db(), org, basis.clone()).await?;
    if report.ok() {
        return Ok(report);
    }
    let notes = rows::checkpoints(ctx.db(), org).await?;
    // One that is not signed says nothing, and may be what was tampered with.
    basis.older = notes.iter().filter_map(|note| signed(note, &basis.key).ok()).collect();
    walk(ctx.db(), org, basis).await
}

/// Checks the whole log of a copy against the checkpoint that was signed when the copy was made.
/// Needs no master key and writes nothing.
///
/// # Errors
/// When the database refuses; a log that does not hold is a report, not an error.
// tidy: no actor, because the command line on the server's machine asks
pub async fn verify_against(db: &Db, org: OrgId, note: &str) -> Result<Report> {
    let key = verifying_key(db, org).await?;
    walk(db, org, Basis { note: note.to_owned(), key, remembered: None, older: Vec::new() }).await
}

async fn verifying_key(db: &Db, org: OrgId) -> Result<VerifyingKey> {
    key(db, org).await?.vkey.parse().map_err(|error| Error::failed("ledger key", error))
}

fn signed(note: &str, key: &VerifyingKey) -> Result<Checkpoint> {
    let wrong = |error: String| Error::failed("stored checkpoint", error);
    let note = Note::parse(note.as_bytes()).map_err(|error| wrong(error.to_string()))?;
    Ok(Checkpoint::open(&note, key, &[]).map_err(|error| wrong(error.to_string()))?.0)
}

/// The verifier runs on a thread of its own and is fed from here.
async fn walk(db: &Db, org: OrgId, basis: Basis) -> Result<Report> {
    let (send, receive) = mpsc::sync_channel::<Vec<Kept<String>>>(2);
    let checking = tokio::task::spawn_blocking(move || {
        let check = LogCheck {
            note: basis.note.as_bytes(),
            key: &basis.key,
            remembered: basis.remembered.as_ref(),
            older: &basis.older,
            openings: &[],
            tail: Tail::Allow,
        };
        check.run_kept(receive.into_iter().flatten())
    });
    feed(db, org, send).await?;
    checking.await.map_err(|error| Error::failed("verifying", error))
}

/// Reads the log from its beginning, entries first, so that none comes before its texts.
async fn feed(db: &Db, org: OrgId, to: SyncSender<Vec<Kept<String>>>) -> Result<()> {
    let mut lost = rows::lost_opening(db, org).await?;
    let mut from = 0;
    loop {
        let entries = rows::kept(db, org, from, BATCH).await?;
        let Some(last) = entries.last().map(|entry| entry.seq) else { return Ok(()) };
        let openings = rows::openings(db, org, from, last).await?;
        from = last + 1;
        let mut openings = openings.into_iter().peekable();
        let mut batch = Vec::with_capacity(entries.len());
        for entry in entries {
            let mut along = lost.take().map(opening).into_iter().collect::<Result<Vec<_>>>()?;
            while let Some(next) = openings.next_if(|opening| opening.seq <= entry.seq) {
                along.push(opening(next)?);
            }
            // One that is no hash any more is no less a wrong one.
            let leaf = Some(hash(&entry.leaf_hash).unwrap_or(Hash::ZERO));
            batch.push(Kept { bytes: entry.entry, leaf, openings: along });
        }
        let to = to.clone();
        if !tokio::task::spawn_blocking(move || to.send(batch).is_ok()).await.unwrap_or(false) {
            return Ok(());
        }
    }
}

fn opening(row: rows::Opening) -> Result<Opening> {
    Ok(Opening {
        seq: u64::try_from(row.seq).map_err(|error| Error::failed("opening", error))?,
        field: row.field,
        salt: row.salt.as_slice().try_into().map_err(|error| Error::failed("opening", error))?,
        text: row.text,
    })
}
