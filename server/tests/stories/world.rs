//! The world of a story: a database, a clock that moves only when the story moves it, entropy that
//! counts, one person per role, and browsers that keep their cookies. Asserts nothing about
//! the server beyond what it needs to be set up.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Body, extract::Request, response::Response};
use holdfast_actions::{Ctx, Hashing, Parts, Strength, Vault, incident, person, setup};
use holdfast_domain::{
    Actor, Clock, PersonId,
    entropy::Entropy,
    incident::{Incident, IncidentDraft},
    person::{PersonDraft, Role, Roles},
    token::{Scope, Scopes, TokenDraft},
};
use holdfast_report::Renderer;
use holdfast_server::{
    config::{PublicUrl, Web},
    router::router,
    state::Server,
};
use holdfast_store::{Blobs, Db};
pub use holdfast_story::story;
use holdfast_testing::{Counting, Database, Engine, StillClock};
use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

/// Everybody's password.
pub const PASSWORD: &str = "copper tide 9 lanterns";
/// The address of the site in every story.
pub const SITE: &str = "https://soc.example.org";
/// The master key in every story.
pub const KEY: [u8; 32] = [7; 32];
/// Largest upload in every story.
pub const UPLOAD_MAX: u64 = 3_000_000;
/// The name of the session's cookie there.
pub const COOKIE: &str = "__Host-holdfast";
/// The name of the cookie that says what an action came to.
pub const OUTCOME: &str = "__Host-outcome";

/// Everything a story needs.
#[derive(Clone)]
pub struct World {
    pub ctx: Ctx,
    pub clock: Arc<StillClock>,
    pub server: Server,
    pub router: Router,
    /// Where blobs lie, removed with the last clone.
    pub folder: Arc<tempfile::TempDir>,
}

/// A story that waits for ever says so instead.
async fn in_time(story: impl Future<Output = ()>) {
    let limit = std::time::Duration::from_secs(120);
    assert!(tokio::time::timeout(limit, story).await.is_ok(), "the story did not end within two minutes");
}

/// Runs a story on the embedded database alone: for what is the same on both and takes long.
pub async fn on_sqlite(story: impl AsyncFn(World)) {
    on(Engine::Sqlite, story).await;
}

/// Runs a story on the embedded database and, where a server is named, on PostgreSQL.
pub async fn on_both(story: impl AsyncFn(World)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        in_time(on(engine, &story)).await;
    }
}

/// As [`on_both`], for a story that takes longer than others may.
pub async fn on_both_at_length(story: impl AsyncFn(World)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        on(engine, &story).await;
    }
}

/// Runs a story in a world of its own, unless there is no such server here.
async fn on(engine: Engine, story: impl AsyncFn(World)) {
    let Some(database) = Database::migrated(engine).await else { return };
    let world = started(database.url()).await;
    story(world.clone()).await;
    world.ctx.db().close().await;
}

/// What a server is made of, on this database and with these blobs and this master key.
pub fn parts(db: Db, blobs: Blobs, key: [u8; 32]) -> (Ctx, Arc<dyn Entropy>, Arc<StillClock>) {
    let clock = Arc::<StillClock>::default();
    let entropy: Arc<dyn Entropy> = Arc::<Counting>::default();
    let ctx = Ctx::new(Parts {
        db,
        blobs,
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        entropy: Arc::clone(&entropy),
        vault: Vault::new(key),
        hashing: Hashing::new(Strength { memory_kib: 64, passes: 1 }),
        renderer: Renderer::new(env!("CARGO_BIN_EXE_holdfast").into(), vec!["render-worker".into()]),
        software: "holdfast-test",
    });
    (ctx, entropy, clock)
}

/// A server on a database without rows: nobody is there yet.
pub async fn empty(url: &str) -> World {
    opened(url, tempfile::tempdir().unwrap(), KEY).await
}

/// A server on what is there: a database, a folder with its blobs, and the master key of both.
pub async fn opened(url: &str, folder: tempfile::TempDir, key: [u8; 32]) -> World {
    let db = Db::open(url).await.unwrap();
    db.migrate().await.unwrap();
    let folder = Arc::new(folder);
    let (ctx, entropy, clock) = parts(db, Blobs::in_folder(&folder.path().join("blobs")).unwrap(), key);
    let public_url: PublicUrl = SITE.parse().unwrap();
    let web = Web { public_url, proxies: Vec::new(), upload_max: UPLOAD_MAX, connections_per_address: 256 };
    let server = Server::new(ctx.clone(), web, entropy);
    World { ctx, clock, router: router(server.clone()), server, folder }
}

/// A server with one person for each role.
pub async fn started(url: &str) -> World {
    let world = empty(url).await;
    let code = setup::issue_code(&world.ctx).await.unwrap().unwrap();
    let draft = setup::SetupDraft {
        code,
        org_name: "Example Energy".into(),
        time_zone: "Europe/Berlin".into(),
        log_name: "soc.example.org/ledger".into(),
        name: "Ada".into(),
        email: email(Role::Administrator),
        password: PASSWORD.into(),
        also_lead: false,
    };
    setup::set_up(&world.ctx, &draft).await.unwrap();
    for role in &Role::ALL[1..] {
        world.person(&email(*role), *role).await;
    }
    world
}

/// The address of the person with that role.
pub fn email(role: Role) -> String {
    format!("{role}@example.org")
}

