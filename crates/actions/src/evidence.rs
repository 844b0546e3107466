//! Evidence and its custody: registered, handed on, sealed, held, read, disposed of. Each event is a row
//! and a ledger entry in one transaction; what is shown of an item is folded from its events.

mod custody;

use std::collections::HashMap;

use holdfast_domain::{
    Actor, CustodyId, EvidenceId, Fields as _, Object, Permission, Refusal, Timestamp,
    custody::CustodyKind,
    custody_state::{CustodyFault, Holding, State, check_history, folded, intervals},
    evidence::{AcquisitionMethod, CustodyEntry, Details, Evidence, EvidenceFields, EvidenceStatus},
    incident::{Incident, Paged},
    lifecycle::check_instant,
    person_name::ERASED_NAME,
    refusal::FieldErrors,
};
use holdfast_store::{
    BlobHash,
    blob::{Opened, Stored},
    evidence::{self as rows, NewEvidence, RegisterQuery},
    org, person_name,
};

pub use self::custody::{Happening, happen};
use self::custody::{append, record};
use crate::{
    Ctx, Error, Record, Result, UnitOfWork,
    incident::{Visible, find, view},
    may_read, permit,
    person_name::{NamesThen, id_in, signer},
    seal,
};

/// A view of an item by the same person counts once in this time.
const VIEW_AGAIN_S: i64 = 3_600;
/// How far back the sweep looks for what was disposed of.
const SWEEP_BACK_S: i64 = 30 * 86_400;

/// An item with its custody.
#[derive(Clone, Debug)]
pub struct EvidenceItem {
    /// The item.
    pub evidence: Evidence,
    /// Its custody, in the order recorded.
    pub entries: Vec<CustodyEntry>,
    /// What follows from it.
    pub state: State,
    /// Who held it when.
    pub intervals: Vec<Holding>,
    /// What is wrong with it.
    pub faults: Vec<CustodyFault>,
    /// To whom it was offered, by the number of the event: the name of that time, and the handle.
    pub receivers: HashMap<u32, String>,
}

impl EvidenceItem {
    /// Whether its history breaks a rule. It is shown with what is wrong, and nothing is added to it.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.faults.iter().any(|fault| fault.broken)
    }
}

/// The evidence of an incident, by label.
///
/// # Errors
/// A refusal when the role does not see evidence.
pub async fn list(ctx: &Ctx, actor: &Actor, incident: &Visible) -> Result<Vec<Evidence>> {
    may_read(ctx, actor, incident, Permission::ViewEvidence).await?;
    Ok(rows::list(ctx.db(), incident.id).await?)
}

/// Which evidence the register is asked for: all, or only what each of these says.
#[derive(Clone, Copy, Debug, Default)]
pub struct RegisterFilter {
    /// What is still here.
    pub in_custody: bool,
    /// What is under a legal hold.
    pub held: bool,
    /// What was not what it was when it was last verified.
    pub altered: bool,
}

/// A page of all evidence that the actor may see, newest first.
///
/// # Errors
/// A refusal when the role does not see evidence or the cursor is not one of ours.
pub async fn register_page(
    ctx: &Ctx,
    actor: &Actor,
    filter: RegisterFilter,
    after: Option<&str>,
) -> Result<Paged<Evidence>> {
    const ROWS: usize = 50;
    permit(ctx, actor, Permission::ViewEvidence, Object::None).await?;
    let after = after.filter(|text| !text.is_empty()).map(cursor).transpose()?;
    let RegisterFilter { in_custody, held, altered } = filter;
    #[allow(clippy::cast_possible_wrap)]
    let query = RegisterQuery { in_custody, held, altered, after, limit: ROWS as i64 + 1 };
    let mut rows = rows::register(ctx.db(), actor, &query).await?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let next = rows.last().filter(|_| more).map(|last| format!("{}.{}", last.created_at.micros(), last.id));
    Ok(Paged { rows, next, previous: query.after.map(|_| String::new()) })
}

fn cursor(text: &str) -> Result<(Timestamp, EvidenceId)> {
    let read = text.split_once('.').and_then(|(at, id)| Some((at.parse::<i64>().ok()?, id.parse().ok()?)));
    let (at, id) = read.ok_or_else(|| Refusal::field("after", "This is not a place in this list. Start again."))?;
    Ok((Timestamp::from_micros(at), id))
}

