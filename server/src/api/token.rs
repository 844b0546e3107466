//! API tokens over REST. Only by session: a token cannot make another.

use axum::{Json, extract::Path};
use holdfast_actions::token;
use holdfast_domain::{
    Refusal, TokenId,
    token::{Scope, Scopes, Token, TokenDraft},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, Caller, JsonBody, Once, TakesKey};

/// Tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenPage {
    /// The caller's own; everybody's for administrators.
    rows: Vec<Token>,
}

/// Lists tokens.
#[utoipa::path(get, path = "/api/v1/tokens", operation_id = "list_tokens", tag = "tokens",
    responses((status = 200, description = "Tokens", body = TokenPage)))]
pub async fn list(Caller(ctx, actor): Caller) -> Answer<Json<TokenPage>> {
    Ok(Json(TokenPage { rows: token::list(&ctx, &actor).await? }))
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
    about: Token,
    /// The token itself. Shown here only, since the server keeps a hash: absent where the request was sent
    /// before.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// Makes a token of the caller's.
#[utoipa::path(post, path = "/api/v1/tokens", operation_id = "create_token", tag = "tokens", request_body = TokenSent,
    params(TakesKey), responses((status = 201, description = "Made", body = TokenMade)))]
pub async fn create(
    Caller(ctx, actor): Caller,
    once: Once,
    JsonBody(sent): JsonBody<TokenSent>,
) -> Answer<(StatusCode, Json<TokenMade>)> {
    let mut scopes = sent.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    let draft = &TokenDraft { name: sent.name, scopes: Scopes(scopes), days: sent.days };
    let (ctx, actor) = (&ctx, &actor);
    let make = |ctx| async move {
        let (about, token) = token::create(&ctx, actor, draft).await?;
        Ok(TokenMade { about, token: Some(token) })
    };
    let again = |id: String| async move {
        let known = token::list(ctx, actor).await?.into_iter().find(|token| token.id.to_string() == id);
        let about = known.ok_or_else(|| Refusal::NotFound("token".into()))?;
        Ok(TokenMade { about, token: None })
    };
    Ok((StatusCode::CREATED, Json(once.make(ctx, actor, make, again).await?)))
}

/// Revokes a token. It is refused from the next request on.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", operation_id = "revoke_token", tag = "tokens",
    params(("id" = TokenId, Path)), responses((status = 204, description = "Revoked")))]
pub async fn revoke(Caller(ctx, actor): Caller, Path(id): Path<String>) -> Answer<StatusCode> {
    let id = id.parse().map_err(|_| Refusal::NotFound("token".into()))?;
    token::revoke(&ctx, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
