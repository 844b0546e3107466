//! The history of an incident, from the ledger, with before and after.

use holdfast_actions::incident;
use holdfast_domain::{
    Object, Permission, allow,
    ledger::{Change, HistoryEntry},
    lifecycle::Milestone,
    noun::NounInfo,
    person_name::with_handle,
};
use leptos::prelude::*;

use super::{
    room::Room,
    tab::{Tab, room},
};
use crate::{
    page::Shown,
    request::Request,
    ui::{Words, field::label_of, moment, pager, words::time},
};

/// Entries on a page of the history.
const ENTRIES_ON_A_PAGE: i64 = 30;

/// The history.
pub async fn history_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let before = req.query("before").and_then(|text| text.parse().ok());
    let seen = Room::find(req).await?;
    let page = incident::history(ctx, actor, &seen.incident, before, ENTRIES_ON_A_PAGE).await?;
    let base = seen.address("/history");
    let address = |cursor: &String| if cursor.is_empty() { base.clone() } else { format!("{base}?before={cursor}") };
    let (previous, next) = (page.previous.as_ref().map(address), page.next.as_ref().map(address));
    let words = format!("Newest first. Times in {}.", seen.zone);
    let body = view! {
        <section class="card">
            <h2>"History"</h2>
            {entries(&seen, page.rows, allow(actor, Permission::ViewLedger, Object::None))}
        </section>
        {pager(words, previous, next)}
    };
    Ok(room(req, &seen, Tab::History, body.into_any()))
}

/// Ledger entries as a list; `linked` leads each to its proof.
pub fn entries(room: &Room, entries: Vec<HistoryEntry>, linked: bool) -> AnyView {
    if entries.is_empty() {
        return view! { <p class="muted">"Nothing yet."</p> }.into_any();
    }
    let lines: Vec<AnyView> = entries.into_iter().map(|entry| line(room, entry, linked)).collect();
    view! { <ol class="history">{lines}</ol> }.into_any()
}

fn line(room: &Room, entry: HistoryEntry, linked: bool) -> AnyView {
    let number = format!("#{}", entry.seq);
    let number = if linked {
        let label = format!("Proof of entry {}", entry.seq);
        view! { <a class="entry-no" href=format!("/ledger/proof/{}", entry.seq) aria-label=label>{number}</a> }
            .into_any()
    } else {
        view! { <span class="entry-no muted">{number}</span> }.into_any()
    };
    let noun = NounInfo::of_entry(&entry.kind).map(|(noun, _)| noun);
    let words = Words { fields: noun.map_or(&[], |noun| noun.fields), ..room.words() };
    let mut changed = entry.changes;
    let place = |change: &Change| words.fields.iter().position(|field| field.name == change.field);
    changed.sort_by_key(|change| place(change).unwrap_or(usize::MAX));
    let mut changes: Vec<AnyView> = changed.into_iter().map(|one| change(room, &words, one)).collect();
    if let Some(reason) = entry.reason {
        changes.push(view! { <dt>"Reason"</dt><dd>{reason}</dd> }.into_any());
    }
    let changes = (!changes.is_empty()).then(|| view! { <dl class="changes">{changes}</dl> });
    let words = match &entry.undoes {
        Some(undone) => format!("undid entry #{}: {}", undone.seq, action_words(&undone.kind)),
        None => action_words(&entry.kind),
    };
    let at = room.moment(entry.at);
    view! {
        <li class="entry">
            <div class="entry-head">
                {moment::short(&at)} " " <strong>{with_handle(&entry.actor, &entry.actor_handle)}</strong> " " <span>{words}</span> " " {number}
            </div>
            {changes}
        </li>
    }
    .into_any()
}

