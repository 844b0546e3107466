//! The list of incidents: filters in the address, chips that take one away, columns, pages.

use holdfast_actions::{
    incident,
    person::{self, PersonName},
};
use holdfast_domain::{
    Actor, Field, Object, Permission, allow,
    incident::{FILTERS, FilterKind, IncidentFilter, IncidentRow, Paged},
    lifecycle::Status,
    rsit::Category,
};
use leptos::prelude::*;

use super::{
    filter::{Column, Filter, page_name},
    list_table,
};
use crate::{
    page::Shown,
    request::Request,
    ui::{categories, counted, icon, options, pager, table},
};

/// What the page is made of.
struct List<'a> {
    found: Paged<IncidentRow>,
    columns: Vec<Column>,
    names: Vec<PersonName>,
    actor: &'a Actor,
}

impl List<'_> {
    fn may(&self, permission: Permission) -> bool {
        allow(self.actor, permission, Object::None)
    }
}

/// The list.
pub async fn incidents_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let pairs = req.query_pairs().to_vec();
    let filter = Filter::read(&pairs);
    let query = filter.query(actor)?;
    let columns = columns(req, filter.columns.as_deref());
    let found = incident::list(ctx, actor, &query).await?;
    let list = List { found, columns, names: person::names(ctx, actor).await?, actor };
    Ok(view! { {req.title("Incidents")} {page(&list, &filter)} }.into_any())
}

/// The columns: chosen now and remembered, or chosen before, or the usual ones.
fn columns(req: &Request, chosen: Option<&[Column]>) -> Vec<Column> {
    match chosen {
        Some(columns) => {
            let names: Vec<_> = columns.iter().map(|column| column.name()).collect();
            req.remember("incident_columns", &names.join("."));
            columns.to_vec()
        }
        None => req.preferred("incident_columns").map_or_else(Column::usual, |names| Column::chosen(names.split('.'))),
    }
}

fn page(list: &List<'_>, filter: &Filter) -> AnyView {
    let open = list.may(Permission::OpenIncident).then(|| {
        view! { <a class="btn btn-primary" href="/incidents/new">{icon(icon::PLUS)}"Open an incident"</a> }
    });
    let table = (!list.found.rows.is_empty()).then(|| {
        view! { <a class="btn" href=filter.table_address() title="All of this list, as a table for spreadsheets">"CSV"</a> }
    });
    let meta = format!("Times in {}.", list.actor.time_zone);
    let body = if list.found.rows.is_empty() { blank(list, filter) } else { rows(list, filter) };
    view! {
        <header class="page-head">
            <div><h1>"Incidents"</h1><p class="meta">{meta}</p></div>
            <div class="actions">{column_menu(&list.columns, filter)} {table} {open}</div>
        </header>
        {filters(filter, &list.names)}
        {chips(filter, &list.names)}
        {body}
    }
    .into_any()
}

fn rows(list: &List<'_>, filter: &Filter) -> AnyView {
    let previous = list.found.previous.as_ref().map(|cursor| filter.address_at(cursor));
    let next = list.found.next.as_ref().map(|cursor| filter.address_at(cursor));
    let words = format!("{} on this page", counted(list.found.rows.len(), "incident", "incidents"));
    view! { {list_table::incidents(&list.found.rows, &list.columns, &list.actor.time_zone, filter)} {pager(words, previous, next)} }.into_any()
}

fn blank(list: &List<'_>, filter: &Filter) -> AnyView {
    if filter.is_narrow() || filter.after.is_some() {
        let words = view! { <p>"Take a filter away, or all of them."</p> }.into_any();
        let clear = view! { <a class="btn" href="/incidents">"Clear all filters"</a> }.into_any();
        return table::blank(icon::FILTER, "No incident matches", words, clear);
    }
    let open = list.may(Permission::OpenIncident).then(|| {
        view! { <a class="btn btn-primary" href="/incidents/new">{icon(icon::PLUS)}"Open the first incident"</a> }
    });
    let token =
        list.may(Permission::ManageOwnTokens).then(|| view! { <a class="btn" href="/tokens">"Make an API token"</a> });
    let words =
        view! { <p>"The first one you open appears here. Scripts can open incidents too, by the REST API."</p> };
    table::blank(icon::FLAG, "No incident yet", words.into_any(), view! { {open} {token} }.into_any())
}

