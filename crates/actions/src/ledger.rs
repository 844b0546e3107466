//! Reading the ledger: checkpoints, proofs, exports. Appending happens only within an action.

use std::{
    collections::{HashMap, hash_map},
    sync::Arc,
};

use base64::Engine as _;
use futures::stream::{self, Stream};
use holdfast_domain::{Actor, Object, OrgId, Permission, Refusal};
use holdfast_ledger::{
    Checkpoint, Hash, NodeId, Note, SigningKey, TlogProof,
    tree::{Frontier, ProofPlan, consistency_nodes, inclusion_nodes},
};
use holdfast_store::{
    Db,
    ledger::{self as rows, LedgerHead},
};

use crate::{
    Ctx, Error, Result, ledger_sight, permit,
    unit_of_work::{frontier, hash},
};

pub use crate::{
    ledger_check::{Verified, verify, verify_against, verify_now},
    ledger_history::{LedgerEntry, all, page, view},
    ledger_sight::LedgerLine,
};

/// Entries that are read at once where a whole log passes through.
pub(crate) const BATCH: i64 = 500;

/// Where the log stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerOverview {
    /// Name of the log and of its key.
    pub log_name: String,
    /// The public key to check with.
    pub vkey: String,
    /// Entries in it.
    pub size: i64,
    /// Root hash, in hex.
    pub root_hash: String,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// The name under which an organisation's signing seed is sealed.
pub(crate) fn key_row(org: OrgId) -> String {
    format!("ledger_keys/{org}")
}

async fn signing_key(ctx: &Ctx, org: OrgId) -> Result<Arc<SigningKey>> {
    if let Some(key) = ctx.cached_key(org) {
        return Ok(key);
    }
    let row = key(ctx.db(), org).await?;
    let seed = ctx.vault().open(&key_row(org), &row.sealed_seed)?;
    let seed: [u8; 32] = seed.try_into().map_err(|_| Error::Failed("the ledger key has another length".into()))?;
    let key = SigningKey::from_seed(&row.log_name, &seed).map_err(|error| Error::failed("ledger key", error))?;
    let key = Arc::new(key);
    ctx.cache_key(org, &key);
    Ok(key)
}

pub(crate) async fn key(db: &Db, org: OrgId) -> Result<rows::KeyRow> {
    rows::key(db, org).await?.ok_or_else(|| Refusal::NotFound("ledger".into()).into())
}

/// The signed checkpoint of the log as it is now. Signed once for each size.
///
/// # Errors
/// When the database refuses or the key does not open.
// tidy: no actor, because jobs and the command line sign as well; readers come through `checkpoint`
pub async fn sign_checkpoint(ctx: &Ctx, org: OrgId) -> Result<String> {
    let head = rows::head(ctx.db(), org).await?;
    note_at(ctx, org, &head).await
}

/// The signed checkpoint of the log as a head says it was, and the key to check it with: for a
/// backup, which sees the log of an instant that is over. What is signed here is not kept here, so
/// that a full disk does not matter.
///
/// # Errors
/// When the database refuses or the key does not open.
// tidy: no actor, because the command line on the server's machine asks
pub async fn signed_at(ctx: &Ctx, org: OrgId, head: &LedgerHead) -> Result<SignedCheckpoint> {
    let tree = frontier(head)?;
    Ok(SignedCheckpoint {
        vkey: key(ctx.db(), org).await?.vkey,
        size: tree.size(),
        root: tree.root().to_string(),
        note: sign(ctx, org, &tree).await?,
    })
}

/// A log at one size, as it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// The public key.
    pub vkey: String,
    /// Entries in it.
    pub size: u64,
    /// Root hash, in hex.
    pub root: String,
    /// The signed checkpoint.
    pub note: String,
}

/// Whether the master key is the one that the log's signing key was sealed with.
///
/// # Errors
/// When it is not, or the database refuses.
// tidy: no actor, because the command line on the server's machine asks
pub async fn key_opens(ctx: &Ctx, org: OrgId) -> Result<()> {
    signing_key(ctx, org).await.map(drop)
}

