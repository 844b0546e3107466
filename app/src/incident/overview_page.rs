//! The first tab: what is known of the incident.

use holdfast_actions::incident;
use holdfast_domain::{
    Fields as _, Permission,
    incident::IncidentFields,
    lifecycle::{Milestone, MilestoneTime, order_faults},
    time::duration_words,
};
use leptos::prelude::*;

use super::{
    history_page::entries,
    list_table::owner,
    room::Room,
    tab::{Tab, room},
};
use crate::{
    item::view_page::fact,
    page::Shown,
    request::Request,
    ui::{markdown, moment, warning},
};

/// Entries of the history that the overview shows.
const LATEST: i64 = 5;

/// The overview.
pub async fn overview_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let latest = incident::history(ctx, actor, &seen.incident, None, LATEST).await?;
    let body = view! {
        {faults(&seen)}
        <div class="split">
            <div class="stack">
                <section class="card"><h2>"Summary"</h2>{summary(&seen)}</section>
                <section class="card">
                    <div class="card-head"><h2>"Latest changes"</h2><a href=seen.address("/history")>"Whole history"</a></div>
                    {entries(&seen, latest.rows, false)}
                </section>
            </div>
            <aside class="stack" aria-label="Facts and times">{facts(&seen)} {response(&seen.times)} {team(&seen)}</aside>
        </div>
    };
    Ok(room(req, &seen, Tab::Overview, body.into_any()))
}

/// Milestones whose times contradict each other.
fn faults(room: &Room) -> Option<AnyView> {
    let faults: Vec<AnyView> = order_faults(&room.times)
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
    (!faults.is_empty()).then(|| {
        let fix =
            room.may(Permission::EnterTime).then(|| view! { <a href=room.address("/times")>"Correct the times"</a> });
        warning(
            view! {
                <p>"Times are out of order. The interval between them is left out until that is mended. " {fix}</p>
                <ul>{faults}</ul>
            }
            .into_any(),
        )
    })
}

fn summary(room: &Room) -> AnyView {
    let text = &room.incident.fields.summary;
    if text.is_empty() {
        let write = room.may(Permission::EditIncident).then(|| view! { <a href=room.address("/edit")>"Write one"</a> });
        view! { <p class="muted">"No summary yet. " {write}</p> }.into_any()
    } else {
        markdown::prose(text)
    }
}

/// The fields that are read elsewhere: above every tab, and as the summary.
const ABOVE: [&str; 7] = ["title", "summary", "severity", "tlp", "pap", "on_hold", "is_exercise"];

fn facts(room: &Room) -> AnyView {
    let incident = &room.incident;
    let merged = incident.merged_into.clone().map(|into| {
        view! { <dt>"Merged into"</dt><dd><a href=format!("/incidents/{into}")>{into.clone()}</a></dd> }
    });
    let reopened = (incident.reopened_count > 0).then(|| {
        let words =
            if incident.reopened_count == 1 { "once".to_owned() } else { format!("{} times", incident.reopened_count) };
        view! { <dt>"Reopened"</dt><dd>{words}</dd> }
    });
    let words = room.words();
    let known_fields: Vec<AnyView> = IncidentFields::FIELDS
        .iter()
        .filter(|field| !ABOVE.contains(&field.name))
        .map(|field| {
            let value = match field.name {
                "owner_id" => owner(incident.owner_name.clone()),
                _ => fact(&incident.fields, field, &words),
            };
            view! { <dt>{field.label}</dt><dd>{value}</dd> }.into_any()
        })
        .collect();
    view! {
        <section class="card">
            <h2>"Facts"</h2>
            <dl class="facts">
                {known_fields}
                <dt>"Began"</dt><dd>{known(room, Milestone::Start)}</dd>
                <dt>"Detected"</dt><dd>{known(room, Milestone::Detect)}</dd>
                <dt>"Opened"</dt><dd>{moment::full(&room.moment(incident.created_at))}<br /><span class="muted small">"by "{incident.created_by_name.clone()}</span></dd>
                <dt>"Updated"</dt><dd>{moment::full(&room.moment(incident.updated_at))}<br /><span class="muted small">"by "{incident.updated_by_name.clone()}</span></dd>
                <dt>"Access"</dt><dd>{if incident.restricted { "Its team only" } else { "Everyone whose role sees incidents" }}</dd>
                {reopened}
                {merged}
            </dl>
        </section>
    }
    .into_any()
}

