//! One incident as metrics see it, and what it contributes to a duration: a value, a value that is
//! still growing, or nothing for a reason that is counted.

use serde::{Deserialize, Serialize};

use super::{MetricKind, Times};
use crate::{
    IncidentId, Timestamp,
    incident::{Disposition, Severity},
    lifecycle::{Milestone, Status},
    rsit::{Category, RsitClass},
};

/// An incident as metrics see it. It holds no text, since those of every incident are kept in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Its id.
    pub id: IncidentId,
    /// When it was opened here.
    pub opened_at: Timestamp,
    /// How bad it is.
    pub severity: Severity,
    /// RSIT category.
    pub category: Category,
    /// Where it stands.
    pub status: Status,
    /// What it turned out to be.
    pub disposition: Disposition,
    /// Whether it is an exercise.
    pub is_exercise: bool,
    /// Whether it was merged into another, which is counted in its place.
    pub merged: bool,
    /// Whether only its team may see it.
    pub restricted: bool,
    /// The times that stand; one that was taken back is absent.
    pub times: Times,
}

impl CaseRow {
    /// The time of a milestone, where it stands.
    #[must_use]
    pub fn time(&self, milestone: Milestone) -> Option<Timestamp> {
        self.times.get(milestone)
    }

    /// Whether the time can no longer come, because the incident has gone past the state that sets
    /// it: it was skipped, or the incident is resolved or ended without it.
    fn has_passed(&self, milestone: Milestone) -> bool {
        if self.status.is_ended() || self.status == Status::Resolved {
            return true;
        }
        // An incident that is known here was detected, whether or not the time was written down.
        milestone <= Milestone::Detect
            || Status::PATH.iter().any(|state| state.milestone() == milestone && *state <= self.status)
    }

    fn is_of(&self, kind: MetricKind) -> bool {
        let class = self.category.class();
        let has = |milestone| self.time(milestone).is_some();
        match kind {
            MetricKind::Dwell => {
                has(Milestone::Exfiltration)
                    || matches!(
                        class,
                        RsitClass::Intrusions | RsitClass::MaliciousCode | RsitClass::InformationContentSecurity
                    )
            }
            MetricKind::BreachLifecycle => {
                has(Milestone::Exfiltration) || class == RsitClass::InformationContentSecurity
            }
            MetricKind::MttrRecover => {
                class == RsitClass::Availability || has(Milestone::RecoveryStart) || has(Milestone::Recover)
            }
            _ => true,
        }
    }
}

text_enum! {
    /// Why an incident is left out of a metric (standards §4.1 and §4.3, rule 2). Each has one
    /// reason: the first that holds, in this order.
    Exclusion {
        Exercise = "exercise", "Exercise";
        Merged = "merged", "Merged into another";
        FalsePositive = "false-positive", "False positive";
        Duplicate = "duplicate", "Duplicate";
        Test = "test", "Test";
        /// Rejected, benign or disregarded.
        NotAnIncident = "not-an-incident", "Not an incident";
        /// Of a kind that this metric is not about, or later than the time of the report.
        NotInPopulation = "not-in-population", "Not what is measured";
        MissingStart = "missing-start", "Time of the beginning missing";
        /// It went past the end that is measured without the time being recorded: left out, since
        /// it would otherwise count as open for ever.
        MissingEnd = "missing-end", "Time of the end missing";
        /// Its end lies before its beginning; shown as a fault of the data.
        ViolatedOrder = "violated-order", "Times out of order";
    }
}

impl Exclusion {
    /// Whether somebody should correct the data, as opposed to an incident that is rightly left out.
    #[must_use]
    pub const fn is_data_fault(self) -> bool {
        matches!(self, Self::MissingStart | Self::MissingEnd | Self::ViolatedOrder)
    }
}

/// What one incident contributes. Durations in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Observation {
    /// It took this long.
    Done(i64),
    /// It has taken this long and is not over (right-censored).
    Open(i64),
    /// Nothing, and why.
    Excluded(Exclusion),
}

/// Why an incident counts in no metric at all, if so (standards §4.3, rule 2). One whose
/// disposition is not decided counts: leaving out what is still worked on would make every
/// duration look shorter.
#[must_use]
pub fn exclusion(case: &CaseRow) -> Option<Exclusion> {
    if case.is_exercise {
        return Some(Exclusion::Exercise);
    }
    if case.merged || case.status == Status::Merged {
        return Some(Exclusion::Merged);
    }
    match case.disposition {
        Disposition::FalsePositive => Some(Exclusion::FalsePositive),
        Disposition::Duplicate => Some(Exclusion::Duplicate),
        Disposition::Test => Some(Exclusion::Test),
        _ if case.category.class() == RsitClass::Test => Some(Exclusion::Test),
        Disposition::Benign | Disposition::Disregard => Some(Exclusion::NotAnIncident),
        _ if case.status == Status::Rejected => Some(Exclusion::NotAnIncident),
        _ => None,
    }
}

/// What an incident contributes to a metric at the time of the report. What happened after that
/// time is not known yet: such an end leaves it open.
#[must_use]
pub fn observe(kind: MetricKind, case: &CaseRow, now: Timestamp) -> Observation {
    if let Some(why) = exclusion(case) {
        return Observation::Excluded(why);
    }
    if !case.is_of(kind) {
        return Observation::Excluded(Exclusion::NotInPopulation);
    }
    let Some(start) = case.time(kind.from()) else {
        return Observation::Excluded(Exclusion::MissingStart);
    };
    match case.time(kind.to()) {
        Some(end) if end < start => Observation::Excluded(Exclusion::ViolatedOrder),
        Some(end) if end <= now => Observation::Done(end.since(start)),
        _ if start > now => Observation::Excluded(Exclusion::NotInPopulation),
        Some(_) => Observation::Open(now.since(start)),
        None if case.has_passed(kind.to()) => Observation::Excluded(Exclusion::MissingEnd),
        None => Observation::Open(now.since(start)),
    }
}
