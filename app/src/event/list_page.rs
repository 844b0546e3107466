//! The timeline: the drawing, and every entry with its number, day by day.

use holdfast_actions::event::timeline;
use holdfast_domain::{
    Permission,
    event::{EntryFrom, Event, EventTechnique, Lane, TimelineEntry},
    technique,
    time::Precision,
};
use leptos::prelude::*;

use super::axis::axis;
use crate::{
    incident::{Room, Tab, room},
    page::Shown,
    request::Request,
    ui::{LocalTime, badge, icon, markdown, moment, table},
};

/// The timeline.
pub async fn timeline_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let timeline = timeline(ctx, actor, &seen.incident, &seen.times).await?;
    let lane = req.query("lane").and_then(|text| text.parse::<Lane>().ok());
    Ok(room(req, &seen, Tab::Timeline, body(&seen, &timeline, lane)))
}

fn body(seen: &Room, timeline: &[TimelineEntry], lane: Option<Lane>) -> AnyView {
    let add = seen.may(Permission::EditTimeline).then(|| {
        view! { <a class="btn btn-primary" href=seen.address("/timeline/new")>{icon(icon::PLUS)}"Add an event"</a> }
    });
    let has_events = timeline.iter().any(|entry| matches!(entry.from, EntryFrom::Event(_)));
    let hint = (!has_events).then(|| {
        let words = view! {
            <p>"Only the phases so far. Add what the attacker did and when, and what the responders did beside the phases."</p>
        };
        table::blank(icon::CLOCK, "No event yet", words.into_any(), ().into_any())
    });
    view! {
        <div class="stack timeline">
            <div class="card-head">
                <h2>"Timeline"</h2>
                <div class="actions">{lanes(seen, lane)} {add}</div>
            </div>
            {axis(timeline, &seen.times, &seen.zone)}
            {entries(seen, timeline, lane)}
            {hint}
            <p class="hint">"Times in "{seen.zone.clone()}". Phases and custody appear by themselves. "{technique::COPYRIGHT}</p>
        </div>
    }
    .into_any()
}

fn lanes(seen: &Room, lane: Option<Lane>) -> AnyView {
    let link = |to: Option<Lane>, words: &'static str| {
        let query = to.map(|lane| format!("?lane={lane}")).unwrap_or_default();
        let current = (to == lane).then_some("true");
        view! { <a class="btn btn-quiet" href=seen.address(&format!("/timeline{query}")) aria-current=current>{words}</a> }
            .into_any()
    };
    view! {
        <nav class="actions" aria-label="Lanes">
            {link(None, "Both lanes")} {link(Some(Lane::Attack), "Attack")} {link(Some(Lane::Response), "Response")}
        </nav>
    }
    .into_any()
}

fn entries(seen: &Room, timeline: &[TimelineEntry], lane: Option<Lane>) -> AnyView {
    let mut days: Vec<(String, Vec<AnyView>)> = Vec::new();
    for (index, entry) in timeline.iter().enumerate() {
        if lane.is_some_and(|lane| lane != entry.lane) {
            continue;
        }
        let at = entry.at.map(|at| LocalTime::in_zone(at, &seen.zone));
        let day = at.as_ref().map(|at| at.local.chars().take(10).collect::<String>());
        // An entry without a time stays under the day of the one before it.
        let day = day.or_else(|| days.last().map(|(day, _)| day.clone())).unwrap_or_else(|| "Time unknown".into());
        let line = line(seen, index + 1, entry, at.as_ref());
        match days.last_mut() {
            Some((last, lines)) if *last == day => lines.push(line),
            _ => days.push((day, vec![line])),
        }
    }
    let days: Vec<AnyView> = days
        .into_iter()
        .map(|(day, lines)| {
            view! { <section class="timeline-day"><h3>{day}</h3><ol class="timeline-list">{lines}</ol></section> }
                .into_any()
        })
        .collect();
    days.into_any()
}

