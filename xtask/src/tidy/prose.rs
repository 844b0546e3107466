//! The prose of a file: a copy in which everything else is blank, so that each word keeps its line. Prose is
//! strings, comments and docs of source code and all text of Markdown, Typst and TOML, without what is written
//! as code between backquotes. It knows as much of each syntax as that needs.

use super::File;
use std::ops::Range;

/// The prose of a file; `None` for a kind of file that is not checked, and for Rust that is none.
pub fn of(file: &File) -> Option<String> {
    let mut mask = Mask::new(&file.text);
    match file.extension() {
        "rs" => mask.rust(file)?,
        "ts" => mask.source(true, b"\"'`"),
        "css" => mask.source(false, b""),
        "md" => mask.keep(0..file.text.len()),
        "toml" => mask.keep_string(0..file.text.len()),
        "typ" => {
            mask.keep(0..file.text.len());
            mask.drop_names();
        }
        _ => return None,
    }
    mask.drop_code();
    Some(mask.finish())
}

/// The words of a text, each with its place. An underscore belongs to a word, so that a name is one word.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let ends_word = |c: char| !(c.is_alphanumeric() || c == '_');
    let mut next = 0;
    text.split_inclusive(ends_word).filter_map(move |piece| {
        let at = next;
        next += piece.len();
        let word = piece.trim_end_matches(ends_word);
        (!word.is_empty()).then_some((at, word))
    })
}

struct Mask<'a> {
    text: &'a str,
    kept: Vec<u8>,
}

impl<'a> Mask<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, kept: text.bytes().map(blank).collect() }
    }

    fn keep(&mut self, range: Range<usize>) {
        self.kept[range.clone()].copy_from_slice(&self.text.as_bytes()[range]);
    }

    fn drop(&mut self, range: Range<usize>) {
        for byte in &mut self.kept[range] {
            *byte = blank(*byte);
        }
    }

    /// Keeps the inside of a string without its escapes: `\n` is no letter of the next word.
    fn keep_string(&mut self, range: Range<usize>) {
        self.keep(range.clone());
        let mut at = range.start;
        while at < range.end {
            if self.kept[at] == b'\\' {
                let end = (at + 2).min(range.end);
                if self.text.is_char_boundary(end) {
                    self.drop(at..end);
                }
                at = end;
            } else {
                at += 1;
            }
        }
    }

    /// Strings and docs are tokens, and between tokens there is nothing but blanks and comments.
    fn rust(&mut self, file: &File) -> Option<()> {
        let mut end = 0;
        for token in file.tokens()? {
            if end < token.bytes.start {
                self.keep(end..token.bytes.start);
            }
            if token.is_literal {
                let source = &self.text[token.bytes.clone()];
                let is_doc = source.starts_with("//") || source.starts_with("/*");
                let is_character = source.starts_with('\'') || source.starts_with("b'");
                if is_doc {
                    self.keep(token.bytes.clone());
                } else if let (Some(open), Some(close), false) = (source.find('"'), source.rfind('"'), is_character)
                    && open < close
                {
                    self.keep_string(token.bytes.start + open + 1..token.bytes.start + close);
                }
            }
            end = end.max(token.bytes.end);
        }
        self.keep(end..self.text.len());
        Some(())
    }

    /// Comments in the manner of C, and strings in any of these quotes.
    fn source(&mut self, line_comments: bool, quotes: &[u8]) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let from = at;
            if line_comments && rest.starts_with(b"//") {
                at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                self.keep(from..at);
            } else if rest.starts_with(b"/*") {
                at = self.text[at..].find("*/").map_or(bytes.len(), |length| at + length + 2);
                self.keep(from..at);
            } else if quotes.contains(&bytes[at]) {
                at = self.string(at);
            } else {
                at += 1;
            }
        }
    }

    /// Keeps a string of TypeScript that begins at `at`, without what a template inserts; returns its end.
    fn string(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let quote = bytes[at];
        let start = at + 1;
        let (mut from, mut at) = (start, start);
        while at < bytes.len() {
            match bytes[at] {
                b'\\' => at += 2,
                // A quote inside of a regular expression: no string.
                b'\n' if quote != b'`' => return start,
                byte if byte == quote => {
                    self.keep_string(from..at);
                    return at + 1;
                }
                b'$' if quote == b'`' && bytes.get(at + 1) == Some(&b'{') => {
                    self.keep_string(from..at);
                    at = closing(bytes, at + 1);
                    from = at;
                }
                _ => at += 1,
            }
        }
        bytes.len()
    }

    /// Drops what Typst takes for the name of a function or a field.
    fn drop_names(&mut self) {
        let text = self.text;
        for (from, word) in words(text) {
            let to = from + word.len();
            if text[to..].starts_with('(') || text[..from].ends_with(['.', '#']) {
                self.drop(from..to);
            }
        }
    }

    /// Drops what is written as code: between backquotes of one line, and between lines of three.
    fn drop_code(&mut self) {
        let mut fenced = false;
        let mut start = 0;
        while start < self.kept.len() {
            let end = self.kept[start..].iter().position(|b| *b == b'\n').map_or(self.kept.len(), |n| start + n);
            let line = String::from_utf8_lossy(&self.kept[start..end]).into_owned();
            let fence = line.trim_start_matches([' ', '/', '!', '*', '>']).starts_with("```");
            if fence || fenced {
                self.drop(start..end);
            } else {
                let ticks: Vec<usize> = (start..end).filter(|at| self.kept[*at] == b'`').collect();
                for pair in ticks.chunks_exact(2) {
                    self.drop(pair[0]..pair[1] + 1);
                }
            }
            fenced ^= fence;
            start = end + 1;
        }
    }

    fn finish(self) -> String {
        // Only whole characters are kept or dropped.
        String::from_utf8_lossy(&self.kept).into_owned()
    }
}

