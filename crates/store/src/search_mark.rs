//! Where a text matches what was looked for: the places, and the part of a long text that shows most
//! of them. Works on the text as it was written, so that people read their own words.

use std::{borrow::Cow, ops::Range};

use holdfast_domain::search::{Mark, Marked};

use crate::search::words;

/// Length of a part that is shown, in characters, and how much of it stands before the first match.
const SNIPPET_CHARS: usize = 220;
const BEFORE_CHARS: usize = 60;

/// A word of the text: its bytes, and its characters.
struct TextWord {
    bytes: Range<usize>,
    chars: Range<usize>,
}

/// The whole text with its matches.
pub(crate) fn all(text: &str, runs: &[Vec<String>]) -> Marked {
    let marks = found(text, runs).into_iter().map(|(mark, _)| mark).collect();
    Marked { text: one_line(text.chars()), marks }
}

/// The part of the text that shows the most of what was looked for; nothing where nothing matches.
pub(crate) fn snippet(text: &str, runs: &[Vec<String>]) -> Marked {
    let found = found(text, runs);
    let Some(start) = best(&found) else { return Marked::default() };
    let length = text.chars().count();
    let from = word_start(text, start.saturating_sub(BEFORE_CHARS), start);
    let to = (from + SNIPPET_CHARS).min(length);
    let (before, after) = (if from > 0 { "… " } else { "" }, if to < length { " …" } else { "" });
    let shift = before.chars().count();
    let marks = found
        .into_iter()
        .map(|(mark, _)| mark)
        .filter(|mark| mark.start >= from && mark.end <= to)
        .map(|mark| Mark { start: mark.start - from + shift, end: mark.end - from + shift })
        .collect();
    Marked { text: format!("{before}{}{after}", one_line(text.chars().skip(from).take(to - from))), marks }
}

/// Every place that matches, and which run it matches; places do not overlap.
fn found(text: &str, runs: &[Vec<String>]) -> Vec<(Mark, usize)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let hit = runs.iter().enumerate().find(|(_, run)| matches(text, &tokens, at, run));
        match hit {
            Some((which, run)) => {
                let last = at + run.len() - 1;
                let (start, end) = (tokens[at].chars.start, tokens[last].chars.end);
                found.push((Mark { start, end }, which));
                at = last + 1;
            }
            None => at += 1,
        }
    }
    found
}

/// Whether the run begins at this token; its last word may be the beginning of a longer one.
fn matches(text: &str, tokens: &[TextWord], at: usize, run: &[String]) -> bool {
    let Some(part) = tokens.get(at..at + run.len()) else { return false };
    part.iter().zip(run).enumerate().all(|(place, (token, word))| {
        let written = folded(text.get(token.bytes.clone()).unwrap_or_default());
        if place + 1 == run.len() { written.starts_with(word.as_str()) } else { written == word.as_str() }
    })
}

fn folded(token: &str) -> Cow<'_, str> {
    let is_plain = token.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    // A word of a scheme that cannot be clicked is the scheme.
    if is_plain && !token.contains('x') { Cow::Borrowed(token) } else { Cow::Owned(words(token).concat()) }
}

fn tokens(text: &str) -> Vec<TextWord> {
    let mut tokens: Vec<TextWord> = Vec::new();
    let mut open = false;
    for (place, (byte, c)) in text.char_indices().enumerate() {
        let is_part = c.is_alphanumeric() || (open && unicode_normalization::char::is_combining_mark(c));
        if is_part && !open {
            tokens.push(TextWord { bytes: byte..byte, chars: place..place });
        }
        if let (true, Some(token)) = (is_part, tokens.last_mut()) {
            token.bytes.end = byte + c.len_utf8();
            token.chars.end = place + 1;
        }
        open = is_part;
    }
    tokens
}

/// Where the part begins that holds the most different runs: the first such match.
fn best(found: &[(Mark, usize)]) -> Option<usize> {
    let width = SNIPPET_CHARS - BEFORE_CHARS;
    let mut best: Option<(usize, usize)> = None;
    // Matches beyond the first thousand change nothing that a reader would notice.
    for (at, (first, _)) in found.iter().take(1_000).enumerate() {
        let near = found.get(at..).unwrap_or_default().iter().take_while(|(mark, _)| mark.end <= first.start + width);
        let mut runs: Vec<usize> = near.map(|(_, which)| *which).take(64).collect();
        runs.sort_unstable();
        runs.dedup();
        if best.is_none_or(|(count, _)| runs.len() > count) {
            best = Some((runs.len(), first.start));
        }
    }
    best.map(|(_, start)| start)
}

/// The first place from `from` on that begins a word, but not after `to`.
fn word_start(text: &str, from: usize, to: usize) -> usize {
    if from == 0 {
        return 0;
    }
    let space = text.chars().skip(from).take(to - from).position(char::is_whitespace);
    space.map_or(from, |space| from + space + 1)
}

/// Without line breaks and other controls, character for character.
fn one_line(chars: impl Iterator<Item = char>) -> String {
    chars.map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::runs;

    fn shown(text: &str, typed: &str) -> String {
        let marked = all(text, &runs(typed));
        marked.pieces().into_iter().map(|(text, hit)| if hit { format!("<{text}>") } else { text }).collect()
    }

    #[test]
    fn matches_are_marked_in_the_words_as_they_were_written() {
        for (text, typed, wanted) in [
            ("Ransomware on the file server", "ransom SERVER", "<Ransomware> on the file <server>"),
            ("ÉCOLE Größe café", "ecole groesse grosse cafe", "<ÉCOLE> <Größe> <café>"),
            ("from hxxps://evil[.]example/x", "https://evil.example", "from hxxps://<evil[.]example>/x"),
            ("to 198.51.100.23 and 198.52", "198.51.100", "to <198.51.100>.23 and 198.52"),
            ("INC-2026-0001 x", "inc-2026-0001", "<INC-2026-0001> x"),
            ("a\nb", "b", "a <b>"),
            ("nothing here", "else", "nothing here"),
            ("", "x", ""),
        ] {
            assert_eq!(shown(text, typed), wanted, "{typed}");
        }
    }

    #[test]
    fn the_part_that_is_shown_holds_the_most_of_what_was_looked_for() {
        let text =
            format!("{} alpha {} the alpha and the beta {}", "x ".repeat(200), "y ".repeat(300), "z ".repeat(300));
        let part = snippet(&text, &runs("alpha beta"));
        assert!(part.text.starts_with("… ") && part.text.ends_with(" …"), "{}", part.text);
        let marked: Vec<_> = part.pieces().into_iter().filter(|(_, hit)| *hit).map(|(text, _)| text).collect();
        assert_eq!(marked, ["alpha", "beta"]);
        assert!(part.text.chars().count() <= SNIPPET_CHARS + 4);
        assert_eq!(snippet(&text, &runs("gamma")), Marked::default());
    }
}
