//! Which incidents count in a metric and which do not, how old the backlog is, which targets were
//! met, and which month an incident belongs to. Worked out by hand.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::{
    IncidentId, Timestamp,
    incident::{Disposition, Severity},
    lifecycle::{Milestone, Status},
    rsit::{Category, RsitClass},
};

fn at(hours: i64) -> Timestamp {
    Timestamp::from_micros((1_000 + hours) * HOUR)
}

/// An incident that began at 0 h and was detected at 10 h; each test changes what it is about.
fn case(status: Status, times: &[(Milestone, i64)]) -> CaseRow {
    let known = [(Milestone::Start, 0), (Milestone::Detect, 10)];
    CaseRow {
        id: IncidentId(uuid::Uuid::from_u128(1)),
        opened_at: at(11),
        severity: Severity::Sev2,
        category: Category::class_only(RsitClass::Intrusions),
        status,
        disposition: Disposition::TruePositive,
        is_exercise: false,
        merged: false,
        restricted: false,
        times: known.iter().chain(times).map(|(milestone, hours)| (*milestone, at(*hours))).collect(),
    }
}

fn seen(kind: MetricKind, case: &CaseRow) -> Observation {
    observe(kind, case, at(100))
}

const fn out(why: Exclusion) -> Observation {
    Observation::Excluded(why)
}

#[test]
fn each_metric_runs_from_its_beginning_to_its_end() {
    let times = [
        (Milestone::Exfiltration, 5),
        (Milestone::Acknowledge, 11),
        (Milestone::Identify, 13),
        (Milestone::Contain, 16),
        (Milestone::Eradicate, 20),
        (Milestone::RecoveryStart, 21),
        (Milestone::Recover, 25),
        (Milestone::Resolve, 31),
    ];
    let resolved = case(Status::Resolved, &times);
    let expected = [
        (MetricKind::Mttd, 10),            // 10 - 0
        (MetricKind::Dwell, 10),           // 10 - 0
        (MetricKind::Mtta, 1),             // 11 - 10
        (MetricKind::Mtti, 3),             // 13 - 10
        (MetricKind::Mttc, 6),             // 16 - 10
        (MetricKind::MttrRemediate, 10),   // 20 - 10
        (MetricKind::MttrRecover, 15),     // 25 - 10
        (MetricKind::MttrResolve, 21),     // 31 - 10
        (MetricKind::BreachLifecycle, 16), // 16 - 0
    ];
    assert_eq!(expected.len(), MetricKind::ALL.len());
    for (kind, hours) in expected {
        assert_eq!(seen(kind, &resolved), Observation::Done(hours * HOUR), "{kind}");
        assert!(kind.definition().ends_with('.') && !kind.source().is_empty() && kind.from() < kind.to(), "{kind}");
        assert_eq!(kind.as_str().parse(), Ok(kind));
    }
    assert_eq!((MetricKind::Dwell.unit().sign(), MetricKind::Mttc.unit().micros()), ("d", HOUR));
}

#[test]
fn what_is_not_over_is_open_until_the_time_of_the_report() {
    let working = case(Status::Containing, &[(Milestone::Identify, 12)]);
    // Detected at 10 h, the report is of 100 h.
    assert_eq!(seen(MetricKind::Mttc, &working), Observation::Open(90 * HOUR));
    // The report is of 15 h, when what ended at 16 h was not over.
    let later = case(Status::Contained, &[(Milestone::Contain, 16)]);
    assert_eq!(observe(MetricKind::Mttc, &later, at(15)), Observation::Open(5 * HOUR));
    assert_eq!(observe(MetricKind::Mttc, &later, at(16)), Observation::Done(6 * HOUR));
    // The report is of a time before it was detected.
    assert_eq!(observe(MetricKind::Mttc, &later, at(9)), out(Exclusion::NotInPopulation));
}

