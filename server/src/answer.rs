//! The layer that words every problem for the caller: a page for a person, RFC 9457 JSON for a
//! program. The cause of a failure goes to the log under a number and never into an answer.

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use holdfast_domain::Refusal;
use http::{HeaderValue, StatusCode, header};

use crate::{log::RequestId, problem::Problem, refused_page, state::Server, voice::Voice};

/// Words every problem, and every bare error status of the libraries.
pub async fn word(State(server): State<Server>, request: Request, next: Next) -> Response {
    let voice = Voice::of(&request);
    let return_to = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let request_id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let mut response = next.run(request).await;
    let status = response.status();
    // Libraries answer with nothing or with a sentence of theirs; neither is for people.
    let kind = response.headers().get(header::CONTENT_TYPE);
    let unworded = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let bare = unworded && (status.is_client_error() || status.is_server_error());
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if bare => Problem::of_status(status),
        None => return response,
    };
    let number = logged(&problem, &request_id);
    let (problem, worded) = match voice {
        Voice::Page => {
            let page = refused_page::page(&server, &problem, number.as_deref(), &return_to);
            (problem, page)
        }
        Voice::Problem => in_json(problem, number.as_deref(), &request_id),
    };
    let (mut head, _) = response.into_parts();
    // What the handler set besides, such as `Allow` and cookies, stays.
    head.headers.remove(header::CONTENT_LENGTH);
    let (worded_head, body) = worded.into_parts();
    head.headers.extend(worded_head.headers);
    if let Some(seconds) = problem.retry_after_s() {
        head.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.status() == StatusCode::UNAUTHORIZED && voice == Voice::Problem {
        // RFC 6750: no error where no token came.
        let refused = matches!(problem.refusal(), Some(Refusal::TokenRefused));
        let challenge = if refused { "Bearer error=\"invalid_token\"" } else { "Bearer" };
        head.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    head.status = problem.status();
    if voice == Voice::Page && worded_head.status.is_redirection() {
        head.status = worded_head.status;
    }
    Response::from_parts(head, body)
}

/// Writes the cause of a failure to the log; gives the number under which it is there.
fn logged(problem: &Problem, request_id: &RequestId) -> Option<String> {
    problem.cause().map(|cause| {
        let number = request_id.number();
        tracing::error!(number, cause, "request failed");
        number
    })
}

/// The problem as RFC 9457 has it, with its answer.
fn in_json(problem: Problem, number: Option<&str>, request_id: &RequestId) -> (Problem, Response) {
    let text = serde_json::to_vec(&problem.body(number, &request_id.0)).unwrap_or_default();
    (problem, problem_json(text))
}

fn problem_json(text: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, "application/problem+json")], text.into()).into_response()
}
