//! What is said after an action and around a form: toasts, notices, and the summary of what a form got
//! wrong. The sentence after an action is named in the address by a code, so that it needs no storage
//! and no script.

use holdfast_domain::{Field, Refusal, noun::NOUNS};
use leptos::prelude::*;

use super::{
    field::{capitalised, label_of},
    icon::{self, icon},
};
use crate::{error::AppError, form::Posted, request::Request};

/// The sentence for a code in `?done=`; nothing for codes we never gave.
fn sentence(code: &str) -> Option<String> {
    let noun = NOUNS.iter().find_map(|noun| Some((noun, code.strip_prefix(noun.name)?.strip_prefix('-')?)));
    if let Some((noun, verb @ ("added" | "saved" | "archived" | "removed" | "restored"))) = noun {
        return Some(format!("{} {verb}.", capitalised(noun.name)));
    }
    let words = match code {
        "incident-opened" => "The incident is open.",
        "incident-unchanged" => "Nothing was different, so nothing was saved.",
        "phase-changed" => "The phase is changed.",
        "time-entered" => "The time is entered.",
        "time-cleared" => "The time is cleared. Its first value stays in the history.",
        "access-changed" => "Access is changed.",
        "incident-taken" => "You own this incident now.",
        "tasks-added" => "The usual tasks are added.",
        "task-done" => "Done. The timeline shows it.",
        "task-moved" => "The order is changed.",
        "comment-added" => "Your comment is added.",
        "report-written" => "The texts are saved.",
        "report-issued" => "The report is issued and kept.",
        "report-withdrawn" => "The report is withdrawn. Everybody who can read it sees that.",
        "evidence-registered" => "The evidence is registered. Its custody begins with you.",
        "custody-recorded" => "Recorded.",
        "evidence-intact" => "Verified: the file is what it was when it was registered.",
        "evidence-altered" => "The file is NOT what it was when it was registered.",
        "indicators-added" => "The indicators are added.",
        "person-saved" => "The person is saved.",
        "settings-saved" => "The settings are saved.",
        "logo-set" => "The logo is set. Reports have it from now on.",
        "logo-removed" => "The logo is removed. Reports are made without one from now on.",
        "token-revoked" => "The token is revoked. Whatever used it is refused from now on.",
        "session-ended" => "The session has ended.",
        "account-saved" => "Your account is saved.",
        "password-changed" => "Your password is changed. Your other sessions have ended.",
        "password-set" => "Your password is set. Sign in with it.",
        "signed-out" => "You are signed out.",
        "set-up" => "Holdfast is set up. Sign in as its first administrator.",
        _ => return None,
    };
    Some(words.to_owned())
}

/// What the last action came to.
pub fn toasts(req: &Request) -> AnyView {
    let words = req.query("done").and_then(sentence);
    view! { <div class="toasts" role="status" aria-live="polite">{words.map(ok)}</div> }.into_any()
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

pub fn error(words: AnyView) -> AnyView {
    view! { <div class="notice notice-danger">{icon(icon::ALERT)}<div>{words}</div></div> }.into_any()
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

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn what_is_done_to_a_noun_needs_no_sentence_of_its_own() {
        assert_eq!(sentence("asset-added").as_deref(), Some("Asset added."));
        assert_eq!(sentence("recommendation-archived").as_deref(), Some("Recommendation archived."));
        assert_eq!(sentence("task-done").as_deref(), Some("Done. The timeline shows it."));
        assert_eq!(sentence("asset-burnt"), None);
        assert_eq!(sentence("spoon-added"), None);
    }
}
