//! The invariants of custody over many histories, looked at without the fold that keeps them.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;
use crate::{
    CustodyId, OrgId, SessionId,
    access::Door,
    evidence::Details,
    person::{Role, Roles},
};

/// Histories of a full run, which `HOLDFAST_TEST_LONG=1` asks for. An ordinary run looks at a twentieth.
const HISTORIES: usize = 100_000;

/// A fixed sequence (splitmix64), so that a failure can be seen again. `HOLDFAST_TEST_SEED` chooses another.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

fn person(n: u64) -> PersonId {
    PersonId(uuid::Uuid::from_u128(u128::from(n) + 1))
}

fn at(micros: u64) -> Timestamp {
    Timestamp::from_micros(i64::try_from(micros).unwrap())
}

fn step(dice: &mut Dice, seq: u32) -> CustodyStep {
    let matter = format!("M{}", dice.below(2));
    let released_by = person(dice.below(3));
    match dice.below(20) {
        0 => CustodyStep::Collected,
        1 => CustodyStep::Sealed("S1".into()),
        2 => CustodyStep::Unsealed,
        3 | 4 => CustodyStep::Offered { released_by, received_by: person(dice.below(3)) },
        5 | 6 => CustodyStep::Accepted,
        7 => CustodyStep::Refused,
        8 => CustodyStep::CheckedOut { released_by },
        9 => CustodyStep::CheckedIn { as_lead: dice.below(4) == 0 },
        10 => CustodyStep::Noted(CustodyKind::Analysed),
        11 => CustodyStep::Moved("Vault".into()),
        12 => CustodyStep::HoldPlaced(matter),
        13 => CustodyStep::HoldReleased(matter),
        14 => {
            if dice.below(4) == 0 {
                CustodyStep::Returned
            } else {
                CustodyStep::DisposalRequested
            }
        }
        15 => CustodyStep::DisposalRequested,
        16 => CustodyStep::Disposed { retain_until: (dice.below(2) == 0).then(|| at(dice.below(200))) },
        17 => CustodyStep::Withdrawn,
        18 => CustodyStep::DisposalWithdrawn { as_lead: dice.below(4) == 0 },
        _ => CustodyStep::Corrected { refers_to: u32::try_from(dice.below(u64::from(seq) + 2)).unwrap() },
    }
}

/// The accepted events of one history, and how many tries were refused.
fn history(dice: &mut Dice) -> (Vec<CustodyEvent>, u32) {
    let (mut state, mut events, mut refused) = (State::default(), Vec::new(), 0);
    for now in 1..=30_u64 {
        let seq = state.seq + 1;
        let step = if seq == 1 && dice.below(4) > 0 { CustodyStep::Collected } else { step(dice, seq) };
        let (actor, recorded_at) = (person(dice.below(3)), at(now * 5));
        let event =
            CustodyEvent { seq, actor, occurred_at: at(now * 5 - dice.below(5 * now.min(3))), recorded_at, step };
        match apply(state.clone(), &event) {
            Ok(next) => {
                state = next;
                events.push(event);
            }
            Err(_) => refused += 1,
        }
    }
    (events, refused)
}

/// Looks at the events alone: its own holder, holds and offers, nothing of `State`.
fn assert_rules(events: &[CustodyEvent]) {
    let (mut holder, mut lender, mut offer, mut asked) = (None, None, None, None);
    let (mut holds, mut ended) = (BTreeSet::new(), false);
    for (index, event) in events.iter().enumerate() {
        assert_eq!(event.seq as usize, index + 1);
        assert_eq!(index == 0, event.step == CustodyStep::Collected);
        assert!(!ended || matches!(event.step, CustodyStep::Corrected { .. }), "after the end: {event:?}");
        match &event.step {
            CustodyStep::Collected => holder = Some(event.actor),
            CustodyStep::Offered { released_by, received_by } => {
                assert_eq!((holder, offer, lender), (Some(*released_by), None, None));
                offer = Some(*received_by);
            }
            CustodyStep::Accepted => {
                assert_eq!(offer.take(), Some(event.actor), "accepted by its receiver");
                (holder, asked) = (Some(event.actor), None);
            }
            CustodyStep::Refused => assert_eq!(offer.take(), Some(event.actor)),
            CustodyStep::Withdrawn => {
                assert_eq!(holder, Some(event.actor), "withdrawn by who offered it");
                assert!(offer.take().is_some());
            }
            CustodyStep::DisposalWithdrawn { as_lead } => {
                let by = asked.take();
                assert!(by.is_some() && (*as_lead || by == Some(event.actor)));
            }
            CustodyStep::CheckedOut { released_by } => {
                assert_eq!((holder, offer, lender), (Some(*released_by), None, None));
                (lender, holder, asked) = (holder, Some(event.actor), None);
            }
            CustodyStep::CheckedIn { as_lead } => {
                assert!(*as_lead || holder == Some(event.actor));
                holder = lender.take();
                assert!(holder.is_some());
            }
            CustodyStep::HoldPlaced(matter) => assert!(holds.insert(matter.clone())),
            CustodyStep::HoldReleased(matter) => assert!(holds.remove(matter)),
            CustodyStep::DisposalRequested => asked = Some(event.actor),
            CustodyStep::Disposed { retain_until } => {
                assert!(holds.is_empty() && asked.is_some() && asked != Some(event.actor));
                assert!(retain_until.is_none_or(|until| event.recorded_at >= until));
                ended = true;
            }
            CustodyStep::Returned => {
                assert!(holds.is_empty());
                ended = true;
            }
            CustodyStep::Corrected { refers_to } => assert!(*refers_to > 0 && *refers_to < event.seq),
            _ => {}
        }
    }
}

