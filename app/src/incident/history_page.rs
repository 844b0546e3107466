//! The history of an incident, from the ledger, with before and after.

use holdfast_actions::incident;
use holdfast_domain::{
    Object, Permission, allow,
    event::Lane,
    incident::{Disposition, Severity},
    ledger::{Change, HistoryEntry},
    lifecycle::{Milestone, Status},
    marking::{Pap, Tlp},
    narrative::Priority,
    rsit::Category,
    task::{TaskPhase, TaskStatus},
    time::{Precision, TimeSource},
};
use leptos::prelude::*;

use super::{
    room::Room,
    tab::{Tab, room},
};
use crate::{
    page::Shown,
    request::Request,
    ui::{field::label_of, moment, pager::pager},
};

/// Entries on a page of the history.
const ENTRIES_ON_A_PAGE: i64 = 30;

/// The fields that hold times, besides those of milestones.
const TIMES: &[&str] = &[
    "due_at",
    "done_at",
    "occurred",
    "occurred_end",
    "learned_at",
    "first_seen",
    "last_seen",
    "retain_until",
    "expected_return",
];

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
    let mut changes: Vec<AnyView> = entry.changes.into_iter().map(|one| change(room, one)).collect();
    if let Some(reason) = entry.reason {
        changes.push(view! { <dt>"Reason"</dt><dd>{reason}</dd> }.into_any());
    }
    let changes = (!changes.is_empty()).then(|| view! { <dl class="changes">{changes}</dl> });
    let at = room.moment(entry.at);
    view! {
        <li class="entry">
            <div class="entry-head">
                {moment::short(&at)} " " <strong>{entry.actor}</strong> " " <span>{deed_words(&entry.kind)}</span> " " {number}
            </div>
            {changes}
        </li>
    }
    .into_any()
}

fn change(room: &Room, change: Change) -> AnyView {
    let before = value(room, &change.field, change.before).map(|before| view! { <del>{before}</del> });
    let after = match value(room, &change.field, change.after) {
        Some(after) => view! { <ins>{after}</ins> }.into_any(),
        None => view! { <span class="muted">"nothing"</span> }.into_any(),
    };
    view! { <dt>{field_words(&change.field)}</dt><dd>{before} " " {after}</dd> }.into_any()
}

/// What a field held, in words. Times are kept as UTC in the ledger and read in the person's zone.
fn value(room: &Room, field: &str, text: Option<String>) -> Option<AnyView> {
    let text = text?;
    let is_time = field.starts_with("time.") || TIMES.contains(&field);
    if is_time && let Ok(at) = text.parse() {
        return Some(moment::full(&room.moment(at)));
    }
    let words = words(field, &text);
    (!words.is_empty()).then(|| words.into_any())
}

fn field_words(field: &str) -> String {
    match field.strip_prefix("time.").unwrap_or(field).parse::<Milestone>() {
        Ok(milestone) => milestone.label().to_owned(),
        Err(_) => label_of(field),
    }
}

/// A value as sent, in words.
pub fn words(field: &str, text: &str) -> String {
    let words = match field {
        "severity" => text.parse().ok().map(Severity::label),
        "status" => {
            let of_a_task = || text.parse().ok().map(TaskStatus::label);
            text.parse().ok().map(Status::label).or_else(of_a_task)
        }
        "phase" => text.parse().ok().map(TaskPhase::label),
        "precision" => text.parse().ok().map(Precision::label),
        "time_source" => text.parse().ok().map(TimeSource::label),
        "lane" => text.parse().ok().map(Lane::label),
        "priority" => text.parse().ok().map(Priority::label),
        "tlp" => text.parse().ok().map(Tlp::label),
        "pap" => text.parse().ok().map(Pap::label),
        "disposition" => text.parse().ok().map(Disposition::label),
        "on_hold" | "is_exercise" | "restricted" | "disabled" | "mandatory" | "in_report" => match text {
            "true" | "on" => Some("Yes"),
            _ => Some("No"),
        },
        "category" => text.parse().ok().map(|category: Category| category.label()),
        _ => None,
    };
    words.map_or_else(|| text.to_owned(), str::to_owned)
}

/// What was done, in words; the kind itself where it has none.
fn deed_words(kind: &str) -> String {
    match kind {
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
        "recommendation.added" => "recommended something",
        "recommendation.edited" => "changed a recommendation",
        "recommendation.removed" => "removed a recommendation",
        "recommendation.restored" => "put a recommendation back",
        "report.rendered" => "made a report",
        "evidence.log_exported" => "exported the evidence log",
        "timeline.event_added" => "added an event",
        "timeline.event_edited" => "changed an event",
        "timeline.event_removed" => "removed an event",
        "timeline.event_restored" => "put an event back",
        "task.added" => "added a task",
        "task.edited" => "changed a task",
        "task.finished" => "finished a task",
        "task.reopened" => "took a task up again",
        "task.moved" => "put the tasks in another order",
        "task.commented" => "commented on a task",
        kind => return custody_words(kind).to_owned(),
    }
    .to_owned()
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
        "indicator.added" => "added an indicator",
        "indicator.edited" => "changed an indicator",
        "indicator.archived" => "archived an indicator",
        "indicator.restored" => "took an indicator back from the archive",
        "indicator.added_many" => "added indicators",
        "asset.added" => "added an asset",
        "asset.edited" => "changed an asset",
        "asset.archived" => "archived an asset",
        "asset.restored" => "took an asset back from the archive",
        "vulnerability.added" => "added a vulnerability",
        "vulnerability.edited" => "changed a vulnerability",
        "vulnerability.archived" => "archived a vulnerability",
        "vulnerability.restored" => "took a vulnerability back from the archive",
        kind => kind,
    }
}
