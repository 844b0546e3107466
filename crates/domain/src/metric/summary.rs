//! Many durations in a few numbers, by the rules of standards §4.3. Says by which method, and where
//! there are too few, gives the values instead.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Exclusion, Observation,
    survival::{Lasted, falls, reached},
};

/// From how many values on they are summed up (standards §4.3, rule 4).
pub const SUMMED_UP_MIN: u32 = 5;

text_enum! {
    /// How quantiles were found; to be said under every chart.
    Method {
        KaplanMeier = "kaplan-meier", "Kaplan–Meier estimate, open incidents counted as such";
        Interpolated = "interpolated", "Linear interpolation between completed values";
        ValuesOnly = "values-only", "Fewer than 5 values: printed, not summed up";
    }
}

/// A quantile. Durations in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantile {
    /// It is this long.
    Reached(i64),
    /// So many are still open that all we know is that it is longer than the longest of them.
    NotReached {
        /// The longest duration seen.
        beyond: i64,
    },
    /// There are too few values to say.
    TooFew,
}

impl Quantile {
    /// The duration in microseconds, where it is reached.
    #[must_use]
    pub const fn value(self) -> Option<i64> {
        match self {
            Self::Reached(duration) => Some(duration),
            Self::NotReached { .. } | Self::TooFew => None,
        }
    }

    /// In words: `6 h`, `not reached (> 12 h)`, `too few`.
    #[must_use]
    pub fn words(self) -> String {
        use crate::time::duration_words;
        match self {
            Self::Reached(duration) => duration_words(duration),
            Self::NotReached { beyond } => format!("not reached (> {})", duration_words(beyond)),
            Self::TooFew => "too few".into(),
        }
    }
}

/// A single value, printed where there are too few to sum up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SingleValue {
    /// How long, in microseconds.
    pub duration: i64,
    /// Whether it still goes on.
    pub is_open: bool,
}

/// Durations summed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// How many counted: done and open.
    pub n: u32,
    /// How many were over.
    pub n_done: u32,
    /// How many were not.
    pub n_open: u32,
    /// How many were left out, by reason; reasons without any are absent.
    pub excluded: Vec<(Exclusion, u32)>,
    /// How the quantiles were found.
    pub method: Method,
    /// Half took at most this long: the headline.
    pub median: Quantile,
    /// Nine in ten took at most this long.
    pub p90: Quantile,
    /// A quarter took at most this long.
    pub p25: Quantile,
    /// Three quarters took at most this long.
    pub p75: Quantile,
    /// The mean of those that are over, to the nearest microsecond; never the headline, since it
    /// knows nothing of the open ones.
    pub mean_done: Option<i64>,
    /// Each value in ascending order, where there are fewer than [`SUMMED_UP_MIN`]; else empty.
    pub values: Vec<SingleValue>,
}

impl Summary {
    /// How many were left out, whatever the reason.
    #[must_use]
    pub fn n_excluded(&self) -> u32 {
        self.excluded.iter().map(|(_, count)| count).sum()
    }
}

/// Sums up what incidents contributed.
#[must_use]
pub fn summarise(observations: &[Observation]) -> Summary {
    let mut excluded: BTreeMap<Exclusion, u32> = BTreeMap::new();
    for one in observations {
        if let Observation::Excluded(why) = one {
            *excluded.entry(*why).or_default() += 1;
        }
    }
    let Lasted { done, open } = Lasted::of(observations);
    let (n, n_done) = (count(done.len() + open.len()), count(done.len()));
    let n_open = n - n_done;
    let (method, [median, p90, p25, p75]) = if n < SUMMED_UP_MIN {
        (Method::ValuesOnly, [Quantile::TooFew; 4])
    } else if n_open == 0 {
        (Method::Interpolated, [(1, 2), (9, 10), (1, 4), (3, 4)].map(|(num, den)| interpolated(&done, num, den)))
    } else {
        let steps = falls(&done, &open);
        let beyond = done.last().max(open.last()).copied().unwrap_or(0);
        // What must be left over: a half, a tenth, three quarters, a quarter.
        let left = [(1, 2), (1, 10), (3, 4), (1, 4)];
        let quantile =
            |(num, den)| reached(&steps, num, den).map_or(Quantile::NotReached { beyond }, Quantile::Reached);
        (Method::KaplanMeier, left.map(quantile))
    };
    Summary {
        n,
        n_done,
        n_open,
        excluded: excluded.into_iter().collect(),
        method,
        median,
        p90,
        p25,
        p75,
        mean_done: mean(&done),
        values: if n < SUMMED_UP_MIN { values(&done, &open) } else { Vec::new() },
    }
}

/// Each value in ascending order.
fn values(done: &[i64], open: &[i64]) -> Vec<SingleValue> {
    let value = |is_open| move |duration: &i64| SingleValue { duration: *duration, is_open };
    let mut values: Vec<SingleValue> = done.iter().map(value(false)).chain(open.iter().map(value(true))).collect();
    values.sort_unstable();
    values
}

/// PostgreSQL's `percentile_cont` of sorted values at `num / den`, to the nearest microsecond: the
/// place is `h = (n - 1) p`, and between two values the line between them.
pub(super) fn interpolated(sorted: &[i64], num: usize, den: usize) -> Quantile {
    let place = sorted.len().saturating_sub(1) * num;
    let Some(lower) = sorted.get(place / den) else { return Quantile::TooFew };
    let upper = sorted.get(place / den + 1).unwrap_or(lower);
    let rise = i128::from(*upper - *lower) * i128::from(count(place % den));
    let rise = rounded(rise, i128::from(count(den)));
    Quantile::Reached(lower.saturating_add(rise))
}

fn mean(values: &[i64]) -> Option<i64> {
    let sum: i128 = values.iter().map(|value| i128::from(*value)).sum();
    (!values.is_empty()).then(|| rounded(sum, i128::from(count(values.len()))))
}

/// The quotient of two numbers that are not negative, to the nearest whole number.
fn rounded(above: i128, below: i128) -> i64 {
    i64::try_from((2 * above + below) / (2 * below)).unwrap_or(i64::MAX)
}

/// A number of incidents, of which there are never four thousand million.
pub(super) fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
