//! What is on the page, counted from incidents in memory. Each incident is held against what the reader may
//! see and asked for first. Reads no rows and no clock.

use std::cmp::Reverse;

use holdfast_domain::{
    IncidentId, Timestamp,
    incident::{Disposition, Severity},
    lifecycle::Milestone,
    metric::{
        Bucket, CaseRow, Closure, Exclusion, MetricKind, Observation, Ratio, Summary, TargetClock, TargetHistory,
        attainment, backlog, cohort, exclusion, months_back, observe, period::Period, reopen_rate, summarise, survival,
        trend, undated,
    },
    rsit::RsitClass,
};

use super::{
    BEHIND_MAX, CategoryCounts, ClockRow, Dashboard, Detail, Frame, MetricGroup, MetricLine, Month, SeverityCounts,
    Totals, cache_key::CacheKey, cases::Cases,
};

/// Months of the trend.
const TREND_MONTHS: u32 = 12;

/// The whole page.
pub(super) fn dashboard(cases: &Cases, asked: &CacheKey, frame: Frame, targets: &TargetHistory) -> Dashboard {
    let Frame { now, zone, period } = frame;
    let months = months_back(&zone, now.max(period.current.from), TREND_MONTHS);
    let seen: Vec<&CaseRow> = cases.rows().iter().filter(|case| asked.fits(case)).collect();
    let closings = cases.closings().filter(|(case, _)| asked.fits(case) && !case.is_exercise);
    let closings: Vec<Closure> = closings.map(|(_, closing)| closing.closure).collect();
    let open: Vec<&CaseRow> = seen.iter().copied().filter(|case| !case.status.is_ended()).collect();
    let [current, previous] = both(&seen, &period);
    let lately = detected_in(&seen, &months);
    let (from, to) = (period.current.from, period.current.to);
    let target_parts = targets.parts(from, to);
    let clocks = TargetClock::ALL
        .iter()
        .map(|clock| ClockRow { clock: *clock, rows: attainment(&current, *clock, &target_parts, now) })
        .collect();
    Dashboard {
        as_of: now,
        counts: [
            counts(&seen, &closings, &current, &period.current),
            counts(&seen, &closings, &previous, &period.previous),
        ],
        lines: MetricKind::ALL.iter().map(|kind| line(*kind, [&current, &previous], now)).collect(),
        severities: severities(&current, &previous),
        categories: categories(&current, &previous),
        by_severity: by_severity(&current, now),
        by_class: by_class(&current, now),
        backlog: backlog(&open, now),
        clocks,
        targets: targets.at(now),
        target_parts,
        reopened: reopen_rate(&closings, from, to, now),
        contain_trend: trend(MetricKind::Mttc, &lately, &months, now),
        months: months.into_iter().map(|bucket| month(&lately, bucket)).collect(),
        excluded: excluded(&current),
        undated: undated(&seen).into(),
        zone,
        period,
    }
}

/// Those detected in the period, and those detected in the one before.
fn both<'c>(seen: &'c [&CaseRow], period: &Period) -> [Vec<&'c CaseRow>; 2] {
    [&period.current, &period.previous].map(|bucket| cohort(seen, bucket).collect())
}

/// Those detected in months that follow one another: few, beside all of many years, to go through for each.
fn detected_in<'c>(seen: &'c [&CaseRow], months: &[Bucket]) -> Vec<&'c CaseRow> {
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return Vec::new() };
    cohort(seen, &Bucket { from: first.from, to: last.to, label: String::new() }).collect()
}

fn summary(kind: MetricKind, cases: &[&CaseRow], now: Timestamp) -> Summary {
    summarise(&cases.iter().map(|case| observe(kind, case, now)).collect::<Vec<_>>())
}

