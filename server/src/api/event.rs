//! The timeline of an incident over REST.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use holdfast_actions::{event, incident};
use holdfast_domain::{
    Fields as _,
    event::{Event, EventFields, TimelineEntry},
    technique,
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Caller, IfMatch, JsonBody, Once, QueryParams, TakesKey, etag,
    item::ArchivedSent,
    precondition,
    schema::{Create, Members, Patch},
};
use crate::{
    problem::{Problem, ProblemBody},
    state::Server,
};

type EventCreate = Create<EventFields>;
type EventPatch = Patch<EventFields>;

/// The timeline of an incident, in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineBody {
    /// Its entries: events, and what the phases say.
    rows: Vec<TimelineEntry>,
}

/// The timeline of an incident: what the attacker and the responders did, in order.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/events", operation_id = "timeline", tag = "events",
    params(("reference" = String, Path)),
    responses(
        (status = 200, description = "The timeline", body = TimelineBody),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Json<TimelineBody>, Problem> {
    let (ctx, actor) = (&server.ctx, &caller.0);
    let incident = incident::view(ctx, actor, &reference).await?;
    let times = incident::times(ctx, actor, &incident).await?;
    Ok(Json(TimelineBody { rows: event::timeline(ctx, actor, &incident, &times).await? }))
}

/// Adds an event to the timeline.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/events", operation_id = "add_event", tag = "events", request_body = EventCreate,
    params(("reference" = String, Path), TakesKey),
    responses(
        (status = 201, description = "Added", body = Event, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn add(
    State(server): State<Server>,
    caller: Caller,
    once: Once,
    Path(reference): Path<String>,
    JsonBody(Members(sent)): JsonBody<Members>,
) -> Result<Response, Problem> {
    let (ctx, actor, at, fields) = (&server.ctx, &caller.0, reference.as_str(), &EventFields::created(sent)?);
    let make = |ctx| async move { event::add(&ctx, actor, at, fields).await };
    let again = |id: String| async move { event::one(ctx, actor, &incident::view(ctx, actor, at).await?, &id).await };
    let event = once.make(ctx, actor, make, again).await?;
    let location = format!("/api/v1/incidents/{reference}/events/{}", event.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], shown(event)).into_response())
}

fn shown(event: Event) -> Response {
    ([etag(event.version)], Json(event)).into_response()
}

/// One event.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/events/{id}", operation_id = "view_event", tag = "events",
    params(("reference" = String, Path), ("id" = String, Path)),
    responses(
        (status = 200, description = "The event", body = Event, headers(("ETag" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn view(
    State(server): State<Server>,
    caller: Caller,
    Path((reference, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let incident = incident::view(&server.ctx, &caller.0, &reference).await?;
    Ok(shown(event::one(&server.ctx, &caller.0, &incident, &id).await?))
}

/// Changes fields of an event.
#[utoipa::path(patch, path = "/api/v1/incidents/{reference}/events/{id}", operation_id = "edit_event", tag = "events", request_body = EventPatch,
    params(("reference" = String, Path), ("id" = String, Path), ("If-Match" = String, Header, description = "The ETag it came with")),
    responses(
        (status = 200, description = "As it is now", body = Event, headers(("ETag" = String))),
        (status = 412, description = "Somebody else changed it first", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn edit(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
    JsonBody(Members(sent)): JsonBody<Members>,
) -> Result<Response, Problem> {
    let incident = incident::view(&server.ctx, &caller.0, &reference).await?;
    let now = event::one(&server.ctx, &caller.0, &incident, &id).await?;
    let edited = event::edit(&server.ctx, &caller.0, &reference, &id, version, &now.fields.patched(sent)?).await;
    edited.map(shown).map_err(|error| precondition(error.into()))
}

/// Takes an event off the timeline, or puts it back.
#[utoipa::path(put, path = "/api/v1/incidents/{reference}/events/{id}/archived", operation_id = "archive_event", tag = "events", request_body = ArchivedSent,
    params(("reference" = String, Path), ("id" = String, Path), ("If-Match" = String, Header, description = "The ETag it came with")),
    responses(
        (status = 200, description = "As it is now", body = Event, headers(("ETag" = String))),
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
    let set = event::set_archived(&server.ctx, &caller.0, &reference, &id, version, sent.archived).await;
    set.map(shown).map_err(|error| precondition(error.into()))
}

/// Which techniques.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TechniqueQuery {
    /// The beginning of an id, or words of a name.
    text: String,
}

/// A technique of MITRE ATT&CK.
#[derive(Debug, Serialize, ToSchema)]
pub struct TechniqueLine {
    /// Such as `T1566.001`.
    id: &'static str,
    /// Its name.
    name: &'static str,
    /// The short names of the tactics it serves.
    tactics: &'static [String],
}

/// Techniques that match, the closest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TechniqueList {
    /// The version of ATT&CK.
    version: &'static str,
    /// Whose work it is.
    copyright: &'static str,
    /// At most 20.
    rows: Vec<TechniqueLine>,
}

/// Techniques by id or words of their name.
#[utoipa::path(get, path = "/api/v1/techniques", operation_id = "techniques", tag = "events", params(TechniqueQuery),
    responses(
        (status = 200, description = "The closest", body = TechniqueList),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn techniques(QueryParams(query): QueryParams<TechniqueQuery>) -> Json<TechniqueList> {
    let rows = technique::search(&query.text, 20)
        .into_iter()
        .map(|found| TechniqueLine { id: &found.id, name: &found.name, tactics: &found.tactics })
        .collect();
    Json(TechniqueList { version: technique::VERSION, copyright: technique::COPYRIGHT, rows })
}
