//! Editing an incident, and settling it when two people edit at once.

use holdfast_domain::incident::Incident;
use leptos::prelude::*;

use super::{
    api::edit_incident,
    form::{Start, fields, owners},
    history_page::words,
    room::{Tab, room, version},
    seen::EditView,
};
use crate::page::Shown;
use crate::request::param;
use crate::ui::{
    conflict,
    field::{Choice, Field, hidden},
    notice::problems,
};

/// The form.
pub async fn edit_page() -> Shown {
    Ok(edit_view(edit_incident(param("reference")).await?))
}

fn edit_view(edit: EditView) -> AnyView {
    let incident = &edit.room.incident;
    let current = incident.fields.owner_id.zip(incident.owner_name.as_deref());
    let owners = owners(&edit.names, current);
    let (action, back) = (edit.room.address("/edit"), edit.room.address(""));
    let body = match conflict::found() {
        Some((conflict, posted)) => {
            let words: conflict::Words = Box::new(move |field, text| worded(&owners, field, text));
            conflict::settle(&conflict, &posted, action, back, &["title", "summary", "root_cause"], &words)
        }
        None => form(incident, owners, version(&edit.room), action, back),
    };
    room(&edit.room, Tab::Edit, body)
}

fn form(incident: &Incident, owners: Vec<Choice>, version: String, action: String, back: String) -> AnyView {
    let texts: Vec<_> = incident.fields.as_text().into_iter().map(|field| (field.name, field.text)).collect();
    let start = Start { fields: incident.fields.clone(), owners, with_findings: true };
    view! {
        {problems()}
        <form class="form" method="post" action=action data-guard="">
            {hidden("version", version)}
            {conflict::bases(&texts)}
            {fields(start)}
            {Field::line("reason", "Reason").chars_max(2000).autocomplete("off").hint("Needed when the severity changes.").input()}
            <div class="buttons"><button class="btn btn-primary">"Save changes"</button><a class="btn" href=back>"Cancel"</a></div>
        </form>
    }
    .into_any()
}

/// A value as sent, in words; owners by name.
fn worded(owners: &[Choice], field: &str, text: &str) -> String {
    if field == "owner_id" {
        return owners.iter().find(|(id, _)| id == text).map_or_else(|| text.to_owned(), |(_, name)| name.clone());
    }
    words(field, text)
}
