//! The metrics of a period as a report.

use holdfast_chart::Theme;
use holdfast_domain::{
    Actor,
    metric::{self, MetricKind, Quantile, Ratio, SUMMED_UP_MIN, Summary},
    time::SECOND,
};
use holdfast_report::{
    Chart, Metrics, ReportHead,
    metrics::{AgeCount, DurationMetric, DurationStats, Exclusion, SeverityCount, ShareMetric, SlaCount},
};

use super::{head_of_org, ledger_state, offsets};
use crate::{
    Ctx, Result,
    metric::{Dashboard, MetricsQuery, charts, dashboard_now, words},
};

/// The data, and the word for the period. What is issued is read by others than its author, so incidents
/// that are restricted to a team, of which others are told nothing, count in a draft only.
pub(super) async fn read(
    ctx: &Ctx,
    actor: &Actor,
    query: &MetricsQuery,
    version: Option<u32>,
    distribution: Vec<String>,
) -> Result<(Metrics, String)> {
    let is_issued = version.is_some();
    // Nobody is on no team.
    let nobody = Actor { person_id: holdfast_domain::PersonId(uuid::Uuid::nil()), ..actor.clone() };
    let seen = dashboard_now(ctx, if is_issued { &nobody } else { actor }, query).await?;
    let subject = subject(&seen, query);
    let head = ReportHead {
        reference: subject.clone(),
        title: format!("Security operations metrics, {}", seen.period.current.label),
        version,
        distribution,
        ..head_of_org(ctx, actor).await?
    };
    let ledger = ledger_state(ctx, actor).await?;
    let mut data = Metrics {
        head,
        from: seen.period.current.from,
        to: seen.period.current.to,
        cohort: cohort(&seen, query, is_issued),
        summary: summary(&seen),
        durations: durations(&seen),
        shares: shares(&seen),
        by_severity: seen.severities.clone().into_iter().map(severity).collect(),
        by_category: seen.categories.iter().map(category).collect(),
        charts: drawings(&seen),
        backlog: seen.backlog.histogram.iter().map(|bin| AgeCount { age: bin.label.to_string(), n: bin.n }).collect(),
        sla: sla(&seen),
        data_quality: quality(&seen, is_issued),
        ledger,
    };
    data.head.offsets = offsets(&data, &data.head.zone)?;
    Ok((data, subject))
}

/// What a metrics report is a version of, as an identifier: the months, and what was chosen of them.
fn subject(seen: &Dashboard, query: &MetricsQuery) -> String {
    let day = |at: holdfast_domain::Timestamp| {
        holdfast_domain::time::in_zone(at, &seen.zone).chars().take(7).collect::<String>()
    };
    let last = holdfast_domain::Timestamp::from_micros(seen.period.current.to.micros() - 1);
    let (first, last) = (day(seen.period.current.from), day(last));
    let months = if first == last { first } else { format!("{first}_{last}") };
    let severity = query.severity.map(|one| format!("_{one}")).unwrap_or_default();
    let class = query.class.map(|one| format!("_{one}")).unwrap_or_default();
    format!("{months}{severity}{class}")
}

fn cohort(seen: &Dashboard, query: &MetricsQuery, is_issued: bool) -> String {
    let which = if is_issued { "restricted ones excluded" } else { "as far as the author may see them" };
    let mut words =
        format!("Incidents detected in {} (calendar of {}), {which}.", seen.period.current.label, seen.zone);
    if let Some(severity) = query.severity {
        words.push_str(&format!(" Only {}.", severity.label()));
    }
    if let Some(class) = query.class {
        words.push_str(&format!(" Only {}.", class.label()));
    }
    words
}

/// The numbers a board asks for first, in sentences without judgement.
fn summary(seen: &Dashboard) -> String {
    let [now, before] = &seen.counts;
    let line = |kind: MetricKind| seen.lines.iter().find(|line| line.kind == kind);
    let was = |n: u32| if n == 1 { "1 incident was".to_owned() } else { format!("{n} incidents were") };
    let contained = line(MetricKind::Mttc).filter(|line| line.current.n > 0).map(|line| {
        let what = if line.current.n < SUMMED_UP_MIN { "Times" } else { "Median time" };
        format!(" {what} to contain: {} ({}).", words::headline(&line.current), words::n(&line.current))
    });
    let excluded = (now.excluded > 0).then(|| format!(" {} excluded.", was(now.excluded)));
    format!(
        "{} detected, {} in the period before.{}{} {} closed in the period. Open now: {}.",
        was(now.detected),
        before.detected,
        excluded.unwrap_or_default(),
        contained.unwrap_or_default(),
        was(now.closed),
        seen.backlog.ages.n
    )
}

fn seconds(micros: i64) -> u64 {
    u64::try_from(micros / SECOND).unwrap_or(0)
}

