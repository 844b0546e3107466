//! Which targets were met (standards §4.2, SLA attainment), and how sure a share of few is.

use std::{borrow::Borrow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{CaseRow, Exclusion, HOUR, TargetsPart, exclusion};
use crate::{Timestamp, incident::Severity, lifecycle::Milestone, refusal::FieldErrors};

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

    /// The unit in which people state its target: its length in microseconds, and its name.
    #[must_use]
    pub const fn unit(self) -> (i64, &'static str) {
        match self {
            Self::Acknowledge => (HOUR / 60, "minutes"),
            Self::Contain | Self::Resolve => (HOUR, "hours"),
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

/// Each severity's clocks, with the name and the label of the field in which its target is stated.
pub const TARGET_FIELDS: [(Severity, TargetClock, &str, &str); 15] = {
    use {Severity as S, TargetClock as C};
    [
        (S::Sev1, C::Acknowledge, "sev1_acknowledge", "SEV1: acknowledge within minutes"),
        (S::Sev1, C::Contain, "sev1_contain", "SEV1: contain within hours"),
        (S::Sev1, C::Resolve, "sev1_resolve", "SEV1: resolve within hours"),
        (S::Sev2, C::Acknowledge, "sev2_acknowledge", "SEV2: acknowledge within minutes"),
        (S::Sev2, C::Contain, "sev2_contain", "SEV2: contain within hours"),
        (S::Sev2, C::Resolve, "sev2_resolve", "SEV2: resolve within hours"),
        (S::Sev3, C::Acknowledge, "sev3_acknowledge", "SEV3: acknowledge within minutes"),
        (S::Sev3, C::Contain, "sev3_contain", "SEV3: contain within hours"),
        (S::Sev3, C::Resolve, "sev3_resolve", "SEV3: resolve within hours"),
        (S::Sev4, C::Acknowledge, "sev4_acknowledge", "SEV4: acknowledge within minutes"),
        (S::Sev4, C::Contain, "sev4_contain", "SEV4: contain within hours"),
        (S::Sev4, C::Resolve, "sev4_resolve", "SEV4: resolve within hours"),
        (S::Sev5, C::Acknowledge, "sev5_acknowledge", "SEV5: acknowledge within minutes"),
        (S::Sev5, C::Contain, "sev5_contain", "SEV5: contain within hours"),
        (S::Sev5, C::Resolve, "sev5_resolve", "SEV5: resolve within hours"),
    ]
};

/// Ten years, in hours; more is no target.
const HOURS_MAX: i64 = 87_600;

impl Targets {
    /// A target as people state it, in its clock's unit; empty where the severity has none.
    #[must_use]
    pub fn stated(&self, severity: Severity, clock: TargetClock) -> String {
        let target = self.0.get(&severity).map(|target| target.of_clock(clock) / clock.unit().0);
        target.map(|units| units.to_string()).unwrap_or_default()
    }

    /// Reads the fields by their names. A severity has all three targets or none.
    pub fn read<'a>(get: impl Fn(&str) -> &'a str, errors: &mut FieldErrors) -> Self {
        let mut targets = BTreeMap::new();
        for severity in Severity::ALL {
            let fields = TARGET_FIELDS.iter().filter(|(of, ..)| of == severity);
            let texts: Vec<(TargetClock, &str, &str)> =
                fields.map(|(_, clock, name, _)| (*clock, *name, get(name).trim())).collect();
            if texts.iter().all(|(_, _, text)| text.is_empty()) {
                continue;
            }
            let mut target = Target { acknowledge: 0, contain: 0, resolve: 0 };
            for (clock, name, text) in texts {
                let length = length(clock, text).unwrap_or_else(|words| {
                    errors.add(name, words);
                    0
                });
                match clock {
                    TargetClock::Acknowledge => target.acknowledge = length,
                    TargetClock::Contain => target.contain = length,
                    TargetClock::Resolve => target.resolve = length,
                }
            }
            targets.insert(*severity, target);
        }
        Self(targets)
    }
}

fn length(clock: TargetClock, text: &str) -> Result<i64, &'static str> {
    let unit = clock.unit().0;
    match text.parse::<i64>() {
        Ok(units) if units > 0 && units <= HOURS_MAX * HOUR / unit => Ok(units * unit),
        Ok(_) => Err("More than none, and ten years at most."),
        Err(_) if text.is_empty() => Err("Give all three of a severity, or leave all three empty."),
        Err(_) => Err("A whole number."),
    }
}

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

/// How often the targets of one clock were met, for each severity that has one, in their order. Each incident
/// is measured by the targets that held when it was detected. A time that was skipped counts as one that has
/// not come: nothing shows that the target was met.
#[must_use]
pub fn attainment<C: Borrow<CaseRow>>(
    cases: &[C],
    clock: TargetClock,
    parts: &[TargetsPart],
    now: Timestamp,
) -> Vec<Attainment> {
    let target_of = |case: &CaseRow| {
        let detected = case.time(Milestone::Detect).unwrap_or(now);
        let part = parts.iter().find(|part| part.holds_at(detected))?;
        part.targets.0.get(&case.severity).map(|target| target.of_clock(clock))
    };
    let of_severity = |severity: &Severity| {
        let mut counts = Attainment { severity: *severity, met: 0, breached: 0, pending: 0, excluded: 0 };
        for case in cases.iter().map(Borrow::borrow).filter(|case| case.severity == *severity) {
            let Some(target) = target_of(case) else { continue };
            match standing(case, clock, target, now) {
                Ok(Standing::Met) => counts.met += 1,
                Ok(Standing::Breached) => counts.breached += 1,
                Ok(Standing::Pending) => counts.pending += 1,
                Err(_) => counts.excluded += 1,
            }
        }
        counts
    };
    let has_target = |severity: &&Severity| parts.iter().any(|part| part.targets.0.contains_key(severity));
    Severity::ALL.iter().filter(has_target).map(of_severity).collect()
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
