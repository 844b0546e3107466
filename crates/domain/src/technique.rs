//! The techniques and tactics of MITRE ATT&CK, as shipped inside the program. © The MITRE
//! Corporation; reproduced under the ATT&CK Terms of Use.

use std::sync::LazyLock;

use serde::Deserialize;

/// The version shipped.
pub const VERSION: &str = "18.1";
/// What must be shown where techniques are listed.
pub const COPYRIGHT: &str = "MITRE ATT&CK® 18.1, © The MITRE Corporation, reproduced under the ATT&CK Terms of Use.";

/// A tactic: why something is done.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Tactic {
    /// Such as `TA0001`.
    pub id: String,
    /// Such as `initial-access`.
    pub shortname: String,
    /// Such as `Initial Access`.
    pub name: String,
}

/// A technique or sub-technique: how something is done.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Technique {
    /// Such as `T1566.001`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The short names of the tactics it serves.
    pub tactics: Vec<String>,
}

#[derive(Deserialize)]
struct Catalogue {
    tactics: Vec<Tactic>,
    techniques: Vec<Technique>,
}

/// The catalogue is ours and tested; were it broken, it would be empty.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let text = include_str!("../data/attack-enterprise-18.1.json");
    serde_json::from_str(text).unwrap_or(Catalogue { tactics: Vec::new(), techniques: Vec::new() })
});

/// Every tactic, in the order of an attack.
#[must_use]
pub fn tactics() -> &'static [Tactic] {
    &CATALOGUE.tactics
}

/// The tactic with this id or short name.
#[must_use]
pub fn tactic(name: &str) -> Option<&'static Tactic> {
    tactics().iter().find(|tactic| tactic.id == name || tactic.shortname == name)
}

/// The technique with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Technique> {
    CATALOGUE.techniques.iter().find(|technique| technique.id == id)
}

/// The techniques whose id begins with the text or whose name has all its words, the closest first.
#[must_use]
pub fn search(text: &str, limit: usize) -> Vec<&'static Technique> {
    let text = text.trim().to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found: Vec<(u8, &Technique)> = CATALOGUE
        .techniques
        .iter()
        .filter_map(|technique| {
            let (id, name) = (technique.id.to_lowercase(), technique.name.to_lowercase());
            let rank = match () {
                () if id == text => 0,
                () if id.starts_with(&text) => 1,
                () if name == text => 2,
                () if name.starts_with(&text) => 3,
                () if words.iter().all(|word| name.contains(word)) => 4,
                () => return None,
            };
            (!words.is_empty()).then_some((rank, technique))
        })
        .collect();
    found.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.id.cmp(&other.id)));
    found.into_iter().take(limit).map(|(_, technique)| technique).collect()
}

/// As it is shown and typed: the id, then the name.
#[must_use]
pub fn label(technique: &Technique) -> String {
    format!("{} {}", technique.id, technique.name)
}

/// The one technique that a person named by id, by whole name, or by both.
fn named(part: &str) -> Result<&'static Technique, String> {
    let (first, rest) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
    if let Some(technique) = find(&first.to_uppercase())
        && (rest.is_empty() || technique.name.eq_ignore_ascii_case(rest.trim()))
    {
        return Ok(technique);
    }
    let by_name: Vec<&Technique> =
        CATALOGUE.techniques.iter().filter(|technique| technique.name.eq_ignore_ascii_case(part)).collect();
    if let [technique] = by_name[..] {
        return Ok(technique);
    }
    if by_name.len() > 1 {
        let ids: Vec<&str> = by_name.iter().map(|technique| technique.id.as_str()).collect();
        return Err(format!(
            "“{part}” is the name of {} techniques. Say which by its id: {}.",
            ids.len(),
            ids.join(", ")
        ));
    }
    let near: Vec<String> = search(part, 3).into_iter().map(label).collect();
    let hint = if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(", or ")) };
    Err(format!("“{part}” is no technique of ATT&CK {VERSION}.{hint}"))
}

/// The most names that are read, and the most characters of each: five times as many as an event may have, and twice
/// as long as any is.
const NAMES_MAX: usize = 100;
const NAME_CHARS_MAX: usize = 200;

/// Reads what a person typed: ids, whole names or an id with its name, separated by commas, semicolons or line breaks.
///
/// # Errors
/// The first part that names no technique, with what it may have meant, or that names several; too many parts.
pub fn read(text: &str) -> Result<Vec<&'static Technique>, String> {
    let mut found: Vec<&'static Technique> = Vec::new();
    let parts = text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    for (at, part) in parts.enumerate() {
        if at == NAMES_MAX {
            return Err(format!("At most {NAMES_MAX} at once."));
        }
        if part.chars().count() > NAME_CHARS_MAX {
            let begin: String = part.chars().take(40).collect();
            return Err(format!("“{begin}…” is no technique of ATT&CK {VERSION}."));
        }
        let technique = named(part)?;
        if !found.iter().any(|known| known.id == technique.id) {
            found.push(technique);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_whole_catalogue_is_inside() {
        assert_eq!(tactics().len(), 14);
        assert_eq!(CATALOGUE.techniques.len(), 691);
        assert_eq!(tactic("TA0001").unwrap().name, tactic("initial-access").unwrap().name);
    }

    #[test]
    fn ids_and_names_are_read_and_strangers_get_a_hint() {
        let read = |text: &str| super::read(text).map(|found| found.iter().map(|t| t.id.clone()).collect::<Vec<_>>());
        assert_eq!(read("t1566.001, PowerShell; T1566.001").unwrap(), ["T1566.001", "T1059.001"]);
        assert_eq!(read(" , ").unwrap(), Vec::<String>::new());
        assert!(read("Spearphishing").unwrap_err().contains("Did you mean T1"));
        assert!(read("zzz").unwrap_err().ends_with("18.1."));
        assert_eq!(
            read("T1059.001 PowerShell, T1566.001 spearphishing attachment").unwrap(),
            ["T1059.001", "T1566.001"]
        );
        assert!(read("T1059.001 Phishing").unwrap_err().contains("no technique"));
    }

    #[test]
    fn what_is_too_much_is_refused_before_it_is_looked_up() {
        assert_eq!(read(&"T1566.001;".repeat(NAMES_MAX)).map(|found| found.len()), Ok(1));
        assert!(read(&"T1566.001;".repeat(NAMES_MAX + 1)).unwrap_err().contains("At most 100"));
        let long = read(&"a ".repeat(500_000)).unwrap_err();
        assert!(long.contains("no technique") && long.len() < 200, "{long}");
        let longest = CATALOGUE.techniques.iter().map(|technique| label(technique).chars().count()).max();
        assert!(longest.is_some_and(|chars| chars * 2 <= NAME_CHARS_MAX), "{longest:?}");
    }

    #[test]
    fn a_name_that_several_have_is_not_taken_for_one_of_them() {
        let refused = read("Spearphishing Attachment").unwrap_err();
        assert!(refused.contains("T1566.001, T1598.002"), "{refused}");
    }

    #[test]
    fn every_label_reads_as_its_technique() {
        for technique in &CATALOGUE.techniques {
            assert_eq!(read(&label(technique)).unwrap(), [technique]);
        }
    }

    #[test]
    fn the_closest_comes_first() {
        assert_eq!(search("phishing", 1)[0].id, "T1566");
        assert_eq!(search("T1059.0", 2)[1].id, "T1059.002");
        assert!(search("   ", 5).is_empty());
    }
}