const fn blank(byte: u8) -> u8 {
    if byte == b'\n' { b'\n' } else { b' ' }
}

/// The place after the brace that closes the one at `open`.
fn closing(bytes: &[u8], open: usize) -> usize {
    let mut depth = 0;
    for (at, byte) in bytes.iter().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn kept(path: &str, text: &str) -> Vec<String> {
        let prose = of(&file(path, text)).expect("a kind of file that is checked");
        assert_eq!(prose.lines().count(), text.lines().count());
        words(&prose).map(|(_, word)| word.to_owned()).collect()
    }

    #[test]
    fn rust_has_comments_docs_and_strings() {
        let source = "//! one `code`\n/* two */\n/// three\nfn name(four: &'a str) -> char {\n    \
                      say(\"four\\nfive \\\" six\", r#\"seven\"#, 'x', b'\"', 8); // eight\n}\n";
        assert_eq!(kept("a.rs", source), ["one", "two", "three", "four", "five", "six", "seven", "eight"]);
        assert_eq!(of(&file("a.rs", "fn (")), None);
    }

    #[test]
    fn an_example_in_a_doc_is_code() {
        assert_eq!(kept("a.rs", "/// one\n/// ```\n/// two();\n/// ```\n/// three\nfn f() {}\n"), ["one", "three"]);
    }

    #[test]
    fn typescript_has_comments_and_strings_without_what_they_insert() {
        let source = "// one\nconst name = 'two' + `three ${four({})} five` + /[\"']/.source; /* six\n seven */\n\
                      call(\"eight http://nine\");\n";
        assert_eq!(kept("a.ts", source), ["one", "two", "three", "five", "six", "seven", "eight", "http", "nine"]);
    }

    #[test]
    fn a_style_sheet_has_comments() {
        assert_eq!(kept("a.css", ".name { background: url(//x); /* one */ }\n"), ["one"]);
    }

    #[test]
    fn markdown_and_typst_are_text_but_for_code() {
        assert_eq!(kept("a.md", "one `two` three\n```sh\nfour\n```\nfive\n"), ["one", "three", "five"]);
        assert_eq!(kept("a.typ", "#call(one) two.three [four `five`] // six\n"), ["one", "two", "four", "six"]);
    }

    #[test]
    fn toml_is_text_without_the_escapes_of_strings() {
        assert_eq!(kept("a.toml", "# one `two`\nthree = \"four\\nfive\"\n"), ["one", "three", "four", "five"]);
    }

    #[test]
    fn other_files_are_not_checked() {
        assert_eq!(of(&file("a.json", "{}")), None);
    }
}
