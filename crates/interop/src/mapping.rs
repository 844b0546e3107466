//! Maps assets, indicators and vulnerabilities of other tools' files to fields that we accept.

use std::{collections::HashMap, hash::Hash};

use holdfast_domain::{
    CheckContext, Timestamp,
    asset::{self, AssetFields, AssetKind, Compromise},
    indicator::{IndicatorFields, IndicatorKind, NOTES_CHARS_MAX, VALUE_CHARS_MAX, canonical, guess},
    noun::{ItemFields as _, Noun as _},
    vulnerability::{self, VulnerabilityFields},
};

use crate::{
    moment::is_future,
    words::{block, exact, line, paragraphs},
};

/// What an item is checked with; none of them has a zone.
const fn at(now: Timestamp) -> CheckContext {
    CheckContext { now, is_zone: |_| true }
}

/// The kind of asset that words about it speak of.
pub(crate) fn asset_kind(words: &str) -> AssetKind {
    use AssetKind as K;
    const SIGNS: &[(&str, AssetKind)] = &[
        ("mailbox", K::Mailbox),
        ("account", K::Account),
        ("credential", K::Account),
        ("firewall", K::NetworkDevice),
        ("router", K::NetworkDevice),
        ("switch", K::NetworkDevice),
        ("vpn", K::NetworkDevice),
        ("waf", K::NetworkDevice),
        ("windows dc", K::Server),
        ("domain controller", K::Server),
        ("server", K::Server),
        ("workstation", K::Workstation),
        ("computer", K::Workstation),
        ("laptop", K::Workstation),
        ("database", K::DataStore),
        ("bucket", K::CloudResource),
        ("cloud", K::CloudResource),
        ("application", K::Application),
        ("host", K::Host),
    ];
    let words = singular(words);
    let has = |sign: &str| words.contains(&singular(sign));
    SIGNS.iter().find(|(sign, _)| has(sign)).map_or(K::Other, |(_, kind)| *kind)
}

/// The words of a text between spaces, in lower case and without the s of a plural.
fn singular(text: &str) -> String {
    let mut words = String::from(" ");
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        words.push_str(word.strip_suffix('s').unwrap_or(word));
        words.push(' ');
    }
    words
}

/// An asset that can be accepted; `None` when it has no name.
pub(crate) fn asset(fields: AssetFields, now: Timestamp) -> Option<AssetFields> {
    let mut fields = AssetFields {
        name: line(&fields.name, asset::NAME_CHARS_MAX),
        identifier: exact(&fields.identifier, asset::IDENTIFIER_CHARS_MAX),
        owner: line(&fields.owner, asset::NAME_CHARS_MAX),
        notes: block(&fields.notes, NOTES_CHARS_MAX),
        ..fields
    };
    fields.first_seen = fields.first_seen.filter(|at| !is_future(*at, now));
    fields.checked(at(now)).ok()
}

/// An indicator that can be accepted: of the kind that was said when it can be that, else of the kind
/// that its form tells, else of no known kind; `None` when it has no value.
pub(crate) fn indicator(said: &str, kind: Option<IndicatorKind>, value: &str, notes: &str) -> Option<IndicatorFields> {
    let value = exact(value, VALUE_CHARS_MAX);
    let (kind, value, remark) = match kind.map(|kind| (kind, canonical(kind, &value))) {
        Some((kind, Ok(value))) => (kind, value, String::new()),
        Some((_, Err(reason))) => match guess(&value) {
            Ok(kind) => (kind, value, format!("Imported as “{said}”; its form is that of this kind.")),
            Err(_) => (IndicatorKind::Other, value, format!("Imported as “{said}”, which it cannot be: {reason}")),
        },
        None => (IndicatorKind::Other, value, format!("Imported as “{said}”, a kind that is not known here.")),
    };
    let mut fields = IndicatorFields::bare(kind, value);
    fields.description = block(&paragraphs([remark, notes.to_owned()]), NOTES_CHARS_MAX);
    fields.checked(at(Timestamp::from_micros(0))).ok()
}

/// The kind of indicator that a name of a type in STIX, MISP or DFIR-IRIS says.
pub(crate) fn indicator_kind(name: &str) -> Option<IndicatorKind> {
    use IndicatorKind as K;
    Some(match name.to_lowercase().replace(['_', ' '], "-").as_str() {
        "ipv4-addr" | "ip-any" | "ip-src" | "ip-dst" | "ipv4" => K::Ipv4,
        "ipv6-addr" | "ipv6" => K::Ipv6,
        "domain-name" | "domain" | "hostname" => K::Domain,
        "url" | "uri" | "link" => K::Url,
        "email-addr" | "email" | "email-src" | "email-dst" | "email-reply-to" => K::Email,
        "md5" => K::Md5,
        "sha1" | "sha-1" => K::Sha1,
        "sha256" | "sha-256" => K::Sha256,
        "file" | "filename" | "file-path" | "email-attachment" => K::Filename,
        "windows-registry-key" | "regkey" => K::RegistryKey,
        "mutex" => K::Mutex,
        "user-agent" | "http-user-agent" => K::UserAgent,
        "other" | "text" | "comment" => K::Other,
        _ => return None,
    })
}

