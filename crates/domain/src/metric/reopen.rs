//! How often closing was too early (standards §4.2, reopen rate).

use serde::{Deserialize, Serialize};

use super::{DAY, Ratio};
use crate::Timestamp;

/// For how long a reopening speaks against the closing, in microseconds: 30 days, the thirtieth
/// included to its last microsecond.
pub const REOPEN_WINDOW: i64 = 30 * DAY;

/// One closing of an incident. An incident that was closed twice has two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// When it was closed.
    pub closed_at: Timestamp,
    /// When it was first reopened after that.
    pub reopened_at: Option<Timestamp>,
}

/// How many closings did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopenRate {
    /// Closed in the period, at least 30 days before the time of the report.
    pub matured: u32,
    /// Of those, reopened within 30 days.
    pub reopened: u32,
    /// Closed in the period, but too lately to tell; no part of the rate.
    pub pending: u32,
}

impl ReopenRate {
    /// Reopened of matured.
    #[must_use]
    pub const fn ratio(&self) -> Ratio {
        Ratio { k: self.reopened, n: self.matured }
    }
}

/// The rate over what was closed from `from` until before `to`. Every closing gets its full 30
/// days: one that is younger is pending, even if it was reopened already, since those that will be
/// reopened later are not known yet.
#[must_use]
pub fn reopen_rate(closures: &[Closure], from: Timestamp, to: Timestamp, now: Timestamp) -> ReopenRate {
    let mut rate = ReopenRate { matured: 0, reopened: 0, pending: 0 };
    for closure in closures.iter().filter(|one| one.closed_at >= from && one.closed_at < to && one.closed_at <= now) {
        if now.since(closure.closed_at) < REOPEN_WINDOW {
            rate.pending += 1;
            continue;
        }
        rate.matured += 1;
        let after = closure.reopened_at.map(|reopened| reopened.since(closure.closed_at));
        if after.is_some_and(|after| (0..=REOPEN_WINDOW).contains(&after)) {
            rate.reopened += 1;
        }
    }
    rate
}
