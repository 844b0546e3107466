//! The doorway to the organisation.

use holdfast_domain::org::Org;
use leptos::prelude::*;
use server_fn::codec::Json;

use crate::error::AppError;

/// The organisation of the person who asks.
#[server(prefix = "/api/fn", endpoint = "org/view", input = Json)]
pub async fn view_org() -> Result<Org, AppError> {
    let (ctx, actor) = crate::request::request()?;
    Ok(holdfast_actions::org::view(&ctx, &actor).await?)
}
