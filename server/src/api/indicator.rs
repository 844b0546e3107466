//! Indicators over REST beside what every item has: many at once, and where one was seen over all
//! incidents.

use axum::{Json, extract::Path};
use holdfast_actions::indicator;
use holdfast_domain::{
    Fields as _, Refusal,
    indicator::{IndicatorFields, IndicatorKind, ManyAdded, Sighting},
    refusal::FieldErrors,
};
use serde::{Deserialize, Serialize};
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{
    Answer, Caller, JsonBody, QueryParams,
    schema::{self, Create, Members},
};

/// One indicator per line.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what is read member by member")]
struct Lines {
    /// One per line: `value`, `kind: value`, or either with ` # description` after it.
    lines: String,
}

/// Many indicators at once: the lines, and what holds for each of them.
pub struct IndicatorsCreate;

impl PartialSchema for IndicatorsCreate {
    fn schema() -> RefOr<Schema> {
        schema::with(schema::without(Create::<IndicatorFields>::schema(), OF_A_LINE), Lines::schema())
    }
}

impl ToSchema for IndicatorsCreate {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        IndicatorFields::schemas(schemas);
    }
}

/// Fields that each line says itself.
const OF_A_LINE: &[&str] = &["kind", "value"];

/// Adds one indicator per line. Lines that cannot be read come back; the others are added.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/indicators/many", operation_id = "add_indicators",
    tag = "findings", request_body = IndicatorsCreate,
    responses((status = 200, description = "What became of each", body = ManyAdded)))]
pub async fn add_many(
    Caller(ctx, actor): Caller,
    Path(reference): Path<String>,
    JsonBody(Members(mut sent)): JsonBody<Members>,
) -> Answer<Json<ManyAdded>> {
    let mut errors = FieldErrors::default();
    let lines: String = schema::take(&mut sent, "lines", &mut errors);
    for name in OF_A_LINE.iter().filter(|name| sent.remove(**name).is_some()) {
        errors.add(name, "There is no such field here: each line says its own.");
    }
    sent.retain(|_, value| !value.is_null());
    let base = errors.and(IndicatorFields::default().patched(sent))?;
    Ok(Json(indicator::add_many(&ctx, &actor, &reference, &lines, &base).await?))
}

/// Which value is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AcrossQuery {
    /// The value, however it is written.
    value: String,
    /// Its kind; every kind that it can be unless said otherwise.
    kind: Option<IndicatorKind>,
    /// Rows, 1 to 200; 50 unless said otherwise.
    limit: Option<i64>,
}

/// Where a value was seen.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorsSeen {
    /// The newest first.
    rows: Vec<Sighting>,
}

/// Finds a value in every incident that the caller may see.
#[utoipa::path(get, path = "/api/v1/indicators", operation_id = "find_indicators", tag = "findings",
    params(AcrossQuery), responses((status = 200, description = "Where it was seen", body = IndicatorsSeen)))]
pub async fn across(
    Caller(ctx, actor): Caller,
    QueryParams(query): QueryParams<AcrossQuery>,
) -> Answer<Json<IndicatorsSeen>> {
    let limit = query.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Refusal::field("limit", "Between 1 and 200.").into());
    }
    let rows = indicator::across(&ctx, &actor, &query.value, query.kind, limit).await?;
    Ok(Json(IndicatorsSeen { rows }))
}
