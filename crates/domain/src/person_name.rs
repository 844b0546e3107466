//! Names of people where they must tell people apart: the handle beside a name, names that look alike, and the
//! one place that puts name and handle together as text.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use crate::PersonId;

/// What is shown of a name whose text was erased.
pub const ERASED_NAME: &str = "(erased name)";
/// Names under which the program itself acts, or that it prints in the place of a person's.
const SYSTEM_NAMES: [&str; 7] = ["Holdfast", "Console", "System", "Executives", "Nobody", "Somebody", "Erased name"];
/// The most characters of a name.
pub const NAME_CHARS_MAX: usize = 120;
/// Longest part of a handle that is made of the name.
const HANDLE_CHARS_MAX: usize = 32;
/// What a handle is made of where the name has no letter that ASCII could spell.
const NO_LETTERS: &str = "person";

/// A name with the handle of the person beside it; actions of the program itself have no handle.
#[must_use]
pub fn with_handle(name: &str, handle: &str) -> String {
    if handle.is_empty() { name.to_owned() } else { format!("{name} ({handle})") }
}

/// The handle of a person who is given this name: lower-case ASCII, with a number where it is taken. It stays
/// when the name changes.
#[must_use]
pub fn new_handle(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let base = handle_base(name);
    let is_free = |handle: &String| !is_taken(handle) && !SYSTEM_NAMES.iter().any(|name| handle_base(name) == *handle);
    let numbered = (2_u64..).map(|number| format!("{base}-{number}"));
    std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base)
}

/// What every handle made of this name begins with.
#[must_use]
pub fn handle_base(name: &str) -> String {
    let mut base = String::new();
    for letter in name.nfkd().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => base.push(letter),
            'ß' => base.push_str("ss"),
            'æ' => base.push_str("ae"),
            'œ' => base.push_str("oe"),
            'ø' => base.push('o'),
            'ł' => base.push('l'),
            'đ' | 'ð' => base.push('d'),
            'ı' => base.push('i'),
            'þ' => base.push_str("th"),
            mark if unicode_normalization::char::is_combining_mark(mark) => {}
            _ if base.is_empty() || base.ends_with('-') => {}
            _ => base.push('-'),
        }
    }
    let short: String = base.chars().take(HANDLE_CHARS_MAX).collect();
    let short = short.trim_end_matches('-');
    if short.is_empty() { NO_LETTERS.into() } else { short.to_owned() }
}

