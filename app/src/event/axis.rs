//! The timeline as a drawing.

use holdfast_chart::{
    Theme,
    timeline::{Interval, Point, draw},
};
use holdfast_domain::{
    event::{Lane, TimelineEntry},
    lifecycle::{Milestone, MilestoneTime},
    time::{duration_words, in_zone},
};
use leptos::prelude::*;

use crate::ui::drawing::drawn;

/// The drawing, with the numbers that the list gives its entries; nothing when no time is known.
pub fn axis(entries: &[TimelineEntry], times: &[MilestoneTime], zone: &str) -> Option<AnyView> {
    let points: Vec<Point> = entries
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| {
            let at = entry.at?;
            let when = in_zone(at, zone).chars().take(16).collect();
            Some(Point { at: at.micros(), is_attack: entry.lane == Lane::Attack, number: index + 1, when })
        })
        .collect();
    let drawing = draw(Theme::Page, &points, &intervals(times), "The timeline as two lanes")?;
    Some(drawn(drawing, "Timeline, drawn"))
}

/// The intervals of the response whose ends are known and agree.
fn intervals(times: &[MilestoneTime]) -> Vec<Interval> {
    let at = |milestone| times.iter().find(|time| time.milestone == milestone).and_then(|time| time.at);
    let named = [
        ("Time to detect", Milestone::Start, Milestone::Detect),
        ("Time to contain", Milestone::Detect, Milestone::Contain),
        ("Time to recover", Milestone::Detect, Milestone::Recover),
    ];
    named
        .into_iter()
        .filter_map(|(words, from, to)| {
            let (from, to) = (at(from)?, at(to)?);
            let label = format!("{words}: {}", duration_words(to.since(from)));
            (to >= from).then(|| Interval { from: from.micros(), to: to.micros(), label })
        })
        .collect()
}