#[test]
fn what_went_past_the_end_without_a_time_is_not_open_for_ever() {
    for status in [Status::Contained, Status::Eradicated, Status::Recovered, Status::Resolved, Status::Closed] {
        assert_eq!(seen(MetricKind::Mttc, &case(status, &[])), out(Exclusion::MissingEnd), "{status}");
    }
    for status in [Status::New, Status::Triage, Status::Investigating, Status::Containing] {
        assert_eq!(seen(MetricKind::Mttc, &case(status, &[])), Observation::Open(90 * HOUR), "{status}");
    }
    let mut undetected = case(Status::New, &[]);
    undetected.times.set(Milestone::Detect, None);
    // That it stands here shows that it was detected.
    assert_eq!(seen(MetricKind::Mttd, &undetected), out(Exclusion::MissingEnd));
    assert_eq!(seen(MetricKind::Mttc, &undetected), out(Exclusion::MissingStart));
}

#[test]
fn each_reason_to_leave_an_incident_out() {
    let change = |change: &dyn Fn(&mut CaseRow)| {
        let mut one = case(Status::Contained, &[(Milestone::Contain, 16)]);
        change(&mut one);
        seen(MetricKind::Mttc, &one)
    };
    let retimed = |milestone, hours: Option<i64>| {
        change(&|one| {
            one.times.set(milestone, hours.map(at));
        })
    };
    let disposed = |disposition| change(&|one| one.disposition = disposition);
    assert_eq!(change(&|_| ()), Observation::Done(6 * HOUR));
    assert_eq!(change(&|one| one.is_exercise = true), out(Exclusion::Exercise));
    assert_eq!(change(&|one| one.merged = true), out(Exclusion::Merged));
    assert_eq!(change(&|one| one.status = Status::Merged), out(Exclusion::Merged));
    assert_eq!(disposed(Disposition::FalsePositive), out(Exclusion::FalsePositive));
    assert_eq!(disposed(Disposition::Duplicate), out(Exclusion::Duplicate));
    assert_eq!(disposed(Disposition::Test), out(Exclusion::Test));
    assert_eq!(change(&|one| one.category = Category::class_only(RsitClass::Test)), out(Exclusion::Test));
    assert_eq!(disposed(Disposition::Benign), out(Exclusion::NotAnIncident));
    assert_eq!(disposed(Disposition::Disregard), out(Exclusion::NotAnIncident));
    assert_eq!(change(&|one| one.status = Status::Rejected), out(Exclusion::NotAnIncident));
    assert_eq!(retimed(Milestone::Detect, None), out(Exclusion::MissingStart));
    assert_eq!(retimed(Milestone::Contain, None), out(Exclusion::MissingEnd));
    assert_eq!(retimed(Milestone::Contain, Some(9)), out(Exclusion::ViolatedOrder));
    // Contained at the very instant of detection is no fault.
    assert_eq!(retimed(Milestone::Contain, Some(10)), Observation::Done(0));
    // Undecided ones count: most of what is open is undecided.
    assert_eq!(disposed(Disposition::Unknown), Observation::Done(6 * HOUR));
    assert!(Exclusion::ViolatedOrder.is_data_fault() && !Exclusion::Exercise.is_data_fault());
}

#[test]
fn three_metrics_are_about_some_kinds_only() {
    let of = |kind, class, times: &[(Milestone, i64)]| {
        let mut one = case(Status::Investigating, times);
        one.category = Category::class_only(class);
        seen(kind, &one) != out(Exclusion::NotInPopulation)
    };
    assert!(of(MetricKind::Dwell, RsitClass::Intrusions, &[]) && of(MetricKind::Dwell, RsitClass::MaliciousCode, &[]));
    assert!(!of(MetricKind::Dwell, RsitClass::Fraud, &[]));
    assert!(of(MetricKind::Dwell, RsitClass::Fraud, &[(Milestone::Exfiltration, 3)]));
    assert!(!of(MetricKind::BreachLifecycle, RsitClass::Intrusions, &[]));
    assert!(of(MetricKind::BreachLifecycle, RsitClass::Intrusions, &[(Milestone::Exfiltration, 3)]));
    assert!(of(MetricKind::BreachLifecycle, RsitClass::InformationContentSecurity, &[]));
    assert!(
        !of(MetricKind::MttrRecover, RsitClass::Fraud, &[])
            && of(MetricKind::MttrRecover, RsitClass::Availability, &[])
    );
    assert!(of(MetricKind::MttrRecover, RsitClass::Fraud, &[(Milestone::RecoveryStart, 20)]));
}

