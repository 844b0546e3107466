//! Changes of an incident over REST. Each names the version it saw with `If-Match`; a stale one is
//! answered with 412 and both texts.

use axum::{extract::Path, response::Response};
use holdfast_actions::incident;
use holdfast_domain::{
    Fields as _, PersonId, Refusal,
    incident::{Incident, IncidentEdit, IncidentFields},
    lifecycle::{Milestone, PhaseChange, Stated, Status},
    refusal::FieldErrors,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    Answer, Caller, IfMatch, JsonBody, precondition,
    schema::{self, Members, Patch, With},
    versioned,
};

/// What is said beside the fields when an incident is edited.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what is read member by member")]
struct BesideFields {
    /// Why; needed where the severity changes.
    reason: Option<String>,
}

/// What changes an incident.
type IncidentPatch = With<Patch<IncidentFields>, BesideFields>;

fn changed(incident: Incident) -> Response {
    versioned(incident.version, incident)
}

/// Changes fields of an incident.
#[utoipa::path(patch, path = "/api/v1/incidents/{reference}", operation_id = "edit_incident", tag = "incidents",
    request_body = IncidentPatch, params(IfMatch),
    responses((status = 200, description = "As it is now", body = Incident, headers(("ETag" = String))), IfMatch))]
pub async fn edit(
    Caller(ctx, actor): Caller,
    IfMatch(version): IfMatch,
    Path(reference): Path<String>,
    JsonBody(Members(mut sent)): JsonBody<Members>,
) -> Answer {
    // The fields that are not sent are taken as they are now, so a conflict shows only the others.
    let now = incident::view(&ctx, &actor, &reference).await?;
    let mut errors = FieldErrors::default();
    let reason = schema::take(&mut sent, "reason", &mut errors);
    let edit = IncidentEdit { version, fields: errors.and(now.fields.patched(sent))?, reason };
    let edited = incident::edit(&ctx, &actor, &reference, &edit).await;
    edited.map(changed).map_err(precondition)
}

/// A change of phase.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhaseSent {
    /// The state to enter.
    to: Status,
    /// When it was entered; now, when not given.
    entered: Option<Stated>,
    /// Why, where the step needs it or the time is given.
    #[serde(default)]
    reason: String,
    /// The incident it is merged into, when it is.
    merged_into: Option<String>,
}

/// Moves an incident to another phase.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/phase", operation_id = "change_phase", tag = "incidents",
    request_body = PhaseSent, params(IfMatch),
    responses((status = 200, description = "As it is now", body = Incident, headers(("ETag" = String)))))]
pub async fn change_phase(
    Caller(ctx, actor): Caller,
    IfMatch(version): IfMatch,
    Path(reference): Path<String>,
    JsonBody(sent): JsonBody<PhaseSent>,
) -> Answer {
    let change = PhaseChange { to: sent.to, entered: sent.entered, reason: sent.reason };
    let merged_into = sent.merged_into.as_deref();
    let moved = incident::change_phase(&ctx, &actor, &reference, version, &change, merged_into).await;
    moved.map(changed).map_err(precondition)
}

/// A time entered apart from a phase change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeSent {
    /// The time; `null` takes it back.
    time: Option<Stated>,
    /// Why it is entered or taken back later.
    #[serde(default)]
    reason: String,
}

/// Enters or takes back the time of a milestone.
#[utoipa::path(put, path = "/api/v1/incidents/{reference}/times/{milestone}", operation_id = "enter_time",
    tag = "incidents", request_body = TimeSent, params(("milestone" = Milestone, Path), IfMatch),
    responses((status = 200, description = "As it is now", body = Incident, headers(("ETag" = String)))))]
pub async fn enter_time(
    Caller(ctx, actor): Caller,
    IfMatch(version): IfMatch,
    Path((reference, milestone)): Path<(String, String)>,
    JsonBody(sent): JsonBody<TimeSent>,
) -> Answer {
    let milestone: Milestone = milestone.parse().map_err(|_| Refusal::NotFound("milestone".into()))?;
    let time = sent.time.as_ref();
    let entered = incident::enter_time(&ctx, &actor, &reference, version, milestone, time, &sent.reason).await;
    entered.map(changed).map_err(precondition)
}

/// Who sees an incident.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessSent {
    /// Whether it is restricted to its team.
    restricted: bool,
    /// The whole team.
    team: Vec<PersonId>,
}

/// Sets who sees an incident.
#[utoipa::path(put, path = "/api/v1/incidents/{reference}/access", operation_id = "set_access", tag = "incidents",
    request_body = AccessSent, params(IfMatch),
    responses((status = 200, description = "As it is now", body = Incident, headers(("ETag" = String)))))]
pub async fn set_access(
    Caller(ctx, actor): Caller,
    IfMatch(version): IfMatch,
    Path(reference): Path<String>,
    JsonBody(sent): JsonBody<AccessSent>,
) -> Answer {
    let set = incident::set_access(&ctx, &actor, &reference, version, sent.restricted, &sent.team).await;
    set.map(changed).map_err(precondition)
}

/// Makes the caller the owner of an incident that has none.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/take", operation_id = "take_incident", tag = "incidents",
    params(IfMatch),
    responses((status = 200, description = "As it is now", body = Incident, headers(("ETag" = String)))))]
pub async fn take(Caller(ctx, actor): Caller, IfMatch(version): IfMatch, Path(reference): Path<String>) -> Answer {
    let taken = incident::take(&ctx, &actor, &reference, version).await;
    taken.map(changed).map_err(precondition)
}
