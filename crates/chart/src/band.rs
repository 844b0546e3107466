//! A median over time, with the range of the middle half behind it and a target across. Where there
//! are few values the mark is hollow and no line leads to it; where there is none, nothing stands.
//! Values far outside of the others do not press the rest to the bottom: the axis ends below them, and
//! each is marked at its end with its value.

use crate::{
    frame::{LEGEND_STEP, Plot, SMALL, Scale, Sign, WIDTH, legend, number, real, shortened},
    svg::{Ink, Svg, Texture, Theme},
};

/// How high something is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Level {
    /// This high.
    At(f64),
    /// Only known to be higher than this: drawn as an arrow.
    Above(f64),
    /// Not known: not drawn.
    Unknown,
}

impl Level {
    const fn drawn_to(self) -> f64 {
        match self {
            Self::At(value) | Self::Above(value) => value,
            Self::Unknown => 0.0,
        }
    }
}

/// One stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct BandPoint {
    /// Its name below the plot.
    pub label: String,
    /// How many it rests on; written below the name.
    pub n: u32,
    /// Whether those are enough to rely on; else the mark is hollow.
    pub is_sure: bool,
    /// The median.
    pub median: Level,
    /// A high quantile, such as the ninth decile; drawn as a stroke.
    pub tail: Level,
    /// The range behind the line: its low end, and its high end where that is known.
    pub band: Option<(f64, Option<f64>)>,
    /// The values themselves, where there are too few to sum up: drawn as small hollow marks.
    pub values: Vec<f64>,
}

/// A median over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// What the chart is called.
    pub title: String,
    /// What it shows, in words: for those who cannot see it.
    pub takeaway: String,
    /// What the axis counts, such as `Hours`.
    pub unit: String,
    /// The stretches of time, in order.
    pub points: Vec<BandPoint>,
    /// What the stroke of [`BandPoint::tail`] is called, such as `p90`.
    pub tail_name: String,
    /// A line across, with its name.
    pub target: Option<(f64, String)>,
}

const HEIGHT: f64 = 320.0;

/// Draws it; without a value, a frame that says so.
#[must_use]
pub fn draw(theme: Theme, band: &Band) -> String {
    let is_empty = band.points.iter().all(|point| point.median == Level::Unknown && point.values.is_empty());
    let entries = if is_empty { Vec::new() } else { entries(band) };
    let lines = legend(&mut Svg::new(theme, WIDTH, HEIGHT), 0.0, &entries) - LEGEND_STEP;
    let mut svg = Svg::new(theme, WIDTH, HEIGHT + lines);
    let below = legend(&mut svg, 12.0, &entries);
    let plot = Plot { left: 44.0, top: below + 22.0, right: WIDTH - 8.0, bottom: HEIGHT + lines - 56.0 };
    if is_empty {
        plot.nothing(&mut svg, "There are no values in this period.");
    } else {
        let scale = Scale::up_to(end(band) * 1.06, false);
        ranges(&mut svg, plot, scale, &band.points);
        plot.across(&mut svg, scale, &band.unit);
        let target = band.target.as_ref().map(|(value, _)| plot.y(value / scale.max));
        if let Some(y) = target {
            svg.dashes(Ink::Attack, (plot.left, y), (plot.right, y), 1.5);
        }
        line(&mut svg, plot, scale, &band.points);
        marks(&mut svg, plot, scale, &band.points, target);
    }
    let names = plot.below(&mut svg, &band.points.iter().map(|point| point.label.as_str()).collect::<Vec<_>>());
    for (index, point) in band.points.iter().enumerate() {
        let at = (plot.slot(index, band.points.len()), plot.bottom + names + 20.0);
        let ink = if point.is_sure { Ink::Text } else { Ink::Faint };
        let words = if index == 0 { format!("n = {}", point.n) } else { point.n.to_string() };
        svg.text(ink, at, SMALL, "middle", &words);
    }
    svg.finish(&band.title, &band.takeaway)
}

