//! What the lists of tasks share.

use holdfast_domain::{
    Timestamp,
    task::{Task, TaskStatus, Urgency, urgency},
};
use leptos::prelude::*;

use crate::ui::{Cell, LocalTime, badge, moment};

/// Where a task is.
pub fn address(task: &Task, tail: &str) -> String {
    format!("/incidents/{}/tasks/{}{tail}", task.incident_reference, task.id)
}

/// How far it is, with what it waits on.
pub fn status(task: &Task) -> AnyView {
    let status = task.fields.status;
    let mark = match status {
        TaskStatus::Blocked => badge::warning(status.label()),
        _ => badge::plain(status.label()),
    };
    let reason = task.fields.status_reason.clone();
    let reason = (!reason.is_empty()).then(|| view! { <span class="muted small">" "{reason}</span> });
    view! { {mark}{reason} }.into_any()
}

/// When it is due, marked when that has passed.
pub fn due(task: &Task, now: Timestamp, zone: &str) -> Cell {
    Cell::known(due_words(task, now, zone))
}

/// The same, where it stands by itself; none where nothing is due.
pub fn due_words(task: &Task, now: Timestamp, zone: &str) -> Option<AnyView> {
    let at = task.fields.due_at?;
    let when = moment::short(&LocalTime::in_zone(at, zone));
    Some(match urgency(Some(at), now) {
        _ if !task.fields.status.is_open() => when,
        Urgency::Late => view! { {when}" "{badge::danger("Late")} }.into_any(),
        Urgency::Soon => view! { {when}" "{badge::warning("Soon")} }.into_any(),
        Urgency::Later => when,
    })
}

/// Who does it.
pub fn people(task: &Task) -> AnyView {
    if task.people_names.is_empty() {
        return view! { <span class="muted">"nobody"</span> }.into_any();
    }
    task.people_names.join(", ").into_any()
}

/// Its title as a link, with what makes it special.
pub fn title(task: &Task) -> AnyView {
    let comments = match task.comments {
        0 => None,
        1 => Some("1 comment".to_owned()),
        n => Some(format!("{n} comments")),
    };
    view! {
        <a href=address(task, "")>{task.fields.title.clone()}</a>
        {task.fields.mandatory.then(|| view! { " "{badge::plain("Mandatory")} })}
        {comments.map(|words| view! { <span class="muted small">" "{words}</span> })}
    }
    .into_any()
}
