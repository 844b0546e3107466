//! The table of docs/security-verification.md: every requirement of levels 1 and 2 of OWASP ASVS
//! 5.0.0 has one row, what a row names as evidence is really there, and the counts on top are those
//! of the rows. It cannot tell whether a test proves what the row says.

use std::collections::BTreeMap;

use super::{File, Violation};

const TABLE: &str = "docs/security-verification.md";

/// Every requirement with its level, a line each.
const REQUIREMENTS: &str = include_str!("../../data/asvs-5.0.0.tsv");

const VERDICTS: [&str; 4] = ["met", "partly", "not met", "not applicable"];

/// What the counts call those of the first verdict for which a test is named.
const TESTED: &str = "of these by a test";

/// A requirement's row.
struct RequirementRow<'a> {
    line: usize,
    id: &'a str,
    level: &'a str,
    verdict: &'a str,
    evidence: &'a str,
}

/// All checks of the table; none where the repository has no such file.
pub fn check(files: &[File]) -> Vec<Violation> {
    let Some(table) = files.iter().find(|file| file.path == TABLE) else { return Vec::new() };
    let rows: Vec<RequirementRow> = table.text.lines().enumerate().filter_map(|(at, line)| row(at + 1, line)).collect();
    let mut findings = complete(table, &rows);
    let mut tested = Vec::new();
    for row in &rows {
        let mut by_a_test = false;
        let mut named = 0;
        for place in places(files, row.evidence) {
            match found(files, place) {
                Some(is_test) => (named, by_a_test) = (named + 1, by_a_test || is_test),
                None => findings.push(table.finding(row.line, format!("{}: there is no {place}", row.id))),
            }
        }
        if row.verdict == "met" && named == 0 {
            findings.push(table.finding(row.line, format!("{}: met, but no test or file is named", row.id)));
        }
        if row.verdict == "met" && by_a_test {
            tested.push(row.level);
        }
    }
    findings.extend(counts(table, &rows, &tested));
    findings
}

/// A line of the form `| 1.2.3 | 1 | words | verdict | evidence |`.
fn row(line: usize, text: &str) -> Option<RequirementRow<'_>> {
    let cells: Vec<&str> = text.trim().strip_prefix('|')?.strip_suffix('|')?.split(" | ").map(str::trim).collect();
    let [id, level, _, verdict, evidence] = cells[..] else { return None };
    let is_id = id.split('.').count() == 3 && id.split('.').all(|part| part.parse::<u8>().is_ok());
    is_id.then_some(RequirementRow { line, id, level, verdict, evidence })
}

fn complete(table: &File, rows: &[RequirementRow]) -> Vec<Violation> {
    let mut findings = Vec::new();
    let levels: BTreeMap<&str, &str> = REQUIREMENTS.lines().filter_map(|line| line.split_once('\t')).collect();
    for row in rows {
        match levels.get(row.id) {
            None => findings.push(table.finding(row.line, format!("{} is no requirement of ASVS 5.0.0", row.id))),
            Some(level) if *level != row.level => {
                findings.push(table.finding(row.line, format!("{} is of level {level}", row.id)));
            }
            Some(_) => {}
        }
        if !VERDICTS.contains(&row.verdict) {
            findings.push(table.finding(row.line, format!("{}: the verdict is one of {VERDICTS:?}", row.id)));
        }
        if row.evidence.is_empty() {
            findings.push(table.finding(row.line, format!("{}: say why", row.id)));
        }
    }
    for (id, level) in levels {
        let count = rows.iter().filter(|row| row.id == id).count();
        if count > 1 || count == 0 && level != "3" {
            findings.push(table.finding(1, format!("{id} has {count} rows, not one")));
        }
    }
    findings
}

/// What is written as code in a cell and is a place of the repository: `path::name`, or a path in one
/// of its folders.
fn places<'a>(files: &'a [File], evidence: &'a str) -> impl Iterator<Item = &'a str> {
    let is_folder = |code: &str| {
        code.split_once('/').is_some_and(|(first, _)| files.iter().any(|file| file.is_in(&format!("{first}/"))))
    };
    let codes = evidence.split('`').skip(1).step_by(2);
    codes.filter(move |code| code.contains("::") || is_folder(code) || code.ends_with(".lock"))
}

