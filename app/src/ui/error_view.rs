//! What stands in place of a page that could not be given, and the one way in which pages wait for
//! their data.

use holdfast_domain::Refusal;
use leptos::prelude::*;

use super::raw_text::title;
use crate::error::{AppError, answered};

/// Waits for the data of a page, then shows it, or says why there is none.
pub fn loaded<T>(
    resource: Resource<Result<T, AppError>>,
    show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    view! {
        <Transition fallback=loading>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(data) => show(data),
                        Err(error) => error_view(&error),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

fn loading() -> AnyView {
    view! { <div class="loading-bar" role="progressbar" aria-label="Loading"></div> }.into_any()
}

/// The whole of a page that could not be given.
pub fn error_view(error: &AppError) -> AnyView {
    let (heading, action): (&'static str, (&'static str, &'static str)) = match error {
        AppError::Refused(Refusal::SignedOut) => ("Your session has ended", ("Sign in", "/sign-in")),
        AppError::Refused(Refusal::Forbidden(_)) => ("Your role does not allow this", ("To your account", "/account")),
        AppError::Refused(Refusal::NotFound(_)) => ("Not found", ("To the incidents", "/incidents")),
        AppError::Refused(_) => ("This cannot be done", ("To the incidents", "/incidents")),
        AppError::Internal { .. } => ("That went wrong here", ("To the incidents", "/incidents")),
        AppError::Transport => ("The server did not answer", ("Try again", "")),
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
        {title(heading)}
        <section class="blank">
            <p class="mono">{error.status()}</p>
            <h1>{heading}</h1>
            {words}
            <div class="actions"><a class="btn" rel="external" href=href>{label}</a></div>
        </section>
    }
    .into_any()
}

/// No such page.
#[component]
pub fn NotFound() -> impl IntoView {
    let error = answered(AppError::Refused(Refusal::NotFound("page".into())));
    view! {
        <main class="gate" id="main">
            <div class="brand"><a href="/" rel="external"><strong>"Holdfast"</strong></a></div>
            {error_view(&error)}
        </main>
    }
}
