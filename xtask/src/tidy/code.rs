//! Conventions of Rust code, checked on its tokens: who may commit, who reads
//! the clock, how actions and server functions begin. Style that clippy knows
//! is clippy's.

use super::tokens::{Token, flatten, positions};
use super::{File, Finding};

/// How often the app may ask whether it runs on the server: each is a place
/// where the two halves can drift apart, so a rise is a decision.
const SERVER_HALF_LIMIT: usize = 80;

/// A function's body, in lines.
const FUNCTION_LIMIT: usize = 60;

/// Module names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "manager", "service", "services", "models", "misc"];

/// Where the clock and randomness may be read.
const CLOCK_HOME: &str = "server/src/clock.rs";

const CLOCKS: &[&str] =
    &["Utc : : now", "Local : : now", "SystemTime : : now", "Instant : : now", "OffsetDateTime : : now_utc"];

const RANDOMNESS: &[&str] = &["getrandom : :", "rand : :", "thread_rng", "OsRng", "Uuid : : now_v7", "Uuid : : new_v4"];

const UNFINISHED: &[(&str, &str)] = &[
    ("todo !", "write it, or leave the whole out"),
    ("unimplemented !", "write it, or leave the whole out"),
    ("# [ ignore", "a test runs always or is not there"),
];

/// All checks of one Rust file.
pub fn check(file: &File) -> Vec<Finding> {
    let Some(tokens) = flatten(&file.text) else {
        return Vec::new();
    };
    let code = Code { file, is_test: is_test_file(&file.path), tokens };
    let mut findings = Vec::new();
    code.sql(&mut findings);
    code.commits(&mut findings);
    code.actors(&mut findings);
    code.server_functions(&mut findings);
    code.clock(&mut findings);
    code.names(&mut findings);
    code.unfinished(&mut findings);
    code.markup(&mut findings);
    code.long_functions(&mut findings);
    findings
}

/// Counts `feature = "ssr"` over the whole app.
pub fn server_half(files: &[File]) -> Option<Finding> {
    let mut count = 0;
    for file in files.iter().filter(|file| file.is_in("app/src/")) {
        let tokens = flatten(&file.text).unwrap_or_default();
        count += positions(&tokens, "feature = \"ssr\"").count();
        if count > SERVER_HALF_LIMIT {
            return Some(file.finding(
                1,
                format!(
                    "the app asks for feature ssr more than {SERVER_HALF_LIMIT} times; \
                     move what only the server does into modules that are gated once"
                ),
            ));
        }
    }
    None
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
    tokens: Vec<Token>,
}

