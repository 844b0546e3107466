//! Somebody tries references, to learn which incidents are hidden from them: whether one is hidden or there
//! is none, the answer, the statements that are run, the entries of the ledger and the time are the same.

#![expect(clippy::disallowed_methods, reason = "it measures how long something takes")]

use std::{
    collections::BTreeMap,
    sync::{Mutex, OnceLock},
    time::{Duration, Instant},
};

use holdfast_actions::incident;
use holdfast_domain::{incident::IncidentDraft, person::Role, token::Scope};
use holdfast_store::Queryable as _;
use holdfast_testing::long;
use http::Method;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing_subscriber::{layer::SubscriberExt as _, registry::Registry};

use crate::{
    unseen::plain,
    world::{Answer, Browser, PASSWORD, World, story},
};

/// How often each statement was run since it was last asked.
#[derive(Default)]
struct Statements(Mutex<BTreeMap<String, usize>>);

/// Takes the statements from what the database driver says of them.
struct Listener(&'static Statements);

struct Summary<'a>(&'a Statements);

impl Visit for Summary<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "summary" {
            *self.0.0.lock().unwrap().entry(format!("{value:?}")).or_default() += 1;
        }
    }
}

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Listener {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            event.record(&mut Summary(self.0));
        }
    }
}

/// SQLite's statements are run on threads of their own, so the whole process is listened to.
fn statements() -> &'static Statements {
    static STATEMENTS: OnceLock<Statements> = OnceLock::new();
    let statements = STATEMENTS.get_or_init(Statements::default);
    // Where it is taken already, it is by this.
    let _taken = tracing::subscriber::set_global_default(Registry::default().with(Listener(statements)));
    statements
}

/// What one try left behind.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    answer: (u16, String),
    entries: Vec<(String, String, String, usize)>,
    statements: BTreeMap<String, usize>,
}

struct Prober {
    world: World,
    token: String,
    browser: Browser,
}

const OUTSIDER: &str = "other@example.org";
/// Requests that name an incident: read, written, linked to, merged into, and its page.
const KINDS: usize = 6;
/// Reading over REST, and the page.
const READS: [(&str, usize); 2] = [("REST", 0), ("page", 5)];
/// Long enough for whatever is counted by the minute to begin again.
const APART_S: i64 = 61;

impl Prober {
    /// Before the session, whose clock runs on by a minute a try, is over.
    async fn sign_in(&self) {
        self.browser.sign_in(OUTSIDER, PASSWORD).await.is(303);
    }

    async fn ask(&self, kind: usize, reference: &str) -> Answer {
        let at = format!("/api/v1/incidents/{reference}");
        let (method, path, body) = match kind {
            5 => return self.browser.get(&format!("/incidents/{reference}")).await,
            0 => (Method::GET, at, None),
            1 => (Method::GET, format!("{at}/history"), None),
            2 => (Method::PATCH, at, Some(json!({ "title": "x" }))),
            3 => (
                Method::POST,
                "/api/v1/incidents/INC-2026-0001/links".into(),
                Some(json!({ "kind": "related", "other": reference })),
            ),
            _ => {
                let merged = json!({ "to": "merged", "merged_into": reference, "entered": null, "reason": "The same" });
                (Method::POST, "/api/v1/incidents/INC-2026-0001/phase".into(), Some(merged))
            }
        };
        self.world.bearer_with(&self.token, method, &path, body, &[("if-match", "\"v1\"")]).await
    }

    async fn size(&self) -> i64 {
        let sizes: Vec<(i64,)> = self.world.ctx.db().query("SELECT size FROM ledger_heads").fetch_all().await.unwrap();
        sizes[0].0
    }

    /// One try; how long its answer took, and what it left once its record is written.
    async fn one(&self, kind: usize, reference: &str) -> (Duration, Left) {
        self.world.clock.pass(APART_S);
        let before = self.size().await;
        statements().0.lock().unwrap().clear();
        let began = Instant::now();
        let answer = self.ask(kind, reference).await;
        let took = began.elapsed();
        let waits = Instant::now();
        while self.size().await == before && waits.elapsed() < Duration::from_secs(20) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.world.ctx.db().settled().await;
        let mut statements = statements().0.lock().unwrap().clone();
        // Of a statement the driver gives the first words. How many nodes of the tree an entry completes
        // follows from its place alone, and SQLite's writer may commit for several and say so later.
        let others = ["SELECT size FROM ledger_heads", "INSERT INTO ledger_nodes", "COMMIT", "BEGIN"];
        statements.retain(|text, _| others.iter().all(|own| !text.contains(own)));
        let entries: Vec<(String, String, String, i64)> = self
            .world
            .ctx
            .db()
            .query("SELECT kind, subject_kind, subject_id, CAST(length(entry) AS BIGINT) FROM ledger_entries WHERE seq >= $1")
            .bind(before)
            .fetch_all()
            .await
            .unwrap();
        let entries = entries.into_iter().map(|(kind, about, id, size)| (kind, about, id, size as usize)).collect();
        let text = plain(&answer).replace(reference, "R");
        (took, Left { answer: (answer.status.as_u16(), text), entries, statements })
    }
}

