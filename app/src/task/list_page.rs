//! The tasks of an incident, in the order people gave them.

use holdfast_domain::{
    Permission, Timestamp,
    task::{Task, TaskStatus},
};
use leptos::prelude::*;

use super::cells::{self, address};
use crate::{
    form::Posted,
    incident::{Room, Tab, room},
    page::Shown,
    request::Request,
    ui::{Cell, Row, hidden, icon, problems, table},
};

/// The list.
pub async fn tasks_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let tasks = holdfast_actions::task::list(ctx, actor, &seen.incident).await?;
    Ok(room(req, &seen, Tab::Tasks, body(posted, &seen, &tasks, ctx.now())))
}

fn body(posted: &Posted, seen: &Room, tasks: &[Task], now: Timestamp) -> AnyView {
    let may = seen.may(Permission::WorkTasks);
    let add = may.then(|| {
        view! { <a class="btn btn-primary" href=seen.address("/tasks/new")>{icon(icon::PLUS)}"Add a task"</a> }
    });
    let done = tasks.iter().filter(|task| !task.fields.status.is_open()).count();
    let count = (!tasks.is_empty()).then(|| {
        view! { <p class="meta">{format!("{done} of {} finished. Times in {}.", tasks.len(), seen.zone)}</p> }
    });
    let list = if tasks.is_empty() { nothing(seen, may) } else { rows(seen, tasks, now, may) };
    let keys = (may && tasks.len() > 1)
        .then(|| view! { <p class="hint">"Move a task with its arrows, or drag it by its row."</p> });
    view! {
        <div class="stack">
            <div class="card-head"><div><h2>"Tasks"</h2>{count}</div><div class="actions">{add}</div></div>
            {problems(posted)}
            {list}
            {keys}
        </div>
    }
    .into_any()
}

fn nothing(seen: &Room, may: bool) -> AnyView {
    let words =
        view! { <p>"What has to be done, by whom and by when. Mandatory tasks must be finished before closing."</p> };
    let usual = may.then(|| {
        view! {
            <form method="post" action=seen.address("/tasks/usual")><button class="btn">"Add the usual tasks of a response"</button></form>
        }
    });
    table::blank(icon::CHECK, "No task yet", words.into_any(), usual.into_any())
}

fn rows(seen: &Room, tasks: &[Task], now: Timestamp, may: bool) -> AnyView {
    let lines: Vec<Row> = tasks
        .iter()
        .enumerate()
        .map(|(place, task)| {
            let fields = &task.fields;
            let class = if fields.status.is_open() { "task" } else { "task is-finished" };
            let drag = may.then(|| task.id.to_string());
            let cells = [
                Cell::name(cells::title(task)).class("wrap"),
                Cell::bare(cells::status(task)).class("wrap"),
                Cell::of(fields.phase.label()),
                Cell::of(cells::people(task)).class("wrap"),
                cells::due(task, now, &seen.zone),
                Cell::of(may.then(|| action_links(tasks, place))),
            ];
            Row { class, drag, ..Row::of(cells) }
        })
        .collect();
    let drop = may.then(|| seen.address("/tasks"));
    view! { <div data-drop=drop>{table::plain("Tasks", &["Task", "Status", "Part", "Who", "Due", ""], lines)}</div> }
        .into_any()
}

/// The next step as one click, and the arrows.
fn action_links(tasks: &[Task], place: usize) -> AnyView {
    let Some(task) = tasks.get(place) else { return ().into_any() };
    let title = &task.fields.title;
    let (to, words) = match task.fields.status {
        TaskStatus::ToDo | TaskStatus::Blocked => (TaskStatus::Doing, "Begin"),
        TaskStatus::Doing => (TaskStatus::Done, "Done"),
        TaskStatus::Done | TaskStatus::Dropped => (TaskStatus::ToDo, "Again"),
    };
    // Up is before the one above; down is before the one after the next, or last.
    let up = place.checked_sub(1).and_then(|above| tasks.get(above)).map(|above| above.id.to_string());
    let down = tasks.get(place + 1).map(|_| tasks.get(place + 2).map(|below| below.id.to_string()).unwrap_or_default());
    let arrow = |before: Option<String>, shape, words: &str| {
        let disabled = before.is_none();
        view! {
            <form method="post" action=address(task, "/place")>
                {hidden("before", before.unwrap_or_default())}
                <button class="btn btn-icon btn-quiet" disabled=disabled aria-label=format!("{words}: {title}")>{icon(shape)}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <div class="actions task-actions">
            <form method="post" action=address(task, "/status")>
                {hidden("version", task.version)} {hidden("status", to)} {hidden("back", "list")}
                <button class="btn btn-quiet" aria-label=format!("{words}: {title}")>{words}</button>
            </form>
            {arrow(up, icon::SORT_UP, "Move up")}
            {arrow(down, icon::SORT_DOWN, "Move down")}
        </div>
    }
    .into_any()
}
