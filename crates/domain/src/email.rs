//! Mail addresses: one spelling for each, whatever was typed, so that an account is the same one on every path.

use unicode_normalization::UnicodeNormalization as _;

/// What is longer, in bytes, is no address: RFC 5321 allows 320 characters, and reading a domain is costly.
const BYTES_MAX: usize = 2_048;

/// The address as it is kept and shown: without space around it, in Unicode's composed form, the domain by IDNA
/// in lower case and in its own script. `None` where it is no address.
#[must_use]
pub fn normalised(typed: &str) -> Option<String> {
    let (local, domain) = typed.trim().rsplit_once('@').filter(|_| typed.len() <= BYTES_MAX)?;
    let ascii = idna::domain_to_ascii_strict(domain).ok().filter(|domain| !domain.is_empty())?;
    let (domain, spelled) = idna::domain_to_unicode(&ascii);
    spelled.ok()?;
    let local: String = local.nfc().collect();
    let is_plain = |letter: char| !letter.is_whitespace() && !letter.is_control() && letter != '@';
    (!local.is_empty() && local.chars().all(is_plain)).then(|| format!("{local}@{domain}"))
}

/// What accounts are found by: the normalised address without regard to case. What is no address finds none and
/// counts as itself.
#[must_use]
pub fn key(typed: &str) -> String {
    normalised(typed).unwrap_or_else(|| typed.trim().nfc().collect()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_spelling_and_one_key() {
        for (typed, kept) in [
            (" Ada@Example.ORG ", "Ada@example.org"),
            ("ada@BÜCHER.example", "ada@bücher.example"),
            ("ada@xn--bcher-kva.example", "ada@bücher.example"),
            ("ada@bu\u{308}cher.example", "ada@bücher.example"),
            ("jo\u{308}rg@example.org", "jörg@example.org"),
            ("ada@ｅｘａｍｐｌｅ.org", "ada@example.org"),
            ("ada@localhost", "ada@localhost"),
        ] {
            assert_eq!(normalised(typed).as_deref(), Some(kept), "{typed}");
            assert_eq!(normalised(kept).as_deref(), Some(kept), "{kept}");
            assert_eq!(key(typed), kept.to_lowercase());
        }
        assert_eq!(key("JÖRG@example.org"), key("jo\u{308}rg@EXAMPLE.org"));
        for wrong in
            ["", "ada", "ada@", "@example.org", "a b@example.org", "a@b@example.org", "ada@exa mple.org", "ada@-x.org"]
        {
            assert_eq!(normalised(wrong), None, "{wrong}");
        }
    }
}
