//! Evidence on its way in and out: the form with a file, and the file as a download.

use axum::{
    extract::{Path, RawPathParams, Request, State},
    response::{IntoResponse, Response},
};
use holdfast_actions::{Ctx, evidence::Registration};
use holdfast_app::{AppError, form::Form, outcome::Outcome, pages::PAGES, registration};
use holdfast_domain::Actor;

use crate::{
    api::{Answer, Caller},
    download,
    log::RequestId,
    outcome::see_other_saying,
    pages::{again, pairs, without_body},
    problem::Problem,
    state::Server,
    upload_form::{self, SentFile},
};

/// The page that the form is on.
pub const NEW: &str = "/incidents/{reference}/evidence/new";

/// Takes the form of a new item with its file. The incident is looked for before the file is read.
pub async fn register(
    State(server): State<Server>,
    params: RawPathParams,
    Caller(ctx, actor): Caller,
    request: Request,
) -> Response {
    let params = pairs(&params);
    let reference = params.iter().find(|(name, _)| name == "reference").map(|(_, text)| text.clone());
    let reference = reference.unwrap_or_default();
    if let Err(error) = holdfast_actions::incident::view(&ctx, &actor, &reference).await {
        return Problem::from(error).into_response();
    }
    let (head, body) = request.into_parts();
    let id = head.extensions.get::<RequestId>().cloned().unwrap_or_default();
    let asked = without_body(&head);
    let (values, file) = match upload_form::read(&server, actor.person_id, Request::from_parts(head, body)).await {
        Ok(sent) => (sent.values, sent.file),
        Err((values, problem)) => match problem.refusal() {
            Some(refusal) => return refused(&server, asked, params, values, AppError::Refused(refusal.clone())).await,
            None => return problem.into_response(),
        },
    };
    let form = Form::new(values.clone());
    match done(&ctx, &actor, &reference, &form, file.as_ref()).await {
        Ok(label) => {
            let words = "The evidence is registered. Its custody begins with you.";
            let outcome = Outcome { words: words.into(), is_alarm: false, undo: None };
            let to = format!("/incidents/{reference}/evidence/{label}");
            see_other_saying(&server, Some(actor.person_id), &to, outcome)
        }
        Err(error) => refused(&server, asked, params, values, AppError::from_actions(error, &id.0)).await,
    }
}

async fn done(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    form: &Form,
    file: Option<&SentFile>,
) -> holdfast_actions::Result<String> {
    let sent = registration(form, file.map_or("", |file| file.name.as_str()), actor)?;
    let stored = file.map(|file| &file.stored);
    let new = Registration {
        fields: &sent.fields,
        collected: sent.collected,
        location: &sent.location,
        file: stored,
        copy_of: &sent.copy_of,
    };
    Ok(holdfast_actions::evidence::register(ctx, actor, reference, new).await?.label)
}

/// The page again.
async fn refused(
    server: &Server,
    asked: Request,
    params: Vec<(String, String)>,
    values: Vec<(String, String)>,
    error: AppError,
) -> Response {
    let page = PAGES.iter().find(|page| page.path == NEW);
    again(server, (asked, params, page), &Form::new(values), error).await
}

/// `/incidents/{reference}/evidence/{label}/download`
pub async fn file(Caller(ctx, actor): Caller, Path((reference, label)): Path<(String, String)>) -> Answer {
    let download = holdfast_actions::evidence::download(&ctx, &actor, &reference, &label).await?;
    Ok(download::file("application/octet-stream", &download.name, download.opened))
}
