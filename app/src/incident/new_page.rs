//! Opening an incident.

use holdfast_actions::person::{self, PersonName};
use holdfast_domain::{
    Actor, Fields as _, Object, Permission, Timestamp, allow, incident::IncidentFields, time::field_in_zone,
};
use leptos::prelude::*;

use super::form::{is_known_later, owners};
use crate::{
    item::form::Inputs,
    page::Shown,
    request::Request,
    ui::{When, checkbox, hidden, problems},
};

/// The form.
pub async fn new_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let names = person::workers(ctx, actor).await?;
    Ok(view! {
        {req.title("Open an incident")}
        <header class="page-head"><h1>"Open an incident"</h1></header>
        {form(req, actor, names, ctx.now())}
    }
    .into_any())
}

fn form(req: &Request, actor: &Actor, names: Vec<PersonName>, now: Timestamp) -> AnyView {
    let posted = req.posted();
    let may_assign = allow(actor, Permission::AssignIncident, Object::None);
    let names: Vec<_> = names.into_iter().filter(|person| may_assign || person.id == actor.person_id).collect();
    let owners = owners(&names, None);
    let inputs = Inputs::new(posted, &actor.time_zone, &owners);
    let asked = IncidentFields::FIELDS.iter().filter(|field| !is_known_later(field));
    let when = When {
        value: field_in_zone(now, &actor.time_zone),
        required: true,
        hint: "When the organisation first became aware. It may lie in the past.",
        ..When::new("detected", "Detected", actor.time_zone.clone())
    };
    view! {
        {problems(posted)}
        <form class="form" method="post" action="/incidents/new" data-guard="">
            // A form that is sent twice opens one incident.
            {hidden("key", req.id())}
            {inputs.some(&IncidentFields::default(), asked, &|_| None)}
            {when.fields(posted)}
            <fieldset class="group">
                <legend>"Access"</legend>
                {checkbox(posted, "restricted", "Its team only", "Others neither find nor count it. You and the owner are on the team.", false)}
            </fieldset>
            <div class="buttons"><button class="btn btn-primary">"Open incident"</button><a class="btn" href="/incidents">"Cancel"</a></div>
        </form>
    }
    .into_any()
}