/// Fields of a form, as they are sent.
pub fn pairs<N: AsRef<str>>(fields: &[(N, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect()
}

impl World {
    /// Adds somebody with one role.
    pub async fn person(&self, email: &str, role: Role) -> PersonId {
        let draft = PersonDraft {
            email: email.into(),
            name: email.split('@').next().unwrap().into(),
            roles: Roles::of(&[role]),
            time_zone: "UTC".into(),
        };
        person::add_from_console(&self.ctx, &draft, PASSWORD).await.unwrap().id
    }

    /// The person with that role, as an actor.
    pub async fn actor(&self, role: Role) -> Actor {
        person::console_actor(&self.ctx, &email(role)).await.unwrap()
    }

    /// A token of the person with that role.
    pub async fn token(&self, role: Role, scopes: &[Scope]) -> String {
        let draft = TokenDraft { name: "story".into(), scopes: Scopes(scopes.to_vec()), days: 30 };
        holdfast_actions::token::create(&self.ctx, &self.actor(role).await, &draft).await.unwrap().1
    }

    /// An incident that the lead opened.
    pub async fn incident(&self) -> Incident {
        incident::open(&self.ctx, &self.actor(Role::Lead).await, &IncidentDraft::example(), None).await.unwrap()
    }

    /// A browser of nobody.
    pub fn guest(&self) -> Browser {
        Browser { world: self.clone(), cookie: Arc::default(), devices: Arc::default(), outcome: Arc::default() }
    }

    /// A browser in which the person with that role has signed in.
    pub async fn signed_in(&self, role: Role) -> Browser {
        let browser = self.guest();
        browser.sign_in(&email(role), PASSWORD).await.is(303);
        browser
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// Reads with a bearer token.
    pub async fn read(&self, token: &str, path: &str) -> Answer {
        self.bearer(token, Method::GET, path, None).await
    }

    /// Posts JSON with a bearer token.
    pub async fn post(&self, token: &str, path: &str, body: Value) -> Answer {
        self.bearer(token, Method::POST, path, Some(body)).await
    }

    /// Sends a request with a bearer token.
    pub async fn bearer(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.bearer_with(token, method, path, body, &[]).await
    }

    /// Sends a request with a bearer token and more headers.
    pub async fn bearer_with(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request =
            Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            None => request.body(Body::empty()),
            Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())),
        };
        self.send(request.unwrap()).await
    }
}

/// A browser: it keeps its cookies and says where its requests come from.
pub struct Browser {
    world: World,
    cookie: Arc<Mutex<Option<String>>>,
    devices: Arc<Mutex<String>>,
    outcome: Arc<Mutex<Option<String>>>,
}

impl Browser {
    /// The value of the session's cookie.
    pub fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap().clone()
    }

    /// What it keeps of those who signed in by it.
    pub fn devices(&self) -> String {
        self.devices.lock().unwrap().clone()
    }

    /// Puts that of another browser there.
    pub fn plant_devices(&self, devices: &str) {
        devices.clone_into(&mut self.devices.lock().unwrap());
    }

    /// The value of the cookie that says what an action came to.
    pub fn outcome(&self) -> Option<String> {
        self.outcome.lock().unwrap().clone()
    }

    /// Puts a value into that cookie, as an attacker would.
    pub fn plant_outcome(&self, value: &str) {
        *self.outcome.lock().unwrap() = Some(value.into());
    }

    /// Goes where a form leads, as a browser does.
    pub async fn follow(&self, answer: &Answer) -> Answer {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        self.get(answer.header("location")).await
    }

    /// Puts a value into the session's cookie, as an attacker would.
    pub fn plant(&self, value: &str) {
        *self.cookie.lock().unwrap() = Some(value.into());
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::builder().uri(path).header("accept", "text/html"), Body::empty()).await
    }

    /// Reads by REST from one of our pages.
    pub async fn read(&self, path: &str) -> Answer {
        self.json(Method::GET, path, None, &[]).await
    }

    /// Sends a form of one of our pages.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, Body::from(body)).await
    }

    /// Calls REST from one of our pages.
    pub async fn json(&self, method: Method, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (request, body) = match body {
            None => (request, Body::empty()),
            Some(body) => (request.header("content-type", "application/json"), Body::from(body.to_string())),
        };
        self.send(request, body).await
    }

    /// Signs in.
    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.post("/sign-in", &[("email", email), ("password", password)]).await
    }

    /// Sends a request with the cookie, and keeps the cookie that comes back.
    pub async fn send(&self, mut request: http::request::Builder, body: Body) -> Answer {
        for (name, value) in [(COOKIE, self.cookie()), (OUTCOME, self.outcome())] {
            if let Some(value) = value {
                request = request.header("cookie", format!("{name}={value}"));
            }
        }
        let devices = self.devices();
        if !devices.is_empty() {
            request = request.header("cookie", format!("{COOKIE}-device={devices}"));
        }
        let answer = self.world.send(request.body(body).unwrap()).await;
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            for (name, kept) in [(COOKIE, &self.cookie), (OUTCOME, &self.outcome)] {
                if let Some(value) = line.strip_prefix(&format!("{name}=")) {
                    let value = value.split(';').next().unwrap();
                    *kept.lock().unwrap() = Some(value.to_owned()).filter(|value| !value.is_empty());
                }
            }
            if let Some(devices) = line.strip_prefix(&format!("{COOKIE}-device=")) {
                self.plant_devices(devices.split(';').next().unwrap());
            }
        }
        answer
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (head, body) = response.into_parts();
        Self { status: head.status, headers: head.headers, body: body.collect().await.unwrap().to_bytes().to_vec() }
    }

    /// The answer, which must have that status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The last part of a problem's type.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        self.json()["type"].as_str().unwrap().rsplit(':').next().unwrap().to_owned()
    }
}