/// What there is to explain: only what is drawn.
fn entries(band: &Band) -> Vec<(Sign, &str)> {
    let any = |what: &dyn Fn(&BandPoint) -> bool| band.points.iter().any(what);
    let mut entries = vec![(Sign::Disc(Ink::Response), "Median")];
    if let Some((_, name)) = &band.target {
        entries.push((Sign::Dashes(Ink::Attack), name.as_str()));
    }
    if any(&|point| point.band.is_some()) {
        entries.push((Sign::Block(Ink::Soft, Texture::Solid), "Middle half"));
    }
    if any(&|point| point.tail != Level::Unknown) {
        entries.push((Sign::Line(Ink::Text), band.tail_name.as_str()));
    }
    if any(&|point| [point.median, point.tail].iter().any(|level| matches!(level, Level::Above(_)))) {
        entries.push((Sign::Arrow(Ink::Faint), "Not reached: longer"));
    }
    if any(&|point| !point.is_sure && point.median != Level::Unknown) {
        entries.push((Sign::Ring(Ink::Response), "Median of few"));
    }
    if any(&|point| !point.values.is_empty()) {
        entries.push((Sign::Ring(Ink::Faint), "Single values"));
    }
    let end = end(band);
    if any(&|point| beyond(point, end).next().is_some()) {
        entries.push((Sign::Peak(Ink::Faint), "Beyond the axis, with its value"));
    }
    entries
}

fn heights(point: &BandPoint) -> Vec<f64> {
    let mut heights = point.values.clone();
    heights.extend([point.median.drawn_to(), point.tail.drawn_to()]);
    heights.extend(point.band.map(|(low, high)| high.unwrap_or(low)));
    heights
}

/// The greatest value that the axis holds: the greatest there is, unless that is far outside. Far outside
/// is what lies beyond three times the middle half above it (Tukey's outer fence), and it has to be more
/// than twice as high as the rest. Medians that can be relied on, their ranges and the target always fit.
fn end(band: &Band) -> f64 {
    let mut all: Vec<f64> = band.points.iter().flat_map(heights).filter(|value| *value > 0.0).collect();
    all.sort_by(f64::total_cmp);
    let target = band.target.as_ref().map_or(0.0, |(value, _)| *value);
    let most = all.last().copied().unwrap_or_default().max(target);
    let at = |part: usize| all.get(all.len() * part / 4).copied().unwrap_or_default();
    let fence = at(3) + 3.0 * (at(3) - at(1));
    let kept = band.points.iter().filter(|point| point.is_sure).flat_map(|point| {
        let high = point.band.map_or(0.0, |(low, high)| high.unwrap_or(low));
        let median = if let Level::At(value) = point.median { value } else { 0.0 };
        [high, median]
    });
    let usual = all.iter().copied().filter(|value| *value <= fence).chain(kept).fold(target, f64::max);
    if usual > 0.0 && most > usual * 2.0 { usual } else { most }
}

/// The known values of a point that the axis does not hold.
fn beyond(point: &BandPoint, end: f64) -> impl Iterator<Item = f64> {
    let known = |level| if let Level::At(value) = level { Some(value) } else { None };
    let values = point.values.iter().copied().chain(known(point.median)).chain(known(point.tail));
    values.filter(move |value| *value > end)
}

/// The middle halves of neighbours as one area, wherever there are any; one alone as a bar. An end
/// that is not known reaches to the top.
fn ranges(svg: &mut Svg, plot: Plot, scale: Scale, points: &[BandPoint]) {
    let indexed: Vec<(usize, &BandPoint)> = points.iter().enumerate().collect();
    for run in indexed.chunk_by(|a, b| is_joined(a.1) && is_joined(b.1)) {
        let ends: Vec<(f64, f64, f64)> = run
            .iter()
            .filter_map(|(index, point)| {
                let (low, high) = point.band?;
                let top = high.map_or(plot.top, |high| plot.y(high / scale.max));
                Some((plot.slot(*index, points.len()), plot.y(low / scale.max), top))
            })
            .collect();
        match ends.as_slice() {
            [] => {}
            [(x, low, high)] => svg.rect(Ink::Soft, (x - 9.0, *high), (18.0, (low - high).max(2.0))),
            _ => {
                let along = ends.iter().map(|(x, _, high)| (*x, *high));
                let back = ends.iter().rev().map(|(x, low, _)| (*x, *low));
                svg.area(Ink::Soft, &along.chain(back).collect::<Vec<_>>());
            }
        }
    }
}