/// Whether `path` or `path::name` is there, and if so whether it is a test.
fn found(files: &[File], place: &str) -> Option<bool> {
    let (path, name) = place.split_once("::").map_or((place, None), |(path, name)| (path, Some(name)));
    let mut below =
        files.iter().filter(|file| file.path == path || file.is_in(&format!("{}/", path.trim_end_matches('/'))));
    let Some(name) = name else { return below.next().map(|_| false) };
    let file = below.find(|file| file.path == path)?;
    if file.has_extension("ts") {
        return file.text.contains(&format!("test(\"{name}\"")).then_some(true);
    }
    let lines: Vec<&str> = file.text.lines().collect();
    let declares = |line: &str| {
        ["fn", "const", "static", "struct", "enum"].iter().any(|kind| {
            line.split(&format!("{kind} {name}"))
                .nth(1)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    };
    if !file.has_extension("rs") {
        return file.text.contains(name).then_some(false);
    }
    let at = lines.iter().position(|line| declares(line))?;
    let mut marks = lines[..at].iter().rev().map(|line| line.trim()).take_while(|line| line.starts_with("#["));
    let is_marked = marks.any(|line| line.ends_with("test]") || line.starts_with("#[story"));
    let block = lines[..=at].iter().rev().find(|line| !line.is_empty() && !line.starts_with(' '));
    Some(is_marked || block == Some(&"story! {"))
}

/// The table of counts: a row for each verdict, a column for each level.
fn counts(table: &File, rows: &[RequirementRow], tested: &[&str]) -> Vec<Violation> {
    let of = |verdict: &str, level: &str| match verdict {
        TESTED => tested.iter().filter(|found| **found == level).count(),
        _ => rows.iter().filter(|row| row.verdict == verdict && row.level == level).count(),
    };
    let right: Vec<String> = VERDICTS[..1]
        .iter()
        .chain([&TESTED])
        .chain(&VERDICTS[1..])
        .map(|verdict| format!("| {verdict} | {} | {} | {} |", of(verdict, "1"), of(verdict, "2"), of(verdict, "3")))
        .collect();
    let missing = right.into_iter().filter(|line| !table.text.lines().any(|found| found == line));
    missing.map(|line| table.finding(1, format!("the counts on top need the line {line}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    /// A table with every row, in which one line is replaced.
    fn with(id: &str, line: &str) -> Vec<String> {
        let rows: Vec<String> = REQUIREMENTS
            .lines()
            .filter_map(|requirement| requirement.split_once('\t'))
            .filter(|(_, level)| *level != "3")
            .map(|(own, level)| match own == id {
                true => line.to_owned(),
                false => format!("| {own} | {level} | words | not applicable | there is none |"),
            })
            .collect();
        let text = format!(
            "# Table\n\n| met | 1 | 0 | 0 |\n| {TESTED} | 1 | 0 | 0 |\n| partly | 0 | 0 | 0 |\n| not met | 0 | 0 | 0 |\n\
             | not applicable | 69 | 183 | 0 |\n\n{}\n",
            rows.join("\n")
        );
        let source = "//! What.\n#[test]\nfn it_holds() {}\nfn helper() {}\n";
        let spec = "test(\"it holds too\", async () => {});\n";
        let files = [file(TABLE, &text), file("a/tests/b.rs", source), file("end2end/c.spec.ts", spec)];
        check(&files).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_table_is_whole_names_what_is_there_and_counts_right() {
        let good =
            "| 1.2.4 | 1 | words | met | `a/tests/b.rs::it_holds`, `end2end/c.spec.ts::it holds too` and words |";
        assert!(with("1.2.4", good).is_empty(), "{:?}", with("1.2.4", good));
        for (bad, word) in [
            ("", "1.2.4 has 0 rows"),
            ("| 1.2.4 | 2 | words | met | `a/tests/b.rs::it_holds` |", "of level 1"),
            ("| 1.2.4 | 1 | words | mostly | `a/tests/b.rs::it_holds` |", "verdict"),
            ("| 1.2.4 | 1 | words | met | because |", "no test or file"),
            ("| 1.2.4 | 1 | words | met | `a/tests/b.rs::it_hold` |", "there is no"),
            ("| 1.2.4 | 1 | words | met | `a/tests/x.rs` |", "there is no"),
            ("| 1.2.4 | 1 | words | met | `/b/x.css` and `no-store` |", "no test or file"),
            ("| 1.2.4 | 1 | words | met | `end2end/c.spec.ts::it` |", "there is no"),
            ("| 1.2.4 | 1 | words | met | `a/tests/b.rs::helper` |", "of these by a test | 0"),
            ("| 1.2.4 | 1 | words | partly | `a/tests/b.rs::it_holds` |", "| partly | 1"),
        ] {
            assert!(with("1.2.4", bad).iter().any(|what| what.contains(word)), "{bad}: {:?}", with("1.2.4", bad));
        }
    }
}
