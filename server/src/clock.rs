//! The only place that reads the clock or asks the operating system for randomness. Everything
//! below gets both as parameters; tests pass a fixed clock and a counter.

#![expect(clippy::disallowed_methods, reason = "everything else gets the time and random bytes from here")]

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use holdfast_domain::{Clock, Timestamp, entropy::Entropy};

/// The machine's clock, in UTC.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// Measures how long something took: only ever a difference, never the time of day.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Begins to measure.
    #[must_use]
    pub fn started() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since it was started.
    #[must_use]
    pub fn milliseconds(self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1000.0
    }
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // Without randomness every secret made from here on would be guessable.
            tracing::error!(%error, "the operating system gives no randomness; ending");
            std::process::abort();
        }
    }
}
