//! Incidents over REST: listed, opened, read.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use holdfast_actions::incident;
use holdfast_domain::{
    Fields as _, Refusal,
    incident::{Incident, IncidentDraft, IncidentFields, IncidentRow, Member, PAGE_ROWS_MAX},
    ledger::HistoryEntry,
    lifecycle::{MilestoneTime, Stated},
    refusal::FieldErrors,
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Caller, JsonBody, Once, QueryParams, TakesKey, etag,
    incident_query::ListQuery,
    schema::{self, Create, Members, With},
};
use crate::{
    files::download,
    problem::{Problem, ProblemBody},
    state::Server,
};

/// A page of incidents.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncidentPage {
    /// The incidents.
    rows: Vec<IncidentRow>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Lists incidents.
#[utoipa::path(get, path = "/api/v1/incidents", operation_id = "list_incidents", tag = "incidents", params(ListQuery), responses(
    (status = 200, description = "A page", body = IncidentPage),
    (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn list(
    State(server): State<Server>,
    caller: Caller,
    QueryParams(query): QueryParams<ListQuery>,
) -> Result<Json<IncidentPage>, Problem> {
    let page = incident::list(&server.ctx, &caller.0, &query.read(&caller.0)?).await?;
    Ok(Json(IncidentPage { rows: page.rows, next: page.next }))
}

/// What is said beside the fields when an incident is opened.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what is read member by member")]
struct BesideFields {
    /// Whether it is restricted to its team from the start.
    restricted: Option<bool>,
    /// When the organisation became aware; now, when not given.
    detected: Option<Stated>,
}

/// What opens an incident.
type IncidentCreate = With<Create<IncidentFields>, BesideFields>;

/// Opens an incident.
#[utoipa::path(post, path = "/api/v1/incidents", operation_id = "open_incident", tag = "incidents", request_body = IncidentCreate,
    params(TakesKey),
    responses(
        (status = 201, description = "Opened", body = Incident, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn open(
    State(server): State<Server>,
    caller: Caller,
    once: Once,
    JsonBody(Members(mut sent)): JsonBody<Members>,
) -> Result<Response, Problem> {
    let mut errors = FieldErrors::default();
    let restricted = schema::take(&mut sent, "restricted", &mut errors);
    let detected = schema::take(&mut sent, "detected", &mut errors);
    let fields = errors.and(IncidentFields::created(sent))?;
    let (ctx, actor, draft) = (&server.ctx, &caller.0, &IncidentDraft { fields, restricted, detected });
    let make = |ctx| async move { incident::open(&ctx, actor, draft, None).await };
    let again = |id: String| async move { Ok(incident::view(ctx, actor, &id).await?.into_incident()) };
    let incident = once.make(ctx, actor, make, again).await?;
    let location = format!("/api/v1/incidents/{}", incident.reference);
    Ok((StatusCode::CREATED, [etag(incident.version)], [(header::LOCATION, location)], Json(incident)).into_response())
}

/// An incident with its times and its team.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncidentView {
    #[serde(flatten)]
    incident: Incident,
    /// Its times.
    times: Vec<MilestoneTime>,
    /// Its team: who sees it while it is restricted.
    team: Vec<Member>,
}

/// One incident, by reference or id.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}", operation_id = "view_incident", tag = "incidents",
    params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id")),
    responses(
        (status = 200, description = "The incident", body = IncidentView, headers(("ETag" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn view(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let found = incident::view(&server.ctx, &caller.0, &reference).await?;
    let room = incident::room(&server.ctx, &caller.0, found).await?;
    let version = etag(room.incident.version);
    Ok(([version], Json(IncidentView { incident: room.incident.into_incident(), times: room.times, team: room.team }))
        .into_response())
}

/// Where a page of history begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Only entries before this one: the `next` of the page before.
    after: Option<i64>,
    /// Entries on a page, 1 to 200; 50 unless said otherwise.
    limit: Option<i64>,
}

/// A page of history.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryPage {
    /// The entries, newest first.
    rows: Vec<HistoryEntry>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What was done to an incident, from the ledger, newest first.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/history", operation_id = "incident_history", tag = "incidents",
    params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id"), HistoryQuery),
    responses(
        (status = 200, description = "A page", body = HistoryPage),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn history(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<HistoryQuery>,
) -> Result<Json<HistoryPage>, Problem> {
    let limit = query.limit.unwrap_or(50);
    if !(1..=PAGE_ROWS_MAX).contains(&limit) {
        return Err(Refusal::field("limit", format!("Between 1 and {PAGE_ROWS_MAX}.")).into());
    }
    let found = incident::view(&server.ctx, &caller.0, &reference).await?;
    let page = incident::history(&server.ctx, &caller.0, &found, query.after, limit).await?;
    Ok(Json(HistoryPage { rows: page.rows, next: page.next }))
}

/// The summary of an incident as PDF/A, from what is recorded now.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/report/summary.pdf", operation_id = "incident_summary", tag = "incidents",
    params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id")),
    responses(
        (status = 200, description = "The PDF", content_type = "application/pdf", body = Vec<u8>),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn summary(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let pdf = holdfast_actions::report::incident_summary(&server.ctx, &caller.0, &reference).await?;
    Ok(download("application/pdf", &format!("{reference}-summary.pdf"), pdf))
}