#[test]
fn the_backlog_is_what_nobody_has_ended_by_age() {
    // Ages in hours at 1000 h: 0, 24, 25, 72, 168, 336, 720, 721; a day is 24 h, and each age that
    // is exactly a limit belongs below it.
    let mut cases: Vec<CaseRow> = [0, 24, 25, 72, 168, 336, 720, 721]
        .map(|age| {
            let mut one = case(Status::Investigating, &[]);
            one.times.set(Milestone::Detect, Some(at(1_000 - age)));
            one
        })
        .to_vec();
    cases[3].status = Status::Resolved;
    let mut closed = case(Status::Closed, &[]);
    closed.times.set(Milestone::Detect, Some(at(0)));
    let mut exercise = case(Status::New, &[]);
    exercise.is_exercise = true;
    let mut undated = case(Status::New, &[]);
    undated.times.set(Milestone::Detect, None);
    cases.extend([closed, exercise, undated]);

    let found = backlog(&cases, at(1_000));
    assert_eq!(found.histogram.iter().map(|bin| bin.n).collect::<Vec<_>>(), [2, 2, 1, 1, 1, 1]);
    assert_eq!(found.histogram.iter().map(|bin| bin.label.as_str()).next_back(), Some("> 30 d"));
    assert_eq!((found.ages.n, found.max), (8, Some(721 * HOUR)));
    // h = 3.5: (72 + 168) / 2 = 120 h; h = 6.3: 720 + 0.3 × 1 = 720.3 h.
    assert_eq!(found.ages.median, Quantile::Reached(120 * HOUR));
    assert_eq!(found.ages.p90, Quantile::Reached(720 * HOUR + 3 * HOUR / 10));
    assert_eq!(found.ages.excluded, [(Exclusion::Exercise, 1), (Exclusion::MissingStart, 1)]);
    let none = backlog::<CaseRow>(&[], at(0));
    assert_eq!((none.ages.n, none.max, none.histogram.len()), (0, None, 6));
}

#[test]
fn a_target_is_met_at_its_very_end_and_breached_after_it() {
    // SEV2 is to be contained within 8 h of detection, which was at 10 h: at 18 h.
    let contained = |hours| case(Status::Contained, &[(Milestone::Contain, hours)]);
    let met_breached_pending = |cases: &[CaseRow], now: Timestamp| {
        let all = attainment(cases, TargetClock::Contain, &TargetHistory::default().parts(at(0), now), now);
        let sev2 = all.iter().find(|one| one.severity == Severity::Sev2).copied().unwrap();
        (sev2.met, sev2.breached, sev2.pending, sev2.excluded)
    };
    assert_eq!(met_breached_pending(&[contained(18)], at(100)), (1, 0, 0, 0));
    let mut just_late = contained(18);
    just_late.times.set(Milestone::Contain, Some(Timestamp::from_micros(at(18).micros() + 1)));
    assert_eq!(met_breached_pending(&[just_late], at(100)), (0, 1, 0, 0));
    let open = case(Status::Investigating, &[]);
    assert_eq!(met_breached_pending(std::slice::from_ref(&open), at(18)), (0, 0, 1, 0));
    let just_after = Timestamp::from_micros(at(18).micros() + 1);
    assert_eq!(met_breached_pending(std::slice::from_ref(&open), just_after), (0, 1, 0, 0));
    // Contained later than the report is of: not yet.
    assert_eq!(met_breached_pending(&[contained(17)], at(16)), (0, 0, 1, 0));
    let mut exercise = contained(12);
    exercise.is_exercise = true;
    assert_eq!(met_breached_pending(&[exercise, contained(9), contained(12), contained(19)], at(100)), (1, 1, 0, 2));
}

