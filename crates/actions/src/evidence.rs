//! Evidence and its custody: registered, handed on, sealed, held, read, disposed of. Each event is a row
//! and a ledger entry in one transaction; what is shown of an item is folded from its events.

use holdfast_domain::{
    Actor, CustodyId, Deed, EvidenceId, Object, PersonId, Refusal, Timestamp,
    custody::CustodyKind,
    custody_state::{Fault, Interval, State, apply, check_history, folded, intervals},
    evidence::{CustodyEntry, Details, Evidence, EvidenceFields, EvidenceStatus},
    incident::{Incident, Page},
    lifecycle::check_instant,
    refusal::FieldErrors,
};
use holdfast_store::{
    BlobHash, Tx,
    blob::{Opened, Stored},
    evidence::{self as rows, NewEvidence, RegisterQuery},
    org,
};

use crate::{
    Ctx, Error, Result,
    act::{Act, Record},
    incident::{check_member, find, view},
    seal,
    session::permit,
};

/// A view of an item by the same person counts once in this time.
const VIEW_AGAIN_S: i64 = 3_600;
/// How far back the sweep looks for what was disposed of.
const SWEEP_BACK_S: i64 = 30 * 86_400;

/// An item with its custody.
#[derive(Clone, Debug)]
pub struct Item {
    /// The item.
    pub evidence: Evidence,
    /// Its custody, in the order recorded.
    pub entries: Vec<CustodyEntry>,
    /// What follows from it.
    pub state: State,
    /// Who held it when.
    pub intervals: Vec<Interval>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

impl Item {
    /// Whether its history breaks a rule. It is shown with what is wrong, and nothing is added to it.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.faults.iter().any(|fault| fault.broken)
    }
}

/// The evidence of an incident, by label.
///
/// # Errors
/// [`Refusal::NotFound`] when there is no such incident that the actor may see.
pub async fn list(ctx: &Ctx, actor: &Actor, reference: &str) -> Result<Vec<Evidence>> {
    permit(ctx, actor, Deed::ViewEvidence, Object::None).await?;
    let incident = view(ctx, actor, reference).await?;
    Ok(rows::list(ctx.db(), incident.id).await?)
}

/// A page of all evidence that the actor may see, newest first.
///
/// # Errors
/// A refusal when the role does not see evidence or the cursor is not one of ours.
pub async fn register_page(
    ctx: &Ctx,
    actor: &Actor,
    in_custody: bool,
    held: bool,
    after: Option<&str>,
) -> Result<Page<Evidence>> {
    const ROWS: usize = 50;
    permit(ctx, actor, Deed::ViewEvidence, Object::None).await?;
    let after = after.filter(|text| !text.is_empty()).map(cursor).transpose()?;
    #[allow(clippy::cast_possible_wrap)]
    let query = RegisterQuery { in_custody, held, after, limit: ROWS as i64 + 1 };
    let mut rows = rows::register(ctx.db(), actor, &query).await?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let next = rows.last().filter(|_| more).map(|last| format!("{}.{}", last.created_at.micros(), last.id));
    Ok(Page { rows, next, previous: query.after.map(|_| String::new()) })
}

fn cursor(text: &str) -> Result<(Timestamp, EvidenceId)> {
    let read = text.split_once('.').and_then(|(at, id)| Some((at.parse::<i64>().ok()?, id.parse().ok()?)));
    let (at, id) = read.ok_or_else(|| Refusal::field("after", "This is not a place in this list. Start again."))?;
    Ok((Timestamp::from_micros(at), id))
}

/// What has been offered to the actor and waits for their answer.
///
/// # Errors
/// When the database refuses.
pub async fn offered_to_me(ctx: &Ctx, actor: &Actor) -> Result<Vec<Evidence>> {
    permit(ctx, actor, Deed::ViewEvidence, Object::None).await?;
    Ok(rows::offered_to(ctx.db(), actor).await?)
}

