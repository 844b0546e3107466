//! A time that a person enters: date and time, zone, precision. Works without scripts; what is
//! typed is read on the server, in the zone named beside it.

use holdfast_domain::{
    Refusal, Timestamp,
    lifecycle::Stated,
    time::{Precision, TimeSource, field_in_zone},
};
use leptos::prelude::*;

use crate::form::{Form, Posted, read_time};

use super::field::{Choice, aria, errors, options, typed, zone_input};

/// What a time field starts with.
pub struct When {
    /// Names the fields: `at`, `at_zone`, `at_precision`.
    pub name: &'static str,
    pub legend: &'static str,
    /// As a date-time field wants it: `2026-11-24T09:55`.
    pub value: String,
    pub zone: String,
    pub precision: Precision,
    pub required: bool,
    pub hint: &'static str,
}

impl When {
    /// Empty, to the minute, and not needed.
    pub const fn new(name: &'static str, legend: &'static str, zone: String) -> Self {
        Self { name, legend, value: String::new(), zone, precision: Precision::Minute, required: false, hint: "" }
    }

    pub const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    pub fn fields(self, posted: &Posted) -> AnyView {
        let Self { name, legend, value, zone, precision, required, hint } = self;
        let zone_name = format!("{name}_zone");
        let precision_name = format!("{name}_precision");
        let zone = typed(posted, &zone_name, zone);
        let value = typed(posted, name, value);
        let value = value.parse::<Timestamp>().map_or(value, |at| field_in_zone(at, &zone));
        let precision = typed(posted, SETTLED_PRECISION, typed(posted, &precision_name, precision.to_string()));
        let (invalid, described) = aria(posted, name, hint);
        let star = required.then(|| view! { " " <span class="req" aria-hidden="true">"*"</span> });
        let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> });
        view! {
            <fieldset class="field">
                <legend>{legend}{star}</legend>
                <div class="when">
                    <div class="field">
                        <label class="hint" for=name>"Date and time"</label>
                        <input class="input" type="datetime-local" step="1" id=name name=name value=value required=required
                            aria-invalid=invalid aria-describedby=described />
                    </div>
                    <div class="field">
                        <label class="hint" for=zone_name.clone()>"Time zone"</label>
                        {zone_input(zone_name, zone, None, None)}
                    </div>
                    <div class="field">
                        <label class="hint" for=precision_name.clone()>"How exactly"</label>
                        <select class="input" id=precision_name.clone() name=precision_name>{options(precisions(), &precision)}</select>
                    </div>
                </div>
                {hint}
                {errors(posted, name)}
            </fieldset>
        }
        .into_any()
    }
}

/// The precisions on offer.
pub fn precisions() -> Vec<Choice> {
    Precision::ALL.iter().map(|precision| (precision.to_string(), precision.label().to_owned())).collect()
}

/// How exactly a time is known, as a settled conflict sends it.
const SETTLED_PRECISION: &str = "precision";

/// What a form showed of a time that is known already.
pub struct Known<'a> {
    /// The time.
    pub stated: &'a Stated,
    /// The reader's zone, in which it is shown unless it was stated in one of its own.
    pub zone: &'a str,
}

/// Reads the fields of a time; `None` when no date was given. A date and time that still says what it
/// showed of the one `known` is that one, however much finer that is; so is the instant of it, as a settled
/// conflict sends one.
///
/// # Errors
/// [`holdfast_domain::Refusal::Invalid`] that names the field.
pub fn read(form: &Form, name: &str, source: TimeSource, known: Option<Known<'_>>) -> Result<Option<Stated>, Refusal> {
    let Some(text) = form.opt(name) else { return Ok(None) };
    let zone = form.opt(&format!("{name}_zone")).unwrap_or("UTC");
    let sent = text.parse::<Timestamp>().ok();
    let is_shown = |known: &Known<'_>| known.stated.zone.as_deref().unwrap_or(known.zone) == zone;
    let known = known.filter(|known| sent.map_or_else(|| is_shown(known), |at| at == known.stated.at));
    let before = known.as_ref().map(|known| known.stated.at);
    let at = read_time(text, zone, before).map_err(|words| Refusal::field(name, words))?;
    let precision = form.opt(SETTLED_PRECISION).unwrap_or(form.text(&format!("{name}_precision")));
    let precision = precision.parse().unwrap_or(Precision::Minute);
    let stays = known.filter(|known| known.stated.at == at);
    let (zone, original) = match stays {
        Some(Known { stated, .. }) => (stated.zone.clone(), stated.original.clone()),
        None => (Some(zone.to_owned()), sent.is_none().then(|| text.to_owned())),
    };
    Ok(Some(Stated { at, precision, source, zone, original }))
}
