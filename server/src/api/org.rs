//! The organisation's settings over REST. Only by session: no token reaches them.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use holdfast_actions::org;
use holdfast_domain::{
    Timestamp,
    incident::Severity,
    metric::{TARGET_FIELDS, TargetClock, Targets},
    org::{Org, OrgFields},
    refusal::FieldErrors,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Caller, IfMatch, Sent, etag, precondition};
use crate::{
    problem::{Problem, ProblemBody},
    router::Server,
};

/// How long each part of a response may take, from detection, by the clock on the wall.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetBody {
    /// Until a person takes it on.
    acknowledge_minutes: i64,
    /// Until it is contained.
    contain_hours: i64,
    /// Until all response work is done.
    resolve_hours: i64,
}

/// The organisation's settings.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrgBody {
    /// Its name, as reports print it.
    name: String,
    /// The IANA zone in which days and months are counted.
    time_zone: String,
    /// The targets by severity; one that is absent has none.
    targets: BTreeMap<Severity, TargetBody>,
    /// Whether the organisation has decided on its targets; else they are the program's.
    has_own_targets: bool,
    /// When it was set up.
    created_at: Timestamp,
}

fn shown(org: Org) -> Response {
    let targets = org.targets.0.iter().map(|(severity, target)| {
        let units = |clock: TargetClock| target.of_clock(clock) / clock.unit().0;
        let body = TargetBody {
            acknowledge_minutes: units(TargetClock::Acknowledge),
            contain_hours: units(TargetClock::Contain),
            resolve_hours: units(TargetClock::Resolve),
        };
        (*severity, body)
    });
    let body = OrgBody {
        targets: targets.collect(),
        name: org.name,
        time_zone: org.time_zone,
        has_own_targets: org.has_own_targets,
        created_at: org.created_at,
    };
    ([etag(org.version)], Json(body)).into_response()
}

/// The settings.
#[utoipa::path(get, path = "/api/v1/org", operation_id = "view_org", tag = "org", responses(
    (status = 200, description = "The settings", body = OrgBody, headers(("ETag" = String))),
    (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
))]
pub async fn view(State(server): State<Server>, caller: Caller) -> Result<Response, Problem> {
    Ok(shown(org::view(&server.ctx, &caller.0).await?))
}

/// The settings to change; those that are absent stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrgPatch {
    /// Its name.
    name: Option<String>,
    /// The IANA zone in which days and months are counted.
    time_zone: Option<String>,
    /// All targets by severity; one that is absent has none from now on.
    targets: Option<BTreeMap<Severity, TargetBody>>,
}

/// Changes the settings.
#[utoipa::path(patch, path = "/api/v1/org", operation_id = "edit_org", tag = "org", request_body = OrgPatch,
    params(("If-Match" = String, Header, description = "The ETag it came with")),
    responses(
        (status = 200, description = "As it is now", body = OrgBody, headers(("ETag" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn edit(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Sent(sent): Sent<OrgPatch>,
) -> Result<Response, Problem> {
    let (ctx, actor) = (&server.ctx, &caller.0);
    let now = OrgFields::from(&org::view(ctx, actor).await?);
    let targets = sent.targets.map(read).transpose().map_err(holdfast_actions::Error::from)?;
    let fields = OrgFields {
        name: sent.name.map_or(now.name, |name| name.trim().to_owned()),
        time_zone: sent.time_zone.unwrap_or(now.time_zone),
        targets: targets.or(now.targets),
    };
    let edited = org::edit(ctx, actor, version, &fields).await;
    edited.map(shown).map_err(|error| precondition(error.into()))
}

/// By the rules of the form.
fn read(sent: BTreeMap<Severity, TargetBody>) -> Result<Targets, holdfast_domain::Refusal> {
    let stated: BTreeMap<&str, String> = TARGET_FIELDS
        .iter()
        .filter_map(|(severity, clock, name, _)| {
            let body = sent.get(severity)?;
            let units = match clock {
                TargetClock::Acknowledge => body.acknowledge_minutes,
                TargetClock::Contain => body.contain_hours,
                TargetClock::Resolve => body.resolve_hours,
            };
            Some((*name, units.to_string()))
        })
        .collect();
    let mut errors = FieldErrors::default();
    let targets = Targets::read(|name| stated.get(name).map_or("", String::as_str), &mut errors);
    errors.finish()?;
    Ok(targets)
}
