//! `advisories`: holds every crate of `Cargo.lock` against a copy of the RustSec database. It needs
//! no network: the copy is a clone, made before by whoever has one. What is known and does not
//! reach us stands in a list with its reason, which must not grow old either.

use crate::{child, workspace};
use anyhow::{Context, Result, bail};
use semver::{Version, VersionReq};
use std::collections::BTreeMap;
use std::fs;
use std::process::ExitCode;
use toml::{Table, Value};

/// Findings that stay, and why.
const EXPLAINED: &[(&str, &str)] = &[
    (
        "RUSTSEC-2026-0194",
        "quick-xml 0.38 through Typst's citationberg, which reads the XML of citation styles: our templates \
         name none, a template is never a user's, and rendering has limits of time and memory",
    ),
    ("RUSTSEC-2026-0195", "as RUSTSEC-2026-0194"),
    ("RUSTSEC-2024-0320", "yaml-rust, unmaintained: Typst's syntect, whose syntaxes are inside the program"),
    ("RUSTSEC-2024-0436", "paste, unmaintained: a macro, which runs only when Holdfast is built"),
    ("RUSTSEC-2025-0141", "bincode, unmaintained: Typst's syntect, whose syntaxes are inside the program"),
    ("RUSTSEC-2026-0192", "ttf-parser, unmaintained: Typst, which reads only the fonts inside the program"),
    ("RUSTSEC-2026-0206", "rustybuzz, unmaintained: Typst, which reads only the fonts inside the program"),
];

/// What an advisory says of the versions of its crate.
struct Advisory {
    id: String,
    title: String,
    safe: Vec<VersionReq>,
}

/// The command: prints what was found and fails when something is neither mended nor explained.
pub fn command(database: &str) -> Result<ExitCode> {
    let crates = locked(&fs::read_to_string(workspace::root().join("Cargo.lock"))?)?;
    let paths = git(database, &["ls-tree", "-r", "--name-only", "HEAD", "crates/"])?;
    let mut found = Vec::new();
    let mut read = 0;
    for path in paths.lines() {
        let Some(versions) = path.split('/').nth(1).and_then(|name| crates.get(name)) else { continue };
        let text = git(database, &["show", &format!("HEAD:{path}")])?;
        let Some(advisory) = advisory(&text).with_context(|| path.to_owned())? else { continue };
        read += 1;
        for version in versions.iter().filter(|version| !advisory.safe.iter().any(|safe| safe.matches(version))) {
            found.push((advisory.id.clone(), format!("{version}: {}", advisory.title)));
        }
    }
    let day = git(database, &["log", "-1", "--format=%cs"])?;
    println!("xtask: {} crates, {read} advisories about them, as of {}", crates.len(), day.trim());
    report(&found)
}

fn git(database: &str, args: &[&str]) -> Result<String> {
    child::output(child::command("git").args(["-C", database]).args(args))
}

/// Names and versions of the crates that come from elsewhere.
fn locked(text: &str) -> Result<BTreeMap<String, Vec<Version>>> {
    let lock: Table = text.parse().context("Cargo.lock")?;
    let mut crates: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for package in lock.get("package").and_then(Value::as_array).into_iter().flatten() {
        let field = |name: &str| package.get(name).and_then(Value::as_str);
        if let (Some(name), Some(version), Some(_)) = (field("name"), field("version"), field("source")) {
            crates.entry(name.to_owned()).or_default().push(version.parse()?);
        }
    }
    Ok(crates)
}

/// Reads an advisory: TOML in a fence, then its title. `None` when it was taken back.
fn advisory(text: &str) -> Result<Option<Advisory>> {
    let (head, rest) = text
        .split_once("```toml")
        .and_then(|(_, rest)| rest.split_once("```"))
        .context("no advisory begins with other than TOML in a fence")?;
    let head: Table = head.parse()?;
    let about = head.get("advisory").context("no [advisory]")?;
    if about.get("withdrawn").is_some() {
        return Ok(None);
    }
    let mut safe = Vec::new();
    for list in ["patched", "unaffected"] {
        let listed = head.get("versions").and_then(|versions| versions.get(list)).and_then(Value::as_array);
        for requirement in listed.into_iter().flatten().filter_map(Value::as_str) {
            safe.push(requirement.parse().with_context(|| requirement.to_owned())?);
        }
    }
    let id = about.get("id").and_then(Value::as_str).context("no id")?.to_owned();
    let title = rest.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default().to_owned();
    Ok(Some(Advisory { id, title, safe }))
}

fn report(found: &[(String, String)]) -> Result<ExitCode> {
    let mut open = 0;
    for (id, words) in found {
        let why = EXPLAINED.iter().find(|(known, _)| known == id).map(|(_, why)| *why);
        open += usize::from(why.is_none());
        println!("{id} {words}\n    {}", why.unwrap_or("NOT EXPLAINED: take a newer version, or say why it stays"));
    }
    let past: Vec<&str> =
        EXPLAINED.iter().map(|(id, _)| *id).filter(|id| !found.iter().any(|(known, _)| known == id)).collect();
    if !past.is_empty() {
        bail!("explained, but no longer found; take them out of the list: {}", past.join(", "));
    }
    if open > 0 {
        bail!("{open} of {} advisories are not explained", found.len());
    }
    println!("xtask: {} found, each one explained", found.len());
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_advisory_says_which_versions_are_safe() {
        let text = "```toml\n[advisory]\nid = \"RUSTSEC-1\"\npackage = \"a\"\n\n[versions]\npatched = [\"^0.4.5\", \
                    \">= 1.2.0\"]\nunaffected = [\"< 0.3.0\"]\n```\n\n# What it is\n";
        let one = advisory(text).unwrap().unwrap();
        assert_eq!((one.id.as_str(), one.title.as_str()), ("RUSTSEC-1", "What it is"));
        let safe = |version: &str| one.safe.iter().any(|safe| safe.matches(&version.parse().unwrap()));
        assert!(safe("0.4.6") && safe("2.0.0") && safe("0.2.9"));
        assert!(!safe("0.4.4") && !safe("1.1.9") && !safe("0.3.0"));
        let withdrawn = text.replace("package", "withdrawn = \"2026-01-01\"\npackage");
        assert!(advisory(&withdrawn).unwrap().is_none());
        assert!(advisory("# no").is_err());
    }

    #[test]
    fn our_own_crates_are_not_looked_up() {
        let text = "[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\
                    source = \"registry\"\n";
        assert_eq!(locked(text).unwrap(), [("a".to_owned(), vec![Version::new(1, 0, 0)])].into());
    }
}
