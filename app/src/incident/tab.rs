//! The tabs of an incident's room, and what is above each of them: marks, title, owner, what may be
//! done next, and the lifecycle with its times.

use holdfast_domain::{
    Permission,
    lifecycle::{Milestone, MilestoneTime, Status},
    time::Precision,
};
use leptos::prelude::*;

use super::{next_phase::next_phase, room::Room};
use crate::{
    form::Posted,
    request::Request,
    ui::{badge, conflict, danger, hidden, icon, moment},
};

/// A tab of the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Overview,
    Timeline,
    Tasks,
    Evidence,
    Indicators,
    Contacts,
    Links,
    Reports,
    Edit,
    Phase,
    Times,
    Access,
    History,
}

impl Tab {
    /// Words, address within the room, and the permission that opens it.
    const ALL: &'static [(Self, &'static str, &'static str, Permission)] = &[
        (Self::Overview, "Overview", "", Permission::ViewIncident),
        (Self::Timeline, "Timeline", "/timeline", Permission::ViewIncident),
        (Self::Tasks, "Tasks", "/tasks", Permission::ViewIncident),
        (Self::Evidence, "Evidence", "/evidence", Permission::ViewEvidence),
        (Self::Indicators, "Indicators", "/indicators", Permission::ViewIncident),
        (Self::Contacts, "Contacts", "/contacts", Permission::ViewIncident),
        (Self::Links, "Links", "/links", Permission::ViewIncident),
        (Self::Reports, "Reports", "/reports", Permission::ViewIncident),
        (Self::History, "History", "/history", Permission::ViewIncident),
        (Self::Edit, "Edit", "/edit", Permission::EditIncident),
        (Self::Phase, "Phase", "/phase", Permission::ChangePhase),
        (Self::Times, "Times", "/times", Permission::ViewIncident),
        (Self::Access, "Access", "/access", Permission::ChangeAccess),
    ];

    fn words(self) -> &'static str {
        Self::ALL.iter().find(|(tab, ..)| *tab == self).map_or("", |(_, words, ..)| words)
    }
}

/// The room around a tab.
pub fn room(req: &Request, room: &Room, tab: Tab, body: AnyView) -> AnyView {
    let incident = &room.incident;
    let words = match tab {
        Tab::Overview => format!("{} {}", incident.reference, incident.fields.title),
        tab => format!("{} {}", tab.words(), incident.reference),
    };
    // Each printed page carries the TLP of the incident.
    let print = format!("print-tlp-{}", incident.fields.tlp.as_str().replace('+', "-"));
    view! {
        {req.title(&words)}
        <div class=print>
        {altered(room)}
        <header class="page-head">
            <div>
                {marks(room)}
                <h1>{incident.fields.title.clone()}</h1>
                <p class="meta">"Owner: "{incident.owner_name.clone().unwrap_or_else(|| "nobody".into())}</p>
            </div>
            <div class="actions">{actions(room, tab)}</div>
        </header>
        {tabs(room, tab)}
        {lifecycle(room, tab)}
        {body}
        </div>
    }
    .into_any()
}

/// Everybody in the room must know, on each tab and before all else.
fn altered(room: &Room) -> Option<AnyView> {
    let links = room.altered.iter().enumerate().map(|(at, label)| {
        let comma = if at == 0 { "" } else { ", " };
        view! { {comma}<a href=room.address(&format!("/evidence/{label}"))>{label.clone()}</a> }.into_any()
    });
    let links: Vec<AnyView> = links.collect();
    (!links.is_empty()).then(|| {
        let words = view! {
            <p><strong>"Evidence is not what it was when it was registered: "</strong>{links}". Do not rely on it; find out why."</p>
        };
        danger(words)
    })
}

fn marks(room: &Room) -> AnyView {
    let incident = &room.incident;
    let fields = &incident.fields;
    view! {
        <p class="meta">
            <span class="mono">{incident.reference.clone()}</span>" "{badge::severity(fields.severity)}" "
            {badge::phase(incident.status)}" "{badge::tlp(fields.tlp)}" "{badge::pap(fields.pap)}" "
            {incident.restricted.then(badge::restricted)}" "
            {fields.on_hold.then(|| badge::warning("On hold"))}" "
            {fields.is_exercise.then(|| badge::plain("Exercise"))}
        </p>
    }
    .into_any()
}

