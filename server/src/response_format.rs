//! The format of an answer: a page for a person or a problem as JSON for a script. The address and what the
//! client accepts decide it; it changes the wording of an answer, never its meaning.

use axum::extract::Request;
use http::header;

/// How a refusal is worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseFormat {
    /// A page for a person.
    Page,
    /// RFC 9457 JSON for a program.
    Problem,
}

impl ResponseFormat {
    /// The voice for this request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let path = request.uri().path();
        let accepts_html = request
            .headers()
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
        if path.starts_with("/api/") || !accepts_html { Self::Problem } else { Self::Page }
    }
}