fn line(kind: MetricKind, [current, previous]: [&[&CaseRow]; 2], now: Timestamp) -> MetricLine {
    MetricLine { kind, current: summary(kind, current, now), previous: summary(kind, previous, now) }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn counted(cases: &[&CaseRow]) -> u32 {
    number(cases.iter().filter(|case| exclusion(case).is_none()).count())
}

fn counts(seen: &[&CaseRow], closings: &[Closure], inside: &[&CaseRow], bucket: &Bucket) -> Totals {
    let detected = counted(inside);
    let is_decided = |case: &&&CaseRow| case.disposition != Disposition::Unknown && !case.is_exercise && !case.merged;
    let decided: Vec<&&CaseRow> = inside.iter().filter(is_decided).collect();
    let none = decided.iter().filter(|case| exclusion(case) == Some(Exclusion::FalsePositive)).count();
    let opened = seen.iter().filter(|case| !case.is_exercise && bucket.contains(case.opened_at)).count();
    Totals {
        detected,
        excluded: number(inside.len()) - detected,
        opened: i64::from(number(opened)),
        closed: number(closings.iter().filter(|closing| bucket.contains(closing.closed_at)).count()),
        false_positive: Ratio { k: number(none), n: number(decided.len()) },
    }
}

fn severities(current: &[&CaseRow], previous: &[&CaseRow]) -> Vec<SeverityCounts> {
    let of = |severity: &Severity| {
        let is_mine = |case: &&&CaseRow| case.severity == *severity && exclusion(case).is_none();
        let mine: Vec<_> = current.iter().filter(is_mine).collect();
        let closed = mine.iter().filter(|case| case.status.is_ended()).count();
        SeverityCounts {
            severity: *severity,
            detected: number(mine.len()),
            closed: number(closed),
            open: number(mine.len() - closed),
            previous: number(previous.iter().filter(is_mine).count()),
        }
    };
    Severity::ALL.iter().map(of).collect()
}

fn categories(current: &[&CaseRow], previous: &[&CaseRow]) -> Vec<CategoryCounts> {
    let mut counts: Vec<CategoryCounts> = Vec::new();
    for case in current.iter().filter(|case| exclusion(case).is_none()) {
        match counts.iter_mut().find(|counts| counts.category == case.category) {
            Some(counts) => counts.detected += 1,
            None => counts.push(CategoryCounts { category: case.category.clone(), detected: 1, previous: 0 }),
        }
    }
    for case in previous.iter().filter(|case| exclusion(case).is_none()) {
        if let Some(counts) = counts.iter_mut().find(|counts| counts.category == case.category) {
            counts.previous += 1;
        }
    }
    counts.sort_by_cached_key(|counts| (Reverse(counts.detected), counts.category.to_string()));
    counts
}

fn by_severity(cases: &[&CaseRow], now: Timestamp) -> Vec<MetricGroup> {
    let of = |severity: &Severity| group(severity.label(), cases, now, |case| case.severity == *severity);
    Severity::ALL.iter().map(of).collect()
}

fn by_class(cases: &[&CaseRow], now: Timestamp) -> Vec<MetricGroup> {
    let of = |class: &RsitClass| group(class.label(), cases, now, |case| case.category.class() == *class);
    let mut groups: Vec<MetricGroup> = RsitClass::ALL.iter().map(of).filter(|group| group.n > 0).collect();
    groups.sort_by_key(|group| Reverse(group.n));
    groups
}

fn group(words: &str, cases: &[&CaseRow], now: Timestamp, is_in: impl Fn(&CaseRow) -> bool) -> MetricGroup {
    let inside: Vec<&CaseRow> = cases.iter().copied().filter(|case| is_in(case)).collect();
    MetricGroup {
        words: words.to_owned(),
        n: counted(&inside),
        contain: summary(MetricKind::Mttc, &inside, now),
        resolve: summary(MetricKind::MttrResolve, &inside, now),
    }
}

fn month(cases: &[&CaseRow], bucket: Bucket) -> Month {
    let mut by_severity = vec![0; Severity::ALL.len()];
    for case in cohort(cases, &bucket).filter(|case| exclusion(case).is_none()) {
        if let Some(count) = by_severity.get_mut(case.severity as usize) {
            *count += 1;
        }
    }
    Month { by_severity, bucket }
}

fn excluded(cases: &[&CaseRow]) -> Vec<(Exclusion, u32)> {
    let count = |why: &Exclusion| (*why, number(cases.iter().filter(|case| exclusion(case) == Some(*why)).count()));
    Exclusion::ALL.iter().map(count).filter(|(_, count)| *count > 0).collect()
}

/// An incident that is listed behind a number.
pub(super) struct Longest {
    pub(super) id: IncidentId,
    pub(super) severity: Severity,
    pub(super) detected_at: Option<Timestamp>,
    pub(super) observation: Observation,
}

/// One metric, and the incidents behind it, those that took longest first, that may be listed.
pub(super) fn detail(cases: &Cases, asked: &CacheKey, kind: MetricKind, frame: Frame) -> (Detail, Vec<Longest>) {
    let Frame { now, zone, period } = frame;
    let months = months_back(&zone, now, TREND_MONTHS);
    let seen: Vec<&CaseRow> = cases.rows().iter().filter(|case| asked.fits(case)).collect();
    let [current, previous] = both(&seen, &period);
    let observed: Vec<Observation> = current.iter().map(|case| observe(kind, case, now)).collect();
    let row = |(case, observation): (&&CaseRow, &Observation)| Longest {
        id: case.id,
        severity: case.severity,
        detected_at: case.time(Milestone::Detect),
        observation: *observation,
    };
    let mut longest: Vec<Longest> = current.iter().zip(&observed).map(row).collect();
    longest.sort_unstable_by_key(|row| {
        let rank = match row.observation {
            Observation::Done(took) | Observation::Open(took) => (0, -took),
            Observation::Excluded(why) => (1, why as i64),
        };
        (rank, row.detected_at, row.id)
    });
    longest.truncate(BEHIND_MAX);
    let so_far = |one: &Observation| if let Observation::Open(so_far) = one { Some(*so_far) } else { None };
    let mut open: Vec<i64> = observed.iter().filter_map(so_far).collect();
    open.sort_unstable();
    let detail = Detail {
        as_of: now,
        line: line(kind, [&current, &previous], now),
        curve: survival(&observed),
        trend: trend(kind, &detected_in(&seen, &months), &months, now),
        open,
        behind: None,
        total: current.len(),
        zone,
        period,
    };
    (detail, longest)
}
