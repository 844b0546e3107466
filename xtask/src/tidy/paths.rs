//! The paths that a Rust file names: in `use` and in the code itself, outside of its tests. They are read
//! as written; `cycles` finds out where they lead.

use super::tokens::Lexeme;

/// One path.
#[derive(Debug, PartialEq, Eq)]
pub struct Reference {
    /// From 1.
    pub line: usize,
    /// The modules of the same file around it, from the outermost.
    pub inside: Vec<String>,
    /// As written.
    pub segments: Vec<String>,
    /// In a `use`: the name it gets, or `*`.
    pub import: Option<String>,
}

/// All paths of more than one segment, in the order of the file.
pub fn of(tokens: &[Lexeme]) -> Vec<Reference> {
    let mut reader = Reader { tokens, inside: Vec::new(), found: Vec::new() };
    let mut at = 0;
    while at < tokens.len() {
        reader.inside.retain(|(close, _)| at <= *close);
        at = match reader.text(at) {
            _ if tokens[at].in_test => at + 1,
            "mod" if reader.text(at + 2) == "{" => {
                reader.inside.push((tokens[at + 2].close, tokens[at + 1].text.clone()));
                at + 3
            }
            // Not the list of what a type captures.
            "use" if reader.text(at + 1) != "<" => reader.import(at + 1, Vec::new()),
            _ => reader.path(at),
        };
    }
    reader.found
}

struct Reader<'a> {
    tokens: &'a [Lexeme],
    /// Modules that are open here, each with the index of its closing brace.
    inside: Vec<(usize, String)>,
    found: Vec<Reference>,
}

impl<'a> Reader<'a> {
    fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    /// Whether `::` begins at `at`.
    fn joins(&self, at: usize) -> bool {
        self.text(at) == ":" && self.text(at + 1) == ":"
    }

    fn add(&mut self, at: usize, segments: Vec<String>, import: Option<String>) {
        let inside = self.inside.iter().map(|(_, name)| name.clone()).collect();
        self.found.push(Reference { line: self.tokens[at].line, inside, segments, import });
    }

    /// Reads the tree of a `use` from `at`, below these segments; returns the place after it.
    fn import(&mut self, mut at: usize, mut segments: Vec<String>) -> usize {
        while at < self.tokens.len() {
            match self.text(at) {
                "{" => {
                    let close = self.tokens[at].close;
                    at += 1;
                    while at < close {
                        at = self.import(at, segments.clone());
                        at += usize::from(self.text(at) == ",");
                    }
                    return close + 1;
                }
                "*" => {
                    self.add(at, segments, Some("*".to_owned()));
                    return at + 1;
                }
                // A path from the root of all crates.
                ":" => {
                    segments.push(String::new());
                    at += 2;
                }
                name => {
                    segments.push(name.to_owned());
                    if self.joins(at + 1) {
                        at += 3;
                        continue;
                    }
                    if name == "self" {
                        segments.pop();
                    }
                    let renamed = self.text(at + 1) == "as";
                    let given = if renamed { Some(self.text(at + 2).to_owned()) } else { segments.last().cloned() };
                    self.add(at, segments, given);
                    return at + if renamed { 3 } else { 1 };
                }
            }
        }
        at
    }

    /// Reads a path in code that begins at `at`; returns the place after what it read.
    fn path(&mut self, at: usize) -> usize {
        let is_name = |text: &str| text.starts_with(|c: char| c.is_alphabetic() || c == '_');
        let follows = at >= 2 && self.joins(at - 2) || at >= 1 && self.text(at - 1) == "'";
        // `$crate` is ours; what another variable of a macro holds is seen where the macro is called.
        let variable = at >= 1 && self.text(at - 1) == "$" && self.text(at) != "crate";
        if !is_name(self.text(at)) || !self.joins(at + 1) || follows || variable {
            return at + 1;
        }
        let mut segments = vec![self.text(at).to_owned()];
        let mut end = at + 1;
        while self.joins(end) && is_name(self.text(end + 2)) {
            segments.push(self.text(end + 2).to_owned());
            end += 3;
        }
        if segments.len() > 1 {
            self.add(at, segments, None);
        }
        end
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::flatten;
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let shown = |found: Reference| {
            let import = found.import.map(|name| format!(" as {name}")).unwrap_or_default();
            let inside = found.inside.iter().map(|name| format!("{name}/")).collect::<String>();
            format!("{} {inside}{}{import}", found.line, found.segments.join("::"))
        };
        of(&flatten(text).expect("Rust")).into_iter().map(shown).collect()
    }

    #[test]
    fn the_tree_of_a_use_is_read() {
        let text = "pub use crate::a::{self, b::{C, D as E}, f::*,};\nuse ::std::fmt;\nuse super::super::g;\n";
        assert_eq!(
            paths(text),
            [
                "1 crate::a as a",
                "1 crate::a::b::C as C",
                "1 crate::a::b::D as E",
                "1 crate::a::f as *",
                "2 ::std::fmt as fmt",
                "3 super::super::g as g"
            ]
        );
    }

    #[test]
    fn paths_in_code_are_read() {
        let text = "fn f<'a>(x: &'a crate::a::B) -> impl Sized + use<'a> {\n    c::<super::d::E>::g(h);\n    \
                    $crate::i!(); $j::k::l(); view! { <super::m::N n=o.p /> }\n}\n";
        assert_eq!(paths(text), ["1 crate::a::B", "2 super::d::E", "3 crate::i", "3 super::m::N"]);
    }

    #[test]
    fn modules_of_the_file_are_known_and_tests_are_left_out() {
        let text = "mod a { mod b { use super::c::D; } use e::F; }\nuse g::H;\n#[cfg(test)]\nmod tests { use i::J; }\n\
                    #[cfg(test)]\nuse k::L;\n";
        assert_eq!(paths(text), ["1 a/b/super::c::D as D", "1 a/e::F as F", "2 g::H as H"]);
    }
}
