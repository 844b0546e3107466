//! The caller over REST: who they are here, and their sessions.

use axum::{Json, extract::Path};
use holdfast_actions::{person, session};
use holdfast_domain::{PersonId, Refusal, SessionId, access::Door, person::Role, session::Session, token::Scope};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, Caller};
use crate::problem::Problem;

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
#[utoipa::path(get, path = "/api/v1/me", tag = "about",
    responses((status = 200, description = "The caller", body = Me)))]
pub async fn me(Caller(ctx, actor): Caller) -> Result<Json<Me>, Problem> {
    let handle = person::find(&ctx, &actor, actor.person_id).await?.handle;
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

/// Sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionPage {
    /// Newest first.
    rows: Vec<Session>,
}

/// Lists the caller's own sessions.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "sessions",
    responses((status = 200, description = "Sessions", body = SessionPage)))]
pub async fn own_sessions(Caller(ctx, actor): Caller) -> Answer<Json<SessionPage>> {
    Ok(Json(SessionPage { rows: session::own(&ctx, &actor).await? }))
}

/// Lists everybody's sessions.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "sessions",
    responses((status = 200, description = "Sessions", body = SessionPage)))]
pub async fn all_sessions(Caller(ctx, actor): Caller) -> Answer<Json<SessionPage>> {
    Ok(Json(SessionPage { rows: session::all(&ctx, &actor).await? }))
}

/// Ends a session: one's own, or anybody's by an administrator.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "sessions", params(("id" = SessionId, Path)),
    responses((status = 204, description = "Ended")))]
pub async fn end_session(Caller(ctx, actor): Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = id.parse().map_err(|_| Refusal::NotFound("session".into()))?;
    session::revoke(&ctx, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
