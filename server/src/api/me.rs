//! The caller over REST: who they are here, and their sessions.

use axum::{
    Json,
    extract::{Path, State},
};
use holdfast_actions::{person, session};
use holdfast_domain::{
    PersonId, Refusal, SessionId, Timestamp, access::Door, person::Role, session::Session, token::Scope,
};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::Caller;
use crate::{
    problem::{Problem, ProblemBody},
    state::Server,
};

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Who.
    person_id: PersonId,
    /// Their name.
    name: String,
    /// Printed beside their name in records; it never changes.
    handle: String,
    /// What they may do.
    roles: Vec<Role>,
    /// The IANA zone in which times are shown to them.
    time_zone: String,
    /// What the token may touch, when the caller came with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<Scope>>,
}

/// Who the caller is here.
#[utoipa::path(get, path = "/api/v1/me", tag = "about", responses(
    (status = 200, description = "The caller", body = Me),
    (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn me(State(server): State<Server>, Caller(actor): Caller) -> Result<Json<Me>, Problem> {
    let handle = person::find(&server.ctx, &actor, actor.person_id).await?.handle;
    let scopes = match actor.door {
        Door::Token(_, scopes) => Some(scopes.0),
        Door::Session(_) | Door::Console => None,
    };
    Ok(Json(Me {
        person_id: actor.person_id,
        name: actor.name,
        handle,
        roles: actor.roles.iter().collect(),
        time_zone: actor.time_zone,
        scopes,
    }))
}

/// A signed-in browser.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionLine {
    /// What names it in lists.
    id: SessionId,
    /// Whose it is.
    person_id: PersonId,
    /// The person's name.
    person_name: String,
    /// The browser, as it says of itself.
    user_agent: String,
    /// The address it signed in from.
    address: String,
    /// When it signed in.
    created_at: Timestamp,
    /// Its latest request, to the minute.
    seen_at: Timestamp,
    /// When it ends at the latest.
    expires_at: Timestamp,
}

impl From<Session> for SessionLine {
    fn from(session: Session) -> Self {
        Self {
            id: session.id,
            person_id: session.person_id,
            person_name: session.person_name,
            user_agent: session.user_agent,
            address: session.address,
            created_at: session.created_at,
            seen_at: session.seen_at,
            expires_at: session.expires_at,
        }
    }
}

/// Sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionPage {
    /// Newest first.
    rows: Vec<SessionLine>,
}

fn page(sessions: Vec<Session>) -> Json<SessionPage> {
    Json(SessionPage { rows: sessions.into_iter().map(Into::into).collect() })
}

/// Lists the caller's own sessions.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "sessions", responses(
    (status = 200, description = "Sessions", body = SessionPage),
    (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn own_sessions(State(server): State<Server>, caller: Caller) -> Result<Json<SessionPage>, Problem> {
    Ok(page(session::own(&server.ctx, &caller.0).await?))
}

/// Lists everybody's sessions.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "sessions", responses(
    (status = 200, description = "Sessions", body = SessionPage),
    (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn all_sessions(State(server): State<Server>, caller: Caller) -> Result<Json<SessionPage>, Problem> {
    Ok(page(session::all(&server.ctx, &caller.0).await?))
}

/// Ends a session: one's own, or anybody's by an administrator.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "sessions", params(("id" = SessionId, Path)), responses(
    (status = 204, description = "Ended"),
    (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn end_session(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = id.parse().map_err(|_| Refusal::NotFound("session".into()))?;
    session::revoke(&server.ctx, &caller.0, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
