//! What two people changed at once: both texts side by side, field by field, with the choice
//! between them. Nothing typed is lost: one's own text stays editable here.

use holdfast_domain::{
    Field, FieldKind, Fields, Refusal, Timestamp,
    refusal::{Conflict, ConflictField},
    time::field_in_zone,
};
use leptos::prelude::*;

use super::{
    field::{FormField as Input, hidden, typed},
    icon::{self, icon},
    raw_text::area_text,
    words::Words,
};
use crate::{
    error::AppError,
    form::{Posted, mark},
};

/// The conflict that the posted form ran into.
pub fn found(posted: &Posted) -> Option<&Conflict> {
    match &posted.error {
        Some(AppError::Refused(Refusal::Conflict(conflict))) => Some(conflict),
        _ => None,
    }
}

/// Says that somebody else was faster, where sending the form again is all there is to decide.
pub fn notice(posted: &Posted, words: &Words<'_>) -> AnyView {
    let Some(conflict) = found(posted) else { return ().into_any() };
    let lines: Vec<AnyView> = conflict
        .fields
        .iter()
        .map(|field| {
            let line = format!(
                "{}: it is now “{}”; you chose “{}”.",
                field.label,
                words.of(&field.field, &field.theirs),
                words.of(&field.field, &field.yours)
            );
            view! { <li>{line}</li> }.into_any()
        })
        .collect();
    let lines = (!lines.is_empty()).then(|| view! { <ul>{lines}</ul> });
    let heading = format!("{} changed {} after you opened it", conflict.changed_by, conflict.object);
    view! {
        <div class="notice notice-warn" role="alert" tabindex="-1" id="problems" autofocus=true>
            {icon(icon::ALERT)}
            <div>
                <h2>{heading}</h2>
                {lines}
                <p>"Nothing was changed by you. What you typed is still below: look at it again and send it if it still holds."</p>
            </div>
        </div>
    }
    .into_any()
}

/// The form that settles a conflict. `texts` are the fields that stay editable as text; `worded` says a value
/// by the name of its field and as it is sent.
pub fn settle(
    conflict: &Conflict,
    posted: &Posted,
    action: String,
    back: String,
    texts: &[&str],
    worded: &dyn Fn(&str, &str) -> String,
) -> AnyView {
    let in_conflict = |name: &str| conflict.fields.iter().any(|field| field.field == name);
    let kept: Vec<AnyView> = posted
        .values
        .iter()
        .filter(|(name, _)| name != "version" && name != "reason" && !in_conflict(name))
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> }.into_any())
        .collect();
    let fields: Vec<AnyView> =
        conflict.fields.iter().map(|field| choice(field, conflict, posted, texts, worded)).collect();
    let agreed =
        conflict.fields.is_empty().then(|| view! { <p>"Both say the same; saving changes nothing that differs."</p> });
    let reason = posted.values.iter().any(|(name, _)| name == "reason").then(|| {
        Input::line("reason", "Reason")
            .value(posted.value("reason").unwrap_or_default())
            .hint("Needed when the severity changes.")
            .input(posted)
    });
    let object = view! { <a href=back.clone()>{conflict.object.clone()}</a> };
    view! {
        <div class="notice notice-warn" role="alert" tabindex="-1" id="problems" autofocus=true>
            {icon(icon::ALERT)}
            <div>
                <h2>{conflict.changed_by.clone()}" changed "{object}" while you were editing"</h2>
                <p>"Nothing is lost. Choose for each field what to keep; where both agree, nothing is asked."</p>
            </div>
        </div>
        <form class="conflict" method="post" action=action data-guard="changed">
            {hidden("version", conflict.version)}
            {kept}
            {fields}
            {agreed}
            {reason}
            <div class="buttons">
                <button class="btn btn-primary">"Save what I chose"</button>
                <a class="btn" href=back>"Drop my changes"</a>
            </div>
        </form>
    }
    .into_any()
}

/// The form that settles a conflict over a declared noun.
pub fn settle_declared(
    conflict: &Conflict,
    posted: &Posted,
    action: String,
    back: String,
    words: &Words<'_>,
) -> AnyView {
    let is_text = |field: &&Field| matches!(field.kind, FieldKind::Line | FieldKind::Text | FieldKind::Markdown);
    let texts: Vec<&str> = words.fields.iter().filter(is_text).map(|field| field.name).collect();
    settle(conflict, posted, action, back, &texts, &|name, text| words.of(name, text))
}

fn choice(
    field: &ConflictField,
    conflict: &Conflict,
    posted: &Posted,
    texts: &[&str],
    worded: &dyn Fn(&str, &str) -> String,
) -> AnyView {
    let name = &field.field;
    let keep = format!("keep_{name}");
    let yours_name = format!("yours_{name}");
    let untouched = posted.value(&format!("base_{name}")).is_some_and(|base| base == mark_of(&field.yours));
    let yours = if texts.contains(&name.as_str()) {
        let label = format!("Your {}", field.label.to_lowercase());
        view! { <textarea class="input" name=yours_name aria-label=label>{area_text(&field.yours)}</textarea> }
            .into_any()
    } else {
        view! {
            <input type="hidden" name=yours_name value=field.yours.clone() />
            <span class="version-text">{worded(name, &field.yours)}</span>
        }
        .into_any()
    };
    view! {
        <fieldset>
            <legend>{field.label.clone()}</legend>
            <div class="versions">
                <div class="version">
                    <label class="version-head">
                        <input type="radio" name=keep.clone() value="yours" checked=!untouched /> " Yours"
                    </label>
                    {yours}
                </div>
                <div class="version">
                    <label class="version-head">
                        <input type="radio" name=keep value="theirs" checked=untouched />
                        " Theirs "
                        <small>{conflict.changed_by.clone()}</small>
                    </label>
                    <input type="hidden" name=format!("theirs_{name}") value=field.theirs.clone() />
                    <span class="version-text">{worded(name, &field.theirs)}</span>
                </div>
            </div>
        </fieldset>
    }
    .into_any()
}

/// The mark of a value as a field shows it: of a time, to the minute.
fn mark_of(text: &str) -> String {
    text.parse::<Timestamp>().map_or_else(|_| mark(text), |at| mark(&field_in_zone(at, "UTC")))
}

/// The marks of the values a form began with, by which a conflict knows what was touched. A form that comes
/// back refused keeps those with which it began, as it keeps its version.
pub fn bases(posted: &Posted, fields: impl IntoIterator<Item = (&'static str, String)>) -> Vec<AnyView> {
    let base = |(name, text): (&str, String)| {
        let name = format!("base_{name}");
        let value = typed(posted, &name, mark_of(&text));
        view! { <input type="hidden" name=name value=value /> }.into_any()
    };
    fields.into_iter().map(base).collect()
}

/// The same of a noun.
pub fn bases_of<F: Fields>(posted: &Posted, fields: &F) -> Vec<AnyView> {
    bases(posted, fields.as_text().into_iter().map(|field| (field.name, field.text)))
}
