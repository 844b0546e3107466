//! The value of an indicator: which kind a text is, whether it can be one of a kind, and the one
//! form in which a value of that kind is kept.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::{
    defang::refang,
    indicator::{IndicatorKind, VALUE_CHARS_MAX},
};

/// The value in the one form of its kind: as meant however it was written, lower case where case
/// says nothing.
///
/// # Errors
/// What is wrong with it, in words for the field.
pub fn canonical(kind: IndicatorKind, typed: &str) -> Result<String, String> {
    use IndicatorKind as K;
    let plain = if kind.is_address() { refang(typed.trim()) } else { typed.trim().to_owned() };
    if plain.is_empty() {
        return Err("This is needed.".into());
    }
    if plain.chars().count() > VALUE_CHARS_MAX {
        return Err(format!("At most {VALUE_CHARS_MAX} characters."));
    }
    if plain.chars().any(char::is_control) {
        return Err("One line, without control characters.".into());
    }
    match kind {
        K::Ipv4 => ipv4(&plain).ok_or_else(|| "Not an IPv4 address such as 198.51.100.7 or 198.51.100.0/24.".into()),
        K::Ipv6 => ipv6(&plain).ok_or_else(|| "Not an IPv6 address such as 2001:db8::17 or 2001:db8::/32.".into()),
        K::Domain => domain(&plain).ok_or_else(|| "Not a domain such as evil.example.".into()),
        K::Url => url(&plain).ok_or_else(|| "Not a URL such as https://evil.example/path.".into()),
        K::Email => email(&plain).ok_or_else(|| "Not an e-mail address such as name@evil.example.".into()),
        K::Md5 => hash(&plain, 32),
        K::Sha1 => hash(&plain, 40),
        K::Sha256 => hash(&plain, 64),
        K::RegistryKey => registry(&plain)
            .ok_or_else(|| "Begin with the hive, such as HKEY_LOCAL_MACHINE\\Software or HKCU\\Software.".into()),
        K::Filename | K::Mutex | K::UserAgent | K::Other => Ok(plain),
    }
}

/// The kind that a text is of.
///
/// # Errors
/// What to do where it is of none.
pub fn guess(typed: &str) -> Result<IndicatorKind, String> {
    use IndicatorKind as K;
    let plain = refang(typed.trim());
    if crate::vulnerability::cve(&plain).is_some() {
        return Err("This is a CVE; add it under vulnerabilities.".into());
    }
    let is_hex = plain.bytes().all(|byte| byte.is_ascii_hexdigit());
    let kind = match plain.len() {
        32 if is_hex => K::Md5,
        40 if is_hex => K::Sha1,
        64 if is_hex => K::Sha256,
        _ if ipv4(&plain).is_some() => K::Ipv4,
        _ if ipv6(&plain).is_some() => K::Ipv6,
        _ if url(&plain).is_some() => K::Url,
        _ if email(&plain).is_some() => K::Email,
        _ if registry(typed.trim()).is_some() => K::RegistryKey,
        _ if plain.starts_with("Mozilla/") => K::UserAgent,
        _ if is_file(typed.trim()) => K::Filename,
        _ if domain(&plain).is_some() => K::Domain,
        _ => return Err("Its kind cannot be told; write it before the value, as in “mutex: name”.".into()),
    };
    Ok(kind)
}

/// The address and the length of its network, where one is named.
fn network(text: &str, bits_max: u8) -> Option<(&str, Option<u8>)> {
    match text.split_once('/') {
        None => Some((text, None)),
        Some((address, bits)) => {
            let bits: u8 = bits.parse().ok()?;
            (bits <= bits_max).then_some((address, Some(bits)))
        }
    }
}

fn with_bits(address: String, bits: Option<u8>) -> String {
    bits.map_or_else(|| address.clone(), |bits| format!("{address}/{bits}"))
}

fn ipv4(text: &str) -> Option<String> {
    let (address, bits) = network(text, 32)?;
    let address: Ipv4Addr = address.parse().ok()?;
    Some(with_bits(address.to_string(), bits))
}

fn ipv6(text: &str) -> Option<String> {
    let (address, bits) = network(text, 128)?;
    let address = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(address);
    let address: Ipv6Addr = address.parse().ok()?;
    Some(with_bits(address.to_string(), bits))
}

