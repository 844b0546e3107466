//! The world of a story: a database of each kind, a clock that stands still until told, entropy
//! that counts, and people in every role.

#![allow(clippy::unwrap_used, dead_code)]

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use holdfast_actions::{Ctx, Hashing, Parts, Strength, Vault, person, session, setup};
use holdfast_domain::{
    Actor, Clock, SessionId, Timestamp,
    access::Door,
    entropy::Entropy,
    person::{PersonDraft, Role, Roles},
};
use holdfast_report::Renderer;
use holdfast_store::{Blobs, Db, Queryable};
use uuid::Uuid;

/// A password that is accepted.
pub const PASSWORD: &str = "copper tide 9 lanterns";

/// Hashing that keeps no story waiting.
const WEAK: Strength = Strength { memory_kib: 64, passes: 1 };

/// A clock that stands still until told.
pub struct StillClock(AtomicI64);

impl StillClock {
    pub fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Bytes that count up: never twice the same.
#[derive(Default)]
struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let next = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
            // The low bytes carry the count, also when only few are wanted.
            chunk.copy_from_slice(&next[8 - chunk.len()..]);
        }
    }
}

fn context(db: Db, blobs: Blobs, clock: &Arc<StillClock>, entropy: &Arc<Counting>, strength: Strength) -> Ctx {
    Ctx::new(Parts {
        db,
        blobs,
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        entropy: Arc::clone(entropy) as Arc<dyn Entropy>,
        vault: Vault::new([7; 32]),
        hashing: Hashing::new(strength),
        renderer: Renderer::new("/bin/false".into(), Vec::new()),
        software: "holdfast-test",
    })
}

/// Everything a story needs.
pub struct World {
    pub ctx: Ctx,
    pub clock: Arc<StillClock>,
    pub admin: Actor,
    entropy: Arc<Counting>,
    strength: Strength,
    _folder: tempfile::TempDir,
    database: Option<(String, String)>,
}

impl World {
    /// On the embedded database.
    pub async fn sqlite() -> Self {
        Self::hashing(WEAK).await
    }

    /// On the embedded database, with passwords hashed as dearly as that.
    pub async fn hashing(strength: Strength) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        Self::start(folder, &url, None, strength).await
    }

    /// On PostgreSQL, in a database of its own, when a server is given.
    pub async fn postgres() -> Option<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let Ok(server) = std::env::var("HOLDFAST_TEST_POSTGRES") else {
            assert!(std::env::var("CI").is_err(), "CI must set HOLDFAST_TEST_POSTGRES");
            return None;
        };
        // Not the test's own name: PostgreSQL cuts names at 63 bytes, and two could become one.
        let name = format!("actions_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let db = Db::open(&server).await.unwrap();
        db.query_built(format!("CREATE DATABASE {name}")).execute().await.unwrap();
        db.close().await;
        let url = match server.rsplit_once('/') {
            Some((base, _)) => format!("{base}/{name}"),
            None => unreachable!("a server address has a path"),
        };
        Some(Self::start(tempfile::tempdir().unwrap(), &url, Some((server, name)), WEAK).await)
    }

    async fn start(
        folder: tempfile::TempDir,
        url: &str,
        database: Option<(String, String)>,
        strength: Strength,
    ) -> Self {
        let db = Db::open(url).await.unwrap();
        db.migrate().await.unwrap();
        let clock = Arc::new(StillClock(AtomicI64::new(1_790_000_000_000_000)));
        let blobs = Blobs::in_folder(&folder.path().join("blobs")).unwrap();
        let entropy = Arc::new(Counting::default());
        let ctx = context(db, blobs, &clock, &entropy, strength);
        let code = setup::issue_code(&ctx).await.unwrap().unwrap();
        let draft = setup::SetupDraft {
            code,
            org_name: "Example Energy".into(),
            time_zone: "Europe/Berlin".into(),
            log_name: "soc.example.org/ledger".into(),
            name: "Ada".into(),
            email: "ada@example.org".into(),
            password: PASSWORD.into(),
            also_lead: false,
        };
        let id = setup::set_up(&ctx, &draft).await.unwrap();
        let admin = session::actor(&ctx, id, SessionId(Uuid::from_u128(1))).await.unwrap();
        Self { ctx, clock, admin, entropy, strength, _folder: folder, database }
    }

    /// Another process on the same database, which keeps nothing yet.
    pub fn another(&self) -> Ctx {
        context(self.ctx.db().clone(), self.ctx.blobs().clone(), &self.clock, &self.entropy, self.strength)
    }

    /// Adds somebody with one role.
    pub async fn person(&self, name: &str, role: Role) -> Actor {
        let draft = PersonDraft {
            email: format!("{}@example.org", name.to_lowercase()),
            name: name.into(),
            roles: Roles::of(&[role]),
            time_zone: "UTC".into(),
        };
        let (person, code) = person::add(&self.ctx, &self.admin, &draft).await.unwrap();
        person::accept_invitation(&self.ctx, &code, PASSWORD).await.unwrap();
        let id = SessionId(Uuid::from_u128(2));
        Actor { door: Door::Session(id), ..session::actor(&self.ctx, person.id, id).await.unwrap() }
    }

    /// Drops what PostgreSQL holds.
    pub async fn end(self) {
        self.ctx.db().close().await;
        if let Some((server, name)) = self.database {
            let db = Db::open(&server).await.unwrap();
            db.query_built(format!("DROP DATABASE {name} WITH (FORCE)")).execute().await.unwrap();
            db.close().await;
        }
    }
}

/// Runs one story on both databases.
#[macro_export]
macro_rules! story {
    ($(#[$meta:meta])* async fn $name:ident($world:ident) $body:block) => {
        mod $name {
            use super::*;
            $(#[$meta])*
            async fn story($world: &support::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let world = support::World::sqlite().await;
                story(&world).await;
                world.end().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(world) = support::World::postgres().await else { return };
                story(&world).await;
                world.end().await;
            }
        }
    };
}
