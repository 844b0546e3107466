//! Password hashing: argon2id, off the async threads, few at a time. A queue that grows too long
//! is refused instead of letting sign-ins starve everything else.

use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use holdfast_domain::Refusal;
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// Hashes computed at once.
const AT_ONCE: usize = 2;
/// Hashes that may wait.
const QUEUE_MAX: usize = 32;

/// How much work a guess costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strength {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Strength {
    /// 64 MiB, three passes (above the OWASP minimum of 19 MiB and two).
    pub const DEFAULT: Self = Self { memory_kib: 64 * 1024, passes: 3 };
}

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Hashing {
    strength: Strength,
    slots: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    computed: Arc<AtomicU64>,
}

/// Leaves the queue when dropped, also when the request is given up.
struct QueueTicket(Arc<AtomicUsize>);

impl Drop for QueueTicket {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Hashing {
    /// With a strength for new hashes.
    #[must_use]
    pub fn new(strength: Strength) -> Self {
        Self { strength, slots: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::default(), computed: Arc::default() }
    }

    /// How many hashes were computed. A test tells by it that accounts which are refused alike also cost alike.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The PHC string of a new password.
    pub(crate) async fn hash(&self, password: &str, salt: [u8; 16]) -> Result<String> {
        let (work, password) = (self.work()?, password.to_owned());
        self.run(move || work.hash(&password, salt)).await?
    }

    /// Whether the password is the one that was hashed. Without a hash, the same work is done for
    /// nothing, so that an unknown account takes as long as a known one.
    pub(crate) async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool> {
        let (work, password) = (self.work()?, password.to_owned());
        self.run(move || match hash {
            Some(hash) => work.is_of(&hash, &password),
            None => {
                let _ = work.hash(&password, [0; 16]);
                false
            }
        })
        .await
    }

    /// Whether the hash was made with less work than new ones are.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        !hash.contains(&format!("$m={},t={},p=1$", self.strength.memory_kib, self.strength.passes))
    }

    fn work(&self) -> Result<Work> {
        let params = Params::new(self.strength.memory_kib, self.strength.passes, 1, None)
            .map_err(|error| Error::failed("argon2 parameters", error))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Ok(Work { argon2, computed: Arc::clone(&self.computed) })
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= AT_ONCE + QUEUE_MAX {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Refusal::Busy { retry_after_s: 5 }.into());
        }
        let place = QueueTicket(Arc::clone(&self.waiting));
        let slots = Arc::clone(&self.slots);
        let slot = slots.acquire_owned().await.map_err(|error| Error::failed("hashing", error))?;
        tokio::task::spawn_blocking(move || {
            let _held = (place, slot);
            work()
        })
        .await
        .map_err(|error| Error::failed("hashing", error))
    }
}

/// One computation, which is counted.
struct Work {
    argon2: Argon2<'static>,
    computed: Arc<AtomicU64>,
}

impl Work {
    fn hash(&self, password: &str, salt: [u8; 16]) -> Result<String> {
        self.computed.fetch_add(1, Ordering::Relaxed);
        let hash = self.argon2.hash_password_with_salt(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|error| Error::failed("hashing", error))
    }

    /// Whether the hash is that of the password.
    fn is_of(&self, hash: &str, password: &str) -> bool {
        self.computed.fetch_add(1, Ordering::Relaxed);
        self.argon2.verify_password(password.as_bytes(), hash).is_ok()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_password_verifies_and_another_does_not() {
        let hashing = Hashing::new(Strength { memory_kib: 64, passes: 1 });
        let hash = hashing.hash("copper tide 9 lanterns", [7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        assert!(hashing.verify("copper tide 9 lanterns", Some(hash.clone())).await.unwrap());
        assert!(!hashing.verify("copper tide 9 lantern", Some(hash.clone())).await.unwrap());
        assert!(!hashing.verify("", None).await.unwrap());
        assert_eq!(hashing.computed(), 4);
        assert!(!hashing.is_outdated(&hash));
        assert!(Hashing::new(Strength::DEFAULT).is_outdated(&hash));
    }

    #[tokio::test]
    async fn a_long_queue_is_refused() {
        let hashing = Hashing::new(Strength { memory_kib: 64, passes: 1 });
        hashing.waiting.store(AT_ONCE + QUEUE_MAX, Ordering::Relaxed);
        let refused = hashing.verify("x", None).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Busy { .. }))));
    }
}
