//! Editing an incident, and settling it when two people edit at once.

use holdfast_actions::person;
use holdfast_domain::incident::Incident;
use leptos::prelude::*;

use super::{
    form::{Start, fields, owners},
    history_page::words,
    room::Room,
    tab::{Tab, room, version},
};
use crate::{
    form::Posted,
    page::Shown,
    request::Request,
    ui::{
        conflict,
        field::{Choice, Field, hidden},
        notice::problems,
    },
};

/// The form.
pub async fn edit_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let incident = &seen.incident;
    let current = incident.fields.owner_id.zip(incident.owner_name.as_deref());
    let owners = owners(&person::workers(ctx, actor).await?, current);
    let (action, back) = (seen.address("/edit"), seen.address(""));
    let body = match conflict::found(posted) {
        Some(conflict) => {
            let words: conflict::Words = Box::new(move |field, text| worded(&owners, field, text));
            conflict::settle(conflict, posted, action, back, &["title", "summary", "root_cause"], &words)
        }
        None => form(posted, incident, owners, version(posted, &seen), action, back),
    };
    Ok(room(req, &seen, Tab::Edit, body))
}

fn form(
    posted: &Posted,
    incident: &Incident,
    owners: Vec<Choice>,
    version: String,
    action: String,
    back: String,
) -> AnyView {
    let texts: Vec<_> = incident.fields.as_text().into_iter().map(|field| (field.name, field.text)).collect();
    let start = Start { fields: incident.fields.clone(), owners, with_findings: true };
    view! {
        {problems(posted)}
        <form class="form" method="post" action=action data-guard="">
            {hidden("version", version)}
            {conflict::bases(&texts)}
            {fields(posted, start)}
            {Field::line("reason", "Reason").chars_max(2000).autocomplete("off").hint("Needed when the severity changes.").input(posted)}
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
