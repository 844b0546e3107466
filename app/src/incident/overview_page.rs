//! The first tab: what is known of the incident.

use holdfast_domain::{Deed, lifecycle::Milestone};
use leptos::prelude::*;

use super::{
    api::incident_overview,
    history_page::entries,
    list_table::owner,
    room::{Tab, room},
    seen::{Interval, Overview, RoomView, TimeView},
};
use crate::{
    page::Shown,
    request::param,
    ui::{markdown, moment, notice::warning},
};

/// The overview.
pub async fn overview_page() -> Shown {
    Ok(overview_view(incident_overview(param("reference")).await?))
}

fn overview_view(overview: Overview) -> AnyView {
    let Overview { room: seen, summary_html, intervals, faults, latest } = overview;
    let faults: Vec<AnyView> = faults
        .iter()
        .map(|fault| {
            let words = format!(
                "“{}” should come before “{}”, but its time is later.",
                fault.earlier.label(),
                fault.later.label()
            );
            view! { <li>{words}</li> }.into_any()
        })
        .collect();
    let faults = (!faults.is_empty()).then(|| {
        let fix = seen.may(Deed::EnterTime).then(|| view! { <a href=seen.address("/times")>"Correct the times"</a> });
        warning(
            view! {
                <p>"Times are out of order. The interval between them is left out until that is mended. " {fix}</p>
                <ul>{faults}</ul>
            }
            .into_any(),
        )
    });
    let summary = if summary_html.is_empty() {
        let write = seen.may(Deed::EditIncident).then(|| view! { <a href=seen.address("/edit")>"Write one"</a> });
        view! { <p class="muted">"No summary yet. " {write}</p> }.into_any()
    } else {
        markdown::prose(summary_html)
    };
    let body = view! {
        {faults}
        <div class="split">
            <div class="stack">
                <section class="card"><h2>"Summary"</h2>{summary}</section>
                <section class="card">
                    <div class="card-head"><h2>"Latest changes"</h2><a href=seen.address("/history")>"Whole history"</a></div>
                    {entries(latest, false)}
                </section>
            </div>
            <aside class="stack" aria-label="Facts and times">{facts(&seen)} {response(intervals)} {team(&seen)}</aside>
        </div>
    };
    room(&seen, Tab::Overview, body.into_any())
}

fn facts(room: &RoomView) -> AnyView {
    let incident = &room.incident;
    let fields = &incident.fields;
    let merged = incident.merged_into.clone().map(|into| {
        view! { <dt>"Merged into"</dt><dd><a href=format!("/incidents/{into}")>{into.clone()}</a></dd> }
    });
    let reopened = (incident.reopened_count > 0).then(|| {
        let words =
            if incident.reopened_count == 1 { "once".to_owned() } else { format!("{} times", incident.reopened_count) };
        view! { <dt>"Reopened"</dt><dd>{words}</dd> }
    });
    let root_cause = if fields.root_cause.is_empty() {
        view! { <dd class="muted">"Not known yet"</dd> }.into_any()
    } else {
        view! { <dd>{fields.root_cause.clone()}</dd> }.into_any()
    };
    view! {
        <section class="card">
            <h2>"Facts"</h2>
            <dl class="facts">
                <dt>"Owner"</dt><dd>{owner(incident.owner_name.clone())}</dd>
                <dt>"Category"</dt><dd>{fields.category.label()}</dd>
                <dt>"Disposition"</dt><dd>{fields.disposition.label()}</dd>
                <dt>"Root cause"</dt>{root_cause}
                <dt>"Began"</dt><dd>{known(room.time(Milestone::Start))}</dd>
                <dt>"Detected"</dt><dd>{known(room.time(Milestone::Detect))}</dd>
                <dt>"Opened"</dt><dd>{moment::full(&room.opened)}<br /><span class="muted small">"by "{incident.created_by_name.clone()}</span></dd>
                <dt>"Updated"</dt><dd>{moment::full(&room.updated)}<br /><span class="muted small">"by "{incident.updated_by_name.clone()}</span></dd>
                <dt>"Access"</dt><dd>{if incident.restricted { "Its team only" } else { "Everyone whose role sees incidents" }}</dd>
                {reopened}
                {merged}
            </dl>
        </section>
    }
    .into_any()
}

/// A time with how exactly it is known, or that it is not.
fn known(time: Option<&TimeView>) -> AnyView {
    match time.and_then(|time| Some((time, time.at.as_ref()?))) {
        Some((time, at)) => view! {
            {moment::full(at)}<br /><span class="muted small">{time.precision.label()}</span>
        }
        .into_any(),
        None => view! { <span class="muted">"Not known yet"</span> }.into_any(),
    }
}

fn response(intervals: Vec<Interval>) -> AnyView {
    let lines: Vec<AnyView> = intervals
        .into_iter()
        .map(|interval| {
            let value = interval.words.map_or_else(
                || view! { <dd class="muted">"Not known yet"</dd> }.into_any(),
                |words| view! { <dd>{words}</dd> }.into_any(),
            );
            view! { <dt title=interval.meaning>{interval.label}</dt>{value} }.into_any()
        })
        .collect();
    view! { <section class="card"><h2>"Response"</h2><dl class="facts">{lines}</dl></section> }.into_any()
}

fn team(room: &RoomView) -> AnyView {
    let members: Vec<AnyView> =
        room.team.iter().map(|member| view! { <li>{member.name.clone()}</li> }.into_any()).collect();
    let body = if members.is_empty() {
        view! { <p class="muted">"Nobody yet"</p> }.into_any()
    } else {
        view! { <div class="prose"><ul>{members}</ul></div> }.into_any()
    };
    let change = room.may(Deed::ChangeAccess).then(|| view! { <a href=room.address("/access")>"Change"</a> });
    view! { <section class="card"><div class="card-head"><h2>"Team"</h2>{change}</div>{body}</section> }.into_any()
}
