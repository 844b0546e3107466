//! A small writer of SVG: everything that is written is escaped, every drawing has a title and a
//! description, and nothing uses the attribute `style`, which pages forbid.

use std::fmt::Write as _;

/// Where a drawing is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// On a page: colours come from the style sheet, by class.
    Page,
    /// In a report: colours stand in the drawing.
    Report,
}

/// What a shape is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Text.
    Text,
    /// Text that matters less, and lines of help.
    Faint,
    /// The attacker.
    Attack,
    /// The responders.
    Response,
    /// The background of the drawing, for text upon ink.
    Paper,
    /// What went well.
    Good,
    /// Lines to read values by.
    Grid,
    /// A range behind a line.
    Soft,
}

/// How a shape is filled, so that it can be told from its neighbours without colour. From dark to
/// light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texture {
    /// All of it.
    Solid,
    /// Lines both ways.
    Cross,
    /// Slanted lines.
    Slant,
    /// Dots.
    Dots,
    /// Only its edge.
    Hollow,
}

impl Ink {
    const fn class(self) -> &'static str {
        match self {
            Self::Text => "ink-text",
            Self::Faint => "ink-faint",
            Self::Attack => "ink-attack",
            Self::Response => "ink-response",
            Self::Paper => "ink-paper",
            Self::Good => "ink-good",
            Self::Grid => "ink-grid",
            Self::Soft => "ink-soft",
        }
    }

    const fn colour(self) -> &'static str {
        match self {
            Self::Text => "#1a2326",
            Self::Faint => "#5f6b70",
            Self::Attack => "#a8322a",
            Self::Response => "#0b636b",
            Self::Paper => "#ffffff",
            Self::Good => "#17652f",
            Self::Grid => "#d9dfe0",
            Self::Soft => "#dcecee",
        }
    }
}

/// A drawing under way.
#[derive(Debug)]
pub struct Svg {
    theme: Theme,
    width: f64,
    height: f64,
    body: String,
}

/// Text as it may stand in SVG.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

impl Svg {
    /// An empty drawing of this size.
    #[must_use]
    pub const fn new(theme: Theme, width: f64, height: f64) -> Self {
        Self { theme, width, height, body: String::new() }
    }

    fn paint(&self, ink: Ink, what: &str) -> String {
        match self.theme {
            Theme::Page => format!("class=\"{}-{what}\"", ink.class()),
            Theme::Report => format!("{what}=\"{}\"", ink.colour()),
        }
    }

    /// The paint of a shape of which only the edge has ink.
    fn edge(&self, ink: Ink) -> String {
        match self.theme {
            Theme::Page => format!("class=\"{}-fill {}-stroke\"", Ink::Paper.class(), ink.class()),
            Theme::Report => format!("fill=\"{}\" stroke=\"{}\"", Ink::Paper.colour(), ink.colour()),
        }
    }

    /// A line.
    pub fn line(&mut self, ink: Ink, from: (f64, f64), to: (f64, f64), width: f64) {
        let paint = self.paint(ink, "stroke");
        let _ = write!(
            self.body,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" {paint} stroke-width=\"{width}\"/>",
            from.0, from.1, to.0, to.1
        );
    }

    /// A line of dashes.
    pub fn dashes(&mut self, ink: Ink, from: (f64, f64), to: (f64, f64), width: f64) {
        let paint = self.paint(ink, "stroke");
        let _ = write!(
            self.body,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" {paint} stroke-width=\"{width}\" \
             stroke-dasharray=\"5 4\"/>",
            from.0, from.1, to.0, to.1
        );
    }

    /// Lines from point to point.
    pub fn polyline(&mut self, ink: Ink, points: &[(f64, f64)], width: f64) {
        let paint = self.paint(ink, "stroke");
        let _ = write!(
            self.body,
            "<polyline points=\"{}\" fill=\"none\" {paint} stroke-width=\"{width}\" stroke-linejoin=\"round\"/>",
            listed(points)
        );
    }

    /// The area within these points.
    pub fn area(&mut self, ink: Ink, points: &[(f64, f64)]) {
        let paint = self.paint(ink, "fill");
        let _ = write!(self.body, "<polygon points=\"{}\" {paint}/>", listed(points));
    }

