//! Conventions of Rust code, checked on its tokens: where SQL is, who commits, how
//! actions begin. clippy.toml has what clippy can check: the clock and
//! randomness, long functions, unfinished code.

use super::tokens::{Lexeme, positions};
use super::{File, Violation};

/// Module names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "manager", "service", "services", "models", "misc"];

/// All checks of one Rust file.
pub fn check(file: &File) -> Vec<Violation> {
    let Some(tokens) = file.tokens() else {
        return Vec::new();
    };
    let code = Code { file, is_test: is_test_file(&file.path), tokens };
    let mut findings = Vec::new();
    code.sql(&mut findings);
    code.commits(&mut findings);
    code.actors(&mut findings);
    code.names(&mut findings);
    code.markup(&mut findings);
    code.ignored_tests(&mut findings);
    findings
}

fn is_test_file(path: &str) -> bool {
    let folders = ["/tests/", "/benches/", "/examples/"];
    // The benchmark drives the product from outside, as tests do.
    let outside = ["xtask/", "crates/bench/"];
    folders.iter().any(|folder| path.contains(folder))
        || path.ends_with("tests.rs")
        || outside.iter().any(|folder| path.starts_with(folder))
}

struct Code<'a> {
    file: &'a File,
    is_test: bool,
    tokens: &'a [Lexeme],
}

