//! Targets as they held at one time after another. An incident is measured by those that held when it was
//! detected, so that a change of targets changes nothing that was measured before.

use serde::{Deserialize, Serialize};

use super::Targets;
use crate::Timestamp;

/// Targets, and since when they hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetSet {
    /// From when on.
    pub from: Timestamp,
    /// The targets.
    pub targets: Targets,
}

/// All that an organisation decided of its targets, oldest first. Before the first hold the program's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetHistory(Vec<TargetSet>);

/// The targets for the incidents that were detected between two times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TargetsPart {
    /// From when on; `None` from the beginning.
    pub from: Option<Timestamp>,
    /// Until before when; `None` where no others follow.
    pub until: Option<Timestamp>,
    /// Whether the organisation decided on them; else they are the program's.
    pub are_own: bool,
    /// The targets.
    pub targets: Targets,
}

impl TargetsPart {
    /// Whether an incident detected then is measured by them.
    #[must_use]
    pub fn holds_at(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

impl TargetHistory {
    /// Whether the organisation has never decided.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ones decided on last, whether or not they hold yet.
    #[must_use]
    pub fn latest(&self) -> Option<&TargetSet> {
        self.0.last()
    }

    /// The ones that were decided on but do not hold yet.
    #[must_use]
    pub fn pending(&self, now: Timestamp) -> Option<&TargetSet> {
        self.latest().filter(|set| set.from > now)
    }

    /// The ones by which an incident is measured that was detected then.
    #[must_use]
    pub fn at(&self, at: Timestamp) -> Targets {
        self.0.iter().rev().find(|set| set.from <= at).map(|set| set.targets.clone()).unwrap_or_default()
    }

    /// With these in the place of any that do not hold yet. What has begun stays as it was.
    #[must_use]
    pub fn with(&self, set: TargetSet, now: Timestamp) -> Self {
        let begun = self.0.iter().filter(|old| old.from <= now && old.from < set.from).cloned();
        Self(begun.chain([set.clone()]).collect())
    }

    /// By which targets the incidents are measured that were detected from a time on, until before another.
    #[must_use]
    pub fn parts(&self, from: Timestamp, to: Timestamp) -> Vec<TargetsPart> {
        let until = |place: usize| self.0.get(place).map(|set| set.from);
        let programs = TargetsPart { from: None, until: until(0), are_own: false, targets: Targets::default() };
        let own = self.0.iter().enumerate().map(|(place, set)| TargetsPart {
            // Those of before targets had dates hold from the beginning.
            from: (set.from.micros() > 0).then_some(set.from),
            until: until(place + 1),
            are_own: true,
            targets: set.targets.clone(),
        });
        let applies = |part: &TargetsPart| {
            part.until.is_none_or(|until| from < until) && part.from.is_none_or(|begins| begins < to)
        };
        std::iter::once(programs).chain(own).filter(applies).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{incident::Severity, metric::Target};

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_micros(hours * super::super::HOUR)
    }

    fn set(from: i64, minutes: i64) -> TargetSet {
        TargetSet { from: at(from), targets: Targets([(Severity::Sev1, Target::of(minutes, 1, 2))].into()) }
    }

    #[test]
    fn what_has_begun_is_kept_and_what_has_not_is_replaced() {
        let history = TargetHistory::default().with(set(10, 5), at(10)).with(set(100, 9), at(20));
        assert_eq!(history.pending(at(99)), Some(&set(100, 9)));
        assert_eq!(history.pending(at(100)), None);
        assert_eq!((history.at(at(9)), history.at(at(10)), history.at(at(99))), {
            let own = set(10, 5).targets;
            (Targets::default(), own.clone(), own)
        });
        assert_eq!(history.at(at(100)), set(100, 9).targets);
        let other = history.with(set(60, 7), at(50));
        assert_eq!(other.at(at(10)), set(10, 5).targets);
        assert_eq!((other.at(at(60)), other.at(at(100))), (set(60, 7).targets, set(60, 7).targets));
        assert_eq!(history.with(set(200, 7), at(150)).at(at(100)), set(100, 9).targets);
    }

    #[test]
    fn a_period_names_the_targets_that_apply_to_its_parts() {
        let parts = |history: &TargetHistory, from, to| -> Vec<(Option<Timestamp>, Option<Timestamp>, bool)> {
            history.parts(at(from), at(to)).iter().map(|part| (part.from, part.until, part.are_own)).collect()
        };
        let none = TargetHistory::default();
        assert_eq!(parts(&none, 0, 9), [(None, None, false)]);
        let history = none.with(set(10, 5), at(10)).with(set(100, 9), at(20));
        assert_eq!(parts(&history, 5, 10), [(None, Some(at(10)), false)]);
        let both = [(None, Some(at(10)), false), (Some(at(10)), Some(at(100)), true)];
        assert_eq!(parts(&history, 5, 100), both);
        assert_eq!(parts(&history, 100, 200), [(Some(at(100)), None, true)]);
        assert_eq!(parts(&none.with(set(0, 5), at(10)), 1, 2), [(None, None, true)]);
    }
}
