//! The form by which the logo of reports is set or removed, and the picture for its page.

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use holdfast_actions::Ctx;
use holdfast_app::{AppError, form::Form, outcome::Outcome, pages::PAGES};
use holdfast_domain::{Actor, Refusal, org::LOGO_BYTES_MAX};

use crate::{
    api::Caller,
    log::RequestId,
    outcome::see_other_saying,
    pages::{again, without_body},
    state::Server,
    upload,
    upload_form::{self, Small, SmallMax},
};

/// The page that the form is on.
pub const PATH: &str = "/settings/logo";
/// The field that asks for no logo.
const REMOVE: &str = "remove";

/// Takes the form.
pub async fn run(State(server): State<Server>, Caller(ctx, actor): Caller, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let id = head.extensions.get::<RequestId>().cloned().unwrap_or_default();
    let asked = without_body(&head);
    let max = SmallMax { files: 1, bytes_each: LOGO_BYTES_MAX, bytes_in_all: LOGO_BYTES_MAX };
    let slot = upload::slot(&server.uploads, actor.person_id);
    let sent = match &slot {
        Ok(_) => upload_form::read_small(&server, Request::from_parts(head, body), max).await,
        Err(problem) => Err((Vec::new(), problem.clone())),
    };
    let error = match sent {
        Ok(small) => match done(&ctx, &actor, small).await {
            Ok(words) => {
                let outcome = Outcome { words: words.into(), is_alarm: false, undo: None };
                return see_other_saying(&server, Some(actor.person_id), PATH, outcome);
            }
            Err(error) => AppError::from_actions(error, &id.0),
        },
        Err((_, problem)) => match problem.refusal() {
            Some(refusal) => AppError::Refused(refusal.clone()),
            None => return problem.into_response(),
        },
    };
    let page = PAGES.iter().find(|page| page.path == PATH);
    again(&server, (asked, Vec::new(), page), &Form::default(), error).await
}

async fn done(ctx: &Ctx, actor: &Actor, small: Small) -> holdfast_actions::Result<&'static str> {
    if small.values.iter().any(|(name, _)| name == REMOVE) {
        holdfast_actions::logo::remove(ctx, actor).await?;
        return Ok("The logo is removed. Reports are made without one from now on.");
    }
    let Some((_, bytes)) = small.files.into_iter().next() else {
        return Err(Refusal::field("file", "Choose a picture first.").into());
    };
    holdfast_actions::logo::set(ctx, actor, bytes).await?;
    Ok("The logo is set. Reports have it from now on.")
}