/// One item with its custody. That it was looked at is part of its custody, once an hour.
///
/// # Errors
/// [`Refusal::NotFound`] when the actor may see none such in this incident.
pub async fn item(ctx: &Ctx, actor: &Actor, reference: &str, label: &str) -> Result<Item> {
    permit(ctx, actor, Deed::ViewEvidence, Object::None).await?;
    let incident = view(ctx, actor, reference).await?;
    let evidence = rows::find(ctx.db(), incident.id, label).await?.ok_or_else(missing)?;
    let entries = rows::custody(ctx.db(), evidence.id).await?;
    let since = ctx.now().plus_seconds(-VIEW_AGAIN_S);
    let is_new = !entries.iter().any(|entry| entry.actor_id == actor.person_id && entry.recorded_at > since);
    let shown = item_of(evidence, entries)?;
    if is_new && shown.evidence.status == EvidenceStatus::InCustody && !shown.is_broken() {
        let viewed = Happening { kind: CustodyKind::Accessed, occurred_at: None, details: Details::default() };
        return record(ctx, actor, reference, label, viewed).await;
    }
    Ok(shown)
}

fn missing() -> Refusal {
    Refusal::NotFound("piece of evidence".into())
}

fn item_of(evidence: Evidence, entries: Vec<CustodyEntry>) -> Result<Item> {
    let events = entries.iter().map(CustodyEntry::event).collect::<std::result::Result<Vec<_>, _>>()?;
    let (state, faults) = (folded(&events), check_history(&events));
    Ok(Item { intervals: intervals(&events), faults, evidence, entries, state })
}

/// Registers an item: its row, its collection, and where it is kept. The file, where there is one, is
/// on the disk already, and the caller holds on to it until this returns.
///
/// # Errors
/// A refusal when the role does not allow it or a field is not acceptable.
pub async fn register(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    fields: &EvidenceFields,
    collected: Option<Timestamp>,
    location: &str,
    file: Option<&Stored>,
) -> Result<Evidence> {
    permit(ctx, actor, Deed::HandleEvidence, Object::None).await?;
    let mut act = Act::begin(ctx, actor).await?;
    let incident = find(ctx, &mut act.tx, actor, reference).await?;
    let occurred_at = collected.unwrap_or(act.now);
    let mut errors = FieldErrors::default();
    fields.check(&mut errors);
    errors.line("location", location, false, 300);
    check_instant("collected", occurred_at, act.now, &mut errors);
    errors.finish()?;
    let number = org::next_number(&mut act.tx, actor.org_id, &format!("evidence-{}", incident.id)).await?;
    let label = format!("EV-{number:04}");
    let size = file.map(|file| i64::try_from(file.size)).transpose().map_err(|error| Error::failed("size", error))?;
    let file = file.map(|file| file.sha256.to_string()).zip(size);
    let (id, now) = (EvidenceId(ctx.uuid(act.now)), act.now);
    let new = NewEvidence { id, incident: incident.id, label: &label, fields, file: file.clone() };
    rows::insert(&mut act.tx, actor, &new, now).await?;
    act.record(
        Record::new("evidence.registered", "incident", incident.id)
            .with("evidence", id.to_string())
            .with("label", label.clone())
            .with("sha256", file.as_ref().map(|(hash, _)| hash.clone()))
            .with("size", file.as_ref().map(|(_, size)| *size))
            .with_changes(None, &fields.as_text()),
    );
    let collection = Details { actual_sha256: file.map(|(hash, _)| hash).unwrap_or_default(), ..Details::default() };
    let first = Happening { kind: CustodyKind::Collected, occurred_at: Some(occurred_at), details: collection };
    append(ctx, &mut act, actor, &incident, &label, first).await?;
    if !location.trim().is_empty() {
        let place = Details { location: location.trim().to_owned(), ..Details::default() };
        let kept = Happening { kind: CustodyKind::Moved, occurred_at: None, details: place };
        append(ctx, &mut act, actor, &incident, &label, kept).await?;
    }
    let evidence = rows::find(&mut act.tx, incident.id, &label).await?.ok_or_else(missing)?;
    act.commit().await?;
    Ok(evidence)
}

/// Something that happened to an item.
#[derive(Clone, Debug)]
pub struct Happening {
    /// What.
    pub kind: CustodyKind,
    /// When; now, where it is not told.
    pub occurred_at: Option<Timestamp>,
    /// What else is said of it.
    pub details: Details,
}

const fn deed_of(kind: CustodyKind) -> Deed {
    match kind {
        CustodyKind::HoldPlaced | CustodyKind::HoldReleased => Deed::HoldEvidence,
        CustodyKind::Disposed => Deed::ApproveDisposal,
        CustodyKind::Accessed | CustodyKind::Downloaded => Deed::ViewEvidence,
        _ => Deed::HandleEvidence,
    }
}

