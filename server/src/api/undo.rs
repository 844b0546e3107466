//! Undo over REST: takes back the caller's own latest action on a thing, named by its entry in the ledger.

use axum::Json;
use holdfast_actions::undo;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, Caller, JsonBody};

/// What is to be undone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoSent {
    /// The place in the ledger of the action's entry, as the incident's history gives it.
    seq: i64,
}

/// What was undone.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndoneBody {
    /// What is so again, in words.
    words: String,
}

/// Undoes an action that the caller did less than 40 seconds ago, while nothing was changed since.
#[utoipa::path(post, path = "/api/v1/undo", operation_id = "undo", tag = "about", request_body = UndoSent,
    responses((status = 200, description = "Undone", body = UndoneBody)))]
pub async fn undo(Caller(ctx, actor): Caller, JsonBody(sent): JsonBody<UndoSent>) -> Answer<Json<UndoneBody>> {
    Ok(Json(UndoneBody { words: undo::undo(&ctx, &actor, sent.seq).await?.words }))
}