    /// A rectangle with a texture. Its lines are drawn one by one: a pattern would need a name, and
    /// names clash where several drawings share a page.
    pub fn block(&mut self, ink: Ink, texture: Texture, at: (f64, f64), size: (f64, f64)) {
        if texture == Texture::Solid {
            return self.rect(ink, at, size);
        }
        let edge = self.edge(ink);
        // The edge is drawn inside, so that neighbours do not overlap.
        let (x, y, width, height) = (at.0 + 0.6, at.1 + 0.6, (size.0 - 1.2).max(0.1), (size.1 - 1.2).max(0.1));
        let _ = write!(
            self.body,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" {edge} \
             stroke-width=\"1.2\"/>"
        );
        let marks = match texture {
            Texture::Solid | Texture::Hollow => return,
            Texture::Slant => slants(x, y, width, height, 5.0, false),
            Texture::Cross => slants(x, y, width, height, 4.5, false) + &slants(x, y, width, height, 4.5, true),
            Texture::Dots => dots(x, y, width, height),
        };
        if !marks.is_empty() {
            let width = if texture == Texture::Dots { 1.8 } else { 1.1 };
            let paint = self.paint(ink, "stroke");
            let _ =
                write!(self.body, "<path d=\"{marks}\" {paint} stroke-width=\"{width}\" stroke-linecap=\"round\"/>");
        }
    }

    /// A rectangle.
    pub fn rect(&mut self, ink: Ink, at: (f64, f64), size: (f64, f64)) {
        let paint = self.paint(ink, "fill");
        let _ = write!(
            self.body,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"2\" {paint}/>",
            at.0, at.1, size.0, size.1
        );
    }

    /// A disc.
    pub fn disc(&mut self, ink: Ink, at: (f64, f64), radius: f64) {
        let paint = self.paint(ink, "fill");
        let _ = write!(self.body, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\" {paint}/>", at.0, at.1);
    }

    /// An arrow upwards from a point.
    pub fn arrow(&mut self, ink: Ink, at: (f64, f64)) {
        let (x, y) = at;
        self.line(ink, (x, y), (x, y - 12.0), 1.8);
        self.area(ink, &[(x - 5.0, y - 10.0), (x + 5.0, y - 10.0), (x, y - 18.0)]);
    }

    /// A triangle around a point that points upwards.
    pub fn peak(&mut self, ink: Ink, at: (f64, f64)) {
        let (x, y) = at;
        self.area(ink, &[(x - 5.0, y + 4.0), (x + 5.0, y + 4.0), (x, y - 5.0)]);
    }

    /// A circle with nothing in it.
    pub fn ring(&mut self, ink: Ink, at: (f64, f64), radius: f64) {
        let _ = write!(
            self.body,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\" {} stroke-width=\"1.6\"/>",
            at.0,
            at.1,
            self.edge(ink)
        );
    }

    /// A text; `anchor` is `start`, `middle` or `end`.
    pub fn text(&mut self, ink: Ink, at: (f64, f64), size: f64, anchor: &str, words: &str) {
        let paint = self.paint(ink, "fill");
        let family = match self.theme {
            Theme::Page => "",
            Theme::Report => " font-family=\"Libertinus Serif\"",
        };
        let _ = write!(
            self.body,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{size}\" text-anchor=\"{anchor}\"{family} {paint}>{}</text>",
            at.0,
            at.1,
            escaped(words)
        );
    }

    /// The whole drawing, named for those who cannot see it.
    #[must_use]
    pub fn finish(self, title: &str, description: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" class=\"chart\">\
             <title>{}</title><desc>{}</desc>{}</svg>",
            self.width,
            self.height,
            escaped(title),
            escaped(description),
            self.body
        )
    }
}

fn listed(points: &[(f64, f64)]) -> String {
    points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
}

/// Slanted lines within a rectangle; `falling` to the right, else rising.
fn slants(x: f64, y: f64, width: f64, height: f64, apart: f64, falling: bool) -> String {
    let mut path = String::new();
    let (right, bottom) = (x + width, y + height);
    let step = apart * std::f64::consts::SQRT_2;
    let mut along = step / 2.0;
    while along < width + height {
        // A rising line is x' + y = along from the upper left corner; a falling one mirrors it.
        let from = (x + (along - height).max(0.0), (y + along).min(bottom));
        let to = (x + along.min(width), y + (along - width).max(0.0));
        let mirrored = |(px, py): (f64, f64)| if falling { (x + right - px, py) } else { (px, py) };
        let (from, to) = (mirrored(from), mirrored(to));
        let _ = write!(path, "M{:.1} {:.1}L{:.1} {:.1}", from.0, from.1, to.0, to.1);
        along += step;
    }
    path
}

/// Dots within a rectangle, each row shifted against the last.
fn dots(x: f64, y: f64, width: f64, height: f64) -> String {
    const APART: f64 = 5.0;
    let mut path = String::new();
    let (mut row, mut is_shifted) = (y + 2.6, false);
    while row < y + height - 1.4 {
        let mut column = x + if is_shifted { 2.6 + APART / 2.0 } else { 2.6 };
        while column < x + width - 1.4 {
            let _ = write!(path, "M{column:.1} {row:.1}h.1");
            column += APART;
        }
        (row, is_shifted) = (row + APART * 0.8, !is_shifted);
    }
    path
}
