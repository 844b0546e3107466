//! To whom an answer speaks. Decided from the address and from what the client accepts; it changes
//! how something is said, never what.

use axum::extract::Request;
use http::header;

/// How a refusal is worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// A page for a person.
    Page,
    /// RFC 9457 JSON for a program.
    Problem,
}

impl Voice {
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