impl Code<'_> {
    fn in_test(&self, at: usize) -> bool {
        self.is_test || self.tokens[at].in_test
    }

    /// Adds a finding wherever `pattern` matches outside of tests.
    fn forbid(&self, pattern: &str, what: &str, findings: &mut Vec<Violation>) {
        for at in positions(self.tokens, pattern).filter(|&at| !self.in_test(at)) {
            findings.push(self.file.finding(self.tokens[at].line, what));
        }
    }

    fn sql(&self, findings: &mut Vec<Violation>) {
        let at_home = ["crates/store/", "crates/domain/", "xtask/"];
        if at_home.iter().any(|folder| self.file.is_in(folder)) {
            return;
        }
        for at in positions(self.tokens, "sqlx") {
            findings.push(
                self.file.finding(
                    self.tokens[at].line,
                    "sqlx above the store; add a function to crates/store and call that",
                ),
            );
        }
    }

    fn commits(&self, findings: &mut Vec<Violation>) {
        let carries_them_out = ["crates/store/src/db.rs", "crates/store/src/group.rs"];
        if self.file.is_in("crates/actions/") || carries_them_out.contains(&self.file.path.as_str()) {
            return;
        }
        self.forbid(
            ". commit (",
            "a commit outside of actions; make the change a function of crates/actions, \
             which checks permission and writes the ledger entry",
            findings,
        );
    }

    fn actors(&self, findings: &mut Vec<Violation>) {
        if !self.file.is_in("crates/actions/src/") {
            return;
        }
        for at in positions(self.tokens, "pub async fn").filter(|&at| !self.in_test(at)) {
            let Some(open) = self.next(at, "(") else {
                continue;
            };
            let takes_actor = (open..self.tokens[open].close).any(|at| self.is_actor_reference(at));
            let line = self.tokens[at].line;
            if !takes_actor && !self.excused(line, "tidy: no actor, because") {
                findings.push(self.file.finding(
                    line,
                    "an action without an actor; take `&Actor` and ask `allow`, or say above \
                     it `// tidy: no actor, because …`",
                ));
            }
        }
    }

    /// `&Actor`, `&'a Actor`.
    fn is_actor_reference(&self, at: usize) -> bool {
        self.tokens[at].text == "Actor"
            && at >= 1
            && (self.tokens[at - 1].text == "&"
                || (at >= 3 && self.tokens[at - 3].text == "&" && self.tokens[at - 2].text == "'")
                || (at >= 2 && self.tokens[at - 2].text == "&"))
    }

    fn names(&self, findings: &mut Vec<Violation>) {
        for at in positions(self.tokens, "mod") {
            let Some(name) = self.tokens.get(at + 1) else {
                continue;
            };
            if EMPTY_NAMES.contains(&name.text.as_str()) {
                findings.push(self.file.finding(
                    name.line,
                    format!("a module named {:?} says nothing; name it after what it holds", name.text),
                ));
            }
        }
    }

    fn ignored_tests(&self, findings: &mut Vec<Violation>) {
        for at in positions(self.tokens, "# [ ignore") {
            let what = "a test that is switched off; a test runs always or is not there";
            findings.push(self.file.finding(self.tokens[at].line, what));
        }
    }

    fn markup(&self, findings: &mut Vec<Violation>) {
        if ["app/src/ui/markdown.rs", "app/src/ui/drawing.rs"].contains(&self.file.path.as_str()) {
            return;
        }
        for name in ["inner_html", "set_inner_html"] {
            self.forbid(
                name,
                "raw HTML outside of app/src/ui/markdown.rs and drawing.rs, the places that clean it; \
                 use its component",
                findings,
            );
        }
    }

    /// The next `bracket` at the level of `from`, before a `;` ends the item.
    fn next(&self, from: usize, bracket: &str) -> Option<usize> {
        let mut at = from;
        while let Some(token) = self.tokens.get(at) {
            if token.text == bracket {
                return Some(at);
            }
            match token.text.as_str() {
                ";" | "}" | ")" | "]" if at != from => return None,
                // Over a whole bracket of another kind.
                "(" | "[" | "{" => at = token.close + 1,
                _ => at += 1,
            }
        }
        None
    }

    /// Whether the comments and attributes right above `line` hold `words` and
    /// a reason after them.
    fn excused(&self, line: usize, words: &str) -> bool {
        let lines: Vec<&str> = self.file.text.lines().take(line - 1).collect();
        lines
            .iter()
            .rev()
            .map(|line| line.trim_start())
            .take_while(|line| line.starts_with("//") || line.starts_with("#["))
            .filter_map(|line| line.split_once(words))
            .any(|(_, reason)| reason.trim().len() > 3)
    }
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&file(path, text)).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn sql_stays_in_the_store() {
        let text = "use sqlx::Row;\n";
        assert_eq!(lines("app/src/incident/api.rs", text), [1]);
        assert!(lines("crates/store/src/incident.rs", text).is_empty());
    }

    #[test]
    fn only_actions_commit() {
        let text = "async fn f(tx: Tx) {\n    tx.commit().await;\n}\n";
        assert_eq!(lines("server/src/jobs.rs", text), [2]);
        assert!(lines("crates/actions/src/incident.rs", text).is_empty());
        assert!(lines("server/tests/a.rs", text).is_empty());
    }

    #[test]
    fn an_action_takes_an_actor_or_says_why_not() {
        let path = "crates/actions/src/incident.rs";
        assert!(lines(path, "pub async fn a(ctx: &Ctx, actor: &Actor) {}").is_empty());
        assert!(lines(path, "pub async fn a<'a>(actor: &'a Actor) {}").is_empty());
        assert_eq!(lines(path, "pub async fn a(ctx: &Ctx) {}"), [1]);
        assert_eq!(lines(path, "pub async fn a(ctx: &Ctx) -> Option<&Actor> {}"), [1]);
        let excused = "// tidy: no actor, because nobody is signed in yet\npub async fn a() {}";
        assert!(lines(path, excused).is_empty());
        let bare = "// tidy: no actor, because\npub async fn a() {}";
        assert_eq!(lines(path, bare), [2]);
    }

    #[test]
    fn names_that_say_nothing_and_ignored_tests_are_found() {
        let text = "mod helpers;\n#[test]\n#[ignore]\nfn t() {}\n";
        assert_eq!(lines("server/src/main.rs", text), [1, 3]);
    }

    #[test]
    fn raw_markup_has_one_home() {
        let text = "fn f() { view! { <div inner_html=x/> } }\n";
        assert_eq!(lines("app/src/incident/form.rs", text), [1]);
        assert!(lines("app/src/ui/markdown.rs", text).is_empty());
    }
}
