//! A person's day: what is theirs, what is late, what nobody has taken.

use holdfast_actions::task::Today;
use holdfast_domain::{
    Object, Permission, allow,
    custody::CustodyKind,
    evidence::{Evidence, full_label},
    incident::IncidentRow,
    task::{Task, TaskStatus, Urgency, next_step, urgency},
};
use leptos::prelude::*;

use super::cells::{self, address};
use crate::{
    evidence::{item_page::verb, list_page::full_name},
    page::Shown,
    request::Request,
    ui::{Cell, LocalTime, Row, badge, hidden, icon, moment, table},
};

/// The day.
pub async fn today_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let today = holdfast_actions::task::today(ctx, actor).await?;
    let zone = actor.time_zone.clone();
    let may_work = allow(actor, Permission::WorkTasks, Object::None);
    let open = allow(actor, Permission::OpenIncident, Object::None).then(|| {
        view! { <a class="btn btn-primary" href="/incidents/new">{icon(icon::PLUS)}"Open an incident"</a> }
    });
    let now = LocalTime::in_zone(today.now, &zone);
    req.title("Today");
    Ok(view! {
        <header class="page-head">
            <div><h1>"Today"</h1><p class="meta">"As of "{moment::full(&now)}</p></div>
            <div class="actions">{open}</div>
        </header>
        <div class="stack">
            {mine(&today, &zone, may_work)}
            {(!today.offered.is_empty()).then(|| offered(&today.offered))}
            {incidents("Your open incidents", &today.incidents, &zone, true)}
            {(!today.unowned.is_empty()).then(|| incidents("Owned by nobody", &today.unowned, &zone, false))}
            {(!today.late.is_empty()).then(|| late(&today, &zone))}
        </div>
    }
    .into_any())
}

fn mine(today: &Today, zone: &str, may_work: bool) -> AnyView {
    let late = today.tasks.iter().filter(|task| urgency(task.fields.due_at, today.now) == Urgency::Late).count();
    let count = (late > 0).then(|| view! { " "{badge::danger("Late")}" "<span class="muted">{late}</span> });
    let body = if today.tasks.is_empty() {
        let words = view! { <p>"Tasks that somebody assigns to you stand here, the most pressing first."</p> };
        table::blank(icon::CHECK, "No task waits for you", words.into_any(), ().into_any())
    } else {
        // As they are sorted: late ones first, then those due within a day.
        let rows = today.tasks.iter().map(|task| row(task, today, zone, may_work)).collect();
        table::plain("Your tasks", &["Task", "Status", "Incident", "Due", ""], rows)
    };
    view! { <section class="part"><div class="part-head"><h2>"Your tasks"</h2>{count}</div>{body}</section> }.into_any()
}

fn row(task: &Task, today: &Today, zone: &str, may_work: bool) -> Row {
    let (to, words) = match task.fields.status {
        TaskStatus::Doing => (TaskStatus::Done, "Done"),
        _ => (TaskStatus::Doing, "Begin"),
    };
    let action_link = may_work.then(|| {
        view! {
            <form method="post" action=address(task, "/status")>
                {hidden("version", task.version)} {hidden("status", to)} {hidden("back", "today")}
                <button class="btn" aria-label=format!("{words}: {}", task.fields.title)>{words}</button>
            </form>
        }
    });
    let is_late = urgency(task.fields.due_at, today.now) == Urgency::Late;
    let cells = [
        Cell::name(cells::title(task)).class("wrap"),
        Cell::bare(cells::status(task)).class("wrap"),
        Cell::bare(incident_link(&task.incident_reference, &task.incident_title)).class("wrap"),
        cells::due(task, today.now, zone),
        Cell::of(action_link),
    ];
    Row { class: if is_late { "late" } else { "" }, ..Row::of(cells) }
}

/// What others want to hand over to this person.
fn offered(items: &[Evidence]) -> AnyView {
    let rows = items
        .iter()
        .map(|item| {
            let at = format!("/incidents/{}/evidence/{}", item.incident_reference, item.label);
            let action_link = |kind: CustodyKind| {
                let words = verb(kind);
                let named = full_label(&item.incident_reference, &item.label);
                let label = format!("{words}: {named} {}", item.fields.title);
                view! { <a class="btn" href=format!("{at}/custody/{kind}") aria-label=label>{words}</a>" " }
            };
            Row::of([
                Cell::name(view! { {full_name(item)}" "<a href=at.clone()>{item.fields.title.clone()}</a> })
                    .class("wrap"),
                Cell::known(item.holder_name.clone()),
                Cell::of(view! { {action_link(CustodyKind::Accepted)}{action_link(CustodyKind::Refused)} }),
            ])
        })
        .collect();
    view! {
        <section class="part">
            <div class="part-head"><h2>"Offered to you"</h2><a href="/evidence">"Evidence"</a></div>
            {table::plain("Offered to you", &["Item", "From", ""], rows)}
        </section>
    }
    .into_any()
}

fn incident_link(reference: &str, words: &str) -> AnyView {
    let to = format!("/incidents/{reference}");
    view! { <a class="of-incident" href=to><span class="mono">{reference.to_owned()}</span>" "{words.to_owned()}</a> }
        .into_any()
}

fn incidents(heading: &'static str, rows: &[IncidentRow], zone: &str, mine: bool) -> AnyView {
    if rows.is_empty() {
        let words = view! { <p>"Nothing open is yours."</p> };
        let all = view! { <a class="btn" href="/incidents">"All incidents"</a> };
        let blank = table::blank(icon::FLAG, "No open incident", words.into_any(), all.into_any());
        return view! { <section class="part"><div class="part-head"><h2>{heading}</h2></div>{blank}</section> }
            .into_any();
    }
    let lines = rows
        .iter()
        .map(|row| {
            let hold = row.on_hold.then(|| view! { " "{badge::warning("On hold")} });
            let touched = LocalTime::in_zone(row.updated_at, zone);
            let to = format!("/incidents/{}", row.reference);
            Row::of([
                Cell::name(view! { <a href=to>{row.title.clone()}</a>{hold} }).class("wrap"),
                Cell::bare(row.reference.clone()).class("mono muted"),
                Cell::bare(badge::severity(row.severity)),
                Cell::bare(badge::phase(row.status)),
                Cell::of(next_step(row.status.milestone())),
                Cell::of(moment::short(&touched)),
            ])
        })
        .collect();
    let to = if mine { "/incidents?owner=me&status=open" } else { "/incidents?owner=nobody&status=open" };
    view! {
        <section class="part">
            <div class="part-head"><h2>{heading}</h2><a href=to>"In the list"</a></div>
            {table::plain(heading, &["Incident", "Reference", "Severity", "Phase", "Next", "Updated"], lines)}
        </section>
    }
    .into_any()
}

fn late(today: &Today, zone: &str) -> AnyView {
    let rows = today
        .late
        .iter()
        .map(|task| {
            Row::of([
                Cell::name(cells::title(task)).class("wrap"),
                Cell::bare(cells::status(task)).class("wrap"),
                Cell::bare(incident_link(&task.incident_reference, &task.incident_title)).class("wrap"),
                Cell::of(cells::people(task)).class("wrap"),
                cells::due(task, today.now, zone),
            ])
        })
        .collect();
    view! {
        <section class="part">
            <div class="part-head"><h2>"Late with others"</h2></div>
            {table::plain("Late with others", &["Task", "Status", "Incident", "Who", "Due"], rows)}
        </section>
    }
    .into_any()
}
