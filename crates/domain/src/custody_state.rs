//! Custody as a fold over its events: who holds an item, where, under which seal and holds, and
//! which event the rules forbid now. The server and the offline verifier share it.

use std::collections::BTreeSet;

use crate::{
    Actor, Object, Permission, PersonId, Refusal, Timestamp, allow,
    custody::{CustodyEvent, CustodyKind, CustodyStep},
    evidence::CustodyEntry,
};

/// Custody of one item after some events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The number of the last event.
    pub seq: u32,
    /// Who holds it; nobody before it is collected and after it is gone.
    pub holder: Option<PersonId>,
    /// Who lent it to the holder, while it is checked out.
    pub lender: Option<PersonId>,
    /// Who has been offered it and has not answered.
    pub offered_to: Option<PersonId>,
    /// The number of the unbroken seal.
    pub seal: Option<String>,
    /// Where it was last moved to.
    pub location: Option<String>,
    /// The matters that hold it.
    pub holds: BTreeSet<String>,
    /// Who asked for its disposal.
    pub disposal_by: Option<PersonId>,
    /// Whether it was returned or disposed of.
    pub ended: bool,
    /// When the latest event happened, so far.
    pub latest: Option<Timestamp>,
}

/// What is wrong in a recorded history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustodyFault {
    /// The event.
    pub seq: u32,
    /// Whether a rule is broken; else the event only happened before the one above it.
    pub broken: bool,
    /// What is wrong, in words.
    pub why: String,
}

/// A time in which one person held the item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Who.
    pub holder: PersonId,
    /// From when.
    pub from: Timestamp,
    /// Until when; open while it is held.
    pub to: Option<Timestamp>,
}

/// The state after the event.
///
/// # Errors
/// [`Refusal::Rule`] when the rules of custody forbid the event in this state.
pub fn apply(mut state: State, event: &CustodyEvent) -> Result<State, Refusal> {
    admit(&state, event).map_err(|why| Refusal::Rule(why.into()))?;
    enact(&mut state, event);
    Ok(state)
}

/// The state after a history, for showing it: an event that breaks a rule has no effect on the rest.
/// Whoever adds to a history uses [`apply`], after [`check_history`] found nothing broken.
#[must_use]
pub fn folded(events: &[CustodyEvent]) -> State {
    let mut state = State::default();
    for event in events {
        match admit(&state, event) {
            Ok(()) => enact(&mut state, event),
            Err(_) => state.seq = event.seq,
        }
    }
    state
}

/// Everything that is wrong with a history. An event that breaks a rule has no effect on the rest.
#[must_use]
pub fn check_history(events: &[CustodyEvent]) -> Vec<CustodyFault> {
    let (mut state, mut faults) = (State::default(), Vec::new());
    for event in events {
        let mut fault = |broken, why: &str| faults.push(CustodyFault { seq: event.seq, broken, why: why.into() });
        match admit(&state, event) {
            Ok(()) => {
                if out_of_order(&state, event) {
                    fault(false, "This happened before the event recorded ahead of it.");
                }
                enact(&mut state, event);
            }
            Err(why) => {
                fault(true, why);
                state.seq = event.seq;
            }
        }
    }
    faults
}

/// Whether the event happened before one that was recorded ahead of it.
#[must_use]
pub fn out_of_order(state: &State, event: &CustodyEvent) -> bool {
    state.latest.is_some_and(|latest| event.occurred_at < latest)
}

/// Who held the item when, without gaps and overlaps. An event told out of order counts from the
/// latest time told before it.
#[must_use]
pub fn intervals(events: &[CustodyEvent]) -> Vec<Holding> {
    let (mut state, mut list) = (State::default(), Vec::<Holding>::new());
    for event in events {
        let before = state.holder;
        if admit(&state, event).is_err() {
            state.seq = event.seq;
            continue;
        }
        enact(&mut state, event);
        if state.holder == before {
            continue;
        }
        let at = state.latest.unwrap_or(event.occurred_at);
        if let Some(last) = list.last_mut() {
            last.to = Some(at);
        }
        if let Some(holder) = state.holder {
            list.push(Holding { holder, from: at, to: None });
        }
    }
    list
}

/// What people record of an item, in the order in which a page offers it.
const RECORDED_BY_PEOPLE: [CustodyKind; 18] = [
    CustodyKind::Accepted,
    CustodyKind::Refused,
    CustodyKind::Withdrawn,
    CustodyKind::Offered,
    CustodyKind::CheckedOut,
    CustodyKind::CheckedIn,
    CustodyKind::Sealed,
    CustodyKind::Unsealed,
    CustodyKind::Moved,
    CustodyKind::Analysed,
    CustodyKind::Disclosed,
    CustodyKind::HoldPlaced,
    CustodyKind::HoldReleased,
    CustodyKind::Returned,
    CustodyKind::DisposalRequested,
    CustodyKind::DisposalWithdrawn,
    CustodyKind::Disposed,
    CustodyKind::Corrected,
];

