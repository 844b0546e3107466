//! The organisation: the tenant. Settings that change what people see, no rule.

use serde::{Deserialize, Serialize};

use crate::{
    OrgId, Timestamp,
    field::FieldText,
    metric::{TARGET_FIELDS, TargetHistory, Targets},
    refusal::FieldErrors,
};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Org {
    /// Its id.
    pub id: OrgId,
    /// Its name, as reports print it.
    pub name: String,
    /// The IANA zone in which days and months are counted.
    pub time_zone: String,
    /// How long each part of a response may take, as it was decided at one time after another.
    pub targets: TargetHistory,
    /// Counts the edits; an edit names the version it saw.
    pub version: i64,
    /// When it was set up.
    pub created_at: Timestamp,
}

/// What may be edited of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrgFields {
    /// Its name.
    pub name: String,
    /// The IANA zone in which days and months are counted.
    pub time_zone: String,
    /// How long each part of a response may take; the program's own where nobody has decided.
    pub targets: Option<Targets>,
    /// The day from which these targets hold, such as `2027-01-01`; empty is from now on.
    pub targets_from: String,
}

impl OrgFields {
    /// Notes what cannot be accepted. Whether the zone exists is checked where the zones are.
    pub fn check(&self, errors: &mut FieldErrors) {
        errors.line("name", &self.name, true, 120);
        errors.line("time_zone", &self.time_zone, true, 60);
    }

    /// Every field as text, in the order of the form.
    #[must_use]
    pub fn as_text(&self) -> Vec<FieldText> {
        let field = |name, label, text: String, personal| FieldText { name, label, text, personal };
        let mut fields = vec![
            field("name", "Name", self.name.clone(), true),
            field("time_zone", "Time zone", self.time_zone.clone(), false),
        ];
        let targets = self.targets.clone().unwrap_or_default();
        let stated = TARGET_FIELDS
            .iter()
            .map(|(severity, clock, name, label)| field(name, label, targets.stated(*severity, *clock), false));
        fields.extend(stated);
        fields.push(field("targets_from", "Targets hold from", self.targets_from.clone(), false));
        fields
    }
}

/// Most bytes of a picture that somebody gives as the logo.
pub const LOGO_BYTES_MAX: usize = 1024 * 1024;
/// Most pixels of such a picture.
pub const LOGO_PIXELS_MAX: u64 = 8_000_000;
/// Most pixels of the logo as it is kept: 34 mm by 9 mm on paper, at more than 350 to the inch.
pub const LOGO_KEPT_MAX: (u32, u32) = (480, 128);
/// Fewest pixels of it in each direction; less would be a stroke.
pub const LOGO_KEPT_MIN: u32 = 12;

/// The picture at the head of an organisation's reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// The picture as PNG: opaque, without metadata, no larger than [`LOGO_KEPT_MAX`].
    pub png: Vec<u8>,
    /// Of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// In pixels.
    pub width: i64,
    /// In pixels.
    pub height: i64,
}

impl From<&Org> for OrgFields {
    fn from(org: &Org) -> Self {
        let targets = org.targets.latest().map(|set| set.targets.clone());
        Self { name: org.name.clone(), time_zone: org.time_zone.clone(), targets, targets_from: String::new() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn targets_are_read_as_they_are_shown() {
        let fields =
            OrgFields { name: "A".into(), time_zone: "UTC".into(), targets: None, targets_from: String::new() };
        let shown = fields.as_text();
        let get =
            |wanted: &str| shown.iter().find(|field| field.name == wanted).map_or("", |field| field.text.as_str());
        let mut errors = FieldErrors::default();
        assert_eq!(Targets::read(get, &mut errors), Targets::default());
        assert!(errors.finish().is_ok());
        assert_eq!((get("sev1_acknowledge"), get("sev2_contain"), get("sev5_resolve")), ("15", "8", "1440"));
    }

    #[test]
    fn a_severity_has_three_targets_or_none() {
        let read = |given: &[(&'static str, &'static str)]| {
            let get = |wanted: &str| given.iter().find(|(name, _)| *name == wanted).map_or("", |(_, text)| *text);
            let mut errors = FieldErrors::default();
            let targets = Targets::read(get, &mut errors);
            match errors.finish() {
                Ok(()) => Ok(targets.0.len()),
                Err(crate::Refusal::Invalid(wrong)) => Err(wrong.into_iter().map(|one| one.field).collect::<Vec<_>>()),
                Err(other) => panic!("{other:?}"),
            }
        };
        assert_eq!(read(&[]).unwrap(), 0);
        assert_eq!(read(&[("sev2_acknowledge", "5"), ("sev2_contain", "1"), ("sev2_resolve", "2")]).unwrap(), 1);
        assert_eq!(read(&[("sev2_acknowledge", "5")]).unwrap_err(), ["sev2_contain", "sev2_resolve"]);
        let wrong = [("sev1_acknowledge", "0"), ("sev1_contain", "-1"), ("sev1_resolve", "1.5")];
        assert_eq!(read(&wrong).unwrap_err().len(), 3);
        let huge = [("sev1_acknowledge", "5256001"), ("sev1_contain", "87600"), ("sev1_resolve", "9999999999999")];
        assert_eq!(read(&huge).unwrap_err(), ["sev1_acknowledge", "sev1_resolve"]);
    }
}
