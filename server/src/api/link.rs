//! Links between incidents over REST: from either end, and only those whose other end the caller sees.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use holdfast_actions::{incident, link};
use holdfast_domain::{
    Fields as _,
    link::{Link, LinkFields},
    refusal::FieldErrors,
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Caller, IfMatch, JsonBody, Once, QueryParams, TakesKey, etag,
    item::ArchivedSent,
    precondition,
    schema::{self, Create, Members, With},
};
use crate::{
    problem::{Problem, ProblemBody},
    state::Server,
};

/// Which links.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LinkQuery {
    /// Whether the removed ones are meant.
    #[serde(default)]
    archived: bool,
}

/// Links.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkList {
    /// Those made by people, then merges, oldest first.
    rows: Vec<Link>,
}

/// The links of an incident whose other end you see. A merge is one without an id.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/links", operation_id = "list_links", tag = "incidents",
    params(("reference" = String, Path), LinkQuery),
    responses(
        (status = 200, description = "The links", body = LinkList),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<LinkQuery>,
) -> Result<Json<LinkList>, Problem> {
    let incident = incident::view(&server.ctx, &caller.0, &reference).await?;
    Ok(Json(LinkList { rows: link::list(&server.ctx, &caller.0, &incident, query.archived).await? }))
}

/// What makes a link.
type LinkCreate = With<Create<LinkFields>, BesideFields>;

/// What is said beside the fields.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what is read member by member")]
struct BesideFields {
    /// The incident at the other end, by reference or id.
    other: String,
}

/// Links an incident with another.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/links", operation_id = "add_link", tag = "incidents", request_body = LinkCreate,
    params(("reference" = String, Path), TakesKey),
    responses(
        (status = 201, description = "Added", body = Link, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn add(
    State(server): State<Server>,
    caller: Caller,
    once: Once,
    Path(reference): Path<String>,
    JsonBody(Members(mut sent)): JsonBody<Members>,
) -> Result<Response, Problem> {
    let mut errors = FieldErrors::default();
    let other: &String = &schema::take(&mut sent, "other", &mut errors);
    let fields = &errors.and(LinkFields::created(sent))?;
    let (ctx, actor, at) = (&server.ctx, &caller.0, reference.as_str());
    let make = |ctx| async move { link::add(&ctx, actor, at, other, fields).await };
    let again = |id: String| async move { link::view(ctx, actor, &incident::view(ctx, actor, at).await?, &id).await };
    let link = once.make(ctx, actor, make, again).await?;
    let id = link.id.map(|id| id.to_string()).unwrap_or_default();
    let location = format!("/api/v1/incidents/{reference}/links/{id}");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], answer(link)).into_response())
}

fn answer(link: Link) -> Response {
    ([etag(link.version)], Json(link)).into_response()
}

/// One link, removed or not.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/links/{id}", operation_id = "view_link", tag = "incidents",
    params(("reference" = String, Path), ("id" = String, Path)),
    responses(
        (status = 200, description = "As it is now", body = Link, headers(("ETag" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn view(
    State(server): State<Server>,
    caller: Caller,
    Path((reference, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let incident = incident::view(&server.ctx, &caller.0, &reference).await?;
    Ok(answer(link::view(&server.ctx, &caller.0, &incident, &id).await?))
}

/// Removes a link, or takes it back.
#[utoipa::path(put, path = "/api/v1/incidents/{reference}/links/{id}/archived", operation_id = "archive_link", tag = "incidents", request_body = ArchivedSent,
    params(("reference" = String, Path), ("id" = String, Path), ("If-Match" = String, Header, description = "The ETag it came with")),
    responses(
        (status = 200, description = "As it is now", body = Link, headers(("ETag" = String))),
        (status = 412, description = "Somebody else changed it first", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn set_archived(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
    JsonBody(sent): JsonBody<ArchivedSent>,
) -> Result<Response, Problem> {
    let set = link::set_archived(&server.ctx, &caller.0, &reference, &id, version, sent.archived).await;
    set.map(answer).map_err(|error| precondition(error.into()))
}
