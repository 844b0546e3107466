//! The history of an incident, from the ledger, with before and after.

use holdfast_actions::{incident, person};
use holdfast_domain::{Object, Permission, allow, ledger::HistoryEntry, person_name::with_handle};
use leptos::prelude::*;

use super::{
    room::Room,
    tab::{Tab, room},
};
use crate::{
    ledger::{
        entry_view::{ChangeView, WITHHELD, changes, sentence},
        filter::Filter,
    },
    page::Shown,
    request::Request,
    ui::{moment, pager_from_first},
};

/// Entries on a page of the history.
const ENTRIES_ON_A_PAGE: i64 = 30;

/// The history.
pub async fn history_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let before = req.query("before").and_then(|text| text.parse().ok());
    let seen = Room::find(req).await?;
    let filter = Filter::read(req.query_pairs());
    let query = filter.query(actor)?;
    let page = incident::filtered_history(ctx, actor, &seen.incident, &query, before, ENTRIES_ON_A_PAGE).await?;
    let people = person::everybody(ctx, actor).await?.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
    let base = seen.address("/history");
    let first = before.map(|_| filter.address(&base, ""));
    let next = page.next.as_ref().map(|cursor| filter.address(&base, cursor));
    let words = format!("Newest first. Times in {}.", seen.zone);
    let body = view! {
        {filter.form(base, people, &seen.zone, false)}
        <section class="card">
            <h2>"History"</h2>
            {entries(&seen, page.rows, allow(actor, Permission::ViewLedger, Object::None))}
        </section>
        {pager_from_first(words, first, next)}
    };
    Ok(room(req, &seen, Tab::History, body.into_any()))
}

/// Ledger entries as a list; `linked` leads each to its page in the ledger, else to its place in this list.
pub fn entries(room: &Room, entries: Vec<HistoryEntry>, linked: bool) -> AnyView {
    if entries.is_empty() {
        return view! { <p class="muted">"No entries."</p> }.into_any();
    }
    let lines: Vec<AnyView> = entries.iter().map(|entry| line(room, entry, linked)).collect();
    view! { <ol class="history">{lines}</ol> }.into_any()
}

fn line(room: &Room, entry: &HistoryEntry, linked: bool) -> AnyView {
    let (seq, label) = (entry.seq, format!("Entry {}", entry.seq));
    let to = if linked { format!("/ledger/{seq}") } else { format!("#entry-{seq}") };
    let number = view! { <a class="entry-no" href=to aria-label=label>{format!("#{seq}")}</a> };
    let change = |change: ChangeView| {
        let before = change.before.map(|before| view! { <del>{before}</del> });
        let after = match change.after {
            Some(after) => view! { <ins>{after}</ins> }.into_any(),
            None => view! { <span class="muted">"nothing"</span> }.into_any(),
        };
        view! { <dt>{change.label}</dt><dd>{before} " " {after}</dd> }.into_any()
    };
    let mut changes: Vec<AnyView> = changes(entry, &room.zone).into_iter().map(change).collect();
    if let Some(reason) = entry.reason.clone() {
        changes.push(view! { <dt>"Reason"</dt><dd>{reason}</dd> }.into_any());
    }
    let changes = (!changes.is_empty()).then(|| view! { <dl class="changes">{changes}</dl> });
    let withheld = entry.withheld.then(|| view! { <p class="muted small withheld">{WITHHELD}</p> });
    let at = room.moment(entry.at);
    view! {
        <li class="entry" id=format!("entry-{seq}")>
            <div class="entry-head">
                {moment::short(&at)} " " <strong>{with_handle(&entry.actor, &entry.actor_handle)}</strong> " " <span>{sentence(entry)}</span> " " {number}
            </div>
            {changes}
            {withheld}
        </li>
    }
    .into_any()
}
