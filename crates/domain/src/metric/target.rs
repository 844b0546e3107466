//! Which targets were met (standards §4.2, SLA attainment), and how sure a share of few is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CaseRow, Exclusion, HOUR, exclusion};
use crate::{Timestamp, incident::Severity, lifecycle::Milestone};

text_enum! {
    /// A clock that runs from detection.
    TargetClock {
        Acknowledge = "acknowledge", "Acknowledge";
        Contain = "contain", "Contain";
        Resolve = "resolve", "Resolve";
    }
}

impl TargetClock {
    /// The time that stops it.
    #[must_use]
    pub const fn milestone(self) -> Milestone {
        match self {
            Self::Acknowledge => Milestone::Acknowledge,
            Self::Contain => Milestone::Contain,
            Self::Resolve => Milestone::Resolve,
        }
    }
}

/// How long each clock may run, in microseconds of wall-clock time. Hold times and office hours are
/// not taken off: nothing is inferred that was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Until a person takes it on.
    pub acknowledge: i64,
    /// Until it is contained.
    pub contain: i64,
    /// Until all response work is done.
    pub resolve: i64,
}

impl Target {
    /// From hours for containing and resolving and minutes for acknowledging.
    #[must_use]
    pub const fn of(acknowledge_minutes: i64, contain_hours: i64, resolve_hours: i64) -> Self {
        Self {
            acknowledge: acknowledge_minutes * HOUR / 60,
            contain: contain_hours * HOUR,
            resolve: resolve_hours * HOUR,
        }
    }

    /// The time of one clock.
    #[must_use]
    pub const fn of_clock(&self, clock: TargetClock) -> i64 {
        match clock {
            TargetClock::Acknowledge => self.acknowledge,
            TargetClock::Contain => self.contain,
            TargetClock::Resolve => self.resolve,
        }
    }
}

/// The targets of an organisation, by severity. A severity without an entry has no target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets(pub BTreeMap<Severity, Target>);

impl Default for Targets {
    /// Where an organisation has not decided yet. No standard sets these; they are our own, to be
    /// replaced: acknowledge, contain, resolve within
    ///
    /// | severity | acknowledge | contain | resolve |
    /// | --- | --- | --- | --- |
    /// | SEV1 | 15 min | 4 h | 3 d |
    /// | SEV2 | 30 min | 8 h | 7 d |
    /// | SEV3 | 4 h | 3 d | 14 d |
    /// | SEV4 | 1 d | 7 d | 30 d |
    /// | SEV5 | 3 d | 14 d | 60 d |
    fn default() -> Self {
        Self(BTreeMap::from([
            (Severity::Sev1, Target::of(15, 4, 3 * 24)),
            (Severity::Sev2, Target::of(30, 8, 7 * 24)),
            (Severity::Sev3, Target::of(4 * 60, 3 * 24, 14 * 24)),
            (Severity::Sev4, Target::of(24 * 60, 7 * 24, 30 * 24)),
            (Severity::Sev5, Target::of(3 * 24 * 60, 14 * 24, 60 * 24)),
        ]))
    }
}

/// How often a target was met, for one severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attainment {
    /// Which severity.
    pub severity: Severity,
    /// The time came at the target's end or before.
    pub met: u32,
    /// The time came later, or has not come although the target is over.
    pub breached: u32,
    /// The time has not come and the target still runs; no part of the share.
    pub pending: u32,
    /// Left out, as from every metric, or without a time of detection, or with times out of order.
    pub excluded: u32,
}

impl Attainment {
    /// Met of met and breached.
    #[must_use]
    pub const fn ratio(&self) -> Ratio {
        Ratio { k: self.met, n: self.met + self.breached }
    }
}

/// How often the targets of one clock were met, for each severity that has one, in their order. A
/// time that was skipped counts as one that has not come: nothing shows that the target was met.
#[must_use]
pub fn attainment(cases: &[CaseRow], clock: TargetClock, targets: &Targets, now: Timestamp) -> Vec<Attainment> {
    let of_severity = |(severity, target): (&Severity, &Target)| {
        let mut counts = Attainment { severity: *severity, met: 0, breached: 0, pending: 0, excluded: 0 };
        for case in cases.iter().filter(|case| case.severity == *severity) {
            match standing(case, clock, target.of_clock(clock), now) {
                Ok(Standing::Met) => counts.met += 1,
                Ok(Standing::Breached) => counts.breached += 1,
                Ok(Standing::Pending) => counts.pending += 1,
                Err(_) => counts.excluded += 1,
            }
        }
        counts
    };
    targets.0.iter().map(of_severity).collect()
}

enum Standing {
    Met,
    Breached,
    Pending,
}

fn standing(case: &CaseRow, clock: TargetClock, target: i64, now: Timestamp) -> Result<Standing, Exclusion> {
    if let Some(why) = exclusion(case) {
        return Err(why);
    }
    let detected = case.time(Milestone::Detect).ok_or(Exclusion::MissingStart)?;
    let stop = case.time(clock.milestone());
    if stop.is_some_and(|stop| stop < detected) {
        return Err(Exclusion::ViolatedOrder);
    }
    // What lies after the time of the report has not come yet.
    Ok(match stop.filter(|stop| *stop <= now) {
        Some(stop) if stop.since(detected) <= target => Standing::Met,
        Some(_) => Standing::Breached,
        None if now.since(detected) > target => Standing::Breached,
        None => Standing::Pending,
    })
}

/// A share of a number of incidents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratio {
    /// How many had it.
    pub k: u32,
    /// Of how many.
    pub n: u32,
}

impl Ratio {
    /// The share from 0 to 1; none of none has no share.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        (self.n > 0).then(|| f64::from(self.k) / f64::from(self.n))
    }

    /// The 95 % interval of the share.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        wilson(self.k, self.n)
    }
}

/// The 95 % Wilson score interval of a share `k` of `n`, each end from 0 to 1; `None` when there is
/// none or `k` is more than `n`. (Wilson 1927; z = 1.959964.)
#[must_use]
pub fn wilson(k: u32, n: u32) -> Option<(f64, f64)> {
    const Z: f64 = 1.959_963_984_540_054;
    if n == 0 || k > n {
        return None;
    }
    let (share, n_real) = (f64::from(k) / f64::from(n), f64::from(n));
    let z2 = Z * Z;
    let middle = (share + z2 / (2.0 * n_real)) / (1.0 + z2 / n_real);
    let half = Z / (1.0 + z2 / n_real) * (share * (1.0 - share) / n_real + z2 / (4.0 * n_real * n_real)).sqrt();
    // At the ends the interval touches them exactly, which rounding would miss.
    let low = if k == 0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if k == n { 1.0 } else { (middle + half).min(1.0) };
    Some((low, high))
}