fn assert_intervals(events: &[CustodyEvent]) {
    let list = intervals(events);
    assert_eq!(list.is_empty(), events.is_empty());
    for pair in list.windows(2) {
        assert_eq!(pair[0].to, Some(pair[1].from), "no gap, no overlap");
        assert!(pair[0].from <= pair[1].from && pair[0].holder != pair[1].holder);
    }
    let ended = events.iter().any(|e| matches!(e.step, CustodyStep::Returned | CustodyStep::Disposed { .. }));
    assert!(list.last().is_none_or(|last| last.to.is_some() == ended));
}

/// Flags are exactly the events that happened before the latest ahead of them.
fn assert_flags(events: &[CustodyEvent]) -> usize {
    let faults = check_history(events);
    assert!(faults.iter().all(|fault| !fault.broken), "{faults:?}");
    let mut latest = None;
    let told = events.iter().filter(|e| {
        let early = latest.is_some_and(|latest| e.occurred_at < latest);
        if !matches!(e.step, CustodyStep::Corrected { .. }) {
            latest = latest.max(Some(e.occurred_at));
        }
        early
    });
    assert!(told.map(|e| e.seq).eq(faults.iter().map(|fault| fault.seq)));
    faults.len()
}

#[test]
fn no_history_breaks_an_invariant() {
    let setting = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let seed = setting("HOLDFAST_TEST_SEED").map_or(7, |seed| seed.parse::<u64>().unwrap());
    let histories = if setting("HOLDFAST_TEST_LONG").as_deref() == Some("1") { HISTORIES } else { HISTORIES / 20 };
    println!("HOLDFAST_TEST_SEED={seed}, {histories} histories");
    let mut dice = Dice(seed);
    let (mut accepted, mut refused, mut disposed, mut flagged, mut handed) = (0, 0, 0, 0, 0);
    for _ in 0..histories {
        let (events, no) = history(&mut dice);
        assert_rules(&events);
        assert_intervals(&events);
        flagged += assert_flags(&events);
        (accepted, refused) = (accepted + events.len(), refused + no);
        disposed += events.iter().filter(|e| matches!(e.step, CustodyStep::Disposed { .. })).count();
        handed += events.iter().filter(|e| e.step == CustodyStep::Accepted).count();
    }
    println!("accepted {accepted} refused {refused} disposed {disposed} flagged {flagged} handed over {handed}");
    let enough = histories / 100;
    assert!(disposed > enough && flagged > enough && handed > enough, "the histories reach the rules");
}

