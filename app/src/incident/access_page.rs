//! Who sees an incident, and who is on its team.

use holdfast_actions::person::{self, PersonName};
use leptos::prelude::*;

use super::{
    room::Room,
    tab::{Tab, room, version},
};
use crate::{
    form::Posted,
    page::Shown,
    request::Request,
    ui::{checkbox, checkboxes, conflict, hidden, problems},
};

/// The form.
pub async fn access_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let names = person::names(ctx, actor).await?;
    Ok(room(req, &seen, Tab::Access, form(posted, &seen, &names)))
}

fn form(posted: &Posted, room: &Room, names: &[PersonName]) -> AnyView {
    let owner = room.incident.fields.owner_id;
    let is_member = |id| room.team.iter().any(|member| member.person_id == id);
    let mut people: Vec<_> = names
        .iter()
        .map(|PersonName { id, name }| {
            let hint = if Some(*id) == owner { "Owner; always on the team." } else { "" };
            (id.to_string(), name.clone(), hint.to_owned(), is_member(*id) || Some(*id) == owner)
        })
        .collect();
    // Members who can no longer sign in stay until somebody takes them off.
    let gone = room.team.iter().filter(|member| names.iter().all(|person| person.id != member.person_id));
    people.extend(
        gone.map(|member| (member.person_id.to_string(), member.name.clone(), "Cannot sign in.".to_owned(), true)),
    );
    view! {
        {problems(posted)}
        {conflict::notice(posted, &room.words())}
        <form class="form" method="post" action=room.address("/access") data-guard="">
            {hidden("version", version(posted, room))}
            <fieldset class="field">
                <legend>"Access"</legend>
                {checkbox(posted, "restricted", "Its team only", "For everybody else it does not exist: they neither find nor count it.", room.incident.restricted)}
            </fieldset>
            {checkboxes(posted, "team", "Team", people)}
            <div class="buttons"><button class="btn btn-primary">"Save access"</button><a class="btn" href=room.address("")>"Cancel"</a></div>
        </form>
    }
    .into_any()
}
