//! The banned words of docs/words.md: prose does not use them. Files from before that rule are listed with
//! a count, which only falls, so that no file gets worse while others are reworded. Names in code are not
//! checked.

use super::{File, Violation, prose};
use std::collections::BTreeMap;

/// The table of banned words: each row names words, what to say instead, and the phrases that may stay.
const TABLE: &str = "docs/words.md";

/// The files that are not reworded yet.
const LIST: &str = "xtask/src/tidy/words-left.txt";

/// A banned word or phrase.
struct Ban {
    words: Vec<String>,
    instead: String,
    /// Longer phrases that begin with it and are allowed.
    allowed: Vec<Vec<String>>,
}

/// One use of a banned word.
#[derive(Debug, PartialEq, Eq)]
struct Use {
    line: usize,
    ban: usize,
}

/// What one file may still have.
#[derive(Clone, Copy)]
struct Left {
    /// In the list.
    line: usize,
    count: usize,
}

/// Findings of all files; none where the repository has no table.
pub fn check(files: &[File]) -> Vec<Violation> {
    let Some(table) = named(files, TABLE) else { return Vec::new() };
    let bans = bans(&table.text);
    if bans.is_empty() {
        return vec![table.finding(1, "no table of banned words, so none is checked")];
    }
    let Some(list) = named(files, LIST) else {
        return vec![table.finding(1, format!("there is no {LIST}; make it, even if it is empty"))];
    };
    let mut left = read(&list.text);
    let mut findings = Vec::new();
    for file in files {
        let uses = uses(file, &bans);
        match left.remove(file.path.as_str()) {
            None => findings.extend(uses.iter().map(|found| {
                let Ban { words, instead, .. } = &bans[found.ban];
                file.finding(found.line, format!("{:?}: say {instead} ({TABLE})", words.join(" ")))
            })),
            Some(left) if uses.len() > left.count => findings.push(too_many(file, &uses, &bans, left.count)),
            Some(left) if uses.is_empty() => {
                findings.push(list.finding(left.line, format!("{} has no banned word; remove its line", file.path)));
            }
            Some(left) if uses.len() < left.count => {
                findings.push(list.finding(left.line, format!("{}: lower the count to {}", file.path, uses.len())));
            }
            Some(_) => {}
        }
    }
    let gone = left.into_iter().map(|(path, left)| list.finding(left.line, format!("no file {path}; remove its line")));
    findings.extend(gone);
    findings
}

/// The list with counts lowered to what each file has, without the lines of reworded files, and how many
/// uses are left. Never raises a count and never adds a file.
pub fn lowered(files: &[File]) -> Option<(&'static str, String, usize)> {
    let bans = bans(&named(files, TABLE)?.text);
    let mut text = String::new();
    let mut total = 0;
    for line in named(files, LIST)?.text.lines() {
        let Some((path, count)) = entry(line) else {
            text.push_str(&format!("{line}\n"));
            continue;
        };
        let found = named(files, path).map_or(0, |file| uses(file, &bans).len()).min(count);
        if found > 0 {
            text.push_str(&format!("{path} {found}\n"));
            total += found;
        }
    }
    Some((LIST, text, total))
}

fn named<'a>(files: &'a [File], path: &str) -> Option<&'a File> {
    files.iter().find(|file| file.path == path)
}

fn too_many(file: &File, uses: &[Use], bans: &[Ban], count: usize) -> Violation {
    let found: Vec<String> =
        uses.iter().map(|found| format!("{:?} in line {}", bans[found.ban].words.join(" "), found.line)).collect();
    file.finding(
        uses[0].line,
        format!("{} banned words, more than the {count} of {LIST}: {}", uses.len(), found.join(", ")),
    )
}

/// Reads rows of the form `` | `word`, `other word` | say this | `word that stays` | ``. Rows that ban
/// nothing begin with other than code.
fn bans(table: &str) -> Vec<Ban> {
    let section = table.split("\n## ").find(|section| section.starts_with("Banned words\n")).unwrap_or_default();
    let rows = section.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
        <[&str; 3]>::try_from(cells).ok()
    });
    rows.flat_map(|[banned, instead, allowed]| {
        let allowed = phrases(allowed);
        phrases(banned).into_iter().map(move |words| Ban {
            allowed: allowed.iter().filter(|phrase| phrase.starts_with(&words)).cloned().collect(),
            words,
            instead: instead.to_owned(),
        })
    })
    .collect()
}

/// What a cell has as code, each split at blanks.
fn phrases(cell: &str) -> Vec<Vec<String>> {
    cell.split('`').skip(1).step_by(2).map(|code| code.split(' ').map(str::to_owned).collect()).collect()
}

