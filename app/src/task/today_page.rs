//! A person's day: what is theirs, what is late, what nobody has taken.

use holdfast_actions::task::Today;
use holdfast_domain::{
    Deed, Object, allow,
    incident::IncidentRow,
    task::{Task, TaskStatus, Urgency, next_step, urgency},
};
use leptos::prelude::*;

use super::cells::{self, address};
use crate::{
    pages::Shown,
    request::request,
    ui::{
        badge,
        field::hidden,
        icon::{self, icon},
        moment::{self, Moment},
        raw_text::title,
        table,
    },
};

/// The day.
pub async fn today_page() -> Shown {
    let (ctx, actor) = request()?;
    let today = holdfast_actions::task::today(&ctx, &actor).await?;
    let zone = actor.time_zone.clone();
    let may_work = allow(&actor, Deed::WorkTasks, Object::None);
    let open = allow(&actor, Deed::OpenIncident, Object::None).then(|| {
        view! { <a class="btn btn-primary" href="/incidents/new">{icon(icon::PLUS)}"Open an incident"</a> }
    });
    let now = Moment::in_zone(today.now, &zone);
    title("Today");
    Ok(view! {
        <header class="page-head">
            <div><h1>"Today"</h1><p class="meta">"As of "{moment::full(&now)}</p></div>
            <div class="actions">{open}</div>
        </header>
        <div class="stack">
            {mine(&today, &zone, may_work)}
            {incidents("Your open incidents", &today.incidents, &zone, true)}
            {(!today.unowned.is_empty()).then(|| incidents("Owned by nobody", &today.unowned, &zone, false))}
            {(!today.late.is_empty()).then(|| late(&today, &zone))}
        </div>
    }
    .into_any())
}

fn mine(today: &Today, zone: &str, may_work: bool) -> AnyView {
    let part = |wanted: Urgency, heading: &'static str| {
        let tasks: Vec<&Task> =
            today.tasks.iter().filter(|task| urgency(task.fields.due_at, today.now) == wanted).collect();
        (!tasks.is_empty()).then(|| {
            let rows = tasks.into_iter().map(|task| row(task, today, zone, may_work)).collect();
            view! { <h3>{heading}</h3> {table::plain(heading, &["Task", "Incident", "Status", "Due", ""], rows)} }
                .into_any()
        })
    };
    let body = if today.tasks.is_empty() {
        let words = view! { <p>"Tasks that somebody assigns to you stand here, the most pressing first."</p> };
        table::blank(icon::CHECK, "No task waits for you", words.into_any(), ().into_any())
    } else {
        view! { {part(Urgency::Late, "Late")} {part(Urgency::Soon, "Due within a day")} {part(Urgency::Later, "Next")} }
            .into_any()
    };
    view! { <section class="stack" aria-label="Your tasks"><h2>"Your tasks"</h2>{body}</section> }.into_any()
}

fn row(task: &Task, today: &Today, zone: &str, may_work: bool) -> AnyView {
    let (to, words) = match task.fields.status {
        TaskStatus::Doing => (TaskStatus::Done, "Done"),
        _ => (TaskStatus::Doing, "Begin"),
    };
    let deed = may_work.then(|| {
        view! {
            <form method="post" action=address(task, "/status")>
                {hidden("version", task.version)} {hidden("status", to)} {hidden("back", "today")}
                <button class="btn btn-quiet" aria-label=format!("{words}: {}", task.fields.title)>{words}</button>
            </form>
        }
    });
    view! {
        <tr>
            <td>{cells::title(task)}</td>
            <td>{incident_link(&task.incident_reference, &task.incident_title)}</td>
            <td>{cells::status(task)}</td>
            <td class="num">{cells::due(task, today.now, zone)}</td>
            <td>{deed}</td>
        </tr>
    }
    .into_any()
}

fn incident_link(reference: &str, words: &str) -> AnyView {
    let to = format!("/incidents/{reference}");
    view! { <a class="mono" href=to>{reference.to_owned()}</a>" "<span class="muted">{words.to_owned()}</span> }
        .into_any()
}

fn incidents(heading: &'static str, rows: &[IncidentRow], zone: &str, mine: bool) -> AnyView {
    if rows.is_empty() {
        let words = view! { <p>"Nothing open is yours."</p> };
        let all = view! { <a class="btn" href="/incidents">"All incidents"</a> };
        let blank = table::blank(icon::FLAG, "No open incident", words.into_any(), all.into_any());
        return view! { <section class="stack"><h2>{heading}</h2>{blank}</section> }.into_any();
    }
    let lines = rows
        .iter()
        .map(|row| {
            let hold = row.on_hold.then(|| view! { " "{badge::warning("On hold")} });
            let touched = Moment::in_zone(row.updated_at, zone);
            view! {
                <tr>
                    <td>{badge::severity(row.severity)}</td>
                    <td>{incident_link(&row.reference, &row.title)}{hold}</td>
                    <td>{badge::phase(row.status)}</td>
                    <td>{next_step(row.status.milestone())}</td>
                    <td class="num">{moment::short(&touched)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let to = if mine { "/incidents?owner=me&status=open" } else { "/incidents?owner=nobody&status=open" };
    view! {
        <section class="stack">
            <div class="card-head"><h2>{heading}</h2><a href=to>"In the list"</a></div>
            {table::plain(heading, &["Severity", "Incident", "Phase", "Next", "Updated"], lines)}
        </section>
    }
    .into_any()
}

fn late(today: &Today, zone: &str) -> AnyView {
    let rows = today
        .late
        .iter()
        .map(|task| {
            view! {
                <tr>
                    <td>{cells::title(task)}</td>
                    <td>{incident_link(&task.incident_reference, &task.incident_title)}</td>
                    <td>{cells::status(task)}</td>
                    <td>{cells::people(task)}</td>
                    <td class="num">{cells::due(task, today.now, zone)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <section class="stack"><h2>"Late with others"</h2>{table::plain("Late with others", &["Task", "Incident", "Status", "Who", "Due"], rows)}</section>
    }
    .into_any()
}
