//! Two lanes over time, with intervals below. Months of waiting and minutes of response stand side by
//! side: the axis gives each gap room by its logarithm and says so, and points carry numbers that a
//! list explains.

use crate::svg::{Ink, Svg, Theme};

/// A point on a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelinePoint {
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Whether the attacker did it.
    pub is_attack: bool,
    /// Its number in the list beside the drawing.
    pub number: usize,
    /// Its time in words, for the ticks.
    pub when: String,
}

/// A stretch of time with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineInterval {
    /// Its beginning, in microseconds since 1970.
    pub from: i64,
    /// Its end.
    pub to: i64,
    /// Its name and length, such as `Time to contain: 3 h`.
    pub label: String,
}

/// Narrower on paper, where a drawing as wide as the page would have letters too small to read.
const fn width(theme: Theme) -> f64 {
    match theme {
        Theme::Page => 960.0,
        Theme::Report => 640.0,
    }
}

const LEFT: f64 = 84.0;
const RIGHT: f64 = 24.0;
const ATTACK_Y: f64 = 34.0;
const RESPONSE_Y: f64 = 78.0;
const AXIS_Y: f64 = 106.0;
const BARS_Y: f64 = 132.0;
const BAR_STEP: f64 = 22.0;
/// Least distance of two numbers on a lane.
const APART: f64 = 19.0;
/// Least distance of two ticks.
const TICK_APART: f64 = 124.0;

/// Where each instant stands: gaps by their logarithm, in order of time.
struct Axis {
    places: Vec<(i64, f64)>,
    width: f64,
}

impl Axis {
    fn over(mut instants: Vec<i64>, width: f64) -> Self {
        instants.sort_unstable();
        instants.dedup();
        let gap = |from: i64, to: i64| {
            #[allow(clippy::cast_precision_loss)]
            let minutes = (to - from) as f64 / 60e6;
            1.0 + minutes.ln_1p()
        };
        let mut places = Vec::with_capacity(instants.len());
        let mut sum = 0.0;
        for (index, at) in instants.iter().enumerate() {
            if let Some(before) = index.checked_sub(1).and_then(|before| instants.get(before)) {
                sum += gap(*before, *at);
            }
            places.push((*at, sum));
        }
        let scale = if sum > 0.0 { (width - LEFT - RIGHT) / sum } else { 0.0 };
        let places = places.into_iter().map(|(at, sum)| (at, LEFT + sum * scale)).collect();
        Self { places, width }
    }

    fn x(&self, at: i64) -> f64 {
        self.places.iter().find(|(known, _)| *known == at).map_or(LEFT, |(_, x)| *x)
    }
}

/// Draws the axis; nothing when there is no point.
#[must_use]
pub fn draw(theme: Theme, points: &[TimelinePoint], intervals: &[TimelineInterval], title: &str) -> Option<String> {
    if points.is_empty() {
        return None;
    }
    let instants = points.iter().map(|point| point.at).chain(intervals.iter().flat_map(|i| [i.from, i.to])).collect();
    let width = width(theme);
    let axis = Axis::over(instants, width);
    #[allow(clippy::cast_precision_loss)]
    let height = BARS_Y + BAR_STEP * intervals.len() as f64 + 4.0;
    let mut svg = Svg::new(theme, width, height);
    for (y, ink, words) in [(ATTACK_Y, Ink::Attack, "Attack"), (RESPONSE_Y, Ink::Response, "Response")] {
        svg.text(ink, (0.0, y + 4.0), 12.0, "start", words);
        svg.line(ink, (LEFT, y), (width - RIGHT, y), 1.0);
    }
    lane(&mut svg, &axis, points, true);
    lane(&mut svg, &axis, points, false);
    ticks(&mut svg, &axis, points);
    bars(&mut svg, &axis, intervals);
    Some(svg.finish(title, &told(points, intervals)))
}

/// The points of one lane; those too close together share a number, such as `4–6`.
fn lane(svg: &mut Svg, axis: &Axis, points: &[TimelinePoint], is_attack: bool) {
    let (y, ink) = if is_attack { (ATTACK_Y, Ink::Attack) } else { (RESPONSE_Y, Ink::Response) };
    let mut placed: Vec<(f64, usize, usize)> = Vec::new();
    let mut mine: Vec<&TimelinePoint> = points.iter().filter(|point| point.is_attack == is_attack).collect();
    mine.sort_by_key(|point| (point.at, point.number));
    for point in mine {
        let x = axis.x(point.at);
        match placed.last_mut() {
            Some((last_x, _, last)) if x - *last_x < APART => *last = point.number,
            _ => placed.push((x, point.number, point.number)),
        }
    }
    for (x, first, last) in placed {
        if first == last {
            svg.disc(ink, (x, y), 9.0);
            svg.text(Ink::Paper, (x, y + 3.5), 10.0, "middle", &first.to_string());
        } else {
            // Wide enough for the first and the last number, and never into the next group.
            svg.rect(ink, (x - 9.0, y - 9.0), (18.0, 18.0));
            svg.text(Ink::Paper, (x, y + 3.5), 10.0, "middle", &format!("{first}+"));
        }
    }
}

