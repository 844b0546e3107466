//! The metrics: every number with its n, what is open and what was left out.

use holdfast_actions::metric::{ClockRow, Dashboard, MetricGroup, MetricLine, MetricsQuery, Totals, charts, words};
use holdfast_chart::Theme;
use holdfast_domain::metric::{Bucket, MetricKind, TargetClock};
use leptos::prelude::*;

use super::filter;
use crate::{
    page::Shown,
    request::Request,
    ui::{Cell, LocalTime, Row, drawn, icon, moment, table},
};

/// The page.
pub async fn metrics_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let asked = filter::asked(req);
    let seen = holdfast_actions::metric::dashboard(ctx, actor, &asked).await?;
    let as_of = LocalTime::in_zone(seen.as_of, &actor.time_zone);
    let pdf = format!("/metrics/report.pdf{}", filter::pairs(&asked));
    let issue = holdfast_domain::allow(actor, holdfast_domain::Permission::IssueReport, holdfast_domain::Object::None)
        .then(|| view! { <a class="btn" href=format!("/metrics/issue{}", filter::pairs(&asked))>"Issue"</a> });
    req.title("Metrics");
    Ok(view! {
        <header class="page-head">
            <div>
                <h1>"Metrics"</h1>
                <p class="meta">{seen.period.current.label.clone()}", beside "{seen.period.previous.label.clone()}"."</p>
                <p class="meta">"As of "{moment::full(&as_of)}</p>
            </div>
            <div class="actions">{issue}<a class="btn" href=pdf>"Draft as PDF"</a></div>
        </header>
        <div class="stack metrics">
            {filter::form(&asked, "/metrics".into())}
            {if is_empty(&seen) { nothing() } else { numbers(&seen, &asked) }}
            {notes(&seen)}
        </div>
    }
    .into_any())
}

/// Whether there is nothing that a number could be made of.
fn is_empty(seen: &Dashboard) -> bool {
    let none = |counts: &Totals| {
        let here = counts.opened == 0 && counts.closed == 0;
        here && counts.detected == 0 && counts.excluded == 0
    };
    seen.counts.iter().all(none) && seen.backlog.ages.n == 0
}

fn nothing() -> AnyView {
    let words = view! { <p>"No incident was detected, opened or closed in this period or the one before, as far as you may see. Each number here is made of incidents and their times."</p> };
    let list = view! { <a class="btn" href="/incidents">"All incidents"</a> };
    table::blank(icon::CHART, "Nothing to measure yet", words.into_any(), list.into_any())
}

fn numbers(seen: &Dashboard, asked: &MetricsQuery) -> AnyView {
    let trend = charts::trend(Theme::Page, MetricKind::Mttc, &seen.contain_trend);
    view! {
        {counts(seen)}
        <div class="charts">
            {chart("Incidents detected, by severity", charts::months(Theme::Page, &seen.months))}
            {chart("Time to contain, month by month", trend)}
        </div>
        {lines(&seen.lines, asked, &seen.period.previous)}
        <div class="charts">
            {groups("By severity", "Severity", &seen.by_severity)}
            {groups("By category", "Category", &seen.by_class)}
        </div>
        {targets(seen)}
    }
    .into_any()
}

fn chart(heading: &'static str, svg: String) -> AnyView {
    view! { <section class="card"><h2>{heading}</h2>{drawn(svg, heading)}</section> }.into_any()
}

/// A number and, below it, what it is made of.
fn figure(name: &'static str, text: &str, below: Option<String>) -> AnyView {
    let (number, note) = text.split_once(" (").map_or((text, None), |(number, note)| (number, note.strip_suffix(')')));
    let note = note.map(|note| view! { <span class="muted small">{note.to_owned()}</span> });
    let below = below.map(|words| view! { <span class="muted small">{words}</span> });
    view! { <div class="figure"><dt>{name}</dt><dd><strong>{number.to_owned()}</strong>{note}{below}</dd></div> }
        .into_any()
}

fn counts(seen: &Dashboard) -> AnyView {
    let [now, before] = &seen.counts;
    let fact =
        |name: &'static str, of: fn(&Totals) -> String| figure(name, &of(now), Some(format!("before: {}", of(before))));
    let reopened = words::ratio(&seen.reopened.ratio());
    let pending = (seen.reopened.pending > 0)
        .then(|| format!("{} closed less than 30 days ago are not decided yet.", seen.reopened.pending));
    view! {
        <section aria-label="Counts">
            <dl class="figures">
                {fact("Detected", |counts| format!("{} ({} more left out)", counts.detected, counts.excluded))}
                {fact("Opened here", |counts| counts.opened.to_string())}
                {fact("Closed", |counts| counts.closed.to_string())}
                {figure("Open now", &seen.backlog.ages.n.to_string(), None)}
                {fact("False positives among decided", |counts| words::ratio(&counts.false_positive))}
                {figure("Reopened within 30 days", &reopened, pending)}
            </dl>
        </section>
    }
    .into_any()
}