fn actions(room: &Room, tab: Tab) -> AnyView {
    let report = room.may(Permission::RenderReport).then(|| {
        view! { <a class="btn" href=room.address("/report.pdf")>{icon(icon::ARCHIVE)}"Summary as PDF"</a> }
    });
    let is_open = !room.incident.status.is_ended();
    let take = (is_open && room.incident.fields.owner_id.is_none() && room.may(Permission::TakeIncident)).then(|| {
        view! {
            <form method="post" action=room.address("/take")>
                {hidden("version", room.incident.version)}
                <button class="btn">{icon(icon::USER)}"Take it"</button>
            </form>
        }
    });
    // The page of the phase has the whole form.
    let next = (tab != Tab::Phase).then(|| next_phase(room));
    view! { {report} {take} {next} }.into_any()
}

fn tabs(room: &Room, at: Tab) -> AnyView {
    let links: Vec<AnyView> = Tab::ALL
        .iter()
        .filter(|(.., permission)| *permission == Permission::ViewIncident || room.may(*permission))
        .map(|(tab, words, path, _)| {
            let current = (*tab == at).then_some("page");
            // What is there to read stands first; what is changed stands apart from it.
            let class = matches!(tab, Tab::Edit | Tab::Phase | Tab::Times | Tab::Access).then_some("deed");
            view! { <a class=class href=room.address(path) aria-current=current>{*words}</a> }.into_any()
        })
        .collect();
    view! { <nav class="tabs" aria-label="Incident">{links}</nav> }.into_any()
}

fn lifecycle(room: &Room, tab: Tab) -> AnyView {
    let now = room.incident.status;
    let off_path = !Status::PATH.contains(&now);
    // An incident that left the path shows how far it came.
    let reached = if off_path {
        Status::PATH.iter().rposition(|status| *status != Status::Closed && room.at(status.milestone()).is_some())
    } else {
        Status::PATH.iter().position(|status| *status == now)
    };
    let reached = reached.unwrap_or(0);
    let mut steps: Vec<AnyView> =
        Status::PATH.iter().enumerate().map(|(place, status)| step(room, *status, place, reached, off_path)).collect();
    if off_path {
        steps.pop();
        steps.push(end_step(room, now));
    }
    // On a telephone it takes a screen, so only the overview has it there; the phase stands above the title.
    let class = if tab == Tab::Overview { "lifecycle" } else { "lifecycle lifecycle-aside" };
    view! { <ol class=class aria-label="Lifecycle">{steps}</ol> }.into_any()
}

fn step(room: &Room, status: Status, place: usize, reached: usize, off_path: bool) -> AnyView {
    let time = room.time(status.milestone()).filter(|time| time.at.is_some());
    let is_current = place == reached && !off_path;
    let (class, note): (&'static str, Option<&'static str>) = match (place > reached, time) {
        _ if is_current => ("step current", time.filter(|time| time.is_late()).map(|_| "entered later")),
        (true, _) => ("step ahead", None),
        (false, None) => ("step skipped", Some("skipped")),
        (false, Some(time)) if time.is_late() => ("step backfilled", Some("entered later")),
        (false, Some(_)) => ("step", None),
    };
    let shown = if place > reached { None } else { time };
    view! {
        <li class=class aria-current=is_current.then_some("step")>
            <span class="step-name">{status.label()}</span>
            {shown.and_then(|time| step_time(room, time))}
            {note.map(|note| view! { <span class="step-note">{note}</span> })}
        </li>
    }
    .into_any()
}

fn end_step(room: &Room, status: Status) -> AnyView {
    view! {
        <li class="step current" aria-current="step">
            <span class="step-name">{status.label()}</span>
            {room.time(Milestone::Close).and_then(|time| step_time(room, time))}
        </li>
    }
    .into_any()
}

/// The time of a step, marked when it is not exact.
fn step_time(room: &Room, time: &MilestoneTime) -> Option<AnyView> {
    let at = room.moment(time.at?);
    Some(if time.precision == Precision::Exact { moment::short(&at) } else { moment::about(&at) })
}

/// The version a form works on: the one just posted, or the one shown. A conflict never keeps the
/// version posted.
pub fn version(posted: &Posted, room: &Room) -> String {
    let shown = room.incident.version.to_string();
    match conflict::found(posted) {
        None => posted.value("version").map_or(shown, str::to_owned),
        Some(_) => shown,
    }
}
