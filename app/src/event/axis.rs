//! The timeline as a drawing.

use holdfast_chart::{
    Theme,
    timeline::{TimelinePoint, draw},
};
use holdfast_domain::{
    event::{Lane, TimelineEntry},
    lifecycle::MilestoneTime,
    time::in_zone,
};
use leptos::prelude::*;

use crate::ui::drawn;

/// The drawing, with the numbers that the list gives its entries; nothing when no time is known.
pub fn axis(entries: &[TimelineEntry], times: &[MilestoneTime], zone: &str) -> Option<AnyView> {
    let points: Vec<TimelinePoint> = entries
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| {
            let at = entry.at?;
            let when = in_zone(at, zone).chars().take(16).collect();
            Some(TimelinePoint { at: at.micros(), is_attack: entry.lane == Lane::Attack, number: index + 1, when })
        })
        .collect();
    let drawing = draw(Theme::Page, &points, &holdfast_actions::event::intervals(times), "The timeline as two lanes")?;
    Some(drawn(drawing, "Timeline, drawn"))
}