fn change(room: &Room, words: &Words<'_>, change: Change) -> AnyView {
    let declared = words.fields.iter().find(|field| field.name == change.field);
    let label = declared.map_or_else(|| undeclared(&change.field), |field| field.label.to_owned());
    let value = |text: Option<String>| {
        let text = text.filter(|text| !text.is_empty())?;
        Some(match time(declared, &text) {
            Some(at) => moment::full(&room.moment(at)),
            None => words.of(&change.field, &text).into_any(),
        })
    };
    let before = value(change.before).map(|before| view! { <del>{before}</del> });
    let after = match value(change.after) {
        Some(after) => view! { <ins>{after}</ins> }.into_any(),
        None => view! { <span class="muted">"nothing"</span> }.into_any(),
    };
    view! { <dt>{label}</dt><dd>{before} " " {after}</dd> }.into_any()
}

/// The words for what is no field of a noun: a time of the incident, or what its name says.
fn undeclared(name: &str) -> String {
    match name.strip_prefix("time.").unwrap_or(name).parse::<Milestone>() {
        Ok(milestone) => milestone.label().to_owned(),
        Err(_) => label_of(name),
    }
}

/// What was done, in words; the kind itself where it has none.
fn action_words(kind: &str) -> String {
    let special = match kind {
        "incident.opened" => "opened the incident",
        "incident.imported" => "imported the incident",
        "incident.edited" => "changed the incident",
        "incident.taken" => "took the incident",
        "incident.phase_changed" => "changed the phase",
        "incident.time_entered" => "entered a time",
        "incident.time_cleared" => "cleared a time",
        "incident.access_changed" => "changed who sees it",
        "report.written" => "wrote for the reports",
        "report.issued" => "issued a report",
        "report.withdrawn" => "withdrew a report",
        "report.rendered" => "made a report",
        "evidence.log_exported" => "exported the evidence log",
        "task.finished" => "finished a task",
        "task.reopened" => "took a task up again",
        "task.moved" => "put the tasks in another order",
        "task.commented" => "commented on a task",
        "indicator.added_many" => "added indicators",
        kind => custody_words(kind),
    };
    let verb = NounInfo::of_entry(kind).filter(|_| special == kind).and_then(|(noun, verb)| match verb {
        "edited" => Some(("changed", noun.one)),
        "added" | "archived" | "removed" | "restored" => Some((verb, noun.one)),
        _ => None,
    });
    verb.map_or_else(|| special.to_owned(), |(verb, one)| format!("{verb} {one}"))
}

/// What was done with evidence, in words; the kind itself where it has none.
fn custody_words(kind: &str) -> &str {
    match kind {
        "evidence.registered" => "registered evidence",
        "custody.collected" => "collected evidence",
        "custody.sealed" => "sealed evidence",
        "custody.unsealed" => "broke a seal",
        "custody.offered" => "offered evidence to somebody",
        "custody.transferred" => "accepted evidence",
        "custody.refused" => "refused evidence",
        "custody.checked_out" => "checked evidence out",
        "custody.checked_in" => "checked evidence in",
        "custody.analysed" => "analysed evidence",
        "custody.accessed" => "looked at evidence",
        "custody.downloaded" => "downloaded evidence",
        "custody.verified" => "verified evidence",
        "custody.moved" => "moved evidence",
        "custody.hold_placed" => "placed a legal hold",
        "custody.hold_released" => "released a legal hold",
        "custody.disclosed" => "disclosed evidence",
        "custody.returned" => "returned evidence",
        "custody.disposal_requested" => "asked to dispose of evidence",
        "custody.disposal_withdrawn" => "kept evidence after all",
        "custody.withdrawn" => "withdrew an offer of evidence",
        "custody.copied" => "copied evidence",
        "custody.imaged" => "imaged evidence",
        "custody.disposed" => "disposed of evidence",
        "custody.corrected" => "corrected a record of custody",
        kind => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::action_words;

    #[test]
    fn what_was_done_is_worded_for_every_noun() {
        assert_eq!(action_words("asset.edited"), "changed an asset");
        assert_eq!(action_words("vulnerability.archived"), "archived a vulnerability");
        assert_eq!(action_words("timeline.event_removed"), "removed an event");
        assert_eq!(action_words("recommendation.restored"), "restored a recommendation");
        assert_eq!(action_words("task.finished"), "finished a task");
        assert_eq!(action_words("incident.edited"), "changed the incident");
        assert_eq!(action_words("asset.burnt"), "asset.burnt");
    }
}
