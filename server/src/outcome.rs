//! What an action came to, handed to the page that says so in a cookie that only this server can seal and only this
//! page can open, once. Works without scripts, and before somebody is signed in.

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use holdfast_actions::outcome::{self, OUTCOME_KEPT_S, Outcome};
use holdfast_app::request::{cookie, cookie_name};
use holdfast_domain::PersonId;
use http::{HeaderValue, Method, header};

use crate::{pages::see_other, problem::Problem, session::Identity, state::Server};

const NAME: &str = "outcome";

/// Goes to an address whose page says, to this person, what was done.
#[must_use]
pub fn see_other_saying(server: &Server, person: Option<PersonId>, to: &str, outcome: Outcome) -> Response {
    let path = to.split('?').next().unwrap_or(to);
    let sealed = match outcome::seal(&server.ctx, person, path, outcome) {
        Ok(sealed) => sealed,
        Err(error) => return Problem::from(error).into_response(),
    };
    let mut response = see_other(to);
    append(server, &mut response, &sealed, OUTCOME_KEPT_S);
    response
}

fn append(server: &Server, response: &mut Response, value: &str, seconds: i64) {
    let https = server.web.public_url.is_https();
    let secure = if https { "; Secure" } else { "" };
    let name = cookie_name(NAME, https);
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(line) = HeaderValue::from_str(&line) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}

/// What the page that is asked for has to say, and the cookie that says it.
#[derive(Debug, Default)]
pub struct SaidOnce {
    /// The outcome of the action that led here.
    pub outcome: Option<Outcome>,
    is_sent: bool,
}

impl SaidOnce {
    /// Reads it from a request for a page.
    #[must_use]
    pub fn of(server: &Server, request: &Request) -> Self {
        let name = cookie_name(NAME, server.web.public_url.is_https());
        // A script that sends a form, as that of an upload does, is led to the page before its person is.
        let dest = request.headers().get("sec-fetch-dest");
        let is_seen = *request.method() == Method::GET && dest.is_none_or(|dest| dest == "document");
        let sealed = cookie(request.headers(), &name).filter(|_| is_seen);
        let Some(sealed) = sealed else { return Self::default() };
        let person = request.extensions().get::<Identity>().and_then(|known| Some(known.0.as_ref()?.person_id));
        let opened = outcome::open(&server.ctx, person, request.uri().path(), sealed);
        let outcome = opened.filter(|_| server.spent.note(sealed, server.ctx.now()));
        Self { outcome, is_sent: true }
    }

    /// Takes the cookie back from the browser, if it sent one.
    pub fn forget(self, server: &Server, response: &mut Response) {
        if self.is_sent {
            append(server, response, "", 0);
        }
    }
}
