//! The history of an incident, from the ledger, with before and after.

use holdfast_domain::{
    event::Lane,
    incident::{Disposition, Severity},
    lifecycle::{Milestone, Status},
    marking::{Pap, Tlp},
    narrative::Priority,
    rsit::Category,
    task::{TaskPhase, TaskStatus},
    time::{Precision, TimeSource},
};
use leptos::prelude::*;

use super::{
    api::incident_history,
    room::{Tab, room},
    seen::{ChangeView, EntryView, HistoryView, Said},
};
use crate::page::Shown;
use crate::request::{param, query};
use crate::ui::{field::label_of, moment, pager::pager};

/// The history.
pub async fn history_page() -> Shown {
    let before = query("before").and_then(|text| text.parse().ok());
    Ok(history_view(incident_history(param("reference"), before).await?))
}

fn history_view(history: HistoryView) -> AnyView {
    let base = history.room.address("/history");
    let address = |cursor: &String| if cursor.is_empty() { base.clone() } else { format!("{base}?before={cursor}") };
    let (previous, next) = (history.previous.as_ref().map(address), history.next.as_ref().map(address));
    let words = format!("Newest first. Times in {}.", history.room.zone);
    let body = view! {
        <section class="card">
            <h2>"History"</h2>
            {entries(history.entries, history.may_see_ledger)}
        </section>
        {pager(words, previous, next)}
    };
    room(&history.room, Tab::History, body.into_any())
}

/// Ledger entries as a list; `linked` leads each to its proof.
pub fn entries(entries: Vec<EntryView>, linked: bool) -> AnyView {
    if entries.is_empty() {
        return view! { <p class="muted">"Nothing yet."</p> }.into_any();
    }
    let lines: Vec<AnyView> = entries.into_iter().map(|entry| line(entry, linked)).collect();
    view! { <ol class="history">{lines}</ol> }.into_any()
}

fn line(entry: EntryView, linked: bool) -> AnyView {
    let number = format!("#{}", entry.seq);
    let number = if linked {
        let label = format!("Proof of entry {}", entry.seq);
        view! { <a class="entry-no" href=format!("/ledger/proof/{}", entry.seq) aria-label=label>{number}</a> }
            .into_any()
    } else {
        view! { <span class="entry-no muted">{number}</span> }.into_any()
    };
    let mut changes: Vec<AnyView> = entry.changes.into_iter().map(change).collect();
    if let Some(reason) = entry.reason {
        changes.push(view! { <dt>"Reason"</dt><dd>{reason}</dd> }.into_any());
    }
    let changes = (!changes.is_empty()).then(|| view! { <dl class="changes">{changes}</dl> });
    view! {
        <li class="entry">
            <div class="entry-head">
                {moment::short(&entry.at)} " " <strong>{entry.actor}</strong> " " <span>{deed_words(&entry.kind)}</span> " " {number}
            </div>
            {changes}
        </li>
    }
    .into_any()
}

fn change(change: ChangeView) -> AnyView {
    let shown = |said: Option<Said>| match said? {
        Said::Time(at) => Some(moment::full(&at)),
        Said::Text(text) => {
            let words = words(&change.field, &text);
            (!words.is_empty()).then(|| words.into_any())
        }
    };
    let before = shown(change.before).map(|before| view! { <del>{before}</del> });
    let after = match shown(change.after) {
        Some(after) => view! { <ins>{after}</ins> }.into_any(),
        None => view! { <span class="muted">"nothing"</span> }.into_any(),
    };
    view! { <dt>{field_words(&change.field)}</dt><dd>{before} " " {after}</dd> }.into_any()
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
