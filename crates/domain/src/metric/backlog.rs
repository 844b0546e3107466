//! How old the incidents are that nobody has ended yet (standards §4.2, backlog age).

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};

use super::{CaseRow, DAY, Exclusion, Observation, Summary, exclusion, summarise};
use crate::{Timestamp, lifecycle::Milestone};

/// The steps of the histogram: label, and the greatest age that still belongs there in days. An age
/// of exactly 30 days belongs to `14–30 d`.
pub const AGE_BINS: [(&str, Option<i64>); 6] = [
    ("0–1 d", Some(1)),
    ("1–3 d", Some(3)),
    ("3–7 d", Some(7)),
    ("7–14 d", Some(14)),
    ("14–30 d", Some(30)),
    ("> 30 d", None),
];

/// A step of the histogram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeBin {
    /// Its ages in words, such as `3–7 d`.
    pub label: String,
    /// How many are of that age.
    pub n: u32,
}

/// The age of the backlog, from detection to the time of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backlog {
    /// The ages summed up. Every age is known in full, so nothing is censored. Ended incidents are
    /// no part of it, and are not counted as left out either.
    pub ages: Summary,
    /// The greatest age, in microseconds.
    pub max: Option<i64>,
    /// How many are of which age, in the order of [`AGE_BINS`].
    pub histogram: Vec<AgeBin>,
}

/// The age of what is open: neither closed, rejected nor merged; one that is resolved and waits for
/// its review is open.
#[must_use]
pub fn backlog<C: Borrow<CaseRow>>(cases: &[C], now: Timestamp) -> Backlog {
    let observations: Vec<Observation> = cases
        .iter()
        .map(Borrow::borrow)
        .filter(|case| !case.status.is_ended())
        .map(|case| match (exclusion(case), case.time(Milestone::Detect)) {
            (Some(why), _) => Observation::Excluded(why),
            (None, None) => Observation::Excluded(Exclusion::MissingStart),
            (None, Some(detected)) if detected > now => Observation::Excluded(Exclusion::NotInPopulation),
            (None, Some(detected)) => Observation::Done(now.since(detected)),
        })
        .collect();
    let mut histogram: Vec<AgeBin> =
        AGE_BINS.iter().map(|(label, _)| AgeBin { label: (*label).to_owned(), n: 0 }).collect();
    let mut max = None;
    for age in observations.iter().filter_map(|one| if let Observation::Done(age) = one { Some(*age) } else { None }) {
        max = max.max(Some(age));
        let bin = AGE_BINS.iter().position(|(_, most)| most.is_none_or(|days| age <= days * DAY));
        if let Some(bin) = bin.and_then(|index| histogram.get_mut(index)) {
            bin.n += 1;
        }
    }
    Backlog { ages: summarise(&observations), max, histogram }
}
