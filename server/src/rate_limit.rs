//! How often one person, or one address of nobody signed in, may ask for what is costly to make
//! (ASVS 2.4.1). Counts in memory: with several replicas each has its own count, so the bound
//! grows with them. Sign-ins are counted elsewhere, in the database.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

pub use holdfast_app::cost::Cost;
use holdfast_domain::{Refusal, Timestamp};

/// Seconds over which requests are counted.
const WINDOW_S: i64 = 60;
/// Keys kept at most; beyond, windows that have passed are forgotten.
const KEYS_MAX: usize = 50_000;

/// Requests a minute; `None` is unbounded.
const fn a_minute(cost: Cost) -> Option<u32> {
    match cost {
        Cost::Cheap => None,
        Cost::Report | Cost::Code => Some(30),
        Cost::Handout => Some(20),
        Cost::Export | Cost::Upload => Some(600),
        Cost::Notice => Some(10),
    }
}

/// The counts.
#[derive(Debug, Default)]
pub struct RateLimit(Mutex<HashMap<(Cost, String), (Timestamp, u32)>>);

impl RateLimit {
    /// Counts a request of `who`.
    ///
    /// # Errors
    /// [`Refusal::Throttled`] when there were too many in this minute.
    pub fn count(&self, cost: Cost, who: &str, now: Timestamp) -> Result<(), Refusal> {
        let Some(allowed) = a_minute(cost) else { return Ok(()) };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= KEYS_MAX {
            counts.retain(|_, (began, _)| now < began.plus_seconds(WINDOW_S));
        }
        let (began, count) = counts.entry((cost, who.to_owned())).or_insert((now, 0));
        if now >= began.plus_seconds(WINDOW_S) {
            (*began, *count) = (now, 0);
        }
        if *count >= allowed {
            let left = began.plus_seconds(WINDOW_S).seconds() - now.seconds();
            return Err(Refusal::Throttled { retry_after_s: u64::try_from(left).unwrap_or(1).max(1) });
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_later_one_may_ask_again() {
        let pace = RateLimit::default();
        let start = Timestamp::from_seconds(1_000_000);
        for _ in 0..10 {
            assert_eq!(pace.count(Cost::Notice, "a", start), Ok(()));
        }
        let later = start.plus_seconds(20);
        assert_eq!(pace.count(Cost::Notice, "a", later), Err(Refusal::Throttled { retry_after_s: 40 }));
        assert_eq!(pace.count(Cost::Notice, "b", later), Ok(()));
        assert_eq!(pace.count(Cost::Notice, "a", start.plus_seconds(60)), Ok(()));
    }
}
