//! The fields of an incident as a form: for opening one and for editing one.

use holdfast_actions::person::PersonName;
use holdfast_domain::{
    PersonId,
    incident::{Disposition, IncidentFields, ROOT_CAUSE_CHARS_MAX, SUMMARY_CHARS_MAX, Severity, TITLE_CHARS_MAX},
    marking::{Pap, Tlp},
    rsit::RsitClass,
};
use leptos::prelude::*;

use crate::form::Posted;
use crate::ui::field::{Choice, Field, aria, around, checkbox, typed};

/// What a form starts with.
pub struct Start {
    pub fields: IncidentFields,
    pub owners: Vec<Choice>,
    /// Whether what is found out later is asked too: disposition and root cause.
    pub with_findings: bool,
}

/// The people to choose an owner from; one who can no longer sign in stays while they own it.
pub fn owners(names: &[PersonName], current: Option<(PersonId, &str)>) -> Vec<Choice> {
    let mut choices = vec![(String::new(), "Nobody".to_owned())];
    choices.extend(names.iter().map(|person| (person.id.to_string(), person.name.clone())));
    if let Some((id, name)) = current
        && names.iter().all(|person| person.id != id)
    {
        choices.push((id.to_string(), name.to_owned()));
    }
    choices
}

/// The fields.
pub fn fields(posted: &Posted, start: Start) -> AnyView {
    let Start { fields, owners, with_findings } = start;
    let choices = |pairs: Vec<(&str, &str)>| -> Vec<Choice> {
        pairs.into_iter().map(|(value, words)| (value.to_owned(), words.to_owned())).collect()
    };
    let severities = choices(Severity::ALL.iter().map(|s| (s.as_str(), s.label())).collect());
    let tlps = choices(Tlp::ALL.iter().rev().map(|t| (t.as_str(), t.label())).collect());
    let paps = choices(Pap::ALL.iter().rev().map(|p| (p.as_str(), p.label())).collect());
    let owner = fields.owner_id.map(|id| id.to_string()).unwrap_or_default();
    let findings = with_findings.then(|| findings(posted, &fields));
    view! {
        <p class="hint">"Fields marked " <span class="req">"*"</span> " are needed."</p>
        {Field::line("title", "Title").value(fields.title.clone()).required().chars_max(TITLE_CHARS_MAX).autocomplete("off").input(posted)}
        <div class="fields">
            {Field::line("severity", "Severity").value(fields.severity.to_string()).required().select(posted, severities)}
            {category(posted, fields.category.to_string())}
            {Field::line("owner_id", "Owner").value(owner).select(posted, owners)}
        </div>
        <div class="fields">
            {Field::line("tlp", "TLP").value(fields.tlp.to_string()).hint("Who may read it.").select(posted, tlps)}
            {Field::line("pap", "PAP").value(fields.pap.to_string()).hint("What may be done with it.").select(posted, paps)}
        </div>
        {Field::line("summary", "Summary").value(fields.summary.clone()).chars_max(SUMMARY_CHARS_MAX)
            .hint("Markdown: **bold**, - list, `code`, > quote. Images and HTML are left out.").area(posted)}
        {findings}
        <fieldset class="group">
            <legend>"State"</legend>
            {checkbox(posted, "on_hold", "On hold", "Work waits on something outside.", fields.on_hold)}
            {checkbox(posted, "is_exercise", "Exercise", "Not a real incident.", fields.is_exercise)}
        </fieldset>
    }
    .into_any()
}

fn findings(posted: &Posted, fields: &IncidentFields) -> AnyView {
    let dispositions = Disposition::ALL.iter().map(|d| (d.to_string(), d.label().to_owned())).collect::<Vec<Choice>>();
    view! {
        {Field::line("disposition", "Disposition").value(fields.disposition.to_string())
            .hint("What it turned out to be. Needed before closing.").select(posted, dispositions)}
        {Field::line("root_cause", "Root cause").value(fields.root_cause.clone()).chars_max(ROOT_CAUSE_CHARS_MAX)
            .hint("Needed before closing; write undetermined when it stays unknown.").area(posted)}
    }
    .into_any()
}

/// The RSIT category, types grouped under their class.
fn category(posted: &Posted, value: String) -> AnyView {
    let value = typed(posted, "category", value);
    let (invalid, described) = aria(posted, "category", "");
    let control = view! {
        <select class="input" id="category" name="category" required=true aria-invalid=invalid aria-describedby=described>{categories(&value, "no type")}</select>
    };
    around(posted, "category", "Category", true, "", control.into_any())
}

/// The options of a select of categories; `alone` says what a class by itself means.
pub fn categories(value: &str, alone: &'static str) -> Vec<AnyView> {
    let option = |sent: String, words: String| {
        let selected = sent == value;
        view! { <option value=sent selected=selected>{words}</option> }.into_any()
    };
    RsitClass::ALL
        .iter()
        .map(|class| {
            let whole = option(class.to_string(), format!("{} ({alone})", class.label()));
            let types: Vec<AnyView> = class
                .types()
                .iter()
                .map(|(kind, label)| option(format!("{class}/{kind}"), (*label).to_owned()))
                .collect();
            view! { <optgroup label=class.label()>{whole}{types}</optgroup> }.into_any()
        })
        .collect()
}
