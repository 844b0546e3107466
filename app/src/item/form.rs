//! The fields of a noun as a form, from their declarations.

use holdfast_domain::{Field, FieldKind, Fields, Value};
use leptos::prelude::*;

use crate::{
    form::Posted,
    ui::{Choice, category, checkbox, checkboxes, conflict, field::FormField as Input, hidden, problems_of, typed},
};

/// A form about a noun on a card of its own, with what was wrong above it: its heading, where it is posted
/// to, its inputs, the words of its button, and the way back.
pub struct FormCard {
    pub heading: AnyView,
    pub action: String,
    pub inputs: AnyView,
    pub button: String,
    pub back: String,
}

impl FormCard {
    pub fn view<F: Fields>(self, posted: &Posted) -> AnyView {
        let Self { heading, action, inputs, button, back } = self;
        view! {
            {problems_of(posted, F::FIELDS)}
            <section class="card">
                {heading}
                <form class="form" method="post" action=action data-guard="">
                    {inputs}
                    <div class="buttons"><button class="btn btn-primary">{button}</button><a class="btn" href=back>"Cancel"</a></div>
                </form>
            </section>
        }
        .into_any()
    }
}

/// What the form of something that is edited carries beside its inputs: the version that was seen, and marks
/// of the values with which it began.
pub fn seen_before<F: Fields>(posted: &Posted, version: i64, fields: &F) -> AnyView {
    let version = hidden("version", typed(posted, "version", version.to_string()));
    view! { {version} {conflict::bases_of(posted, fields)} }.into_any()
}

/// What the inputs of a form have in common.
pub struct Inputs<'a> {
    /// What was posted.
    pub posted: &'a Posted,
    /// The zone in which times are shown and read.
    pub zone: &'a str,
    /// The people on offer, ids with names.
    pub people: &'a [Choice],
    /// Whether the form says the zone itself.
    pub says_zone: bool,
}

impl<'a> Inputs<'a> {
    /// Inputs that begin with what was posted.
    pub const fn new(posted: &'a Posted, zone: &'a str, people: &'a [Choice]) -> Self {
        Self { posted, zone, people, says_zone: false }
    }

    /// Every field of a noun, beginning with these values.
    pub fn all<F: Fields>(&self, start: &F) -> AnyView {
        self.some(start, F::FIELDS.iter(), &|_| None)
    }

    /// Some fields of a noun in this order, of which `own` may be a page's own inputs.
    pub fn some<F: Fields>(
        &self,
        start: &F,
        fields: impl Iterator<Item = &'static Field>,
        own: &dyn Fn(&'static Field) -> Option<AnyView>,
    ) -> AnyView {
        let (mut parts, mut row, mut star): (Vec<AnyView>, TypedRow, bool) = (Vec::new(), TypedRow::default(), false);
        for field in fields {
            star |= field.required;
            let input = match own(field) {
                Some(input) => Some((false, input)),
                None if field.kind == FieldKind::Own => None,
                None => start.get(field.name).map(|value| (is_short(field), self.input(field, value))),
            };
            match input {
                Some((true, input)) => row.push(field, input),
                Some((false, input)) => {
                    row.end(self, &mut parts);
                    parts.push(input);
                }
                None => {}
            }
        }
        row.end(self, &mut parts);
        let star =
            star.then(|| view! { <p class="hint">"Fields marked " <span class="req">"*"</span> " are needed."</p> });
        view! { {star} {parts} }.into_any()
    }

    /// One field, beginning with this value.
    fn input(&self, field: &'static Field, value: Value) -> AnyView {
        let posted = self.posted;
        let input = Input::declared(field);
        match (field.kind, value) {
            (FieldKind::Flag, value) => {
                checkbox(posted, field.name, field.label, field.hint, value == Value::Flag(true))
            }
            (FieldKind::People, value) => {
                let on = |id: &String| matches!(&value, Value::List(chosen) if chosen.contains(id));
                let boxes = self.people.iter().map(|(id, name)| (id.clone(), name.clone(), String::new(), on(id)));
                checkboxes(posted, field.name, field.label, boxes.collect())
            }
            (FieldKind::Names, Value::List(names)) => input.value(names.join("\n")).area(posted),
            (FieldKind::Person, value) => {
                let nobody = (!field.required).then(|| (String::new(), "Nobody".to_owned()));
                input.value(value.as_text()).select(posted, nobody.into_iter().chain(self.people.to_vec()).collect())
            }
            (_, Value::Time(at)) => input.time_in(posted, at, self.zone),
            (FieldKind::Choice, value) => input.value(value.as_text()).select(posted, choices(field)),
            (FieldKind::Category, value) => category(posted, field, value.as_text()),
            (FieldKind::Text | FieldKind::Markdown, value) => input.value(value.as_text()).area(posted),
            (_, value) => input.value(value.as_text()).input(posted),
        }
    }
}

/// Short fields in a row.
#[derive(Default)]
struct TypedRow {
    inputs: Vec<AnyView>,
    has_time: bool,
}

impl TypedRow {
    fn push(&mut self, field: &Field, input: AnyView) {
        self.has_time |= field.kind == FieldKind::Time;
        self.inputs.push(input);
    }

