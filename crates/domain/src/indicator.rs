//! Indicators of an incident: what was seen of the attacker, by kind, each checked and written in one
//! form, so that the same thing is the same text in every incident.

use serde::{Deserialize, Serialize};

use crate::{
    IndicatorId, Timestamp,
    access::Permission,
    field::CheckContext,
    marking::Tlp,
    noun::{Item, ItemFields, Noun, Storage},
    refusal::{FieldErrors, Refusal},
    search::HitKind,
};

pub use crate::indicator_value::{canonical, guess};

text_enum! {
    /// What kind of thing was seen.
    IndicatorKind {
        Ipv4 = "ipv4", "IPv4 address";
        Ipv6 = "ipv6", "IPv6 address";
        Domain = "domain", "Domain";
        Url = "url", "URL";
        Email = "email", "E-mail address";
        Md5 = "md5", "MD5";
        Sha1 = "sha1", "SHA-1";
        Sha256 = "sha256", "SHA-256";
        Filename = "filename", "File name";
        RegistryKey = "registry-key", "Registry key";
        Mutex = "mutex", "Mutex";
        UserAgent = "user-agent", "User agent";
        Other = "other", "Other";
    }
}

impl IndicatorKind {
    /// Whether it is an address, which is shown so that nothing makes a link of it.
    #[must_use]
    pub const fn is_address(self) -> bool {
        matches!(self, Self::Ipv4 | Self::Ipv6 | Self::Domain | Self::Url | Self::Email)
    }

    /// A value of this kind as it is shown.
    #[must_use]
    pub fn shown(self, value: &str) -> String {
        if self.is_address() { crate::defang::defang(value) } else { value.to_owned() }
    }

    /// The text by which two values of this kind are the same thing.
    #[must_use]
    pub fn key(self, value: &str) -> String {
        match self {
            Self::Url | Self::Mutex | Self::UserAgent => value.to_owned(),
            _ => value.to_lowercase(),
        }
    }
}

text_enum! {
    /// How sure it is that this is the attacker's.
    Confidence {
        NotRated = "not-rated", "Not rated";
        Low = "low", "Low";
        Medium = "medium", "Medium";
        High = "high", "High";
    }
}

/// Longest value, in characters.
pub const VALUE_CHARS_MAX: usize = 2_048;
/// Longest description or note, in characters.
pub const NOTES_CHARS_MAX: usize = 10_000;

/// An indicator of an incident.
pub type Indicator = Item<IndicatorFields>;

fields! {
    /// What a person edits of an indicator.
    IndicatorFields {
        /// What kind of thing it is.
        kind: IndicatorKind = IndicatorKind::Ipv4 => choice("Kind").required();
        /// The thing itself.
        value: String => line("Value", VALUE_CHARS_MAX).required().personal().mono()
            .hint("As it is or as reports write it: hxxps://evil[.]example is read as it is meant.");
        /// Who may read it.
        tlp: Tlp = Tlp::Amber => choice("TLP").hint("Who may read it.");
        /// How sure it is that this is the attacker's.
        confidence: Confidence = Confidence::NotRated =>
            choice("Confidence").hint("How sure it is the attacker’s.");
        /// What it was used for, in Markdown.
        description: String => markdown("Description", NOTES_CHARS_MAX).personal().hint("What it was used for. Markdown.");
        /// When it was first seen.
        first_seen: Option<Timestamp> => time("First seen").past();
        /// When it was last seen.
        last_seen: Option<Timestamp> => time("Last seen").past();
    }
}

impl Noun for IndicatorFields {
    const NAME: &'static str = "indicator";
    const ENTRY: &'static str = "indicator.";
    const ONE: &'static str = "an indicator";
    const TITLE: &'static str = "value";

    /// Puts the value into the one form of its kind.
    fn rules(&mut self, _at: CheckContext, errors: &mut FieldErrors) {
        check_seen(self.first_seen, self.last_seen, errors);
        match canonical(self.kind, &self.value) {
            Ok(value) => self.value = value,
            Err(words) => errors.add("value", words),
        }
    }

    /// As it is shown, so that nothing makes a link of it.
    fn title(&self) -> String {
        self.kind.shown(&self.value)
    }
}

impl ItemFields for IndicatorFields {
    type Id = IndicatorId;
    const PLURAL: &'static str = "indicators";
    const LABEL: &'static str = "Indicator";
    const LABELS: &'static str = "Indicators";
    const EDIT: Permission = Permission::EditFindings;
    const STORAGE: Storage = Storage::Columns;
    const ORDER: &'static str = "kind, value_key, id";
    const SEARCH: Option<HitKind> = Some(HitKind::Indicator);

    fn key(&self) -> Option<String> {
        Some(self.kind.key(&self.value))
    }
}

impl IndicatorFields {
    /// An indicator of which no more is known than what it is.
    #[must_use]
    pub fn bare(kind: IndicatorKind, value: impl Into<String>) -> Self {
        Self { kind, value: value.into(), ..Self::default() }
    }
}

