//! The doorway to API tokens.

use holdfast_domain::TokenId;

use crate::{error::AppError, ui::moment::Moment};

/// A token as it is listed.
#[derive(Clone, Debug)]
pub struct TokenRow {
    pub id: TokenId,
    pub person_name: String,
    pub name: String,
    pub prefix: String,
    pub scopes: String,
    pub created: Moment,
    pub expires: Moment,
    pub used: Option<Moment>,
    pub state: TokenState,
}

/// Whether a token still opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    Good,
    Expired,
    Revoked,
}

/// The tokens the person may see: their own, or everybody's for administrators.
pub async fn list_tokens() -> Result<Vec<TokenRow>, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let tokens = holdfast_actions::token::list(&ctx, &actor).await?;
    Ok(tokens.into_iter().map(|token| TokenRow::new(token, &actor.time_zone, ctx.now())).collect())
}

impl TokenRow {
    fn new(token: holdfast_domain::token::Token, zone: &str, now: holdfast_domain::Timestamp) -> Self {
        let state = match token.revoked_at {
            Some(_) => TokenState::Revoked,
            None if token.expires_at <= now => TokenState::Expired,
            None => TokenState::Good,
        };
        Self {
            id: token.id,
            person_name: token.person_name,
            name: token.name,
            prefix: token.prefix,
            scopes: token.scopes.0.iter().map(|scope| scope.label()).collect::<Vec<_>>().join(", "),
            created: Moment::in_zone(token.created_at, zone),
            expires: Moment::in_zone(token.expires_at, zone),
            used: token.used_at.map(|at| Moment::in_zone(at, zone)),
            state,
        }
    }
}
