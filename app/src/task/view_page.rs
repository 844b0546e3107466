//! One task: what is to be done, how far it is, and what people say about it.

use holdfast_domain::{
    Fields as _, Permission,
    task::{COMMENT_CHARS_MAX, Comment, Task, TaskFields},
};
use leptos::prelude::*;

use super::cells::{self, address};
use crate::{
    form::Posted,
    incident::{Room, Tab, room},
    item::{form::Inputs, people::everybody},
    page::Shown,
    request::Request,
    ui::{FormField, LocalTime, Words, conflict, hidden, markdown, moment, problems_named},
};

/// The task.
pub async fn task_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let (task, comments) = holdfast_actions::task::one(ctx, actor, &seen.incident, req.param("id")?).await?;
    if let Some(conflict) = conflict::found(posted) {
        let people = everybody::<TaskFields>(req).await?;
        let words = Words::of_noun::<TaskFields>(&seen.zone, &people);
        let settle = conflict::settle_declared(conflict, posted, address(&task, "/status"), address(&task, ""), &words);
        return Ok(room(req, &seen, Tab::Tasks, settle));
    }
    let may = seen.may(Permission::WorkTasks);
    let edit = may.then(|| view! { <a class="btn" href=address(&task, "/edit")>"Edit"</a> });
    let prose = if task.fields.description.is_empty() {
        view! { <p class="muted">"No description."</p> }.into_any()
    } else {
        markdown::prose(&task.fields.description)
    };
    let body = view! {
        <div class="stack">
            <div class="card-head"><h2>{task.fields.title.clone()}</h2><div class="actions">{edit}</div></div>
            {problems_named(posted, &[("body", "Your comment")])}
            <div class="split">
                <div class="stack">
                    <section class="card"><h3>"Description"</h3>{prose}</section>
                    {said(posted, &seen, &task, &comments, may)}
                </div>
                <aside class="stack" aria-label="State">
                    {facts(&seen, &task, ctx.now())}
                    {may.then(|| status_form(posted, &seen, &task))}
                </aside>
            </div>
        </div>
    };
    Ok(room(req, &seen, Tab::Tasks, body.into_any()))
}

fn facts(seen: &Room, task: &Task, now: holdfast_domain::Timestamp) -> AnyView {
    let finished = task.finished_at.map(|at| {
        view! { <dt>"Finished"</dt><dd>{moment::short(&LocalTime::in_zone(at, &seen.zone))}</dd> }
    });
    let changed = LocalTime::in_zone(task.updated_at, &seen.zone);
    view! {
        <section class="card">
            <dl class="facts">
                <dt>"Status"</dt><dd>{cells::status(task)}</dd>
                <dt>"Part"</dt><dd>{task.fields.phase.label()}</dd>
                <dt>"Mandatory"</dt><dd>{if task.fields.mandatory { "Yes" } else { "No" }}</dd>
                <dt>"Assigned to"</dt><dd>{cells::people(task)}</dd>
                <dt>"Due"</dt><dd>{cells::due_words(task, now, &seen.zone).unwrap_or_else(|| "–".into_any())}</dd>
                {finished}
                <dt>"Added by"</dt><dd>{task.created_by_name.clone()}</dd>
                <dt>"Changed"</dt><dd>{moment::short(&changed)}" by "{task.updated_by_name.clone()}</dd>
            </dl>
        </section>
    }
    .into_any()
}

fn status_form(posted: &Posted, seen: &Room, task: &Task) -> AnyView {
    let asked = TaskFields::FIELDS.iter().filter(|field| is_of_status(field));
    view! {
        <section class="card">
            <h3>"How far is it?"</h3>
            <form class="form" method="post" action=address(task, "/status")>
                {hidden("version", task.version)}
                {Inputs::new(posted, &seen.zone, &[]).some(&task.fields, asked, &|_| None)}
                <div class="buttons"><button class="btn btn-primary">"Save status"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// Whether a field says how far a task is.
pub fn is_of_status(field: &holdfast_domain::Field) -> bool {
    matches!(field.name, "status" | "status_reason")
}

fn said(posted: &Posted, seen: &Room, task: &Task, comments: &[Comment], may: bool) -> AnyView {
    let lines: Vec<AnyView> = comments
        .iter()
        .map(|comment| {
            let at = LocalTime::in_zone(comment.created_at, &seen.zone);
            view! {
                <li class="comment" id=format!("comment-{}", comment.id)>
                    <p class="muted small"><strong>{comment.created_by_name.clone()}</strong>" "{moment::short(&at)}</p>
                    {markdown::prose(&comment.body)}
                </li>
            }
            .into_any()
        })
        .collect();
    let none = comments.is_empty().then(|| view! { <p class="muted">"Nothing said yet."</p> });
    let form = may.then(|| {
        view! {
            <form class="form" method="post" action=address(task, "/comment") data-guard="">
                {FormField::line("body", "Your comment").chars_max(COMMENT_CHARS_MAX).hint("Markdown.").area(posted)}
                <div class="buttons"><button class="btn">"Comment"</button></div>
            </form>
        }
    });
    view! { <section class="card"><h3>"Comments"</h3>{none}<ol class="comments">{lines}</ol>{form}</section> }
        .into_any()
}
