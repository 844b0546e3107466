//! The list of incidents as a table for spreadsheets: the same filters and orders as the list, every
//! row of it, sent page by page as it is read.

use axum::{
    body::{Body, Bytes},
    extract::{RawQuery, State},
    response::Response,
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use holdfast_actions::{Error, incident};
use holdfast_domain::{Refusal, incident::IncidentQuery};
use holdfast_interop::incidents::{head, lines};

use super::{Caller, QueryParams, incident_query::TableQuery};
use crate::{
    files::saved,
    problem::{Problem, ProblemBody},
    state::Server,
};

/// Every incident of a list as CSV (RFC 4180). Cells that a spreadsheet would take for a formula begin with
/// an apostrophe. It is read page by page while it is sent: where incidents are changed meanwhile, only the
/// order `opened` is sure to have each of them once.
#[utoipa::path(get, path = "/api/v1/incidents.csv", operation_id = "incidents_csv", tag = "incidents", params(TableQuery),
    responses(
        (status = 200, description = "The table", content_type = "text/csv", body = String),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn csv(
    State(server): State<Server>,
    caller: Caller,
    QueryParams(query): QueryParams<TableQuery>,
) -> Result<Response, Problem> {
    let (query, bom) = query.read(&caller.0)?;
    table(&server, &caller, query, bom).await
}

/// `/incidents.csv`: the list as the page was asked for it.
pub async fn page_csv(
    State(server): State<Server>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query.as_deref().unwrap_or_default())
        .map_err(|error| Refusal::field("query", error.to_string()))?;
    let query = holdfast_app::listed(&pairs, &caller.0)?;
    // Whoever saves it from a page opens it in a spreadsheet.
    table(&server, &caller, query, true).await
}

async fn table(server: &Server, caller: &Caller, query: IncidentQuery, bom: bool) -> Result<Response, Problem> {
    let pages = incident::export(&server.ctx, &caller.0, query).await?;
    let first = head(bom).map_err(failed)?;
    let rest = pages.map(|page| page.and_then(|rows| lines(&rows).map_err(failed)));
    let bytes = stream::once(async { Ok(first) }).chain(rest).map_ok(Bytes::from);
    let cut = |error: &Error| tracing::error!(%error, "an export was cut");
    Ok(saved("text/csv; charset=utf-8", "incidents.csv", Body::from_stream(bytes.inspect_err(cut))))
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Failed(format!("a table cannot be written: {error}"))
}
