//! The fields of an event as a form.

use holdfast_domain::{
    event::{DESCRIPTION_CHARS_MAX, EventFields, Lane, SOURCE_CHARS_MAX, TITLE_CHARS_MAX},
    technique,
    time::{Precision, field_in_zone},
};
use leptos::prelude::*;

use crate::form::Posted;
use crate::ui::{
    field::{Choice, Field, checkbox},
    when::When,
};

/// The fields, beginning with these values.
pub fn fields(posted: &Posted, start: &EventFields, zone: &str) -> AnyView {
    let lanes: Vec<Choice> = Lane::ALL.iter().map(|lane| (lane.to_string(), lane.label().to_owned())).collect();
    let occurred = start.occurred.as_ref();
    let typed_zone = occurred.and_then(|stated| stated.zone.clone()).unwrap_or_else(|| zone.to_owned());
    let when = When {
        name: "occurred",
        legend: "Happened",
        value: occurred.map(|stated| field_in_zone(stated.at, &typed_zone)).unwrap_or_default(),
        zone: typed_zone.clone(),
        precision: occurred.map_or(Precision::Minute, |stated| stated.precision),
        required: false,
        hint: "Leave it empty when it is not known: the event then keeps its place among its neighbours.",
    };
    let later =
        |at: Option<holdfast_domain::Timestamp>| at.map(|at| field_in_zone(at, &typed_zone)).unwrap_or_default();
    let label = |id: &str| technique::find(id).map_or_else(|| id.to_owned(), technique::label);
    let techniques: Vec<String> = start.techniques.iter().map(|one| label(&one.technique)).collect();
    view! {
        <p class="hint">"Fields marked " <span class="req">"*"</span> " are needed."</p>
        <div class="fields">
            {Field::line("lane", "Lane").value(start.lane.to_string()).required().hint("Whose doing it was.").select(posted, lanes)}
            {Field::line("title", "What happened").value(start.title.clone()).required().chars_max(TITLE_CHARS_MAX).autocomplete("off").input(posted)}
        </div>
        {when.fields(posted)}
        <div class="fields">
            {Field::time("occurred_end", "Ended").value(later(start.occurred_end)).hint("Where it lasted; in the same zone.").input(posted)}
            {Field::time("learned_at", "Learned").value(later(start.learned_at)).hint("When you came to know of it.").input(posted)}
        </div>
        {Field::line("techniques", "ATT&CK techniques").value(techniques.join(", ")).chars_max(4000).autocomplete("off")
            .suggest("/api/v1/techniques").hint("Ids or names, comma between: T1566.001, PowerShell.").input(posted)}
        {Field::line("source", "Source").value(start.source.clone()).chars_max(SOURCE_CHARS_MAX).autocomplete("off")
            .hint("What shows it: a log, a person, an exhibit such as EV-0001.").input(posted)}
        {Field::line("description", "Description").value(start.description.clone()).chars_max(DESCRIPTION_CHARS_MAX)
            .hint("Markdown.").area(posted)}
        {checkbox(posted, "in_report", "In reports", "Reports tell this event.", start.in_report)}
    }
    .into_any()
}

/// An event that nobody has described yet.
pub fn blank() -> EventFields {
    EventFields {
        lane: Lane::Attack,
        title: String::new(),
        description: String::new(),
        source: String::new(),
        occurred: None,
        occurred_end: None,
        learned_at: None,
        in_report: false,
        techniques: Vec::new(),
    }
}
