//! One task: what is to be done, how far it is, and what people say about it.

use holdfast_domain::{
    Permission,
    task::{COMMENT_CHARS_MAX, Comment, Task, TaskStatus},
};
use leptos::prelude::*;

use super::cells::{self, address};
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
        field::{Choice, Field, hidden},
        markdown,
        moment::{self, Moment},
        notice::problems,
    },
};

/// The task.
pub async fn task_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let (task, comments) = holdfast_actions::task::one(ctx, actor, &seen.incident, req.param("id")?).await?;
    let may = seen.may(Permission::WorkTasks);
    let edit = may.then(|| view! { <a class="btn" href=address(&task, "/edit")>"Edit"</a> });
    let prose = if task.fields.description.is_empty() {
        view! { <p class="muted">"No description."</p> }.into_any()
    } else {
        markdown::prose(markdown::render(&task.fields.description))
    };
    let body = view! {
        <div class="stack">
            <div class="card-head"><h2>{task.fields.title.clone()}</h2><div class="actions">{edit}</div></div>
            {problems(posted)}
            {conflict::notice(posted, |_, text| text.to_owned())}
            <div class="split">
                <div class="stack">
                    <section class="card"><h3>"Description"</h3>{prose}</section>
                    {said(posted, &seen, &task, &comments, may)}
                </div>
                <aside class="stack" aria-label="State">
                    {facts(&seen, &task, ctx.now())}
                    {may.then(|| status_form(posted, &task))}
                </aside>
            </div>
        </div>
    };
    Ok(room(req, &seen, Tab::Tasks, body.into_any()))
}

fn facts(seen: &Room, task: &Task, now: holdfast_domain::Timestamp) -> AnyView {
    let finished = task.finished_at.map(|at| {
        view! { <dt>"Finished"</dt><dd>{moment::short(&Moment::in_zone(at, &seen.zone))}</dd> }
    });
    let changed = Moment::in_zone(task.updated_at, &seen.zone);
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

fn status_form(posted: &Posted, task: &Task) -> AnyView {
    let statuses: Vec<Choice> = TaskStatus::ALL.iter().map(|one| (one.to_string(), one.label().to_owned())).collect();
    view! {
        <section class="card">
            <h3>"How far is it?"</h3>
            <form class="form" method="post" action=address(task, "/status")>
                {hidden("version", task.version)}
                {Field::line("status", "Status").value(task.fields.status.to_string()).select(posted, statuses)}
                {Field::line("status_reason", "Reason").value(task.fields.status_reason.clone()).chars_max(1_000).autocomplete("off")
                    .hint("When blocked or dropped.").input(posted)}
                <div class="buttons"><button class="btn btn-primary">"Save status"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn said(posted: &Posted, seen: &Room, task: &Task, comments: &[Comment], may: bool) -> AnyView {
    let lines: Vec<AnyView> = comments
        .iter()
        .map(|comment| {
            let at = Moment::in_zone(comment.created_at, &seen.zone);
            view! {
                <li class="comment" id=format!("comment-{}", comment.id)>
                    <p class="muted small"><strong>{comment.created_by_name.clone()}</strong>" "{moment::short(&at)}</p>
                    {markdown::prose(markdown::render(&comment.body))}
                </li>
            }
            .into_any()
        })
        .collect();
    let none = comments.is_empty().then(|| view! { <p class="muted">"Nothing said yet."</p> });
    let form = may.then(|| {
        view! {
            <form class="form" method="post" action=address(task, "/comment") data-guard="">
                {Field::line("body", "Your comment").chars_max(COMMENT_CHARS_MAX).hint("Markdown.").area(posted)}
                <div class="buttons"><button class="btn">"Comment"</button></div>
            </form>
        }
    });
    view! { <section class="card"><h3>"Comments"</h3>{none}<ol class="comments">{lines}</ol>{form}</section> }
        .into_any()
}