/// Records what a person did to an item. What the server itself sees (views, downloads, hashes) is not
/// told by people.
///
/// # Errors
/// A refusal when the role or the rules of custody do not allow it, or something needed is missing.
pub async fn happen(ctx: &Ctx, actor: &Actor, reference: &str, label: &str, mut happening: Happening) -> Result<Item> {
    use CustodyKind as K;
    permit(ctx, actor, deed_of(happening.kind), Object::None).await?;
    if matches!(happening.kind, K::Collected | K::Accessed | K::Downloaded | K::Verified) {
        return Err(Refusal::Rule("The server records this by itself.".into()).into());
    }
    // Who acts is never taken from what was sent.
    let details = &mut happening.details;
    (details.hash_ok, details.expected_sha256, details.actual_sha256) = (None, String::new(), String::new());
    (details.as_lead, details.retain_until) = (false, None);
    details.released_by = (happening.kind == K::Offered).then_some(actor.person_id);
    record(ctx, actor, reference, label, happening).await
}

async fn record(ctx: &Ctx, actor: &Actor, reference: &str, label: &str, happening: Happening) -> Result<Item> {
    let mut act = Act::begin(ctx, actor).await?;
    let incident = find(ctx, &mut act.tx, actor, reference).await?;
    let is_disposal = happening.kind == CustodyKind::Disposed;
    append(ctx, &mut act, actor, &incident, label, happening).await?;
    let evidence = rows::find(&mut act.tx, incident.id, label).await?.ok_or_else(missing)?;
    let entries = rows::custody(&mut act.tx, evidence.id).await?;
    let item = item_of(evidence, entries)?;
    act.commit().await?;
    if is_disposal && let Some(hash) = &item.evidence.sha256 {
        // What was disposed of is on record now; bytes that cannot be deleted yet are tried again.
        if let Err(error) = delete(ctx, hash).await {
            tracing::error!(%error, hash, "the file of what was disposed of is still there");
        }
    }
    Ok(item)
}

/// Deletes a file unless another item has it.
async fn delete(ctx: &Ctx, hash: &str) -> Result<bool> {
    let name: BlobHash = hash.parse().map_err(|error| Error::failed("hash in a row", error))?;
    let is_used = async { rows::is_used(ctx.db(), hash).await.map_err(Error::from) };
    ctx.blobs().delete(name, is_used).await
}

/// Deletes the files of what was disposed of lately and could not be deleted then.
///
/// # Errors
/// When the database or the disk refuses.
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

/// Adds an event within a deed that is under way.
async fn append(
    ctx: &Ctx,
    act: &mut Act<'_>,
    actor: &Actor,
    incident: &Incident,
    label: &str,
    happening: Happening,
) -> Result<()> {
    let evidence = rows::find(&mut act.tx, incident.id, label).await?.ok_or_else(missing)?;
    let earlier = rows::custody(&mut act.tx, evidence.id).await?;
    let item = item_of(evidence.clone(), earlier)?;
    if item.is_broken() {
        let words = "The recorded custody of this item breaks a rule, so nothing is added to it. Have it looked into.";
        return Err(Refusal::Rule(words.into()).into());
    }
    let state = item.state;
    let kind = happening.kind;
    let mut details = happening.details;
    complete(actor, &state, &evidence, kind, &mut details);
    check(&mut act.tx, actor, incident, kind, &details, happening.occurred_at, act.now).await?;
    let entry = CustodyEntry {
        id: CustodyId(ctx.uuid(act.now)),
        seq: state.seq + 1,
        kind,
        actor_id: actor.person_id,
        actor_name: actor.name.clone(),
        occurred_at: happening.occurred_at.unwrap_or(act.now),
        recorded_at: act.now,
        details,
    };
    let after = apply(state, &entry.event()?)?;
    let status = match kind {
        CustodyKind::Returned => EvidenceStatus::Returned,
        CustodyKind::Disposed => EvidenceStatus::Disposed,
        _ => evidence.status,
    };
    if !rows::add_event(&mut act.tx, actor.org_id, (incident.id, evidence.id), &entry, &after, status).await? {
        return Err(Refusal::Busy { retry_after_s: 1 }.into());
    }
    act.record(told(incident, &evidence, &entry));
    Ok(())
}

