//! The list of an incident's items of one noun.

use holdfast_actions::item::{self, ListParams, ListPart};
use holdfast_domain::{Field, FieldKind, Value, noun::Item};
use leptos::prelude::*;

use super::{pages::ItemPages, people::everybody};
use crate::{
    incident::{Room, room},
    page::Shown,
    request::Request,
    ui::{Cell, Choice, LocalTime, Row, Words, icon, moment, pager_from_first, table},
};

/// A list as it is asked for: whether of the archived ones, and after which row.
pub fn asked(req: &Request) -> ListParams<'_> {
    ListParams { archived: req.query("archived").is_some(), after: req.query("after"), ..ListParams::default() }
}

/// The list by itself.
pub async fn list_page<F: ItemPages>(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let part = item::list::<F>(ctx, actor, &seen.incident, &asked(req)).await?;
    let people = everybody::<F>(req).await?;
    let table = table(&seen, &people, part.rows.iter(), None);
    Ok(alone::<F, _>(req, &seen, &part, table))
}

/// A part of a list as a page of its own.
pub fn alone<F: ItemPages, T>(req: &Request, seen: &Room, part: &ListPart<T>, table: Option<AnyView>) -> AnyView {
    let params = asked(req);
    let at = |query: String| seen.address(&format!("/{}{query}", F::PLURAL));
    let keep = if params.archived { "&archived=1" } else { "" };
    let next = part.next.as_ref().map(|next| at(format!("?after={next}{keep}")));
    let (home, _) = F::home();
    let first = params.after.map(|_| seen.address(&home));
    let (words, href) = if params.archived {
        ("Back to those in the list", at(String::new()))
    } else {
        ("Show the archived ones", at("?archived=1".into()))
    };
    let body = view! {
        <div class="stack findings">
            {section::<F>(seen, None, table, None, params.archived)}
            {pager_from_first(format!("{} on this page", part.rows.len()), first, next)}
            <p class="hint">{format!("Times in {}. ", seen.zone)}<a href=href>{words}</a></p>
        </div>
    };
    room(req, seen, F::TAB, body.into_any())
}

/// A list among others, with how many there are and where it goes on.
pub fn section<F: ItemPages>(
    seen: &Room,
    count: Option<i64>,
    table: Option<AnyView>,
    next: Option<&str>,
    archived: bool,
) -> AnyView {
    let count = count.map(|count| view! { " " <span class="muted">{count}</span> });
    let at = |tail: &str| seen.address(&format!("/{}{tail}", F::PLURAL));
    let may_add = seen.may(F::EDIT) && !archived;
    let add = may_add.then(|| {
        view! { <a class="btn" href=at("/new")>{icon(icon::PLUS)}{format!("Add {}", F::ONE)}</a> }
    });
    let more = may_add.then(|| F::more_buttons(seen)).flatten();
    let next = next.map(|next| {
        let archived = if archived { "&archived=1" } else { "" };
        let words = format!("More {}", F::LABELS.to_lowercase());
        view! { <p><a class="btn" href=at(&format!("?after={next}{archived}"))>{words}{icon(icon::CHEVRON_RIGHT)}</a></p> }
    });
    let table = table.unwrap_or_else(|| {
        if archived {
            return view! { <p class="muted">"None is archived."</p> }.into_any();
        }
        view! { <p class="muted"><strong>{format!("No {} yet", F::NAME)}</strong>". "{F::BLANK}</p> }.into_any()
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2 id=format!("h-{}", F::PLURAL)>{F::LABELS}{count}</h2>
                <div class="actions">{more} {add}</div>
            </div>
            {table}
            {next}
        </section>
    }
    .into_any()
}

/// Rows of a list; `more` is a further column, with a cell for each row. None where there is no row.
pub fn table<'a, F: ItemPages>(
    seen: &Room,
    people: &[Choice],
    items: impl Iterator<Item = &'a Item<F>>,
    more: Option<(&'static str, Vec<Cell>)>,
) -> Option<AnyView> {
    let columns: Vec<&'static Field> = F::COLUMNS.iter().filter_map(|name| F::field(name)).collect();
    let words = Words::of_noun::<F>(&seen.zone, people);
    let (head, further) = more.unzip();
    let mut further = further.into_iter().flatten();
    let row = |item: &Item<F>| {
        let mut cells: Vec<Cell> = columns.iter().map(|field| item.fields.cell(field, &words)).collect();
        cells.extend(further.next());
        cells.push(Cell::bare(links(seen, item)));
        Row { id: Some(format!("f-{}", item.id)), ..Row::of(cells) }
    };
    let rows: Vec<Row> = items.map(row).collect();
    let heads: Vec<&'static str> = columns.iter().map(|field| field.label).chain(head).chain([""]).collect();
    (!rows.is_empty()).then(|| table::plain(F::LABELS, &heads, rows))
}

/// The links of a row, each named for what it leads to.
fn links<F: ItemPages>(seen: &Room, item: &Item<F>) -> AnyView {
    let at = |tail: &str| seen.address(&format!("/{}/{}{tail}", F::PLURAL, item.id));
    let name = item.fields.title();
    let edit = seen.may(F::EDIT).then(|| {
        view! { <a class="btn btn-quiet" href=at("/edit") aria-label=format!("Edit: {name}")>"Edit"</a> }
    });
    view! {
        <span class="row-actions">
            <a class="btn btn-quiet" href=at("") aria-label=format!("Details: {name}")>"Details"</a>{edit}
        </span>
    }
    .into_any()
}

/// A value in a list, by how its field is declared.
pub fn cell<F: ItemPages>(fields: &F, field: &Field, words: &Words<'_>) -> Cell {
    let value = fields.get(field.name).filter(|value| !value.is_blank());
    let text = value.as_ref().map(|value| words.of(field.name, &value.as_text()));
    if field.name == F::TITLE {
        return Cell::name(view! { <strong>{text}</strong> }).class("wrap lead");
    }
    match (field.kind, value) {
        (FieldKind::Time, Some(Value::Time(Some(at)))) => Cell::of(moment::short(&LocalTime::in_zone(at, words.zone))),
        // What is always given is understood without its label.
        (FieldKind::Choice, Some(_)) if field.required => Cell::bare(text),
        _ if field.mono => Cell::bare(text).class("wrap mono finding-id"),
        _ => Cell::known(text).class(if field.kind == FieldKind::Choice { "" } else { "wrap" }),
    }
}
