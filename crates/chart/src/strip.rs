//! Durations from minutes to years on one axis, by their logarithm: each a dot, piled where they
//! lie close, or columns where there are too many for dots.

use crate::{
    frame::{LEGEND_STEP, Plot, SMALL, Scale, Sign, WIDTH, legend, real, shortened, width_of},
    svg::{Ink, Svg, Texture, Theme},
};

/// One duration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Length {
    /// How long, in seconds.
    pub seconds: f64,
    /// Whether it still goes on: the dot is hollow.
    pub is_open: bool,
}

/// Durations on one axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// What the chart is called.
    pub title: String,
    /// What it shows, in words: for those who cannot see it.
    pub takeaway: String,
    /// What a dot is, such as `Incidents`.
    pub counted: String,
    /// The durations.
    pub lengths: Vec<Length>,
    /// The median in seconds, with the words for it.
    pub median: Option<(f64, String)>,
}

/// Height of the plot with columns, and the most that dots may take.
const ROOM: f64 = 168.0;
/// What is above and below the plot.
const AROUND: f64 = 92.0;
const DAY: f64 = 86_400.0;
/// Where the axis is named, in seconds.
const TICKS: [(f64, &str); 12] = [
    (60.0, "1 min"),
    (600.0, "10 min"),
    (3_600.0, "1 h"),
    (21_600.0, "6 h"),
    (DAY, "1 d"),
    (3.0 * DAY, "3 d"),
    (10.0 * DAY, "10 d"),
    (30.0 * DAY, "30 d"),
    (100.0 * DAY, "100 d"),
    (365.0 * DAY, "1 y"),
    (1_095.0 * DAY, "3 y"),
    (3_650.0 * DAY, "10 y"),
];
/// Places for dots across, which leaves each about 11 wide.
const PLACES: usize = 60;
const RADIUS: f64 = 4.6;
const PILE: f64 = 10.2;

/// Draws them; without any, a frame that says so.
#[must_use]
pub fn draw(theme: Theme, strip: &Strip) -> String {
    let bounds = Bounds::of(strip);
    let piles = bounds.piles(strip, PLACES);
    let tallest = piles.iter().map(|(over, open)| real(over + open) * PILE).fold(0.0, f64::max) + 26.0;
    let fits = tallest <= ROOM;
    let height = AROUND + if fits { tallest.max(76.0) } else { ROOM };
    let has_open = strip.lengths.iter().any(|length| length.is_open);
    let mut entries = vec![if fits {
        (Sign::Dot(Ink::Response), "One that is over")
    } else {
        (Sign::Block(Ink::Response, Texture::Solid), "Over")
    }];
    if has_open && fits {
        entries.push((Sign::Ring(Ink::Response), "One that goes on: longer than this"));
    } else if has_open {
        entries.push((Sign::Block(Ink::Response, Texture::Hollow), "Going on: longer than this"));
    }
    if strip.lengths.is_empty() {
        entries.clear();
    }
    let mut svg = Svg::new(theme, WIDTH, height);
    let below = legend(&mut svg, 12.0, &entries);
    let plot = Plot { left: 44.0, top: below + LEGEND_STEP, right: WIDTH - 24.0, bottom: height - 40.0 };
    if strip.lengths.is_empty() {
        plot.nothing(&mut svg, "No duration is known.");
        return svg.finish(&strip.title, &strip.takeaway);
    }
    let counted = shortened(&format!("{} (n = {})", strip.counted, strip.lengths.len()), SMALL, WIDTH / 2.0);
    svg.text(Ink::Faint, (4.0, plot.top - 12.0), SMALL, "start", &counted);
    if fits {
        dots(&mut svg, plot, &piles);
    } else {
        columns(&mut svg, plot, strip, &bounds);
    }
    axis(&mut svg, plot, &bounds);
    if let Some((seconds, words)) = &strip.median {
        median(&mut svg, plot, plot.x(bounds.share(*seconds)), words, width_of(&counted, SMALL) + 16.0);
    }
    svg.finish(&strip.title, &strip.takeaway)
}

/// The ends of the axis, each at a name.
struct Bounds {
    low: f64,
    high: f64,
}

