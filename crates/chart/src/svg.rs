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
}

impl Ink {
    const fn class(self) -> &'static str {
        match self {
            Self::Text => "ink-text",
            Self::Faint => "ink-faint",
            Self::Attack => "ink-attack",
            Self::Response => "ink-response",
            Self::Paper => "ink-paper",
        }
    }

    const fn colour(self) -> &'static str {
        match self {
            Self::Text => "#1a2326",
            Self::Faint => "#5f6b70",
            Self::Attack => "#a8322a",
            Self::Response => "#0b636b",
            Self::Paper => "#ffffff",
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

    /// A line.
    pub fn line(&mut self, ink: Ink, from: (f64, f64), to: (f64, f64), width: f64) {
        let paint = self.paint(ink, "stroke");
        let _ = write!(
            self.body,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" {paint} stroke-width=\"{width}\"/>",
            from.0, from.1, to.0, to.1
        );
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
