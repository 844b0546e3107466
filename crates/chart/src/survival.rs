//! The share that is not over, falling in steps over time, with a stroke for each one that is still
//! open and lines to where half of them were over.

use crate::{
    frame::{LEGEND_STEP, Plot, SMALL, Scale, Sign, WIDTH, legend, number, shortened, width_of},
    svg::{Ink, Svg, Theme},
};

/// A curve of survival.
#[derive(Clone, Debug, PartialEq)]
pub struct Survival {
    /// What the chart is called.
    pub title: String,
    /// What it shows, in words: for those who cannot see it.
    pub takeaway: String,
    /// What the axis below counts, such as `Hours since detection`.
    pub unit: String,
    /// What the axis on the left counts, such as `Not contained`.
    pub remaining: String,
    /// Where it falls, and to which share from 0 to 1; in order of time.
    pub steps: Vec<(f64, f64)>,
    /// How long those have lasted that are still open.
    pub open: Vec<f64>,
    /// Where half were over, with the words for it, such as `Median 6 h`; `None` when that is not
    /// reached.
    pub median: Option<(f64, String)>,
    /// A line down, with its name.
    pub target: Option<(f64, String)>,
}

const HEIGHT: f64 = 330.0;

/// Draws it; without anything that began, a frame that says so.
#[must_use]
pub fn draw(theme: Theme, survival: &Survival) -> String {
    let mut entries = vec![(Sign::Line(Ink::Response), survival.remaining.as_str())];
    if !survival.open.is_empty() {
        entries.push((Sign::Tick(Ink::Text), "Still open after so long"));
    }
    if let Some((_, name)) = &survival.target {
        entries.push((Sign::Dashes(Ink::Attack), name.as_str()));
    }
    let is_empty = survival.steps.is_empty() && survival.open.is_empty();
    if is_empty {
        entries.clear();
    }
    let lines = legend(&mut Svg::new(theme, WIDTH, HEIGHT), 0.0, &entries) - LEGEND_STEP;
    let mut svg = Svg::new(theme, WIDTH, HEIGHT + lines);
    let below = legend(&mut svg, 12.0, &entries);
    let plot = Plot { left: 52.0, top: below + 14.0, right: WIDTH - 20.0, bottom: HEIGHT + lines - 44.0 };
    if is_empty {
        plot.nothing(&mut svg, "Nothing has begun that could be followed.");
    } else {
        filled(&mut svg, plot, survival);
    }
    svg.text(
        Ink::Faint,
        ((plot.left + plot.right) / 2.0, plot.bottom + 37.0),
        SMALL,
        "middle",
        &shortened(&survival.unit, SMALL, WIDTH - 60.0),
    );
    svg.finish(&survival.title, &survival.takeaway)
}

fn filled(svg: &mut Svg, plot: Plot, survival: &Survival) {
    let open = survival.open.iter().copied();
    let end = survival.steps.iter().map(|(at, _)| *at).chain(open).fold(0.0, f64::max);
    let target = survival.target.as_ref().map_or(0.0, |(value, _)| *value);
    let scale = Scale::up_to(end.max(target) * 1.02, false);
    let x = |at: f64| plot.x(at / scale.max);
    for percent in [0_u8, 25, 50, 75, 100] {
        let y = plot.y(f64::from(percent) / 100.0);
        let ink = if percent == 0 { Ink::Faint } else { Ink::Grid };
        svg.line(ink, (plot.left, y), (plot.right, y), 1.0);
        svg.text(Ink::Faint, (plot.left - 8.0, y + 4.0), SMALL, "end", &format!("{percent} %"));
    }
    for value in scale.ticks() {
        svg.line(Ink::Faint, (x(value), plot.bottom), (x(value), plot.bottom + 4.0), 1.0);
        svg.text(Ink::Faint, (x(value), plot.bottom + 18.0), SMALL, "middle", &number(value));
    }
    if let Some((value, _)) = &survival.target {
        svg.dashes(Ink::Attack, (x(*value), plot.top), (x(*value), plot.bottom), 1.5);
    }
    let mut path = vec![(plot.left, plot.y(1.0))];
    let mut share = 1.0;
    for (at, after) in &survival.steps {
        path.extend([(x(*at), plot.y(share)), (x(*at), plot.y(*after))]);
        share = *after;
    }
    path.push((x(end), plot.y(share)));
    svg.polyline(Ink::Response, &path, 2.4);
    for at in &survival.open {
        let y = plot.y(share_after(&survival.steps, *at));
        svg.line(Ink::Text, (x(*at), y - 6.0), (x(*at), y + 6.0), 1.6);
    }
    match &survival.median {
        Some((at, words)) => median(svg, plot, x(*at), words),
        None => {
            let words = "Median not reached";
            let at = (plot.right - width_of(words, SMALL) - 14.0, plot.y(0.5) - 18.0);
            chip(svg, at, words);
        }
    }
}

/// The share that is left after a time, the falls at that very time included.
fn share_after(steps: &[(f64, f64)], at: f64) -> f64 {
    steps.iter().take_while(|(step, _)| *step <= at).last().map_or(1.0, |(_, share)| *share)
}

fn median(svg: &mut Svg, plot: Plot, x: f64, words: &str) {
    let y = plot.y(0.5);
    svg.dashes(Ink::Text, (plot.left, y), (x, y), 1.2);
    svg.dashes(Ink::Text, (x, y), (x, plot.bottom), 1.2);
    svg.disc(Ink::Text, (x, y), 3.6);
    let words = shortened(words, SMALL, 220.0);
    let width = width_of(&words, SMALL) + 12.0;
    // Right of the curve is room; only near the edge it stands left of it.
    let left = if x + 10.0 + width < plot.right { x + 10.0 } else { x - 10.0 - width };
    chip(svg, (left, y - 22.0), &words);
}

/// Words on a field of their own, from their upper left corner.
fn chip(svg: &mut Svg, at: (f64, f64), words: &str) {
    svg.rect(Ink::Paper, at, (width_of(words, SMALL) + 12.0, 18.0));
    svg.text(Ink::Text, (at.0 + 6.0, at.1 + 13.0), SMALL, "start", words);
}
