//! Caches what takes long to make, until a ledger entry may change it and for a minute at most, since what
//! is open grows older. Changes are read from the ledger, which has an entry of every action, so that a
//! replica learns of the actions of another. The permission is checked before, and the key holds everything
//! by which two readers could differ.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use holdfast_domain::{OrgId, Timestamp};
use holdfast_store::ledger::{self as rows, Touch};
use tokio::sync::RwLock;

use crate::{Ctx, Result};

/// How long it is kept, in seconds. It says as of when it is.
const KEEP_S: i64 = 60;

struct Cached<T> {
    /// The ledger's size up to which nothing touched it.
    size: AtomicI64,
    at: Timestamp,
    value: Arc<T>,
}

type Slot<T> = Arc<RwLock<Option<Cached<T>>>>;

/// What was made, by what was asked for.
pub(crate) struct Cache<K, T> {
    slots: Mutex<HashMap<K, Slot<T>>>,
    most: usize,
    fits: fn(&T) -> bool,
}

impl<K: Eq + Hash, T> Cache<K, T> {
    /// Keeps so many at most.
    pub(crate) fn new(most: usize) -> Self {
        Self::of_those(most, |_| true)
    }

    /// Keeps so many at most, and none that does not fit: that one is made each time.
    pub(crate) fn of_those(most: usize, fits: fn(&T) -> bool) -> Self {
        Self { slots: Mutex::default(), most, fits }
    }

    fn slot(&self, key: K) -> Slot<T> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= self.most && !slots.contains_key(&key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key).or_default())
    }

    /// What was made before, where no entry since then touches it; else what `make` makes as of `now`.
    /// Of those who ask for the same at once, one makes it and the others wait.
    ///
    /// # Errors
    /// Those of `make`, and when the database refuses.
    pub(crate) async fn get(
        &self,
        ctx: &Ctx,
        (org, now): (OrgId, Timestamp),
        key: K,
        touch: &Touch,
        make: impl Future<Output = Result<T>> + Send,
    ) -> Result<Arc<T>> {
        let slot = self.slot(key);
        if let Some(value) = exact(ctx, (org, now), slot.read().await.as_ref(), touch).await? {
            return Ok(value);
        }
        let mut made = slot.write().await;
        if let Some(value) = exact(ctx, (org, now), made.as_ref(), touch).await? {
            return Ok(value);
        }
        *made = None;
        // Read first: what is entered while it is being made counts as later.
        let size = rows::head(ctx.db(), org).await?.size;
        let value = Arc::new(make.await?);
        *made = (self.fits)(&value).then(|| Cached { size: size.into(), at: now, value: Arc::clone(&value) });
        Ok(value)
    }
}

async fn exact<T>(
    ctx: &Ctx,
    (org, now): (OrgId, Timestamp),
    made: Option<&Cached<T>>,
    touch: &Touch,
) -> Result<Option<Arc<T>>> {
    let Some(made) = made else { return Ok(None) };
    if (now.seconds() - made.at.seconds()).abs() >= KEEP_S {
        return Ok(None);
    }
    let from = made.size.load(Ordering::Relaxed);
    let size = rows::head(ctx.db(), org).await?.size;
    // A shorter log is another one, such as that of a backup that was restored.
    if size < from {
        return Ok(None);
    }
    if size != from {
        if rows::touched(ctx.db(), org, (from, size), touch).await? {
            return Ok(None);
        }
        made.size.fetch_max(size, Ordering::Relaxed);
    }
    Ok(Some(Arc::clone(&made.value)))
}