#[test]
fn an_incident_is_measured_by_the_targets_that_held_when_it_was_detected() {
    // Detected at 10 h and contained at 17 h: within the program's 8 h, not within the 2 h of later.
    let early = case(Status::Contained, &[(Milestone::Contain, 17)]);
    let mut late = early.clone();
    late.times.set(Milestone::Detect, Some(at(12)));
    let own = Targets([(Severity::Sev2, Target::of(1, 2, 3))].into());
    let history = TargetHistory::default().with(TargetSet { from: at(12), targets: own }, at(11));
    let counted = attainment(&[early.clone(), late], TargetClock::Contain, &history.parts(at(0), at(99)), at(100));
    let sev2 = counted.iter().find(|one| one.severity == Severity::Sev2).copied().unwrap();
    assert_eq!((sev2.met, sev2.breached), (1, 1));
    // Where a severity had no target then, nothing is counted.
    let none = TargetHistory::default().with(TargetSet { from: at(1), targets: Targets([].into()) }, at(1));
    assert!(attainment(&[early], TargetClock::Contain, &none.parts(at(2), at(99)), at(100)).is_empty());
}

#[test]
fn every_severity_with_a_target_has_its_line() {
    let targets = Targets::default();
    for clock in TargetClock::ALL {
        let lines = attainment::<CaseRow>(&[], *clock, &TargetHistory::default().parts(at(0), at(1)), at(0));
        assert_eq!(lines.iter().map(|line| line.severity).collect::<Vec<_>>(), Severity::ALL);
        assert!(lines.iter().all(|line| line.ratio() == Ratio { k: 0, n: 0 } && line.ratio().share().is_none()));
    }
    // Less severe, more time; and acknowledging comes before containing before resolving.
    let rows: Vec<Target> = targets.0.values().copied().collect();
    assert!(rows.windows(2).all(|pair| pair[0].contain < pair[1].contain && pair[0].acknowledge < pair[1].acknowledge));
    assert!(rows.iter().all(|row| row.acknowledge < row.contain && row.contain < row.resolve));
    assert_eq!(rows[0], Target { acknowledge: HOUR / 4, contain: 4 * HOUR, resolve: 3 * DAY });
}

#[test]
fn a_closing_gets_thirty_days_to_prove_itself() {
    let closed = |hours, reopened: Option<i64>| Closure { closed_at: at(hours), reopened_at: reopened.map(at) };
    let all = [
        closed(0, None),
        // 720 h are 30 d: the very end counts, an hour more does not.
        closed(0, Some(720)),
        closed(0, Some(721)),
        closed(10, Some(20)),
        // Closed 30 d before the report exactly: ripe. An hour later: not, though reopened.
        closed(280, Some(300)),
        closed(281, Some(300)),
        // Not in the period: before it, and at its end.
        closed(-1, Some(5)),
        closed(500, Some(501)),
    ];
    let rate = reopen_rate(&all, at(0), at(500), at(1_000));
    assert_eq!(rate, ReopenRate { matured: 5, reopened: 3, pending: 1 });
    assert_eq!(rate.ratio(), Ratio { k: 3, n: 5 });
    assert_eq!(rate.ratio().share(), Some(0.6));
    assert_eq!(reopen_rate(&[], at(0), at(1), at(2)).ratio().interval(), None);
}

#[test]
fn the_interval_of_a_share_is_wilsons() {
    // Newcombe 1998, table I, method 3: 81/263, 15/148, 0/20 and 1/29; then by the formula: with
    // z² = 3.8415, 5/10 is .5 ± z √(.025 + z²/400) / (1 + z²/10) = .5 ± .2634.
    let known = [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (1, 1, 0.2065, 1.0),
    ];
    for (k, n, low, high) in known {
        let (found_low, found_high) = wilson(k, n).unwrap();
        assert!(
            (found_low - low).abs() < 6e-5 && (found_high - high).abs() < 6e-5,
            "{k}/{n}: {found_low} {found_high}"
        );
    }
    assert_eq!(wilson(0, 20).map(|(low, _)| low), Some(0.0));
    assert_eq!(wilson(7, 7).map(|(_, high)| high), Some(1.0));
    assert_eq!((wilson(0, 0), wilson(3, 2)), (None, None));
}

