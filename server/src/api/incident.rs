//! Incidents over REST: listed, opened, read.

use axum::{Json, extract::Path};
use holdfast_actions::{incident, report};
use holdfast_domain::{
    Fields as _, Timestamp,
    incident::{Incident, IncidentDraft, IncidentFields, IncidentRow, Member},
    ledger::HistoryEntry,
    lifecycle::{MilestoneTime, Stated},
    refusal::FieldErrors,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Answer, Caller, JsonBody, Once, QueryParams, TakesKey,
    incident_query::ListQuery,
    ledger_entry, made,
    schema::{self, Create, Members, With},
    versioned,
};
use crate::files::download;

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
#[utoipa::path(get, path = "/api/v1/incidents", operation_id = "list_incidents", tag = "incidents", params(ListQuery),
    responses((status = 200, description = "A page", body = IncidentPage)))]
pub async fn list(
    Caller(ctx, actor): Caller,
    QueryParams(query): QueryParams<ListQuery>,
) -> Answer<Json<IncidentPage>> {
    let page = incident::list(&ctx, &actor, &query.read(&actor)?).await?;
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
#[utoipa::path(post, path = "/api/v1/incidents", operation_id = "open_incident", tag = "incidents",
    request_body = IncidentCreate, params(TakesKey),
    responses((status = 201, description = "Opened", body = Incident, headers(("ETag" = String), ("Location" = String)))))]
pub async fn open(Caller(ctx, actor): Caller, once: Once, JsonBody(Members(mut sent)): JsonBody<Members>) -> Answer {
    let mut errors = FieldErrors::default();
    let restricted = schema::take(&mut sent, "restricted", &mut errors);
    let detected = schema::take(&mut sent, "detected", &mut errors);
    let fields = errors.and(IncidentFields::created(sent))?;
    let (ctx, actor, draft) = (&ctx, &actor, &IncidentDraft { fields, restricted, detected });
    let make = |ctx| async move { incident::open(&ctx, actor, draft, None).await };
    let again = |id: String| async move { Ok(incident::view(ctx, actor, &id).await?.into_incident()) };
    let incident = once.make(ctx, actor, make, again).await?;
    let location = format!("/api/v1/incidents/{}", incident.reference);
    Ok(made(location, versioned(incident.version, incident)))
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
    responses((status = 200, description = "The incident", body = IncidentView, headers(("ETag" = String)))))]
pub async fn view(Caller(ctx, actor): Caller, Path(reference): Path<String>) -> Answer {
    let found = incident::view(&ctx, &actor, &reference).await?;
    let room = incident::room(&ctx, &actor, found).await?;
    let (incident, times, team) = (room.incident.into_incident(), room.times, room.team);
    Ok(versioned(incident.version, IncidentView { incident, times, team }))
}

/// Where a page of history begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Only those of this person, by id; `holdfast` for those of the program itself.
    person: Option<String>,
    /// Only those of this kind, such as `task.finished`, or of this group, such as `task`.
    kind: Option<String>,
    /// Only those recorded at or after this time.
    recorded_since: Option<Timestamp>,
    /// Only those recorded before this time.
    recorded_before: Option<Timestamp>,
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
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/history", operation_id = "incident_history",
    tag = "incidents",
    params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id"), HistoryQuery),
    responses((status = 200, description = "A page", body = HistoryPage)))]
pub async fn history(
    Caller(ctx, actor): Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<HistoryQuery>,
) -> Answer<Json<HistoryPage>> {
    let limit = ledger_entry::limit(query.limit)?;
    let times = (query.recorded_since, query.recorded_before);
    let filter = ledger_entry::filter(query.person.as_deref(), query.kind.as_deref(), times)?;
    let found = incident::view(&ctx, &actor, &reference).await?;
    let page = incident::filtered_history(&ctx, &actor, &found, &filter, query.after, limit).await?;
    Ok(Json(HistoryPage { rows: page.rows, next: page.next }))
}

/// The summary of an incident as PDF/A, from what is recorded now.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/report/summary.pdf", operation_id = "incident_summary",
    tag = "incidents", params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id")),
    responses((status = 200, description = "The PDF", content_type = "application/pdf", body = Vec<u8>)))]
pub async fn summary(Caller(ctx, actor): Caller, Path(reference): Path<String>) -> Answer {
    let pdf = report::incident_summary(&ctx, &actor, &reference).await?;
    Ok(download("application/pdf", &format!("{reference}-summary.pdf"), pdf))
}
