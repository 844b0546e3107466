//! Conventions of any text file: length, opening words, and words that must not
//! be there. It knows no syntax beyond comments of SQL.

use super::{File, Violation};
use crate::workspace;

/// Lines of a source file.
const LENGTH_LIMIT: usize = 500;

/// Hosts of package registries, each in two parts so that this file does not
/// hold what it looks for.
const REGISTRY_HOSTS: &[(&str, &str)] = &[
    ("registry.npm", "js.org"),
    ("static.", "crates.io"),
    ("index.", "crates.io"),
    ("files.python", "hosted.org"),
    ("pypi.", "org/simple"),
    ("deb.", "debian.org"),
    ("static.rust", "-lang.org"),
];

/// Words of SQL that only one of the two databases has, or that hold less there.
const UNPORTABLE: &[(&str, &str)] = &[
    ("SERIAL", "ids are made in Rust; use TEXT or BYTEA"),
    ("BIGSERIAL", "ids are made in Rust; use TEXT or BYTEA"),
    ("AUTOINCREMENT", "ids are made in Rust; use TEXT or BYTEA"),
    ("INTEGER", "32 bits on PostgreSQL; use BIGINT"),
];

const TEST_SWITCHES: &[&str] = &["only", "skip", "fixme"];

/// All checks of one file.
pub fn check(file: &File) -> Vec<Violation> {
    let mut findings = Vec::new();
    length(file, &mut findings);
    opening(file, &mut findings);
    machine(file, &mut findings);
    migrations(file, &mut findings);
    test_switches(file, &mut findings);
    file_names(file, &mut findings);
    findings
}

fn length(file: &File, findings: &mut Vec<Violation>) {
    let limited = ["rs", "ts", "typ"].iter().any(|x| file.has_extension(x));
    let lines = file.text.lines().count();
    let excused = file.text.lines().take(10).any(|line| line.contains("tidy: long because"));
    if limited && lines > LENGTH_LIMIT && !excused {
        findings.push(file.finding(
            LENGTH_LIMIT + 1,
            format!(
                "{lines} lines, more than {LENGTH_LIMIT}; split the file by what it holds, or \
                 say in its first lines `tidy: long because …`"
            ),
        ));
    }
}

fn opening(file: &File, findings: &mut Vec<Violation>) {
    if file.has_extension("rs") && !file.text.trim_start().starts_with("//!") {
        findings.push(file.finding(
            1,
            "no opening words; begin with `//!` and say what the file is for and what it \
             never does",
        ));
    }
}

fn machine(file: &File, findings: &mut Vec<Violation>) {
    let mut places = vec![format!("{}/", workspace::root().display())];
    if let Some(home) = std::env::var_os("HOME") {
        let home = home.to_string_lossy();
        places.push(format!("{home}/.cargo"));
        places.push(format!("{home}/.rustup"));
    }
    let hosts = REGISTRY_HOSTS.iter().map(|(a, b)| format!("{a}{b}"));
    places.extend(hosts);
    for (number, line) in numbered(&file.text) {
        if let Some(place) = places.iter().find(|place| line.contains(place.as_str())) {
            findings.push(file.finding(
                number,
                format!(
                    "names {place:?}, which holds on one machine only; use a path from the root, \
                     or the client's own setting"
                ),
            ));
        }
    }
}

fn migrations(file: &File, findings: &mut Vec<Violation>) {
    let shared =
        file.path.strip_prefix("migrations/").is_some_and(|name| !name.contains('/') && name.ends_with(".sql"));
    if !shared {
        return;
    }
    for (number, line) in numbered(&file.text) {
        let code = line.split("--").next().unwrap_or_default().to_uppercase();
        for word in code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            if let Some((_, what)) = UNPORTABLE.iter().find(|(found, _)| *found == word) {
                findings.push(file.finding(number, format!("{word} in a migration for both databases: {what}")));
            }
        }
    }
}

fn test_switches(file: &File, findings: &mut Vec<Violation>) {
    if !file.has_extension("ts") {
        return;
    }
    for (number, line) in numbered(&file.text) {
        for switch in TEST_SWITCHES {
            if ["test", "describe", "it"].iter().any(|on| contains_call(line, &format!("{on}.{switch}("))) {
                findings.push(
                    file.finding(number, format!("a test switched by .{switch}; a test runs always or is not there")),
                );
            }
        }
    }
}

fn contains_call(line: &str, call: &str) -> bool {
    line.match_indices(call).any(|(at, _)| !line[..at].chars().next_back().is_some_and(char::is_alphanumeric))
}

fn file_names(file: &File, findings: &mut Vec<Violation>) {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let empty = ["util", "utils", "common", "helper", "helpers", "misc"];
    let source = ["rs", "ts"].iter().any(|x| file.has_extension(x));
    if source && empty.contains(&stem) {
        findings.push(file.finding(1, format!("a file named {stem:?} says nothing; name it after what it holds")));
    }
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&file(path, text)).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_long_file_needs_a_reason() {
        let long = format!("//! What.\n{}", "fn a() {}\n".repeat(LENGTH_LIMIT));
        assert_eq!(lines("server/src/a.rs", &long), [LENGTH_LIMIT + 1]);
        let excused = format!("//! What.\n// tidy: long because it is one table\n{long}");
        assert!(lines("server/src/a.rs", &excused).is_empty());
        assert!(lines("CHANGELOG.md", &long).is_empty());
    }

    #[test]
    fn a_rust_file_says_what_it_is_for() {
        assert_eq!(lines("server/src/a.rs", "fn a() {}\n"), [1]);
    }

    #[test]
    fn nothing_names_this_machine_or_a_registry() {
        let here = format!("see {}/app\n", workspace::root().display());
        assert_eq!(lines("README.md", &here), [1]);
        let host = format!("a\nhttps://{}{}/x\n", "registry.npm", "js.org");
        assert_eq!(lines("end2end/package-lock.json", &host), [2]);
    }

    #[test]
    fn shared_migrations_are_portable() {
        let sql = "-- no SERIAL here\nCREATE TABLE a (n integer, m BIGINT);\n";
        assert_eq!(lines("migrations/0001_a.sql", sql), [2]);
        assert!(lines("migrations/sqlite/0001_a.sql", sql).is_empty());
    }

    #[test]
    fn no_test_is_switched_off() {
        let ts = "test.only('a', f);\nlatest.skip(1);\ntest('b', f);\ntest.skip('c', f);\n";
        assert_eq!(lines("end2end/a.spec.ts", ts), [1, 4]);
    }
}
