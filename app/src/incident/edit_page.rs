//! Editing an incident, and settling it when two people edit at once.

use holdfast_actions::person;
use holdfast_domain::{Fields as _, incident::IncidentFields};
use leptos::prelude::*;

use super::{
    form::owners,
    room::Room,
    tab::{Tab, room, version},
};
use crate::{
    item::form::Inputs,
    page::Shown,
    request::Request,
    ui::{FormField, Words, conflict, hidden, problems_of},
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
            let words = Words { people: &owners, ..seen.words() };
            conflict::settle_declared(conflict, posted, action, back, &words)
        }
        None => form(&Inputs::new(posted, &seen.zone, &owners), &seen, action, back),
    };
    Ok(room(req, &seen, Tab::Edit, body))
}

fn form(inputs: &Inputs<'_>, seen: &Room, action: String, back: String) -> AnyView {
    let posted = inputs.posted;
    view! {
        {problems_of(posted, IncidentFields::FIELDS)}
        <form class="form" method="post" action=action data-guard="">
            {hidden("version", version(posted, seen))}
            {conflict::bases_of(posted, &seen.incident.fields)}
            {inputs.all(&seen.incident.fields)}
            {FormField::line("reason", "Reason").chars_max(2000).autocomplete("off").hint("Needed when the severity changes.").input(posted)}
            <div class="buttons"><button class="btn btn-primary">"Save changes"</button><a class="btn" href=back>"Cancel"</a></div>
        </form>
    }
    .into_any()
}
