//! A request that is sent again has one effect. Its key is kept with what was made, in the transaction
//! that makes it; the same request with the same key is answered with that.

use std::future::Future;

use holdfast_domain::{Actor, Refusal, Timestamp};
use holdfast_store::{Error as StoreError, Tx, idempotency as rows};
use sha2::{Digest as _, Sha256};

use crate::{Ctx, Result};

/// The name of a request and what it asks for.
#[derive(Clone, Debug)]
pub struct Key {
    key: String,
    fingerprint: [u8; 32],
}

impl Key {
    /// `asked` is everything in which two requests can differ.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the key is not 1 to 255 visible ASCII characters.
    pub fn new(key: &str, asked: &[&[u8]]) -> Result<Self> {
        if !(1..=255).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refusal::field("idempotency-key", "Between 1 and 255 visible ASCII characters.").into());
        }
        let mut hash = Sha256::new();
        for part in asked {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Ok(Self { key: key.to_owned(), fingerprint: hash.finalize().into() })
    }
}

/// The key that the next commit which makes something keeps, and whose it is.
#[derive(Debug)]
pub(crate) struct Keeping {
    actor: Actor,
    key: Key,
}

impl Keeping {
    /// Keeps it with what was made.
    ///
    /// # Errors
    /// [`Refusal::Busy`] when a request with this key ended first.
    pub(crate) async fn keep(&self, tx: &mut Tx, made: &str, now: Timestamp) -> Result<()> {
        match rows::insert(tx, &self.actor, &self.key.key, self.key.fingerprint, made, now).await {
            Err(StoreError::Taken) => Err(Refusal::Busy { retry_after_s: 2 }.into()),
            other => Ok(other?),
        }
    }
}

/// Makes something once for a key: `make` works with the context it is given, and what it made the first
/// time is given to `again`, which reads it as it is now. Without a key it is made each time.
///
/// # Errors
/// [`Refusal::KeyReused`] when the key came with another request; what `make` and `again` refuse.
pub async fn once<T, M, A>(
    ctx: &Ctx,
    actor: &Actor,
    key: Option<Key>,
    make: impl FnOnce(Ctx) -> M,
    again: impl FnOnce(String) -> A,
) -> Result<T>
where
    M: Future<Output = Result<T>>,
    A: Future<Output = Result<T>>,
{
    let Some(key) = key else { return make(ctx.clone()).await };
    if let Some(made) = earlier(ctx, actor, &key).await? {
        return again(made).await;
    }
    match make(ctx.keeping(Keeping { actor: actor.clone(), key: key.clone() })).await {
        Ok(made) => Ok(made),
        // Two requests with one key can run side by side: the later one is refused for what the other has
        // made, or its key is taken. It gives way, once the other's commit can be read.
        Err(error) => {
            ctx.db().settled().await;
            match earlier(ctx, actor, &key).await? {
                Some(made) => again(made).await,
                None => Err(error),
            }
        }
    }
}

async fn earlier(ctx: &Ctx, actor: &Actor, key: &Key) -> Result<Option<String>> {
    match rows::find(ctx.db(), actor, &key.key).await? {
        Some(earlier) if earlier.fingerprint != key.fingerprint => Err(Refusal::KeyReused.into()),
        earlier => Ok(earlier.map(|earlier| earlier.made)),
    }
}
