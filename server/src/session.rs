//! Browser sessions: the cookie, our store for `tower-sessions`, and who is behind a request. The
//! database keeps only a hash of what the cookie holds. What a person may do is asked anew with
//! every request, so a disabled account or a revoked session is cut at once.

use axum::extract::Request;
use holdfast_actions::{
    Ctx,
    session::{
        SignedIn, expires_at,
        record::{self, NewSession},
    },
};
use holdfast_domain::{Actor, PersonId, Refusal, SessionId, Timestamp, entropy::Entropy, session::FRESH_S};
use http::HeaderMap;
use sha2::{Digest, Sha256};
use std::{fmt, sync::Arc};
use time::OffsetDateTime;
use tower_sessions::{
    Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store::{Error, Result as StoreResult},
};

use crate::{csrf::bearer, problem::Problem, state::Server};

/// The one value of a session's record.
const ABOUT: &str = "about";

/// What a session's record holds.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct About {
    person_id: PersonId,
    session_id: SessionId,
    user_agent: String,
    address: String,
    created_at: Timestamp,
}

/// `tower-sessions`' store on the database.
#[derive(Clone)]
pub struct Store {
    ctx: Ctx,
    entropy: Arc<dyn Entropy>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    fn row(record: &Record) -> StoreResult<NewSession> {
        let about = record.data.get(ABOUT).cloned().ok_or_else(|| Error::Encode("a session of nobody".into()))?;
        let about: About = serde_json::from_value(about).map_err(|error| Error::Encode(error.to_string()))?;
        Ok(NewSession {
            id: about.session_id,
            person_id: about.person_id,
            data: serde_json::to_string(&about).map_err(|error| Error::Encode(error.to_string()))?,
            user_agent: about.user_agent,
            address: about.address,
            created_at: about.created_at,
            expires_at: expires_at(about.created_at),
        })
    }
}

/// What the database knows a session by. The id is 128 random bits, so a plain hash suffices.
fn secret_hash(id: &Id) -> [u8; 32] {
    Sha256::digest(id.0.to_le_bytes()).into()
}

fn backend(error: impl fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait::async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        let row = Self::row(record)?;
        loop {
            record.id = Id(i128::from_le_bytes(self.entropy.bytes::<16>()));
            if record::create(&self.ctx, secret_hash(&record.id), &row).await.map_err(backend)? {
                return Ok(());
            }
        }
    }

    async fn save(&self, record: &Record) -> StoreResult<()> {
        record::save(&self.ctx, secret_hash(&record.id), &Self::row(record)?).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let row = record::load(&self.ctx, secret_hash(id)).await.map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let about = serde_json::from_str(&row.data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_at.seconds())
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data: [(ABOUT.to_owned(), about)].into(), expiry_date }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        record::delete(&self.ctx, secret_hash(id)).await.map_err(backend)
    }
}

/// The layer that reads and sets the cookie. It asks the database only when somebody looks into
/// the session, so assets cost nothing. The cookie ends with the browser; the server ends it after
/// half an hour idle and after twelve hours whatever happens.
#[must_use]
pub fn layer(server: &Server) -> SessionManagerLayer<Store> {
    let https = server.web.public_url.is_https();
    let store = Store { ctx: server.ctx.clone(), entropy: Arc::clone(&server.entropy) };
    SessionManagerLayer::new(store)
        .with_name(cookie_name(https))
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
}

/// The cookie's name. The prefix makes browsers refuse it from a sibling host or without TLS.
#[must_use]
pub const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-holdfast" } else { "holdfast" }
}

/// Who is behind the request, found once and kept as a request extension.
#[derive(Clone, Debug)]
pub struct Identity(pub Option<Actor>);

/// Finds who is behind the request: the owner of its token, else of its session, else nobody.
///
/// # Errors
/// When a token does not hold, or the database fails.
pub async fn identify(server: &Server, request: &mut Request) -> Result<Option<Actor>, Problem> {
    if let Some(token) = bearer(request.headers()).map(str::to_owned) {
        let owner = holdfast_actions::token::authenticate(&server.ctx, &token).await;
        return owner.map(Some).map_err(|error| {
            tracing::warn!("a token was refused");
            error.into()
        });
    }
    let Some(session) = request.extensions().get::<Session>().cloned() else { return Ok(None) };
    let about: Option<About> = session.get(ABOUT).await.map_err(|error| Problem::failed(error.to_string()))?;
    let Some(about) = about else { return Ok(None) };
    match holdfast_actions::session::actor(&server.ctx, about.person_id, about.session_id).await {
        Ok(actor) => Ok(Some(actor)),
        Err(holdfast_actions::Error::Refused(Refusal::SignedOut)) => {
            session.flush().await.map_err(|error| Problem::failed(error.to_string()))?;
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// Begins a session for somebody who has just proved who they are. Its id is always a new one: an
/// id that somebody planted before is worth nothing after.
pub async fn begin(
    server: &Server,
    session: &Session,
    signed_in: &SignedIn,
    address: String,
    user_agent: String,
) -> Result<(), Problem> {
    let about = About {
        person_id: signed_in.person_id,
        session_id: signed_in.session_id,
        user_agent,
        address,
        created_at: server.ctx.now(),
    };
    let failed = |error: tower_sessions::session::Error| Problem::failed(error.to_string());
    session.clear().await;
    session.cycle_id().await.map_err(failed)?;
    session.insert(ABOUT, about).await.map_err(failed)
}

/// Whether the session behind the request began so lately that its person counts as just having
/// proved who they are.
pub async fn is_fresh(server: &Server, request: &mut Request) -> Result<bool, Problem> {
    let Some(session) = request.extensions().get::<Session>().cloned() else { return Ok(false) };
    let about: Option<About> = session.get(ABOUT).await.map_err(|error| Problem::failed(error.to_string()))?;
    Ok(about.is_some_and(|about| server.ctx.now() < about.created_at.plus_seconds(FRESH_S)))
}

/// Ends the session, here and in the browser.
pub async fn end(session: &Session) -> Result<(), Problem> {
    session.flush().await.map_err(|error| Problem::failed(error.to_string()))
}

/// What the browser says of itself.
#[must_use]
pub fn user_agent(headers: &HeaderMap) -> String {
    let said = headers.get(http::header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    said.unwrap_or_default().chars().filter(|c| !c.is_control()).take(300).collect()
}
