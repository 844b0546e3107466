//! What happens to an item: each event is a row and a ledger entry in one transaction.

use holdfast_domain::{
    Actor, CustodyId, Object, PersonId, Refusal, Timestamp,
    custody::CustodyKind,
    custody_state::{State, acts_as_lead, apply},
    evidence::{CustodyEntry, Details, Evidence, EvidenceStatus},
    incident::Incident,
    lifecycle::check_instant,
    refusal::FieldErrors,
};
use holdfast_store::{Tx, evidence as rows};

use super::{EvidenceItem, delete, item_of, missing, named};
use crate::{
    Ctx, Record, Result, UnitOfWork,
    incident::{check_worker, find},
    permit,
};

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

/// Records what a person did to an item. What the server itself sees (views, downloads, hashes) is not
/// told by people.
///
/// # Errors
/// A refusal when the role or the rules of custody do not allow it, or something needed is missing.
pub async fn happen(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    label: &str,
    mut happening: Happening,
) -> Result<EvidenceItem> {
    permit(ctx, actor, happening.kind.permission(), Object::None).await?;
    if happening.kind.is_recorded_by_server() {
        return Err(Refusal::Rule("The server records this by itself.".into()).into());
    }
    // Who acts is never taken from what was sent.
    let details = &mut happening.details;
    (details.hash_ok, details.expected_sha256, details.actual_sha256) = (None, String::new(), String::new());
    (details.as_lead, details.retain_until) = (false, None);
    details.released_by = (happening.kind == CustodyKind::Offered).then_some(actor.person_id);
    record(ctx, actor, reference, label, happening).await
}

pub(super) async fn record(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    label: &str,
    happening: Happening,
) -> Result<EvidenceItem> {
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let incident = find(ctx, &mut work.tx, actor, reference).await?;
    let is_disposal = happening.kind == CustodyKind::Disposed;
    append(ctx, &mut work, actor, &incident, label, happening).await?;
    let evidence = rows::find(&mut work.tx, incident.id, label).await?.ok_or_else(missing)?;
    let entries = rows::custody(&mut work.tx, evidence.id).await?;
    let item = item_of(evidence, entries)?;
    work.makes(label);
    work.commit().await?;
    if is_disposal && let Some(hash) = &item.evidence.sha256 {
        // What was disposed of is on record now; bytes that cannot be deleted yet are tried again.
        if let Err(error) = delete(ctx, hash).await {
            tracing::error!(%error, hash, "the file of what was disposed of is still there");
        }
    }
    named(ctx, actor, item).await
}

/// Adds an event within an action that is under way.
pub(super) async fn append(
    ctx: &Ctx,
    work: &mut UnitOfWork<'_>,
    actor: &Actor,
    incident: &Incident,
    label: &str,
    happening: Happening,
) -> Result<()> {
    let evidence = rows::find(&mut work.tx, incident.id, label).await?.ok_or_else(missing)?;
    let earlier = rows::custody(&mut work.tx, evidence.id).await?;
    let item = item_of(evidence.clone(), earlier)?;
    if item.is_broken() {
        let words = "The recorded custody of this item breaks a rule, so nothing is added to it. Have it looked into.";
        return Err(Refusal::Rule(words.into()).into());
    }
    let state = item.state;
    let kind = happening.kind;
    let mut details = happening.details;
    complete(actor, &state, &evidence, kind, &mut details);
    check(&mut work.tx, actor, (incident, &evidence), (kind, &details), happening.occurred_at, work.now).await?;
    let entry = CustodyEntry {
        id: CustodyId(ctx.uuid(work.now)),
        seq: state.seq + 1,
        kind,
        actor_id: actor.person_id,
        actor_name: actor.name.clone(),
        actor_handle: String::new(),
        occurred_at: happening.occurred_at.unwrap_or(work.now),
        recorded_at: work.now,
        details,
    };
    let after = apply(state, &entry.event()?)?;
    let status = match kind {
        CustodyKind::Returned => EvidenceStatus::Returned,
        CustodyKind::Disposed => EvidenceStatus::Disposed,
        _ => evidence.status,
    };
    if !rows::add_event(&mut work.tx, actor.org_id, (incident.id, evidence.id), &entry, &after, status).await? {
        return Err(Refusal::Busy { retry_after_s: 1 }.into());
    }
    work.record(told(incident, &evidence, &entry));
    Ok(())
}

/// What the server knows better than whoever sends it.
fn complete(actor: &Actor, state: &State, evidence: &Evidence, kind: CustodyKind, details: &mut Details) {
    match kind {
        CustodyKind::CheckedOut => details.released_by = state.holder,
        CustodyKind::CheckedIn => details.as_lead = acts_as_lead(actor, state.holder),
        CustodyKind::DisposalWithdrawn => details.as_lead = acts_as_lead(actor, state.disposal_by),
        CustodyKind::Disposed => details.retain_until = evidence.fields.retain_until,
        _ => {}
    }
}

async fn check(
    tx: &mut Tx,
    actor: &Actor,
    (incident, evidence): (&Incident, &Evidence),
    (kind, details): (CustodyKind, &Details),
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
    if kind == CustodyKind::Analysed {
        let is_known = details.copy.is_empty() || rows::find(&mut *tx, incident.id, &details.copy).await?.is_some();
        if !is_known {
            errors.add("copy", "There is no such item in this incident.");
        }
        if details.copy.is_empty() && evidence.copy_of.is_none() && details.reason.trim().is_empty() {
            errors.add("reason", "This is an original: say why it was analysed and not a copy of it.");
        }
    }
    errors.finish()?;
    let Some(receiver) = details.received_by else { return Ok(()) };
    check_worker(tx, actor, "received_by", receiver).await?;
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
        .with("actual_sha256", Some(&details.actual_sha256).filter(|hash| !hash.is_empty()).cloned())
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
        K::Withdrawn => "custody.withdrawn",
        K::Copied => "custody.copied",
        K::Imaged => "custody.imaged",
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
        K::DisposalWithdrawn => "custody.disposal_withdrawn",
        K::Disposed => "custody.disposed",
        K::Corrected => "custody.corrected",
    }
}
