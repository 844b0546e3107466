//! Security headers on every answer, whatever made it, errors and assets too (ASVS 3.4). Makes the
//! nonce of the page's scripts; never weakens what a handler set more strictly.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::state::Server;

/// Where browsers send reports of what the policy stopped.
pub const REPORTS_PATH: &str = "/csp-report";

/// The nonce for this request's page, as a request extension.
#[derive(Clone, Debug)]
pub struct PageNonce(pub String);

/// On everything, unless the handler said otherwise.
const ALWAYS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-permitted-cross-domain-policies", "none"),
    (
        "permissions-policy",
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), usb=(), xr-spatial-tracking=()",
    ),
];

/// For answers that are no page: they load nothing, run nothing and are framed nowhere, also when
/// somebody opens one directly (ASVS 3.2.1).
const INERT_POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox; report-to csp";

fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; report-to csp"
    )
}

/// The layer that sets them.
pub async fn set(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let nonce = URL_SAFE_NO_PAD.encode(server.entropy.bytes::<16>());
    request.extensions_mut().insert(PageNonce(nonce.clone()));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    let policy = if is_page(headers) { page_policy(&nonce) } else { INERT_POLICY.to_owned() };
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    if let Ok(value) = HeaderValue::from_str(&format!("csp=\"{}{REPORTS_PATH}\"", server.web.public_url)) {
        headers.insert("reporting-endpoints", value);
    }
    if server.web.public_url.is_https() {
        // Two years, as OWASP has it.
        headers
            .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
    response
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}
