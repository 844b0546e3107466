//! The times of one incident that metrics measure, in as little memory as they need: those of every
//! incident are kept there between two requests.

use crate::{Timestamp, lifecycle::Milestone};

/// The milestones that some metric begins at, ends at or asks for.
pub const MEASURED: [Milestone; 10] = [
    Milestone::Start,
    Milestone::Exfiltration,
    Milestone::Detect,
    Milestone::Acknowledge,
    Milestone::Identify,
    Milestone::Contain,
    Milestone::Eradicate,
    Milestone::RecoveryStart,
    Milestone::Recover,
    Milestone::Resolve,
];

/// What stands where there is no time: the beginning of the range, three hundred thousand years ago.
const NONE: i64 = i64::MIN;

/// The times of [`MEASURED`] that stand. Others are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times([i64; MEASURED.len()]);

impl Default for Times {
    fn default() -> Self {
        Self([NONE; MEASURED.len()])
    }
}

impl Times {
    /// The time of a milestone, where it is measured and stands.
    #[must_use]
    pub fn get(&self, milestone: Milestone) -> Option<Timestamp> {
        let micros = *self.0.get(place(milestone)?)?;
        (micros != NONE).then_some(Timestamp::from_micros(micros))
    }

    /// Sets the time of a milestone, or takes it back; nothing where it is not measured.
    pub fn set(&mut self, milestone: Milestone, at: Option<Timestamp>) {
        if let Some(kept) = place(milestone).and_then(|place| self.0.get_mut(place)) {
            *kept = at.map_or(NONE, Timestamp::micros);
        }
    }
}

impl FromIterator<(Milestone, Timestamp)> for Times {
    fn from_iter<I: IntoIterator<Item = (Milestone, Timestamp)>>(times: I) -> Self {
        let mut kept = Self::default();
        for (milestone, at) in times {
            kept.set(milestone, Some(at));
        }
        kept
    }
}

/// Its place in [`MEASURED`].
const fn place(milestone: Milestone) -> Option<usize> {
    Some(match milestone {
        Milestone::Start => 0,
        Milestone::Exfiltration => 1,
        Milestone::Detect => 2,
        Milestone::Acknowledge => 3,
        Milestone::Identify => 4,
        Milestone::Contain => 5,
        Milestone::Eradicate => 6,
        Milestone::RecoveryStart => 7,
        Milestone::Recover => 8,
        Milestone::Resolve => 9,
        Milestone::Event | Milestone::Alert | Milestone::Declare | Milestone::Triage | Milestone::Close => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{MetricKind, TargetClock};

    #[test]
    fn what_is_measured_is_kept_and_nothing_else() {
        for (at, milestone) in MEASURED.iter().enumerate() {
            assert_eq!(place(*milestone), Some(at), "{milestone}");
        }
        let asked = MetricKind::ALL.iter().flat_map(|kind| [kind.from(), kind.to()]);
        for milestone in asked.chain(TargetClock::ALL.iter().map(|clock| clock.milestone())) {
            assert!(place(milestone).is_some(), "{milestone}");
        }
        let mut times: Times = Milestone::ALL.iter().map(|one| (*one, Timestamp::from_micros(*one as i64))).collect();
        for milestone in Milestone::ALL {
            let kept = MEASURED.contains(milestone).then_some(Timestamp::from_micros(*milestone as i64));
            assert_eq!(times.get(*milestone), kept);
            times.set(*milestone, None);
        }
        assert_eq!(times, Times::default());
    }
}