impl Bounds {
    fn of(strip: &Strip) -> Self {
        let lengths = || strip.lengths.iter().map(|length| length.seconds);
        let (least, most) = (lengths().fold(f64::MAX, f64::min), lengths().fold(0.0, f64::max));
        let names = || TICKS.iter().map(|(seconds, _)| *seconds);
        let low = names().rfind(|name| *name <= least).unwrap_or(60.0);
        let high = names().find(|name| *name >= most && *name > low).unwrap_or(3_650.0 * DAY);
        // A short axis gets at least three names, so that one value does not fill it.
        let low = names().filter(|name| *name < high).rev().nth(2).map_or(low, |third| low.min(third));
        Self { low, high }
    }

    /// The share of the axis at which a duration stands; what is shorter or longer stands at its end.
    fn share(&self, seconds: f64) -> f64 {
        let seconds = seconds.clamp(self.low, self.high);
        ((seconds / self.low).ln() / (self.high / self.low).ln()).clamp(0.0, 1.0)
    }

    /// How many are over and how many go on, for each of so many places.
    fn piles(&self, strip: &Strip, places: usize) -> Vec<(usize, usize)> {
        let mut piles = vec![(0, 0); places];
        for length in &strip.lengths {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let place = (self.share(length.seconds) * real(places)) as usize;
            if let Some((over, open)) = piles.get_mut(place.min(places - 1)) {
                *(if length.is_open { open } else { over }) += 1;
            }
        }
        piles
    }
}

fn dots(svg: &mut Svg, plot: Plot, piles: &[(usize, usize)]) {
    for (place, (over, open)) in piles.iter().enumerate() {
        let x = plot.slot(place, piles.len());
        for index in 0..over + open {
            let y = plot.bottom - RADIUS - 2.0 - PILE * real(index);
            if index < *over {
                svg.disc(Ink::Response, (x, y), RADIUS);
            } else {
                svg.ring(Ink::Response, (x, y), RADIUS - 0.8);
            }
        }
    }
}

fn columns(svg: &mut Svg, plot: Plot, strip: &Strip, bounds: &Bounds) {
    let piles = bounds.piles(strip, PLACES / 3);
    let most = piles.iter().map(|(over, open)| over + open).max().unwrap_or(1);
    let scale = Scale::up_to(real(most) * 1.06, true);
    plot.across(svg, scale, "");
    let width = (plot.right - plot.left) / real(piles.len()) - 3.0;
    for (place, (over, open)) in piles.iter().enumerate().filter(|(_, (over, open))| over + open > 0) {
        let left = plot.slot(place, piles.len()) - width / 2.0;
        let (middle, top) = (plot.y(real(*over) / scale.max), plot.y(real(over + open) / scale.max));
        if *over > 0 {
            svg.rect(Ink::Response, (left, middle), (width, plot.bottom - middle));
        }
        if *open > 0 {
            svg.block(Ink::Response, Texture::Hollow, (left, top), (width, middle - top));
        }
    }
}

fn axis(svg: &mut Svg, plot: Plot, bounds: &Bounds) {
    svg.line(Ink::Faint, (plot.left, plot.bottom), (plot.right, plot.bottom), 1.0);
    let mut free_from = f64::MIN;
    for (seconds, name) in TICKS.iter().filter(|(seconds, _)| (bounds.low..=bounds.high).contains(seconds)) {
        let x = plot.x(bounds.share(*seconds));
        svg.line(Ink::Faint, (x, plot.bottom), (x, plot.bottom + 5.0), 1.0);
        let half = width_of(name, SMALL) / 2.0;
        if x - half >= free_from {
            svg.text(Ink::Faint, (x, plot.bottom + 19.0), SMALL, "middle", name);
            free_from = x + half + 6.0;
        }
    }
    svg.text(Ink::Faint, (plot.right, plot.bottom + 36.0), 11.0, "end", "The axis is logarithmic.");
}

/// The line down, and its words above the plot: over the line, or left of it near the edge, but
/// never upon the words that begin there.
fn median(svg: &mut Svg, plot: Plot, x: f64, words: &str, free_from: f64) {
    svg.dashes(Ink::Text, (x, plot.top - 8.0), (x, plot.bottom), 1.4);
    let words = shortened(words, SMALL, 220.0);
    let width = width_of(&words, SMALL);
    let left = if x + width / 2.0 < plot.right { x - width / 2.0 } else { plot.right - width };
    svg.text(Ink::Text, (left.max(free_from), plot.top - 12.0), SMALL, "start", &words);
}
