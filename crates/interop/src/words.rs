//! Texts of others: what cannot be seen is made visible, what is too long is shortened and says so.

/// What stands where a text was cut.
pub const SHORTENED: &str = "… [shortened on import]";

/// The same, with characters that cannot be seen or that turn the reading around written as
/// `\u{202E}`. Line breaks and tabs stay; other kinds of line break become one.
pub(crate) fn visible(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => shown.push('\n'),
            _ if c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}') => {
                shown.push_str(&format!("\\u{{{:X}}}", u32::from(c)));
            }
            _ => shown.push(c),
        }
    }
    shown
}

/// On one line, without space around it, of at most `max` characters.
pub(crate) fn line(text: &str, max: usize) -> String {
    shortened(&visible(text).split_whitespace().collect::<Vec<_>>().join(" "), max)
}

/// On one line with the space within it as it is, for values that mean what they say.
pub(crate) fn exact(text: &str, max: usize) -> String {
    shortened(&visible(text).trim().replace('\n', "\\u{A}").replace('\t', "\\u{9}"), max)
}

/// Of at most `max` characters, without space around it.
pub(crate) fn block(text: &str, max: usize) -> String {
    shortened(visible(text).trim(), max)
}

/// Of at most `max` characters; what is cut is marked.
fn shortened(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max.saturating_sub(SHORTENED.chars().count())).collect();
    format!("{}{SHORTENED}", kept.trim_end())
}

/// On one line and as Markdown that shows it as it is.
pub(crate) fn plain(text: &str, max: usize) -> String {
    let mut shown = String::new();
    for c in line(text, max).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!') {
            shown.push('\\');
        }
        shown.push(c);
    }
    shown
}

/// As a block of Markdown that shows it as it is; empty when it says nothing.
pub(crate) fn fenced(text: &str, max: usize) -> String {
    let text = block(text, max);
    if text.is_empty() {
        return text;
    }
    let longest = text.split(|c| c != '~').map(str::len).max().unwrap_or_default().min(max);
    let fence = "~".repeat(longest.max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}

/// Paragraphs of which empty ones are left out.
pub(crate) fn paragraphs(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// What was not taken, up to a number; from there on it is counted.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    lines: Vec<String>,
    more: usize,
}

/// Most notes that are kept.
const NOTES_MAX: usize = 1_000;

impl Notes {
    /// Notes one thing.
    pub(crate) fn add(&mut self, text: impl Into<String>) {
        if self.lines.len() < NOTES_MAX { self.lines.push(text.into()) } else { self.more += 1 }
    }

    /// Everything noted.
    pub(crate) fn finish(mut self) -> Vec<String> {
        if self.more > 0 {
            self.lines.push(format!("… and {} more.", self.more));
        }
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown_and_what_is_cut_says_so() {
        assert_eq!(line(" a\u{0}b\r\n\u{202E}c \u{1b}[2J", 100), "a\\u{0}b \\u{202E}c \\u{1B}[2J");
        assert_eq!(exact(" a  b\tc\nd ", 100), "a  b\\u{9}c\\u{A}d");
        assert_eq!(block("a\rb\u{2028}c\t", 100), "a\nb\nc");
        let cut = line(&"é".repeat(50), 40);
        assert_eq!((cut.chars().count(), cut.ends_with(SHORTENED)), (40, true));
        assert_eq!(plain("[x](y) <b>", 100), "\\[x\\](y) \\<b\\>");
        assert_eq!(fenced("a\n~~~\nb", 100), "~~~~\na\n~~~\nb\n~~~~");
        assert_eq!(line("abc", 0), SHORTENED);
    }
}