fn line(seen: &Room, number: usize, entry: &TimelineEntry, at: Option<&LocalTime>) -> AnyView {
    let is_attack = entry.lane == Lane::Attack;
    let class = if is_attack { "timeline-entry is-attack" } else { "timeline-entry is-response" };
    let when = match at {
        Some(at) if entry.precision == Precision::Exact || entry.precision == Precision::Minute => moment::clock(at),
        Some(at) => view! { {moment::clock(at)}<span class="muted small">{format!(" {}", entry.precision.label().to_lowercase())}</span> }.into_any(),
        None => view! { <span class="muted">"time unknown"</span> }.into_any(),
    };
    let title = view! { <strong>{entry.title.clone()}</strong> }.into_any();
    // What appears by itself says in its line where it comes from, and leads there.
    let link = |to: String| view! { <a href=seen.address(&to)>{entry.title.clone()}</a> }.into_any();
    let (title, kind, details, action_links) = match &entry.from {
        EntryFrom::Event(event) => (title, "", details(seen, event), action_links(seen, event)),
        EntryFrom::Milestone { .. } => (title, "Phase", ().into_any(), ().into_any()),
        EntryFrom::Task { id } => (link(format!("/tasks/{id}")), "Task", ().into_any(), ().into_any()),
        EntryFrom::Custody { label } => (link(format!("/evidence/{label}")), "Custody", ().into_any(), ().into_any()),
    };
    let kind = (!kind.is_empty()).then(|| view! { " "<span class="muted small">{kind}</span> });
    let end = entry.end.map(|end| {
        view! { <span class="muted small">" until "{moment::short(&LocalTime::in_zone(end, &seen.zone))}</span> }
    });
    // Where the history leads to it.
    let anchor = match &entry.from {
        EntryFrom::Event(event) => Some(view! { <span id=format!("event-{}", event.id)></span> }),
        _ => None,
    };
    view! {
        <li class=class id=format!("entry-{number}")>
            {anchor}
            <span class="timeline-no" aria-hidden="true">{number}</span>
            <div class="timeline-when">{when}{end}</div>
            <div class="timeline-what">
                <p><span class="lane">{entry.lane.label()}</span> {title}{kind}</p>
                {details}
            </div>
            <div class="timeline-actions">{action_links}</div>
        </li>
    }
    .into_any()
}

fn details(seen: &Room, event: &Event) -> AnyView {
    let fields = &event.fields;
    let prose = (!fields.description.is_empty()).then(|| markdown::prose(&fields.description));
    let techniques: Vec<AnyView> = fields.techniques.iter().map(tag).collect();
    let source = (!fields.source.is_empty()).then(|| view! { <span>"Source: "{fields.source.clone()}</span> });
    let learned = fields.learned_at.map(|at| {
        view! { <span>"Learned "{moment::short(&LocalTime::in_zone(at, &seen.zone))}</span> }
    });
    let typed = fields.occurred.as_ref().and_then(|stated| {
        let zone = stated.zone.as_deref().filter(|zone| *zone != seen.zone)?;
        let text = stated.original.as_deref()?.replace('T', " ");
        Some(view! { <span>"Typed "{text}" "{zone.to_owned()}</span> })
    });
    view! {
        {prose}
        <p class="timeline-meta muted small">{techniques} {source} {learned} {typed} {fields.in_report.then(|| badge::plain("In reports"))}</p>
    }
    .into_any()
}

fn tag(one: &EventTechnique) -> AnyView {
    let name = technique::find(&one.technique).map_or("", |found| found.name.as_str());
    let tactic = one.tactic.as_deref().and_then(technique::tactic).map(|tactic| format!("{}: ", tactic.name));
    view! { <span class="technique"><span class="mono">{one.technique.clone()}</span>" "{tactic}{name}</span> " " }
        .into_any()
}

fn action_links(seen: &Room, event: &Event) -> AnyView {
    if !seen.may(Permission::EditTimeline) {
        return ().into_any();
    }
    let at = |tail: &str| seen.address(&format!("/timeline/{}/{tail}", event.id));
    let title = &event.fields.title;
    view! {
        <a class="btn btn-quiet" href=at("edit") aria-label=format!("Edit: {title}")>"Edit"</a>
        <a class="btn btn-quiet" href=at("remove") aria-label=format!("Remove: {title}")>"Remove"</a>
    }
    .into_any()
}
