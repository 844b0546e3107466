//! How REST handlers read a request: who calls, the JSON body, the query, the version; and how they answer.
//! What cannot be read is a problem that names the field; nothing unknown is passed over.

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    response::{IntoResponse, Response},
};
use holdfast_actions::Ctx;
use holdfast_domain::{Actor, Refusal};
use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use serde::{Serialize, de::DeserializeOwned};

use crate::{problem::Problem, session::Identity, state::Server};

/// What a handler answers.
pub type Answer<T = Response> = Result<T, Problem>;

/// Who calls, with what their actions need. The guard has let them in.
pub struct Caller(pub Ctx, pub Actor);

impl FromRequestParts<Server> for Caller {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Answer<Self> {
        let identity = parts.extensions.get::<Identity>();
        let actor = identity.and_then(|identity| identity.0.clone()).ok_or(Refusal::SignedOut)?;
        Ok(Self(server.ctx.clone(), actor))
    }
}

/// The JSON body.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let title = "Send the body as application/json.";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title));
        }
        let bytes =
            Bytes::from_request(request, &()).await.map_err(|_| Problem::unreadable("The request broke off."))?;
        // A struct would be read from an array as well, by position.
        if bytes.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
            return Err(Refusal::field("body", "Send a JSON object.").into());
        }
        if holds_zero(&bytes) {
            return Err(Refusal::field("body", "A text cannot hold a zero byte.").into());
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            use serde_json::error::Category;
            match error.classify() {
                // The message names the field and what was expected of it.
                Category::Data => Refusal::field("body", error.to_string()).into(),
                _ => Problem::unreadable(format!("The body is not JSON: {error}.")),
            }
        })
    }
}

/// Whether a JSON text writes a zero byte: `\u0000`, but not `\\u0000`, which is a backslash and letters.
fn holds_zero(json: &[u8]) -> bool {
    let escape = br"\u0000";
    (0..json.len().saturating_sub(escape.len() - 1)).any(|at| {
        let (before, rest) = json.split_at(at);
        rest.starts_with(escape) && before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || kind == "application/merge-patch+json"
}

/// The query.
pub struct QueryParams<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for QueryParams<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let read = serde_urlencoded::from_str(parts.uri.query().unwrap_or_default());
        read.map(Self).map_err(|error| Refusal::field("query", error.to_string()).into())
    }
}

/// The version named by `If-Match: "v12"`.
pub struct IfMatch(pub i64);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if_match(&parts.headers).map(Self)
    }
}

/// Reads the version that a change names.
///
/// # Errors
/// 428 when none is named, 422 when it is not one of ours.
pub fn if_match(headers: &HeaderMap) -> Result<i64, Problem> {
    let value = headers.get(header::IF_MATCH).ok_or(Refusal::VersionMissing)?.to_str().unwrap_or_default().trim();
    if value == "*" {
        // Any version at all is what this header is to prevent.
        return Err(Refusal::VersionMissing.into());
    }
    let version = value.strip_prefix("\"v").and_then(|rest| rest.strip_suffix('"')).and_then(|text| text.parse().ok());
    version.ok_or_else(|| Refusal::field("If-Match", "Write it as it came in ETag, such as \"v12\".").into())
}

/// The `ETag` of a version.
fn etag(version: i64) -> (header::HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&format!("\"v{version}\""));
    (header::ETAG, value.unwrap_or_else(|_| HeaderValue::from_static("\"v0\"")))
}

/// Answers with a thing that has a version.
pub fn versioned(version: i64, thing: impl Serialize) -> Response {
    ([etag(version)], Json(thing)).into_response()
}

/// Answers that something was made, which is now at this address.
pub fn made(location: String, answer: impl IntoResponse) -> Response {
    (StatusCode::CREATED, [(header::LOCATION, location)], answer).into_response()
}

/// A stale version, as HTTP says it: 412 where the version came in `If-Match`.
#[must_use]
pub fn precondition(error: holdfast_actions::Error) -> Problem {
    let problem = Problem::from(error);
    if problem.is_conflict() { problem.with_status(StatusCode::PRECONDITION_FAILED) } else { problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_byte_is_seen_however_it_is_written() {
        for (json, holds) in [
            (r#"{"a":"x\u0000"}"#, true),
            (r#"{"a":"\\\u0000"}"#, true),
            (r#"{"a":"\\u0000"}"#, false),
            (r#"{"a":"\u00001"}"#, true),
            (r#"{"a":"\u0001 u0000"}"#, false),
            ("{}", false),
            ("", false),
        ] {
            assert_eq!(holds_zero(json.as_bytes()), holds, "{json}");
        }
    }
}