/// What has been offered to the actor and waits for their answer.
pub async fn offered_to_me(ctx: &Ctx, actor: &Actor) -> Result<Vec<Evidence>> {
    permit(ctx, actor, Permission::ViewEvidence, Object::None).await?;
    Ok(rows::offered_to(ctx.db(), actor).await?)
}

/// Names who acted by the ledger: under the name that they had then, whatever they are called now.
async fn named(ctx: &Ctx, actor: &Actor, mut item: EvidenceItem) -> Result<EvidenceItem> {
    let (org, evidence) = (actor.org_id, &item.evidence);
    let mut signed = HashMap::<Option<CustodyId>, _>::new();
    for row in person_name::custody_of(ctx.db(), org, evidence.incident_id, evidence.id).await? {
        signed.insert(id_in(&row, "event")?, (row.entry.seq, signer(&row.entry)?));
    }
    let offered = item.entries.iter().filter_map(|entry| entry.details.received_by).collect();
    let names = NamesThen::read(ctx, org, offered).await?;
    for entry in &mut item.entries {
        // Without the values of its entry it is not known which name opens it; the handle is the person's.
        entry.actor_name = ERASED_NAME.into();
        let Some((seq, (name, handle))) = signed.remove(&Some(entry.id)) else { continue };
        (entry.actor_name, entry.actor_handle) = (name, handle);
        let receiver = entry.details.received_by.and_then(|id| names.at(&id.to_string(), seq));
        item.receivers.extend(receiver.map(|name| (entry.seq, name)));
    }
    Ok(item)
}

/// One item with its custody. That it was looked at is part of its custody, once an hour.
///
/// # Errors
/// [`Refusal::NotFound`] when this incident has none such.
pub async fn item(ctx: &Ctx, actor: &Actor, incident: &Visible, label: &str) -> Result<EvidenceItem> {
    may_read(ctx, actor, incident, Permission::ViewEvidence).await?;
    let evidence = rows::find(ctx.db(), incident.id, label).await?.ok_or_else(missing)?;
    let entries = rows::custody(ctx.db(), evidence.id).await?;
    let since = ctx.now().plus_seconds(-VIEW_AGAIN_S);
    let is_new = !entries.iter().any(|entry| entry.actor_id == actor.person_id && entry.recorded_at > since);
    let shown = item_of(evidence, entries)?;
    if is_new && shown.evidence.status == EvidenceStatus::InCustody && !shown.is_broken() {
        let viewed = Happening { kind: CustodyKind::Accessed, occurred_at: None, details: Details::default() };
        return record(ctx, actor, &incident.reference, label, viewed).await;
    }
    named(ctx, actor, shown).await
}

fn missing() -> Refusal {
    Refusal::NotFound("piece of evidence".into())
}

fn item_of(evidence: Evidence, entries: Vec<CustodyEntry>) -> Result<EvidenceItem> {
    let events = entries.iter().map(CustodyEntry::event).collect::<std::result::Result<Vec<_>, _>>()?;
    let (state, faults) = (folded(&events), check_history(&events));
    Ok(EvidenceItem { intervals: intervals(&events), faults, evidence, entries, state, receivers: HashMap::new() })
}

/// An item that is to be registered.
#[derive(Clone, Copy, Debug)]
pub struct Registration<'a> {
    /// What is said of it.
    pub fields: &'a EvidenceFields,
    /// When it was collected; now, where it is not told.
    pub collected: Option<Timestamp>,
    /// Where it is kept.
    pub location: &'a str,
    /// Its file, which is on the disk already; the caller holds on to it until this is done.
    pub file: Option<&'a Stored>,
    /// The label of the item that it was copied from, in the same incident.
    pub copy_of: &'a str,
}

