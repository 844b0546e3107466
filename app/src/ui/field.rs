//! One form field each: label, control, hint and what was wrong with it. A field prefers what was
//! just typed over the stored value, so that nothing typed is lost when a form comes back; a
//! password is never echoed.

use holdfast_domain::{FieldKind, Refusal, Timestamp, noun::NOUNS, time::field_in_zone};
use leptos::prelude::*;

use super::{
    icon::{self, icon},
    raw_text::area_text,
};
use crate::{error::AppError, form::Posted};

/// A choice of a select: value as sent, words as read.
pub type Choice = (String, String);

/// A field on its way to the page.
pub struct FormField {
    name: &'static str,
    label: &'static str,
    value: String,
    hint: &'static str,
    kind: &'static str,
    required: bool,
    chars_max: Option<usize>,
    autocomplete: Option<&'static str>,
    suggest: Option<&'static str>,
    mono: bool,
}

impl FormField {
    pub const fn line(name: &'static str, label: &'static str) -> Self {
        Self {
            name,
            label,
            value: String::new(),
            hint: "",
            kind: "text",
            required: false,
            chars_max: None,
            autocomplete: None,
            suggest: None,
            mono: false,
        }
    }

    /// As a noun declares it.
    pub fn declared(field: &holdfast_domain::Field) -> Self {
        let holdfast_domain::Field { name, label, hint, required, mono, max, kind, .. } = *field;
        let is_text = matches!(kind, FieldKind::Line | FieldKind::Text | FieldKind::Markdown);
        Self {
            hint,
            required,
            mono,
            kind: if kind == FieldKind::Time { "datetime-local" } else { "text" },
            chars_max: is_text.then_some(max),
            autocomplete: (kind == FieldKind::Line).then_some("off"),
            ..Self::line(name, label)
        }
    }

    pub fn email(name: &'static str, label: &'static str) -> Self {
        Self { kind: "email", required: true, chars_max: Some(254), ..Self::line(name, label) }
    }

    /// `autocomplete` is `current-password` or `new-password`, for password managers.
    pub fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self { kind: "password", required: true, autocomplete: Some(autocomplete), ..Self::line(name, label) }
    }

    pub fn number(name: &'static str, label: &'static str) -> Self {
        Self { kind: "number", ..Self::line(name, label) }
    }

    /// A date and time.
    pub fn time(name: &'static str, label: &'static str) -> Self {
        Self { kind: "datetime-local", ..Self::line(name, label) }
    }

    /// A day.
    pub fn day(name: &'static str, label: &'static str) -> Self {
        Self { kind: "date", ..Self::line(name, label) }
    }

    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    pub const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub const fn chars_max(mut self, max: usize) -> Self {
        self.chars_max = Some(max);
        self
    }

    pub const fn autocomplete(mut self, value: &'static str) -> Self {
        self.autocomplete = Some(value);
        self
    }

    /// Offers, while its last part is typed, what the REST address finds for it.
    pub const fn suggest(mut self, from: &'static str) -> Self {
        self.suggest = Some(from);
        self
    }

    pub const fn mono(mut self) -> Self {
        self.mono = true;
        self
    }

    /// As a time in this zone; a settled conflict sends an instant.
    pub fn time_in(self, posted: &Posted, at: Option<Timestamp>, zone: &str) -> AnyView {
        let sent = posted.value(self.name).and_then(|text| text.parse().ok());
        let shown = |at: Timestamp| field_in_zone(at, zone);
        match sent {
            Some(sent) => self.control(posted, shown(sent)),
            None => self.value(at.map(shown).unwrap_or_default()).input(posted),
        }
    }

    /// As a one-line input.
    pub fn input(self, posted: &Posted) -> AnyView {
        let value = if self.kind == "password" { String::new() } else { typed(posted, self.name, self.value.clone()) };
        self.control(posted, value)
    }

    fn control(self, posted: &Posted, value: String) -> AnyView {
        let class = if self.mono { "input mono" } else { "input" };
        let (invalid, described) = aria(posted, self.name, self.hint);
        let control = view! {
            <input class=class id=self.name name=self.name type=self.kind value=value required=self.required
                maxlength=self.chars_max.map(|max| max.to_string()) autocomplete=self.autocomplete data-suggest=self.suggest
                aria-invalid=invalid aria-describedby=described />
        };
        around(posted, self.name, self.label, self.required, self.hint, control.into_any())
    }

    /// As a text of several lines.
    pub fn area(self, posted: &Posted) -> AnyView {
        let value = typed(posted, self.name, self.value);
        let (invalid, described) = aria(posted, self.name, self.hint);
        let control = textarea(self.name, &value, invalid, described);
        around(posted, self.name, self.label, self.required, self.hint, control)
    }

    /// As a choice of one.
    pub fn select(self, posted: &Posted, choices: Vec<Choice>) -> AnyView {
        let value = typed(posted, self.name, self.value);
        let (invalid, described) = aria(posted, self.name, self.hint);
        let control = view! {
            <select class="input" id=self.name name=self.name required=self.required aria-invalid=invalid aria-describedby=described>
                {options(choices, &value)}
            </select>
        };
        around(posted, self.name, self.label, self.required, self.hint, control.into_any())
    }

    /// As an IANA time zone, with the usual ones offered.
    pub fn zone(self, posted: &Posted) -> AnyView {
        let value = typed(posted, self.name, self.value);
        let hint = if self.hint.is_empty() { "Such as Europe/Berlin or UTC." } else { self.hint };
        let (invalid, described) = aria(posted, self.name, hint);
        let control = zone_input(self.name.to_owned(), value, invalid, described);
        around(posted, self.name, self.label, self.required, hint, control)
    }
}