fn is_joined(point: &BandPoint) -> bool {
    point.is_sure && point.band.is_some()
}

/// The line from median to median, which stops where one cannot be relied on.
fn line(svg: &mut Svg, plot: Plot, scale: Scale, points: &[BandPoint]) {
    for (index, pair) in points.windows(2).enumerate() {
        if let [from, to] = pair
            && let (Level::At(low), Level::At(high)) = (from.median, to.median)
            && from.is_sure
            && to.is_sure
        {
            let place = |index, value: f64| (plot.slot(index, points.len()), plot.y(value / scale.max));
            svg.polyline(Ink::Response, &[place(index, low), place(index + 1, high)], 2.2);
        }
    }
}

fn marks(svg: &mut Svg, plot: Plot, scale: Scale, points: &[BandPoint], target: Option<f64>) {
    let room = (plot.right - plot.left) / real(points.len().max(1));
    let is_roomy = room >= 40.0;
    for (index, point) in points.iter().enumerate() {
        let x = plot.slot(index, points.len());
        let y = |value: f64| plot.y(value / scale.max);
        for value in point.values.iter().filter(|value| **value <= scale.max) {
            svg.ring(Ink::Faint, (x, y(*value)), 2.6);
        }
        far(svg, plot, x, point, scale.max, room);
        let tail = match point.tail {
            Level::At(value) if value > scale.max => None,
            Level::At(value) => {
                svg.line(Ink::Text, (x - 7.0, y(value)), (x + 7.0, y(value)), 2.0);
                Some(y(value))
            }
            Level::Above(value) => {
                svg.arrow(Ink::Faint, (x, y(value).max(plot.top + 18.0)));
                None
            }
            Level::Unknown => None,
        };
        match point.median {
            Level::At(value) if value > scale.max => {}
            Level::At(value) => {
                let paint = if point.is_sure { Svg::disc } else { Svg::ring };
                paint(svg, Ink::Response, (x, y(value)), 4.5);
                if is_roomy {
                    let below = stands_below(y(value), plot.bottom, &[target, tail]);
                    let at = (x, y(value) + if below { 17.0 } else { -9.0 });
                    svg.text(Ink::Text, at, 11.0, "middle", &number(value));
                }
            }
            Level::Above(value) => {
                svg.arrow(Ink::Response, (x, y(value)));
                if is_roomy {
                    let words = format!("> {}", number(value));
                    svg.text(Ink::Text, (x - 9.0, y(value) - 1.0), 11.0, "end", &words);
                }
            }
            Level::Unknown => {}
        }
    }
}

/// What the axis does not hold, at its end, with the values.
fn far(svg: &mut Svg, plot: Plot, x: f64, point: &BandPoint, end: f64, room: f64) {
    let mut values: Vec<f64> = beyond(point, end).collect();
    if values.is_empty() {
        return;
    }
    values.sort_by(f64::total_cmp);
    svg.peak(Ink::Faint, (x, plot.top + 8.0));
    let words = values.into_iter().map(number).collect::<Vec<_>>().join(", ");
    svg.text(Ink::Faint, (x, plot.top + 25.0), 11.0, "middle", &shortened(&words, 11.0, room));
}

/// Whether the number of a mark stands below it: because one of these lines would run through it
/// above, and there is room.
fn stands_below(mark: f64, bottom: f64, lines: &[Option<f64>]) -> bool {
    let runs_through = |from: f64, to: f64| lines.iter().flatten().any(|line| mark + from < *line && *line < mark + to);
    runs_through(-21.0, -5.0) && !runs_through(5.0, 20.0) && mark + 20.0 < bottom
}
