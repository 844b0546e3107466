//! The request at hand, for the page that answers it: who asks, for what, and what the answer will
//! carry beside the page. Nothing here decides what the actor may do.

use std::sync::{Arc, Mutex};

use holdfast_actions::Ctx;
use holdfast_domain::{Actor, Refusal};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use leptos::prelude::use_context;

use crate::error::AppError;

/// What the server hands to pages.
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

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The path.
    pub path: String,
    /// The variable parts of the route, such as `reference`.
    pub params: Vec<(String, String)>,
    /// The query, in the order sent.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
}

/// What the answer carries beside the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer(Arc<Mutex<Carried>>);

/// The parts of an [`Answer`].
#[derive(Debug, Default)]
pub(crate) struct Carried {
    pub status: StatusCode,
    pub cookies: Vec<HeaderValue>,
    pub title: String,
}

impl Answer {
    pub(crate) fn take(&self) -> Carried {
        self.0.lock().map(|mut carried| std::mem::take(&mut *carried)).unwrap_or_default()
    }

    fn set(&self, change: impl FnOnce(&mut Carried)) {
        if let Ok(mut carried) = self.0.lock() {
            change(&mut carried);
        }
    }
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

/// A variable part of the route; empty when it has none of that name.
#[must_use]
pub fn param(name: &str) -> String {
    let asked = use_context::<Asked>().unwrap_or_default();
    asked.params.into_iter().find_map(|(key, value)| (key == name).then_some(value)).unwrap_or_default()
}

/// The first value of a name in the query.
#[must_use]
pub fn query(name: &str) -> Option<String> {
    query_pairs().into_iter().find_map(|(key, value)| (key == name).then_some(value))
}

/// The query, in the order sent.
#[must_use]
pub fn query_pairs() -> Vec<(String, String)> {
    use_context::<Asked>().unwrap_or_default().query
}

/// The path asked for.
#[must_use]
pub fn path() -> String {
    use_context::<Asked>().unwrap_or_default().path
}

/// A preference that the browser was asked to remember.
#[must_use]
pub fn preferred(name: &str) -> Option<String> {
    cookie(&preference_name(name, is_https()))
}

/// The cookie's name. Over HTTPS the prefix keeps it to this very host, as the session's is.
fn preference_name(name: &str, secure: bool) -> String {
    if secure { format!("__Host-{name}") } else { name.to_owned() }
}

fn is_https() -> bool {
    use_context::<Services>().is_some_and(|services| services.public_url.starts_with("https://"))
}

/// The value of a cookie that came with the request.
fn cookie(name: &str) -> Option<String> {
    let asked = use_context::<Asked>()?;
    let cookies = asked.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
}

/// The line that asks the browser to remember a preference for a year. Never for anything secret:
/// it outlives signing out.
#[must_use]
pub fn preference(name: &str, value: &str, secure: bool) -> String {
    let kept_to_tls = if secure { "; Secure" } else { "" };
    let name = preference_name(name, secure);
    format!("{name}={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{kept_to_tls}")
}

/// Asks the browser to remember a preference.
pub fn remember(name: &str, value: &str) {
    let line = preference(name, value, is_https());
    if let (Some(answer), Ok(line)) = (use_context::<Answer>(), HeaderValue::from_str(&line)) {
        answer.set(|carried| carried.cookies.push(line));
    }
}

/// Gives the answer another status than 200.
pub(crate) fn set_status(status: u16) {
    if let (Some(answer), Ok(status)) = (use_context::<Answer>(), StatusCode::from_u16(status)) {
        answer.set(|carried| carried.status = status);
    }
}

/// Gives the page its title.
pub(crate) fn set_title(words: &str) {
    if let Some(answer) = use_context::<Answer>() {
        answer.set(|carried| words.clone_into(&mut carried.title));
    }
}

/// The theme the person chose: `light`, `dark`, or `system` when they leave it to the system.
#[must_use]
pub fn theme() -> &'static str {
    match preferred("theme").as_deref() {
        Some("light") => "light",
        Some("dark") => "dark",
        _ => "system",
    }
}