impl Code<'_> {
    fn in_test(&self, at: usize) -> bool {
        self.is_test || self.tokens[at].in_test
    }

    /// Adds a finding wherever `pattern` stands outside of tests.
    fn forbid(&self, pattern: &str, what: &str, findings: &mut Vec<Finding>) {
        for at in positions(&self.tokens, pattern).filter(|&at| !self.in_test(at)) {
            findings.push(self.file.finding(self.tokens[at].line, what));
        }
    }

    fn sql(&self, findings: &mut Vec<Finding>) {
        let at_home = ["crates/store/", "crates/domain/", "xtask/"];
        if at_home.iter().any(|folder| self.file.is_in(folder)) {
            return;
        }
        for at in positions(&self.tokens, "sqlx") {
            findings.push(
                self.file.finding(
                    self.tokens[at].line,
                    "sqlx above the store; add a function to crates/store and call that",
                ),
            );
        }
    }

    fn commits(&self, findings: &mut Vec<Finding>) {
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

    fn actors(&self, findings: &mut Vec<Finding>) {
        if !self.file.is_in("crates/actions/src/") {
            return;
        }
        for at in positions(&self.tokens, "pub async fn").filter(|&at| !self.in_test(at)) {
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

    fn server_functions(&self, findings: &mut Vec<Finding>) {
        for at in positions(&self.tokens, "# [ server") {
            let end = self.tokens[at + 1].close;
            let Some(body) = self.next(end, "{") else {
                continue;
            };
            let inside = &self.tokens[body..self.tokens[body].close];
            if positions(inside, "request (").next().is_none() {
                findings.push(self.file.finding(
                    self.tokens[at].line,
                    "a server function that does not call `request()`, so nobody is asked \
                     who calls; begin it with `let request = request()?;`",
                ));
            }
        }
    }

    fn clock(&self, findings: &mut Vec<Finding>) {
        if self.file.path == CLOCK_HOME {
            return;
        }
        for pattern in CLOCKS {
            let what = "reads the clock; take the time as a parameter, from server/src/clock.rs";
            self.forbid(pattern, what, findings);
        }
        for pattern in RANDOMNESS {
            let what = "makes randomness; take it as a parameter, from server/src/clock.rs";
            self.forbid(pattern, what, findings);
        }
    }

    fn names(&self, findings: &mut Vec<Finding>) {
        for at in positions(&self.tokens, "mod") {
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

    fn unfinished(&self, findings: &mut Vec<Finding>) {
        for (pattern, what) in UNFINISHED {
            for at in positions(&self.tokens, pattern) {
                findings.push(self.file.finding(self.tokens[at].line, format!("unfinished: {what}")));
            }
        }
    }

    fn markup(&self, findings: &mut Vec<Finding>) {
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

    fn long_functions(&self, findings: &mut Vec<Finding>) {
        for at in positions(&self.tokens, "fn").filter(|&at| !self.in_test(at)) {
            let Some(body) = self.next(at, "{") else {
                continue;
            };
            let line = self.tokens[at].line;
            let lines = self.tokens[self.tokens[body].close].line - self.tokens[body].line;
            if lines > FUNCTION_LIMIT && !self.excused(line, "tidy: long because") {
                findings.push(self.file.finding(
                    line,
                    format!(
                        "a function of {lines} lines, more than {FUNCTION_LIMIT}; split it, or \
                         say above it `// tidy: long because …`"
                    ),
                ));
            }
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
    fn a_server_function_asks_who_calls() {
        let path = "app/src/incident/api.rs";
        let good = "#[server(input = Json)]\npub async fn a(x: u8) -> Result<(), E> {\n\
                    let request = request()?;\n Ok(()) }\n";
        assert!(lines(path, good).is_empty());
        let bad = "#[server]\npub async fn a() -> Result<(), E> { Ok(()) }\n\
                   fn b() { request(); }\n";
        assert_eq!(lines(path, bad), [1]);
    }

    #[test]
    fn the_clock_and_randomness_have_one_home() {
        let text = "fn f() {\n let a = chrono::Utc::now();\n let b = Uuid::now_v7();\n}\n";
        assert_eq!(lines("crates/domain/src/time.rs", text), [2, 3]);
        assert!(lines(CLOCK_HOME, text).is_empty());
        let test = format!("#[cfg(test)]\nmod tests {{\n{text}\n}}\n");
        assert!(lines("crates/domain/src/time.rs", &test).is_empty());
    }

    #[test]
    fn names_that_say_nothing_and_unfinished_code_are_found() {
        let text = "mod helpers;\nfn f() { todo!() }\n#[test]\n#[ignore]\nfn t() {}\n";
        assert_eq!(lines("server/src/main.rs", text), [1, 2, 4]);
    }

    #[test]
    fn raw_markup_has_one_home() {
        let text = "fn f() { view! { <div inner_html=x/> } }\n";
        assert_eq!(lines("app/src/incident/form.rs", text), [1]);
        assert!(lines("app/src/ui/markdown.rs", text).is_empty());
    }

    #[test]
    fn long_functions_need_a_reason() {
        let body = "let x = 1;\n".repeat(61);
        let long = format!("fn f() {{\n{body}}}\n");
        assert_eq!(lines("server/src/a.rs", &long), [1]);
        let excused = format!("// tidy: long because it is one table\n{long}");
        assert!(lines("server/src/a.rs", &excused).is_empty());
        assert!(lines("server/tests/a.rs", &long).is_empty());
    }

    #[test]
    fn the_apps_two_halves_meet_in_few_places() {
        let one = file("app/src/a.rs", "#[cfg(feature = \"ssr\")]\nmod a {}\n");
        assert_eq!(server_half(&[one]), None);
        let many = "#[cfg(feature = \"ssr\")]\nmod a {}\n".repeat(SERVER_HALF_LIMIT + 1);
        assert!(server_half(&[file("app/src/a.rs", &many)]).is_some());
    }
}
