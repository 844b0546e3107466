//! Numbers in words, the same wherever they stand.

use holdfast_domain::{
    Timestamp,
    incident::Severity,
    metric::{Exclusion, Quantile, Ratio, SUMMED_UP_MIN, Summary, Target, TargetClock, Targets, TargetsPart},
    time::{duration_words, in_zone},
};

/// `n 12, 3 open`
pub fn n(summary: &Summary) -> String {
    match summary.n_open {
        0 => format!("n {}", summary.n),
        open => format!("n {}, {open} open", summary.n),
    }
}

/// The median, or the values themselves where they are too few.
pub fn headline(summary: &Summary) -> String {
    if summary.n == 0 {
        return "–".into();
    }
    if summary.n < SUMMED_UP_MIN {
        return values(summary);
    }
    summary.median.words()
}

/// Each value, an open one with a plus sign behind it.
pub fn values(summary: &Summary) -> String {
    let words = summary.values.iter().map(|value| {
        let sign = if value.is_open { "+" } else { "" };
        format!("{}{sign}", duration_words(value.duration))
    });
    words.collect::<Vec<_>>().join(", ")
}

/// A quantile; where there are too few values, nothing is claimed.
pub fn quantile(quantile: Quantile) -> String {
    match quantile {
        Quantile::TooFew => "–".into(),
        other => other.words(),
    }
}

/// To which incidents of a period targets apply, with times in a zone.
pub fn applies(part: &TargetsPart, zone: &str) -> String {
    let at = |at: Timestamp| in_zone(at, zone);
    let when = match (part.from, part.until) {
        (None, None) => "All incidents".to_owned(),
        (None, Some(until)) => format!("Detected before {}", at(until)),
        (Some(from), None) => format!("Detected since {}", at(from)),
        (Some(from), Some(until)) => format!("Detected since {} and before {}", at(from), at(until)),
    };
    if part.are_own { when } else { format!("{when} (the program’s targets)") }
}

/// Targets, a line for each severity that has any.
pub fn limits(targets: &Targets) -> Vec<String> {
    let limit = |target: &Target, clock: &TargetClock| {
        format!("{} within {}", clock.label().to_lowercase(), duration_words(target.of_clock(*clock)))
    };
    let of = |(severity, target): (&Severity, &Target)| {
        let limits: Vec<String> = TargetClock::ALL.iter().map(|clock| limit(target, clock)).collect();
        format!("{}: {}", severity.label(), limits.join(", "))
    };
    targets.0.iter().map(of).collect()
}

/// `Exercise 2, Duplicate 1`
pub fn excluded(excluded: &[(Exclusion, u32)]) -> String {
    if excluded.is_empty() {
        return "none".into();
    }
    excluded.iter().map(|(why, count)| format!("{} {count}", why.label())).collect::<Vec<_>>().join(", ")
}

/// `83 % (10 of 12; 95 % interval 55 to 95 %)`
pub fn ratio(ratio: &Ratio) -> String {
    match (ratio.share(), ratio.interval()) {
        (Some(share), Some((low, high))) => format!(
            "{:.0} % ({} of {}; 95 % interval {:.0} to {:.0} %)",
            share * 100.0,
            ratio.k,
            ratio.n,
            low * 100.0,
            high * 100.0
        ),
        _ => "– (0 of 0)".into(),
    }
}

/// How the median moved, where both are known: no judgement, since there may be few cases.
pub fn change(current: &Summary, previous: &Summary) -> String {
    match (current.median.value(), previous.median.value()) {
        (Some(now), Some(before)) if now == before => "the same".into(),
        (Some(now), Some(before)) => {
            let sign = if now > before { "+" } else { "−" };
            format!("{sign}{}", duration_words(now.abs_diff(before).try_into().unwrap_or(i64::MAX)))
        }
        _ => "–".into(),
    }
}
