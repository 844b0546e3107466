//! Stories and properties of the state machine.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
const FULL: ClosingFacts =
    ClosingFacts { has_disposition: true, has_root_cause: true, has_detection: true, has_tasks_done: true };

fn is_zone(name: &str) -> bool {
    name == "Europe/Berlin"
}

fn change(to: Status, reason: &str) -> PhaseChange {
    PhaseChange { to, entered: None, reason: reason.into() }
}

#[test]
fn the_usual_path_needs_no_reason() {
    for pair in Status::PATH.windows(2) {
        assert_eq!(change(pair[1], "").check(pair[0], FULL, NOW, is_zone), Ok(Move::Forward), "{pair:?}");
    }
}

#[test]
fn skips_and_back_steps_ask_why() {
    for (from, to, kind) in [
        (Status::New, Status::Containing, Move::Skip),
        (Status::Contained, Status::Investigating, Move::Back),
        (Status::Closed, Status::Investigating, Move::Reopen),
        (Status::Triage, Status::Rejected, Move::Reject),
    ] {
        assert!(matches!(change(to, " ").check(from, FULL, NOW, is_zone), Err(Refusal::Invalid(_))));
        assert_eq!(change(to, "because").check(from, FULL, NOW, is_zone), Ok(kind));
    }
}

#[test]
fn closing_names_everything_that_is_missing() {
    let facts =
        ClosingFacts { has_disposition: false, has_root_cause: false, has_detection: true, has_tasks_done: true };
    let refusal = change(Status::Closed, "").check(Status::Resolved, facts, NOW, is_zone).unwrap_err();
    assert_eq!(refusal.to_string(), "Before closing, add a disposition, the root cause, or that it is undetermined.");
}

#[test]
fn a_time_given_later_needs_a_reason_and_cannot_lie_ahead() {
    let mut asked = change(Status::Triage, "");
    asked.entered = Some(Stated::by_system(NOW.plus_seconds(-3600)));
    assert!(asked.check(Status::New, FULL, NOW, is_zone).is_err());
    asked.reason = "called in from the road".into();
    assert_eq!(asked.check(Status::New, FULL, NOW, is_zone), Ok(Move::Forward));
    asked.entered = Some(Stated::by_system(NOW.plus_seconds(3600)));
    assert!(asked.check(Status::New, FULL, NOW, is_zone).is_err());
}

#[test]
fn a_time_names_no_zone_or_one_of_the_table() {
    let refused = |zone: Option<&str>| {
        let stated = Stated { zone: zone.map(str::to_owned), ..Stated::by_system(NOW) };
        let mut errors = FieldErrors::default();
        stated.check("at", NOW, is_zone, &mut errors);
        errors.finish().is_err()
    };
    assert_eq!([None, Some("Europe/Berlin"), Some("Mars/Olympus"), Some("")].map(refused), [false, false, true, true]);
}

#[test]
fn times_out_of_order_are_named() {
    let at = |milestone, at| MilestoneTime {
        milestone,
        at: Some(Timestamp::from_seconds(at)),
        first_at: Timestamp::from_seconds(at),
        precision: Precision::Exact,
        source: TimeSource::User,
        zone: None,
        original: None,
        reason: None,
        recorded_at: NOW,
    };
    let times = [at(Milestone::Contain, 10), at(Milestone::Detect, 20), at(Milestone::Start, 5)];
    assert_eq!(order_faults(&times), [OrderFault { earlier: Milestone::Detect, later: Milestone::Contain }]);
}

fn any_status() -> impl Strategy<Value = Status> {
    prop::sample::select(Status::ALL)
}

/// A model of what the store keeps: the current time of each milestone, and its first.
#[derive(Default)]
struct Kept {
    current: BTreeMap<Milestone, Timestamp>,
    first: BTreeMap<Milestone, Timestamp>,
}

impl Kept {
    fn enter(&mut self, step: Move, to: Status, at: Timestamp) {
        for milestone in taken_back(step, to) {
            self.current.remove(&milestone);
        }
        if step != Move::Reopen {
            self.current.insert(to.milestone(), at);
            self.first.entry(to.milestone()).or_insert(at);
        }
    }
}

proptest! {
    /// Whatever is asked for, in whatever order: an ended incident leaves its state only by
    /// reopening, only a resolved one is closed, no time of a later phase
    /// outlives a step back, and first times never change.
    #[test]
    fn any_history_keeps_the_invariants(asked in prop::collection::vec(any_status(), 1..60)) {
        let mut status = Status::New;
        let mut kept = Kept::default();
        for (minute, to) in (0..).zip(asked) {
            let at = NOW.plus_seconds(minute * 60);
            let first_before = kept.first.clone();
            match change(to, "why").check(status, FULL, at, is_zone) {
                Err(_) => prop_assert!(step(status, to).is_none()),
                Ok(step) => {
                    if status.is_ended() { prop_assert_eq!(step, Move::Reopen); }
                    if to == Status::Closed { prop_assert_eq!(status, Status::Resolved); }
                    kept.enter(step, to, at);
                    status = to;
                    if step == Move::Back {
                        for later in Status::PATH.iter().filter(|s| **s > to) {
                            prop_assert!(!kept.current.contains_key(&later.milestone()));
                        }
                    }
                    prop_assert_eq!(kept.current.contains_key(&Milestone::Close), to.is_ended());
                }
            }
            for (milestone, at) in first_before {
                prop_assert_eq!(kept.first[&milestone], at);
            }
        }
    }

    /// Every state can go on, and every offered step is accepted.
    #[test]
    fn offered_steps_are_accepted(from in any_status()) {
        let steps = next_steps(from);
        prop_assert!(!steps.is_empty());
        for (to, kind) in steps {
            prop_assert_eq!(change(to, "why").check(from, FULL, NOW, is_zone), Ok(kind));
        }
    }
}