/// The last is not before the first.
pub(crate) fn check_seen(first: Option<Timestamp>, last: Option<Timestamp>, errors: &mut FieldErrors) {
    if let (Some(first), Some(last)) = (first, last)
        && last < first
    {
        errors.add("last_seen", "This is before it was first seen.");
    }
}

/// Another incident in which the same thing was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct SeenIn {
    /// How many other incidents there are that the reader may see.
    pub count: i64,
    /// The latest of them, newest first.
    pub latest: Vec<SeenIncident>,
}

/// An incident in which something was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct SeenIncident {
    /// What people call it.
    pub reference: String,
    /// One line that says what happened.
    pub title: String,
}

/// A line of many that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct LineRefused {
    /// Which line, from 1.
    pub line: usize,
    /// The line as it was sent.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

/// What became of many indicators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema), schema(as = ManyAnswer))]
pub struct ManyAdded {
    /// The ids of those that were added, in the order of the lines.
    pub added: Vec<IndicatorId>,
    /// How many the incident had already.
    pub known: usize,
    /// Lines that could not be read.
    pub refused: Vec<LineRefused>,
}

/// An indicator with its incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema), schema(as = IndicatorSeen))]
pub struct Sighting {
    #[serde(flatten)]
    #[allow(missing_docs, reason = "its own words describe it in REST")]
    pub indicator: Indicator,
    /// Its incident.
    pub incident_reference: String,
    /// Its incident's title.
    pub incident_title: String,
}

/// Most lines that are taken at once.
pub const LINES_MAX: usize = 2_000;

/// Reads one indicator per line: `value`, `kind: value` or either with ` # description` after it.
/// Empty lines and lines that begin with `#` say nothing. What cannot be read comes back as sent.
#[must_use]
pub fn read_lines(text: &str, base: &IndicatorFields) -> (Vec<(usize, IndicatorFields)>, Vec<LineRefused>) {
    let (mut read, mut refused) = (Vec::new(), Vec::new());
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match read_line(line, base) {
            Ok(fields) => read.push((at + 1, fields)),
            Err(reason) => refused.push(LineRefused { line: at + 1, text: line.to_owned(), reason }),
        }
    }
    (read, refused)
}

fn read_line(line: &str, base: &IndicatorFields) -> Result<IndicatorFields, String> {
    let (thing, description) = match line.split_once(" #").or_else(|| line.split_once("\t#")) {
        Some((thing, words)) => (thing.trim(), words.trim()),
        None => (line, ""),
    };
    let named = thing.split_once([':', ',', '\t']).and_then(|(kind, value)| {
        let kind = kind.trim().to_ascii_lowercase().parse::<IndicatorKind>().ok()?;
        Some((kind, value.trim()))
    });
    let (kind, value) = match named {
        Some(named) => named,
        None => (guess(thing)?, thing),
    };
    let value = canonical(kind, value)?;
    let mut errors = FieldErrors::default();
    errors.text("description", description, NOTES_CHARS_MAX);
    if let Err(Refusal::Invalid(faults)) = errors.finish() {
        return Err(faults.into_iter().map(|fault| format!("Description: {}", fault.message)).collect());
    }
    let description = if description.is_empty() { base.description.clone() } else { description.to_owned() };
    Ok(IndicatorFields { kind, value, description, ..base.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_one_by_one_and_what_cannot_be_read_comes_back() {
        let base = IndicatorFields::bare(IndicatorKind::Other, "");
        let text = "hxxps://evil[.]example/x # the loader\n\n# a remark\nfilename: invoice.zip\nCVE-2021-44228\n\
                    what is this\nsha256: abc\n 198.51.100[.]7 ";
        let (read, refused) = read_lines(text, &base);
        let read: Vec<_> =
            read.iter().map(|(line, f)| (*line, f.kind, f.value.as_str(), f.description.as_str())).collect();
        assert_eq!(
            read,
            [
                (1, IndicatorKind::Url, "https://evil.example/x", "the loader"),
                (4, IndicatorKind::Filename, "invoice.zip", ""),
                (8, IndicatorKind::Ipv4, "198.51.100.7", ""),
            ]
        );
        let lines: Vec<_> = refused.iter().map(|line| (line.line, line.text.as_str())).collect();
        assert_eq!(lines, [(5, "CVE-2021-44228"), (6, "what is this"), (7, "sha256: abc")]);
        assert!(refused[0].reason.contains("vulnerabilities"), "{}", refused[0].reason);
    }

    #[test]
    fn an_indicator_is_not_last_seen_before_it_was_first_seen() {
        let now = Timestamp::from_seconds(1_000_000);
        let at = CheckContext { now, is_zone: |_| true };
        let mut fields = IndicatorFields::bare(IndicatorKind::Domain, "EVIL[.]Example.");
        fields.first_seen = Some(Timestamp::from_seconds(10));
        fields.last_seen = Some(Timestamp::from_seconds(9));
        assert!(fields.checked(at).is_err());
        fields.last_seen = Some(now.plus_seconds(3_600));
        assert!(fields.checked(at).is_err(), "nor tomorrow");
        fields.last_seen = None;
        assert_eq!(fields.checked(at).map(|fields| fields.value), Ok("evil.example".into()));
    }
}