#[test]
fn an_incident_belongs_to_the_bucket_of_its_detection() {
    let bucket = |from, to| Bucket { from: at(from), to: at(to), label: "x".into() };
    let buckets = [bucket(0, 10), bucket(10, 20), bucket(20, 30)];
    // Eleven are detected at 10 h, which is the first instant of the second bucket; contained 1 h,
    // 2 h, … 11 h later. h = 5: the sixth value.
    let mut cases: Vec<CaseRow> =
        (1..=11).map(|hours| case(Status::Contained, &[(Milestone::Contain, 10 + hours)])).collect();
    let mut undetected = case(Status::New, &[]);
    undetected.times.set(Milestone::Detect, None);
    cases.push(undetected);
    let points = trend(MetricKind::Mttc, &cases, &buckets, at(100));
    assert_eq!(
        points.iter().map(|point| (point.summary.n, point.claim)).collect::<Vec<_>>(),
        [(0, false), (11, true), (0, false)]
    );
    assert_eq!(points[1].summary.median, Quantile::Reached(6 * HOUR));
    assert_eq!(undated(&cases), 1);
    assert!(!trend(MetricKind::Mttc, &cases[..9], &buckets, at(100))[1].claim);
    assert!(trend(MetricKind::Mttc, &cases[..10], &buckets, at(100))[1].claim);
}

#[cfg(feature = "server")]
#[test]
fn months_begin_at_midnight_where_the_organisation_is() {
    let now: Timestamp = "2026-11-26T12:00:00Z".parse().unwrap();
    let months = months_back("Europe/Berlin", now, 12);
    assert_eq!(months.len(), 12);
    let told = |bucket: &Bucket| format!("{} {} {}", bucket.label, bucket.from, bucket.to);
    assert_eq!(told(&months[0]), "Dec 2025 2025-11-30T23:00:00Z 2025-12-31T23:00:00Z");
    // Winter time ends on 29 March 2026 and begins on 25 October.
    assert_eq!(told(&months[3]), "Mar 2026 2026-02-28T23:00:00Z 2026-03-31T22:00:00Z");
    assert_eq!(told(&months[11]), "Nov 2026 2026-10-31T23:00:00Z 2026-11-30T23:00:00Z");
    assert!(months.windows(2).all(|pair| pair[0].to == pair[1].from));
    assert!(months[11].is_running(now) && !months[10].is_running(now) && months[11].contains(now));
    // In Auckland it is December when it is still 30 November, 12:00, in Greenwich.
    let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
    assert_eq!(told(&months_back("Pacific/Auckland", now, 1)[0]), "Dec 2026 2026-11-30T11:00:00Z 2026-12-31T11:00:00Z");
    assert_eq!(told(&months_back("Mars/Olympus", now, 1)[0]), "Nov 2026 2026-11-01T00:00:00Z 2026-12-01T00:00:00Z");
    assert!(months_back("UTC", now, 0).is_empty());
    // Paraguay put its clocks forward at midnight of 1 October 2017: that month began at 1:00 there.
    let then: Timestamp = "2017-10-05T12:00:00Z".parse().unwrap();
    assert_eq!(months_back("America/Asuncion", then, 1)[0].from.to_string(), "2017-10-01T04:00:00Z");
}

#[test]
fn a_summary_is_written_and_read_back_unchanged() {
    let row = case(Status::Contained, &[(Milestone::Contain, 16)]);
    let summary = summarise(&[seen(MetricKind::Mttc, &row)]);
    let text = serde_json::to_string(&summary).unwrap();
    assert_eq!(serde_json::from_str::<Summary>(&text).unwrap(), summary);
}

#[test]
fn a_row_takes_little_memory() {
    // A hundred thousand of them are kept: 11 MiB.
    assert!(size_of::<CaseRow>() <= 112, "{}", size_of::<CaseRow>());
}
