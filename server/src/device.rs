//! The cookie by which a browser says that people have signed in by it before. It opens nothing, outlives
//! signing out, and keeps strangers from using up the tries of those who work here.

use holdfast_actions::session::DEVICE_KEPT_S;
use holdfast_app::request::cookie;
use http::HeaderMap;

const fn name(https: bool) -> &'static str {
    if https { "__Host-holdfast-device" } else { "holdfast-device" }
}

/// What the browser sent.
#[must_use]
pub fn sent(headers: &HeaderMap, https: bool) -> &str {
    cookie(headers, name(https)).unwrap_or_default()
}

/// The whole `Set-Cookie` line.
#[must_use]
pub fn line(devices: &str, https: bool) -> String {
    let kept_to_tls = if https { "; Secure" } else { "" };
    let name = name(https);
    format!("{name}={devices}; Path=/; Max-Age={DEVICE_KEPT_S}; HttpOnly; SameSite=Strict{kept_to_tls}")
}
