//! Adding a person, and the invitation code that is shown once.

use holdfast_domain::person::{Role, Roles};
use holdfast_island::copy::Copyable;
use leptos::prelude::*;

use crate::{
    form::Posted,
    page::Shown,
    request::Request,
    ui::{FormField, checkboxes, problems, warning},
};

/// The form; after it was sent, the code.
pub async fn new_page(req: &Request) -> Shown {
    let posted = req.posted();
    let body = match posted.secret() {
        Some(code) => invitation(code),
        None => form(posted),
    };
    Ok(view! {
        {req.title("Add a person")}
        <header class="page-head"><h1>"Add a person"</h1></header>
        {body}
    }
    .into_any())
}

/// An invitation code, shown on this one page and kept nowhere.
pub fn invitation(code: &str) -> AnyView {
    view! {
        <section class="card page-narrow" aria-labelledby="invitation">
            <h2 id="invitation">"Invitation code"</h2>
            {warning("Copy it now. It is shown this once, works once, and ends in one hour.".into_any())}
            <Copyable value=code.to_owned() />
            <p>
                "Give it to the person by a way you trust. They use it at " <span class="mono">"/join"</span>
                " to set their password."
            </p>
            <div class="buttons"><a class="btn btn-primary" href="/people">"Done"</a></div>
        </section>
    }
    .into_any()
}

/// The boxes for roles.
pub fn roles(posted: &Posted, ticked: Roles) -> AnyView {
    let choices = Role::ALL
        .iter()
        .map(|role| (role.to_string(), role.label().to_owned(), role.meaning().to_owned(), ticked.has(*role)))
        .collect();
    checkboxes(posted, "roles", "Roles", choices)
}

fn form(posted: &Posted) -> AnyView {
    view! {
        {problems(posted)}
        <form class="form" method="post" action="/people/new" data-guard="">
            {FormField::line("name", "Name").required().chars_max(120).autocomplete("off").input(posted)}
            {FormField::email("email", "Mail address").autocomplete("off").hint("Signs in with it.").input(posted)}
            {roles(posted, Roles::of(&[Role::Analyst]))}
            {FormField::line("time_zone", "Time zone").required().value("UTC").zone(posted)}
            <div class="buttons"><button class="btn btn-primary">"Add person"</button><a class="btn" href="/people">"Cancel"</a></div>
        </form>
    }
    .into_any()
}