/// Registers an item: its row, its collection, where it is kept, and that it was copied from another.
pub async fn register(ctx: &Ctx, actor: &Actor, reference: &str, new: Registration<'_>) -> Result<Evidence> {
    permit(ctx, actor, Permission::HandleEvidence, Object::None).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let incident = find(ctx, &mut work.tx, actor, reference).await?;
    let occurred_at = new.collected.unwrap_or(work.now);
    let mut errors = FieldErrors::default();
    new.fields.check(work.now, &mut errors);
    errors.line("location", new.location, false, 300);
    check_instant("collected", occurred_at, work.now, &mut errors);
    errors.finish()?;
    let original = original(&mut work, &incident, new.copy_of).await?;
    let number = org::next_number(&mut work.tx, actor.org_id, &format!("evidence-{}", incident.id)).await?;
    let label = format!("EV-{number:04}");
    let collection = insert(ctx, &mut work, actor, &incident, &label, (&new, original.as_ref())).await?;
    let first = Happening { kind: CustodyKind::Collected, occurred_at: Some(occurred_at), details: collection };
    append(ctx, &mut work, actor, &incident, &label, first).await?;
    if !new.location.trim().is_empty() {
        let place = Details { location: new.location.trim().to_owned(), ..Details::default() };
        let kept = Happening { kind: CustodyKind::Moved, occurred_at: None, details: place };
        append(ctx, &mut work, actor, &incident, &label, kept).await?;
    }
    let evidence = rows::find(&mut work.tx, incident.id, &label).await?.ok_or_else(missing)?;
    if let Some(original) = original {
        append(ctx, &mut work, actor, &incident, &original.label, copied(&original, &evidence)).await?;
    }
    work.makes(&evidence.label);
    work.commit().await?;
    Ok(evidence)
}

async fn original(work: &mut UnitOfWork<'_>, incident: &Incident, label: &str) -> Result<Option<Evidence>> {
    if label.is_empty() {
        return Ok(None);
    }
    let found = rows::find(&mut work.tx, incident.id, label).await?;
    let refused = |words: &str| Refusal::field("copy_of", words);
    let found = found.ok_or_else(|| refused("There is no such item in this incident."))?;
    if found.status != EvidenceStatus::InCustody {
        return Err(refused("This left custody; nothing can be copied from it.").into());
    }
    Ok(Some(found))
}

