//! One metric: its definition, its curve, its trend and the incidents behind it.

use holdfast_actions::metric::{Detail, charts, words};
use holdfast_chart::Theme;
use holdfast_domain::{
    Refusal,
    metric::{MetricKind, Observation},
    time::duration_words,
};
use leptos::prelude::*;

use super::filter;
use crate::{
    page::Shown,
    request::Request,
    ui::{Cell, LocalTime, Row, badge, drawn, icon, moment, table},
};

/// The page.
pub async fn detail_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let kind: MetricKind = req.param("kind")?.parse().map_err(|_| Refusal::NotFound("metric".into()))?;
    let asked = filter::asked(req);
    let seen = holdfast_actions::metric::detail(ctx, actor, kind, &asked).await?;
    let back = format!("/metrics{}", filter::pairs(&asked));
    req.title(kind.label());
    Ok(view! {
        <header class="page-head">
            <div>
                <h1>{kind.label()}</h1>
                <p class="meta"><a href=back>"Metrics"</a>" · "{seen.period.current.label.clone()}</p>
            </div>
        </header>
        <div class="stack metrics">
            {filter::form(&asked, format!("/metrics/{kind}"))}
            {facts(kind, &seen)}
            <div class="charts">
            <section class="card"><h2>"Share not over"</h2>{drawn(charts::curve(Theme::Page, kind, &seen.curve, &seen.open, &seen.line.current), "Share not over")}</section>
            <section class="card"><h2>"Month by month"</h2>{drawn(charts::trend(Theme::Page, kind, &seen.trend), "Month by month")}</section>
            </div>
            {behind(&seen, &actor.time_zone)}
        </div>
    }
    .into_any())
}

fn facts(kind: MetricKind, seen: &Detail) -> AnyView {
    let (now, before) = (&seen.line.current, &seen.line.previous);
    let mean = now.mean_done.map_or_else(|| "–".into(), duration_words);
    view! {
        <section class="card">
            <p>{kind.definition()}" Source: "{kind.source()}"."</p>
            <dl class="facts">
                <dt>"Median"</dt><dd><strong>{words::headline(now)}</strong></dd>
                <dt>"p90"</dt><dd>{words::quantile(now.p90)}</dd>
                <dt>"Middle half"</dt><dd>{words::quantile(now.p25)}" to "{words::quantile(now.p75)}</dd>
                <dt>"Mean of those that ended"</dt><dd>{mean}</dd>
                <dt>"Counted"</dt><dd>{words::n(now)}</dd>
                <dt>"Left out"</dt><dd>{words::excluded(&now.excluded)}</dd>
                <dt>"Method"</dt><dd>{now.method.label()}</dd>
                <dt>"Before"</dt><dd>{words::headline(before)}", "{words::n(before)}" ("{seen.period.previous.label.clone()}")"</dd>
            </dl>
        </section>
    }
    .into_any()
}

fn behind(seen: &Detail, zone: &str) -> AnyView {
    let Some(rows) = &seen.behind else {
        return view! { <p class="hint">"The incidents behind the number are shown to those who work on incidents."</p> }.into_any();
    };
    if rows.is_empty() {
        let words = view! { <p>"No incident was detected in this period."</p> };
        return table::blank(icon::FLAG, "Nothing behind it", words.into_any(), ().into_any());
    }
    let lines = rows
        .iter()
        .map(|row| {
            let (took, state) = match row.observation {
                Observation::Done(took) => (duration_words(took), badge::plain("Ended")),
                Observation::Open(so_far) => (format!("{}+", duration_words(so_far)), badge::warning("Still open")),
                Observation::Excluded(why) => {
                    ("–".into(), view! { <span class="muted">"Left out: "{why.label()}</span> }.into_any())
                }
            };
            let detected = row.detected_at.map(|at| LocalTime::in_zone(at, zone));
            let to = format!("/incidents/{}", row.reference);
            Row::of([
                Cell::name(view! { <a href=to>{row.title.clone()}</a> }).class("wrap"),
                Cell::bare(row.reference.clone()).class("mono muted"),
                Cell::bare(badge::severity(row.severity)),
                Cell::known(detected.as_ref().map(moment::short)),
                Cell::of(took),
                Cell::bare(state),
            ])
        })
        .collect();
    let more = (seen.total > rows.len()).then(|| {
        let words = format!(
            "The {} that took longest, of {}. A shorter period, a severity or a category shows the others.",
            rows.len(),
            seen.total
        );
        view! { <p class="hint">{words}</p> }
    });
    let heads = ["Incident", "Reference", "Severity", "Detected", "Took", "Counts as"];
    view! { <section class="part"><div class="part-head"><h2>"The incidents behind it"</h2></div>{table::plain("The incidents behind it", &heads, lines)}{more}</section> }
        .into_any()
}
