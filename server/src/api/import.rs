//! Files of other tools become incidents, over REST.

use axum::{Json, body::Body, extract::State};
use futures::TryStreamExt as _;
use holdfast_actions::import;
use holdfast_domain::{
    Refusal,
    import::{FILE_BYTES_MAX, ImportKind, Imported},
};
use http::HeaderMap;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::IntoParams;

use super::{Answer, Caller, Once, QueryParams, TakesKey, made};
use crate::{state::Server, upload};

/// What is sent.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// What the file is.
    #[param(inline)]
    kind: ImportKind,
}

/// Makes an incident of a file of another tool. The file is the body, at most 16 MiB. Of a file that is
/// refused nothing stays; the refusal names the place and the reason.
#[utoipa::path(post, path = "/api/v1/imports", operation_id = "import", tag = "imports", params(ImportQuery, TakesKey),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 201, description = "Imported", body = Imported, headers(("Location" = String)))))]
pub async fn run(
    State(server): State<Server>,
    Caller(ctx, actor): Caller,
    once: Once,
    QueryParams(query): QueryParams<ImportQuery>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let _slot = upload::slot(&server.imports, actor.person_id)?;
    let mut pieces = upload::incoming(server.web.upload_max, &headers, body)?;
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.try_next().await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Refusal::TooLarge(format!("{} MiB", FILE_BYTES_MAX / 1024 / 1024)).into());
        }
    }
    let (ctx, actor, bytes) = (&ctx, &actor, bytes.as_slice());
    let make = |ctx| async move { import::run(&ctx, actor, query.kind, bytes).await };
    let again = |made: String| async move { import::again(ctx, actor, &made).await };
    let imported = once.of_file(&Sha256::digest(bytes)).make(ctx, actor, make, again).await?;
    Ok(made(format!("/api/v1/incidents/{}", imported.reference), Json(imported)))
}
