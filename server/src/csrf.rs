//! Refuses changes that another site's page sends in a signed-in person's name (ASVS 3.5). Leptos
//! checks nothing of the kind. Decides by what the browser itself says of the sender, so no form
//! carries a token that could leak.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use holdfast_domain::Refusal;
use http::{HeaderMap, Method, header};

use crate::{config::PublicUrl, headers::REPORTS_PATH, problem::Problem, state::Server};

/// The layer. A bearer token is proof of intent by itself; with one, cookies are taken out of the
/// request, so that one request never has two identities.
pub async fn check(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    if bearer(request.headers()).is_some() {
        request.headers_mut().remove(header::COOKIE);
    } else if !is_allowed(request.method(), request.uri().path(), request.headers(), &server.web.public_url) {
        tracing::warn!(
            origin = ?request.headers().get(header::ORIGIN),
            site = ?request.headers().get("sec-fetch-site"),
            "a request from another site was refused"
        );
        let refusal = Refusal::Forbidden("This was not sent from a page of this site, so nothing was done.".into());
        return Problem::from(refusal).into_response();
    }
    next.run(request).await
}

/// The bearer token of the request, without its scheme.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whether the browser's word lets the request through.
fn is_allowed(method: &Method, path: &str, headers: &HeaderMap, public_url: &PublicUrl) -> bool {
    // Reports change nothing, and browsers send them without saying from where.
    if matches!(*method, Method::GET | Method::HEAD) || path == REPORTS_PATH {
        return true;
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => public_url.is_origin(origin, text("host")),
        (None, None) => !headers.contains_key(header::COOKIE),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn allowed(public_url: &str, headers: &[(&'static str, &str)]) -> bool {
        let map = headers.iter().map(|(name, value)| ((*name).parse().unwrap(), value.parse().unwrap())).collect();
        is_allowed(&Method::POST, "/incidents/new", &map, &public_url.parse().unwrap())
    }

    #[test]
    fn the_browsers_word_decides_and_its_silence_counts_against_a_cookie() {
        let site = "https://soc.example.org";
        let cookie = ("cookie", "__Host-holdfast=x");
        assert!(allowed(site, &[cookie, ("sec-fetch-site", "same-origin")]));
        for other in ["cross-site", "same-site", "none", "nonsense"] {
            assert!(!allowed(site, &[cookie, ("sec-fetch-site", other), ("origin", site)]), "{other}");
            assert!(!allowed(site, &[("sec-fetch-site", other)]), "{other}, signing in for another");
        }
        assert!(allowed(site, &[cookie, ("origin", site)]));
        for other in ["https://evil.example", "http://soc.example.org", "https://soc.example.org:444", "null", ""] {
            assert!(!allowed(site, &[cookie, ("origin", other)]), "{other}");
        }
        assert!(!allowed(site, &[cookie]));
        assert!(allowed(site, &[]));
    }

    #[test]
    fn the_hosts_own_name_is_believed_on_the_default_address_only() {
        let headers = [("cookie", "holdfast=x"), ("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")];
        assert!(allowed("http://localhost:3000", &headers));
        assert!(!allowed("https://soc.example.org", &headers));
        let rebound = [("cookie", "holdfast=x"), ("origin", "http://evil.example:3000"), ("host", "evil.example:3000")];
        assert!(!allowed("http://localhost:3000", &rebound));
    }
}
