//! Adding and editing a task.

use holdfast_domain::task::TaskFields;
use leptos::prelude::*;

use crate::{
    incident::{
        room::Room,
        tab::{Tab, room},
    },
    item::form::Inputs,
    page::Shown,
    request::Request,
    ui::{
        conflict,
        field::{Choice, hidden, typed},
        notice::problems,
    },
};

/// The form of a new task.
pub async fn new_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let people = offered(req, &seen).await?;
    let inputs = Inputs { posted, zone: &seen.zone, people: &people };
    let body = view! {
        {problems(posted)}
        <section class="card">
            <h2>"Add a task"</h2>
            <form class="form" method="post" action=seen.address("/tasks/new") data-guard="">
                {inputs.all(&TaskFields::default())}
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
    let mut people = offered(req, &seen).await?;
    // Who is on it stays on offer, whatever became of them.
    for (id, name) in task.fields.people.iter().zip(&task.people_names) {
        if !people.iter().any(|(known, _)| *known == id.to_string()) {
            people.push((id.to_string(), name.clone()));
        }
    }
    // After a conflict the form goes on from the version that is there now, with what was typed.
    let version = match conflict::found(posted) {
        Some(conflict) => conflict.version.to_string(),
        None => typed(posted, "version", task.version.to_string()),
    };
    let at = super::cells::address(&task, "");
    let inputs = Inputs { posted, zone: &seen.zone, people: &people };
    let body = view! {
        {problems(posted)}
        {conflict::notice(posted, |_, text| text.to_owned())}
        <section class="card">
            <h2>"Edit the task"</h2>
            <form class="form" method="post" action=format!("{at}/edit") data-guard="">
                {hidden("version", version)}
                {inputs.all(&task.fields)}
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