fn stats(summary: &Summary) -> DurationStats {
    let reached = |quantile: Quantile| quantile.value().map(seconds);
    let few = summary.n < SUMMED_UP_MIN;
    DurationStats {
        n: summary.n,
        n_open: summary.n_open,
        median_s: if few { None } else { reached(summary.median) },
        p90_s: if few { None } else { reached(summary.p90) },
        mean_s: summary.mean_done.map(seconds),
        values_s: summary.values.iter().map(|value| seconds(value.duration)).collect(),
    }
}

/// What a board asks for first comes first.
const FIRST: [MetricKind; 4] = [MetricKind::Mttd, MetricKind::Mttc, MetricKind::MttrRecover, MetricKind::MttrResolve];

fn durations(seen: &Dashboard) -> Vec<DurationMetric> {
    let mut lines: Vec<_> = seen.lines.iter().collect();
    lines.sort_by_key(|line| FIRST.iter().position(|first| *first == line.kind).unwrap_or(FIRST.len()));
    lines.into_iter().map(duration).collect()
}

fn duration(line: &crate::metric::MetricLine) -> DurationMetric {
    DurationMetric {
        name: line.kind.label().into(),
        definition: line.kind.definition().into(),
        method: line.current.method.label().into(),
        now: stats(&line.current),
        previous: Some(stats(&line.previous)),
        target_s: None,
        excluded: line
            .current
            .excluded
            .iter()
            .map(|(why, n)| Exclusion { reason: why.label().to_lowercase(), n: *n })
            .collect(),
    }
}

fn shares(seen: &Dashboard) -> Vec<ShareMetric> {
    let [now, before] = &seen.counts;
    let share = |name: &str, definition: &str, ratio: Ratio, previous: Option<Ratio>| ShareMetric {
        name: name.into(),
        definition: definition.into(),
        part: ratio.k,
        whole: ratio.n,
        previous: previous.map(|ratio| (ratio.k, ratio.n)),
    };
    vec![
        share(
            "False positives among decided incidents",
            "Incidents detected in the period whose disposition is a false positive, of all that were decided.",
            now.false_positive,
            Some(before.false_positive),
        ),
        share(
            "Reopened within 30 days",
            "Closings in the period that are at least 30 days old and were followed by a reopening within 30 days.",
            seen.reopened.ratio(),
            None,
        ),
    ]
}

fn severity(of: crate::metric::SeverityCounts) -> SeverityCount {
    let crate::metric::SeverityCounts { severity, detected, closed, open, previous } = of;
    SeverityCount { severity, detected, closed, open, previous: Some(previous) }
}

fn category(of: &crate::metric::CategoryCounts) -> holdfast_report::metrics::CategoryCount {
    holdfast_report::metrics::CategoryCount {
        category: of.category.clone(),
        detected: of.detected,
        previous: Some(of.previous),
    }
}

/// Backlog and targets have bars in their tables, so they are not drawn once more.
fn drawings(seen: &Dashboard) -> Vec<Chart> {
    let chart = |title: &str, svg: String, alt: String| Chart { title: title.into(), svg, alt };
    let total: u32 = seen.months.iter().flat_map(|month| &month.by_severity).sum();
    let sure = seen.contain_trend.iter().filter(|point| point.claim).count();
    vec![
        chart(
            "Incidents detected, by severity",
            charts::months(Theme::Report, &seen.months),
            format!("{total} incidents in the last twelve months; the numbers by severity stand in the columns."),
        ),
        chart(
            "Time to contain, month by month",
            charts::trend(Theme::Report, MetricKind::Mttc, &seen.contain_trend),
            format!("The median with the middle half, for each month; {sure} months have ten incidents or more."),
        ),
    ]
}

fn sla(seen: &Dashboard) -> Vec<SlaCount> {
    let rows = |clock: &crate::metric::ClockRow| {
        let name = clock.clock.label();
        let row = |row: &metric::Attainment| SlaCount {
            clock: name.into(),
            severity: row.severity,
            met: row.met,
            breached: row.breached,
            pending: row.pending,
        };
        clock.rows.iter().map(row).collect::<Vec<_>>()
    };
    seen.clocks.iter().flat_map(rows).collect()
}

fn quality(seen: &Dashboard, is_issued: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if seen.undated > 0 {
        lines.push(format!("{} incidents have no time of detection and belong to no period.", seen.undated));
    }
    for line in &seen.lines {
        for (why, count) in line.current.excluded.iter().filter(|(why, _)| why.is_data_fault()) {
            lines.push(format!("{}: {count} excluded, {}.", line.kind.label(), why.label().to_lowercase()));
        }
    }
    for part in &seen.target_parts {
        let limits = match words::limits(&part.targets) {
            limits if limits.is_empty() => "none".to_owned(),
            limits => limits.join("; "),
        };
        lines.push(format!("Targets. {}: {limits}.", words::applies(part, &seen.zone)));
    }
    lines.push(match is_issued {
        true => "Incidents restricted to a team are excluded.".into(),
        false => "Incidents restricted to a team count only where the author is on it.".into(),
    });
    lines
}