/// The hidden inputs that carry the rest of the filter through a form.
fn carried(filter: &Filter, without: &[&str]) -> Vec<AnyView> {
    let pairs = filter.pairs().into_iter().filter(|(name, _)| !without.contains(name));
    pairs.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }.into_any()).collect()
}

fn column_menu(shown: &[Column], filter: &Filter) -> AnyView {
    let boxes: Vec<AnyView> = Column::ALL
        .iter()
        .map(|(column, name, words, _)| {
            let checked = shown.contains(column);
            let fixed = *column == Column::Title;
            view! {
                <label class="check"><input type="checkbox" name="col" value=*name checked=checked disabled=fixed />" "{*words}</label>
            }
            .into_any()
        })
        .collect();
    view! {
        <details class="menu" name="menu">
            <summary class="btn">{icon(icon::COLUMNS)}"Columns"</summary>
            <form class="menu-panel" method="get" action="/incidents">
                {carried(filter, &["col"])}
                <input type="hidden" name="col" value="title" />
                <fieldset class="checks checks-columns"><legend class="vh">"Columns to show"</legend>{boxes}</fieldset>
                <div class="buttons"><button class="btn">"Show these"</button></div>
            </form>
        </details>
    }
    .into_any()
}

fn filters(filter: &Filter, names: &[PersonName]) -> AnyView {
    let open = ("open".to_owned(), "Open (not ended)".to_owned());
    let statuses = std::iter::once(open).chain(Status::ALL.iter().map(|s| (s.to_string(), s.label().to_owned())));
    let one = |name| filter.values(name).next().unwrap_or_default().to_owned();
    let mut owners =
        vec![(String::new(), "Any owner".to_owned()), ("me".into(), "Me".into()), ("nobody".into(), "Nobody".into())];
    owners.extend(names.iter().map(|person| (person.id.to_string(), person.name.clone())));
    let mut carry = vec!["from", "to"];
    carry.extend(FILTERS.iter().filter_map(page_name));
    view! {
        <form class="filters" method="get" action="/incidents" role="search" aria-label="Incidents">
            {carried(filter, &carry)}
            <div class="search">
                {icon(icon::SEARCH)}
                <label class="vh" for="q">"Search"</label>
                <input class="input" type="search" id="q" name="q" value=one("text") placeholder="Title, reference, summary or category" maxlength="200" />
            </div>
            {menu("Status", filter.values("status").count(), boxes(filter, ("vh", "Status"), "status", statuses))}
            {IncidentFilter::of("severity").and_then(IncidentFilter::field).map(|field| {
                menu(field.label, filter.values(field.name).count(), choices(filter, "vh", field))
            })}
            <div class="field">
                <label class="vh" for="f-owner">"Owner"</label>
                <select class="input" id="f-owner" name="owner">{options(owners, &one("owner"))}</select>
            </div>
            <div class="field">
                <label class="vh" for="f-category">"Category"</label>
                <select class="input" id="f-category" name="category"><option value="">"Any category"</option>{categories(&one("category"), "all types")}</select>
            </div>
            {impact(filter)}
            {detected(filter)}
            <button class="btn">{icon(icon::FILTER)}"Apply"</button>
        </form>
    }
    .into_any()
}

/// A menu with the service that is affected and every choice but the severity, which has a menu of its own.
fn impact(filter: &Filter) -> AnyView {
    let fields: Vec<_> =
        FILTERS.iter().filter_map(IncidentFilter::field).filter(|one| one.name != "severity").collect();
    let count = fields.iter().map(|field| filter.values(field.name).count()).sum::<usize>();
    let service = filter.values("service").next().unwrap_or_default().to_owned();
    let count = count + usize::from(!service.is_empty());
    let inner = view! {
        <div class="field">
            <label for="f-service">"Affected service"</label>
            <input class="input" id="f-service" name="service" value=service placeholder="Its whole name" maxlength="200" />
        </div>
        {fields.into_iter().map(|field| choices(filter, "", field)).collect::<Vec<_>>()}
    };
    menu("Impact and origin", count, inner.into_any())
}

