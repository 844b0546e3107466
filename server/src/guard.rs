//! Stands before every route: finds who asks, and lets through who may. A route without a
//! [`Gate`] cannot be added to the router. The decision about the very object is the action's;
//! here it is decided whether the actor could do such a thing to any object at all.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use holdfast_app::pages::Requirement;
use holdfast_domain::{Actor, Object, Permission, Refusal, access::Door, allow, incident::Severity, session::FRESH_S};
use http::{Method, StatusCode};

use crate::{
    body,
    error_page::Again,
    log::{RequestedBy, Route},
    net::ClientAddress,
    pages,
    problem::Problem,
    rate_limit::Cost,
    session::{self, Identity},
    state::Server,
};

/// What kind of route it is: by whom it is called and how it is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A page of the application.
    Page,
    /// A form of the application.
    Form,
    /// A file or a text that a page links to.
    File,
    /// REST.
    Api,
    /// What is the same for everybody: nobody is asked who they are.
    Open,
}

/// What stands before a route.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// The kind of route.
    pub kind: Kind,
    /// Who may pass.
    pub may: Requirement,
    /// How often.
    pub cost: Cost,
}

/// The layer.
pub async fn pass(State((server, gate)): State<(Server, Gate)>, request: Request, next: Next) -> Response {
    let route = Route::of(&request);
    let mut response = match admit(&server, gate, request).await {
        Ok(request) => {
            let by = RequestedBy::of(&request);
            let reads = reads(&request);
            let mut response = next.run(request).await;
            if !reads {
                // A refusal may rest on what another has just written: it is told when that is lasting.
                server.ctx.db().settled().await;
            }
            response.extensions_mut().insert(by);
            response
        }
        Err(response) => *response,
    };
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

async fn admit(server: &Server, gate: Gate, mut request: Request) -> Result<Request, Box<Response>> {
    let refuse = |problem: Problem| Box::new(problem.into_response());
    body::no_zero(&request).map_err(refuse)?;
    if gate.kind != Kind::Open {
        let actor = session::identify(server, &mut request).await.map_err(refuse)?;
        if let Some(elsewhere) = not_set_up(server, gate, request.uri().path()).await.map_err(refuse)? {
            return Err(Box::new(elsewhere));
        }
        if let Err(refusal) = decide(gate, actor.as_ref()) {
            if gate.kind == Kind::Form && gate.cost != Cost::Upload && refusal == Refusal::SignedOut {
                return Err(Box::new(pages::send_again(server, request, Again::Ended).await));
            }
            note_denial(server, gate, actor.as_ref()).await;
            return Err(refuse(refusal.into()));
        }
        if wants_proof(gate, &request) && !session::is_fresh(server, &mut request).await.map_err(refuse)? {
            return Err(Box::new(sign_in_first(server, gate, request).await));
        }
        let who = who(actor.as_ref(), &request);
        server.pace.count(gate.cost, &who, server.ctx.now()).map_err(|refusal| refuse(refusal.into()))?;
        request.extensions_mut().insert(Identity(actor));
    } else if gate.cost != Cost::Cheap {
        let who = who(None, &request);
        server.pace.count(gate.cost, &who, server.ctx.now()).map_err(|refusal| refuse(refusal.into()))?;
    }
    // An upload is read by its own handler, which never holds it whole.
    if reads(&request) || gate.cost == Cost::Upload {
        return Ok(request);
    }
    body::read(request).await.map_err(refuse)
}

fn reads(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

/// Whether the actor may pass the gate.
///
/// # Errors
/// [`Refusal::SignedOut`] or [`Refusal::Forbidden`].
pub fn decide(gate: Gate, actor: Option<&Actor>) -> Result<(), Refusal> {
    if let Some(Actor { door: Door::Token(..), .. }) = actor
        && !matches!(gate.kind, Kind::Api | Kind::File)
    {
        return Err(Refusal::Forbidden("A token opens the REST interface under /api/v1 and files, no pages.".into()));
    }
    match (gate.may, actor) {
        (Requirement::Public, _) | (Requirement::SignedIn, Some(_)) => Ok(()),
        (_, None) => Err(Refusal::SignedOut),
        (Requirement::Permission(permission), Some(actor)) if could(actor, permission) => Ok(()),
        (Requirement::Permission(permission), Some(actor)) => Err(Refusal::Forbidden(forbidden(actor, permission))),
    }
}

/// Whether the request changes who gets in and with what, so that its sender has to have signed in
/// lately (ASVS 7.5): people, what is handed out to them, and the end of sessions.
fn wants_proof(gate: Gate, request: &Request) -> bool {
    let of_access = matches!(gate.may, Requirement::Permission(Permission::AddPerson | Permission::EditPerson));
    let of_sessions = Route::of(request).is_some_and(|route| route.0.contains("/sessions/"));
    !matches!(*request.method(), Method::GET | Method::HEAD) && (of_access || of_sessions || gate.cost == Cost::Handout)
}

/// What is said to somebody who has to sign in again; a form keeps what was typed.
async fn sign_in_first(server: &Server, gate: Gate, request: Request) -> Response {
    if gate.kind == Kind::Form {
        return pages::send_again(server, request, Again::TooOld).await;
    }
    let title = format!("Sign in again for this: it takes a sign-in of the last {} minutes.", FRESH_S / 60);
    Problem::new(StatusCode::FORBIDDEN, "sign-in-again", title).into_response()
}

/// Whether there is any object to which the actor may do the action.
fn could(actor: &Actor, permission: Permission) -> bool {
    let some_incident = Object::Incident(Severity::Sev5);
    [Object::None, some_incident, Object::Person(actor.person_id)]
        .into_iter()
        .any(|object| allow(actor, permission, object))
}

fn forbidden(actor: &Actor, permission: Permission) -> String {
    match actor.door {
        Door::Token(..) => format!("This token, or its owner, may not {}.", permission.label()),
        _ => format!("Your role does not let you {}.", permission.label()),
    }
}

/// Records that somebody was kept from an action, as the actions do for denials of theirs.
async fn note_denial(server: &Server, gate: Gate, actor: Option<&Actor>) {
    let (Requirement::Permission(permission), Some(actor)) = (gate.may, actor) else { return };
    if let Err(error) = holdfast_actions::session::denied(&server.ctx, actor, permission).await {
        tracing::error!(%error, "a denial could not be recorded");
    }
}

/// Before the first set-up every page leads there.
async fn not_set_up(server: &Server, gate: Gate, path: &str) -> Result<Option<Response>, Problem> {
    let leads_to_people = matches!(gate.kind, Kind::Page | Kind::Form | Kind::File);
    if !leads_to_people || path == "/setup" || holdfast_actions::setup::is_set_up(&server.ctx).await? {
        return Ok(None);
    }
    Ok(Some(pages::see_other("/setup")))
}

fn who(actor: Option<&Actor>, request: &Request) -> String {
    match (actor, request.extensions().get::<ClientAddress>()) {
        (Some(actor), _) => actor.person_id.to_string(),
        (None, Some(address)) => address.0.to_string(),
        (None, None) => String::new(),
    }
}

/// Whether a role could pass, for the table of access. Tokens are left out: they may less.
#[must_use]
pub fn would_pass(may: Requirement, actor: Option<&Actor>) -> bool {
    decide(Gate { kind: Kind::Page, may, cost: Cost::Cheap }, actor).is_ok()
}
