//! The timeline of an incident over REST.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use holdfast_actions::{event, incident};
use holdfast_domain::{
    Timestamp,
    event::{Event, EventFields, EventTechnique, Lane, TimelineEntry},
    lifecycle::Stated,
    technique,
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Asked, Caller, IfMatch, Sent, etag, precondition};
use crate::{
    problem::{Problem, ProblemBody},
    state::Server,
};

/// An event as it is sent, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventSent {
    /// Whose doing it was.
    lane: Lane,
    /// One line that says what happened.
    title: String,
    /// What is known of it, in Markdown.
    #[serde(default)]
    description: String,
    /// What shows it.
    #[serde(default)]
    source: String,
    /// When it happened; absent when that is not known.
    #[serde(default)]
    occurred: Option<Stated>,
    /// When it ended, where it lasted.
    #[serde(default)]
    occurred_end: Option<Timestamp>,
    /// When the responders learned of it.
    #[serde(default)]
    learned_at: Option<Timestamp>,
    /// Whether reports tell it.
    #[serde(default)]
    in_report: bool,
    /// The techniques it shows.
    #[serde(default)]
    techniques: Vec<EventTechnique>,
}

impl From<EventSent> for EventFields {
    fn from(sent: EventSent) -> Self {
        Self {
            lane: sent.lane,
            title: sent.title,
            description: sent.description,
            source: sent.source,
            occurred: sent.occurred,
            occurred_end: sent.occurred_end,
            learned_at: sent.learned_at,
            in_report: sent.in_report,
            techniques: sent.techniques,
        }
    }
}

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
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/events", operation_id = "add_event", tag = "events", request_body = EventSent,
    params(("reference" = String, Path)),
    responses(
        (status = 201, description = "Added", body = Event, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn add(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    Sent(sent): Sent<EventSent>,
) -> Result<Response, Problem> {
    let event = event::add(&server.ctx, &caller.0, &reference, &sent.into()).await?;
    let location = format!("/api/v1/incidents/{reference}/events/{}", event.id);
    Ok((StatusCode::CREATED, [etag(event.version)], [(header::LOCATION, location)], Json(event)).into_response())
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

/// Replaces an event.
#[utoipa::path(put, path = "/api/v1/incidents/{reference}/events/{id}", operation_id = "edit_event", tag = "events", request_body = EventSent,
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
    Sent(sent): Sent<EventSent>,
) -> Result<Response, Problem> {
    let edited = event::edit(&server.ctx, &caller.0, &reference, &id, version, &sent.into()).await;
    edited.map(shown).map_err(|error| precondition(error.into()))
}

/// Takes an event off the timeline. It is kept, and the page puts it back.
#[utoipa::path(delete, path = "/api/v1/incidents/{reference}/events/{id}", operation_id = "remove_event", tag = "events",
    params(("reference" = String, Path), ("id" = String, Path), ("If-Match" = String, Header, description = "The ETag it came with")),
    responses(
        (status = 200, description = "As it is now", body = Event, headers(("ETag" = String))),
        (status = 412, description = "Somebody else changed it first", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn remove(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let removed = event::set_archived(&server.ctx, &caller.0, &reference, &id, version, true).await;
    removed.map(shown).map_err(|error| precondition(error.into()))
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
pub async fn techniques(Asked(query): Asked<TechniqueQuery>) -> Json<TechniqueList> {
    let rows = technique::search(&query.text, 20)
        .into_iter()
        .map(|found| TechniqueLine { id: &found.id, name: &found.name, tactics: &found.tactics })
        .collect();
    Json(TechniqueList { version: technique::VERSION, copyright: technique::COPYRIGHT, rows })
}
