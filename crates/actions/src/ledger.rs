//! Reading the ledger: checkpoints, proofs, entries, history. Appending happens only within an action.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, hash_map},
    sync::Arc,
};

use base64::Engine as _;
use futures::stream::{self, Stream};
use holdfast_domain::{
    Actor, IncidentId, Object, OrgId, Permission, PersonId, Refusal, Timestamp,
    incident::Paged,
    ledger::{Change, HistoryEntry, UndoneEntry},
    link::LinkFields,
    noun::Noun as _,
};
use holdfast_ledger::{
    Checkpoint, Entry, Hash, NodeId, Note, SigningKey, TlogProof,
    tree::{Frontier, ProofPlan, consistency_nodes, inclusion_nodes},
    values::VALUES,
};
use holdfast_store::{
    Db,
    ledger::{self as rows, EntryRow, LedgerHead},
    link,
};

use crate::{
    Ctx, Error, Result, ledger_sight, permit,
    person_name::{NOT_THE_ONE, NamesThen, opened, revealed, signer},
    unit_of_work::{frontier, hash},
};

pub use crate::{
    ledger_check::{verify, verify_against},
    ledger_sight::LedgerLine,
};

/// Entries on a page at most.
const ENTRIES_MAX: i64 = 1_000;

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

/// An entry in the list of the whole log. Holds no text that its subject's readers alone may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRow {
    /// Its place.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub kind: String,
    /// To which object.
    pub subject: String,
    /// By whom, under the name that the entry commits to.
    pub actor_name: String,
    /// Their handle; empty where the program itself acted.
    pub actor_handle: String,
    /// Its leaf hash, in hex.
    pub leaf_hash: String,
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

/// A page of the whole log, newest first, below `before`.
pub async fn page(ctx: &Ctx, actor: &Actor, before: Option<i64>, limit: i64) -> Result<Paged<LedgerLine>> {
    permit(ctx, actor, Permission::ViewLedger, Object::None).await?;
    let limit = limit.clamp(1, ENTRIES_MAX);
    let entries = rows::newest(ctx.db(), actor.org_id, before.unwrap_or(i64::MAX), limit + 1).await?;
    let (entries, next) = cut(entries, limit);
    let restricted = ledger_sight::restricted(ctx, actor, &entries).await?;
    let rows = entries.into_iter().map(|entry| line(entry, &restricted)).collect::<Result<_>>()?;
    Ok(Paged { rows, next, previous: None })
}

/// Cuts the row that only told whether there is more, and makes the cursor from the last that stays.
fn cut(mut entries: Vec<EntryRow>, limit: i64) -> (Vec<EntryRow>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(1);
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| more).map(|entry| entry.seq.to_string());
    (entries, next)
}

