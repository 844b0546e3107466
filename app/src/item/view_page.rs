//! One item: all that is known of it.

use holdfast_actions::item;
use holdfast_domain::{Field, FieldKind, Fields, Value, noun::Item};
use leptos::prelude::*;

use super::{pages::ItemPages, people::everybody};
use crate::{
    incident::{Room, room},
    page::Shown,
    request::Request,
    ui::{LocalTime, Words, badge, icon, markdown, moment},
};

/// The item that the address names.
pub async fn found<F: ItemPages>(req: &Request) -> holdfast_actions::Result<(Room, Item<F>)> {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let item = item::view(ctx, actor, &seen.incident, req.param("id")?).await?;
    Ok((seen, item))
}

/// The page.
pub async fn view_page<F: ItemPages>(req: &Request) -> Shown {
    let (seen, item) = found::<F>(req).await?;
    let people = everybody::<F>(req).await?;
    let words = Words::of_noun::<F>(&seen.zone, &people);
    let aside = F::aside(req, &item).await?.map(|aside| {
        view! { <aside class="stack"><section class="card">{aside}</section></aside> }
    });
    let class = if aside.is_some() { "split" } else { "stack" };
    let body = view! { <div class=class>{detail(&seen, &item, &words)}{aside}</div> };
    Ok(room(req, &seen, F::TAB, body.into_any()))
}

fn detail<F: ItemPages>(seen: &Room, item: &Item<F>, words: &Words<'_>) -> AnyView {
    let (home, home_words) = F::home();
    let archived = item.archived_at.is_some().then(|| badge::plain("Archived"));
    let at = |at| moment::full(&seen.moment(at));
    view! {
        <section class="card finding-detail">
            <div class="card-head">
                <h2 class="finding-name">{item.fields.title()} " " {archived}</h2>
                <div class="actions">{buttons(seen, item)}</div>
            </div>
            <dl class="facts">{facts(&item.fields, words)}</dl>
            {prose(&item.fields)}
            <p class="hint">
                "Added "{at(item.created_at)}" by "{item.created_by_name.clone()}". Last changed "{at(item.updated_at)}" by "
                {item.updated_by_name.clone()}"."
            </p>
            <p><a class="btn" href=seen.address(&home)>{icon(icon::CHEVRON_LEFT)}{home_words}</a></p>
        </section>
    }
    .into_any()
}

fn buttons<F: ItemPages>(seen: &Room, item: &Item<F>) -> Option<AnyView> {
    let at = |tail: &str| seen.address(&format!("/{}/{}{tail}", F::PLURAL, item.id));
    let words = if item.archived_at.is_some() { "Take back" } else { "Archive" };
    seen.may(F::EDIT).then(|| {
        view! {
            <a class="btn" href=at("/edit")>{icon(icon::EDIT)}"Edit"</a>
            <a class="btn" href=at("/archive")>{icon(icon::ARCHIVE)}{words}</a>
        }
        .into_any()
    })
}

/// Every value but prose, and but the title where the heading says the same.
fn facts<F: ItemPages>(fields: &F, words: &Words<'_>) -> Vec<AnyView> {
    let is_said = |field: &Field| {
        field.kind == FieldKind::Markdown
            || field.name == F::TITLE && !field.mono && fields.title() == fields.text(field.name)
    };
    let facts = F::FIELDS.iter().filter(|field| !is_said(field)).map(|field| (field.label, fields.fact(field, words)));
    facts.chain(fields.more_facts()).map(|(term, value)| view! { <dt>{term}</dt><dd>{value}</dd> }.into_any()).collect()
}

/// What is written in Markdown, each under its label where there are several.
fn prose<F: ItemPages>(fields: &F) -> Vec<AnyView> {
    let of_prose = || F::FIELDS.iter().filter(|field| field.kind == FieldKind::Markdown);
    let has_many = of_prose().count() > 1;
    let part = |field: &'static Field| {
        let text = fields.text(field.name);
        let label = has_many.then(|| view! { <h3>{field.label}</h3> });
        (!text.is_empty()).then(|| view! { {label} {markdown::prose(&text)} }.into_any())
    };
    of_prose().filter_map(part).collect()
}

/// A value on a page, by how its field is declared.
pub fn fact<F: Fields>(fields: &F, field: &Field, words: &Words<'_>) -> AnyView {
    let Some(value) = fields.get(field.name).filter(|value| !value.is_blank()) else {
        return view! { <span class="muted">"–"</span> }.into_any();
    };
    let text = words.of(field.name, &value.as_text());
    match value {
        Value::Time(Some(at)) => moment::short(&LocalTime::in_zone(at, words.zone)),
        _ if field.mono => view! { <span class="hash">{text}</span> }.into_any(),
        _ => text.into_any(),
    }
}