fn uses(file: &File, bans: &[Ban]) -> Vec<Use> {
    let Some(prose) = prose::of(file) else { return Vec::new() };
    let words: Vec<(usize, &str)> = prose::words(&prose).collect();
    let (mut line, mut counted) = (1, 0);
    let mut uses = Vec::new();
    for (at, (place, _)) in words.iter().enumerate() {
        let begins = |phrase: &[String]| begins(&prose, &words[at..], phrase);
        for (ban, Ban { words: banned, allowed, .. }) in bans.iter().enumerate() {
            if begins(banned) && !allowed.iter().any(|phrase| begins(phrase)) {
                line += prose[counted..*place].matches('\n').count();
                counted = *place;
                uses.push(Use { line, ban });
            }
        }
    }
    uses
}

/// Whether these words of `prose` begin with a phrase, also over the end of a line or comment.
fn begins(prose: &str, words: &[(usize, &str)], phrase: &[String]) -> bool {
    let same = words.len() >= phrase.len()
        && phrase.iter().zip(words).all(|(expected, (_, word))| expected.eq_ignore_ascii_case(word));
    same && words[..phrase.len()].windows(2).all(|pair| {
        let gap = &prose[pair[0].0 + pair[0].1.len()..pair[1].0];
        gap.chars().all(|c| c.is_whitespace() || "/!*".contains(c))
    })
}

fn read(list: &str) -> BTreeMap<&str, Left> {
    let lines = list.lines().enumerate();
    lines.filter_map(|(at, line)| entry(line).map(|(path, count)| (path, Left { line: at + 1, count }))).collect()
}

/// A line of the form `path count`; others are remarks.
fn entry(line: &str) -> Option<(&str, usize)> {
    let (path, count) = line.rsplit_once(' ')?;
    Some((path, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    const WORDS: &str = "# Words\n\n## Terms\n\n| `zounds` | no | |\n\n## Banned words\n\n| never | say | but |\n\
                         | --- | --- | --- |\n| `zounds`, `gad zooks` | goodness | |\n| `hark` | listen | `hark back` |\n";

    fn files(path: &str, text: &str, list: &str) -> [File; 3] {
        [file(TABLE, WORDS), file(LIST, list), file(path, text)]
    }

    fn found(path: &str, text: &str, list: &str) -> Vec<String> {
        check(&files(path, text, list)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_banned_word_is_found_whole_in_any_case_and_over_lines() {
        let text = "// Zounds!\n// gad\n// zooks\nfn zounds() {\n    say(\"zoundses, zounds_kind, gad, zooks\");\n}\n";
        assert_eq!(
            found("a.rs", text, ""),
            ["a.rs:1: \"zounds\": say goodness (docs/words.md)", "a.rs:2: \"gad zooks\": say goodness (docs/words.md)"]
        );
        assert!(found("a.md", "Call `zounds`.\n", "").is_empty());
    }

    #[test]
    fn an_allowed_phrase_stays() {
        assert!(found("a.md", "They hark\nback to it.\n", "").is_empty());
        assert_eq!(found("a.md", "It\nis back. Hark, back!\n", ""), ["a.md:2: \"hark\": say listen (docs/words.md)"]);
    }

    #[test]
    fn a_listed_file_has_exactly_its_count() {
        let text = "zounds\n\nhark zounds\n";
        assert!(found("a.md", text, "# remark\na.md 3\n").is_empty());
        assert_eq!(
            found("a.md", text, "a.md 2\n"),
            [format!(
                "a.md:1: 3 banned words, more than the 2 of {LIST}: \"zounds\" in line 1, \"hark\" in line 3, \
             \"zounds\" in line 3"
            )]
        );
        assert_eq!(found("a.md", text, "a.md 4\n"), [format!("{LIST}:1: a.md: lower the count to 3")]);
        assert_eq!(
            found("a.md", "good\n", "a.md 4\n"),
            [format!("{LIST}:1: a.md has no banned word; remove its line")]
        );
        assert_eq!(found("a.md", "good\n", "\nb.md 1\n"), [format!("{LIST}:2: no file b.md; remove its line")]);
    }

    #[test]
    fn the_list_is_rewritten_downward_only() {
        let list = |text: &str, list: &str| lowered(&files("a.md", text, list)).map(|(_, text, total)| (text, total));
        assert_eq!(list("zounds\n", "# remark\na.md 4\nb.md 1\n"), Some(("# remark\na.md 1\n".to_owned(), 1)));
        assert_eq!(list("zounds zounds\n", "a.md 1\n"), Some(("a.md 1\n".to_owned(), 1)));
        assert_eq!(list("zounds\n", ""), Some((String::new(), 0)));
    }

    #[test]
    fn a_table_without_words_or_list_is_a_finding() {
        assert!(check(&[file("a.md", "zounds\n")]).is_empty());
        assert_eq!(check(&[file(TABLE, "# Words\n")]).len(), 1);
        assert_eq!(check(&[file(TABLE, WORDS)]).len(), 1);
    }

    #[test]
    fn the_products_own_table_bans_something() {
        let own = include_str!("../../../docs/words.md");
        assert!(bans(own).len() > 5);
        assert!(bans(own).iter().any(|ban| !ban.allowed.is_empty()));
    }
}
