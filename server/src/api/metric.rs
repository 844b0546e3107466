//! The metrics over REST. What is counted depends on the caller: incidents restricted to a team count
//! for its members only.

use axum::{Json, extract::Path};
use holdfast_actions::metric::{self, MetricsQuery};
use holdfast_domain::{Refusal, incident::Severity, metric::MetricKind, rsit::RsitClass};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Answer, Caller, QueryParams};

/// Which incidents.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// `this-month`, `last-month`, `3-months` (usual), `6-months`, `12-months`, or a month such as
    /// `2026-10`. An incident belongs to the period in which it was detected.
    #[serde(default)]
    period: String,
    /// Only this severity.
    severity: Option<Severity>,
    /// Only this class of RSIT.
    class: Option<RsitClass>,
}

impl From<Which> for MetricsQuery {
    fn from(which: Which) -> Self {
        Self { period: which.period, severity: which.severity, class: which.class }
    }
}

/// Every metric of a period, with n, what is still open, and what was left out and why. Durations are in
/// microseconds. A quantile is `reached`, `not-reached` beyond the longest wait, or `too-few`.
#[utoipa::path(get, path = "/api/v1/metrics", operation_id = "metrics", tag = "metrics", params(Which),
    responses((status = 200, description = "The metrics", body = serde_json::Value)))]
pub async fn dashboard(
    Caller(ctx, actor): Caller,
    QueryParams(which): QueryParams<Which>,
) -> Answer<Json<metric::Dashboard>> {
    Ok(Json(metric::Dashboard::clone(&*metric::dashboard(&ctx, &actor, &which.into()).await?)))
}

/// One metric with the curve of what is not over, its trend, and the incidents behind it, for those who
/// see incidents.
#[utoipa::path(get, path = "/api/v1/metrics/{kind}", operation_id = "metric", tag = "metrics",
    params(("kind" = String, Path, description = "Such as `mttc`"), Which),
    responses((status = 200, description = "The metric", body = serde_json::Value)))]
pub async fn detail(
    Caller(ctx, actor): Caller,
    Path(kind): Path<String>,
    QueryParams(which): QueryParams<Which>,
) -> Answer<Json<metric::Detail>> {
    let kind: MetricKind = kind.parse().map_err(|_| Refusal::NotFound("metric".into()))?;
    Ok(Json(metric::Detail::clone(&*metric::detail(&ctx, &actor, kind, &which.into()).await?)))
}