#[test]
fn a_history_that_was_cut_or_forged_is_found() {
    let mut dice = Dice(11);
    let mut tried = 0;
    for _ in 0..5_000 {
        let (events, _) = history(&mut dice);
        if events.len() < 3 {
            continue;
        }
        let cut = usize::try_from(dice.below(events.len() as u64 - 1)).unwrap();
        let mut short = events.clone();
        short.remove(cut);
        assert!(check_history(&short).iter().any(|fault| fault.broken), "cut at {cut}");
        let taken = events.iter().position(|e| e.step == CustodyStep::Accepted);
        if let Some(taken) = taken {
            let mut forged = events.clone();
            forged[taken].actor = person(9);
            assert!(check_history(&forged).iter().any(|fault| fault.broken && fault.seq == forged[taken].seq));
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn an_entry_is_late_after_a_day_only() {
    let day = 24 * 3_600 * 1_000_000;
    let told = |late| CustodyEvent {
        seq: 1,
        actor: person(0),
        occurred_at: at(0),
        recorded_at: at(late),
        step: CustodyStep::Collected,
    };
    assert_eq!(told(day).late_by(), None);
    assert_eq!(told(day + 1).late_by(), Some(86_400_000_001));
}

/// The person with this number, with this role, in a browser.
fn with_role(role: Role, n: u64) -> Actor {
    Actor {
        org_id: OrgId(uuid::Uuid::nil()),
        person_id: person(n),
        name: "Ada".into(),
        roles: Roles::of(&[role]),
        time_zone: "UTC".into(),
        door: Door::Session(SessionId(uuid::Uuid::nil())),
    }
}

/// The state after these steps of these people.
fn after(steps: &[(u64, CustodyStep)]) -> State {
    steps.iter().fold(State::default(), |state, (who, step)| {
        let (seq, now) = (state.seq + 1, at(u64::from(state.seq)));
        let event = CustodyEvent { seq, actor: person(*who), occurred_at: now, recorded_at: now, step: step.clone() };
        apply(state, &event).unwrap()
    })
}

#[test]
fn what_is_possible_depends_on_the_state_and_on_who_asks() {
    use CustodyKind as K;
    let (holder, other, lead) = (with_role(Role::Analyst, 1), with_role(Role::Analyst, 2), with_role(Role::Lead, 3));
    let collected = after(&[(1, CustodyStep::Collected)]);
    let anybody = [K::CheckedOut, K::Sealed, K::Moved, K::Analysed, K::Disclosed];
    let end = [K::Returned, K::DisposalRequested, K::Corrected];
    assert_eq!(possible(&collected, &holder), [&[K::Offered][..], &anybody[..], &end[..]].concat());
    assert_eq!(possible(&collected, &other), [&anybody[..], &end[..]].concat());
    assert_eq!(possible(&collected, &lead), [&anybody[..], &[K::HoldPlaced], &end[..]].concat());
    for role in [Role::Administrator, Role::Executive, Role::Auditor] {
        assert_eq!(possible(&collected, &with_role(role, 1)), [], "{role}");
    }
    let offered = after(&[
        (1, CustodyStep::Collected),
        (1, CustodyStep::Offered { released_by: person(1), received_by: person(2) }),
    ]);
    assert!(possible(&offered, &other).starts_with(&[K::Accepted, K::Refused, K::Sealed]));
    assert!(possible(&offered, &holder).starts_with(&[K::Withdrawn, K::Sealed]));
    let lent = after(&[(1, CustodyStep::Collected), (2, CustodyStep::CheckedOut { released_by: person(1) })]);
    let may_check_in = |actor| possible(&lent, actor).contains(&K::CheckedIn);
    assert_eq!([&holder, &other, &lead].map(may_check_in), [false, true, true]);
}

#[test]
fn a_disposal_is_approved_by_another_person_and_not_under_a_hold() {
    use CustodyKind as K;
    let (asks, approves) = (with_role(Role::Lead, 1), with_role(Role::Lead, 3));
    let steps = [(1, CustodyStep::Collected), (1, CustodyStep::DisposalRequested)];
    let asked = after(&steps);
    assert!(possible(&asked, &asks).contains(&K::DisposalWithdrawn) && !possible(&asked, &asks).contains(&K::Disposed));
    assert!(possible(&asked, &approves).contains(&K::Disposed));
    let held = after(&[&steps[..], &[(3, CustodyStep::HoldPlaced("M1".into()))]].concat());
    assert!(!possible(&held, &approves).contains(&K::Disposed));
    assert!(possible(&held, &approves).contains(&K::HoldReleased));
    let gone = after(&[&steps[..], &[(3, CustodyStep::Disposed { retain_until: None })]].concat());
    assert_eq!(possible(&gone, &approves), [K::Corrected]);
}

#[test]
fn every_kind_is_recorded_by_people_or_by_the_server() {
    for kind in CustodyKind::ALL {
        assert_ne!(RECORDED_BY_PEOPLE.contains(kind), kind.is_recorded_by_server(), "{kind}");
    }
}

#[test]
fn an_item_is_overdue_while_it_is_lent_and_past_its_time() {
    let entry = |kind, due: Option<u64>| CustodyEntry {
        id: CustodyId(uuid::Uuid::nil()),
        seq: 2,
        kind,
        actor_id: person(2),
        actor_name: "Ada".into(),
        actor_handle: "ada".into(),
        occurred_at: at(1),
        recorded_at: at(1),
        details: Details { expected_return: due.map(at), ..Details::default() },
    };
    let lent = after(&[(1, CustodyStep::Collected), (2, CustodyStep::CheckedOut { released_by: person(1) })]);
    let due = [entry(CustodyKind::CheckedOut, Some(50))];
    assert!(is_overdue(&lent, &due, at(51)) && !is_overdue(&lent, &due, at(50)));
    assert!(!is_overdue(&lent, &[entry(CustodyKind::CheckedOut, None)], at(51)));
    assert!(!is_overdue(&after(&[(1, CustodyStep::Collected)]), &due, at(51)), "it is back");
}
