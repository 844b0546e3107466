//! The people of the organisation.

use holdfast_domain::person::Person;
use leptos::prelude::*;

use super::api::{People, list_people};
use crate::page::Shown;
use crate::ui::{
    badge,
    icon::{self, icon},
    moment::{self, Moment},
    raw_text::title,
    table::{self, Cell, Row},
};

/// Everybody, with roles and state.
pub async fn people_page() -> Shown {
    let people = list_people().await?;
    Ok(view! { {title("People")} {list(people)} }.into_any())
}

fn list(people: People) -> AnyView {
    let add = people.may_add.then(|| {
        view! { <a class="btn btn-primary" href="/people/new">{icon(icon::PLUS)}"Add a person"</a> }
    });
    let count = people.rows.len();
    let meta = if count == 1 { "1 person".to_owned() } else { format!("{count} people") };
    let may_edit = people.may_edit;
    let rows = people.rows.into_iter().map(|(person, since)| line(person, &since, may_edit)).collect();
    view! {
        <header class="page-head">
            <div><h1>"People"</h1><p class="meta">{meta}</p></div>
            <div class="actions">{add}</div>
        </header>
        {table::plain("People", &["Name", "Mail address", "Roles", "Time zone", "Since", "State"], rows)}
    }
    .into_any()
}

fn line(person: Person, since: &Moment, may_edit: bool) -> Row {
    let name = if may_edit {
        view! { <a href=format!("/people/{}", person.id)>{person.name}</a> }.into_any()
    } else {
        person.name.into_any()
    };
    let roles: Vec<AnyView> =
        person.roles.iter().map(|role| view! { {badge::plain(role.label())} " " }.into_any()).collect();
    Row::of([
        Cell::name(name),
        Cell::bare(person.email),
        Cell::bare(roles),
        Cell::of(person.time_zone),
        Cell::of(moment::day(since)),
        Cell::bare(if person.disabled { badge::warning("Disabled") } else { badge::good("Active") }),
    ])
}
