//! The people of the organisation.

use holdfast_domain::{Actor, Object, Permission, allow, person::Person};
use leptos::prelude::*;

use crate::{
    page::Shown,
    request::Request,
    ui::{Cell, LocalTime, Row, badge, icon, moment, table},
};

/// Everybody, with roles and state.
pub async fn people_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let people = holdfast_actions::person::list(ctx, actor).await?;
    Ok(view! { {req.title("People")} {list(people, actor)} }.into_any())
}

fn list(people: Vec<Person>, reader: &Actor) -> AnyView {
    let may = |permission| allow(reader, permission, Object::None);
    let add = may(Permission::AddPerson).then(|| {
        view! { <a class="btn btn-primary" href="/people/new">{icon(icon::PLUS)}"Add a person"</a> }
    });
    let count = people.len();
    let meta = if count == 1 { "1 person".to_owned() } else { format!("{count} people") };
    let may_edit = may(Permission::EditPerson);
    let rows = people.into_iter().map(|person| line(person, &reader.time_zone, may_edit)).collect();
    view! {
        <header class="page-head">
            <div><h1>"People"</h1><p class="meta">{meta}</p></div>
            <div class="actions">{add}</div>
        </header>
        {table::plain("People", &["Name", "Handle", "Mail address", "Roles", "Time zone", "Since", "State"], rows)}
    }
    .into_any()
}

fn line(person: Person, zone: &str, may_edit: bool) -> Row {
    let since = LocalTime::in_zone(person.created_at, zone);
    let name = if may_edit {
        view! { <a href=format!("/people/{}", person.id)>{person.name}</a> }.into_any()
    } else {
        person.name.into_any()
    };
    let roles: Vec<AnyView> =
        person.roles.iter().map(|role| view! { {badge::plain(role.label())} " " }.into_any()).collect();
    Row::of([
        Cell::name(name),
        Cell::of(person.handle).class("mono"),
        Cell::bare(person.email),
        Cell::bare(roles),
        Cell::of(person.time_zone),
        Cell::of(moment::day(&since)),
        Cell::bare(if person.disabled { badge::warning("Disabled") } else { badge::good("Active") }),
    ])
}
