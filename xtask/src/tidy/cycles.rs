//! Circles of files: one that uses another, which in the end uses the first. Files of one circle can only
//! be understood together, so a circle has few. Paths are followed through imports to the file that has what
//! they name, so a file that only imports and exports joins no circle.

use super::paths::{self, Reference};
use super::{File, Violation};
use std::collections::{BTreeMap, BTreeSet};

/// Files of one circle.
const LIMIT: usize = 3;

/// Crates that are checked.
const CRATES: [&str; 2] = ["app/src/", "server/src/"];

/// Imports in a row that a path may go through; more is a circle of imports.
const IMPORTS_MAX: usize = 8;

/// The circles of more than [`LIMIT`] files.
pub fn check(files: &[File]) -> Vec<Violation> {
    CRATES.iter().flat_map(|folder| Modules::of(folder, files).findings()).collect()
}

/// A file of a crate.
struct Module<'a> {
    file: &'a File,
    /// Its path from the crate.
    path: Vec<String>,
    references: Vec<Reference>,
    /// What a name from a `use` means, as a path from the crate.
    imports: BTreeMap<String, Vec<String>>,
}

/// The files of one crate.
struct Modules<'a> {
    all: Vec<Module<'a>>,
    by_path: BTreeMap<Vec<String>, usize>,
}

/// The files that one file uses, each with the first line that does.
type Uses = BTreeMap<usize, usize>;

impl<'a> Modules<'a> {
    fn of(folder: &str, files: &'a [File]) -> Self {
        let mut modules = Self { all: Vec::new(), by_path: BTreeMap::new() };
        for file in files.iter().filter(|file| file.has_extension("rs")) {
            let Some(name) = file.path.strip_prefix(folder) else { continue };
            let mut path: Vec<String> = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            match path.last().map(String::as_str) {
                // A program beside the library is a crate of its own.
                Some("main") if path.len() == 1 => continue,
                Some("lib") if path.len() == 1 => path.clear(),
                Some("mod") => drop(path.pop()),
                _ => {}
            }
            let references = file.tokens().map(paths::of).unwrap_or_default();
            modules.by_path.insert(path.clone(), modules.all.len());
            modules.all.push(Module { file, path, references, imports: BTreeMap::new() });
        }
        // Twice, since an import may begin with the name of another one.
        modules.read_imports();
        modules.read_imports();
        modules
    }

    fn read_imports(&mut self) {
        for at in 0..self.all.len() {
            let named = self.all[at].references.iter().filter(|found| found.import.as_deref() != Some("*"));
            let imports: Vec<(String, Vec<String>)> =
                named.filter_map(|found| Some((found.import.clone()?, self.resolved(at, found)?))).collect();
            self.all[at].imports.extend(imports);
        }
    }

    /// A path of file `at` as one from the crate; `None` where it leads out of it.
    fn resolved(&self, at: usize, reference: &Reference) -> Option<Vec<String>> {
        let module = &self.all[at];
        let mut path: Vec<String> = module.path.iter().chain(&reference.inside).cloned().collect();
        let mut rest = reference.segments.as_slice();
        match rest.first()?.as_str() {
            "crate" => {
                path.clear();
                rest = &rest[1..];
            }
            "self" | "super" => {
                while let Some(first @ ("self" | "super")) = rest.first().map(String::as_str) {
                    if first == "super" {
                        path.pop()?;
                    }
                    rest = &rest[1..];
                }
            }
            name => {
                let child: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
                if !self.by_path.contains_key(&child) {
                    path.clone_from(module.imports.get(name)?);
                    rest = &rest[1..];
                }
            }
        }
        path.extend_from_slice(rest);
        Some(path)
    }

    /// The file that has what a path from the crate names; `None` for a module itself, which is only a
    /// part of other paths.
    fn home(&self, path: &[String], imports_left: usize) -> Option<usize> {
        let (length, at) =
            (0..=path.len()).rev().find_map(|length| Some((length, *self.by_path.get(&path[..length])?)))?;
        let name = path.get(length)?;
        if let (Some(import), true) = (self.all[at].imports.get(name), imports_left > 0) {
            let further: Vec<String> = import.iter().chain(&path[length + 1..]).cloned().collect();
            return self.home(&further, imports_left - 1).or(Some(at));
        }
        Some(at)
    }

    fn uses(&self) -> Vec<Uses> {
        let of_file = |at: usize| {
            let mut uses = Uses::new();
            for reference in &self.all[at].references {
                let Some(path) = self.resolved(at, reference) else { continue };
                let everything = reference.import.as_deref() == Some("*");
                let module = self.by_path.get(&path).copied().filter(|_| everything);
                if let Some(other) = module.or_else(|| self.home(&path, IMPORTS_MAX)).filter(|other| *other != at) {
                    uses.entry(other).or_insert(reference.line);
                }
            }
            uses
        };
        (0..self.all.len()).map(of_file).collect()
    }

