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
    /// The error of a server function, for our own pages.
    Function,
}

impl Voice {
    /// The voice for this request.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let path = request.uri().path();
        if holdfast_app::pages::SERVER_FUNCTIONS.iter().any(|(function, _)| *function == path) {
            return Self::Function;
        }
        let accepts_html = request
            .headers()
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
        if path.starts_with("/api/") || !accepts_html { Self::Problem } else { Self::Page }
    }
}
