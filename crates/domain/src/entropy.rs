//! Where randomness comes from: a parameter. The server passes the operating system's generator,
//! tests pass a counter.

use uuid::Uuid;

use crate::{Timestamp, id::uuid_v7};

/// A source of random bytes.
pub trait Entropy: Send + Sync {
    /// Fills the slice with random bytes, or ends the process: nothing may go on without entropy.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Entropy + '_ {
    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A new UUIDv7.
    #[must_use]
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        uuid_v7(now, self.bytes())
    }
}