/// What is compared of a name: two names that share one of these look alike. Invisible characters are removed
/// first; then width, case, spaces, punctuation and, by UTS 39, letters that look like others no longer count. There are two,
/// since folding case after and before letters are compared finds different ones.
#[must_use]
pub fn look_alike_keys(name: &str) -> [String; 2] {
    // Of a name that is too long to be kept, its beginning is enough.
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    let visible: String = name.nfkc().filter(|letter| !is_invisible(*letter)).nfkc().collect();
    let folded =
        |text: &str| -> String { text.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect() };
    // Capital I and small l look alike, and I is i in another case.
    let key = |text: String| {
        let letters = skeleton(&folded(&text)).collect::<String>().replace('i', "l");
        letters.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    [key(visible.clone()), key(skeleton(&visible).collect())]
}

/// Whether nothing of a text can be seen.
#[must_use]
pub fn is_blank(name: &str) -> bool {
    let is_seen = |letter: char| !is_invisible(letter) && !letter.is_whitespace() && letter != '\u{2800}';
    !name.nfkc().any(is_seen)
}

/// Whether the name holds brackets, in which handles are printed.
#[must_use]
pub fn has_brackets(name: &str) -> bool {
    name.nfkc().any(|letter| "()[]{}⟨⟩〈〉❨❩❬❭❲❳⦅⦆⟦⟧⟪⟫‹›«»".contains(letter))
}

/// Whether the name holds a character that turns the direction of the text around it.
#[must_use]
pub fn turns_text(name: &str) -> bool {
    let turns =
        |c| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    name.contains(turns)
}

/// `Default_Ignorable_Code_Point` of Unicode: what is not drawn.
const fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Who has or had which name, by what is compared of it. The program has names as well.
#[derive(Debug)]
pub struct TakenNames(HashMap<String, HashSet<Option<PersonId>>>);

impl Default for TakenNames {
    fn default() -> Self {
        let mut taken = Self(HashMap::new());
        SYSTEM_NAMES.iter().for_each(|name| taken.note(None, name));
        taken
    }
}

impl TakenNames {
    /// Notes a name that somebody has or had.
    pub fn add(&mut self, person: PersonId, name: &str) {
        self.note(Some(person), name);
    }

    fn note(&mut self, person: Option<PersonId>, name: &str) {
        for key in look_alike_keys(name) {
            self.0.entry(key).or_default().insert(person);
        }
    }

    /// Whether anybody else has or had this name, or one that looks like it.
    #[must_use]
    pub fn is_taken(&self, name: &str, by_other_than: PersonId) -> bool {
        let others = |key| self.0.get(key).is_some_and(|by| by.iter().any(|one| *one != Some(by_other_than)));
        look_alike_keys(name).iter().any(others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_alike(one: &str, other: &str) -> bool {
        let keys = look_alike_keys(other);
        look_alike_keys(one).iter().any(|key| keys.contains(key))
    }

    #[test]
    fn a_name_neither_turns_text_nor_prints_a_handle() {
        assert!(turns_text("\u{202e}greB suniL") && turns_text("a\u{2066}b\u{2069}") && !turns_text("Zoë O'Neil"));
        for name in ["Linus Berg ⟨linus-berg⟩", "❨linus-berg❩", "{linus-berg}"] {
            assert!(has_brackets(name), "{name}");
        }
        assert!(!has_brackets("Dr. Zoë O'Neil-Sato, Jr."));
    }

    #[test]
    fn a_name_that_is_too_long_is_compared_by_its_beginning() {
        assert_eq!(look_alike_keys(&"ﷺ".repeat(200_000)), look_alike_keys(&"ﷺ".repeat(NAME_CHARS_MAX)));
    }

    #[test]
    fn names_that_look_alike_are_the_same_and_others_are_not() {
        for other in [
            "Mina Sato",
            "mina sato",
            "MINA SATO",
            "Mina  Sato",
            " Mina\u{a0}Sato ",
            "Mina\u{3000}Sato",
            "Mi\u{200b}na Sato",
            "Mi\u{ad}na \u{202e}Sato\u{202c}",
            "\u{feff}Mina \u{e0041}Sato",
            "Ｍｉｎａ　Ｓａｔｏ",
            "𝐌𝐢𝐧𝐚 𝐒𝐚𝐭𝐨",
            "М\u{456}na Sat\u{43e}",
            "\u{41c}INA S\u{410}T\u{41e}",
            "Mina Sat0",
            "M1na Sato",
            "Mlna Sato",
            "Mina Sato.",
            "Mina Sato :",
            "Mina Sato\u{b4}",
            "Mina Sato＊",
            "/ Mina Sato /",
        ] {
            assert!(look_alike("Mina Sato", other), "{other:?} {:?}", look_alike_keys(other));
        }
        for other in ["Mina Satou", "Nina Sato", "Mína Sato", "Minasato", "Sato Mina", ""] {
            assert!(!look_alike("Mina Sato", other), "{other:?} {:?}", look_alike_keys(other));
        }
        assert!(look_alike("ИВАН Петров", "Иван Петров") && look_alike("STRASSE", "Straße"));
        assert!(is_blank("\u{200b}\u{3164} \u{2800}") && !is_blank("."));
    }

    #[test]
    fn a_name_is_taken_by_others_and_by_the_program_only() {
        let (mina, mal) = (PersonId(uuid::Uuid::from_u128(1)), PersonId(uuid::Uuid::from_u128(2)));
        let mut taken = TakenNames::default();
        taken.add(mina, "Mina Sato");
        assert!(taken.is_taken("mina sato", mal) && !taken.is_taken("mina sato", mina));
        assert!(taken.is_taken("HOLDFAST", mina) && taken.is_taken("C\u{43e}nsole", mina));
        assert!(!taken.is_taken("Omar", mal));
    }

    #[test]
    fn a_handle_is_ascii_short_and_free() {
        let free = |_: &str| false;
        for (name, handle) in [
            ("Mina Sato", "mina-sato"),
            ("  Zoë  O’Brien-Łuk ", "zoe-o-brien-luk"),
            ("Jörg Groß", "jorg-gross"),
            ("佐藤 美奈", "person"),
            ("<script>", "script"),
            ("Holdfast", "holdfast-2"),
            ("mina@example.org", "mina-example-org"),
        ] {
            assert_eq!(new_handle(name, free), handle, "{name}");
        }
        let long = new_handle(&"ab ".repeat(40), free);
        assert!(long.len() <= HANDLE_CHARS_MAX && !long.ends_with('-'), "{long}");
        let taken = ["mina-sato", "mina-sato-2"];
        assert_eq!(new_handle("MINA SATO", |handle| taken.contains(&handle)), "mina-sato-3");
        assert_eq!(
            (with_handle("Mina", "mina"), with_handle("Holdfast", "")),
            ("Mina (mina)".into(), "Holdfast".into())
        );
    }
}