/// A vulnerability that can be accepted; `None` when it has no name. The number is taken from the
/// name where it is written there, also as `CVE 2022-22954`.
pub(crate) fn vulnerability(name: &str, affected: &str, notes: &str) -> Option<VulnerabilityFields> {
    let title = line(name, vulnerability::TITLE_CHARS_MAX);
    let cve = cve_within(&title).unwrap_or_default();
    let mut fields = VulnerabilityFields::bare(cve, title);
    fields.affected = line(affected, vulnerability::TITLE_CHARS_MAX);
    fields.notes = block(notes, NOTES_CHARS_MAX);
    let is_number_only = fields.title.len() <= fields.cve.len();
    let known = VulnerabilityFields { title: String::new(), ..fields.clone() };
    if is_number_only && let Ok(known) = known.checked(at(Timestamp::from_micros(0))) {
        return Some(known);
    }
    fields.checked(at(Timestamp::from_micros(0))).ok()
}

/// The first CVE number within a text.
fn cve_within(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    upper.match_indices("CVE").find_map(|(at, _)| {
        let rest = upper.get(at + 3..)?.trim_start_matches([' ', '-', '_', ':', '–']);
        let number: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
        vulnerability::cve(&format!("CVE-{}", number.trim_end_matches('-')))
    })
}

/// Assets, each once.
pub(crate) fn assets_once(all: Vec<AssetFields>) -> Vec<AssetFields> {
    let key = |one: &AssetFields| (one.kind, one.key());
    once(all, key, |first, more| {
        if first.compromise == Compromise::Unknown {
            first.compromise = more.compromise;
        }
        add(&mut first.notes, &more.notes);
    })
}

/// Indicators, each once, under the stricter marking.
pub(crate) fn indicators_once(all: Vec<IndicatorFields>) -> Vec<IndicatorFields> {
    let key = |one: &IndicatorFields| (one.kind, one.key());
    once(all, key, |first, more| {
        first.tlp = first.tlp.max(more.tlp);
        add(&mut first.description, &more.description);
    })
}

/// Vulnerabilities, each once.
pub(crate) fn vulnerabilities_once(all: Vec<VulnerabilityFields>) -> Vec<VulnerabilityFields> {
    once(all, VulnerabilityFields::key, |first, more| add(&mut first.notes, &more.notes))
}

/// Puts together what is the same thing: the first stays and takes on what the others say besides.
fn once<T, K: Eq + Hash>(all: Vec<T>, key: impl Fn(&T) -> K, join: impl Fn(&mut T, T)) -> Vec<T> {
    let mut kept: Vec<T> = Vec::new();
    let mut places: HashMap<K, usize> = HashMap::new();
    for one in all {
        match places.get(&key(&one)).and_then(|at| kept.get_mut(*at)) {
            Some(first) => join(first, one),
            None => {
                places.insert(key(&one), kept.len());
                kept.push(one);
            }
        }
    }
    kept
}

/// Adds a paragraph that is not there yet.
fn add(text: &mut String, more: &str) {
    if !more.is_empty() && !text.contains(more) {
        *text = block(&paragraphs([std::mem::take(text), more.to_owned()]), NOTES_CHARS_MAX);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn kinds_are_told_from_words() {
        for (words, kind) in [
            ("Windows - Computer", AssetKind::Workstation),
            ("Linux - Server", AssetKind::Server),
            ("Windows Account - AD", AssetKind::Account),
            ("Windows - DC", AssetKind::Server),
            ("Mail servers", AssetKind::Server),
            ("Observer", AssetKind::Other),
            ("Phone - IOS", AssetKind::Other),
        ] {
            assert_eq!(asset_kind(words), kind, "{words}");
        }
    }

    #[test]
    fn an_indicator_is_of_a_kind_that_it_can_be() {
        let read = |said: &str, value: &str| indicator(said, indicator_kind(said), value, "").unwrap();
        assert_eq!(read("url", "evil[.]example ").kind, IndicatorKind::Domain);
        assert_eq!(read("ip-any", "2001:db8::1").kind, IndicatorKind::Ipv6);
        let odd = read("url", "Some Service");
        assert_eq!((odd.kind, odd.description.contains("cannot be")), (IndicatorKind::Other, true));
        assert!(read("authentihash", "abc").description.contains("“authentihash”"));
        assert!(indicator("url", None, " ", "").is_none());
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for (name, cve) in [
            ("CVE 2022-22954", "CVE-2022-22954"),
            ("cve-2021-44228 (Log4Shell)", "CVE-2021-44228"),
            ("Weak password", ""),
            ("CVE-20-1", ""),
        ] {
            assert_eq!(vulnerability(name, "", "").unwrap().cve, cve, "{name}");
        }
        assert!(vulnerability("CVE-2021-44228", "", "").unwrap().title.contains("Log4j2"), "named by the catalogue");
        assert_eq!(vulnerability("CVE 2099-99999", "", "").unwrap().title, "CVE 2099-99999");
    }
}
