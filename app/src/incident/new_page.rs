//! Opening an incident.

use holdfast_domain::{
    incident::{Disposition, IncidentFields, Severity},
    marking::{Pap, Tlp},
    rsit::{Category, RsitClass},
    time::Precision,
};
use leptos::prelude::*;

use super::{
    api::draft_incident,
    form::{Start, fields, owners},
    seen::DraftView,
};
use crate::page::Shown;
use crate::ui::{
    field::{checkbox, hidden},
    notice::problems,
    raw_text::title,
    when::When,
};

/// The form.
pub async fn new_page() -> Shown {
    let draft = draft_incident().await?;
    Ok(view! {
        {title("Open an incident")}
        <header class="page-head"><h1>"Open an incident"</h1></header>
        {form(draft)}
    }
    .into_any())
}

fn blank_fields() -> IncidentFields {
    IncidentFields {
        title: String::new(),
        summary: String::new(),
        severity: Severity::Sev3,
        category: Category::class_only(RsitClass::Other),
        tlp: Tlp::Amber,
        pap: Pap::Amber,
        owner_id: None,
        disposition: Disposition::Unknown,
        root_cause: String::new(),
        on_hold: false,
        is_exercise: false,
    }
}

fn form(draft: DraftView) -> AnyView {
    let names: Vec<_> = draft.names.into_iter().filter(|(id, _)| draft.may_assign || *id == draft.me).collect();
    let start = Start { fields: blank_fields(), owners: owners(&names, None), with_findings: false };
    let when = When {
        name: "detected",
        legend: "Detected",
        value: draft.now_field,
        zone: draft.zone,
        precision: Precision::Minute,
        required: true,
        hint: "When the organisation first became aware. It may lie in the past.",
    };
    view! {
        {problems()}
        <form class="form" method="post" action="/incidents/new" data-guard="">
            {hidden("key", draft.key)}
            {fields(start)}
            {when.fields()}
            <fieldset class="group">
                <legend>"Access"</legend>
                {checkbox("restricted", "Its team only", "Others neither find nor count it. You and the owner are on the team.", false)}
            </fieldset>
            <div class="buttons"><button class="btn btn-primary">"Open incident"</button><a class="btn" href="/incidents">"Cancel"</a></div>
        </form>
    }
    .into_any()
}
