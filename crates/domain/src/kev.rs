//! The vulnerabilities that are known to be exploited: CISA's catalogue as of the day it was shipped.

use std::{collections::HashMap, sync::LazyLock};

const CATALOGUE: &str = include_str!("../data/kev.tsv");

/// An entry of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KevEntry {
    /// The CVE number.
    pub cve: &'static str,
    /// The day it was added, such as `2021-12-10`.
    pub added_on: &'static str,
    /// Whether ransomware is known to use it.
    pub by_ransomware: bool,
    /// Who makes what has it.
    pub vendor: &'static str,
    /// What has it.
    pub product: &'static str,
    /// What it is called.
    pub name: &'static str,
}

static ENTRIES: LazyLock<HashMap<&'static str, KevEntry>> =
    LazyLock::new(|| CATALOGUE.lines().skip(1).filter_map(read).map(|known| (known.cve, known)).collect());

fn read(line: &'static str) -> Option<KevEntry> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    Some(KevEntry {
        cve: next()?,
        added_on: next()?,
        by_ransomware: next()? == "ransomware",
        vendor: next()?,
        product: next()?,
        name: next()?,
    })
}

/// The entry of a CVE number, in its one form.
#[must_use]
pub fn find(cve: &str) -> Option<KevEntry> {
    ENTRIES.get(cve).copied()
}

/// The day of the catalogue, such as `2025-08-25`.
#[must_use]
pub fn catalogue_date() -> &'static str {
    CATALOGUE.lines().next().and_then(|line| line.split(", ").nth(1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_catalogue_is_read_and_says_its_day() {
        assert_eq!(ENTRIES.len(), 1_404);
        assert_eq!(catalogue_date(), "2025-08-25");
        assert!(ENTRIES.keys().all(|number| crate::vulnerability::cve(number).as_deref() == Some(*number)));
        let log4shell = find("CVE-2021-44228");
        assert!(log4shell.is_some_and(|known| known.by_ransomware && known.vendor == "Apache"));
        assert_eq!(find("CVE-2099-0001"), None);
    }
}
