//! Pages, forms and server functions of the application, as HTTP. Renders whole documents, so the
//! status is right and nothing waits for a script; runs a form's handler and shows its page again
//! when it was refused. Knows no page by name.

use axum::{
    body::Body,
    extract::{Extension, Path, RawPathParams, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use holdfast_app::{
    AppError,
    form::{Done, Form, Posted},
    pages::Handler,
    request::Services,
};
use holdfast_domain::{Actor, Refusal};
use http_body_util::BodyExt;
use leptos::{nonce::Nonce, prelude::provide_context};
use tower_sessions::Session;

use crate::{
    body,
    headers::PageNonce,
    log::RequestId,
    net::ClientAddress,
    problem::Problem,
    refused_page,
    router::Server,
    session::{self, Identity},
};

/// Most fields of a form.
const FIELDS_MAX: usize = 1_000;

/// Goes elsewhere with GET.
#[must_use]
pub fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
        Err(_) => Problem::failed("an address to go to is not one").into_response(),
    }
}

/// `/`
pub async fn home(Extension(Identity(actor)): Extension<Identity>) -> Response {
    actor.map_or_else(|| see_other("/sign-in"), |actor| see_other(holdfast_app::pages::home(&actor)))
}

/// A page.
pub async fn show(State(server): State<Server>, request: Request) -> Response {
    render(&server, request, None).await
}

/// An address that is in no list.
pub async fn unknown(State(server): State<Server>, request: Request) -> Response {
    if crate::voice::Voice::of(&request) != crate::voice::Voice::Page {
        return Problem::from(Refusal::NotFound("address".into())).into_response();
    }
    let mut response = render(&server, request, None).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// A server function.
pub async fn function(State(server): State<Server>, request: Request) -> Response {
    let services = services(&server, request.extensions());
    leptos_axum::handle_server_fns_with_context(move || provide_context(services.clone()), request)
        .await
        .into_response()
}

/// A form that was sent.
pub async fn posted(
    State(server): State<Server>,
    params: RawPathParams,
    handler: Handler,
    request: Request,
) -> Response {
    let params = params.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let (request, mut form) = match read_form(request).await {
        Ok(read) => read,
        Err(problem) => return problem.into_response(),
    };
    form.params = params;
    form.secure = server.web.public_url.is_https();
    let ctx = &server.ctx;
    let actor = actor(&request);
    let done = match (handler, actor) {
        (Handler::Public(handle), _) => handle(&form, ctx).await,
        (Handler::SignedIn(handle), Some(actor)) => handle(&form, ctx, &actor).await,
        (Handler::SignedIn(_), None) => Err(Refusal::SignedOut.into()),
    };
    match done {
        Ok(done) => finish(&server, request, form, done).await.unwrap_or_else(Problem::into_response),
        Err(error) => {
            let error = AppError::from_actions(error, &request_id(&request).0);
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let retry_after_s = retry_after_s(&error);
            let mut response = render(&server, request, Some(Posted::failed(&form, error))).await;
            *response.status_mut() = status;
            if let Some(seconds) = retry_after_s {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            response
        }
    }
}

async fn finish(server: &Server, request: Request, form: Form, done: Done) -> Result<Response, Problem> {
    let session = request.extensions().get::<Session>().cloned();
    let session = session.ok_or_else(|| Problem::failed("a form without the session layer"))?;
    match done {
        Done::To(to) => Ok(see_other(&to)),
        Done::Once(value) => Ok(render(server, request, Some(Posted::once(value))).await),
        Done::SignedIn { signed_in, to } => {
            session::begin(server, &session, &signed_in, form.address, form.user_agent).await?;
            Ok(see_other(&to))
        }
        Done::SignedOut { to } => {
            session::end(&session).await?;
            let mut response = see_other(&to);
            // The pages that the back button would bring up again are part of the cache. The
            // theme, a cookie of no secret, stays.
            let clear = HeaderValue::from_static("\"cache\", \"storage\"");
            response.headers_mut().insert("clear-site-data", clear);
            Ok(response)
        }
        Done::Cookie { set_cookie, to } => {
            let mut response = see_other(&to);
            let cookie = HeaderValue::from_str(&set_cookie).map_err(|error| Problem::failed(error.to_string()))?;
            response.headers_mut().append(header::SET_COOKIE, cookie);
            Ok(response)
        }
    }
}

/// The page that keeps what was typed by somebody whose session has ended meanwhile.
pub async fn send_again(server: &Server, request: Request) -> Response {
    let action = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let read = match body::read(request).await {
        Ok(request) => read_form(request).await,
        Err(problem) => Err(problem),
    };
    match read {
        Ok((_, form)) => refused_page::send_again(server, &action, &Posted::failed(&form, AppError::Transport).values),
        Err(problem) => problem.into_response(),
    }
}

/// What the application needs of the request.
fn services(server: &Server, extensions: &axum::http::Extensions) -> Services {
    Services {
        ctx: server.ctx.clone(),
        actor: extensions.get::<Identity>().and_then(|identity| identity.0.clone()),
        public_url: server.web.public_url.to_string(),
        request_id: extensions.get::<RequestId>().cloned().unwrap_or_default().0,
    }
}

/// Renders the page of the request's own address.
async fn render(server: &Server, request: Request, posted: Option<Posted>) -> Response {
    let services = services(server, request.extensions());
    let nonce = request.extensions().get::<PageNonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
    let site = server.assets.site();
    let context = move || {
        provide_context(services.clone());
        // Leptos has just made one of its own; ours is the one in the header.
        provide_context(Nonce::from_value(nonce.clone()));
        if let Some(posted) = posted.clone() {
            provide_context(posted);
        }
    };
    leptos_axum::render_app_async_with_context(context, move || holdfast_app::shell(site))(request).await
}

/// Reads a form and gives back the request without its body, for the page that may follow.
async fn read_form(request: Request) -> Result<(Request, Form), Problem> {
    let (head, body) = request.into_parts();
    if !is_form(&head.headers) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
            "Send a form as application/x-www-form-urlencoded.",
        ));
    }
    let bytes = body.collect().await.map_err(|_| Problem::unreadable("The request broke off."))?.to_bytes();
    let values: Vec<(String, String)> =
        serde_urlencoded::from_bytes(&bytes).map_err(|_| Problem::unreadable("The form cannot be read."))?;
    if values.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
        return Err(body::zero());
    }
    if values.len() > FIELDS_MAX {
        return Err(Refusal::TooLarge(format!("{FIELDS_MAX} fields")).into());
    }
    let mut form = Form::new(values);
    form.address = head.extensions.get::<ClientAddress>().map(|address| address.0.to_string()).unwrap_or_default();
    form.user_agent = session::user_agent(&head.headers);
    Ok((Request::from_parts(head, Body::empty()), form))
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

fn actor(request: &Request) -> Option<Actor> {
    request.extensions().get::<Identity>().and_then(|identity| identity.0.clone())
}

fn request_id(request: &Request) -> RequestId {
    request.extensions().get::<RequestId>().cloned().unwrap_or_default()
}

const fn retry_after_s(error: &AppError) -> Option<u64> {
    match error {
        AppError::Refused(Refusal::Throttled { retry_after_s } | Refusal::Busy { retry_after_s }) => {
            Some(*retry_after_s)
        }
        _ => None,
    }
}

/// A file of the site, under a name that holds its content's hash.
pub async fn asset(State(server): State<Server>, Path(file): Path<String>, headers: HeaderMap) -> Response {
    server.assets.answer(&file, &headers)
}

/// The icon of the browser's tab.
pub async fn icon() -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml")], holdfast_app::ICON).into_response()
}
