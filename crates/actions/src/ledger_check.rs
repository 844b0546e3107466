//! Checking the whole log as it is stored, however long it is: entries and texts pass the verifier
//! stretch by stretch. What depends on one entry alone is done on every core; the links between them, in
//! order.

use std::pin::pin;

use futures::{TryStreamExt as _, stream};
use holdfast_domain::{Actor, Object, OrgId, Permission, Timestamp};
use holdfast_ledger::{
    Checked, Checkpoint, EntryCheck, Hash, LogCheck, Note, Open, StoredEntry, Tail, VerifyingKey,
    verify::{Check, VerificationReport},
};
use holdfast_store::{
    Db, ledger,
    ledger_read::{self as rows, EntryRef, Stretch},
};
use tokio::runtime::Handle;

use crate::{
    Ctx, Error, Result,
    ledger::{key, note_at},
    permit,
};

/// What a verification found, for a page or a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// When.
    pub at: Timestamp,
    /// How many entries the verified checkpoint signs.
    pub size: u64,
    /// Whether every check holds.
    pub ok: bool,
    /// The checks that do not hold, and the place of the first entry at fault. No text of an entry.
    pub faults: Vec<String>,
}

/// Verifies the whole log for a reader.
///
/// # Errors
/// When the role does not allow it or the database refuses; a log that does not hold is no error.
pub async fn verify_now(ctx: &Ctx, actor: &Actor) -> Result<Verified> {
    permit(ctx, actor, Permission::ViewLedger, Object::None).await?;
    let (server, org) = (ctx.clone(), actor.org_id);
    // On a thread of its own, since it reads the whole log.
    let found = tokio::task::spawn_blocking(move || Handle::current().block_on(verify(&server, org)));
    let report = found.await.map_err(|error| Error::failed("verifying", error))??;
    let failed = report.checks.iter().filter(|check| !check.ok).map(|check| format!("Failed: {}.", check.name));
    let first = report.first_bad.iter().map(|bad| format!("The first entry at fault is {}.", bad.position));
    Ok(Verified {
        at: ctx.now(),
        size: report.checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.size),
        ok: report.ok(),
        faults: failed.chain(first).collect(),
    })
}

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
pub async fn verify(ctx: &Ctx, org: OrgId) -> Result<VerificationReport> {
    let key = verifying_key(ctx.db(), org).await?;
    let newest = ledger::newest_checkpoint(ctx.db(), org).await?;
    let (remembered, unsigned) = match newest.map(|note| signed(&note, &key)).transpose() {
        Ok(remembered) => (remembered, None),
        Err(words) => (None, Some(words)),
    };
    let note = note_at(ctx, org, &ledger::head(ctx.db(), org).await?).await?;
    let mut basis = Basis { note, key, remembered, older: Vec::new() };
    let report = walk(ctx.db(), org, basis.clone()).await?;
    if report.ok() && unsigned.is_none() {
        return Ok(report);
    }
    let notes = ledger::checkpoints(ctx.db(), org).await?;
    // One that is not signed says nothing, and may be what was tampered with.
    basis.older = notes.iter().filter_map(|note| signed(note, &basis.key).ok()).collect();
    basis.remembered = basis.remembered.or_else(|| basis.older.last().cloned());
    let mut report = walk(ctx.db(), org, basis).await?;
    if let Some(words) = unsigned {
        let detail = format!("the newest one that is kept is not as it was signed: {words}");
        report.checks.push(Check { name: "7 kept checkpoints".to_owned(), ok: false, detail });
    }
    Ok(report)
}

/// Checks the whole log of a copy against the checkpoint that was signed when the copy was made.
/// Needs no master key and writes nothing.
///
/// # Errors
/// When the database refuses; a log that does not hold is a report, not an error.
// tidy: no actor, because the command line on the server's machine asks
pub async fn verify_against(db: &Db, org: OrgId, note: &str) -> Result<VerificationReport> {
    let key = verifying_key(db, org).await?;
    walk(db, org, Basis { note: note.to_owned(), key, remembered: None, older: Vec::new() }).await
}

async fn verifying_key(db: &Db, org: OrgId) -> Result<VerifyingKey> {
    key(db, org).await?.vkey.parse().map_err(|error| Error::failed("ledger key", error))
}

/// What a stored checkpoint says, or in words why it is none of this log's.
fn signed(note: &str, key: &VerifyingKey) -> std::result::Result<Checkpoint, String> {
    let note = Note::parse(note.as_bytes()).map_err(|error| error.to_string())?;
    Ok(Checkpoint::open(&note, key, &[]).map_err(|error| error.to_string())?.0)
}

/// Stretches that are read and looked at side by side; each has a connection while it is read.
const LANES: usize = 4;

/// Stretches are read and looked at side by side, and taken in their order.
async fn walk(db: &Db, org: OrgId, basis: Basis) -> Result<VerificationReport> {
    let check = LogCheck {
        note: basis.note.as_bytes(),
        key: &basis.key,
        remembered: basis.remembered.as_ref(),
        older: &basis.older,
        openings: &[],
        tail: Tail::Allow,
    };
    let mut verification = check.begin();
    let Some(last) = rows::last(db, org).await? else { return Ok(verification.finish()) };
    if let Some(lost) = rows::lost(db, org, last).await? {
        verification.lacks(u64::try_from(lost).map_err(|error| Error::failed("opening", error))?);
    }
    let ends = stream::try_unfold(0, |from| async move {
        if from > last {
            return Ok::<_, Error>(None);
        }
        let end = rows::end(db, org, from, last).await?;
        Ok(Some(((from, end), end + 1)))
    });
    let looked = ends.map_ok(|(from, end)| look(db.clone(), org, from, end)).try_buffered(LANES);
    let mut looked = pin!(looked);
    while let Some(stretch) = looked.try_next().await? {
        for looked in &stretch {
            verification.take(looked);
        }
    }
    Ok(verification.finish())
}

/// Reads a stretch and looks at each of its entries. By itself, so that another core can do it.
async fn look(db: Db, org: OrgId, first: i64, last: i64) -> Result<Vec<Checked>> {
    let reading = tokio::spawn(async move {
        let stretch = rows::stretch(&db, org, first, last).await?;
        tokio::task::spawn_blocking(move || looked(&stretch))
            .await
            .map_err(|error| Error::failed("verifying", error))?
    });
    reading.await.map_err(|error| Error::failed("verifying", error))?
}

fn looked(stretch: &Stretch) -> Result<Vec<Checked>> {
    let (entries, openings) = (stretch.entries()?, stretch.openings()?);
    let openings: Vec<Open<'_>> = openings.iter().map(Open::from).collect();
    let (mut look, mut rest) = (EntryCheck::default(), openings.as_slice());
    let looked = |entry: &EntryRef<'_>| {
        // Those of entries that are missing come along with the next one.
        let (along, others) = rest.split_at(rest.partition_point(|opening| opening.seq <= entry.seq));
        rest = others;
        // One that is no hash any more is no less a wrong one.
        let leaf = Some(entry.leaf_hash.map_or(Hash::ZERO, Hash::from_bytes));
        look.at(StoredEntry { bytes: entry.entry.as_bytes(), leaf, openings: along })
    };
    let found = entries.iter().map(looked).collect();
    if rest.is_empty() { Ok(found) } else { Err(Error::Failed("the ledger has texts behind its last entry".into())) }
}
