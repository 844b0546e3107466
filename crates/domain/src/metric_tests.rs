//! The statistics of standards §4.3 against numbers worked out by hand, and the laws they must
//! keep whatever the numbers. S is the share that is not over, r how many are at risk.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::{summary::interpolated, survival::reached, *};

/// A quantile as expected; durations in minutes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Q {
    At(i64),
    Beyond(i64),
    Few,
}
use Q::{At, Beyond, Few};

fn quantile(found: Quantile) -> Q {
    let minute = HOUR / 60;
    match found {
        Quantile::Reached(duration) => At(duration / minute),
        Quantile::NotReached { beyond } => Beyond(beyond / minute),
        Quantile::TooFew => Few,
    }
}

fn observations(done: &[i64], open: &[i64]) -> Vec<Observation> {
    let done = done.iter().map(|hours| Observation::Done(hours * HOUR));
    done.chain(open.iter().map(|hours| Observation::Open(hours * HOUR))).collect()
}

/// Name; done and open in hours; p25, median, p75, p90 and the mean of the done in minutes.
type TableLine = (&'static str, &'static [i64], &'static [i64], [Q; 4], Option<i64>);

const FEW: [Q; 4] = [Few; 4];

/// Nothing is open: h = (n - 1) p, and the line between the values around it. Too few: printed.
const INTERPOLATED: &[TableLine] = &[
    ("none", &[], &[], FEW, None),
    ("one", &[7], &[], FEW, Some(420)),
    ("one, and it is open", &[], &[7], FEW, None),
    // (1 + 2 + 3 + 4) / 4 = 2.5 h.
    ("four are too few", &[1, 2, 3, 4], &[], FEW, Some(150)),
    ("two done and two open are too few", &[1, 2], &[3, 4], FEW, Some(90)),
    // h = 1, 2, 3, 3.6; the last is 4 + 0.6 (5 - 4) = 4.6 h.
    ("five in order", &[1, 2, 3, 4, 5], &[], [At(120), At(180), At(240), At(276)], Some(180)),
    ("five in any order", &[4, 1, 5, 3, 2], &[], [At(120), At(180), At(240), At(276)], Some(180)),
    // h = 1.25, 2.5, 3.75, 4.5: 2.25, 3.5, 4.75 and 5.5 h; 21 / 6 = 3.5 h.
    ("six", &[1, 2, 3, 4, 5, 6], &[], [At(135), At(210), At(285), At(330)], Some(210)),
    // h = 1.5, 3, 4.5, 5.4: 4, 5, (7 + 9) / 2 = 8 and 9 + 0.4 × 23 = 18.2 h; 63 / 7 = 9 h.
    ("seven, one of them long", &[2, 4, 4, 5, 7, 9, 32], &[], [At(240), At(300), At(480), At(1092)], Some(540)),
    // h = 2.25, 4.5, 6.75, 8.1: 32.5, 55, 77.5 and 91 h.
    ("ten", &[10, 20, 30, 40, 50, 60, 70, 80, 90, 100], &[], [At(1950), At(3300), At(4650), At(5460)], Some(3300)),
    // h = 4.75, 9.5, 14.25, 17.1: 5.75, 10.5, 15.25 and 18.1 h; 210 / 20 = 10.5 h.
    (
        "twenty",
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
        &[],
        [At(345), At(630), At(915), At(1086)],
        Some(630),
    ),
    ("all the same", &[3, 3, 3, 3, 3], &[], [At(180); 4], Some(180)),
    // h = 3.6: 1 + 0.6 × 99 = 60.4 h; 104 / 5 = 20.8 h, which is why the mean is no headline.
    ("one outlier", &[1, 1, 1, 1, 100], &[], [At(60), At(60), At(60), At(3624)], Some(1248)),
    // h = 3.6: 0.6 × 60 min = 36 min; 60 / 5 = 12 min.
    ("at once, but one", &[0, 0, 0, 0, 1], &[], [At(0), At(0), At(0), At(36)], Some(12)),
];

/// Something is open: the first duration at which S is at most 3/4, 1/2, 1/4 and 1/10.
const KAPLAN_MEIER: &[TableLine] = &[
    // §4.3, rule 6. r = 6, 4, 3, 2: S = 5/6, × 3/4 = .625, × 2/3 = .4167, × 1/2 = .2083.
    ("the worked vector", &[2, 4, 6, 10], &[3, 12], [At(240), At(360), At(600), Beyond(720)], Some(330)),
    // No end, no fall: all that is known is "longer than the longest".
    ("all open", &[], &[1, 2, 3, 4, 5], [Beyond(300); 4], None),
    // Ends before open ones at the same duration: r = 5, S = 1 - 2/5 = .6, and never lower.
    ("a tie", &[2, 2], &[2, 2, 2], [At(120), Beyond(120), Beyond(120), Beyond(120)], Some(120)),
    // S = 5/6, 4/6, 3/6: a half exactly, after 3 h.
    ("S is a half exactly", &[1, 2, 3], &[4, 5, 6], [At(120), At(180), Beyond(360), Beyond(360)], Some(120)),
    // r = 8: S = 6/8 = .75 exactly; three leave; r = 3: × 2/3 = .5 exactly. 7 / 3 h = 140 min.
    ("exact across open ones", &[1, 1, 5], &[2, 2, 2, 9, 9], [At(60), At(300), Beyond(540), Beyond(540)], Some(140)),
    // S = .9, .8, .7, .6, .5, .4, .3, .2, .1: ¾ at 3 h (.7), ¼ at 8 h (.2), a tenth exactly at 9 h.
    ("S is a tenth exactly", &[1, 2, 3, 4, 5, 6, 7, 8, 9], &[10], [At(180), At(300), At(480), At(540)], Some(300)),
    // r = 12: S = 6/12; one leaves; r = 5: × 1/5 = .1 exactly. (6 + 12) / 10 = 1.8 h.
    (
        "a tenth exactly, across an open one",
        &[1, 1, 1, 1, 1, 1, 3, 3, 3, 3],
        &[2, 7],
        [At(60), At(60), At(180), At(180)],
        Some(108),
    ),
    // Open from the first, it leaves before any end: S = 8/9, 7/9, 6/9, 5/9, 4/9, …, 1/9, 0.
    ("open since a moment ago", &[1, 2, 3, 4, 5, 6, 7, 8, 9], &[0], [At(180), At(300), At(420), At(540)], Some(300)),
    // All leave before the one end: r = 1, S = 0.
    ("all open ones shorter than the only end", &[5], &[1, 1, 1, 1], [At(300); 4], Some(300)),
    // r = 4: S = 3/4, 2/4, 1/4, 0.
    ("one open, the shortest", &[2, 4, 6, 8], &[1], [At(120), At(240), At(360), At(480)], Some(300)),
    // r = 5: S = .8, .6, .4, and with the tie at 4 h still r = 2: × 1/2 = .2.
    ("one open, as long as the longest", &[1, 2, 3, 4], &[4], [At(120), At(180), At(240), Beyond(240)], Some(150)),
    // r = 5, four at once: S = .2.
    ("ends at once", &[0, 0, 0, 0], &[5], [At(0), At(0), At(0), Beyond(300)], Some(0)),
    // r = 8, 6, 4: S = .75, .5, .25, each exactly.
    ("pairs", &[1, 1, 2, 2, 3, 3], &[3, 10], [At(60), At(120), At(180), Beyond(600)], Some(120)),
    // r = 9, 7, 5, 3, 1: S = .8889, .7619, .6095, .4063, 0.
    ("one open between each two", &[1, 3, 5, 7, 9], &[2, 4, 6, 8], [At(300), At(420), At(540), At(540)], Some(300)),
    // S = .8, .6: half is not over.
    ("most open", &[1, 2], &[10, 20, 30], [At(120), Beyond(1800), Beyond(1800), Beyond(1800)], Some(90)),
    // One leaves; r = 4: S = 1/4, all three at once.
    ("the same thrice", &[5, 5, 5], &[1, 9], [At(300), At(300), At(300), Beyond(540)], Some(300)),
    // S after the k-th is (21 - k) / 21: k = 6 (.714), 11 (.476), 16 (.238), 19 (.095).
    (
        "twenty and one open",
        &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
        &[21],
        [At(360), At(660), At(960), At(1140)],
        Some(630),
    ),
    // S = .9, .8, .7, .6, .5.
    ("half of ten open", &[1, 2, 3, 4, 5], &[6, 6, 6, 6, 6], [At(180), At(300), Beyond(360), Beyond(360)], Some(180)),
    // Two leave; r = 3: S = 2/3, 1/3, 0.
    ("two open, the shortest", &[3, 4, 5], &[1, 2], [At(180), At(240), At(300), At(300)], Some(240)),
    // S = 4/5 after 1 h, and that is all: three quarters are not reached either.
    ("one end of five", &[1], &[2, 2, 2, 2], [Beyond(120); 4], Some(60)),
];

#[test]
fn summaries_are_what_they_are_by_hand() {
    for (method, table) in [(Method::Interpolated, INTERPOLATED), (Method::KaplanMeier, KAPLAN_MEIER)] {
        for (name, done, open, expected, mean) in table {
            let summary = summarise(&observations(done, open));
            let found = [summary.p25, summary.median, summary.p75, summary.p90].map(quantile);
            assert_eq!(found, *expected, "{name}");
            assert_eq!(summary.mean_done, mean.map(|minutes| minutes * HOUR / 60), "{name}: mean");
            let few = done.len() + open.len() < 5;
            assert_eq!(summary.method, if few { Method::ValuesOnly } else { method }, "{name}: method");
            assert_eq!(summary.values.len(), if few { done.len() + open.len() } else { 0 }, "{name}: values");
            let counts = (summary.n as usize, summary.n_done as usize, summary.n_open as usize);
            assert_eq!(counts, (done.len() + open.len(), done.len(), open.len()), "{name}: counts");
        }
    }
    assert!(INTERPOLATED.len() + KAPLAN_MEIER.len() >= 31);
}

#[test]
fn the_worked_vector_of_the_standard() {
    let all = observations(&[2, 4, 6, 10], &[3, 12]);
    let steps = survival(&all);
    let told: Vec<_> = steps.iter().map(|step| (step.at / HOUR, step.at_risk, format!("{:.4}", step.s))).collect();
    // r = 6, 4, 3, 2.
    let expected = [(2, 6, "0.8333"), (4, 4, "0.6250"), (6, 3, "0.4167"), (10, 2, "0.2083")];
    assert_eq!(told, expected.map(|(at, r, s)| (at, r, s.to_owned())));
    let summary = summarise(&all);
    assert_eq!(summary.median, Quantile::Reached(6 * HOUR));
    assert_eq!(summary.p90, Quantile::NotReached { beyond: 12 * HOUR });
    assert_eq!(summary.p90.words(), "not reached (> 12 h)");
    assert_eq!(summary.mean_done, Some(11 * HOUR / 2));
    // Looking only at what is over, the median is (4 + 6) / 2 = 5 h (four are too few to print it).
    assert_eq!(interpolated(&[2 * HOUR, 4 * HOUR, 6 * HOUR, 10 * HOUR], 1, 2), Quantile::Reached(5 * HOUR));
}

#[test]
fn few_values_are_printed_with_the_open_ones_marked() {
    let summary = summarise(&observations(&[9, 2], &[5]));
    let told: Vec<_> = summary.values.iter().map(|value| (value.duration / HOUR, value.is_open)).collect();
    assert_eq!(told, [(2, false), (5, true), (9, false)]);
    assert_eq!(summary.median.words(), "too few");
}

#[test]
fn what_is_left_out_is_counted_by_reason_and_not_as_a_value() {
    let mut all = observations(&[1, 2, 3, 4, 5], &[]);
    all.extend([Exclusion::MissingEnd, Exclusion::Exercise, Exclusion::MissingEnd].map(Observation::Excluded));
    let summary = summarise(&all);
    assert_eq!(summary.excluded, [(Exclusion::Exercise, 1), (Exclusion::MissingEnd, 2)]);
    assert_eq!((summary.n, summary.n_excluded(), summary.median), (5, 3, Quantile::Reached(3 * HOUR)));
    assert_eq!(survival(&all).len(), 5);
}

#[test]
fn means_and_interpolations_are_rounded_to_the_nearest_microsecond() {
    let mean = |done: &[i64]| {
        summarise(&done.iter().map(|micros| Observation::Done(*micros)).collect::<Vec<_>>()).mean_done.unwrap()
    };
    // 1/3, 2/3 and 1/2 of a microsecond.
    assert_eq!((mean(&[0, 0, 1]), mean(&[0, 1, 1]), mean(&[0, 1])), (0, 1, 1));
    let five: Vec<_> = [0, 0, 0, 1, 3].map(Observation::Done).to_vec();
    // h = 3.6: 1 + 0.6 × 2 = 2.2.
    assert_eq!(summarise(&five).p90, Quantile::Reached(2));
    let long: Vec<_> = [i64::MAX - 1, i64::MAX - 1, i64::MAX, i64::MAX, i64::MAX].map(Observation::Done).to_vec();
    assert_eq!(summarise(&long).mean_done, Some(i64::MAX));
}

#[test]
fn a_share_that_is_exact_is_seen_as_such_where_rounding_misses_it() {
    // 29/30 × 28/29 × … × 3/4: a tenth exactly after the 27th, but 0.10000000000000003 in floats.
    let done: Vec<i64> = (1..=29).collect();
    let steps = survival(&observations(&done, &[40]));
    assert!(steps[26].s > 0.1, "{}", steps[26].s);
    assert_eq!(reached(&steps, 1, 10), Some(27 * HOUR));

    // 9999/10000 × … × 5000/5001: a half exactly after the 5000th, but 0.5000000000000431.
    let done: Vec<i64> = (1..=9_999).collect();
    let steps = survival(&observations(&done, &[20_000]));
    assert!(steps[4_999].s > 0.5, "{}", steps[4_999].s);
    assert_eq!(reached(&steps, 1, 2), Some(5_000 * HOUR));
}

#[test]
fn ten_thousand_incidents_of_which_every_other_is_open() {
    // Durations 0, 1, … 9999 h, even ones over. S after 2k is the product of (9999 - 2i) / (10000 - 2i)
    // for i to k; in exact fractions it first is at most 3/4, 1/2 and 1/10 at 4374, 7500 and 9900 h.
    let done: Vec<i64> = (0..10_000).step_by(2).collect();
    let open: Vec<i64> = (1..10_000).step_by(2).collect();
    let summary = summarise(&observations(&done, &open));
    assert_eq!(summary.p25, Quantile::Reached(4_374 * HOUR));
    assert_eq!(summary.median, Quantile::Reached(7_500 * HOUR));
    assert_eq!(summary.p90, Quantile::Reached(9_900 * HOUR));
}

/// Whether `a` is at most `b`, where `None` is never reached.
fn at_most(a: Option<i64>, b: Option<i64>) -> bool {
    b.is_none_or(|b| a.is_some_and(|a| a <= b))
}

/// The product of up to 30 factors below 31 in fractions, reduced at each step: another way than
/// the one under test.
fn fraction_reached(steps: &[SurvivalStep], num: u128, den: u128) -> Option<i64> {
    let (mut above, mut below) = (1_u128, 1_u128);
    steps.iter().find_map(|step| {
        above *= u128::from(step.at_risk - step.done);
        below *= u128::from(step.at_risk);
        let (mut a, mut b) = (above, below);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        (above, below) = (above / a, below / a);
        (above * den <= below * num).then_some(step.at)
    })
}

const QUANTILES: [(u32, u32); 4] = [(1, 4), (1, 2), (3, 4), (9, 10)];

proptest! {
    #[test]
    fn without_open_ones_it_is_the_order_statistic(mut done in prop::collection::vec(0_i64..50, 1..60)) {
        let steps = survival(&observations(&done, &[]));
        done.sort_unstable();
        for (p, of) in QUANTILES {
            // The nearest rank: the ⌈p n⌉-th.
            let rank = (done.len() * p as usize).div_ceil(of as usize);
            prop_assert_eq!(reached(&steps, of - p, of), Some(done[rank - 1] * HOUR));
        }
    }

    #[test]
    fn open_ones_never_make_it_shorter(
        done in prop::collection::vec(0_i64..50, 1..40),
        open in prop::collection::vec(0_i64..60, 0..40),
        one_more in 0_i64..60,
    ) {
        let closed_only = survival(&observations(&done, &[]));
        let before = survival(&observations(&done, &open));
        let with_one_more: Vec<i64> = open.iter().copied().chain([one_more]).collect();
        let after = survival(&observations(&done, &with_one_more));
        for (p, of) in QUANTILES {
            let of_steps = |steps: &[SurvivalStep]| reached(steps, of - p, of);
            prop_assert!(at_most(of_steps(&closed_only), of_steps(&before)));
            prop_assert!(at_most(of_steps(&before), of_steps(&after)));
        }
    }

    #[test]
    fn the_decision_is_that_of_exact_fractions(
        done in prop::collection::vec(0_i64..12, 1..16),
        open in prop::collection::vec(0_i64..14, 0..14),
    ) {
        let steps = survival(&observations(&done, &open));
        for (p, of) in QUANTILES {
            let expected = fraction_reached(&steps, u128::from(of - p), u128::from(of));
            prop_assert_eq!(reached(&steps, of - p, of), expected);
        }
    }

    #[test]
    fn a_summary_does_not_depend_on_the_order(
        done in prop::collection::vec(0_i64..20, 0..20),
        open in prop::collection::vec(0_i64..20, 0..20),
    ) {
        let mut all = observations(&done, &open);
        let forward = summarise(&all);
        all.reverse();
        prop_assert_eq!(&forward, &summarise(&all));
        prop_assert!(at_most(forward.p25.value(), forward.median.value()));
        prop_assert!(at_most(forward.median.value(), forward.p75.value()));
        prop_assert!(at_most(forward.p75.value(), forward.p90.value()));
    }
}
