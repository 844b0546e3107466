//! Bars from left to right, each with its name before it and its value in words behind it. A bar
//! may be made of parts, told apart by texture, and may carry the interval of its uncertainty.

use crate::{
    frame::{LEGEND_STEP, SMALL, Sign, WIDTH, legend, real, shortened, width_of},
    svg::{Ink, Svg, Texture, Theme},
};

/// What a part says, from which follows how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Just a number.
    Plain,
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// Not decided yet.
    Undecided,
}

impl Tone {
    const fn look(self) -> (Ink, Texture) {
        match self {
            Self::Plain => (Ink::Response, Texture::Solid),
            Self::Good => (Ink::Good, Texture::Solid),
            Self::Bad => (Ink::Attack, Texture::Slant),
            Self::Undecided => (Ink::Faint, Texture::Hollow),
        }
    }
}

/// A kind of part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarPart {
    /// What it is called in the legend.
    pub name: String,
    /// What it says.
    pub tone: Tone,
}

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its name.
    pub label: String,
    /// The lengths of its parts, in the order of [`Bars::parts`].
    pub values: Vec<f64>,
    /// Its value in words, such as `83 % (10 of 12)`.
    pub words: String,
    /// The ends of an interval around the end of its first part.
    pub interval: Option<(f64, f64)>,
}

/// Bars from left to right.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// What the chart is called.
    pub title: String,
    /// What it shows, in words: for those who cannot see it.
    pub takeaway: String,
    /// The parts of each bar; with one only, there is no legend.
    pub parts: Vec<BarPart>,
    /// The bars, from above.
    pub bars: Vec<Bar>,
    /// The length of a full bar, such as 100 for shares; else the longest is full.
    pub full: Option<f64>,
    /// A line down, with its name.
    pub target: Option<(f64, String)>,
}

const STEP: f64 = 32.0;
const THICK: f64 = 18.0;
/// Most of the width that names may take, and that values may take.
const NAMES_MAX: f64 = 240.0;
const WORDS_MAX: f64 = 230.0;

/// Draws them; without a bar, a frame that says so.
#[must_use]
pub fn draw(theme: Theme, bars: &Bars) -> String {
    let mut entries: Vec<(Sign, &str)> = Vec::new();
    if bars.parts.len() > 1 {
        let look = |part: &BarPart| Sign::Block(part.tone.look().0, part.tone.look().1);
        entries.extend(bars.parts.iter().map(|part| (look(part), part.name.as_str())));
    }
    if bars.bars.iter().any(|bar| bar.interval.is_some()) {
        entries.push((Sign::Line(Ink::Text), "95 % interval"));
    }
    if let Some((_, name)) = &bars.target {
        entries.push((Sign::Dashes(Ink::Attack), name.as_str()));
    }
    if bars.bars.is_empty() {
        entries.clear();
    }
    let lines = if entries.is_empty() { 0.0 } else { legend(&mut Svg::new(theme, WIDTH, 1.0), 12.0, &entries) };
    let top = if entries.is_empty() { 4.0 } else { lines - LEGEND_STEP / 2.0 + 6.0 };
    let height = top + STEP * real(bars.bars.len().max(2)) + 4.0;
    let mut svg = Svg::new(theme, WIDTH, height);
    legend(&mut svg, 12.0, &entries);
    if bars.bars.is_empty() {
        svg.block(Ink::Grid, Texture::Hollow, (1.0, top), (WIDTH - 2.0, STEP * 2.0));
        svg.text(Ink::Faint, (WIDTH / 2.0, top + STEP + 5.0), 14.0, "middle", "There is nothing to compare.");
        return svg.finish(&bars.title, &bars.takeaway);
    }
    let places = Places::of(bars);
    for (index, bar) in bars.bars.iter().enumerate() {
        one(&mut svg, &places, bars, bar, top + STEP * real(index) + STEP / 2.0);
    }
    svg.line(Ink::Faint, (places.left, top), (places.left, height - 4.0), 1.0);
    if let Some((value, _)) = &bars.target {
        let x = places.x(*value);
        // On paper, so that it can be seen upon any bar.
        svg.line(Ink::Paper, (x, top), (x, height - 4.0), 3.5);
        svg.dashes(Ink::Attack, (x, top), (x, height - 4.0), 1.5);
    }
    svg.finish(&bars.title, &bars.takeaway)
}

/// Where names end, and where a full bar does.
struct Places {
    left: f64,
    right: f64,
    full: f64,
}

impl Places {
    fn of(bars: &Bars) -> Self {
        let widest = |words: &dyn Fn(&Bar) -> f64| bars.bars.iter().map(words).fold(0.0, f64::max);
        let names = widest(&|bar| width_of(&bar.label, SMALL)).min(NAMES_MAX);
        let words = widest(&|bar| width_of(&bar.words, SMALL)).min(WORDS_MAX);
        let longest = widest(&|bar| bar.values.iter().sum::<f64>().max(bar.interval.map_or(0.0, |(_, high)| high)));
        let full = bars.full.unwrap_or(longest).max(longest);
        Self { left: names + 10.0, right: WIDTH - words - 12.0, full: if full > 0.0 { full } else { 1.0 } }
    }

    fn x(&self, value: f64) -> f64 {
        self.left + (self.right - self.left) * (value / self.full).clamp(0.0, 1.0)
    }
}

fn one(svg: &mut Svg, places: &Places, bars: &Bars, bar: &Bar, y: f64) {
    svg.text(Ink::Text, (places.left - 8.0, y + 4.0), SMALL, "end", &shortened(&bar.label, SMALL, NAMES_MAX));
    if bars.full.is_some() {
        svg.line(Ink::Grid, (places.left, y), (places.right, y), 1.0);
    }
    let mut sum = 0.0;
    for (part, value) in bars.parts.iter().zip(&bar.values).filter(|(_, value)| **value > 0.0) {
        let (from, to) = (places.x(sum), places.x(sum + value));
        let (ink, texture) = part.tone.look();
        svg.block(ink, texture, (from, y - THICK / 2.0), ((to - from - 1.0).max(1.5), THICK));
        sum += value;
    }
    let mut end = places.x(sum);
    if let Some((low, high)) = bar.interval {
        let (low, high) = (places.x(low), places.x(high));
        // On paper, so that it can be seen upon any texture.
        svg.line(Ink::Paper, (low, y), (high, y), 5.0);
        svg.line(Ink::Text, (low, y), (high, y), 1.6);
        for x in [low, high] {
            svg.line(Ink::Text, (x, y - 4.5), (x, y + 4.5), 1.6);
        }
        end = end.max(high);
    }
    // Shares are read in a column of their own; other values right behind their bar.
    let x = if bars.full.is_some() { places.right } else { end };
    svg.text(Ink::Text, (x + 8.0, y + 4.0), SMALL, "start", &shortened(&bar.words, SMALL, WORDS_MAX));
}
