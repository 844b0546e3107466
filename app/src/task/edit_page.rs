//! Adding and editing a task.

use holdfast_domain::{
    Fields as _,
    task::{Task, TaskFields},
};
use leptos::prelude::*;

use super::cells::address;
use crate::{
    incident::{
        room::Room,
        tab::{Tab, room},
    },
    item::{form::Inputs, people::offered},
    page::Shown,
    request::Request,
    ui::{
        conflict,
        field::{hidden, typed},
        notice::problems_of,
        words::Words,
    },
};

/// The form of a new task.
pub async fn new_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let start = TaskFields::default();
    let people = offered(req, &seen, &start).await?;
    let inputs = Inputs::new(posted, &seen.zone, &people);
    let body = view! {
        {problems_of(posted, TaskFields::FIELDS)}
        <section class="card">
            <h2>"Add a task"</h2>
            <form class="form" method="post" action=seen.address("/tasks/new") data-guard="">
                {inputs.all(&start)}
                {buttons(seen.address("/tasks"), "Add task")}
            </form>
        </section>
    };
    Ok(room(req, &seen, Tab::Tasks, body.into_any()))
}

/// The form of one that is there, and how a conflict over it is settled.
pub async fn edit_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let (task, _) = holdfast_actions::task::one(ctx, actor, &seen.incident, req.param("id")?).await?;
    let people = offered(req, &seen, &task.fields).await?;
    let at = address(&task, "");
    let body = match conflict::found(posted) {
        Some(conflict) => {
            let words = Words::of_noun::<TaskFields>(&seen.zone, &people);
            conflict::settle_declared(conflict, posted, format!("{at}/edit"), at, &words)
        }
        None => form(&Inputs::new(posted, &seen.zone, &people), &task, at),
    };
    Ok(room(req, &seen, Tab::Tasks, body))
}

fn form(inputs: &Inputs<'_>, task: &Task, at: String) -> AnyView {
    let posted = inputs.posted;
    view! {
        {problems_of(posted, TaskFields::FIELDS)}
        <section class="card">
            <h2>"Edit the task"</h2>
            <form class="form" method="post" action=format!("{at}/edit") data-guard="">
                {hidden("version", typed(posted, "version", task.version.to_string()))}
                {conflict::bases_of(posted, &task.fields)}
                {inputs.all(&task.fields)}
                {buttons(at.clone(), "Save task")}
            </form>
        </section>
    }
    .into_any()
}

fn buttons(back: String, words: &'static str) -> AnyView {
    view! { <div class="buttons"><button class="btn btn-primary">{words}</button><a class="btn" href=back>"Cancel"</a></div> }
        .into_any()
}
