//! Values as they are sent and kept, in the words a person reads: labels, names, times in their zone.

use holdfast_domain::{
    Field, FieldKind, Fields, Timestamp,
    evidence::{AcquisitionMethod, EvidenceKind},
    import::ImportKind,
    lifecycle::Status,
    person::Role,
    time::{Precision, TimeSource, in_zone},
    token::Scope,
};

use super::field::Choice;

/// What wording the values of a noun needs.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// The fields of the noun.
    pub fields: &'static [Field],
    /// The zone of the reader.
    pub zone: &'a str,
    /// Ids of people with their names.
    pub people: &'a [Choice],
}

impl<'a> Words<'a> {
    /// Of this noun.
    pub const fn of_noun<F: Fields>(zone: &'a str, people: &'a [Choice]) -> Self {
        Self { fields: F::FIELDS, zone, people }
    }

    /// A value in words.
    pub fn of(&self, name: &str, text: &str) -> String {
        let declared = self.fields.iter().find(|field| field.name == name);
        if let Some(at) = time(declared, text) {
            return in_zone(at, self.zone);
        }
        match declared {
            Some(field) if matches!(field.kind, FieldKind::Person | FieldKind::People) => self.names(text),
            Some(field) => field.words(text),
            None => undeclared(name, text).unwrap_or_else(|| text.to_owned()),
        }
    }

    /// Ids of people by their names; a name stays as it is.
    fn names(&self, ids: &str) -> String {
        let name = |id: &str| {
            let known = self.people.iter().find(|(known, _)| known == id.trim());
            known.map_or_else(|| id.trim().to_owned(), |(_, name)| name.clone())
        };
        if ids.is_empty() { "nobody".into() } else { ids.split(',').map(name).collect::<Vec<_>>().join(", ") }
    }
}

/// The instant that a value is, where its field holds one.
pub fn time(declared: Option<&Field>, text: &str) -> Option<Timestamp> {
    let may_be = declared.is_none_or(|field| matches!(field.kind, FieldKind::Time | FieldKind::Own));
    text.parse().ok().filter(|_| may_be)
}

/// What is no field of a noun but changes all the same: phases, how a time is known, facts of evidence.
fn undeclared(name: &str, text: &str) -> Option<String> {
    match name {
        "roles" => return each(text, |one| one.parse().ok().map(Role::label)),
        "scopes" => return each(text, |one| one.parse().ok().map(Scope::label)),
        _ => {}
    }
    let label = match (name, text) {
        (_, "true") => Some("Yes"),
        (_, "false") => Some("No"),
        ("status" | "to", _) => text.parse().ok().map(Status::label),
        ("precision", _) => text.parse().ok().map(Precision::label),
        ("time_source", _) => text.parse().ok().map(TimeSource::label),
        ("kind", _) => text.parse().ok().map(EvidenceKind::label),
        ("method", _) => text.parse().ok().map(AcquisitionMethod::label),
        ("tlp", _) => text.parse().ok().map(holdfast_domain::marking::Tlp::label),
        ("format", _) => text.parse().ok().map(ImportKind::label),
        _ => None,
    };
    label.map(str::to_owned)
}

/// The words of several values with commas between, where each is known.
fn each(text: &str, label: impl Fn(&str) -> Option<&'static str>) -> Option<String> {
    let words: Option<Vec<&str>> = text.split(',').map(|one| label(one.trim())).collect();
    Some(words?.join(", "))
}

#[cfg(test)]
mod tests {
    use holdfast_domain::{asset::AssetFields, event::EventFields, task::TaskFields};

    use super::*;

    #[test]
    fn no_code_and_no_id_is_read_by_a_person() {
        let people = [("id-1".to_owned(), "Ana".to_owned()), ("id-2".to_owned(), "Ben".to_owned())];
        let asset = Words::of_noun::<AssetFields>("Europe/Berlin", &people);
        assert_eq!(asset.of("compromise", "not-compromised"), "Not compromised");
        assert_eq!(asset.of("first_seen", "2026-09-01T08:00:00Z"), "2026-09-01 10:00 CEST");
        assert_eq!(asset.of("name", "2026-09-01T08:00:00Z"), "2026-09-01T08:00:00Z", "a name is no time");
        let task = Words::of_noun::<TaskFields>("UTC", &people);
        assert_eq!(task.of("people", "id-1,id-2"), "Ana, Ben");
        assert_eq!(task.of("people", "Ana, Ben"), "Ana, Ben", "the history names them already");
        assert_eq!((task.of("status", "to-do").as_str(), task.of("mandatory", "false").as_str()), ("To do", "No"));
        let event = Words::of_noun::<EventFields>("UTC", &people);
        assert_eq!(event.of("precision", "hour"), Precision::Hour.label());
        assert_eq!(event.of("occurred", "2026-09-01T08:00:00Z"), "2026-09-01 08:00 UTC");
        let phase = Words { fields: &[], zone: "UTC", people: &[] };
        assert_eq!((phase.of("to", "triage").as_str(), phase.of("restricted", "true").as_str()), ("Triage", "Yes"));
    }
}
