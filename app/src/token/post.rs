//! What the token forms do.

use holdfast_actions::{Ctx, Result, token};
use holdfast_domain::{
    Actor, Refusal,
    token::{Scopes, TokenDraft},
};

use crate::{
    form::{Done, Form},
    outcome::ShownOnce,
};

pub async fn create(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let scopes: Scopes = form
        .all("scopes")
        .collect::<Vec<_>>()
        .join(",")
        .parse()
        .map_err(|_| Refusal::field("scopes", "Choose among the scopes offered."))?;
    let days = form.text("days").trim().parse().map_err(|_| Refusal::field("days", "Write a number of days."))?;
    let draft = TokenDraft { name: form.text("name").trim().into(), scopes, days };
    let (_, secret) = token::create(ctx, actor, &draft).await?;
    Ok(Done::Once(ShownOnce::Secret(secret)))
}

pub async fn revoke(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let id = form.param("id")?.parse().map_err(|_| Refusal::NotFound("token".into()))?;
    token::revoke(ctx, actor, id).await?;
    Ok(Done::said("/tokens", "The token is revoked. Whatever used it is refused from now on."))
}
