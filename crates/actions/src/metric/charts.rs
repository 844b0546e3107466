//! Metrics as drawings, for pages and reports alike.

use holdfast_chart::{
    Theme,
    band::{self, Band, BandPoint, Level},
    bars::{self, Bar, BarPart, Bars, Tone},
    columns::{self, Columns, Series},
    survival::{self, Survival},
};
use holdfast_domain::{
    incident::Severity,
    metric::{Backlog, MetricKind, Quantile, Summary, SurvivalStep, TrendPoint},
    time::duration_words,
};

use super::{ClockRow, Month, words};

/// Incidents by severity, month by month.
pub fn months(theme: Theme, months: &[Month]) -> String {
    let total: u32 = months.iter().flat_map(|month| &month.by_severity).sum();
    let series = Severity::ALL.iter().enumerate().map(|(place, severity)| Series {
        name: severity.label().to_owned(),
        values: months.iter().map(|month| month.by_severity.get(place).copied().unwrap_or(0)).collect(),
    });
    let most = months.iter().max_by_key(|month| month.by_severity.iter().sum::<u32>());
    let most = most.map(|month| format!(" Most in {}: {}.", month.bucket.label, month.by_severity.iter().sum::<u32>()));
    let columns = Columns {
        title: "Incidents detected, by severity".into(),
        takeaway: format!("{total} incidents in {} months.{}", months.len(), most.unwrap_or_default()),
        counted: "Incidents".into(),
        buckets: months.iter().map(|month| month.bucket.label.clone()).collect(),
        series: series.collect(),
    };
    columns::draw(theme, &columns)
}

fn level(quantile: Quantile, unit: f64) -> Level {
    match quantile {
        Quantile::Reached(value) => Level::At(micros(value) / unit),
        Quantile::NotReached { beyond } => Level::Above(micros(beyond) / unit),
        Quantile::TooFew => Level::Unknown,
    }
}

#[allow(clippy::cast_precision_loss)] // A drawing needs no microsecond.
const fn micros(value: i64) -> f64 {
    value as f64
}

/// A metric month by month.
pub fn trend(theme: Theme, kind: MetricKind, trend: &[TrendPoint]) -> String {
    let unit = micros(kind.unit().micros());
    let point = |point: &TrendPoint| {
        let summary = &point.summary;
        let band = match (summary.p25.value(), summary.p75) {
            (Some(low), Quantile::Reached(high)) => Some((micros(low) / unit, Some(micros(high) / unit))),
            (Some(low), _) => Some((micros(low) / unit, None)),
            _ => None,
        };
        BandPoint {
            label: point.bucket.label.clone(),
            n: summary.n,
            is_sure: point.claim,
            median: level(summary.median, unit),
            tail: level(summary.p90, unit),
            band,
            values: summary.values.iter().map(|value| micros(value.duration) / unit).collect(),
        }
    };
    let sure = trend.iter().filter(|point| point.claim).count();
    let band = Band {
        title: format!("{}, month by month", kind.label()),
        takeaway: match sure {
            0 => "No month has the ten incidents from which a trend could be claimed.".into(),
            sure => format!("{sure} of {} months have ten incidents or more; only those are joined.", trend.len()),
        },
        unit: kind.unit().sign().into(),
        points: trend.iter().map(point).collect(),
        tail_name: "p90".into(),
        target: None,
    };
    band::draw(theme, &band)
}

/// The share that is not over, with those that are still open.
pub fn curve(theme: Theme, kind: MetricKind, steps: &[SurvivalStep], open: &[i64], summary: &Summary) -> String {
    let unit = micros(kind.unit().micros());
    let median = summary.median.value();
    let survival = Survival {
        title: format!("{}: share not over", kind.label()),
        takeaway: format!("Half took at most {}; {}.", words::headline(summary), words::n(summary)),
        unit: format!("{} since {}", kind.unit().sign(), kind.from().label().to_lowercase()),
        remaining: "Not over".into(),
        steps: steps.iter().map(|step| (micros(step.at) / unit, step.s)).collect(),
        open: open.iter().map(|so_far| micros(*so_far) / unit).collect(),
        median: median.map(|at| (micros(at) / unit, format!("Median {}", duration_words(at)))),
        target: None,
    };
    survival::draw(theme, &survival)
}

/// How often the targets of a clock were met.
pub fn targets(theme: Theme, clock: &ClockRow) -> String {
    let part = |name: &str, tone| BarPart { name: name.into(), tone };
    let bar = |row: &holdfast_domain::metric::Attainment| Bar {
        label: row.severity.label().to_owned(),
        values: vec![f64::from(row.met), f64::from(row.breached), f64::from(row.pending)],
        words: match row.ratio().share() {
            Some(share) => format!("{:.0} % of {}", share * 100.0, row.met + row.breached),
            None => "none decided".into(),
        },
        interval: None,
    };
    let (met, breached) =
        clock.rows.iter().fold((0, 0), |(met, breached), row| (met + row.met, breached + row.breached));
    let bars = Bars {
        title: format!("{}: target met", clock.clock.label()),
        takeaway: format!("Met {met} times, breached {breached} times."),
        parts: vec![part("Met", Tone::Good), part("Breached", Tone::Bad), part("Still running", Tone::Undecided)],
        bars: clock.rows.iter().map(bar).collect(),
        full: None,
        target: None,
    };
    bars::draw(theme, &bars)
}

/// What is open now, by age.
pub fn backlog(theme: Theme, backlog: &Backlog) -> String {
    let bar = |bin: &holdfast_domain::metric::AgeBin| Bar {
        label: bin.label.to_string(),
        values: vec![f64::from(bin.n)],
        words: bin.n.to_string(),
        interval: None,
    };
    let bars = Bars {
        title: "Open now, by age since detection".into(),
        takeaway: format!("{} open; half are at most {} old.", backlog.ages.n, words::headline(&backlog.ages)),
        parts: vec![BarPart { name: "Open".into(), tone: Tone::Plain }],
        bars: backlog.histogram.iter().map(bar).collect(),
        full: None,
        target: None,
    };
    bars::draw(theme, &bars)
}
