//! API tokens over REST. Only by session: a token cannot make another.

use axum::{
    Json,
    extract::{Path, State},
};
use holdfast_actions::token;
use holdfast_domain::{
    PersonId, Refusal, Timestamp, TokenId,
    token::{Scope, Scopes, Token, TokenDraft},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Caller, JsonBody, Once, TakesKey};
use crate::{
    problem::{Problem, ProblemBody},
    state::Server,
};

/// A token, without what it opens with.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenLine {
    /// Its id.
    id: TokenId,
    /// Whose rights it carries.
    person_id: PersonId,
    /// That person's name.
    person_name: String,
    /// What it is for.
    name: String,
    /// Its first characters.
    prefix: String,
    /// What it may touch.
    scopes: Vec<Scope>,
    /// When it was made.
    created_at: Timestamp,
    /// When it ends.
    expires_at: Timestamp,
    /// Its latest use, to the minute.
    used_at: Option<Timestamp>,
    /// When it was revoked.
    revoked_at: Option<Timestamp>,
}

impl From<Token> for TokenLine {
    fn from(token: Token) -> Self {
        Self {
            id: token.id,
            person_id: token.person_id,
            person_name: token.person_name,
            name: token.name,
            prefix: token.prefix,
            scopes: token.scopes.0,
            created_at: token.created_at,
            expires_at: token.expires_at,
            used_at: token.used_at,
            revoked_at: token.revoked_at,
        }
    }
}

/// Tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenPage {
    /// The caller's own; everybody's for administrators.
    rows: Vec<TokenLine>,
}

/// Lists tokens.
#[utoipa::path(get, path = "/api/v1/tokens", operation_id = "list_tokens", tag = "tokens", responses(
    (status = 200, description = "Tokens", body = TokenPage),
    (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn list(State(server): State<Server>, caller: Caller) -> Result<Json<TokenPage>, Problem> {
    let tokens = token::list(&server.ctx, &caller.0).await?;
    Ok(Json(TokenPage { rows: tokens.into_iter().map(Into::into).collect() }))
}

/// What is said of a token when it is made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenSent {
    /// What it is for.
    name: String,
    /// What it may touch.
    scopes: Vec<Scope>,
    /// Days until it ends, 1 to 366.
    days: i64,
}

/// A token that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenMade {
    /// About it.
    #[serde(flatten)]
    about: TokenLine,
    /// The token itself. Shown here only, since the server keeps a hash: absent where the request was sent
    /// before.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// Makes a token of the caller's.
#[utoipa::path(post, path = "/api/v1/tokens", operation_id = "create_token", tag = "tokens", request_body = TokenSent, params(TakesKey), responses(
    (status = 201, description = "Made", body = TokenMade),
    (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn create(
    State(server): State<Server>,
    caller: Caller,
    once: Once,
    JsonBody(sent): JsonBody<TokenSent>,
) -> Result<(StatusCode, Json<TokenMade>), Problem> {
    let mut scopes = sent.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    let draft = &TokenDraft { name: sent.name, scopes: Scopes(scopes), days: sent.days };
    let (ctx, actor) = (&server.ctx, &caller.0);
    let make = |ctx| async move {
        let (about, token) = token::create(&ctx, actor, draft).await?;
        Ok(TokenMade { about: about.into(), token: Some(token) })
    };
    let again = |id: String| async move {
        let known = token::list(ctx, actor).await?.into_iter().find(|token| token.id.to_string() == id);
        let about = known.ok_or_else(|| Refusal::NotFound("token".into()))?.into();
        Ok(TokenMade { about, token: None })
    };
    Ok((StatusCode::CREATED, Json(once.make(ctx, actor, make, again).await?)))
}

/// Revokes a token. It is refused from the next request on.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", operation_id = "revoke_token", tag = "tokens", params(("id" = TokenId, Path)), responses(
    (status = 204, description = "Revoked"),
    (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn revoke(
    State(server): State<Server>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = id.parse().map_err(|_| Refusal::NotFound("token".into()))?;
    token::revoke(&server.ctx, &caller.0, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