/// What the server knows better than whoever sends it.
fn complete(actor: &Actor, state: &State, evidence: &Evidence, kind: CustodyKind, details: &mut Details) {
    match kind {
        CustodyKind::CheckedOut => details.released_by = state.holder,
        CustodyKind::CheckedIn => {
            details.as_lead = state.holder != Some(actor.person_id)
                && holdfast_domain::allow(actor, Deed::ApproveDisposal, Object::None);
        }
        CustodyKind::Disposed => details.retain_until = evidence.fields.retain_until,
        _ => {}
    }
}

async fn check(
    tx: &mut Tx,
    actor: &Actor,
    incident: &Incident,
    kind: CustodyKind,
    details: &Details,
    occurred_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    let mut errors = FieldErrors::default();
    details.check(kind, &mut errors);
    if let Some(at) = occurred_at {
        check_instant("occurred", at, now, &mut errors);
    }
    if details.expected_return.is_some_and(|due| due <= occurred_at.unwrap_or(now)) {
        errors.add("expected_return", "It cannot be expected back before it is lent.");
    }
    errors.finish()?;
    let Some(receiver) = details.received_by else { return Ok(()) };
    check_member(tx, actor, "received_by", receiver).await?;
    if incident.restricted
        && !holdfast_store::incident::members(&mut *tx, incident.id).await?.iter().any(|one| one.person_id == receiver)
    {
        let words = "This person is not on the team of this incident and could not accept it.";
        return Err(Refusal::field("received_by", words).into());
    }
    Ok(())
}

/// The ledger's entry: ids, hashes and times in clear, texts as commitments.
fn told(incident: &Incident, evidence: &Evidence, entry: &CustodyEntry) -> Record {
    let details = &entry.details;
    let person = |id: Option<PersonId>| id.map(|id| id.to_string());
    let mut record = Record::new(kind_of(entry.kind), "incident", incident.id)
        .with("evidence", evidence.id.to_string())
        .with("label", evidence.label.clone())
        .with("event", entry.id.to_string())
        .with("number", entry.seq)
        .with("occurred_at", entry.occurred_at.to_string())
        .with("sha256", evidence.sha256.clone())
        .with("released_by", person(details.released_by))
        .with("received_by", person(details.received_by))
        .with("hash_ok", details.hash_ok)
        .with("as_lead", details.as_lead.then_some(true))
        .with("retain_until", details.retain_until.map(|until| until.to_string()))
        .with("expected_return", details.expected_return.map(|until| until.to_string()))
        .with("refers_to", details.refers_to);
    for (name, text) in details.texts() {
        record = record.with_text(name, text);
    }
    record
}

const fn kind_of(kind: CustodyKind) -> &'static str {
    use CustodyKind as K;
    match kind {
        K::Collected => "custody.collected",
        K::Sealed => "custody.sealed",
        K::Unsealed => "custody.unsealed",
        K::Offered => "custody.offered",
        K::Accepted => "custody.transferred",
        K::Refused => "custody.refused",
        K::CheckedOut => "custody.checked_out",
        K::CheckedIn => "custody.checked_in",
        K::Analysed => "custody.analysed",
        K::Accessed => "custody.accessed",
        K::Downloaded => "custody.downloaded",
        K::Verified => "custody.verified",
        K::Moved => "custody.moved",
        K::HoldPlaced => "custody.hold_placed",
        K::HoldReleased => "custody.hold_released",
        K::Disclosed => "custody.disclosed",
        K::Returned => "custody.returned",
        K::DisposalRequested => "custody.disposal_requested",
        K::Disposed => "custody.disposed",
        K::Corrected => "custody.corrected",
    }
}

/// Reads the file again and records whether it is what it was.
///
/// # Errors
/// A refusal when the role does not allow it or the item has no file.
pub async fn verify(ctx: &Ctx, actor: &Actor, reference: &str, label: &str) -> Result<Item> {
    permit(ctx, actor, Deed::HandleEvidence, Object::None).await?;
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
    let none = || Refusal::Rule("This item has no file here.".into());
    if evidence.status != EvidenceStatus::InCustody {
        return Err(none().into());
    }
    let hash = evidence.sha256.clone().ok_or_else(none)?;
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
    permit(ctx, actor, Deed::ViewEvidence, Object::None).await?;
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
