//! Adding and editing a task.

use holdfast_domain::{
    task::{DESCRIPTION_CHARS_MAX, REASON_CHARS_MAX, TITLE_CHARS_MAX, TaskFields, TaskPhase, TaskStatus},
    time::field_in_zone,
};
use leptos::prelude::*;

use crate::{
    form::Posted,
    incident::{
        room::Room,
        tab::{Tab, room},
    },
    page::Shown,
    request::Request,
    ui::{
        conflict,
        field::{Choice, Field, checkbox, checkboxes, hidden, typed},
        notice::problems,
    },
};

/// The form of a new task.
pub async fn new_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let names = offered(req, &seen).await?;
    let body = view! {
        {problems(posted)}
        <section class="card">
            <h2>"Add a task"</h2>
            <form class="form" method="post" action=seen.address("/tasks/new") data-guard="">
                {fields(posted, &TaskFields::bare(""), names, &seen.zone)}
                {buttons(seen.address("/tasks"), "Add task")}
            </form>
        </section>
    };
    Ok(room(req, &seen, Tab::Tasks, body.into_any()))
}

/// The form of one that is there.
pub async fn edit_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let (task, _) = holdfast_actions::task::one(ctx, actor, &seen.incident, req.param("id")?).await?;
    let mut names = offered(req, &seen).await?;
    // Who is on it stays on offer, whatever became of them.
    for (id, name) in task.fields.people.iter().zip(&task.people_names) {
        if !names.iter().any(|(known, _)| *known == id.to_string()) {
            names.push((id.to_string(), name.clone()));
        }
    }
    // After a conflict the form goes on from the version that is there now, with what was typed.
    let version = match conflict::found(posted) {
        Some(conflict) => conflict.version.to_string(),
        None => typed(posted, "version", task.version.to_string()),
    };
    let at = super::cells::address(&task, "");
    let body = view! {
        {problems(posted)}
        {conflict::notice(posted, |_, text| text.to_owned())}
        <section class="card">
            <h2>"Edit the task"</h2>
            <form class="form" method="post" action=format!("{at}/edit") data-guard="">
                {hidden("version", version)}
                {fields(posted, &task.fields, names, &seen.zone)}
                {buttons(at.clone(), "Save task")}
            </form>
        </section>
    };
    Ok(room(req, &seen, Tab::Tasks, body.into_any()))
}

/// Who may be put on a task.
async fn offered(req: &Request, seen: &Room) -> holdfast_actions::Result<Vec<Choice>> {
    let (ctx, actor) = req.signed_in()?;
    let workers = holdfast_actions::task::workers(ctx, actor, &seen.incident).await?;
    Ok(workers.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

fn buttons(back: String, words: &'static str) -> AnyView {
    view! { <div class="buttons"><button class="btn btn-primary">{words}</button><a class="btn" href=back>"Cancel"</a></div> }
        .into_any()
}

fn fields(posted: &Posted, start: &TaskFields, names: Vec<Choice>, zone: &str) -> AnyView {
    let phases: Vec<Choice> = TaskPhase::ALL.iter().map(|one| (one.to_string(), one.label().to_owned())).collect();
    let statuses: Vec<Choice> = TaskStatus::ALL.iter().map(|one| (one.to_string(), one.label().to_owned())).collect();
    let due = start.due_at.map(|at| field_in_zone(at, zone)).unwrap_or_default();
    let people = names
        .into_iter()
        .map(|(id, name)| {
            let chosen = start.people.iter().any(|person| person.to_string() == id);
            (id, name, String::new(), chosen)
        })
        .collect();
    view! {
        <p class="hint">"Fields marked " <span class="req">"*"</span> " are needed."</p>
        {Field::line("title", "What to do").value(start.title.clone()).required().chars_max(TITLE_CHARS_MAX).autocomplete("off").input(posted)}
        <div class="fields">
            {Field::line("phase", "Part of the response").value(start.phase.to_string()).required().select(posted, phases)}
            {Field::time("due_at", "Due").value(due).hint("In your time zone.").input(posted)}
            {Field::line("status", "Status").value(start.status.to_string()).required().select(posted, statuses)}
        </div>
        {Field::line("status_reason", "Reason").value(start.status_reason.clone()).chars_max(REASON_CHARS_MAX).autocomplete("off")
            .hint("For blocked: what it waits on. For dropped: why it is not needed.").input(posted)}
        {checkbox(posted, "mandatory", "Mandatory", "The incident cannot be closed before it is done or dropped.", start.mandatory)}
        {checkboxes(posted, "people", "Assigned to", people)}
        {Field::line("description", "Description").value(start.description.clone()).chars_max(DESCRIPTION_CHARS_MAX)
            .hint("Markdown.").area(posted)}
    }
    .into_any()
}
