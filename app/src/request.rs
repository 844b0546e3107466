//! The request at hand, for the page that answers it: who asks, for what, what was posted, and what
//! the answer will carry beside the page. Nothing here decides what the actor may do.

use std::sync::Mutex;

use holdfast_actions::{Ctx, Error, Result};
use holdfast_domain::{Actor, Refusal};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::{
    error::AppError,
    form::{Posted, first, route_part},
};

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
pub struct RequestHead {
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
#[derive(Debug, Default)]
pub(crate) struct ResponseHead {
    pub status: StatusCode,
    pub cookies: Vec<HeaderValue>,
    pub title: String,
}

/// A request, as every page gets it.
pub struct Request {
    services: Services,
    asked: RequestHead,
    posted: Posted,
    answer: Mutex<ResponseHead>,
}

impl Request {
    /// The request that a page answers. Where nothing was posted, `posted` is its default.
    #[must_use]
    pub fn new(services: Services, asked: RequestHead, posted: Posted) -> Self {
        Self { services, asked, posted, answer: Mutex::default() }
    }

    /// What the actions need, and who asks.
    ///
    /// # Errors
    /// [`Refusal::SignedOut`] when nobody is signed in.
    pub fn signed_in(&self) -> Result<(&Ctx, &Actor)> {
        let actor = self.services.actor.as_ref().ok_or(Refusal::SignedOut)?;
        Ok((&self.services.ctx, actor))
    }

    /// What the log calls this request.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.services.request_id
    }

    /// A variable part of the route.
    ///
    /// # Errors
    /// [`Error::Failed`] when the route has none of that name, which is a fault of the program.
    pub fn param(&self, name: &str) -> Result<&str> {
        route_part(&self.asked.params, name)
    }

    /// The first value of a name in the query.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        first(&self.asked.query, name)
    }

    /// The query, in the order sent.
    #[must_use]
    pub fn query_pairs(&self) -> &[(String, String)] {
        &self.asked.query
    }

    /// The path asked for.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.asked.path
    }

    /// What was posted to this page, when it is shown again; otherwise nothing.
    #[must_use]
    pub const fn posted(&self) -> &Posted {
        &self.posted
    }

    /// A preference that the browser was asked to remember.
    #[must_use]
    pub fn preferred(&self, name: &str) -> Option<&str> {
        cookie(&self.asked.headers, &cookie_name(name, self.is_https()))
    }

    fn is_https(&self) -> bool {
        self.services.public_url.starts_with("https://")
    }

    /// Asks the browser to remember a preference.
    pub fn remember(&self, name: &str, value: &str) {
        if let Ok(line) = HeaderValue::from_str(&preference(name, value, self.is_https())) {
            self.answer(|answer| answer.cookies.push(line));
        }
    }

    /// The theme the person chose: `light`, `dark`, or `system` when they leave it to the system.
    #[must_use]
    pub fn theme(&self) -> &'static str {
        match self.preferred("theme") {
            Some("light") => "light",
            Some("dark") => "dark",
            _ => "system",
        }
    }

    /// Gives the page its title, in whatever words. In a view it shows nothing where it is called.
    pub fn title(&self, words: &str) {
        self.answer(|answer| words.clone_into(&mut answer.title));
    }

    /// What is shown in place of what an action refused or could not do. The answer gets the status of
    /// the error here, and a failure is logged here, once.
    pub(crate) fn refused(&self, error: Error) -> AppError {
        let error = AppError::from_actions(error, self.id());
        if let Ok(status) = StatusCode::from_u16(error.status()) {
            self.answer(|answer| answer.status = status);
        }
        error
    }

    fn answer(&self, change: impl FnOnce(&mut ResponseHead)) {
        if let Ok(mut answer) = self.answer.lock() {
            change(&mut answer);
        }
    }

    /// What the answer carries, once the page is made.
    pub(crate) fn into_answer(self) -> ResponseHead {
        self.answer.into_inner().unwrap_or_default()
    }
}

/// The value of a cookie that came with a request.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The cookie's name. Over HTTPS the prefix keeps it to this very host, as the session's is.
#[must_use]
pub fn cookie_name(name: &str, secure: bool) -> String {
    if secure { format!("__Host-{name}") } else { name.to_owned() }
}

/// The line that asks the browser to remember a preference for a year. Never for anything secret:
/// it outlives signing out.
#[must_use]
pub fn preference(name: &str, value: &str, secure: bool) -> String {
    let kept_to_tls = if secure { "; Secure" } else { "" };
    let name = cookie_name(name, secure);
    format!("{name}={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{kept_to_tls}")
}
