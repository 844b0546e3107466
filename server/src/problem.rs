//! What is answered when something cannot be done. A [`Problem`] says it once; the layer of
//! `answer.rs` words it for the caller: a page, or RFC 9457 JSON. The cause of a failure goes to the
//! log under a number and never into an answer.

use axum::response::{IntoResponse, Response};
use holdfast_domain::{FieldError, Refusal, refusal::Conflict};
use http::StatusCode;
use serde::Serialize;

/// What stands in front of the slug in a problem's type: a name, not an address, so that it never
/// has to answer.
const TYPE_PREFIX: &str = "urn:holdfast:problem:";

/// Why a request was not done.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    slug: &'static str,
    title: String,
    cause: Option<String>,
    refusal: Option<Refusal>,
}

impl Problem {
    /// The refusal behind it, where it is one.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// The cause of a failure, for the log alone.
    #[must_use]
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// A problem that is not a refusal of an action: the request itself was not right.
    #[must_use]
    pub fn new(status: StatusCode, slug: &'static str, title: impl Into<String>) -> Self {
        Self { status, slug, title: title.into(), cause: None, refusal: None }
    }

    /// A failure of the program; the cause is for the log alone.
    #[must_use]
    pub fn failed(cause: impl Into<String>) -> Self {
        let title = "That went wrong here. Nothing more can be said to you than the number under which it is logged.";
        Self { cause: Some(cause.into()), ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", title) }
    }

    /// Data that cannot be read at all.
    #[must_use]
    pub fn unreadable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unreadable", detail)
    }

    /// The same problem under another status, where HTTP has a closer one.
    #[must_use]
    pub const fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The status it answers with.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The sentence for the person.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whether signing in would help.
    #[must_use]
    pub const fn is_signed_out(&self) -> bool {
        matches!(self.refusal, Some(Refusal::SignedOut))
    }

    /// Whether somebody else changed the thing first.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self.refusal, Some(Refusal::Conflict(_)))
    }

    /// What a status without words of its own means.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Refusal::NotFound("address".into()).into(),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(status, "method-not-allowed", "This address does not take that method.")
            }
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge("of the request".into()).into(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                Self::new(status, "media-type", "This address does not take that type of content.")
            }
            status if status.is_client_error() => {
                Self::new(status, "request", "The request is not one this address understands.")
            }
            status => Self::failed("an answer without a body").with_status(status),
        }
    }

    pub(crate) fn retry_after_s(&self) -> Option<u64> {
        match self.refusal {
            Some(Refusal::Throttled { retry_after_s } | Refusal::Busy { retry_after_s }) => Some(retry_after_s),
            _ => None,
        }
    }

    /// As RFC 9457 has it.
    pub(crate) fn body(&self, number: Option<&str>, request_id: &str) -> ProblemBody {
        let (errors, conflict) = match &self.refusal {
            Some(Refusal::Invalid(errors)) => (errors.clone(), None),
            Some(Refusal::Conflict(conflict)) => (Vec::new(), Some((**conflict).clone())),
            _ => (Vec::new(), None),
        };
        ProblemBody {
            kind: format!("{TYPE_PREFIX}{}", self.slug),
            title: self.title.clone(),
            status: self.status.as_u16(),
            instance: format!("urn:holdfast:request:{request_id}"),
            number: number.map(str::to_owned),
            errors,
            conflict,
        }
    }
}

/// The body of a problem (RFC 9457), with members of our own.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// What kind of problem; stable, for programs.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is wrong and what to do, for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Names this request in the server's log.
    pub instance: String,
    /// The number of a failure, by which its cause is found in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Each field that cannot be accepted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// What somebody else changed meanwhile, field by field, both texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self {
            status: StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            slug: refusal.slug(),
            title: refusal.to_string(),
            cause: None,
            refusal: Some(refusal),
        }
    }
}

impl From<holdfast_actions::Error> for Problem {
    fn from(error: holdfast_actions::Error) -> Self {
        match error {
            holdfast_actions::Error::Refused(refusal) => refusal.into(),
            holdfast_actions::Error::Failed(cause) => Self::failed(cause),
        }
    }
}

impl IntoResponse for Problem {
    /// An empty answer that carries the problem; the layer of `answer.rs` gives it its body.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
