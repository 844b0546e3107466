//! The list of incidents as a table for spreadsheets: the same filters and orders as the list, every
//! row of it, sent page by page as it is read.

use axum::{
    body::{Body, Bytes},
    extract::RawQuery,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use holdfast_actions::{Ctx, Error, incident};
use holdfast_domain::{Actor, Refusal, incident::IncidentQuery};
use holdfast_interop::incidents::{head, lines};

use super::{Answer, Caller, QueryParams, incident_query::TableQuery};
use crate::files::saved;

/// Every incident of a list as CSV (RFC 4180). Cells that a spreadsheet would take for a formula begin with
/// an apostrophe. It is read page by page while it is sent: where incidents are changed meanwhile, only the
/// order `opened` is sure to have each of them once.
#[utoipa::path(get, path = "/api/v1/incidents.csv", operation_id = "incidents_csv", tag = "incidents",
    params(TableQuery), responses((status = 200, description = "The table", content_type = "text/csv", body = String)))]
pub async fn csv(Caller(ctx, actor): Caller, QueryParams(query): QueryParams<TableQuery>) -> Answer {
    let (query, bom) = query.read(&actor)?;
    table(&ctx, &actor, query, bom).await
}

/// `/incidents.csv`: the list as the page was asked for it.
pub async fn page_csv(Caller(ctx, actor): Caller, RawQuery(query): RawQuery) -> Answer {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query.as_deref().unwrap_or_default())
        .map_err(|error| Refusal::field("query", error.to_string()))?;
    let query = holdfast_app::listed(&pairs, &actor)?;
    // Whoever saves it from a page opens it in a spreadsheet.
    table(&ctx, &actor, query, true).await
}

async fn table(ctx: &Ctx, actor: &Actor, query: IncidentQuery, bom: bool) -> Answer {
    let pages = incident::export(ctx, actor, query).await?;
    let first = head(bom).map_err(failed)?;
    let rest = pages.map(|page| page.and_then(|rows| lines(&rows).map_err(failed)));
    let bytes = stream::once(async { Ok(first) }).chain(rest).map_ok(Bytes::from);
    let cut = |error: &Error| tracing::error!(%error, "an export was cut");
    Ok(saved("text/csv; charset=utf-8", "incidents.csv", Body::from_stream(bytes.inspect_err(cut))))
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Failed(format!("a table cannot be written: {error}"))
}