/// The options of a select, the current one selected.
pub fn options(choices: Vec<Choice>, current: &str) -> Vec<AnyView> {
    choices
        .into_iter()
        .map(|(value, words)| {
            let selected = value == current;
            view! { <option value=value selected=selected>{words}</option> }.into_any()
        })
        .collect()
}

/// A multi-line text.
fn textarea(name: &'static str, value: &str, invalid: Option<&'static str>, described: Option<String>) -> AnyView {
    view! {
        <textarea class="input" id=name name=name aria-invalid=invalid aria-describedby=described>{area_text(value)}</textarea>
    }
    .into_any()
}

/// An input for a time zone.
pub fn zone_input(name: String, value: String, invalid: Option<&'static str>, described: Option<String>) -> AnyView {
    let list = format!("{name}-zones");
    let usual: Vec<AnyView> =
        USUAL_ZONES.lines().map(|zone| view! { <option value=zone></option> }.into_any()).collect();
    view! {
        <input class="input" id=name.clone() name=name type="text" list=list.clone() value=value required=true
            maxlength="60" autocomplete="off" spellcheck="false" aria-invalid=invalid aria-describedby=described />
        <datalist id=list>{usual}</datalist>
    }
    .into_any()
}

/// The zones that are offered, one in a line.
const USUAL_ZONES: &str = include_str!("usual_zones.txt");

/// A box to tick.
pub fn checkbox(
    posted: &Posted,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    checked: bool,
) -> AnyView {
    let checked = ticked(posted, name, None, checked);
    let hint = (!hint.is_empty()).then(|| view! { " " <span class="hint">{hint}</span> });
    view! {
        <label class="check"><input type="checkbox" id=name name=name checked=checked /><span>{label}{hint}</span></label>
    }
    .into_any()
}

/// Several boxes of one name, of which any number may be ticked. Each choice is value, words, hint
/// and whether it is ticked.
pub fn checkboxes(
    posted: &Posted,
    name: &'static str,
    legend: &'static str,
    choices: Vec<(String, String, String, bool)>,
) -> AnyView {
    let boxes: Vec<AnyView> = choices
        .into_iter()
        .map(|(value, words, hint, checked)| {
            let checked = ticked(posted, name, Some(&value), checked);
            let hint = (!hint.is_empty()).then(|| view! { " " <span class="hint">{hint}</span> });
            view! {
                <label class="check"><input type="checkbox" name=name value=value checked=checked /><span>{words}{hint}</span></label>
            }
            .into_any()
        })
        .collect();
    let (_, described) = aria(posted, name, "");
    view! {
        <fieldset class="field" id=name tabindex="-1" aria-describedby=described>
            <legend>{legend}</legend>
            <div class="checks">{boxes}</div>
            {errors(posted, name)}
        </fieldset>
    }
    .into_any()
}

