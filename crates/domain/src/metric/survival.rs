//! The Kaplan–Meier estimate (standards §4.3, rule 3): which share is not over after a time, where
//! some are still under way. Whether the share has fallen to a half or a tenth is decided exactly,
//! never by a rounded number.

use serde::{Deserialize, Serialize};

use super::Observation;

/// One fall of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurvivalStep {
    /// After this duration, in microseconds.
    pub at: i64,
    /// How many had lasted at least as long; those open at the very same duration among them.
    pub at_risk: u64,
    /// How many were over after exactly this duration.
    pub done: u64,
    /// The share that is not over after it, from 0 to 1: a rounded number, for drawing.
    pub s: f64,
}

/// How long each took that is over, and how long each has taken that is not; in ascending order.
pub(super) struct Lasted {
    pub(super) done: Vec<i64>,
    pub(super) open: Vec<i64>,
}

impl Lasted {
    /// Of those that are not excluded.
    pub(super) fn of(observations: &[Observation]) -> Self {
        let (mut done, mut open) = (Vec::with_capacity(observations.len()), Vec::new());
        for one in observations {
            match *one {
                Observation::Done(duration) => done.push(duration),
                Observation::Open(duration) => open.push(duration),
                Observation::Excluded(_) => {}
            }
        }
        done.sort_unstable();
        open.sort_unstable();
        Self { done, open }
    }
}

/// The falls of the curve, one for each distinct duration that ended; excluded incidents do not
/// count. Where durations are equal, ends come before those that are still open.
#[must_use]
pub fn survival(observations: &[Observation]) -> Vec<SurvivalStep> {
    let Lasted { done, open } = Lasted::of(observations);
    falls(&done, &open)
}

/// The same, of durations in ascending order.
pub(super) fn falls(done: &[i64], open: &[i64]) -> Vec<SurvivalStep> {
    let mut steps = Vec::with_capacity(done.len());
    let mut s = 1.0;
    let mut left = done.len() as u64;
    let mut still = open.iter().peekable();
    let mut still_left = open.len() as u64;
    for group in done.chunk_by(|a, b| a == b) {
        let (Some(at), count) = (group.first(), group.len() as u64) else { continue };
        while still.next_if(|lasted| *lasted < at).is_some() {
            still_left -= 1;
        }
        let at_risk = left + still_left;
        s *= ratio(at_risk - count, at_risk);
        steps.push(SurvivalStep { at: *at, at_risk, done: count, s });
        left -= count;
    }
    steps
}

/// The first duration after which the share that is not over is at most `num / den`.
pub(super) fn reached(steps: &[SurvivalStep], num: u32, den: u32) -> Option<i64> {
    let limit = ratio(u64::from(num), u64::from(den));
    steps.iter().enumerate().find_map(|(index, step)| {
        // Each factor of the product is rounded twice (its division, its multiplication), by at most
        // half of EPSILON each time, and the limit once. Twice that sum is a safe bound; a product
        // so small that it is rounded worse is far below every limit.
        #[allow(clippy::cast_precision_loss)]
        let error = (index + 2) as f64 * 2.0 * f64::EPSILON;
        let is_below = if (step.s - limit).abs() > error {
            step.s < limit
        } else {
            is_at_most(steps.get(..=index).unwrap_or_default(), num, den)
        };
        is_below.then_some(step.at)
    })
}

/// Whether the product of `(at_risk - done) / at_risk` is at most `num / den`, in whole numbers.
fn is_at_most(steps: &[SurvivalStep], num: u32, den: u32) -> bool {
    let (mut above, mut below) = (Natural::one(), Natural::one());
    let mut pending = 0;
    for step in steps {
        // Without an open one in between, what is left is what the next step begins with.
        if step.at_risk != pending {
            above.times(pending.max(1));
            below.times(step.at_risk);
        }
        pending = step.at_risk - step.done;
    }
    // The last factor may be 0, and then so is the product.
    if pending == 0 {
        return true;
    }
    above.times(pending);
    above.times(u64::from(den));
    below.times(u64::from(num));
    above.is_at_most(&below)
}

#[allow(clippy::cast_precision_loss)]
fn ratio(above: u64, below: u64) -> f64 {
    above as f64 / below as f64
}

/// A whole number without limit, above 0: its digits to the base 2³², the smallest first, without
/// leading zeros.
struct Natural(Vec<u32>);

impl Natural {
    fn one() -> Self {
        Self(vec![1])
    }

    /// Multiplies by a number above 0.
    fn times(&mut self, factor: u64) {
        let mut carry: u128 = 0;
        for digit in &mut self.0 {
            carry += u128::from(*digit) * u128::from(factor);
            *digit = low(carry);
            carry >>= 32;
        }
        while carry > 0 {
            self.0.push(low(carry));
            carry >>= 32;
        }
    }

    fn is_at_most(&self, other: &Self) -> bool {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev())).is_le()
    }
}

/// The lowest 32 bits.
#[allow(clippy::cast_possible_truncation)]
const fn low(number: u128) -> u32 {
    number as u32
}
