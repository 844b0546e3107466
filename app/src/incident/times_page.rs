//! The times of an incident: each milestone with its value and its first value, and the form that
//! enters, corrects or clears one.

use holdfast_domain::{
    Deed,
    lifecycle::Milestone,
    time::{Precision, TimeSource},
};
use leptos::prelude::*;

use super::{
    api::incident_room,
    history_page::words,
    room::{Tab, room, version},
    seen::{RoomView, TimeView},
};
use crate::page::Shown;
use crate::request::{param, query};
use crate::ui::{
    badge, conflict,
    field::{Choice, Field, checkbox, hidden},
    moment,
    notice::problems,
    table::{self, Cell, Row},
    when::When,
};

/// The times.
pub async fn times_page() -> Shown {
    let seen = incident_room(param("reference")).await?;
    let chosen = query("milestone")
        .and_then(|text| text.parse().ok())
        .filter(|milestone: &Milestone| milestone.may_be_entered());
    let form = chosen.map(|milestone| form(&seen, milestone));
    Ok(room(&seen, Tab::Times, view! { <div class="stack">{form} {times(&seen)}</div> }.into_any()))
}

fn times(room: &RoomView) -> AnyView {
    let may_enter = room.may(Deed::EnterTime);
    let rows = Milestone::ALL.iter().map(|milestone| line(room, *milestone, may_enter)).collect();
    let heads = ["Milestone", "Time", "How exactly", "Source", "First entered as", "Note", ""];
    view! {
        {table::plain("Times", &heads, rows)}
        <p class="hint">"Times in "{room.zone.clone()}". A first value is kept for ever, whatever is corrected later."</p>
    }
    .into_any()
}

fn line(room: &RoomView, milestone: Milestone, may_enter: bool) -> Row {
    let time = room.time(milestone);
    let known = time.and_then(|time| time.at.as_ref());
    let first = time
        .filter(|time| time.at.as_ref().is_none_or(|at| at.at != time.first.at))
        .map(|time| moment::short(&time.first));
    let change = (may_enter && milestone.may_be_entered()).then(|| {
        let verb = if known.is_some() { "Correct" } else { "Enter" };
        let label = format!("{verb}: {}", milestone.label());
        view! { <a class="btn" href=room.address(&format!("/times?milestone={milestone}")) aria-label=label>{verb}</a> }
    });
    let known_time = known.and(time);
    Row::of([
        Cell::name(view! { <span title=milestone.meaning()>{milestone.label()}</span> }),
        Cell::known(known.map(moment::short)),
        Cell::known(known_time.map(|time| time.precision.label())),
        Cell::known(known_time.map(|time| time.source.label())),
        Cell::known(first),
        Cell::bare(time.map(note)).class("wrap"),
        Cell::of(change),
    ])
}

fn note(time: &TimeView) -> AnyView {
    let late = time.is_late.then(
        || view! { <span title=format!("Recorded {}", time.recorded.local)>{badge::warning("Entered later")}</span> },
    );
    let taken_back = time.at.is_none().then(|| badge::plain("Taken back"));
    let typed = time.typed.clone().map(|typed| view! { <span class="muted small">"typed "{typed}</span> });
    view! { {late} " " {taken_back} " " {time.reason.clone()} " " {typed} }.into_any()
}

fn form(room: &RoomView, milestone: Milestone) -> AnyView {
    let time = room.time(milestone);
    let known = time.filter(|time| time.at.is_some());
    let action = room.address(&format!("/times?milestone={milestone}"));
    let when = When {
        name: "at",
        legend: milestone.label(),
        value: known.map_or_else(String::new, |time| time.field.clone()),
        zone: known.map_or_else(|| room.zone.clone(), |time| time.field_zone.clone()),
        precision: known.map_or(Precision::Minute, |time| time.precision),
        required: false,
        hint: milestone.meaning(),
    };
    let sources: Vec<Choice> = TimeSource::ALL
        .iter()
        .filter(|source| **source != TimeSource::System)
        .map(|source| (source.to_string(), source.label().to_owned()))
        .collect();
    let source =
        known.map(|time| time.source).filter(|source| *source != TimeSource::System).unwrap_or(TimeSource::User);
    let clear = known.map(|_| checkbox("clear", "Clear it", "The time is no longer held to be known.", false));
    view! {
        {problems()}
        {conflict::notice(words)}
        <section class="card">
            <form class="form" method="post" action=action data-guard="">
                {hidden("version", version(room))}
                {hidden("milestone", milestone)}
                {when.fields()}
                {Field::line("source", "Source").value(source.to_string()).hint("Where the time comes from.").select(sources)}
                {Field::line("reason", "Reason").required().chars_max(2000).autocomplete("off")
                    .hint("Why it is entered or changed now.").input()}
                {clear}
                <div class="buttons"><button class="btn btn-primary">"Save time"</button><a class="btn" href=room.address("/times")>"Cancel"</a></div>
            </form>
        </section>
    }
    .into_any()
}
