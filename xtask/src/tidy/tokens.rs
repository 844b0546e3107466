//! Rust source as a flat list of tokens with their places. Comments and the inside of strings are not
//! tokens that a pattern matches, so a check neither trips over prose nor over its own words.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use std::ops::Range;

/// One token.
#[derive(Debug)]
pub struct Lexeme {
    /// As written; a bracket is a token of its own.
    pub text: String,
    /// From 1.
    pub line: usize,
    /// Its place in the file.
    pub bytes: Range<usize>,
    /// Whether it is a string, a number or the text of a doc comment.
    pub is_literal: bool,
    /// Inside of `#[cfg(test)]`.
    pub in_test: bool,
    /// For an opening bracket: the index of its closing one.
    pub close: usize,
}

/// Flattens a file; `None` if it is not Rust (then the compiler says so).
pub fn flatten(text: &str) -> Option<Vec<Lexeme>> {
    let stream: TokenStream = text.parse().ok()?;
    let mut tokens = Vec::new();
    walk(stream, false, &mut tokens);
    Some(tokens)
}

fn walk(stream: TokenStream, in_test: bool, out: &mut Vec<Lexeme>) {
    // An item's `#[cfg(test)]` holds up to its body's end, or to its `;`.
    let mut item_in_test = false;
    let mut after_hash = false;
    for tree in stream {
        let inside = in_test || item_in_test;
        match tree {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                if after_hash && is_cfg_test(&group.stream()) {
                    item_in_test = true;
                }
                let start = out.len();
                push(out, open, group.span_open(), inside);
                walk(group.stream(), inside, out);
                push(out, close, group.span_close(), inside);
                out[start].close = out.len() - 1;
                if group.delimiter() == Delimiter::Brace {
                    item_in_test = false;
                }
                after_hash = false;
            }
            other => {
                let text = other.to_string();
                after_hash = text == "#" || (after_hash && text == "!");
                if text == ";" {
                    item_in_test = false;
                }
                push(out, &text, other.span(), inside);
                if let (TokenTree::Literal(_), Some(token)) = (&other, out.last_mut()) {
                    token.is_literal = true;
                }
            }
        }
    }
}

fn push(out: &mut Vec<Lexeme>, text: &str, span: Span, in_test: bool) {
    out.push(Lexeme {
        text: text.to_owned(),
        line: span.start().line,
        bytes: span.byte_range(),
        is_literal: false,
        in_test,
        close: out.len(),
    });
}

fn is_cfg_test(attribute: &TokenStream) -> bool {
    let text = attribute.to_string().replace(' ', "");
    text.starts_with("cfg(") && text.contains("test") && !text.contains("not(test")
}

/// The indexes at which `pattern`, split at blanks, matches.
pub fn positions<'a>(tokens: &'a [Lexeme], pattern: &'a str) -> impl Iterator<Item = usize> + use<'a> {
    let parts: Vec<&str> = pattern.split(' ').collect();
    (0..tokens.len()).filter(move |&at| {
        tokens.len() - at >= parts.len() && parts.iter().zip(&tokens[at..]).all(|(part, token)| *part == token.text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_not_matched_and_tests_are_known() {
        let source = "// a.commit()\nconst A: &str = \"a.commit()\";\n\
                      fn f() { a.commit(); }\n#[cfg(test)]\nmod t { fn g() { a.commit(); } }\n\
                      fn h() { a.commit(); }\n";
        let tokens = flatten(source).unwrap();
        let found: Vec<(usize, bool)> =
            positions(&tokens, ". commit (").map(|at| (tokens[at].line, tokens[at].in_test)).collect();
        assert_eq!(found, [(3, false), (5, true), (6, false)]);
    }

    #[test]
    fn each_token_has_its_place() {
        let source = "// ä\n/// ö\nfn f() { \"ü\" }\n";
        let tokens = flatten(source).unwrap();
        let literals: Vec<&str> =
            tokens.iter().filter(|token| token.is_literal).map(|token| &source[token.bytes.clone()]).collect();
        assert_eq!(literals, ["/// ö", "\"ü\""]);
    }
}
