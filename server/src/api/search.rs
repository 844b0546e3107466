//! The one search over REST.

use axum::Json;
use holdfast_actions::search;
use holdfast_domain::{
    Refusal,
    search::{Found, HitKind, SearchQuery},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Answer, Caller, QueryParams};

/// What is searched for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FindQuery {
    /// The words; each may be the beginning of a longer one. Addresses are read however they are
    /// written: `evil[.]example`.
    q: String,
    /// Only these kinds, comma between: `indicator,asset`.
    kind: Option<String>,
    /// Hits on a page, 1 to 100; 25 unless said otherwise.
    limit: Option<i64>,
    /// Where the page begins: what the page before gave as `next`.
    offset: Option<i64>,
}

/// Finds what the caller may see, best first, with the places that match.
#[utoipa::path(get, path = "/api/v1/search", operation_id = "search", tag = "search", params(FindQuery),
    responses((status = 200, description = "A page of hits", body = Found)))]
pub async fn find(Caller(ctx, actor): Caller, QueryParams(query): QueryParams<FindQuery>) -> Answer<Json<Found>> {
    let kinds = query.kind.as_deref().unwrap_or_default().split(',').filter(|kind| !kind.is_empty());
    let kinds: Result<Vec<HitKind>, _> = kinds.map(str::parse).collect();
    let query = SearchQuery {
        text: query.q,
        kinds: kinds.map_err(|_| Refusal::field("kind", "Not one of the known values."))?,
        offset: query.offset.unwrap_or(0),
        limit: query.limit.unwrap_or(25),
    };
    Ok(Json(search::find(&ctx, &actor, &query).await?))
}
