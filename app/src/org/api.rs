//! The doorway to the organisation.

use holdfast_domain::org::{Logo, Org};

use crate::error::AppError;

/// The organisation of the person who asks.
pub async fn view_org() -> Result<Org, AppError> {
    let (ctx, actor) = crate::request::request()?;
    Ok(holdfast_actions::org::view(&ctx, &actor).await?)
}

/// The logo of that organisation.
pub async fn view_logo() -> Result<Option<Logo>, AppError> {
    let (ctx, actor) = crate::request::request()?;
    Ok(holdfast_actions::logo::view(&ctx, &actor).await?)
}
