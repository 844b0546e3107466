//! API tokens: made, shown once, checked, revoked. They carry at most their owner's rights.

use base64::Engine as _;
use holdfast_domain::{
    Actor, Object, Permission, Refusal, SessionId, TokenId,
    access::Door,
    allow,
    refusal::FieldErrors,
    token::{Token, TokenDraft},
};
use holdfast_store::token as rows;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Ctx, Error, Record, Result, UnitOfWork, permit, session};

/// What every token begins with, so that leaks can be found by scanning.
const PREFIX: &str = "holdfast_";

/// The actor behind a bearer token.
///
/// # Errors
/// [`Refusal::TokenRefused`] when the token is unknown, revoked or past its end, or its owner is
/// disabled.
// tidy: no actor, because this is how one comes to be
pub async fn authenticate(ctx: &Ctx, bearer: &str) -> Result<Actor> {
    if !bearer.starts_with(PREFIX) || bearer.len() > 200 {
        return Err(Refusal::TokenRefused.into());
    }
    let token = rows::find_good(ctx.db(), secret_hash(bearer), ctx.now()).await?;
    let token = token.ok_or(Refusal::TokenRefused)?;
    let owner = session::actor(ctx, token.person_id, SessionId(Uuid::nil())).await.map_err(|error| match error {
        Error::Refused(Refusal::SignedOut) => Refusal::TokenRefused.into(),
        error => error,
    })?;
    Ok(Actor { door: Door::Token(token.id, token.scopes), ..owner })
}

/// The actor's own tokens; everybody's for those who may see them.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<Token>> {
    permit(ctx, actor, Permission::ManageOwnTokens, Object::None).await?;
    let whose = (!allow(actor, Permission::ManageTokens, Object::None)).then_some(actor.person_id);
    Ok(rows::list(ctx.db(), actor.org_id, whose).await?)
}

/// Makes a token for the actor; the second value is the token itself, which is kept nowhere.
pub async fn create(ctx: &Ctx, actor: &Actor, draft: &TokenDraft) -> Result<(Token, String)> {
    permit(ctx, actor, Permission::ManageOwnTokens, Object::None).await?;
    let mut errors = FieldErrors::default();
    draft.check(&mut errors);
    errors.finish()?;
    let random: [u8; 32] = ctx.entropy().bytes();
    let secret = format!("{PREFIX}{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random));
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let token = Token {
        id: TokenId(ctx.uuid(work.now)),
        person_id: actor.person_id,
        person_name: actor.name.clone(),
        name: draft.name.trim().to_owned(),
        prefix: secret.chars().take(PREFIX.len() + 5).collect(),
        scopes: draft.scopes.clone(),
        created_at: work.now,
        expires_at: work.now.plus_seconds(draft.days * 86_400),
        used_at: None,
        revoked_at: None,
    };
    rows::insert(&mut work.tx, actor.org_id, &token, secret_hash(&secret)).await?;
    work.record(
        Record::new("token.created", "token", token.id)
            .with("owner", token.person_id.to_string())
            .with("scopes", token.scopes.to_string())
            .with("expires_at", token.expires_at.to_string())
            .with_text("name", &token.name),
    );
    work.makes(token.id);
    work.commit().await?;
    Ok((token, secret))
}

/// Revokes a token: one's own, or anybody's by an administrator.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none that the actor may revoke.
pub async fn revoke(ctx: &Ctx, actor: &Actor, id: TokenId) -> Result<()> {
    permit(ctx, actor, Permission::ManageOwnTokens, Object::None).await?;
    let whose = (!allow(actor, Permission::ManageTokens, Object::None)).then_some(actor.person_id);
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    if !rows::revoke(&mut work.tx, actor.org_id, id, whose, work.now).await? {
        return Err(Refusal::NotFound("token that is still good".into()).into());
    }
    work.record(Record::new("token.revoked", "token", id));
    work.commit().await
}

fn secret_hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
