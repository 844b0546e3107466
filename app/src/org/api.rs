//! The doorway to the organisation.

use holdfast_domain::org::Org;

use crate::error::AppError;

/// The organisation of the person who asks.
pub async fn view_org() -> Result<Org, AppError> {
    let (ctx, actor) = crate::request::request()?;
    Ok(holdfast_actions::org::view(&ctx, &actor).await?)
}
