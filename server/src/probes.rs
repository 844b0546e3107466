//! What machines ask: whether the process lives, whether it can work, and what browsers report of
//! the content policy. Says nothing about versions, people or data.

use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use holdfast_domain::Refusal;
use http::{StatusCode, header};

use crate::{problem::Problem, state::Server};

/// Longest report that is logged.
const REPORT_CHARS_MAX: usize = 2_000;

/// The process answers.
pub async fn health() -> Response {
    plain("ok\n")
}

/// The database answers and is of the shape this program expects.
pub async fn ready(State(server): State<Server>) -> Response {
    if server.ctx.db().is_migrated().await {
        plain("ready\n")
    } else {
        Problem::from(Refusal::Busy { retry_after_s: 1 }).into_response()
    }
}

/// A browser stopped something that the content policy does not allow. Goes to the log: anybody
/// may send one, so it is no fact for the ledger.
pub async fn policy_report(body: Bytes) -> StatusCode {
    let report: String = String::from_utf8_lossy(&body).chars().take(REPORT_CHARS_MAX).collect();
    tracing::warn!(report, "a browser reports what the content policy stopped");
    StatusCode::NO_CONTENT
}

fn plain(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