    fn end(&mut self, form: &Inputs<'_>, parts: &mut Vec<AnyView>) {
        let Self { mut inputs, has_time } = std::mem::take(self);
        match inputs.len() {
            0 => return,
            1 => parts.append(&mut inputs),
            _ => parts.push(view! { <div class="fields">{inputs}</div> }.into_any()),
        }
        if has_time && !form.says_zone {
            parts.push(view! { <p class="hint">{format!("Times in {}.", form.zone)}</p> }.into_any());
        }
    }
}

/// Most characters of a line that shares a row with others.
const SHORT_MAX: usize = 200;

fn is_short(field: &Field) -> bool {
    match field.kind {
        FieldKind::Choice | FieldKind::Time | FieldKind::Person | FieldKind::Category => true,
        FieldKind::Line => field.max <= SHORT_MAX,
        _ => false,
    }
}

/// The values of a choice.
pub fn choices(field: &Field) -> Vec<Choice> {
    field.choices.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use holdfast_domain::{
        Refusal, asset::AssetFields, incident::IncidentFields, indicator::IndicatorFields,
        narrative::RecommendationFields, task::TaskFields, vulnerability::VulnerabilityFields,
    };

    use super::*;
    use crate::{error::AppError, form::Form};

    fn html<F: Fields>(posted: &Posted, start: &F, people: &[Choice]) -> String {
        Inputs::new(posted, "Europe/Berlin", people).all(start).to_html()
    }

    fn has_every_input<F: Fields>() {
        let html = html(&Posted::default(), &F::default(), &[("id-1".into(), "Ana".into())]);
        for field in F::FIELDS {
            assert!(html.contains(&format!(" name=\"{}\"", field.name)), "{} in {html}", field.name);
            assert!(html.contains(field.label), "{} in {html}", field.label);
        }
        assert_eq!(html.contains("Times in Europe/Berlin."), F::FIELDS.iter().any(|f| f.kind == FieldKind::Time));
    }

    #[test]
    fn a_form_has_an_input_for_whatever_is_declared() {
        has_every_input::<IncidentFields>();
        has_every_input::<IndicatorFields>();
        has_every_input::<AssetFields>();
        has_every_input::<VulnerabilityFields>();
        has_every_input::<TaskFields>();
        has_every_input::<RecommendationFields>();
    }

    #[test]
    fn what_a_settled_conflict_sent_is_still_there_when_it_is_refused() {
        let people: Vec<Choice> = ["id-1", "id-2", "id-3"].map(|id| (id.to_owned(), id.to_owned())).into();
        let sent = [("people", "id-1,id-3"), ("due_at", "2026-09-01T08:00:00.5Z"), ("mandatory", "false")];
        let sent = Form::new(sent.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        let posted = Posted::failed(&sent, AppError::Refused(Refusal::field("title", "This is needed.")));
        let html = html(&posted, &TaskFields { mandatory: true, ..TaskFields::default() }, &people);
        let ticked: Vec<&str> = html.split("<input").filter(|input| input.contains(" checked")).collect();
        assert_eq!(ticked.len(), 2, "{ticked:?}");
        assert!(ticked[0].contains("id-1") && ticked[1].contains("id-3"), "{ticked:?}");
        assert!(html.contains("value=\"2026-09-01T10:00"), "{html}");
    }
}
