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
use serde::Serialize;
use serde_json::json;

use crate::{
    error_page,
    log::RequestId,
    problem::{Problem, ProblemBody},
    response_format::ResponseFormat,
    state::Server,
};

/// Words every problem, and every bare error status of the libraries.
pub async fn word(State(server): State<Server>, request: Request, next: Next) -> Response {
    let voice = ResponseFormat::of(&request);
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
        ResponseFormat::Page => {
            let page = error_page::page(&server, &problem, number.as_deref(), &return_to);
            (problem, page)
        }
        ResponseFormat::Problem => {
            let body = problem.body(number.as_deref(), &request_id.0);
            in_json(problem, &body, &request_id)
        }
    };
    let (mut head, _) = response.into_parts();
    // What the handler set besides, such as `Allow` and cookies, stays.
    head.headers.remove(header::CONTENT_LENGTH);
    let (worded_head, body) = worded.into_parts();
    head.headers.extend(worded_head.headers);
    if let Some(seconds) = problem.retry_after_s() {
        head.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.status() == StatusCode::UNAUTHORIZED && voice == ResponseFormat::Problem {
        // RFC 6750: no error where no token came.
        let refused = matches!(problem.refusal(), Some(Refusal::TokenRefused));
        let challenge = if refused { "Bearer error=\"invalid_token\"" } else { "Bearer" };
        head.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    head.status = problem.status();
    if voice == ResponseFormat::Page && worded_head.status.is_redirection() {
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

/// The problem as RFC 9457 has it. One whose body cannot be written becomes a failure, of which plain texts
/// alone are written.
fn in_json(problem: Problem, body: &impl Serialize, request_id: &RequestId) -> (Problem, Response) {
    match serde_json::to_vec(body) {
        Ok(text) => (problem, problem_json(text)),
        Err(error) => {
            let failed = Problem::failed(format!("a problem cannot be written as JSON: {error}"));
            let number = logged(&failed, request_id);
            let ProblemBody { kind, title, status, instance, number, .. } =
                failed.body(number.as_deref(), &request_id.0);
            let text = json!({
                "type": kind, "title": title, "status": status, "instance": instance, "number": number,
            });
            (failed, problem_json(text.to_string()))
        }
    }
}

fn problem_json(text: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, "application/problem+json")], text.into()).into_response()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use http_body_util::BodyExt as _;
    use serde::{Serializer, ser::Error as _};

    struct Unwritable;

    impl Serialize for Unwritable {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("on purpose"))
        }
    }

    #[tokio::test]
    async fn a_problem_that_cannot_be_written_is_answered_as_a_failure_with_its_number() {
        let request_id = RequestId("0123456789abcdef".into());
        let (problem, response) = in_json(Problem::unreadable("x"), &Unwritable, &request_id);
        assert_eq!(problem.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["type"], "urn:holdfast:problem:internal");
        assert_eq!((&body["status"], &body["number"]), (&json!(500), &json!("E-01234567")));
    }
}
