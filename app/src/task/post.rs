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

fn to_list(form: &Form, words: &str) -> Result<Done> {
    form.to_incident("/tasks", words)
}

fn to_task(form: &Form, words: &str) -> Result<Done> {
    form.to_incident(&format!("/tasks/{}", form.param("id")?), words)
}

pub async fn add(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let fields = read::all(form, &actor.time_zone, &TaskFields::default())?;
    task::add(ctx, actor, form.param("reference")?, &fields).await?;
    to_list(form, "Task added.")
}

pub async fn add_usual(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    task::add_usual(ctx, actor, form.param("reference")?).await?;
    to_list(form, "The usual tasks are added.")
}

pub async fn edit(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let (before, _) = task::one(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
    let fields = read::all(form, &actor.time_zone, &before.fields)?;
    task::edit(ctx, actor, reference, id, form.version()?, &fields).await?;
    to_task(form, "Task saved.")
}

pub async fn set_status(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let (before, _) = task::one(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
    if !form.has("status") {
        return Err(Refusal::field("status", "Choose one of the values offered.").into());
    }
    let fields = read::some(form, &actor.time_zone, &before.fields, is_of_status)?;
    task::edit(ctx, actor, reference, id, form.version()?, &fields).await?;
    let words = if fields.status == TaskStatus::Done { "Done. The timeline shows it." } else { "Task saved." };
    match form.text("back") {
        "list" => to_list(form, words),
        "today" => Ok(Done::said("/today", words)),
        _ => to_task(form, words),
    }
}

pub async fn place(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    task::place(ctx, actor, form.param("reference")?, form.param("id")?, form.opt("before")).await?;
    to_list(form, "The order is changed.")
}

pub async fn comment(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    task::comment(ctx, actor, form.param("reference")?, form.param("id")?, form.text("body")).await?;
    to_task(form, "Your comment is added.")
}
