//! Makes any string safe to print: after this, Typst can set it in the bundled fonts under PDF/A
//! and PDF/UA, it cannot reorder or hide text, and it cannot run off the page. What cannot be
//! shown is written out as `\u{HEX}`, never dropped, so that the reader sees that it was there. It
//! does not touch the names of fields, and does not defang indicators.

use serde_json::Value;
use typst::text::{FontInstance, FontStyle, FontVariant, FontWeight, is_default_ignorable};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

use crate::world::{FAMILIES, Fonts};

/// Runs without white space longer than this get places to break.
const LONGEST_UNBROKEN: usize = 40;
/// Characters of a long run after which it may break after punctuation, and breaks in any case.
const BREAK_AFTER: (usize, usize) = (8, 16);
/// A cluster of more characters than this is a stack of marks, not writing.
const LONGEST_CLUSTER: usize = 12;
/// The field whose string is a drawing: breaks inside its markup would ruin it.
const DRAWING: &str = "svg";
const SOFT_BREAK: char = '\u{200B}';

/// Knows which characters the bundled fonts can show, in every weight and style that templates use.
pub struct Sanitiser {
    /// For each variant, the font of each family.
    variants: Vec<Vec<FontInstance>>,
}

impl Sanitiser {
    pub(crate) fn new(fonts: &Fonts) -> Self {
        let styles = [FontStyle::Normal, FontStyle::Italic];
        let weights = [FontWeight::REGULAR, FontWeight::SEMIBOLD, FontWeight::BOLD];
        let variants = styles
            .iter()
            .flat_map(|style| weights.map(|weight| FontVariant { style: *style, weight, ..FontVariant::default() }));
        let chosen = |variant| FAMILIES.iter().filter_map(move |name| fonts.select(name, variant));
        Self { variants: variants.map(|variant| chosen(variant).collect()).collect() }
    }

    /// Every string inside `value`, at any depth; keys stay.
    pub fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(fields) => fields.iter_mut().for_each(|(name, field)| match field {
                Value::String(drawing) if name == DRAWING => *drawing = self.unbroken(drawing),
                field => self.value(field),
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// One string. Short plain ASCII comes back unchanged.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let plain = |byte: u8| byte == b'\n' || (b' '..=b'~').contains(&byte);
        if text.len() <= LONGEST_UNBROKEN && text.bytes().all(plain) {
            return text.to_owned();
        }
        with_soft_breaks(&self.unbroken(text))
    }

    fn unbroken(&self, text: &str) -> String {
        let composed: String = text.replace("\r\n", "\n").replace('\r', "\n").nfc().collect();
        let mut shown = String::with_capacity(composed.len());
        for cluster in composed.graphemes(true) {
            self.push_cluster(&mut shown, cluster);
        }
        shown
    }

    /// A mark without a letter would sit on whatever the template puts before it, so it is written
    /// out like a character that cannot be shown.
    fn push_cluster(&self, shown: &mut String, cluster: &str) {
        let orphan = |c| is_combining_mark(c) || char::is_whitespace(c);
        let whole = cluster.chars().nth(1).is_none() && !cluster.starts_with(is_combining_mark)
            || cluster.chars().nth(LONGEST_CLUSTER).is_none() && !cluster.starts_with(orphan);
        if matches!(cluster, "\n" | "\t") || (whole && !cluster.chars().any(is_forbidden) && self.shows(cluster)) {
            shown.push_str(cluster);
            return;
        }
        let mut buffer = [0; 4];
        for c in cluster.chars() {
            let alone = !is_forbidden(c) && !is_combining_mark(c) && !is_default_ignorable(c);
            if alone && self.shows(c.encode_utf8(&mut buffer)) {
                shown.push(c);
            } else {
                shown.push_str(&format!("\\u{{{:04X}}}", u32::from(c)));
            }
        }
    }

    /// Whether in every variant some family has a glyph for each character. Typst sets a cluster in
    /// one font, so the same family must have them all. The fonts are asked, since Typst's own
    /// coverage lists also hold characters that a font maps to "no glyph".
    fn shows(&self, cluster: &str) -> bool {
        let seen = cluster.chars().filter(|&c| !is_default_ignorable(c));
        self.variants
            .iter()
            .all(|families| families.iter().any(|font| seen.clone().all(|c| font.ttf().glyph_index(c).is_some())))
    }
}

/// Characters that break the standards (PDF/A-3 6.2.11.7), reorder the line, or are invisible
/// without a typographic use.
fn is_forbidden(c: char) -> bool {
    let code = u32::from(c);
    match c {
        '\n' | '\t' => false,
        '\u{2028}' | '\u{2029}' | '\u{061C}' | '\u{200E}' | '\u{200F}' => true,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FDD0}'..='\u{FDEF}' => true,
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => true,
        '\u{00AD}' | '\u{034F}' | '\u{200B}'..='\u{200D}' | '\u{2060}' => false,
        '\u{FE00}'..='\u{FE0F}' => false,
        _ => c.is_control() || code & 0xFFFE == 0xFFFE || is_default_ignorable(c),
    }
}