/// A menu with the first and the last day of detection.
fn detected(filter: &Filter) -> AnyView {
    let day = |name: &'static str, words: &'static str, value: Option<String>| {
        let id = format!("f-{name}");
        view! {
            <div class="field">
                <label for=id.clone()>{words}</label>
                <input class="input" type="date" id=id name=name value=value.unwrap_or_default() min="1970-01-01" max="9999-12-30" />
            </div>
        }
        .into_any()
    };
    let days = view! { {day("from", "From", filter.from.clone())}{day("to", "To, included", filter.to.clone())} };
    menu("Detected", usize::from(filter.from.is_some() || filter.to.is_some()), days.into_any())
}

/// A menu that says how many values of it apply.
fn menu(words: &'static str, count: usize, inner: AnyView) -> AnyView {
    let words = if count == 0 { words.to_owned() } else { format!("{words} ({count})") };
    view! {
        <details class="menu" name="menu">
            <summary class="btn">{words}{icon(icon::CHEVRON)}</summary>
            <div class="menu-panel">{inner}</div>
        </details>
    }
    .into_any()
}

/// Boxes for the values of a field, under a legend of this class.
fn choices(filter: &Filter, class: &'static str, field: &'static Field) -> AnyView {
    let values = field.choices.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned()));
    boxes(filter, (class, field.label), field.name, values)
}

/// Boxes, value and words, under a legend of this class.
fn boxes(
    filter: &Filter,
    (class, legend): (&'static str, &'static str),
    name: &'static str,
    values: impl Iterator<Item = (String, String)>,
) -> AnyView {
    let a_box = |(value, words): (String, String)| {
        let checked = filter.values(name).any(|asked| asked == value);
        view! { <label class="check"><input type="checkbox" name=name value=value checked=checked />" "{words}</label> }
            .into_any()
    };
    let boxes: Vec<AnyView> = values.map(a_box).collect();
    view! { <fieldset class="checks"><legend class=class>{legend}</legend>{boxes}</fieldset> }.into_any()
}

/// What a value of a filter is called: which filter, and which value.
fn called(filter: &IncidentFilter, value: &str, names: &[PersonName]) -> (&'static str, String) {
    let owner = |id: &str| names.iter().find(|person| person.id.to_string() == id).map(|person| person.name.clone());
    match filter.kind {
        FilterKind::Words => ("Text", value.to_owned()),
        FilterKind::State => {
            ("Status", value.parse().map_or_else(|_| value.to_owned(), |one: Status| one.label().into()))
        }
        FilterKind::Choice => filter.field().map_or(("", String::new()), |field| (field.label, field.words(value))),
        FilterKind::Owner if matches!(value, "me" | "nobody") => ("Owner", value.to_owned()),
        FilterKind::Owner => ("Owner", owner(value).unwrap_or_else(|| "somebody".into())),
        FilterKind::Category => {
            ("Category", value.parse().map_or_else(|_| value.to_owned(), |one: Category| one.label().into()))
        }
        FilterKind::Service => ("Service", value.to_owned()),
        FilterKind::Time => ("Time", value.to_owned()),
    }
}

fn chips(filter: &Filter, names: &[PersonName]) -> AnyView {
    let chip_of = |(one, value): &(&'static IncidentFilter, String)| {
        let (kind, words) = called(one, value, names);
        chip(kind, words, &filter.without(one, value))
    };
    let mut chips: Vec<AnyView> = filter.asked.iter().map(chip_of).collect();
    let days = match (&filter.from, &filter.to) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(from), None) => Some(format!("from {from}")),
        (None, Some(to)) => Some(format!("until {to}")),
        (None, None) => None,
    };
    chips.extend(days.map(|days| chip("Detected", days, &Filter { from: None, to: None, ..filter.clone() })));
    if chips.is_empty() {
        return ().into_any();
    }
    view! {
        <ul class="chips" aria-label="Filters that apply">
            {chips}
            <li><a class="btn btn-quiet" href="/incidents">"Clear all"</a></li>
        </ul>
    }
    .into_any()
}

fn chip(kind: &'static str, words: String, without: &Filter) -> AnyView {
    view! {
        <li>
            <a class="chip" href=without.address()>
                <span class="muted">{kind}</span>" "{words}<span class="vh">", remove"</span>{icon(icon::CLOSE)}
            </a>
        </li>
    }
    .into_any()
}