    fn findings(&self) -> Vec<Violation> {
        let uses = self.uses();
        let circles = circles(&uses).into_iter().filter(|circle| circle.len() > LIMIT);
        circles.map(|circle| self.finding(&circle, &uses)).collect()
    }

    fn finding(&self, circle: &[usize], uses: &[Uses]) -> Violation {
        let mut what = format!(
            "{} files use each other in a circle, more than {LIMIT}; move what they share into a file that uses \
             none of them:",
            circle.len()
        );
        for &at in circle {
            let inside = uses[at].iter().filter(|(other, _)| circle.contains(other));
            let others: Vec<String> =
                inside.map(|(other, line)| format!("{} (line {line})", self.all[*other].file.path)).collect();
            what.push_str(&format!("\n    {} uses {}", self.all[at].file.path, others.join(", ")));
        }
        self.all[circle[0]].file.finding(1, what)
    }
}

/// The circles, each as its files in their order.
fn circles(uses: &[Uses]) -> Vec<Vec<usize>> {
    let all: Vec<BTreeSet<usize>> = (0..uses.len()).map(|from| reached(uses, from)).collect();
    let mut circles = Vec::new();
    for (at, others) in all.iter().enumerate() {
        let circle: Vec<usize> = others.iter().copied().filter(|other| all[*other].contains(&at)).collect();
        if circle.first() == Some(&at) {
            circles.push(circle);
        }
    }
    circles
}

/// What `from` uses, and what that uses; `from` itself only if something of it does.
fn reached(uses: &[Uses], from: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        open.extend(uses[at].keys().filter(|other| found.insert(**other)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    /// The circles of any length, each as the names of its files.
    fn found(sources: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<File> = sources.iter().map(|(name, text)| file(&format!("app/src/{name}"), text)).collect();
        let modules = Modules::of("app/src/", &files);
        let name = |at: &usize| modules.all[*at].file.path.trim_start_matches("app/src/");
        circles(&modules.uses()).iter().map(|circle| circle.iter().map(name).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn a_circle_of_four_files_is_found_and_one_of_three_is_not() {
        let four = ["b", "c", "d", "a"].map(|next| format!("fn f() {{ crate::{next}::f(); }}\n"));
        let names = ["app/src/a.rs", "app/src/b.rs", "app/src/c.rs", "app/src/d.rs"];
        let files: Vec<File> = names.iter().zip(&four).map(|(name, text)| file(name, text)).collect();
        let findings = check(&files);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].path, "app/src/a.rs");
        assert!(findings[0].what.contains("app/src/d.rs uses app/src/a.rs (line 1)"), "{}", findings[0].what);
        let three = file("app/src/c.rs", "fn f() { crate::a::f(); }\n");
        assert!(check(&[file("app/src/a.rs", &four[0]), file("app/src/b.rs", &four[1]), three]).is_empty());
        let elsewhere: Vec<File> =
            names.iter().zip(&four).map(|(name, text)| file(&name.replace("app", "crates/store"), text)).collect();
        assert!(check(&elsewhere).is_empty());
    }

    #[test]
    fn every_kind_of_path_counts() {
        for text in [
            "use crate::b::F;\n",
            "use super::b::{self, F};\n",
            "use crate::{b as other, c};\nfn f() { other::F(); }\n",
            "use crate::b::*;\n",
            "mod inner { use super::super::b::F; }\n",
            "fn f() { view! { <crate::b::F /> } }\n",
        ] {
            assert_eq!(found(&[("a.rs", text), ("b.rs", "use crate::a::f;\n"), ("c.rs", "")]), ["a.rs b.rs"], "{text}");
        }
    }

    #[test]
    fn what_is_no_use_does_not_count() {
        for text in
            ["mod b;\n", "use crate::b;\n", "use b::F;\n", "#[cfg(test)]\nmod t { use crate::b::F; }\n", "// b::F\n"]
        {
            let sources = [("a/mod.rs", text), ("b.rs", "use crate::a::f;\n")];
            assert!(found(&sources).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_path_is_followed_through_imports() {
        let sources = [
            ("lib.rs", "pub use noun::Page;\n"),
            ("noun/mod.rs", "mod page;\nmod form;\npub use page::Page;\n"),
            ("noun/page.rs", "use super::form::Form;\n"),
            ("noun/form.rs", "fn f() -> crate::Page { Page }\n"),
        ];
        assert_eq!(found(&sources), ["noun/page.rs noun/form.rs"]);
        let own = [("noun/mod.rs", "mod page;\nfn f() -> page::Page { Page }\n"), ("noun/page.rs", "use super::f;\n")];
        assert_eq!(found(&own), ["noun/mod.rs noun/page.rs"]);
    }
}