/// Puts zero-width spaces into runs that have no place to break: after punctuation where there is
/// some, else at even distances; never inside a cluster.
fn with_soft_breaks(text: &str) -> String {
    let mut broken = String::with_capacity(text.len() + text.len() / 8);
    for run in text.split_inclusive(|c: char| c.is_whitespace() || c == SOFT_BREAK) {
        if run.chars().count() <= LONGEST_UNBROKEN {
            broken.push_str(run);
            continue;
        }
        let mut since = 0;
        let mut clusters = run.graphemes(true).peekable();
        while let Some(cluster) = clusters.next() {
            broken.push_str(cluster);
            since += 1;
            let seam = cluster.ends_with(|c: char| "/\\.-_:;,&=?@+)}]>".contains(c));
            let last = clusters.peek().is_none_or(|next| next.starts_with(char::is_whitespace));
            if !last && ((seam && since >= BREAK_AFTER.0) || since >= BREAK_AFTER.1) {
                broken.push(SOFT_BREAK);
                since = 0;
            }
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Sanitiser::new(&Fonts::bundled()).text(text)
    }

    #[test]
    fn writing_of_europe_stays_as_it_is() {
        for text in ["Größe — naïve café № 5 €", "Привет, мир", "Ελληνικά", "“quoted” … → ≥ ½", "a\nb\tc"]
        {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn what_hides_or_reorders_is_written_out() {
        assert_eq!(shown("exe.\u{202E}fdp"), "exe.\\u{202E}fdp");
        assert_eq!(shown("a\0b\u{7}\u{7F}\u{85}"), "a\\u{0000}b\\u{0007}\\u{007F}\\u{0085}");
        assert_eq!(shown("\u{E000}\u{FFFE}\u{FEFF}"), "\\u{E000}\\u{FFFE}\\u{FEFF}");
        assert_eq!(shown("\u{E0041}\u{2066}\u{200F}"), "\\u{E0041}\\u{2066}\\u{200F}");
    }

    #[test]
    fn what_no_font_has_is_written_out() {
        assert_eq!(shown("中"), "\\u{4E2D}");
        assert_eq!(shown("ok 😀"), "ok \\u{1F600}");
    }

    #[test]
    fn marks_without_a_letter_are_written_out() {
        assert_eq!(shown("\u{301}a \u{591}"), "\\u{0301}a \\u{0591}");
        assert_eq!(shown("e\u{323}"), "ẹ");
    }

    #[test]
    fn line_ends_and_composition_are_made_one() {
        assert_eq!(shown("a\r\nb\rc"), "a\nb\nc");
        assert_eq!(shown("e\u{301}te\u{301}"), "été");
    }

    #[test]
    fn long_runs_can_break_and_lose_nothing() {
        let hash = "0123456789abcdef".repeat(4);
        let broken = shown(&hash);
        assert!(broken.contains(SOFT_BREAK));
        assert_eq!(broken.replace(SOFT_BREAK, ""), hash);
        let longest = broken.split(SOFT_BREAK).map(str::len).max();
        assert_eq!(longest, Some(BREAK_AFTER.1));
        assert_eq!(
            shown("short words stay exactly as they are, however many of them there may be"),
            "short words stay exactly as they are, however many of them there may be"
        );
    }

    #[test]
    fn a_drawing_is_cleaned_and_not_broken() {
        let drawing = format!("<path d=\"{}\"/><text>\u{202E}</text>", "M0,0L10,10".repeat(9));
        let mut value = serde_json::json!({"svg": drawing});
        Sanitiser::new(&Fonts::bundled()).value(&mut value);
        assert_eq!(value["svg"], drawing.replace('\u{202E}', "\\u{202E}"));
    }

    #[test]
    fn strings_at_any_depth_are_reached_and_keys_are_kept() {
        let mut value = serde_json::json!({"a\u{202E}": [{"b": "x\u{202E}"}], "n": 1});
        Sanitiser::new(&Fonts::bundled()).value(&mut value);
        assert_eq!(value, serde_json::json!({"a\u{202E}": [{"b": "x\\u{202E}"}], "n": 1}));
    }
}
