//! The form by which files of other tools are imported.

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use holdfast_actions::Ctx;
use holdfast_app::{
    AppError,
    form::{Form, Posted},
    outcome::{ImportedFile, ShownOnce},
    pages::PAGES,
};
use holdfast_domain::{
    Actor, Refusal,
    import::{FILE_BYTES_MAX, FILES_BYTES_MAX, FILES_MAX, ImportKind},
};

use crate::{
    api::Caller,
    log::RequestId,
    pages::{again, render, without_body},
    state::Server,
    upload,
    upload_form::{self, SmallMax},
};

/// The page that the form is on.
pub const PATH: &str = "/import";

/// Takes the files one after another; what became of each stands on the page.
pub async fn run(State(server): State<Server>, Caller(ctx, actor): Caller, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let id = head.extensions.get::<RequestId>().cloned().unwrap_or_default();
    let asked = without_body(&head);
    let page = PAGES.iter().find(|page| page.path == PATH);
    let max = SmallMax { files: FILES_MAX, bytes_each: FILE_BYTES_MAX, bytes_in_all: FILES_BYTES_MAX };
    // Held until the last file is an incident.
    let slot = upload::slot(&server.imports, actor.person_id);
    let sent = match &slot {
        Ok(_) => upload_form::read_small(&server, Request::from_parts(head, body), max).await,
        Err(problem) => Err((Vec::new(), problem.clone())),
    };
    let (values, refusal) = match sent {
        Ok(small) => match outcomes(&ctx, &actor, &small, &id).await {
            Ok(outcomes) => {
                let posted = Posted::once(ShownOnce::Files(outcomes));
                return render(&server, &asked, Vec::new(), Some(posted), page).await;
            }
            Err(refusal) => (small.values, refusal),
        },
        Err((values, problem)) => match problem.refusal() {
            Some(refusal) => (values, refusal.clone()),
            None => return problem.into_response(),
        },
    };
    again(&server, (asked, Vec::new(), page), &Form::new(values), AppError::Refused(refusal)).await
}

async fn outcomes(
    ctx: &Ctx,
    actor: &Actor,
    small: &upload_form::Small,
    id: &RequestId,
) -> Result<Vec<ImportedFile>, Refusal> {
    let kind = small.values.iter().find(|(name, _)| name == "kind").map_or("", |(_, text)| text.as_str());
    let kind: ImportKind = kind.parse().map_err(|_| Refusal::field("kind", "Choose one of the values offered."))?;
    if small.files.is_empty() {
        return Err(Refusal::field("file", "Choose at least one file."));
    }
    let mut outcomes = Vec::with_capacity(small.files.len());
    for (file, bytes) in &small.files {
        let made = holdfast_actions::import::run(ctx, actor, kind, bytes).await;
        let result = made.map_err(|error| match AppError::from_actions(error, &id.0) {
            AppError::Refused(Refusal::Invalid(errors)) => {
                errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" ")
            }
            other => other.to_string(),
        });
        outcomes.push(ImportedFile { file: file.clone(), result });
    }
    Ok(outcomes)
}