pub(crate) async fn note_at(ctx: &Ctx, org: OrgId, head: &LedgerHead) -> Result<String> {
    if let Some(note) = rows::checkpoint(ctx.db(), org, head.size).await? {
        return Ok(note);
    }
    let note = sign(ctx, org, &frontier(head)?).await?;
    rows::insert_checkpoint(ctx.db(), org, head.size, &note, ctx.now()).await?;
    Ok(note)
}

async fn sign(ctx: &Ctx, org: OrgId, tree: &Frontier) -> Result<String> {
    let key = signing_key(ctx, org).await?;
    let checkpoint = Checkpoint { origin: key.name().to_owned(), size: tree.size(), root: tree.root() };
    Ok(checkpoint.sign(&key).map_err(|error| Error::failed("checkpoint", error))?.to_string())
}

/// The signed checkpoint, for a reader.
pub async fn checkpoint(ctx: &Ctx, actor: &Actor) -> Result<String> {
    permit(ctx, actor, Permission::ViewLedger, Object::None).await?;
    sign_checkpoint(ctx, actor.org_id).await
}

/// The public key.
pub async fn vkey(ctx: &Ctx, actor: &Actor) -> Result<String> {
    permit(ctx, actor, Permission::ViewLedger, Object::None).await?;
    Ok(key(ctx.db(), actor.org_id).await?.vkey)
}

/// The public key of an organisation, for the command line.
// tidy: no actor, because the command line on the server's machine asks
pub async fn vkey_of(ctx: &Ctx, org: OrgId) -> Result<String> {
    Ok(key(ctx.db(), org).await?.vkey)
}

/// Where the log stands.
pub async fn overview(ctx: &Ctx, actor: &Actor) -> Result<LedgerOverview> {
    permit(ctx, actor, Permission::ViewLedger, Object::None).await?;
    let key = key(ctx.db(), actor.org_id).await?;
    let head = rows::head(ctx.db(), actor.org_id).await?;
    Ok(LedgerOverview {
        log_name: key.log_name,
        vkey: key.vkey,
        size: head.size,
        root_hash: frontier(&head)?.root().to_string(),
        checkpoint: note_at(ctx, actor.org_id, &head).await?,
    })
}

/// Size and root as a report prints them; no right is asked beyond the report's own.
pub(crate) async fn state(ctx: &Ctx, org: OrgId) -> Result<(u64, String)> {
    let tree = frontier(&rows::head(ctx.db(), org).await?)?;
    Ok((tree.size(), tree.root().to_string()))
}

/// The exact bytes of entries, oldest first, for an export, and of those that are restricted for the reader the
/// place and the leaf hash: batch after batch from a place on, to
/// where the log ends now or until there are so many. However long the log, a batch is in memory.
///
/// # Errors
/// When the role does not allow it; a batch when the database refuses.
pub async fn export(
    ctx: &Ctx,
    actor: &Actor,
    from: i64,
    limit: Option<i64>,
) -> Result<impl Stream<Item = Result<Vec<String>>> + Send + use<>> {
    permit(ctx, actor, Permission::ViewLedger, Object::None).await?;
    let (ctx, actor, from) = (ctx.clone(), actor.clone(), from.max(0));
    let org = actor.org_id;
    let size = rows::head(ctx.db(), org).await?.size;
    let end = limit.map_or(size, |limit| size.min(from.saturating_add(limit)));
    Ok(stream::try_unfold(from, move |from| {
        let (ctx, actor) = (ctx.clone(), actor.clone());
        async move {
            if from >= end {
                return Ok(None);
            }
            let batch = rows::entries(ctx.db(), org, from, BATCH.min(end - from)).await?;
            let count = i64::try_from(batch.len()).map_err(|error| Error::failed("batch", error))?;
            if count == 0 {
                return Err(Error::Failed(format!("the ledger has no entry {from}, though its head says so")));
            }
            Ok(Some((ledger_sight::lines(&ctx, &actor, batch).await?, from + count)))
        }
    }))
}