/// A time with how exactly it is known, or that it is not.
fn known(room: &Room, milestone: Milestone) -> AnyView {
    match room.time(milestone).and_then(|time| Some((time, time.at?))) {
        Some((time, at)) => view! {
            {moment::full(&room.moment(at))}<br /><span class="muted small">{time.precision.label()}</span>
        }
        .into_any(),
        None => view! { <span class="muted">"Not known yet"</span> }.into_any(),
    }
}

/// An interval of the response; without words when one of its ends is not known or they contradict.
struct HeadlineInterval {
    label: &'static str,
    meaning: String,
    words: Option<String>,
}

/// The headline intervals of standards §4.2, each from its two milestones.
fn intervals(times: &[MilestoneTime]) -> Vec<HeadlineInterval> {
    let at = |milestone| times.iter().find(|time| time.milestone == milestone).and_then(|time| time.at);
    let interval = |label: &'static str, from: Milestone, to: Milestone| {
        let micros = at(from).zip(at(to)).map(|(from, to)| to.since(from)).filter(|micros| *micros >= 0);
        HeadlineInterval {
            label,
            meaning: format!("From “{}” to “{}”", from.label(), to.label()),
            words: micros.map(duration_words),
        }
    };
    vec![
        interval("Time to detect", Milestone::Start, Milestone::Detect),
        interval("Time to acknowledge", Milestone::Detect, Milestone::Acknowledge),
        interval("Time to contain", Milestone::Detect, Milestone::Contain),
        interval("Time to recover", Milestone::Detect, Milestone::Recover),
        interval("Time to resolve", Milestone::Detect, Milestone::Resolve),
    ]
}

fn response(times: &[MilestoneTime]) -> AnyView {
    let lines: Vec<AnyView> = intervals(times)
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

fn team(room: &Room) -> AnyView {
    let members: Vec<AnyView> =
        room.team.iter().map(|member| view! { <li>{member.name.clone()}</li> }.into_any()).collect();
    let body = if members.is_empty() {
        view! { <p class="muted">"Nobody yet"</p> }.into_any()
    } else {
        view! { <div class="prose"><ul>{members}</ul></div> }.into_any()
    };
    let change = room.may(Permission::ChangeAccess).then(|| view! { <a href=room.address("/access")>"Change"</a> });
    view! { <section class="card"><div class="card-head"><h2>"Team"</h2>{change}</div>{body}</section> }.into_any()
}

#[cfg(test)]
mod tests {
    use holdfast_domain::{
        Timestamp,
        time::{Precision, TimeSource},
    };

    use super::*;

    fn time(milestone: Milestone, seconds: i64) -> MilestoneTime {
        MilestoneTime {
            milestone,
            at: Some(Timestamp::from_seconds(seconds)),
            first_at: Timestamp::from_seconds(seconds),
            precision: Precision::Exact,
            source: TimeSource::User,
            zone: None,
            original: None,
            reason: None,
            recorded_at: Timestamp::from_seconds(seconds),
        }
    }

    #[test]
    fn an_interval_is_known_only_when_its_ends_are_known_and_agree() {
        let times = [time(Milestone::Start, 7_200), time(Milestone::Detect, 3_600), time(Milestone::Contain, 9_000)];
        let words: Vec<_> = intervals(&times).into_iter().map(|interval| interval.words).collect();
        assert_eq!(words, [None, None, Some("1 h 30 min".into()), None, None]);
    }
}
