//! Stacked columns, one for each stretch of time. Each part has a texture of its own and its number
//! in it, so that nothing depends on colour.

use crate::{
    frame::{LEGEND_STEP, Plot, SMALL, Scale, Sign, WIDTH, legend, real, width_of},
    svg::{Ink, Svg, Texture, Theme},
};

/// One part of each column, from the bottom upwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What it counts.
    pub name: String,
    /// Its number in each column; a missing one is 0.
    pub values: Vec<u32>,
}

/// Stacked columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// What the chart is called.
    pub title: String,
    /// What it shows, in words: for those who cannot see it.
    pub takeaway: String,
    /// What is counted, such as `Incidents`.
    pub counted: String,
    /// The names below the columns.
    pub buckets: Vec<String>,
    /// The parts, the weightiest first. The first five can be told apart.
    pub series: Vec<Series>,
}

const HEIGHT: f64 = 300.0;
/// From dark to light, as from weighty to light.
const LOOKS: [(Ink, Texture); 5] = [
    (Ink::Attack, Texture::Solid),
    (Ink::Attack, Texture::Cross),
    (Ink::Response, Texture::Slant),
    (Ink::Response, Texture::Dots),
    (Ink::Faint, Texture::Hollow),
];

fn look(index: usize) -> (Ink, Texture) {
    LOOKS.get(index).copied().unwrap_or((Ink::Faint, Texture::Hollow))
}

/// Draws them; without columns or without anything counted, a frame that says so.
#[must_use]
pub fn draw(theme: Theme, columns: &Columns) -> String {
    let total = |bucket: usize| columns.series.iter().map(|one| value(one, bucket)).sum::<f64>();
    let most = (0..columns.buckets.len()).map(total).fold(0.0, f64::max);
    let mut entries: Vec<(Sign, &str)> = columns
        .series
        .iter()
        .enumerate()
        .map(|(index, one)| {
            let (ink, texture) = look(index);
            (Sign::Block(ink, texture), one.name.as_str())
        })
        .collect();
    if most == 0.0 {
        entries.clear();
    }
    // The legend may take lines; it is measured on a drawing that is thrown away.
    let lines = legend(&mut Svg::new(theme, WIDTH, HEIGHT), 0.0, &entries) - LEGEND_STEP;
    let mut svg = Svg::new(theme, WIDTH, HEIGHT + lines);
    let below = legend(&mut svg, 12.0, &entries);
    let plot = Plot { left: 44.0, top: below + 22.0, right: WIDTH - 8.0, bottom: HEIGHT + lines - 40.0 };
    if most == 0.0 {
        plot.nothing(&mut svg, "Nothing was counted in this period.");
    } else {
        let scale = Scale::up_to(most * 1.1, true);
        plot.across(&mut svg, scale, &columns.counted);
        for bucket in 0..columns.buckets.len() {
            column(&mut svg, plot, scale, columns, bucket);
        }
    }
    plot.below(&mut svg, &columns.buckets.iter().map(String::as_str).collect::<Vec<_>>());
    svg.finish(&columns.title, &columns.takeaway)
}

fn value(series: &Series, bucket: usize) -> f64 {
    f64::from(series.values.get(bucket).copied().unwrap_or(0))
}

fn column(svg: &mut Svg, plot: Plot, scale: Scale, columns: &Columns, bucket: usize) {
    let of = columns.buckets.len();
    let middle = plot.slot(bucket, of);
    let width = ((plot.right - plot.left) / real(of) * 0.62).min(72.0);
    let mut sum = 0.0;
    for (index, series) in columns.series.iter().enumerate() {
        let part = value(series, bucket);
        if part == 0.0 {
            continue;
        }
        let (low, high) = (plot.y(sum / scale.max), plot.y((sum + part) / scale.max));
        let (ink, texture) = look(index);
        svg.block(ink, texture, (middle - width / 2.0, high), (width, low - high - 1.0));
        let words = part.to_string();
        let letters = width_of(&words, 11.0);
        if low - high >= 15.0 && letters + 6.0 <= width {
            let y = (low + high) / 2.0;
            // Numbers upon a texture stand on a field of their own.
            if texture != Texture::Solid {
                svg.rect(Ink::Paper, (middle - letters / 2.0 - 3.0, y - 7.5), (letters + 6.0, 14.0));
            }
            let ink = if texture == Texture::Solid { Ink::Paper } else { Ink::Text };
            svg.text(ink, (middle, y + 3.5), 11.0, "middle", &words);
        }
        sum += part;
    }
    svg.text(Ink::Text, (middle, plot.y(sum / scale.max) - 5.0), SMALL, "middle", &sum.to_string());
}
