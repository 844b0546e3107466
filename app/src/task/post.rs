//! What the forms of tasks do: read the fields, one action, where to go.

use holdfast_actions::{Ctx, Result, incident, task};
use holdfast_domain::{
    Actor, Refusal,
    task::{TaskFields, TaskStatus},
};

use super::view_page::is_of_status;
use crate::{
    form::{Done, Form},
    item::read,
};

fn to_list(form: &Form, done: &str) -> Result<Done> {
    form.to_incident("/tasks", done)
}

fn to_task(form: &Form, done: &str) -> Result<Done> {
    form.to_incident(&format!("/tasks/{}", form.param("id")?), done)
}

pub async fn add(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let fields = read::all(form, &actor.time_zone, &TaskFields::default())?;
    task::add(ctx, actor, form.param("reference")?, &fields).await?;
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
    if !form.has("status") {
        return Err(Refusal::field("status", "Choose one of the values offered.").into());
    }
    let fields = read::some(form, &actor.time_zone, &before.fields, is_of_status)?;
    task::edit(ctx, actor, reference, id, form.version()?, &fields).await?;
    let done = if fields.status == TaskStatus::Done { "task-done" } else { "task-saved" };
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
