//! The actor and the services of the request at hand, on the server. Every server function begins
//! here; nothing here decides what the actor may do.

use holdfast_actions::Ctx;
use holdfast_domain::{Actor, Refusal};
use http::{HeaderValue, header, request::Parts};
use leptos::prelude::use_context;

use crate::error::AppError;

/// What the server hands to pages and server functions, as a Leptos context.
#[derive(Clone)]
pub struct Services {
    /// Everything the actions need.
    pub ctx: Ctx,
    /// Who asks; `None` when nobody is signed in.
    pub actor: Option<Actor>,
    /// The address people reach this server by, without a slash at the end.
    pub public_url: String,
    /// What the log calls this request.
    pub request_id: String,
}

/// The services of this request.
///
/// # Errors
/// [`AppError::Internal`] outside of a request, which is a fault of the program.
pub fn services() -> Result<Services, AppError> {
    use_context::<Services>().ok_or_else(|| AppError::Internal { number: "E-no-request".into() })
}

/// The services and the actor of this request.
///
/// # Errors
/// [`Refusal::SignedOut`] when nobody is signed in.
pub fn request() -> Result<(Ctx, Actor), AppError> {
    let services = services()?;
    let actor = services.actor.ok_or(Refusal::SignedOut)?;
    Ok((services.ctx, actor))
}

/// The value of a cookie that came with the request.
#[must_use]
pub fn cookie(name: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
}

/// Asks the browser to remember a preference for a year. Never for anything secret: scripts of the
/// page may read it.
pub fn remember(name: &str, value: &str) {
    let line = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
    if let (Some(response), Ok(line)) = (use_context::<leptos_axum::ResponseOptions>(), HeaderValue::from_str(&line)) {
        response.append_header(header::SET_COOKIE, line);
    }
}

/// The theme the person chose: `light`, `dark`, or `system` when they leave it to the system.
#[must_use]
pub fn theme() -> &'static str {
    match cookie("theme").as_deref() {
        Some("light") => "light",
        Some("dark") => "dark",
        _ => "system",
    }
}
