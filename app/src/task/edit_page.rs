//! Adding and editing a task.

use holdfast_domain::task::{Task, TaskFields};
use leptos::prelude::*;

use super::cells::address;
use crate::{
    incident::{Room, Tab, room},
    item::{
        form::{FormCard, Inputs, seen_before},
        people::offered,
    },
    page::Shown,
    request::Request,
    ui::{Words, conflict},
};

/// The form of a new task.
pub async fn new_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let start = TaskFields::default();
    let people = offered(req, &seen, &start).await?;
    let inputs = Inputs::new(posted, &seen.zone, &people);
    let card = FormCard {
        heading: view! { <h2>"Add a task"</h2> }.into_any(),
        action: seen.address("/tasks/new"),
        inputs: inputs.all(&start),
        button: "Add task".into(),
        back: seen.address("/tasks"),
    };
    Ok(room(req, &seen, Tab::Tasks, card.view::<TaskFields>(posted)))
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
    let card = FormCard {
        heading: view! { <h2>"Edit the task"</h2> }.into_any(),
        action: format!("{at}/edit"),
        inputs: view! { {seen_before(posted, task.version, &task.fields)} {inputs.all(&task.fields)} }.into_any(),
        button: "Save task".into(),
        back: at,
    };
    card.view::<TaskFields>(posted)
}
