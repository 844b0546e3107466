//! What charts have around them: the plot with its lines to read by, the names below, the legend,
//! and words instead of an empty plot. Draws no data.

use crate::svg::{Ink, Svg, Texture};

/// Width of every chart.
pub(crate) const WIDTH: f64 = 720.0;
/// Size of the letters on axes.
pub(crate) const SMALL: f64 = 12.0;
/// Height of a line of names below a plot.
pub(crate) const NAME_STEP: f64 = 14.0;
/// Most of the width that one name may take.
const LONGEST_NAME: f64 = 120.0;
/// Height of a line of the legend.
pub(crate) const LEGEND_STEP: f64 = 20.0;

/// The area that holds the data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plot {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Plot {
    /// The height at which a share of the axis stands, from 0 at the bottom to 1 at the top.
    pub(crate) fn y(&self, share: f64) -> f64 {
        self.bottom - (self.bottom - self.top) * share.clamp(0.0, 1.0)
    }

    /// The place of a share of the width.
    pub(crate) fn x(&self, share: f64) -> f64 {
        self.left + (self.right - self.left) * share.clamp(0.0, 1.0)
    }

    /// The middle of a slot, of so many beside each other.
    pub(crate) fn slot(&self, index: usize, of: usize) -> f64 {
        self.x((real(index) + 0.5) / real(of.max(1)))
    }

    /// Lines across with their values on the left, and what they count above them.
    pub(crate) fn across(&self, svg: &mut Svg, scale: Scale, what: &str) {
        for value in scale.ticks() {
            let y = self.y(value / scale.max);
            let ink = if value == 0.0 { Ink::Faint } else { Ink::Grid };
            svg.line(ink, (self.left, y), (self.right, y), 1.0);
            svg.text(Ink::Faint, (self.left - 8.0, y + 4.0), SMALL, "end", &number(value));
        }
        if !what.is_empty() {
            svg.text(Ink::Faint, (4.0, self.top - 12.0), SMALL, "start", &shortened(what, SMALL, WIDTH - 8.0));
        }
    }

    /// Names below, as many as fit: in two lines when they have two words and one line is too narrow
    /// (the second only where it changes, as the year does), else every second, third and so on, and
    /// always the last. Gives the height of the lines.
    pub(crate) fn below(&self, svg: &mut Svg, names: &[&str]) -> f64 {
        let room = (self.right - self.left) / real(names.len().max(1));
        let widest = |names: &mut dyn Iterator<Item = &str>| {
            names.map(|name| width_of(name, SMALL)).fold(0.0, f64::max).min(LONGEST_NAME) + 6.0
        };
        let in_two: Option<Vec<(&str, &str)>> = names.iter().map(|name| name.rsplit_once(' ')).collect();
        if let Some(pairs) = in_two
            && widest(&mut names.iter().copied()) > room
            && widest(&mut pairs.iter().flat_map(|(first, second)| [*first, *second])) <= room
        {
            for (index, (first, second)) in pairs.iter().enumerate() {
                let x = self.slot(index, names.len());
                svg.text(Ink::Faint, (x, self.bottom + 17.0), SMALL, "middle", first);
                if index == 0 || pairs.get(index - 1).is_some_and(|(_, before)| before != second) {
                    svg.text(Ink::Faint, (x, self.bottom + 31.0), SMALL, "middle", second);
                }
            }
            return NAME_STEP * 2.0;
        }
        let widest = widest(&mut names.iter().copied());
        let every = (1..).find(|every| room * real(*every) >= widest).unwrap_or(1);
        for (index, name) in names.iter().enumerate() {
            if (names.len() - 1 - index).is_multiple_of(every) {
                let name = shortened(name, SMALL, (room * real(every) - 4.0).min(LONGEST_NAME));
                // A cut name may be wider than its slot, so it stays within the plot.
                let half = width_of(&name, SMALL) / 2.0;
                let x = self.slot(index, names.len()).clamp(half, (WIDTH - half).max(half));
                svg.text(Ink::Faint, (x, self.bottom + 17.0), SMALL, "middle", &name);
            }
        }
        NAME_STEP
    }

    /// Says in the plot that there is nothing to show.
    pub(crate) fn nothing(&self, svg: &mut Svg, words: &str) {
        svg.block(Ink::Grid, Texture::Hollow, (self.left, self.top), (self.right - self.left, self.bottom - self.top));
        let middle = ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0 + 5.0);
        svg.text(Ink::Faint, middle, 14.0, "middle", words);
    }
}

