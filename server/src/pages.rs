//! Pages and forms of the application, as HTTP. Renders whole documents, so the
//! status is right and nothing waits for a script; runs a form's handler and shows its page again
//! when it was refused. Knows no page by name.

use axum::{
    body::Body,
    extract::{Extension, Path, RawPathParams, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use holdfast_app::{
    AppError,
    form::{Done, Form, Posted},
    outcome::ShownOnce,
    pages::{Handler, Page},
    request::{RequestHead, Services},
};
use holdfast_domain::{Actor, Refusal};
use http_body_util::BodyExt;
use tower_sessions::Session;

use crate::{
    body, device,
    error_page::{self, Again},
    headers::PageNonce,
    log::RequestId,
    net::ClientAddress,
    outcome::{SaidOnce, see_other_saying},
    problem::Problem,
    session::{self, Identity},
    state::Server,
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
pub async fn show(server: State<Server>, params: RawPathParams, page: &'static Page, request: Request) -> Response {
    let mut said = SaidOnce::of(&server, &request);
    let posted = said.outcome.take().map(|outcome| Posted::once(ShownOnce::Outcome(outcome)));
    let mut response = render(&server, &request, pairs(&params), posted, Some(page)).await;
    said.forget(&server, &mut response);
    response
}

/// An address that is in no list.
pub async fn unknown(State(server): State<Server>, request: Request) -> Response {
    if crate::response_format::ResponseFormat::of(&request) != crate::response_format::ResponseFormat::Page {
        return Problem::from(Refusal::NotFound("address".into())).into_response();
    }
    render(&server, &request, Vec::new(), None, None).await
}

pub(crate) fn pairs(params: &RawPathParams) -> Vec<(String, String)> {
    params.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The same request without its body, for a page that is made after the body was read.
#[must_use]
pub fn without_body(head: &http::request::Parts) -> Request {
    let mut again = Request::new(axum::body::Body::empty());
    *again.uri_mut() = head.uri.clone();
    *again.headers_mut() = head.headers.clone();
    *again.extensions_mut() = head.extensions.clone();
    again
}

/// A form that was sent.
pub async fn posted(
    State(server): State<Server>,
    params: RawPathParams,
    handler: Handler,
    page: Option<&'static Page>,
    request: Request,
) -> Response {
    let params = pairs(&params);
    let (request, mut form) = match read_form(request).await {
        Ok(read) => read,
        Err(problem) => return problem.into_response(),
    };
    form.params.clone_from(&params);
    form.secure = server.web.public_url.is_https();
    device::sent(request.headers(), form.secure).clone_into(&mut form.devices);
    let (ctx, offers) = &server.ctx.noting_undo();
    let actor = actor(&request);
    let done = match (handler, actor) {
        (Handler::Public(handle), _) => handle(&form, ctx).await,
        (Handler::SignedIn(handle), Some(actor)) => handle(&form, ctx, &actor).await,
        (Handler::SignedIn(_), None) => Err(Refusal::SignedOut.into()),
    };
    match done {
        Ok(mut done) => {
            if let Done::Said { outcome, .. } = &mut done {
                outcome.undo = offers.only();
            }
            finish(&server, (request, params, page), form, done).await.unwrap_or_else(Problem::into_response)
        }
        Err(error) => {
            let error = AppError::from_actions(error, &request_id(&request).0);
            again(&server, (request, params, page), &form, error).await
        }
    }
}

/// The page of a form that was refused, with what was typed and what was wrong.
pub async fn again(server: &Server, (request, params, page): Asking, form: &Form, error: AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let retry_after_s = retry_after_s(&error);
    let mut response = render(server, &request, params, Some(Posted::failed(form, error)), page).await;
    *response.status_mut() = status;
    if let Some(seconds) = retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// A request with the variable parts of its route and the page of its address.
pub type Asking = (Request, Vec<(String, String)>, Option<&'static Page>);

async fn finish(server: &Server, asking: Asking, form: Form, done: Done) -> Result<Response, Problem> {
    let (request, params, page) = asking;
    let session = request.extensions().get::<Session>().cloned();
    let session = session.ok_or_else(|| Problem::failed("a form without the session layer"))?;
    match done {
        Done::Said { to, outcome } => {
            let person = actor(&request).map(|actor| actor.person_id);
            Ok(see_other_saying(server, person, &to, outcome))
        }
        Done::Once(value) => Ok(render(server, &request, params, Some(Posted::once(value)), page).await),
        Done::SignedIn { signed_in, to } => {
            session::begin(server, &session, &signed_in, form.address, form.user_agent).await?;
            with_cookie(see_other(&to), &device::line(&signed_in.devices, form.secure))
        }
        Done::SignedOut { to, outcome } => {
            session::end(&session).await?;
            let mut response = see_other_saying(server, None, &to, outcome);
            // The pages that the back button would bring up again are part of the cache. The
            // theme, a cookie of no secret, stays.
            let clear = HeaderValue::from_static("\"cache\", \"storage\"");
            response.headers_mut().insert("clear-site-data", clear);
            Ok(response)
        }
        Done::Cookie { set_cookie, to } => with_cookie(see_other(&to), &set_cookie),
    }
}

fn with_cookie(mut response: Response, line: &str) -> Result<Response, Problem> {
    let cookie = HeaderValue::from_str(line).map_err(|error| Problem::failed(error.to_string()))?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The page that keeps what was typed by somebody who has to sign in again first.
pub async fn send_again(server: &Server, request: Request, why: Again) -> Response {
    let action = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let read = match body::read(request).await {
        Ok(request) => read_form(request).await,
        Err(problem) => Err(problem),
    };
    match read {
        Ok((_, form)) => error_page::send_again(
            server,
            &action,
            &Posted::failed(&form, AppError::Refused(Refusal::SignedOut)).values,
            why,
        ),
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

/// Makes the document of the request's own address.
pub(crate) fn render(
    server: &Server,
    request: &Request,
    params: Vec<(String, String)>,
    posted: Option<Posted>,
    page: Option<&'static Page>,
) -> impl Future<Output = Response> + Send + 'static {
    let services = services(server, request.extensions());
    let nonce = request.extensions().get::<PageNonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
    let query = request.uri().query().unwrap_or_default();
    let asked = RequestHead {
        path: request.uri().path().to_owned(),
        params,
        query: serde_urlencoded::from_str(query).unwrap_or_default(),
        headers: request.headers().clone(),
    };
    let asking = holdfast_app::request::Request::new(services, asked, posted.unwrap_or_default());
    let site = server.assets.site();
    async move {
        let rendered = holdfast_app::render(site, &nonce, asking, page).await;
        let mut response = (rendered.status, Html(rendered.html)).into_response();
        for cookie in rendered.cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// Reads a form and gives back the request without its body, for the page that may follow.
/// The fields of a form as they were sent.
///
/// # Errors
/// A body that is no form, a zero byte in it, or too many fields.
pub fn form_of(sent: &[u8]) -> Result<Form, Problem> {
    let values: Vec<(String, String)> =
        serde_urlencoded::from_bytes(sent).map_err(|_| Problem::unreadable("The form cannot be read."))?;
    if values.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
        return Err(body::zero());
    }
    if values.len() > FIELDS_MAX {
        return Err(Refusal::TooLarge(format!("{FIELDS_MAX} fields")).into());
    }
    Ok(Form::new(values))
}

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
    let mut form = form_of(&bytes)?;
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
    ([(header::CONTENT_TYPE, "image/svg+xml; charset=utf-8")], holdfast_app::ICON).into_response()
}
