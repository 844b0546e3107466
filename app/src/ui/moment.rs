//! A time as it is shown: local to the reader, with UTC on hover and in the markup. The browser
//! carries no time zones, so the local words are made by the server.

use holdfast_domain::Timestamp;
use leptos::prelude::*;

/// An instant and the same in the reader's zone, such as `2026-11-24 09:55 CET`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalTime {
    pub at: Timestamp,
    pub local: String,
}

impl LocalTime {
    /// The instant for a reader in this zone.
    pub fn in_zone(at: Timestamp, zone: &str) -> Self {
        Self { at, local: holdfast_domain::time::in_zone(at, zone) }
    }
}

/// `2026-11-24 08:55:00 UTC`
fn utc(at: Timestamp) -> String {
    let text = at.to_string();
    let whole = text.split('.').next().unwrap_or(&text);
    format!("{} UTC", whole.trim_end_matches('Z').replace('T', " "))
}

fn time(moment: &LocalTime, words: String) -> AnyView {
    view! { <time datetime=moment.at.to_string() title=utc(moment.at)>{words}</time> }.into_any()
}

/// With its zone.
pub fn full(moment: &LocalTime) -> AnyView {
    time(moment, moment.local.clone())
}

/// Without its zone, for tables and steps that say the zone once.
pub fn short(moment: &LocalTime) -> AnyView {
    time(moment, without_zone(&moment.local).to_owned())
}

/// The day alone, where the time of day says nothing.
pub fn day(moment: &LocalTime) -> AnyView {
    time(moment, moment.local.chars().take(10).collect())
}

/// The time of day alone, where the day stands above.
pub fn clock(moment: &LocalTime) -> AnyView {
    let words = without_zone(&moment.local);
    time(moment, words.split_once(' ').map_or(words, |(_, clock)| clock).to_owned())
}

/// Without its zone and marked as not exact.
pub fn about(moment: &LocalTime) -> AnyView {
    time(moment, format!("~{}", without_zone(&moment.local)))
}

fn without_zone(local: &str) -> &str {
    local.rsplit_once(' ').map_or(local, |(time, _)| time)
}

/// The short form, or a dash where there is no time.
pub fn short_or_dash(moment: Option<&LocalTime>) -> AnyView {
    moment.map_or_else(|| view! { <span class="muted">"–"</span> }.into_any(), short)
}