/// What this actor can record in this state. It may still be refused for what is said of it: for a
/// matter that holds the item already, or because it has to be kept longer.
#[must_use]
pub fn possible(state: &State, actor: &Actor) -> Vec<CustodyKind> {
    let is_open = |kind: &CustodyKind| {
        let admitted = |step| {
            let now = state.latest.unwrap_or(Timestamp::from_micros(0));
            let (seq, actor) = (state.seq + 1, actor.person_id);
            admit(state, &CustodyEvent { seq, actor, occurred_at: now, recorded_at: now, step }).is_ok()
        };
        allow(actor, kind.permission(), Object::None) && example(state, actor, *kind).is_some_and(admitted)
    };
    RECORDED_BY_PEOPLE.into_iter().filter(is_open).collect()
}

/// An event of the kind that this actor could mean, with nothing said that might forbid it.
fn example(state: &State, actor: &Actor, kind: CustodyKind) -> Option<CustodyStep> {
    use CustodyKind as K;
    Some(match kind {
        K::Sealed => CustodyStep::Sealed(String::new()),
        K::Unsealed => CustodyStep::Unsealed,
        K::Offered => CustodyStep::Offered { released_by: actor.person_id, received_by: PersonId(uuid::Uuid::nil()) },
        K::Accepted => CustodyStep::Accepted,
        K::Refused => CustodyStep::Refused,
        K::Withdrawn => CustodyStep::Withdrawn,
        K::CheckedOut => CustodyStep::CheckedOut { released_by: state.holder? },
        K::CheckedIn => CustodyStep::CheckedIn { as_lead: acts_as_lead(actor, state.holder) },
        K::Analysed | K::Disclosed => CustodyStep::Noted(kind),
        K::Moved => CustodyStep::Moved(String::new()),
        K::HoldPlaced => CustodyStep::HoldPlaced(String::new()),
        K::HoldReleased => CustodyStep::HoldReleased(state.holds.first()?.clone()),
        K::Returned => CustodyStep::Returned,
        K::DisposalRequested => CustodyStep::DisposalRequested,
        K::DisposalWithdrawn => CustodyStep::DisposalWithdrawn { as_lead: acts_as_lead(actor, state.disposal_by) },
        K::Disposed => CustodyStep::Disposed { retain_until: None },
        K::Corrected => CustodyStep::Corrected { refers_to: state.seq },
        K::Collected | K::Copied | K::Imaged | K::Accessed | K::Downloaded | K::Verified => return None,
    })
}

/// Whether this actor acts as a lead in what is otherwise the doing of one person.
#[must_use]
pub fn acts_as_lead(actor: &Actor, of: Option<PersonId>) -> bool {
    of != Some(actor.person_id) && allow(actor, Permission::ApproveDisposal, Object::None)
}

/// Whether the item is lent and was expected back before now.
#[must_use]
pub fn is_overdue(state: &State, entries: &[CustodyEntry], now: Timestamp) -> bool {
    let lent = entries.iter().rev().find(|entry| entry.kind == CustodyKind::CheckedOut);
    state.lender.is_some() && lent.and_then(|entry| entry.details.expected_return).is_some_and(|due| due < now)
}

fn need(holds: bool, why: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(why) }
}

fn admit(state: &State, event: &CustodyEvent) -> Result<(), &'static str> {
    need(event.seq == state.seq + 1, "An event is missing before this one.")?;
    if let CustodyStep::Corrected { refers_to } = event.step {
        return need((1..event.seq).contains(&refers_to), "A correction names an earlier event.");
    }
    if event.step == CustodyStep::Collected {
        return need(state.seq == 0, "This was collected already.");
    }
    need(state.seq > 0, "The first event is the collection.")?;
    need(!state.ended, "This left custody; only corrections can be added.")?;
    admit_step(state, event)
}