/// The row and its entry; what its collection says.
async fn insert(
    ctx: &Ctx,
    work: &mut UnitOfWork<'_>,
    actor: &Actor,
    incident: &Incident,
    label: &str,
    (new, original): (&Registration<'_>, Option<&Evidence>),
) -> Result<Details> {
    let size = new.file.map(|file| i64::try_from(file.size)).transpose();
    let size = size.map_err(|error| Error::failed("size", error))?;
    let file = new.file.map(|file| file.sha256.to_string()).zip(size);
    let (id, now) = (EvidenceId(ctx.uuid(work.now)), work.now);
    let (fields, copy_of) = (new.fields, original.map(|item| item.id));
    let row = NewEvidence { id, incident: incident.id, label, fields, file: file.clone(), copy_of };
    rows::insert(&mut work.tx, actor, &row, now).await?;
    work.record(
        Record::new("evidence.registered", "incident", incident.id)
            .with("evidence", id.to_string())
            .with("label", label.to_owned())
            .with("sha256", file.as_ref().map(|(hash, _)| hash.clone()))
            .with("size", file.as_ref().map(|(_, size)| *size))
            .with("copy_of", copy_of.map(|id| id.to_string()))
            .with_changes(None, &fields.as_text()),
    );
    Ok(Details { actual_sha256: file.map(|(hash, _)| hash).unwrap_or_default(), ..Details::default() })
}

/// What the original's custody says of its copy. An image is of the whole medium; anything else is a copy.
fn copied(original: &Evidence, copy: &Evidence) -> Happening {
    let (fields, hashes) = (&copy.fields, original.sha256.as_ref().zip(copy.sha256.as_ref()));
    let is_image = matches!(fields.method, AcquisitionMethod::DeadImage | AcquisitionMethod::LiveImage);
    let details = Details {
        copy: copy.label.clone(),
        tool: format!("{} {}", fields.tool, fields.tool_version).trim().to_owned(),
        expected_sha256: original.sha256.clone().unwrap_or_default(),
        actual_sha256: copy.sha256.clone().unwrap_or_default(),
        hash_ok: hashes.map(|(one, other)| one == other),
        ..Details::default()
    };
    let kind = if is_image { CustodyKind::Imaged } else { CustodyKind::Copied };
    Happening { kind, occurred_at: None, details }
}

/// Deletes a file unless another item has it.
async fn delete(ctx: &Ctx, hash: &str) -> Result<bool> {
    let name: BlobHash = hash.parse().map_err(|error| Error::failed("hash in a row", error))?;
    let is_used = async { rows::is_used(ctx.db(), hash).await.map_err(Error::from) };
    ctx.blobs().delete(name, is_used).await
}

/// Deletes files that nothing names and that were stored before the time: what came with a form that was then
/// refused. Younger ones may belong to a form that is under way.
// tidy: no actor, because the clock does it
pub async fn sweep_unnamed(ctx: &Ctx, before: Timestamp) -> Result<u64> {
    let mut count = 0;
    for name in ctx.blobs().older_than(before).await? {
        let hash = name.to_string();
        // Asked without keeping others from storing; asked again once nobody stores.
        if !rows::is_used(ctx.db(), &hash).await? && delete(ctx, &hash).await? {
            tracing::info!(hash, "a file that nothing names is deleted");
            count += 1;
        }
    }
    Ok(count)
}

/// Deletes the files of what was disposed of lately and could not be deleted then.
// tidy: no actor, because the clock does it
pub async fn sweep(ctx: &Ctx) -> Result<u64> {
    let mut count = 0;
    for hash in rows::unused_files(ctx.db(), ctx.now().plus_seconds(-SWEEP_BACK_S)).await? {
        let name: BlobHash = hash.parse().map_err(|error| Error::failed("hash in a row", error))?;
        if ctx.blobs().open(name, None).await?.is_some() && delete(ctx, &hash).await? {
            count += 1;
        }
    }
    Ok(count)
}

/// Reads the file again and records whether it is what it was.
///
/// # Errors
/// A refusal when the role does not allow it or the item has no file.
pub async fn verify(ctx: &Ctx, actor: &Actor, reference: &str, label: &str) -> Result<EvidenceItem> {
    permit(ctx, actor, Permission::HandleEvidence, Object::None).await?;
    let incident = view(ctx, actor, reference).await?;
    let evidence = rows::find(ctx.db(), incident.id, label).await?.ok_or_else(missing)?;
    let (name, hash) = file_of(&evidence)?;
    let found = ctx.blobs().verify(name).await?;
    let details = Details {
        expected_sha256: hash,
        actual_sha256: found.map(|found| found.found.to_string()).unwrap_or_default(),
        hash_ok: Some(found.is_some_and(|found| found.is_intact)),
        ..Details::default()
    };
    let checked = Happening { kind: CustodyKind::Verified, occurred_at: None, details };
    record(ctx, actor, reference, label, checked).await
}

fn file_of(evidence: &Evidence) -> Result<(BlobHash, String)> {
    let ended = "so its custody has ended and its file is handed out no more. A copy that is registered as an item of \
                 its own still is.";
    let hash = match (evidence.status, evidence.sha256.clone()) {
        (EvidenceStatus::InCustody, Some(hash)) => Ok(hash),
        (EvidenceStatus::Returned, Some(_)) => Err(format!("This item went back to its owner, {ended}")),
        (EvidenceStatus::Disposed, Some(_)) => Err(format!("This item was disposed of, {ended}")),
        (_, None) => Err("This item has no file here.".to_owned()),
    };
    let hash = hash.map_err(Refusal::Rule)?;
    let name = hash.parse().map_err(|error| Error::failed("hash in a row", error))?;
    Ok((name, hash))
}

/// A file on its way out: its name for whoever saves it, and its bytes.
#[derive(Debug)]
pub struct Download {
    /// Such as `EV-0001.bin`.
    pub name: String,
    /// Its bytes, checked on their way.
    pub opened: Opened,
}

/// Opens an item's file. That it was taken is recorded before the first byte leaves; what could do
/// harm leaves only inside an encrypted ZIP.
///
/// # Errors
/// A refusal when the role does not allow it or the item has no file.
pub async fn download(ctx: &Ctx, actor: &Actor, reference: &str, label: &str) -> Result<Download> {
    permit(ctx, actor, Permission::ViewEvidence, Object::None).await?;
    let incident = view(ctx, actor, reference).await?;
    let evidence = rows::find(ctx.db(), incident.id, label).await?.ok_or_else(missing)?;
    let (name, hash) = file_of(&evidence)?;
    let opened = ctx.blobs().open(name, None).await?;
    let opened = opened.ok_or_else(|| Error::Failed(format!("the file {hash} of {label} is gone")))?.checked(name);
    let details = Details { expected_sha256: hash, ..Details::default() };
    let taken = Happening { kind: CustodyKind::Downloaded, occurred_at: None, details };
    if evidence.status == EvidenceStatus::InCustody {
        record(ctx, actor, reference, label, taken).await?;
    }
    let base = format!("{}-{}", incident.reference, evidence.label);
    if evidence.fields.malicious {
        let opened = seal::seal(ctx.blobs(), &format!("{base}.bin"), opened).await?;
        return Ok(Download { name: format!("{base}.zip"), opened });
    }
    Ok(Download { name: format!("{base}.bin"), opened })
}
