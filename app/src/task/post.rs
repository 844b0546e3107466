//! What the forms of tasks do: read the fields, one action, where to go.

use holdfast_actions::{Ctx, Result, incident, task};
use holdfast_domain::{
    Actor, Refusal,
    task::{TaskFields, TaskStatus},
};

use crate::{
    form::{Done, Form},
    item::read,
};

fn to_list(form: &Form, done: &str) -> Result<Done> {
    Ok(Done::To(format!("/incidents/{}/tasks?done={done}", form.param("reference")?)))
}

fn to_task(form: &Form, done: &str) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    Ok(Done::To(format!("/incidents/{reference}/tasks/{id}?done={done}")))
}

pub async fn add(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    task::add(ctx, actor, form.param("reference")?, &read::all(form, &actor.time_zone, &TaskFields::default())?)
        .await?;
    to_list(form, "task-added")
}

pub async fn add_usual(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    task::add_usual(ctx, actor, form.param("reference")?).await?;
    to_list(form, "tasks-added")
}

pub async fn edit(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let (before, _) = task::one(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
    let fields = read::all(form, &actor.time_zone, &before.fields)?;
    task::edit(ctx, actor, reference, id, form.version()?, &fields).await?;
    to_task(form, "task-saved")
}

pub async fn set_status(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let (before, _) = task::one(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
    let status = status(form)?;
    let fields = TaskFields { status, status_reason: form.text("status_reason").into(), ..before.fields };
    task::edit(ctx, actor, reference, id, form.version()?, &fields).await?;
    let done = if status == TaskStatus::Done { "task-done" } else { "task-saved" };
    match form.text("back") {
        "list" => to_list(form, done),
        "today" => Ok(Done::To(format!("/today?done={done}"))),
        _ => to_task(form, done),
    }
}

pub async fn place(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    task::place(ctx, actor, form.param("reference")?, form.param("id")?, form.opt("before")).await?;
    to_list(form, "task-moved")
}

pub async fn comment(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    task::comment(ctx, actor, form.param("reference")?, form.param("id")?, form.text("body")).await?;
    to_task(form, "comment-added")
}

fn status(form: &Form) -> std::result::Result<TaskStatus, Refusal> {
    form.text("status").parse().map_err(|_| Refusal::field("status", "Choose one of the values offered."))
}
