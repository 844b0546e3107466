//! Addresses that do harm when clicked: written so that nothing makes a link of them
//! (`hxxps://evil[.]example`), and read back from the ways in which reports write them.

/// The ways of writing a sign that cannot be clicked, and the sign.
const SIGNS: &[(&str, &str)] = &[
    ("[://]", "://"),
    ("[:]//", "://"),
    ("[dot]", "."),
    ("(dot)", "."),
    ("{dot}", "."),
    ("[at]", "@"),
    ("(at)", "@"),
    ("{at}", "@"),
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("[@]", "@"),
    ("(@)", "@"),
    ("[:]", ":"),
    ("[/]", "/"),
    ("\\.", "."),
    ("[.", "."),
    (".]", "."),
];

/// The ways of writing a scheme that cannot be clicked, and the scheme.
const SCHEMES: &[(&str, &str)] =
    &[("hxxp", "http"), ("hxxps", "https"), ("hxtp", "http"), ("htxp", "http"), ("hxtps", "https"), ("fxp", "ftp")];

/// The scheme meant, where the word is a way of writing one that cannot be clicked. The word is in
/// lower case.
#[must_use]
pub fn scheme_meant(word: &str) -> Option<&'static str> {
    SCHEMES.iter().find(|(written, _)| *written == word).map(|(_, meant)| *meant)
}

/// An address as it is meant, from however it was written: `hxxps://evil[.]example` is
/// `https://evil.example`.
#[must_use]
pub fn refang(text: &str) -> String {
    let mut plain = signs(text);
    let scheme = plain.find("://").filter(|end| plain.get(..*end).is_some_and(is_word));
    if let Some(end) = scheme {
        let word = plain.get(..end).unwrap_or_default().to_ascii_lowercase();
        if let Some(meant) = scheme_meant(&word) {
            plain.replace_range(..end, meant);
        }
    }
    plain
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Every sign as it is meant. An IPv6 host stays in its brackets: none of the ways to write a sign
/// begins or ends as one does.
fn signs(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    // Every way to write a sign begins with one of these.
    while let Some(at) = rest.find(['[', '(', '{', '\\', '.']) {
        let (before, after) = rest.split_at(at);
        plain.push_str(before);
        rest = after;
        let found = SIGNS
            .iter()
            .find(|(written, _)| rest.get(..written.len()).is_some_and(|head| head.eq_ignore_ascii_case(written)));
        let (taken, meant) = match found {
            Some((written, meant)) => (written.len(), *meant),
            None => (1, rest.get(..1).unwrap_or_default()),
        };
        plain.push_str(meant);
        rest = rest.get(taken..).unwrap_or_default();
    }
    plain + rest
}

/// An address that nothing makes a link of: the scheme, the dots of the host and the sign of a
/// mailbox are changed. Whatever is no address keeps its text apart from its dots.
#[must_use]
pub fn defang(address: &str) -> String {
    if let Some((scheme, rest)) = address.split_once("://") {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, path) = rest.split_at(end);
        return format!("{}://{}{path}", harmless(scheme), brackets(host));
    }
    brackets(address)
}

fn harmless(scheme: &str) -> String {
    match scheme {
        "http" => "hxxp".into(),
        "https" => "hxxps".into(),
        "ftp" => "fxp".into(),
        other => other.to_owned(),
    }
}

fn brackets(host: &str) -> String {
    // An IPv6 address has colons where others have dots.
    let is_v6 = host.matches(':').count() > 1;
    let host = host.replace('.', "[.]").replace('@', "[@]");
    if is_v6 { host.replacen(':', "[:]", 1) } else { host }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_way_an_address_is_written_it_is_read_as_meant() {
        for (written, meant) in [
            ("hxxps://evil[.]example/a.html", "https://evil.example/a.html"),
            ("HXXP[:]//evil(dot)example", "http://evil.example"),
            ("hxxp[://]198[.]51[.]100[.]7:8080/x", "http://198.51.100.7:8080/x"),
            ("fxp://files{.}example", "ftp://files.example"),
            ("198.51.100[.]7", "198.51.100.7"),
            ("billing[at]evil[DOT]example", "billing@evil.example"),
            ("billing[@]evil.example", "billing@evil.example"),
            ("2001[:]db8::17", "2001:db8::17"),
            ("https://[2001:db8::17]/x", "https://[2001:db8::17]/x"),
            ("evil[.example", "evil.example"),
            ("https://évil[.]example/ü", "https://évil.example/ü"),
            ("", ""),
        ] {
            assert_eq!(refang(written), meant, "{written}");
        }
    }

    #[test]
    fn an_address_that_is_shown_cannot_be_clicked() {
        for (address, shown) in [
            ("https://evil.example/a.html?x=1.2", "hxxps://evil[.]example/a.html?x=1.2"),
            ("http://user@evil.example:8080", "hxxp://user[@]evil[.]example:8080"),
            ("198.51.100.7", "198[.]51[.]100[.]7"),
            ("2001:db8::17", "2001[:]db8::17"),
            ("billing@evil.example", "billing[@]evil[.]example"),
        ] {
            assert_eq!(defang(address), shown);
            assert_eq!(refang(shown), address, "and is read back as it was");
        }
    }
}
