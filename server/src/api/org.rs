//! The organisation's settings over REST. Only by session: no token reaches them.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Bytes,
    response::{IntoResponse as _, Response},
};
use holdfast_actions::{logo, org};
use holdfast_domain::{
    Refusal, Timestamp,
    incident::Severity,
    metric::{TARGET_FIELDS, Target, TargetClock, Targets},
    org::{Logo, Org, OrgFields},
    refusal::FieldErrors,
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Answer, Caller, IfMatch, JsonBody, precondition,
    schema::{Members, changed, nothing_left},
    versioned,
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

/// Targets that do not hold yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextTargets {
    /// From when on they hold, for incidents detected then or later.
    from: Timestamp,
    /// The targets by severity; one that is absent has none.
    targets: BTreeMap<Severity, TargetBody>,
}

/// The organisation's settings.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrgBody {
    /// Its name, as reports print it.
    name: String,
    /// The IANA zone in which days and months are counted.
    time_zone: String,
    /// The targets by severity as they hold now; one that is absent has none.
    targets: BTreeMap<Severity, TargetBody>,
    /// Whether the organisation has decided on its targets; else they are the program's.
    has_own_targets: bool,
    /// Targets that were decided on but do not hold yet.
    next_targets: Option<NextTargets>,
    /// When it was set up.
    created_at: Timestamp,
}

fn bodies(targets: &Targets) -> BTreeMap<Severity, TargetBody> {
    let body = |(severity, target): (&Severity, &Target)| {
        let units = |clock: TargetClock| target.of_clock(clock) / clock.unit().0;
        let body = TargetBody {
            acknowledge_minutes: units(TargetClock::Acknowledge),
            contain_hours: units(TargetClock::Contain),
            resolve_hours: units(TargetClock::Resolve),
        };
        (*severity, body)
    };
    targets.0.iter().map(body).collect()
}

fn shown(org: Org, now: Timestamp) -> Response {
    let pending = org.targets.pending(now);
    let body = OrgBody {
        targets: bodies(&org.targets.at(now)),
        has_own_targets: !org.targets.is_empty(),
        next_targets: pending.map(|set| NextTargets { from: set.from, targets: bodies(&set.targets) }),
        name: org.name,
        time_zone: org.time_zone,
        created_at: org.created_at,
    };
    versioned(org.version, body)
}

/// The settings.
#[utoipa::path(get, path = "/api/v1/org", operation_id = "view_org", tag = "org",
    responses((status = 200, description = "The settings", body = OrgBody, headers(("ETag" = String)))))]
pub async fn view(Caller(ctx, actor): Caller) -> Answer {
    Ok(shown(org::view(&ctx, &actor).await?, ctx.now()))
}

/// The settings to change; those that are absent stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes what is read member by member")]
pub struct OrgPatch {
    /// Its name.
    #[schema(nullable = false)]
    name: Option<String>,
    /// The IANA zone in which days and months are counted.
    #[schema(nullable = false)]
    time_zone: Option<String>,
    /// All targets by severity; one that is absent has none from now on.
    #[schema(nullable = false)]
    targets: Option<BTreeMap<Severity, TargetBody>>,
    /// The day from which these targets hold, such as `2027-01-01`, in the organisation's zone; not before today,
    /// and from now on where it is absent. Incidents detected before keep the targets that held then.
    #[schema(nullable = false)]
    targets_from: Option<String>,
}

/// Changes the settings.
#[utoipa::path(patch, path = "/api/v1/org", operation_id = "edit_org", tag = "org", request_body = OrgPatch,
    params(IfMatch),
    responses((status = 200, description = "As it is now", body = OrgBody, headers(("ETag" = String)))))]
pub async fn edit(
    Caller(ctx, actor): Caller,
    IfMatch(version): IfMatch,
    JsonBody(Members(mut sent)): JsonBody<Members>,
) -> Answer {
    let (ctx, actor) = (&ctx, &actor);
    let now = OrgFields::from(&org::view(ctx, actor).await?);
    let mut errors = FieldErrors::default();
    let name = changed(&mut sent, "name", now.name, &mut errors).trim().to_owned();
    let time_zone = changed(&mut sent, "time_zone", now.time_zone, &mut errors);
    let targets: Option<BTreeMap<_, _>> = match sent.contains_key("targets") {
        true => Some(changed(&mut sent, "targets", BTreeMap::new(), &mut errors)),
        false => None,
    };
    let targets_from = changed(&mut sent, "targets_from", String::new(), &mut errors);
    if targets.is_none() && !targets_from.is_empty() {
        errors.add("targets_from", "Send the targets that hold from that day.");
    }
    nothing_left(&sent, errors)?;
    let targets = targets.map(read).transpose().map_err(holdfast_actions::Error::from)?;
    let fields = OrgFields { name, time_zone, targets, targets_from };
    let edited = org::edit(ctx, actor, version, &fields).await;
    edited.map(|org| shown(org, ctx.now())).map_err(precondition)
}

/// The logo of an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogoBody {
    /// Of the PNG that is kept, 64 hexadecimal digits.
    sha256: String,
    /// In pixels.
    width: i64,
    /// In pixels.
    height: i64,
}

/// The logo as it is kept: a PNG.
#[utoipa::path(get, path = "/api/v1/org/logo", operation_id = "view_logo", tag = "org",
    responses((status = 200, description = "The picture", body = Vec<u8>, content_type = "image/png")))]
pub async fn logo(Caller(ctx, actor): Caller) -> Answer {
    let logo = logo::view(&ctx, &actor).await?.ok_or_else(|| Refusal::NotFound("logo".into()))?;
    Ok(([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")], logo.png).into_response())
}

/// Sets the logo at the head of reports from a PNG or JPEG of at most 1 MiB and 8 million pixels. It is
/// made small, laid on white and encoded anew. Reports that were issued keep what they had.
#[utoipa::path(put, path = "/api/v1/org/logo", operation_id = "set_logo", tag = "org",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "As it is kept", body = LogoBody)))]
pub async fn set_logo(Caller(ctx, actor): Caller, sent: Bytes) -> Answer<Json<LogoBody>> {
    let Logo { sha256, width, height, .. } = logo::set(&ctx, &actor, sent.to_vec()).await?;
    Ok(Json(LogoBody { sha256, width, height }))
}

/// Removes the logo.
#[utoipa::path(delete, path = "/api/v1/org/logo", operation_id = "remove_logo", tag = "org",
    responses((status = 204, description = "There is none now")))]
pub async fn remove_logo(Caller(ctx, actor): Caller) -> Answer<StatusCode> {
    if logo::remove(&ctx, &actor).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::NotFound("logo".into()).into())
    }
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