pub fn hidden(name: &'static str, value: impl ToString) -> AnyView {
    view! { <input type="hidden" name=name value=value.to_string() /> }.into_any()
}

/// The label, the hint and the errors around a control.
pub fn around(
    posted: &Posted,
    name: &'static str,
    label: &'static str,
    required: bool,
    hint: &'static str,
    control: AnyView,
) -> AnyView {
    let star = required.then(|| view! { " " <span class="req" aria-hidden="true">"*"</span> });
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> });
    view! {
        <div class="field">
            <label for=name>{label}{star}</label>
            {control}
            {hint}
            {errors(posted, name)}
        </div>
    }
    .into_any()
}

/// What was wrong with a field.
pub fn errors(posted: &Posted, name: &str) -> Option<AnyView> {
    let message = message(posted, name)?.to_owned();
    let id = format!("{name}-error");
    Some(view! { <p class="error" id=id>{icon(icon::ALERT)}{message}</p> }.into_any())
}

fn message<'a>(posted: &'a Posted, name: &str) -> Option<&'a str> {
    match posted.error.as_ref()? {
        AppError::Refused(Refusal::Invalid(errors)) => {
            errors.iter().find(|error| error.field == name).map(|error| error.message.as_str())
        }
        _ => None,
    }
}

/// `aria-invalid` and `aria-describedby` of a control.
pub fn aria(posted: &Posted, name: &str, hint: &str) -> (Option<&'static str>, Option<String>) {
    let is_wrong = message(posted, name).is_some();
    let mut described = Vec::new();
    if !hint.is_empty() {
        described.push(format!("{name}-hint"));
    }
    if is_wrong {
        described.push(format!("{name}-error"));
    }
    (is_wrong.then_some("true"), (!described.is_empty()).then(|| described.join(" ")))
}

/// What was just typed, or else the stored value.
pub fn typed(posted: &Posted, name: &str, stored: String) -> String {
    posted.value(name).map_or(stored, str::to_owned)
}

/// Whether a box was just ticked, or else is ticked as stored. A box that is not ticked is not sent; a settled
/// conflict sends `false`, and all that is chosen of several boxes as one text.
fn ticked(posted: &Posted, name: &str, value: Option<&str>, stored: bool) -> bool {
    if posted.error.is_none() {
        return stored;
    }
    let says = |sent: &str| value.map_or(sent != "false", |value| sent.split(',').any(|one| one == value));
    posted.values.iter().any(|(key, sent)| key == name && says(sent))
}

/// The words for a field's name as sent: as every noun that has it declares it.
pub fn label_of(name: &str) -> String {
    let mut labels = NOUNS.iter().filter_map(|noun| Some(noun.field(name)?.label));
    let first = labels.next();
    match first.filter(|label| labels.all(|other| other == *label)) {
        Some(label) => label.to_owned(),
        None => words_of(name),
    }
}

fn words_of(name: &str) -> String {
    match name {
        "at" => "Time".into(),
        "other" => "Incident".into(),
        "lines" => "Indicators".into(),
        "q" => "Search".into(),
        "copy_of" => "Copied from".into(),
        "time_source" => "Time from".into(),
        "added" => "Added to the team".into(),
        "removed" => "Removed from the team".into(),
        "body" => "Comment".into(),
        "hash_ok" => "Hash agrees".into(),
        "executives" => "To all executives".into(),
        "refers_to" => "About custody event".into(),
        "left_out" => "Refused before without an entry".into(),
        "values" => "Values".into(),
        name => capitalised(&name.replace('_', " ")),
    }
}

/// The same with a capital at its beginning.
pub fn capitalised(words: &str) -> String {
    let mut words = words.to_owned();
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    words
}