fn line(entry: EntryRow, restricted: &BTreeSet<i64>) -> Result<LedgerLine> {
    let leaf_hash = hash(&entry.leaf_hash)?.to_string();
    if restricted.contains(&entry.seq) {
        return Ok(LedgerLine::Restricted { seq: entry.seq, leaf_hash });
    }
    let (actor_name, actor_handle) = signer(&entry)?;
    Ok(LedgerLine::Entry(LedgerRow {
        seq: entry.seq,
        at: entry.recorded_at,
        leaf_hash,
        subject: format!("{} {}", entry.subject_kind, entry.subject_id),
        kind: entry.kind,
        actor_name,
        actor_handle,
    }))
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

/// What was done to an object, newest first, with before and after. Every text is held against its
/// commitment before it is shown.
pub(crate) async fn history(
    ctx: &Ctx,
    actor: &Actor,
    subject_kind: &str,
    subject_id: &str,
    before: Option<i64>,
    limit: i64,
) -> Result<Paged<HistoryEntry>> {
    let (org, limit) = (actor.org_id, limit.clamp(1, ENTRIES_MAX));
    let before = before.unwrap_or(i64::MAX);
    let entries = rows::about(ctx.db(), org, subject_kind, subject_id, before, limit + 1).await?;
    let (entries, next) = cut(entries, limit);
    let (Some(first), Some(last)) = (entries.last(), entries.first()) else {
        return Ok(Paged { rows: Vec::new(), next: None, previous: None });
    };
    let openings = rows::openings_about(ctx.db(), org, subject_kind, subject_id, first.seq, last.seq).await?;
    let mut texts: BTreeMap<(i64, String), rows::OpeningRow> = BTreeMap::new();
    for opening in openings {
        texts.insert((opening.seq, opening.field.clone()), opening);
    }
    let mut opened = Vec::with_capacity(entries.len());
    for row in &entries {
        let values = texts.get(&(row.seq, VALUES.to_owned()));
        opened.push((row, revealed(&row.entry, values.map(|values| (&*values.salt, &*values.text)))?));
    }
    let named = opened.iter().flat_map(|(_, entry)| people_in(entry)).collect();
    let names = NamesThen::read(ctx, org, named).await?;
    let others: Vec<IncidentId> = opened.iter().filter_map(|(row, entry)| other_end(row, entry)).collect();
    let seen: HashMap<IncidentId, String> = link::seen_of(ctx.db(), actor, &others).await?.into_iter().collect();
    let mut rows = Vec::with_capacity(entries.len());
    for (row, entry) in &opened {
        let other = other_end(row, entry);
        let reference = other.and_then(|other| seen.get(&other));
        // To a reader who may not see the other end, a link is not there.
        if other.is_some() && reference.is_none() {
            continue;
        }
        let mut entry = told(row, entry, &texts, &names)?;
        let named = |after: &String| Change { field: "other".into(), before: None, after: Some(after.clone()) };
        entry.changes.extend(reference.map(named));
        rows.push(entry);
    }
    Ok(Paged { rows, next, previous: None })
}

/// The incident at the other end, where an entry is about a link; of an entry that does not name it, one
/// that nobody sees.
fn other_end(row: &EntryRow, entry: &Entry) -> Option<IncidentId> {
    row.kind.strip_prefix(LinkFields::ENTRY)?;
    let other = entry.content.data.get("other").and_then(|other| other.as_str()?.parse().ok());
    Some(other.unwrap_or(IncidentId(uuid::Uuid::nil())))
}

fn told(
    row: &EntryRow,
    entry: &Entry,
    texts: &BTreeMap<(i64, String), rows::OpeningRow>,
    names: &NamesThen,
) -> Result<HistoryEntry> {
    let text = |field: &str| {
        let opening = texts.get(&(row.seq, field.to_owned()))?;
        Some(opened(entry, field, &opening.salt, &opening.text))
    };
    let mut changes: BTreeMap<String, Change> = BTreeMap::new();
    let mut change = |field: &str, after: bool, value: Option<String>| {
        let change = changes.entry(field.to_owned()).or_insert_with(|| Change {
            field: field.to_owned(),
            before: None,
            after: None,
        });
        *(if after { &mut change.after } else { &mut change.before }) = value;
    };
    let clear = entry.content.data.get("changes").and_then(|changes| changes.as_object());
    for (field, sides) in clear.into_iter().flatten() {
        for (side, after) in [("before", false), ("after", true)] {
            if let Some(value) = sides.get(side).and_then(|value| value.as_str()) {
                change(field, after, Some(named(value, row.seq, names)));
            }
        }
    }
    for field in entry.content.commit.keys() {
        if let Some((side, name)) = field.split_once('.') {
            change(name, side == "after", text(field));
        }
    }
    // The values show in clear, unless they are not the ones committed to.
    let values = text(VALUES).filter(|values| values == NOT_THE_ONE);
    if values.is_some() {
        change(VALUES, true, values);
    }
    let (actor, actor_handle) = signer(row)?;
    Ok(HistoryEntry {
        seq: row.seq,
        at: row.recorded_at,
        kind: row.kind.clone(),
        actor,
        actor_handle,
        reason: text("reason"),
        changes: changes.into_values().collect(),
        undoes: undoes(entry),
        leaf_hash: hash(&row.leaf_hash)?.to_string(),
    })
}

fn undoes(entry: &Entry) -> Option<UndoneEntry> {
    let data = &entry.content.data;
    Some(UndoneEntry { seq: data.get("undoes")?.as_i64()?, kind: data.get("undid")?.as_str()?.to_owned() })
}

/// A value as it is read: ids of people, one or several, by the names that they had then.
fn named(value: &str, seq: i64, names: &NamesThen) -> String {
    let parts: Option<Vec<String>> = value.split(',').map(|part| names.at(part, seq)).collect();
    parts.map_or_else(|| value.to_owned(), |names| names.join(", "))
}

/// The people whom an entry's changes may name.
fn people_in(entry: &Entry) -> Vec<PersonId> {
    let changes = entry.content.data.get("changes").and_then(|changes| changes.as_object());
    let sides = changes.into_iter().flatten().filter_map(|(_, sides)| sides.as_object()).flatten();
    let values = sides.filter_map(|(_, value)| value.as_str());
    values.flat_map(|value| value.split(',')).filter_map(|part| part.parse().ok()).collect()
}
