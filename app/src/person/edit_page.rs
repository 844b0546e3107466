//! Changing a person, and making a new invitation code for them.

use holdfast_domain::{
    Refusal,
    person::{Person, Roles},
};
use leptos::prelude::*;

use super::new_page::{invitation, roles};
use crate::{
    form::Posted,
    page::Shown,
    request::Request,
    ui::{Confirm, FormField, checkbox, conflict, hidden, problems, typed},
};

/// The person that the address names.
async fn find(req: &Request) -> holdfast_actions::Result<Person> {
    let (ctx, actor) = req.signed_in()?;
    let id = req.param("id")?.parse().map_err(|_| Refusal::NotFound("person".into()))?;
    holdfast_actions::person::find(ctx, actor, id).await
}

/// Name, roles, zone, whether they may sign in.
pub async fn edit_page(req: &Request) -> Shown {
    Ok(form(req, find(req).await?))
}

fn form(req: &Request, person: Person) -> AnyView {
    let posted = req.posted();
    let heading = format!("Edit {}", person.name);
    let action = format!("/people/{}", person.id);
    let body = match conflict::found(posted) {
        Some(conflict) => conflict::settle(conflict, posted, action.clone(), action, &[], &words),
        None => fields(posted, person, action),
    };
    view! {
        {req.title(&heading)}
        <header class="page-head"><h1>{heading}</h1></header>
        {body}
    }
    .into_any()
}

fn fields(posted: &Posted, person: Person, action: String) -> AnyView {
    let bases = conflict::bases(
        posted,
        [
            ("name", person.name.clone()),
            ("roles", person.roles.to_string()),
            ("time_zone", person.time_zone.clone()),
            ("disabled", person.disabled.to_string()),
        ],
    );
    let invite = format!("{action}/invite");
    view! {
        {problems(posted)}
        <form class="form" method="post" action=action data-guard="">
            {hidden("version", typed(posted, "version", person.version.to_string()))}
            {bases}
            <p class="meta"><span class="mono">{person.handle}</span>" · "{person.email}</p>
            {FormField::line("name", "Name").value(person.name).required().chars_max(120).autocomplete("off").input(posted)}
            {roles(posted, person.roles)}
            {FormField::line("time_zone", "Time zone").value(person.time_zone).required().zone(posted)}
            {checkbox(posted, "disabled", "Disabled", "Cannot sign in; open sessions and tokens end.", person.disabled)}
            <div class="buttons">
                <button class="btn btn-primary">"Save"</button>
                <a class="btn" href=invite>"New invitation code…"</a>
                <a class="btn" href="/people">"Cancel"</a>
            </div>
        </form>
    }
    .into_any()
}

fn words(field: &str, text: &str) -> String {
    match (field, text) {
        ("roles", text) => text.parse::<Roles>().map_or_else(|_| text.to_owned(), Roles::label),
        ("disabled", "true") => "Yes".into(),
        ("disabled", _) => "No".into(),
        (_, text) => text.to_owned(),
    }
}

/// Asks before a new code is made; afterwards shows it.
pub async fn invite_page(req: &Request) -> Shown {
    let posted = req.posted();
    let person = find(req).await?;
    Ok(view! { {req.title("New invitation code")} {ask(posted, person)} }.into_any())
}

fn ask(posted: &Posted, person: Person) -> AnyView {
    if let Some(code) = posted.secret() {
        return view! { <header class="page-head"><h1>{person.name}</h1></header> {invitation(code)} }.into_any();
    }
    Confirm {
        question: format!("Make a new invitation code for {}?", person.name),
        words: "With it they set a new password. Do this when they are new or have forgotten it.",
        losses: vec!["An earlier code stops working.".into()],
        action: format!("/people/{}/invite", person.id),
        button: "Make code",
        fields: ().into_any(),
        back: ("Cancel", format!("/people/{}", person.id)),
        dangerous: false,
    }
    .view(posted)
}
