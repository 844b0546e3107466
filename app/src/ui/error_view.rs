//! What stands in place of a page that could not be given.

use holdfast_domain::Refusal;
use leptos::prelude::*;

use crate::{error::AppError, request::Request};

/// The whole of a page that could not be given.
pub fn error_view(req: &Request, error: &AppError) -> AnyView {
    let (heading, action): (&'static str, (&'static str, &'static str)) = match error {
        AppError::Refused(Refusal::SignedOut) => ("Your session has ended", ("Sign in", "/sign-in")),
        AppError::Refused(Refusal::Forbidden(_)) => ("Your role does not allow this", ("To your account", "/account")),
        AppError::Refused(Refusal::NotFound(_)) => ("Not found", ("To the incidents", "/incidents")),
        AppError::Refused(_) => ("This cannot be done", ("To the incidents", "/incidents")),
        AppError::Internal { .. } => ("That went wrong here", ("To the incidents", "/incidents")),
    };
    let words = match error {
        AppError::Internal { number } => view! {
            <p>
                "It is written down under the number " <span class="mono">{number.clone()}</span>
                ". Give it to your administrator; nothing was saved by this request."
            </p>
        }
        .into_any(),
        AppError::Refused(Refusal::Invalid(errors)) => {
            let lines: Vec<AnyView> = errors
                .iter()
                .map(|error| {
                    view! { <p>{format!("{}: {}", super::field::label_of(&error.field), error.message)}</p> }.into_any()
                })
                .collect();
            lines.into_any()
        }
        error => view! { <p>{error.to_string()}</p> }.into_any(),
    };
    let (label, href) = action;
    view! {
        {req.title(heading)}
        <section class="blank" role="alert">
            <p class="mono">{error.status()}</p>
            <h1>{heading}</h1>
            {words}
            <div class="actions"><a class="btn" href=href>{label}</a></div>
        </section>
    }
    .into_any()
}

/// No such page.
pub fn not_found(req: &Request) -> AnyView {
    let error = req.refused(Refusal::NotFound("page".into()).into());
    view! {
        <main class="gate" id="main">
            <div class="brand"><a href="/"><strong>"Holdfast"</strong></a></div>
            <div class="card">{error_view(req, &error)}</div>
        </main>
    }
    .into_any()
}
