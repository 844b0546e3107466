//! Files of other tools become incidents, over REST.

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use futures::TryStreamExt as _;
use holdfast_actions::import;
use holdfast_domain::{
    Refusal,
    import::{FILE_BYTES_MAX, ImportKind},
};
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::{Caller, Once, QueryParams, TakesKey};
use crate::{
    problem::{Problem, ProblemBody},
    state::Server,
    upload,
};

/// What is sent.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// What the file is.
    #[param(inline)]
    kind: ImportKind,
}

/// What became of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedBody {
    /// The incident it became.
    reference: String,
    /// Its title.
    title: String,
    /// Events on its timeline.
    events: usize,
    /// Assets, indicators and vulnerabilities.
    findings: usize,
    /// Tasks.
    tasks: usize,
    /// What was not taken, and why.
    notes: Vec<String>,
}

/// Makes an incident of a file of another tool. The file is the body, at most 16 MiB. Of a file that is
/// refused nothing stays; the refusal names the place and the reason.
#[utoipa::path(post, path = "/api/v1/imports", operation_id = "import", tag = "imports", params(ImportQuery, TakesKey),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses(
        (status = 201, description = "Imported", body = ImportedBody, headers(("Location" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn run(
    State(server): State<Server>,
    caller: Caller,
    once: Once,
    QueryParams(query): QueryParams<ImportQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let _slot = upload::slot(&server.imports, caller.0.person_id)?;
    let mut pieces = upload::incoming(server.web.upload_max, &headers, body)?;
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.try_next().await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Refusal::TooLarge(format!("{} MiB", FILE_BYTES_MAX / 1024 / 1024)).into());
        }
    }
    let (ctx, actor, bytes) = (&server.ctx, &caller.0, bytes.as_slice());
    let make = |ctx| async move { import::run(&ctx, actor, query.kind, bytes).await };
    let again = |made: String| async move { import::again(ctx, actor, &made).await };
    let made = once.of_file(&Sha256::digest(bytes)).make(ctx, actor, make, again).await?;
    let location = format!("/api/v1/incidents/{}", made.reference);
    let import::Imported { reference, title, events, findings, tasks, notes } = made;
    let body = ImportedBody { reference, title, events, findings, tasks, notes };
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(body)).into_response())
}