/// A world with an open incident, a hidden one, and somebody outside its team.
async fn prober(world: World) -> (Prober, String, String) {
    let lead = world.actor(Role::Lead).await;
    world.incident().await;
    let draft = IncidentDraft { restricted: true, ..IncidentDraft::example() };
    let hidden = incident::open(&world.ctx, &lead, &draft, None).await.unwrap().reference;
    world.person(OUTSIDER, Role::Lead).await;
    let other = holdfast_actions::person::console_actor(&world.ctx, OUTSIDER).await.unwrap();
    let scopes = holdfast_domain::token::Scopes(Scope::ALL.to_vec());
    let draft = holdfast_domain::token::TokenDraft { name: "story".into(), scopes, days: 90 };
    let token = holdfast_actions::token::create(&world.ctx, &other, &draft).await.unwrap().1;
    let browser = world.guest();
    (Prober { world, token, browser }, hidden, "INC-2026-0009".into())
}

#[story]
async fn a_refused_reference_leaves_the_same_behind_whether_it_is_hidden_or_absent(world: World) {
    let (prober, hidden, absent) = prober(world).await;
    for round in 0..usize::try_from(long::times(100)).unwrap() {
        prober.sign_in().await;
        for kind in 0..KINDS {
            let pair = if round % 2 == 0 { [&hidden, &absent] } else { [&absent, &hidden] };
            let first = prober.one(kind, pair[0]).await.1;
            let second = prober.one(kind, pair[1]).await.1;
            // The first try of each kind fills what the driver keeps of statements.
            assert_eq!(first.answer, second.answer, "{kind}");
            assert_eq!(first.entries, second.entries, "{kind}");
            if round > 0 {
                assert_eq!(first.statements, second.statements, "{kind}");
            }
            assert_eq!(first.entries.len(), 1, "{kind}: {first:?}");
            assert_eq!(first.entries[0].0, "access.denied");
            assert!(first.statements.values().sum::<usize>() > 3, "{first:?}");
        }
    }
}

/// The threshold, and the side of it on which `hidden` lies, that is right most often.
fn threshold(hidden: &[Duration], absent: &[Duration]) -> (Duration, bool) {
    let right = |cut: &(Duration, bool)| accuracy(hidden, absent, *cut);
    let cuts = hidden.iter().chain(absent).flat_map(|cut| [(*cut, true), (*cut, false)]);
    cuts.max_by(|one, other| right(one).total_cmp(&right(other))).unwrap()
}

/// How often it is right.
fn accuracy(hidden: &[Duration], absent: &[Duration], (cut, is_slower): (Duration, bool)) -> f64 {
    let says_hidden = |took: &&Duration| (**took > cut) == is_slower;
    let right = hidden.iter().filter(says_hidden).count() + absent.iter().filter(|took| !says_hidden(took)).count();
    #[allow(clippy::cast_precision_loss)]
    let share = right as f64 / (hidden.len() + absent.len()) as f64;
    share
}

#[test]
fn the_threshold_tells_apart_what_differs() {
    let ms = |from: u64| (0..50).map(|n| Duration::from_millis(from + n % 10)).collect::<Vec<_>>();
    let cut = threshold(&ms(20), &ms(0));
    assert!((accuracy(&ms(20), &ms(0), cut) - 1.0).abs() < f64::EPSILON);
    assert!((accuracy(&ms(0), &ms(0), cut) - 0.5).abs() < f64::EPSILON);
}

/// Pairs by which a threshold is chosen, and as many others on which it is tried.
const PAIRS: usize = 500;

#[tokio::test]
async fn no_threshold_of_time_tells_a_hidden_reference_from_an_absent_one() {
    if !long::is_long() {
        // A shorter series says nothing of time; that the same is done is asserted above.
        return;
    }
    crate::world::on_both_at_length(async |world: World| {
        let (prober, hidden, absent) = prober(world).await;
        let engine = if prober.world.ctx.db().is_sqlite() { "SQLite" } else { "PostgreSQL" };
        let mut shares = Vec::new();
        for (what, kind) in READS {
            let (mut of_hidden, mut of_absent) = (Vec::new(), Vec::new());
            for round in 0..2 * PAIRS {
                if round % 100 == 0 {
                    prober.sign_in().await;
                }
                // Interleaved, each first in turn.
                for is_hidden in if round % 2 == 0 { [true, false] } else { [false, true] } {
                    let took = prober.one(kind, if is_hidden { &hidden } else { &absent }).await.0;
                    if is_hidden { of_hidden.push(took) } else { of_absent.push(took) }
                }
            }
            let cut = threshold(&of_hidden[..PAIRS], &of_absent[..PAIRS]);
            let share = accuracy(&of_hidden[PAIRS..], &of_absent[PAIRS..], cut);
            println!("{engine}, {what}: a threshold of {cut:?} is right in {:.1} % of {PAIRS} pairs", share * 100.0);
            shares.push(share);
        }
        assert!(shares.iter().all(|share| *share <= 0.55), "{engine}: {shares:?}");
    })
    .await;
}