/// An axis from 0 that ends a little above its greatest value, with round steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    /// Its end.
    pub(crate) max: f64,
    step: f64,
}

impl Scale {
    /// An axis that ends at this value; with `whole`, in whole steps.
    pub(crate) fn up_to(value: f64, whole: bool) -> Self {
        let value = if value.is_finite() && value > 0.0 { value } else { 1.0 };
        let rough = value / 7.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0].map(|m| m * power).into_iter().find(|step| *step >= rough * 0.999_999);
        let step = step.unwrap_or(10.0 * power);
        Self { max: value, step: if whole { step.ceil().max(1.0) } else { step } }
    }

    /// The values that are written.
    pub(crate) fn ticks(self) -> impl Iterator<Item = f64> {
        (0_u8..=12)
            .map(move |index| f64::from(index) * self.step)
            .take_while(move |value| *value <= self.max * 1.000_001)
    }
}

/// One entry of a legend: how it looks and what it is.
pub(crate) enum Sign {
    /// A filled field.
    Block(Ink, Texture),
    /// A line with a disc.
    Disc(Ink),
    /// A disc without a line.
    Dot(Ink),
    /// A triangle that points upwards.
    Peak(Ink),
    /// An arrow upwards.
    Arrow(Ink),
    /// An empty circle.
    Ring(Ink),
    /// A line.
    Line(Ink),
    /// A line of dashes.
    Dashes(Ink),
    /// A short stroke upwards.
    Tick(Ink),
}

/// Draws a legend from the left, in as many lines as it takes, and gives the height below it.
pub(crate) fn legend(svg: &mut Svg, y: f64, entries: &[(Sign, &str)]) -> f64 {
    let (mut x, mut y) = (4.0, y);
    for (sign, words) in entries {
        let words = shortened(words, SMALL, 420.0);
        let width = 30.0 + width_of(&words, SMALL) + 14.0;
        if x + width > WIDTH && x > 4.0 {
            (x, y) = (4.0, y + LEGEND_STEP);
        }
        let middle = (x + 11.0, y);
        match *sign {
            Sign::Block(ink, texture) => svg.block(ink, texture, (x, y - 7.0), (22.0, 14.0)),
            Sign::Disc(ink) => {
                svg.line(ink, (x, y), (x + 22.0, y), 2.0);
                svg.disc(ink, middle, 4.0);
            }
            Sign::Dot(ink) => svg.disc(ink, middle, 4.6),
            Sign::Peak(ink) => svg.peak(ink, middle),
            Sign::Arrow(ink) => svg.arrow(ink, (x + 11.0, y + 8.0)),
            Sign::Ring(ink) => svg.ring(ink, middle, 4.0),
            Sign::Line(ink) => svg.line(ink, (x, y), (x + 22.0, y), 2.0),
            Sign::Dashes(ink) => svg.dashes(ink, (x, y), (x + 22.0, y), 1.5),
            Sign::Tick(ink) => svg.line(ink, (x + 11.0, y - 6.0), (x + 11.0, y + 6.0), 1.6),
        }
        svg.text(Ink::Text, (x + 30.0, y + 4.0), SMALL, "start", &words);
        x += width;
    }
    y + LEGEND_STEP
}

/// How wide words are drawn, roughly and rather too wide than too narrow.
pub(crate) fn width_of(words: &str, size: f64) -> f64 {
    let letter = |c: char| match c {
        'i' | 'l' | 'j' | 't' | 'f' | '.' | ',' | ':' | ' ' | '(' | ')' => 0.36,
        'm' | 'w' | 'M' | 'W' | '%' | '—' => 0.92,
        c if c.is_uppercase() => 0.72,
        c if u32::from(c) < 0x1100 => 0.58,
        _ => 1.05,
    };
    words.chars().map(letter).sum::<f64>() * size
}

/// The words, cut with an ellipsis where they are wider than this.
pub(crate) fn shortened(words: &str, size: f64, width: f64) -> String {
    if width_of(words, size) <= width {
        return words.to_owned();
    }
    let mut out = String::new();
    for c in words.chars() {
        out.push(c);
        if width_of(&out, size) > width - size {
            out.pop();
            break;
        }
    }
    out.trim_end().to_owned() + "…"
}

/// A number without digits that say nothing.
pub(crate) fn number(value: f64) -> String {
    let text = if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A count as a number to draw with.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}