fn ticks(svg: &mut Svg, axis: &Axis, points: &[TimelinePoint]) {
    svg.line(Ink::Faint, (LEFT, AXIS_Y - 8.0), (axis.width - RIGHT, AXIS_Y - 8.0), 1.0);
    let mut sorted: Vec<&TimelinePoint> = points.iter().collect();
    sorted.sort_by_key(|point| point.at);
    let last_x = sorted.last().map_or(LEFT, |point| axis.x(point.at));
    let mut free_from = f64::MIN;
    for (index, point) in sorted.iter().enumerate() {
        let x = axis.x(point.at);
        let is_last = index + 1 == sorted.len();
        // The last one is always told, so nothing may stand in its way.
        if x < free_from || (!is_last && last_x - x < 2.0 * TICK_APART) {
            continue;
        }
        let anchor = if is_last && x > LEFT + TICK_APART { "end" } else { "start" };
        svg.line(Ink::Faint, (x, AXIS_Y - 12.0), (x, AXIS_Y - 4.0), 1.0);
        svg.text(Ink::Faint, (x, AXIS_Y + 8.0), 10.5, anchor, &point.when);
        free_from = x + TICK_APART;
    }
}

fn bars(svg: &mut Svg, axis: &Axis, intervals: &[TimelineInterval]) {
    for (index, interval) in intervals.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let y = BARS_Y + BAR_STEP * index as f64;
        let (from, to) = (axis.x(interval.from), axis.x(interval.to));
        svg.rect(Ink::Faint, (from, y + 4.0), ((to - from).max(2.0), 6.0));
        // The words stand where there is room for them.
        #[allow(clippy::cast_precision_loss)]
        let long = interval.label.chars().count() as f64 * 6.2;
        if to + 8.0 + long < axis.width {
            svg.text(Ink::Text, (to + 6.0, y + 11.0), 11.0, "start", &interval.label);
        } else if from - 8.0 < long {
            svg.text(Ink::Paper, (from + 6.0, y + 11.0), 11.0, "start", &interval.label);
        } else {
            svg.text(Ink::Text, (from - 6.0, y + 11.0), 11.0, "end", &interval.label);
        }
    }
}

/// What the drawing shows, in words.
fn told(points: &[TimelinePoint], intervals: &[TimelineInterval]) -> String {
    let attacks = points.iter().filter(|point| point.is_attack).count();
    let mut words = format!("{attacks} events of the attack and {} of the response", points.len() - attacks);
    let first = points.iter().min_by_key(|point| point.at);
    let last = points.iter().max_by_key(|point| point.at);
    if let (Some(first), Some(last)) = (first, last) {
        words.push_str(&format!(", from {} to {}", first.when, last.when));
    }
    for interval in intervals {
        words.push_str(&format!(". {}", interval.label));
    }
    words.push_str(". Gaps are drawn by their logarithm, not to scale.");
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at: i64, is_attack: bool, number: usize) -> TimelinePoint {
        TimelinePoint { at: at * 60_000_000, is_attack, number, when: format!("minute {at}") }
    }

    #[test]
    fn months_and_minutes_both_get_room() {
        let axis = Axis::over(vec![0, 200 * 86_400_000_000, 200 * 86_400_000_000 + 600_000_000], width(Theme::Page));
        let xs: Vec<f64> = axis.places.iter().map(|(_, x)| *x).collect();
        assert!(xs[1] > 500.0 && xs[2] - xs[1] > 100.0, "{xs:?}");
    }

    #[test]
    fn a_drawing_is_named_escaped_and_the_same_each_time() {
        let points = [point(0, true, 1), point(10, false, 2), point(11, false, 3)];
        let intervals = [TimelineInterval { from: 0, to: 600_000_000, label: "Time to detect: <10 min>".into() }];
        let drawn = draw(Theme::Report, &points, &intervals, "Timeline & axis").unwrap_or_default();
        assert_eq!(Some(drawn.clone()), draw(Theme::Report, &points, &intervals, "Timeline & axis"));
        assert!(drawn.contains("<title>Timeline &amp; axis</title>") && drawn.contains("&lt;10 min&gt;"), "{drawn}");
        assert!(drawn.contains("1 events of the attack and 2 of the response, from minute 0 to minute 11"));
        assert!(!drawn.contains("style=") && draw(Theme::Page, &[], &[], "x").is_none());
    }
}
