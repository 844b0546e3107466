//! What handlers and layers work with, made once and shared. Knows no route, no handler and no layer.

use std::{ops::Deref, sync::Arc};

use holdfast_actions::Ctx;
use holdfast_domain::entropy::Entropy;
use tokio::sync::Semaphore;

use crate::{assets::Assets, config::Web, rate_limit::RateLimit, spent::Spent};

/// Uploads under way at once; each holds a few megabytes.
const UPLOADS_AT_ONCE: usize = 64;

/// What handlers work with. Cheap to clone.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

/// The parts of a [`Server`].
pub struct Shared {
    /// Everything the actions need.
    pub ctx: Ctx,
    /// How the site is reached.
    pub web: Web,
    /// Where nonces, request ids and session ids come from.
    pub entropy: Arc<dyn Entropy>,
    /// What the browser loads.
    pub assets: Assets,
    /// How often costly things were asked for.
    pub pace: RateLimit,
    /// What pages have said of actions in the last minute.
    pub spent: Spent,
    /// Places for uploads under way.
    pub uploads: Semaphore,
}

impl Server {
    /// From its parts.
    #[must_use]
    pub fn new(ctx: Ctx, web: Web, entropy: Arc<dyn Entropy>) -> Self {
        let (assets, pace) = (Assets::embedded(), RateLimit::default());
        let (spent, uploads) = (Spent::default(), Semaphore::new(UPLOADS_AT_ONCE));
        Self(Arc::new(Shared { ctx, web, entropy, assets, pace, spent, uploads }))
    }
}

impl Deref for Server {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}
