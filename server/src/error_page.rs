//! The page of last resort: shown when a request could not reach a page of the application. Plain
//! HTML made here, so that it works when the application does not. Everything in it is escaped.

use axum::response::{Html, IntoResponse, Response};
use holdfast_app::label_of;
use holdfast_domain::{Refusal, refusal::FieldError};
use http::StatusCode;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::{pages::see_other, problem::Problem, state::Server};

/// What may not stand in a query's value.
const IN_QUERY: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'&').add(b'+').add(b'<').add(b'>').add(b'=');

/// Leads to the sign-in page when that would help, else says what is wrong.
pub fn page(server: &Server, problem: &Problem, number: Option<&str>, return_to: &str) -> Response {
    if problem.is_signed_out() {
        return see_other(&sign_in(return_to));
    }
    let heading = match problem.status() {
        StatusCode::FORBIDDEN => "This is not allowed",
        StatusCode::NOT_FOUND => "Not found",
        status if status.is_server_error() => "That went wrong here",
        _ => "This cannot be done",
    };
    let number = number.map(|number| {
        format!(
            "<p>It is written down under the number <span class=\"mono\">{}</span>. Give it to your administrator.</p>",
            escape(number)
        )
    });
    let wrong: String = match problem.refusal() {
        Some(Refusal::Invalid(errors)) => errors.iter().map(wrong).collect(),
        _ => String::new(),
    };
    let wrong = if wrong.is_empty() { wrong } else { format!("<ul>{wrong}</ul>") };
    let body = format!(
        "<h1>{heading}</h1><p>{}</p>{wrong}{}<p><a class=\"btn\" href=\"/\">To the start page</a></p>",
        escape(problem.title()),
        number.unwrap_or_default()
    );
    document(server, heading, &body)
}

/// A field that was refused, in words: there is no form here to show it at.
fn wrong(error: &FieldError) -> String {
    format!("<li>{}: {}</li>", escape(&label_of(&error.field)), escape(&error.message))
}

/// Why a form is not taken before its sender has signed in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// The session has ended.
    Ended,
    /// The session is good, but too old for what was asked.
    TooOld,
}

impl Again {
    const fn status(self) -> StatusCode {
        match self {
            Self::Ended => StatusCode::UNAUTHORIZED,
            Self::TooOld => StatusCode::FORBIDDEN,
        }
    }

    const fn heading(self) -> &'static str {
        match self {
            Self::Ended => "Your session has ended",
            Self::TooOld => "Sign in again for this",
        }
    }

    const fn reason(self) -> &'static str {
        match self {
            Self::Ended => "",
            Self::TooOld => {
                "Who gets in, and with what, is changed only by somebody who has just proved who they are. "
            }
        }
    }
}

/// Keeps what was typed while the person signs in again in another tab.
pub fn send_again(server: &Server, action: &str, values: &[(String, String)], why: Again) -> Response {
    let fields: String = values
        .iter()
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value)))
        .collect();
    let body = format!(
        "<h1>{}</h1>\
         <p>{}Nothing was saved, and nothing you typed is lost. <a href=\"/sign-in\" target=\"_blank\" rel=\"noopener\">\
         Sign in in a new tab</a>, come back to this one, and send it again.</p>\
         <form method=\"post\" action=\"{}\">{fields}<button class=\"btn btn-primary\">Send again</button></form>",
        why.heading(),
        why.reason(),
        escape(action)
    );
    let mut response = document(server, why.heading(), &body);
    *response.status_mut() = why.status();
    response
}

/// The sign-in page that leads back.
fn sign_in(return_to: &str) -> String {
    match return_to {
        "" | "/" | "/sign-out" => "/sign-in".into(),
        other => format!("/sign-in?next={}", utf8_percent_encode(other, IN_QUERY)),
    }
}

fn document(server: &Server, title: &str, body: &str) -> Response {
    let css = escape(&server.assets.site().css);
    Html(format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} · Holdfast</title>\
         <link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"{css}\"></head>\
         <body><main class=\"gate\" id=\"main\"><div class=\"brand\"><strong>Holdfast</strong></div>\
         <section class=\"card\"><div class=\"form\">{body}</div></section></main></body></html>"
    ))
    .into_response()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // An attribute's line breaks would be folded otherwise.
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_one_value_of_the_query() {
        assert_eq!(sign_in("/incidents?status=new&x=1"), "/sign-in?next=/incidents?status%3Dnew%26x%3D1");
        assert_eq!(sign_in("/"), "/sign-in");
    }

    #[test]
    fn what_was_typed_cannot_leave_its_field() {
        assert_eq!(escape("\"><script>'&"), "&quot;&gt;&lt;script&gt;&#39;&amp;");
    }
}
