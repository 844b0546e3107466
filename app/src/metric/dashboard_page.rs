//! The metrics: every number with its n, what is open and what was left out.

use holdfast_actions::metric::{Clock, Counts, Dashboard, Group, Line, MetricsQuery, charts, words};
use holdfast_chart::Theme;
use holdfast_domain::metric::{Bucket, MetricKind, TargetClock};
use leptos::prelude::*;

use super::filter;
use crate::{
    pages::Shown,
    request::request,
    ui::{
        drawing::drawn,
        moment::{self, Moment},
        raw_text::title,
        table,
    },
};

/// The page.
pub async fn metrics_page() -> Shown {
    let (ctx, actor) = request()?;
    let asked = filter::asked();
    let seen = holdfast_actions::metric::dashboard(&ctx, &actor, &asked).await?;
    let as_of = Moment::in_zone(seen.as_of, &actor.time_zone);
    let pdf = format!("/metrics/report.pdf{}", filter::pairs(&asked));
    let issue = holdfast_domain::allow(&actor, holdfast_domain::Deed::IssueReport, holdfast_domain::Object::None)
        .then(|| view! { <a class="btn" href=format!("/metrics/issue{}", filter::pairs(&asked))>"Issue"</a> });
    title("Metrics");
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
            {counts(&seen)}
            {lines(&seen.lines, &asked, &seen.period.previous)}
            {chart("Incidents detected, by severity", charts::months(Theme::Page, &seen.months))}
            {chart("Time to contain, month by month", charts::trend(Theme::Page, MetricKind::Mttc, &seen.contain_trend))}
            {groups("By severity", "Severity", &seen.by_severity)}
            {groups("By category", "Category", &seen.by_class)}
            {targets(&seen)}
            {chart("Open now, by age since detection", charts::backlog(Theme::Page, &seen.backlog))}
            {notes(&seen)}
        </div>
    }
    .into_any())
}

fn chart(heading: &'static str, svg: String) -> AnyView {
    view! { <section class="stack"><h2>{heading}</h2>{drawn(svg, heading)}</section> }.into_any()
}

fn counts(seen: &Dashboard) -> AnyView {
    let [now, before] = &seen.counts;
    let fact = |name: &'static str, of: fn(&Counts) -> String| {
        let (now, before) = (of(now), of(before));
        view! { <div class="figure"><dt>{name}</dt><dd><strong>{now}</strong><span class="muted small">"before: "{before}</span></dd></div> }
            .into_any()
    };
    let reopened = words::ratio(&seen.reopened.ratio());
    let pending = (seen.reopened.pending > 0)
        .then(|| format!("{} closed less than 30 days ago are not decided yet.", seen.reopened.pending));
    let open = seen.backlog.ages.n;
    view! {
        <section aria-label="Counts">
            <dl class="figures">
                {fact("Detected", |counts| format!("{} (and {} left out)", counts.detected, counts.excluded))}
                {fact("Opened here", |counts| counts.opened.to_string())}
                {fact("Closed", |counts| counts.closed.to_string())}
                <div class="figure"><dt>"Open now"</dt><dd><strong>{open}</strong></dd></div>
                {fact("False positives among decided", |counts| words::ratio(&counts.false_positive))}
                <div class="figure"><dt>"Reopened within 30 days"</dt><dd><strong>{reopened}</strong><span class="muted small">{pending}</span></dd></div>
            </dl>
        </section>
    }
    .into_any()
}

fn lines(lines: &[Line], asked: &MetricsQuery, previous: &Bucket) -> AnyView {
    let rows = lines
        .iter()
        .map(|line| {
            let (now, before) = (&line.current, &line.previous);
            let to = format!("/metrics/{}{}", line.kind, filter::pairs(asked));
            let mean = now.mean_done.map(holdfast_domain::time::duration_words).unwrap_or_else(|| "–".into());
            view! {
                <tr>
                    <td><a href=to>{line.kind.label()}</a><p class="muted small">{line.kind.definition()}</p></td>
                    <td class="num"><strong>{words::headline(now)}</strong></td>
                    <td class="num">{words::quantile(now.p90)}</td>
                    <td class="num">{mean}</td>
                    <td class="num">{words::n(now)}</td>
                    <td>{words::excluded(&now.excluded)}</td>
                    <td class="num">{words::headline(before)}<span class="muted small">" "{words::n(before)}</span></td>
                    <td class="num">{words::change(now, before)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let heads = ["Metric", "Median", "p90", "Mean of ended", "n", "Left out", "Before", "Change"];
    let words = format!(
        "Before is {}. Fewer than five values are printed, not summed up; a plus sign marks one that still goes on.",
        previous.label
    );
    view! { <section class="stack"><h2>"How long it took"</h2>{table::plain("How long it took", &heads, rows)}<p class="hint">{words}</p></section> }
        .into_any()
}

fn groups(heading: &'static str, head: &'static str, groups: &[Group]) -> AnyView {
    if groups.is_empty() {
        return ().into_any();
    }
    let rows = groups
        .iter()
        .map(|group| {
            view! {
                <tr>
                    <td>{group.words.clone()}</td>
                    <td class="num">{group.n}</td>
                    <td class="num">{words::headline(&group.contain)}<span class="muted small">" "{words::n(&group.contain)}</span></td>
                    <td class="num">{words::headline(&group.resolve)}<span class="muted small">" "{words::n(&group.resolve)}</span></td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <section class="stack"><h2>{heading}</h2>{table::plain(heading, &[head, "Detected", "Time to contain, median", "Time to resolve, median"], rows)}</section>
    }
    .into_any()
}

fn targets(seen: &Dashboard) -> AnyView {
    let heading = |clock| match clock {
        TargetClock::Acknowledge => "Acknowledged within the target",
        TargetClock::Contain => "Contained within the target",
        TargetClock::Resolve => "Resolved within the target",
    };
    let drawing = |clock: &Clock| {
        let words = heading(clock.clock);
        view! { <h3>{words}</h3> {drawn(charts::targets(Theme::Page, clock), words)} }.into_any()
    };
    let drawings: Vec<AnyView> = seen.clocks.iter().map(drawing).collect();
    let limits = seen.targets.0.iter().map(|(severity, target)| {
        let words = holdfast_domain::metric::TargetClock::ALL
            .iter()
            .map(|clock| {
                let limit = holdfast_domain::time::duration_words(target.of_clock(*clock));
                format!("{} within {limit}", clock.label().to_lowercase())
            })
            .collect::<Vec<_>>()
            .join(", ");
        view! { <li>{severity.label()}": "{words}</li> }.into_any()
    });
    view! {
        <section class="stack">
            <h2>"Targets"</h2>
            <div class="charts">{drawings}</div>
            <details><summary>"The targets"</summary><ul>{limits.collect::<Vec<_>>()}</ul>
            <p class="hint">"Wall-clock time from detection; nothing is taken off for nights or holds. A time that was skipped and is overdue counts as breached."</p></details>
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
