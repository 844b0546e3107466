//! Where tests get time and randomness from: nothing here reads the real clock or makes anything random.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use holdfast_domain::{Clock, Timestamp, entropy::Entropy};

/// When every test begins.
pub const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

/// A clock that moves only when a test moves it.
#[derive(Debug)]
pub struct StillClock(AtomicI64);

impl Default for StillClock {
    /// It shows [`NOW`].
    fn default() -> Self {
        Self(AtomicI64::new(NOW.micros()))
    }
}

impl StillClock {
    /// Lets so many seconds pass.
    pub fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Bytes that count up: never the same twice, and the same in every run.
#[derive(Debug, Default)]
pub struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let next = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
            // The low bytes carry the count, also when only few are wanted.
            chunk.copy_from_slice(&next[8 - chunk.len()..]);
        }
    }
}