fn domain(text: &str) -> Option<String> {
    let name = text.strip_suffix('.').unwrap_or(text).to_lowercase();
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let (_, last) = name.rsplit_once('.')?;
    let is_good = name.len() <= 253 && name.split('.').all(is_label) && !last.bytes().all(|byte| byte.is_ascii_digit());
    is_good.then_some(name)
}

fn email(text: &str) -> Option<String> {
    let (mailbox, host) = text.rsplit_once('@')?;
    let is_mailbox = !mailbox.is_empty()
        && mailbox.chars().count() <= 64
        && !mailbox.chars().any(|c| c.is_whitespace() || matches!(c, '@' | '/' | '<' | '>' | ':'));
    if !is_mailbox {
        return None;
    }
    Some(format!("{mailbox}@{}", domain(host)?))
}

/// The scheme and the host in lower case; the rest says what it says.
fn url(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_scheme || text.chars().any(char::is_whitespace) {
        return None;
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, place) = authority.rsplit_once('@').map_or(("", authority), |(user, place)| (user, place));
    let (name, port) = match place.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port.parse::<u16>().ok()?)),
        _ => (place, None),
    };
    let name = if name.starts_with('[') {
        format!("[{}]", name.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok()?)
    } else {
        host(name)?
    };
    let user = if user.is_empty() { String::new() } else { format!("{user}@") };
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{user}{name}{port}{path}", scheme.to_ascii_lowercase()))
}

/// A host of a URL: an address, a domain, or a single name within a network.
fn host(name: &str) -> Option<String> {
    if let Some(known) = name.parse::<Ipv4Addr>().ok().map(|address| address.to_string()).or_else(|| domain(name)) {
        return Some(known);
    }
    let is_single = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    is_single.then(|| name.to_lowercase())
}

fn hash(text: &str, length: usize) -> Result<String, String> {
    if text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(format!("{length} hexadecimal digits; these are {} characters.", text.chars().count()))
}

const HIVES: &[(&str, &str)] = &[
    ("HKLM", "HKEY_LOCAL_MACHINE"),
    ("HKCU", "HKEY_CURRENT_USER"),
    ("HKCR", "HKEY_CLASSES_ROOT"),
    ("HKU", "HKEY_USERS"),
    ("HKCC", "HKEY_CURRENT_CONFIG"),
];

/// The hive by its whole name; the rest as it was written.
fn registry(text: &str) -> Option<String> {
    let (hive, rest) = text.split_once('\\').map_or((text, None), |(hive, rest)| (hive, Some(rest)));
    let hive = hive.trim_end_matches(':').to_ascii_uppercase();
    let (_, whole) = HIVES.iter().find(|(short, whole)| *short == hive || *whole == hive)?;
    Some(rest.map_or_else(|| (*whole).to_owned(), |rest| format!("{whole}\\{rest}")))
}

/// Endings that files have and hosts, in a list of indicators, hardly ever.
const ENDINGS: &[&str] = &[
    "7z", "apk", "asp", "aspx", "bat", "bin", "bmp", "cab", "chm", "cmd", "cpl", "dat", "dll", "dmg", "doc", "docm",
    "docx", "elf", "eml", "exe", "gif", "gz", "hta", "htm", "html", "ico", "img", "iso", "jar", "jpeg", "jpg", "js",
    "jse", "jsp", "json", "lnk", "log", "lua", "msi", "msg", "one", "pdf", "php", "pif", "png", "ppt", "pptx", "ps1",
    "psm1", "rar", "reg", "rtf", "scr", "sct", "so", "sys", "tar", "tgz", "tmp", "txt", "vbe", "vbs", "vhd", "vhdx",
    "war", "wsf", "xla", "xll", "xls", "xlsb", "xlsm", "xlsx", "xml", "zip",
];

/// A path, or a name with an ending that files have.
fn is_file(text: &str) -> bool {
    let starts_as_path = text.starts_with('/') || text.starts_with("\\\\") || text.starts_with('%');
    if starts_as_path || text.get(1..3) == Some(":\\") {
        return true;
    }
    let ending = text.rsplit_once('.').map(|(name, ending)| (name, ending.to_ascii_lowercase()));
    ending.is_some_and(|(name, ending)| !name.is_empty() && ENDINGS.contains(&ending.as_str()))
}

#[cfg(test)]
mod tests {
    use IndicatorKind as K;

