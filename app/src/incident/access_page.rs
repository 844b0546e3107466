//! Who sees an incident, and who is on its team.

use leptos::prelude::*;

use super::{
    api::incident_access,
    room::{Tab, room, version},
    seen::EditView,
};
use crate::page::Shown;
use crate::request::param;
use crate::ui::{
    conflict,
    field::{checkbox, checkboxes, hidden},
    notice::problems,
};

/// The form.
pub async fn access_page() -> Shown {
    let access = incident_access(param("reference")).await?;
    Ok(room(&access.room, Tab::Access, form(&access)))
}

fn form(access: &EditView) -> AnyView {
    let room = &access.room;
    let owner = room.incident.fields.owner_id;
    let is_member = |id| room.team.iter().any(|member| member.person_id == id);
    let mut people: Vec<_> = access
        .names
        .iter()
        .map(|(id, name)| {
            let hint = if Some(*id) == owner { "Owner; always on the team." } else { "" };
            (id.to_string(), name.clone(), hint.to_owned(), is_member(*id) || Some(*id) == owner)
        })
        .collect();
    // Members who can no longer sign in stay until somebody takes them off.
    let gone = room.team.iter().filter(|member| access.names.iter().all(|(id, _)| *id != member.person_id));
    people.extend(
        gone.map(|member| (member.person_id.to_string(), member.name.clone(), "Cannot sign in.".to_owned(), true)),
    );
    view! {
        {problems()}
        {conflict::notice(|_, text| text.to_owned())}
        <form class="form" method="post" action=room.address("/access") data-guard="">
            {hidden("version", version(room))}
            <fieldset class="field">
                <legend>"Access"</legend>
                {checkbox("restricted", "Its team only", "For everybody else it does not exist: they neither find nor count it.", room.incident.restricted)}
            </fieldset>
            {checkboxes("team", "Team", people)}
            <div class="buttons"><button class="btn btn-primary">"Save access"</button><a class="btn" href=room.address("")>"Cancel"</a></div>
        </form>
    }
    .into_any()
}
