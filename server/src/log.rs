//! The log: one line a request, and what the layers below say. Lines go to standard error, as JSON
//! for a collector or as text for a person. No cookie, token, body or query is ever written.

use std::{fmt, io, net::IpAddr};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use holdfast_domain::access::Door;
use http::HeaderValue;
use tracing::Instrument;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::{clock::Stopwatch, config::LogFormat, net::ClientAddress, session::Identity, state::Server};

/// Names a request in the log and, in a header, to whoever sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

impl RequestId {
    /// The number of a failure in this request, as the person sees it.
    #[must_use]
    pub fn number(&self) -> String {
        format!("E-{}", self.0.chars().take(8).collect::<String>())
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self("unknown".into())
    }
}

/// Begins logging. `filter` is in the syntax of `tracing_subscriber::EnvFilter`, such as `info`.
///
/// # Errors
/// When the filter cannot be read, or logging has begun already.
pub fn begin(format: LogFormat, filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("the log filter cannot be read: {error}"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_target(false);
    let begun = match format {
        LogFormat::Json => builder.json().flatten_event(true).with_writer(io::stderr).try_init(),
        LogFormat::Text => builder.with_ansi(false).with_writer(VisibleStderr).try_init(),
    };
    begun.map_err(|error| error.to_string())?;
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!(panic = %panic, "a task panicked");
    }));
    Ok(())
}

/// The layer that gives a request its id and writes its line. The id is always our own: one that a
/// client sent could forge the trail of another request.
pub async fn request(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    let id = RequestId(hex::encode(server.entropy.bytes::<8>()));
    let address = crate::net::of_request(&request, &server.web.proxies);
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(address);
    let line = RequestLine::of(&request, address);
    let span = tracing::info_span!("request", id = id.0);
    async move {
        let watch = Stopwatch::started();
        let mut response = next.run(request).await;
        if let Ok(value) = HeaderValue::from_str(&id.0) {
            response.headers_mut().insert("x-request-id", value);
        }
        let route = response.extensions().get::<Route>().map_or("-", |route| route.0.as_str());
        let by = response.extensions().get::<RequestedBy>().map_or("-", |by| by.0.as_str());
        let ms = watch.milliseconds();
        let (method, path, address) = (&line.method, &line.path, line.address);
        let status = response.status().as_u16();
        tracing::info!(%method, path, route, status, by, ms = format!("{ms:.1}"), %address, "answered");
        response
    }
    .instrument(span)
    .await
}

/// The pattern of the route that answered, as a response extension.
#[derive(Clone, Debug)]
pub struct Route(pub String);

impl Route {
    /// From the request, where the router has matched it.
    #[must_use]
    pub fn of(request: &Request) -> Option<Self> {
        request.extensions().get::<MatchedPath>().map(|path| Self(path.as_str().to_owned()))
    }
}

/// Whoever asked, as a response extension: the person, and the token where one was used.
#[derive(Clone, Debug)]
pub struct RequestedBy(pub String);

impl RequestedBy {
    /// From the request, once the guard has found out.
    #[must_use]
    pub fn of(request: &Request) -> Self {
        let actor = request.extensions().get::<Identity>().and_then(|identity| identity.0.as_ref());
        Self(match actor.map(|actor| (actor.person_id, &actor.door)) {
            None => "-".into(),
            Some((person, Door::Token(token, _))) => format!("{person} by token {token}"),
            Some((person, Door::Session(_) | Door::Console)) => person.to_string(),
        })
    }
}

struct RequestLine {
    method: http::Method,
    path: String,
    address: IpAddr,
}

impl RequestLine {
    fn of(request: &Request, address: ClientAddress) -> Self {
        let path: String = request.uri().path().chars().take(200).collect();
        Self { method: request.method().clone(), path, address: address.0 }
    }
}

/// Standard error, with control characters made visible, so that no field can forge a line or
/// steer a terminal.
struct VisibleStderr;

impl<'a> MakeWriter<'a> for VisibleStderr {
    type Writer = VisibleWriter;
    fn make_writer(&'a self) -> Self::Writer {
        VisibleWriter
    }
}

/// Writes one whole line a call, as `tracing_subscriber` does.
struct VisibleWriter;

impl io::Write for VisibleWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().lock().write_all(visible(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// The line with every control character but its own end escaped, and the Unicode marks that
/// reverse text.
fn visible(line: &str) -> String {
    let end = if line.ends_with('\n') { "\n" } else { "" };
    let body = line.strip_suffix('\n').unwrap_or(line);
    let mut text = String::with_capacity(line.len());
    for c in body.chars() {
        let reverses = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}');
        if c.is_control() || reverses {
            text.extend(c.escape_unicode());
        } else {
            text.push(c);
        }
    }
    text + end
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_be_forged_nor_a_terminal_steered() {
        let line = visible("title=a\nERROR forged\r\u{1b}[2J\u{202e}x\n");
        assert_eq!(line, "title=a\\u{a}ERROR forged\\u{d}\\u{1b}[2J\\u{202e}x\n");
    }
}
