//! What handlers and layers work with, made once and shared. Knows no route, no handler and no layer.

use std::{ops::Deref, sync::Arc};

use holdfast_actions::Ctx;
use holdfast_domain::{PersonId, entropy::Entropy};

use crate::{assets::Assets, config::Web, connections::Connections, rate_limit::RateLimit, slot::Slots, spent::Spent};

/// Uploads under way at once, and those of one person; each holds a few megabytes.
const UPLOADS_AT_ONCE: (usize, usize) = (64, 8);
/// Imports under way at once, and those of one person; each holds its files, at most 64 MiB.
const IMPORTS_AT_ONCE: (usize, usize) = (4, 2);

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
    /// Slots for uploads under way.
    pub uploads: Arc<Slots<PersonId>>,
    /// Slots for imports under way.
    pub imports: Arc<Slots<PersonId>>,
    /// Slots for requests under way of clients behind a proxy.
    pub connections: Connections,
}

impl Server {
    /// From its parts.
    #[must_use]
    pub fn new(ctx: Ctx, web: Web, entropy: Arc<dyn Entropy>) -> Self {
        Self(Arc::new(Shared {
            ctx,
            entropy,
            assets: Assets::embedded(),
            pace: RateLimit::default(),
            spent: Spent::default(),
            uploads: Slots::new(UPLOADS_AT_ONCE.0, UPLOADS_AT_ONCE.1),
            imports: Slots::new(IMPORTS_AT_ONCE.0, IMPORTS_AT_ONCE.1),
            // All of them are bounded by the accept loop.
            connections: Slots::new(usize::MAX, web.connections_per_address),
            web,
        }))
    }
}

impl Deref for Server {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}