/// The proof that an entry is in the log, as a `.tlog-proof` file. Any size since the entry can be
/// asked for; the newest is taken otherwise.
///
/// # Errors
/// A refusal when the role does not allow it or there is no such entry.
pub async fn inclusion(ctx: &Ctx, actor: &Actor, seq: i64, size: Option<i64>) -> Result<String> {
    permit(ctx, actor, Permission::ViewLedger, Object::None).await?;
    let org = actor.org_id;
    let head = rows::head(ctx.db(), org).await?;
    let no_entry = || Refusal::NotFound("entry in the ledger".into());
    // An older size can be proven only where its checkpoint was signed at the time.
    let size = size.unwrap_or(head.size);
    let note = match rows::checkpoint(ctx.db(), org, size).await? {
        Some(note) => note,
        None if size == head.size => note_at(ctx, org, &head).await?,
        None => return Err(Refusal::NotFound("checkpoint at that size".into()).into()),
    };
    let (index, of) = (u64::try_from(seq).map_err(|_| no_entry())?, u64::try_from(size).map_err(|_| no_entry())?);
    let plan = inclusion_nodes(index, of).map_err(|_| no_entry())?;
    let proof = TlogProof {
        extra: None,
        index,
        hashes: assemble(ctx, org, &plan).await?,
        checkpoint: Note::parse(note.as_bytes()).map_err(|error| Error::failed("stored checkpoint", error))?,
    };
    Ok(proof.to_string())
}

/// The proof that the log at one size is the beginning of the log at another, as base64 hashes.
///
/// # Errors
/// A refusal when the role does not allow it or the sizes are not sizes of this log.
pub async fn consistency(ctx: &Ctx, actor: &Actor, from: i64, to: i64) -> Result<Vec<String>> {
    permit(ctx, actor, Permission::ViewLedger, Object::None).await?;
    let head = rows::head(ctx.db(), actor.org_id).await?;
    let wrong = || Refusal::field("from", "Give two sizes of this log, the smaller one first.");
    if to > head.size {
        return Err(wrong().into());
    }
    let (from, to) = (u64::try_from(from).map_err(|_| wrong())?, u64::try_from(to).map_err(|_| wrong())?);
    let plan = consistency_nodes(from, to).map_err(|_| wrong())?;
    let hashes = assemble(ctx, actor.org_id, &plan).await?;
    Ok(hashes.iter().map(|hash| base64::engine::general_purpose::STANDARD.encode(hash.as_bytes())).collect())
}

async fn assemble(ctx: &Ctx, org: OrgId, plan: &ProofPlan) -> Result<Vec<Hash>> {
    let mut found = HashMap::new();
    collect(ctx, org, plan, &mut found).await?;
    assembled(plan, &found)
}

/// Inclusion proofs of several entries in the log of one size. Nodes that they share are read once.
pub(crate) async fn prove(ctx: &Ctx, org: OrgId, places: &[u64], size: u64) -> Result<Vec<Vec<Hash>>> {
    let (mut found, mut proofs) = (HashMap::new(), Vec::with_capacity(places.len()));
    for place in places {
        let plan = inclusion_nodes(*place, size).map_err(|error| Error::failed("proof", error))?;
        collect(ctx, org, &plan, &mut found).await?;
        proofs.push(assembled(&plan, &found)?);
    }
    Ok(proofs)
}

async fn collect(ctx: &Ctx, org: OrgId, plan: &ProofPlan, found: &mut HashMap<NodeId, Hash>) -> Result<()> {
    for id in plan.nodes() {
        if let hash_map::Entry::Vacant(free) = found.entry(id) {
            let position = i64::try_from(id.index).map_err(|error| Error::failed("node", error))?;
            free.insert(hash(&rows::node(ctx.db(), org, i64::from(id.level), position).await?)?);
        }
    }
    Ok(())
}

fn assembled(plan: &ProofPlan, found: &HashMap<NodeId, Hash>) -> Result<Vec<Hash>> {
    plan.assemble(|id| found.get(&id).copied()).map_err(|error| Error::failed("proof", error))
}
