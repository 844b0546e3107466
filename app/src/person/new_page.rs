//! Adding a person, and the invitation code that is shown once.

use holdfast_domain::person::{Role, Roles};
use holdfast_island::copy::Copyable;
use leptos::prelude::*;

use crate::{
    form::posted,
    page::Shown,
    ui::{
        field::{Field, checkboxes},
        notice::{problems, warning},
        raw_text::title,
    },
};

/// The form; after it was sent, the code.
pub async fn new_page() -> Shown {
    let body = match posted().and_then(|posted| posted.once) {
        Some(code) => invitation(code),
        None => form(),
    };
    Ok(view! {
        {title("Add a person")}
        <header class="page-head"><h1>"Add a person"</h1></header>
        {body}
    }
    .into_any())
}

/// An invitation code, shown on this one page and kept nowhere.
pub fn invitation(code: String) -> AnyView {
    view! {
        <section class="card page-narrow" aria-labelledby="invitation">
            <h2 id="invitation">"Invitation code"</h2>
            {warning("Copy it now. It is shown this once, works once, and ends in one hour.".into_any())}
            <Copyable value=code />
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
pub fn roles(ticked: Roles) -> AnyView {
    let choices = Role::ALL
        .iter()
        .map(|role| (role.to_string(), role.label().to_owned(), role.meaning().to_owned(), ticked.has(*role)))
        .collect();
    checkboxes("roles", "Roles", choices)
}

fn form() -> AnyView {
    view! {
        {problems()}
        <form class="form" method="post" action="/people/new" data-guard="">
            {Field::line("name", "Name").required().chars_max(120).autocomplete("off").input()}
            {Field::email("email", "Mail address").autocomplete("off").hint("Signs in with it.").input()}
            {roles(Roles::of(&[Role::Analyst]))}
            {Field::line("time_zone", "Time zone").required().value("UTC").zone()}
            <div class="buttons"><button class="btn btn-primary">"Add person"</button><a class="btn" href="/people">"Cancel"</a></div>
        </form>
    }
    .into_any()
}
