//! The world of a story: a database, a clock that moves only when the story moves it, entropy that counts,
//! an organisation and its administrator.

use std::sync::Arc;

use holdfast_actions::{
    Ctx, Error, Hashing, Parts, Strength, Vault, event,
    incident::{self, Visible},
    person, session, setup,
};
use holdfast_domain::{
    Actor, Clock, Refusal, SessionId,
    access::Door,
    entropy::Entropy,
    event::TimelineEntry,
    incident::{Incident, IncidentDraft},
    person::{PersonDraft, Role, Roles},
};
use holdfast_report::Renderer;
use holdfast_store::{Blobs, Db};
use holdfast_testing::{Counting, Database, Engine, StillClock};
use uuid::Uuid;

/// A password that is accepted.
pub const PASSWORD: &str = "copper tide 9 lanterns";

/// Hashing that keeps no story waiting.
const WEAK: Strength = Strength { memory_kib: 64, passes: 1 };

/// An incident as this person sees it.
pub async fn seen(ctx: &Ctx, actor: &Actor, reference: &str) -> Visible {
    incident::view(ctx, actor, reference).await.unwrap()
}

/// The timeline of an incident as this person sees it.
pub async fn timeline(ctx: &Ctx, actor: &Actor, reference: &str) -> Vec<TimelineEntry> {
    let seen = seen(ctx, actor, reference).await;
    let times = incident::times(ctx, actor, &seen).await.unwrap();
    event::timeline(ctx, actor, &seen, &times).await.unwrap()
}

fn context(db: Db, blobs: Blobs, clock: &Arc<StillClock>, entropy: &Arc<Counting>, hashing: Hashing) -> Ctx {
    Ctx::new(Parts {
        db,
        blobs,
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        entropy: Arc::clone(entropy) as Arc<dyn Entropy>,
        vault: Vault::new([7; 32]),
        hashing,
        renderer: Renderer::new("/bin/false".into(), Vec::new()),
        software: "holdfast-test",
    })
}

/// Everything a story needs.
pub struct World {
    pub ctx: Ctx,
    pub clock: Arc<StillClock>,
    pub admin: Actor,
    /// What hashes the passwords of `ctx`.
    pub hashing: Hashing,
    entropy: Arc<Counting>,
    strength: Strength,
    _folder: tempfile::TempDir,
    /// Removed last, once nothing is connected to it.
    _database: Database,
}

impl World {
    /// On a database of its own; `None` where there is no such server.
    pub async fn on(engine: Engine) -> Option<Self> {
        Self::hashing(engine, WEAK).await
    }

    /// With passwords that take so much work to hash.
    pub async fn hashing(engine: Engine, strength: Strength) -> Option<Self> {
        let database = Database::migrated(engine).await?;
        let db = database.open().await;
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::<StillClock>::default();
        let blobs = Blobs::in_folder(&folder.path().join("blobs")).unwrap();
        let (entropy, hashing) = (Arc::<Counting>::default(), Hashing::new(strength));
        let ctx = context(db, blobs, &clock, &entropy, hashing.clone());
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
        Some(Self { ctx, clock, admin, hashing, entropy, strength, _folder: folder, _database: database })
    }

    /// Another process on the same database, which keeps nothing yet.
    pub fn another(&self) -> Ctx {
        context(
            self.ctx.db().clone(),
            self.ctx.blobs().clone(),
            &self.clock,
            &self.entropy,
            Hashing::new(self.strength),
        )
    }

    /// Adds a lead, Lena, who opens an incident.
    pub async fn with_an_incident(&self) -> (&Ctx, Actor, Incident) {
        let lead = self.person("Lena", Role::Lead).await;
        let opened = incident::open(&self.ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        (&self.ctx, lead, opened)
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
}

/// The kinds of an incident's entries as this person sees them, the newest first.
pub async fn kinds(ctx: &Ctx, actor: &Actor, reference: &str) -> Vec<String> {
    let seen = seen(ctx, actor, reference).await;
    let history = incident::history(ctx, actor, &seen, None, 50).await.unwrap();
    history.rows.into_iter().map(|entry| entry.kind).collect()
}

/// Why something was refused, which it must be.
#[track_caller]
pub fn refusal<T: std::fmt::Debug>(result: holdfast_actions::Result<T>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// Makes two tests, `…::sqlite` and `…::postgres`, of each story.
macro_rules! story {
    ($($(#[$meta:meta])* async fn $name:ident($world:ident) $body:block)+) => {$(
        mod $name {
            use super::*;
            $(#[$meta])*
            async fn story($world: &crate::world::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                crate::world::on(holdfast_testing::Engine::Sqlite, story).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                crate::world::on(holdfast_testing::Engine::Postgres, story).await;
            }
        }
    )+};
}

/// Runs a story in a world of its own, unless there is no such server here.
pub async fn on(engine: Engine, story: impl AsyncFnOnce(&World)) {
    if let Some(world) = World::on(engine).await {
        story(&world).await;
    }
}
