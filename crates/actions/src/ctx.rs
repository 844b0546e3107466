//! What every action works with: the database, the clock, entropy, keys. Made once by the server and
//! passed down; nothing here is global.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use holdfast_domain::{Clock, OrgId, Timestamp, entropy::Entropy};
use holdfast_ledger::SigningKey;
use holdfast_report::Renderer;
use holdfast_store::{Blobs, Db};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::{Error, Hashing, Result, Vault, denial::Denials, idempotency::Keeping, metric, report, undo::UndoOffers};

/// Files that are imported at once: the values of one take up to 256 MiB.
const IMPORTS_AT_ONCE: usize = 1;

/// What a [`Ctx`] is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Where the bytes of evidence lie.
    pub blobs: Blobs,
    /// Where the time is read.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// Encrypts secrets at rest.
    pub vault: Vault,
    /// Hashes passwords.
    pub hashing: Hashing,
    /// Makes PDFs.
    pub renderer: Renderer,
    /// The program's name and version without spaces, such as `holdfast-0.1.0`.
    pub software: &'static str,
}

struct Inner {
    parts: Parts,
    is_set_up: AtomicBool,
    signing_keys: Mutex<HashMap<OrgId, Arc<SigningKey>>>,
    metrics: metric::MetricCache,
    drafts: report::Drafts,
    previews: report::Previews,
    denials: Denials,
    imports: Arc<Semaphore>,
}

/// What every action works with. Cheap to clone.
#[derive(Clone)]
pub struct Ctx(Arc<Inner>, Arc<dyn Clock>, Option<Arc<Keeping>>, Option<Arc<UndoOffers>>);

impl Ctx {
    /// From its parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let clock = Arc::clone(&parts.clock);
        let inner = Inner {
            parts,
            is_set_up: AtomicBool::new(false),
            signing_keys: Mutex::default(),
            metrics: metric::MetricCache::default(),
            drafts: report::drafts(),
            previews: report::previews(),
            denials: Denials::default(),
            imports: Arc::new(Semaphore::new(IMPORTS_AT_ONCE)),
        };
        Self(Arc::new(inner), clock, None, None)
    }

    /// The same, by another clock: for actions that happened at another time, such as the demo's.
    #[must_use]
    pub fn by_clock(&self, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::clone(&self.0), clock, None, None)
    }

    /// The same, for one request that is done once for its key.
    pub(crate) fn keeping(&self, key: Keeping) -> Self {
        Self(Arc::clone(&self.0), Arc::clone(&self.1), Some(Arc::new(key)), self.3.clone())
    }

    /// The same, for one request whose answer may offer to undo what it did.
    #[must_use]
    pub fn noting_undo(&self) -> (Self, Arc<UndoOffers>) {
        let offers = Arc::<UndoOffers>::default();
        (Self(Arc::clone(&self.0), Arc::clone(&self.1), self.2.clone(), Some(Arc::clone(&offers))), offers)
    }

    pub(crate) fn undo_offers(&self) -> Option<&UndoOffers> {
        self.3.as_deref()
    }

    /// The key that is kept with what the request makes.
    pub(crate) fn kept_key(&self) -> Option<&Keeping> {
        self.2.as_deref()
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.1.now()
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.parts.db
    }

    /// Where the bytes of evidence lie.
    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.0.parts.blobs
    }

    /// Makes PDFs.
    #[must_use]
    pub fn renderer(&self) -> &Renderer {
        &self.0.parts.renderer
    }

    pub(crate) fn metrics(&self) -> &metric::MetricCache {
        &self.0.metrics
    }

    pub(crate) fn previews(&self) -> &report::Previews {
        &self.0.previews
    }

    pub(crate) fn drafts(&self) -> &report::Drafts {
        &self.0.drafts
    }

    pub(crate) fn denials(&self) -> &Denials {
        &self.0.denials
    }

    /// A turn to import a file, held until it is an incident. The others wait for theirs.
    pub(crate) async fn import_turn(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.0.imports).acquire_owned().await.map_err(|error| Error::failed("import", error))
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &*self.0.parts.entropy
    }

    pub(crate) fn uuid(&self, now: Timestamp) -> Uuid {
        self.entropy().uuid(now)
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.parts.vault
    }

    pub(crate) fn hashing(&self) -> &Hashing {
        &self.0.parts.hashing
    }

    pub(crate) fn software(&self) -> &'static str {
        self.0.parts.software
    }

    pub(crate) fn knows_set_up(&self) -> bool {
        self.0.is_set_up.load(Ordering::Relaxed)
    }

    pub(crate) fn note_set_up(&self) {
        self.0.is_set_up.store(true, Ordering::Relaxed);
    }

    pub(crate) fn cached_key(&self, org: OrgId) -> Option<Arc<SigningKey>> {
        self.0.signing_keys.lock().ok()?.get(&org).cloned()
    }

    pub(crate) fn cache_key(&self, org: OrgId, key: &Arc<SigningKey>) {
        if let Ok(mut keys) = self.0.signing_keys.lock() {
            keys.insert(org, Arc::clone(key));
        }
    }
}
