//! Assets of an incident: whose machines, accounts and data it touched, and what became of them.

use serde::{Deserialize, Serialize};

use crate::{
    AssetId, IncidentId, Timestamp,
    incident::FieldText,
    indicator::{NOTES_CHARS_MAX, check_seen, field, time_text},
    refusal::{FieldErrors, Refusal},
};

text_enum! {
    /// What kind of thing it is.
    AssetKind {
        Host = "host", "Host";
        Server = "server", "Server";
        Workstation = "workstation", "Workstation";
        Account = "account", "Account";
        Mailbox = "mailbox", "Mailbox";
        NetworkDevice = "network-device", "Network device";
        CloudResource = "cloud-resource", "Cloud resource";
        Application = "application", "Application";
        DataStore = "data-store", "Data store";
        Person = "person", "Person";
        Other = "other", "Other";
    }
}

text_enum! {
    /// How much depends on it.
    Criticality {
        Low = "low", "Low";
        Medium = "medium", "Medium";
        High = "high", "High";
        Critical = "critical", "Critical";
    }
}

text_enum! {
    /// Whether the attacker had it.
    Compromise {
        Unknown = "unknown", "Not known";
        Suspected = "suspected", "Suspected";
        Confirmed = "confirmed", "Compromised";
        NotCompromised = "not-compromised", "Not compromised";
        Recovered = "recovered", "Recovered";
    }
}

/// An asset of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Asset {
    /// Its id.
    pub id: AssetId,
    /// The incident.
    pub incident_id: IncidentId,
    /// What a person edits.
    #[cfg_attr(feature = "server", sqlx(flatten))]
    #[serde(flatten)]
    pub fields: AssetFields,
    /// Since when it is archived: out of the lists, kept in the record.
    pub archived_at: Option<Timestamp>,
    /// Counts the edits; an edit names the version it saw.
    pub version: i64,
    /// When it was added.
    pub created_at: Timestamp,
    /// Who added it.
    pub created_by_name: String,
    /// Its latest change.
    pub updated_at: Timestamp,
    /// Who made the latest change.
    pub updated_by_name: String,
}

/// What a person edits of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct AssetFields {
    /// What kind of thing it is.
    pub kind: AssetKind,
    /// What people call it.
    pub name: String,
    /// By what it is known to machines: an address, a host name, an account, an ARN.
    pub identifier: String,
    /// Who answers for it.
    pub owner: String,
    /// How much depends on it.
    pub criticality: Criticality,
    /// Whether the attacker had it.
    pub compromise: Compromise,
    /// What else is known, in Markdown.
    pub notes: String,
    /// When the attacker was first seen on it.
    pub first_seen: Option<Timestamp>,
    /// When the attacker was last seen on it.
    pub last_seen: Option<Timestamp>,
}

/// Longest name or owner, in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// Longest identifier, in characters.
pub const IDENTIFIER_CHARS_MAX: usize = 500;

impl AssetFields {
    /// An asset of which no more is known than its name.
    #[must_use]
    pub fn bare(kind: AssetKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            identifier: String::new(),
            owner: String::new(),
            criticality: Criticality::Medium,
            compromise: Compromise::Unknown,
            notes: String::new(),
            first_seen: None,
            last_seen: None,
        }
    }

    /// The same without the space around what people type, when everything can be accepted. An
    /// identifier is kept as meant, however it was written.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every field that cannot.
    pub fn checked(&self, now: Timestamp) -> Result<Self, Refusal> {
        let mut errors = FieldErrors::default();
        errors.line("name", &self.name, true, NAME_CHARS_MAX);
        errors.line("identifier", &self.identifier, false, IDENTIFIER_CHARS_MAX);
        errors.line("owner", &self.owner, false, NAME_CHARS_MAX);
        errors.text("notes", &self.notes, NOTES_CHARS_MAX);
        check_seen(self.first_seen, self.last_seen, now, &mut errors);
        errors.finish()?;
        Ok(Self {
            name: self.name.trim().to_owned(),
            identifier: identifier(self.identifier.trim()),
            owner: self.owner.trim().to_owned(),
            ..self.clone()
        })
    }

    /// The text by which it is the same thing as another of its kind: its identifier, else its name.
    #[must_use]
    pub fn key(&self) -> String {
        if self.identifier.is_empty() { self.name.to_lowercase() } else { self.identifier.to_lowercase() }
    }

    /// Every field as name, label and text, in the order of the form.
    #[must_use]
    pub fn as_text(&self) -> Vec<FieldText> {
        vec![
            field("kind", "Kind", self.kind.to_string(), false),
            field("name", "Name", self.name.clone(), true),
            field("identifier", "Identifier", self.identifier.clone(), true),
            field("owner", "Owner", self.owner.clone(), true),
            field("criticality", "Criticality", self.criticality.to_string(), false),
            field("compromise", "Compromise", self.compromise.to_string(), false),
            field("notes", "Notes", self.notes.clone(), true),
            field("first_seen", "First seen", time_text(self.first_seen), false),
            field("last_seen", "Last seen", time_text(self.last_seen), false),
        ]
    }
}

/// As meant where it is an address that was written so that it cannot be clicked, else as it is: the
/// account `CORP\.svc` is no address.
fn identifier(text: &str) -> String {
    use crate::indicator::{IndicatorKind as K, canonical};
    let is_defanged = ["[.]", "(.)", "[dot]", "(dot)", "[@]", "[at]", "[:]"].iter().any(|sign| text.contains(sign));
    if !is_defanged {
        return text.to_owned();
    }
    let kinds = [K::Ipv4, K::Ipv6, K::Domain, K::Email, K::Url];
    kinds.into_iter().find_map(|kind| canonical(kind, text).ok()).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_the_same_by_its_identifier_or_else_by_its_name() {
        let mut fields = AssetFields::bare(AssetKind::Server, " Mail gateway ");
        let now = Timestamp::from_seconds(1);
        assert_eq!(fields.checked(now).map(|fields| fields.key()), Ok("mail gateway".into()));
        fields.identifier = "MX1[.]corp.example".into();
        assert_eq!(fields.checked(now).map(|fields| fields.key()), Ok("mx1.corp.example".into()));
        fields.identifier = "CORP\\.svc".into();
        assert_eq!(fields.checked(now).map(|fields| fields.identifier), Ok("CORP\\.svc".into()));
        fields.name = " ".into();
        assert!(fields.checked(now).is_err());
    }
}