    use super::*;

    #[test]
    fn a_value_is_kept_in_the_one_form_of_its_kind() {
        for (kind, typed, kept) in [
            (K::Ipv4, " 198[.]51.100.7 ", "198.51.100.7"),
            (K::Ipv4, "198.51.100.0/24", "198.51.100.0/24"),
            (K::Ipv6, "2001:0DB8:0:0::17", "2001:db8::17"),
            (K::Domain, "EVIL(dot)Example.", "evil.example"),
            (K::Domain, "xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
            (K::Domain, "_dmarc.münchen.example", "_dmarc.münchen.example"),
            (K::Url, "HXXPS://Evil[.]Example:8443/A?B=c", "https://evil.example:8443/A?B=c"),
            (K::Url, "http://[2001:DB8::17]:80/x", "http://[2001:db8::17]:80/x"),
            (K::Url, "smb://fileserver/share", "smb://fileserver/share"),
            (K::Email, "Billing[at]Evil.Example", "Billing@evil.example"),
            (K::Md5, "5D41402ABC4B2A76B9719D911017C592", "5d41402abc4b2a76b9719d911017c592"),
            (K::RegistryKey, "hklm\\Software\\Run", "HKEY_LOCAL_MACHINE\\Software\\Run"),
            (K::Mutex, "Global\\[.]x", "Global\\[.]x"),
        ] {
            assert_eq!(canonical(kind, typed).as_deref(), Ok(kept), "{kind} {typed}");
        }
    }

    #[test]
    fn what_cannot_be_of_the_kind_is_refused_with_an_example() {
        for (kind, typed) in [
            (K::Ipv4, "198.51.100"),
            (K::Ipv4, "198.51.100.256"),
            (K::Ipv4, "198.51.100.7/33"),
            (K::Ipv6, "198.51.100.7"),
            (K::Domain, "localhost"),
            (K::Domain, "-a.example"),
            (K::Domain, "*.evil.example"),
            (K::Domain, "198.51.100.7"),
            (K::Domain, "a..example"),
            (K::Url, "evil.example/path"),
            (K::Url, "https:///path"),
            (K::Url, "https://evil.example:99999/"),
            (K::Url, "https://evil.example/a b"),
            (K::Email, "evil.example"),
            (K::Email, "a b@evil.example"),
            (K::Sha256, "5d41402abc4b2a76b9719d911017c592"),
            (K::Md5, "zd41402abc4b2a76b9719d911017c592"),
            (K::RegistryKey, "Software\\Run"),
            (K::Mutex, "  "),
            (K::Other, "a\u{1b}[31m"),
        ] {
            assert!(canonical(kind, typed).is_err(), "{kind} {typed}");
        }
        assert!(canonical(K::Other, &"x".repeat(VALUE_CHARS_MAX + 1)).is_err());
    }

    #[test]
    fn the_kind_of_a_text_is_told_from_its_form() {
        for (typed, kind) in [
            ("198[.]51[.]100[.]7", K::Ipv4),
            ("2001:db8::17", K::Ipv6),
            ("hxxp://evil[.]example", K::Url),
            ("evil[.]example", K::Domain),
            ("billing[at]evil.example", K::Email),
            ("da39a3ee5e6b4b0d3255bfef95601890afd80709", K::Sha1),
            ("invoice.xlsm", K::Filename),
            ("C:\\Temp\\x", K::Filename),
            ("/tmp/.x", K::Filename),
            ("HKCU\\Software\\Run", K::RegistryKey),
            ("Mozilla/5.0 (X11)", K::UserAgent),
        ] {
            assert_eq!(guess(typed), Ok(kind), "{typed}");
        }
        assert!(guess("two words").is_err());
        assert!(guess("cve-2021-44228").is_err());
    }

    proptest::proptest! {
        #[test]
        fn a_kept_value_is_kept_as_it_is_and_shown_without_loss(typed in "\\PC{0,40}", at in 0..K::ALL.len()) {
            let kind = K::ALL[at];
            if let Ok(kept) = canonical(kind, &typed) {
                proptest::prop_assert_eq!(canonical(kind, &kept), Ok(kept.clone()));
                let shown = kind.shown(&kept);
                proptest::prop_assert_eq!(canonical(kind, &shown), Ok(kept));
            }
        }
    }
}
