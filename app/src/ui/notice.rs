//! What is said after an action and around a form: toasts, notices, and the summary of what a form got
//! wrong. The sentence after an action comes from the action itself and never from the address.

use holdfast_domain::{Field, Refusal};
use leptos::prelude::*;

use super::{
    field::{hidden, label_of},
    icon::{self, icon},
};
use crate::{error::AppError, form::Posted, outcome::Outcome, request::Request};

/// What the last action came to.
pub fn toasts(req: &Request) -> AnyView {
    let shown = req.posted().outcome().map(|outcome| {
        let words = outcome.words.clone();
        if outcome.is_alarm { danger(words) } else { ok(view! { {words} {undo(req, outcome)} }) }
    });
    view! { <div class="toasts" role="status" aria-live="polite">{shown}</div> }.into_any()
}

/// The button that takes the action back. The style sheet hides it when its time is over.
fn undo(req: &Request, outcome: &Outcome) -> Option<AnyView> {
    let (ctx, _) = req.signed_in().ok()?;
    let offer = outcome.undo.filter(|offer| offer.can_be_shown(ctx.now()))?;
    Some(
        view! {
            <form class="undo-offer" method="post" action="/undo">
                {hidden("seq", offer.seq)} {hidden("back", req.path())}
                <button class="btn">"Undo"</button>
            </form>
        }
        .into_any(),
    )
}

pub fn ok(words: impl IntoAny) -> AnyView {
    view! { <div class="notice notice-ok">{icon(icon::CHECK)}<div>{words.into_any()}</div></div> }.into_any()
}

pub fn info(words: AnyView) -> AnyView {
    view! { <div class="notice">{icon(icon::INFO)}<div>{words}</div></div> }.into_any()
}

pub fn warning(words: AnyView) -> AnyView {
    view! { <div class="notice notice-warn">{icon(icon::ALERT)}<div>{words}</div></div> }.into_any()
}

/// What is wrong.
pub fn error(words: impl IntoAny) -> AnyView {
    in_red(words.into_any(), None)
}

/// What must not be overlooked: read out at once.
pub fn danger(words: impl IntoAny) -> AnyView {
    in_red(words.into_any(), Some("alert"))
}

fn in_red(words: AnyView, role: Option<&'static str>) -> AnyView {
    view! { <div class="notice notice-danger" role=role>{icon(icon::ALERT)}<div>{words}</div></div> }.into_any()
}

/// What was wrong with the form as posted; nothing when nothing was. A conflict is shown by the
/// page, which has both texts.
pub fn problems(posted: &Posted) -> AnyView {
    problems_named(posted, &[])
}

/// The same around the form of a declared noun.
pub fn problems_of(posted: &Posted, fields: &[Field]) -> AnyView {
    let labels: Vec<(&str, &str)> = fields.iter().map(|field| (field.name, field.label)).collect();
    problems_named(posted, &labels)
}

/// The same on a page that calls fields otherwise than their names say.
pub fn problems_named(posted: &Posted, labels: &[(&str, &str)]) -> AnyView {
    let label = |field: &str| {
        let own = labels.iter().find(|(name, _)| *name == field);
        own.map_or_else(|| label_of(field), |(_, label)| (*label).to_owned())
    };
    let Some(error) = &posted.error else { return ().into_any() };
    match error {
        AppError::Refused(Refusal::Conflict(_)) => ().into_any(),
        AppError::Refused(Refusal::Invalid(errors)) => {
            let heading = match errors.len() {
                1 => "One thing to put right".to_owned(),
                n => format!("{n} things to put right"),
            };
            let lines: Vec<AnyView> = errors
                .iter()
                .map(|error| {
                    let words = format!("{}: {}", label(&error.field), error.message);
                    view! { <li><a href=format!("#{}", error.field)>{words}</a></li> }.into_any()
                })
                .collect();
            summary(heading, view! { <ul>{lines}</ul> }.into_any())
        }
        error => summary(error.to_string(), ().into_any()),
    }
}

fn summary(heading: String, body: AnyView) -> AnyView {
    view! {
        <div class="notice notice-danger" role="alert" tabindex="-1" id="problems" autofocus=true>
            {icon(icon::ALERT)}
            <div><h2>{heading}</h2>{body}</div>
        </div>
    }
    .into_any()
}
