//! The times of an incident: each milestone with its value and its first value, and the form that
//! enters, corrects or clears one.

use holdfast_domain::{
    Permission,
    lifecycle::{Milestone, MilestoneTime},
    time::{Precision, TimeSource, field_in_zone, is_zone},
};
use leptos::prelude::*;

use super::{
    room::Room,
    tab::{Tab, room, version},
};
use crate::{
    form::Posted,
    page::Shown,
    request::Request,
    ui::{Cell, Choice, FormField, Row, When, badge, checkbox, conflict, hidden, moment, problems, table},
};

/// The times.
pub async fn times_page(req: &Request) -> Shown {
    let posted = req.posted();
    let seen = Room::find(req).await?;
    let chosen = req
        .query("milestone")
        .and_then(|text| text.parse().ok())
        .filter(|milestone: &Milestone| milestone.may_be_entered());
    let form = chosen.map(|milestone| form(posted, &seen, milestone));
    Ok(room(req, &seen, Tab::Times, view! { <div class="stack">{form} {times(&seen)}</div> }.into_any()))
}

fn times(room: &Room) -> AnyView {
    let may_enter = room.may(Permission::EnterTime);
    let rows = Milestone::ALL.iter().map(|milestone| line(room, *milestone, may_enter)).collect();
    let heads = ["Milestone", "Time", "How exactly", "Source", "First entered as", "Note", ""];
    view! {
        {table::plain("Times", &heads, rows)}
        <p class="hint">"Times in "{room.zone.clone()}". A first value is kept, whatever is corrected later, unless the change that set it was undone."</p>
    }
    .into_any()
}

fn line(room: &Room, milestone: Milestone, may_enter: bool) -> Row {
    let time = room.time(milestone);
    let known = time.and_then(|time| time.at);
    let first = time
        .filter(|time| time.at.is_none_or(|at| at != time.first_at))
        .map(|time| moment::short(&room.moment(time.first_at)));
    let change = (may_enter && milestone.may_be_entered()).then(|| {
        let verb = if known.is_some() { "Correct" } else { "Enter" };
        let label = format!("{verb}: {}", milestone.label());
        view! { <a class="btn" href=room.address(&format!("/times?milestone={milestone}")) aria-label=label>{verb}</a> }
    });
    let known_time = known.and(time);
    Row::of([
        Cell::name(view! { <span title=milestone.meaning()>{milestone.label()}</span> }),
        Cell::known(known.map(|at| moment::short(&room.moment(at)))),
        Cell::known(known_time.map(|time| time.precision.label())),
        Cell::known(known_time.map(|time| time.source.label())),
        Cell::known(first),
        Cell::bare(time.map(|time| note(room, time))).class("wrap"),
        Cell::of(change),
    ])
}

fn note(room: &Room, time: &MilestoneTime) -> AnyView {
    let late = time.is_late().then(|| {
        let recorded = format!("Recorded {}", room.moment(time.recorded_at).local);
        view! { <span title=recorded>{badge::warning("Entered later")}</span> }
    });
    let taken_back = time.at.is_none().then(|| badge::plain("Taken back"));
    let typed = time.original.as_ref().map(|text| match &time.zone {
        Some(zone) => format!("{} {zone}", text.replace('T', " ")),
        None => text.clone(),
    });
    let typed = typed.map(|typed| view! { <span class="muted small">"typed "{typed}</span> });
    view! { {late} " " {taken_back} " " {time.reason.clone()} " " {typed} }.into_any()
}

fn form(posted: &Posted, room: &Room, milestone: Milestone) -> AnyView {
    let time = room.time(milestone);
    let known = time.filter(|time| time.at.is_some());
    let action = room.address(&format!("/times?milestone={milestone}"));
    // In the zone it was typed in, or else in the reader's.
    let zone =
        known.and_then(|time| time.zone.clone()).filter(|zone| is_zone(zone)).unwrap_or_else(|| room.zone.clone());
    let when = When {
        value: known.and_then(|time| time.at).map(|at| field_in_zone(at, &zone)).unwrap_or_default(),
        precision: known.map_or(Precision::Minute, |time| time.precision),
        hint: milestone.meaning(),
        ..When::new("at", milestone.label(), zone.clone())
    };
    let sources: Vec<Choice> = TimeSource::ALL
        .iter()
        .filter(|source| **source != TimeSource::System)
        .map(|source| (source.to_string(), source.label().to_owned()))
        .collect();
    let source =
        known.map(|time| time.source).filter(|source| *source != TimeSource::System).unwrap_or(TimeSource::User);
    let clear = known.map(|_| checkbox(posted, "clear", "Clear it", "The time is no longer held to be known.", false));
    view! {
        {problems(posted)}
        {conflict::notice(posted, &room.words())}
        <section class="card">
            <form class="form" method="post" action=action data-guard="">
                {hidden("version", version(posted, room))}
                {hidden("milestone", milestone)}
                {when.fields(posted)}
                {FormField::line("source", "Source").value(source.to_string()).hint("Where the time comes from.").select(posted, sources)}
                {FormField::line("reason", "Reason").required().chars_max(2000).autocomplete("off")
                    .hint("Why it is entered or changed now.").input(posted)}
                {clear}
                <div class="buttons"><button class="btn btn-primary">"Save time"</button><a class="btn" href=room.address("/times")>"Cancel"</a></div>
            </form>
        </section>
    }
    .into_any()
}