fn lines(lines: &[MetricLine], asked: &MetricsQuery, previous: &Bucket) -> AnyView {
    let rows = lines
        .iter()
        .map(|line| {
            let (now, before) = (&line.current, &line.previous);
            let to = format!("/metrics/{}{}", line.kind, filter::pairs(asked));
            let mean = now.mean_done.map(holdfast_domain::time::duration_words).unwrap_or_else(|| "–".into());
            let name = view! { <a href=to>{line.kind.label()}</a><span class="muted small under">{line.kind.definition()}</span> };
            Row::of([
                Cell::name(name).class("wrap"),
                Cell::of(view! { <strong>{words::headline(now)}</strong> }).class("wrap"),
                Cell::of(words::quantile(now.p90)).class("wrap"),
                Cell::of(mean),
                Cell::bare(words::n(now)).class("wrap"),
                Cell::of(view! { <span class="muted small">{words::excluded(&now.excluded)}</span> }).class("wrap"),
                Cell::of(view! { {words::headline(before)}<span class="muted small under">{words::n(before)}</span> }).class("wrap"),
                Cell::of(words::change(now, before)).class("wrap"),
            ])
        })
        .collect();
    let heads = ["Metric", "Median", "p90", "Mean of ended", "n", "Left out", "Before", "Change"];
    let words = format!(
        "Before is {}. Fewer than five values are printed, not summed up; a plus sign marks one that still goes on.",
        previous.label
    );
    view! { <section class="part"><div class="part-head"><h2>"How long it took"</h2></div>{table::plain("How long it took", &heads, rows)}<p class="hint">{words}</p></section> }
        .into_any()
}

fn groups(heading: &'static str, head: &'static str, groups: &[MetricGroup]) -> AnyView {
    if groups.is_empty() {
        return ().into_any();
    }
    let rows = groups
        .iter()
        .map(|group| {
            let cell = |summary| {
                let n = words::n(summary);
                Cell::of(view! { {words::headline(summary)}<span class="muted small">" "{n}</span> }).class("wrap")
            };
            Row::of([Cell::name(group.words.clone()), Cell::of(group.n), cell(&group.contain), cell(&group.resolve)])
        })
        .collect();
    view! {
        <section class="card"><h2>{heading}</h2>{table::plain(heading, &[head, "Detected", "Time to contain, median", "Time to resolve, median"], rows)}</section>
    }
    .into_any()
}

fn targets(seen: &Dashboard) -> AnyView {
    let heading = |clock| match clock {
        TargetClock::Acknowledge => "Acknowledged within the target",
        TargetClock::Contain => "Contained within the target",
        TargetClock::Resolve => "Resolved within the target",
    };
    let drawing = |clock: &ClockRow| chart(heading(clock.clock), charts::targets(Theme::Page, clock));
    let drawings: Vec<AnyView> = seen.clocks.iter().map(drawing).collect();
    let parts = seen.target_parts.iter().map(|part| {
        let limits = words::limits(&part.targets);
        let limits = if limits.is_empty() { vec!["No targets".to_owned()] } else { limits };
        let limits: Vec<AnyView> = limits.into_iter().map(|line| view! { <li>{line}</li> }.into_any()).collect();
        view! { <p>{words::applies(part, &seen.zone)}</p><ul>{limits}</ul> }.into_any()
    });
    view! {
        <section class="part">
            <div class="part-head"><h2>"Targets and what is open"</h2></div>
            <div class="charts">{drawings} {chart("Open now, by age since detection", charts::backlog(Theme::Page, &seen.backlog))}</div>
            <details><summary>"The targets"</summary>{parts.collect::<Vec<_>>()}
            <p class="hint">"Each incident is measured by the targets that held when it was detected. Wall-clock time from detection; nothing is taken off for nights or holds. A time that was skipped and is overdue counts as breached."</p></details>
        </section>
    }
    .into_any()
}

fn notes(seen: &Dashboard) -> AnyView {
    let undated = (seen.undated > 0).then(|| {
        let words = format!("{} incidents have no time of detection and belong to no period.", seen.undated);
        view! { <li>{words}</li> }
    });
    view! {
        <section class="card">
            <h2>"How to read this"</h2>
            <div class="prose"><ul>
                <li>"An incident belongs to the period in which it was detected, in months of "{seen.zone.clone()}"."</li>
                <li>"Left out of every metric in this period: "{words::excluded(&seen.excluded)}"."</li>
                <li>"What is still open counts as lasting at least until now (Kaplan–Meier); leaving it out would make the response look faster than it is."</li>
                <li>"Incidents restricted to a team count only for those who are on it, so others may see other numbers."</li>
                {undated}
            </ul></div>
        </section>
    }
    .into_any()
}