fn admit_step(state: &State, event: &CustodyEvent) -> Result<(), &'static str> {
    let held_by = |who| state.holder == Some(who);
    let at_rest = || {
        need(state.lender.is_none(), "This is checked out; it has to be checked in first.")?;
        need(state.offered_to.is_none(), "A transfer waits for its answer.")
    };
    match &event.step {
        CustodyStep::Sealed(_) => need(state.seal.is_none(), "This is sealed already."),
        CustodyStep::Unsealed => need(state.seal.is_some(), "This is not sealed."),
        CustodyStep::Offered { released_by, received_by } => {
            at_rest()?;
            need(held_by(*released_by) && event.actor == *released_by, "Only its holder can offer this.")?;
            need(received_by != released_by, "Choose somebody else to receive this.")
        }
        CustodyStep::Accepted | CustodyStep::Refused => {
            need(state.offered_to.is_some(), "No transfer waits for an answer.")?;
            need(state.offered_to == Some(event.actor), "Only the receiver can answer.")
        }
        CustodyStep::Withdrawn => {
            need(state.offered_to.is_some(), "No transfer waits for an answer.")?;
            need(held_by(event.actor), "Only its holder withdraws the offer.")
        }
        CustodyStep::CheckedOut { released_by } => {
            at_rest()?;
            need(held_by(*released_by), "Only its holder can release this.")
        }
        CustodyStep::CheckedIn { as_lead } => {
            need(state.lender.is_some(), "This is not checked out.")?;
            need(*as_lead || held_by(event.actor), "Its holder or a lead checks this in.")
        }
        CustodyStep::HoldPlaced(matter) => need(!state.holds.contains(matter), "This matter holds it already."),
        CustodyStep::HoldReleased(matter) => need(state.holds.contains(matter), "This matter does not hold it."),
        CustodyStep::Returned => {
            at_rest()?;
            need(state.holds.is_empty(), "A legal hold keeps this here.")
        }
        CustodyStep::DisposalRequested => {
            at_rest()?;
            need(state.disposal_by.is_none(), "Its disposal was requested already.")?;
            need(state.holds.is_empty(), "A legal hold forbids its disposal.")
        }
        CustodyStep::DisposalWithdrawn { as_lead } => {
            need(state.disposal_by.is_some(), "Nobody requested its disposal.")?;
            need(*as_lead || state.disposal_by == Some(event.actor), "Who requested it or a lead withdraws it.")
        }
        CustodyStep::Disposed { retain_until } => admit_disposal(state, event, *retain_until),
        CustodyStep::Noted(kind) => need(is_note(*kind), "This event needs more than a note."),
        CustodyStep::Moved(_) | CustodyStep::Collected | CustodyStep::Corrected { .. } => Ok(()),
    }
}

fn admit_disposal(state: &State, event: &CustodyEvent, until: Option<Timestamp>) -> Result<(), &'static str> {
    need(state.disposal_by.is_some(), "Nobody requested its disposal.")?;
    need(state.disposal_by != Some(event.actor), "Somebody else than who requested it approves a disposal.")?;
    need(state.lender.is_none() && state.offered_to.is_none(), "This is checked out or offered.")?;
    need(state.holds.is_empty(), "A legal hold forbids its disposal.")?;
    need(until.is_none_or(|until| event.recorded_at >= until), "It has to be kept longer.")
}

const fn is_note(kind: CustodyKind) -> bool {
    use CustodyKind as K;
    matches!(kind, K::Copied | K::Imaged | K::Analysed | K::Accessed | K::Downloaded | K::Verified | K::Disclosed)
}

fn enact(state: &mut State, event: &CustodyEvent) {
    state.seq = event.seq;
    if let CustodyStep::Corrected { .. } = event.step {
        return;
    }
    state.latest = state.latest.max(Some(event.occurred_at));
    match &event.step {
        CustodyStep::Collected => state.holder = Some(event.actor),
        CustodyStep::Sealed(number) => state.seal = Some(number.clone()),
        CustodyStep::Unsealed => state.seal = None,
        CustodyStep::Offered { received_by, .. } => state.offered_to = Some(*received_by),
        CustodyStep::Accepted => {
            state.holder = state.offered_to.take();
            state.disposal_by = None;
        }
        CustodyStep::Refused | CustodyStep::Withdrawn => state.offered_to = None,
        CustodyStep::CheckedOut { .. } => {
            state.lender = state.holder.replace(event.actor);
            state.disposal_by = None;
        }
        CustodyStep::CheckedIn { .. } => state.holder = state.lender.take(),
        CustodyStep::Moved(place) => state.location = Some(place.clone()),
        CustodyStep::HoldPlaced(matter) => drop(state.holds.insert(matter.clone())),
        CustodyStep::HoldReleased(matter) => drop(state.holds.remove(matter)),
        CustodyStep::DisposalRequested => state.disposal_by = Some(event.actor),
        CustodyStep::DisposalWithdrawn { .. } => state.disposal_by = None,
        CustodyStep::Returned | CustodyStep::Disposed { .. } => {
            state.holder = None;
            state.ended = true;
        }
        CustodyStep::Noted(_) | CustodyStep::Corrected { .. } => {}
    }
}

#[cfg(test)]
#[path = "custody_tests.rs"]
mod tests;
