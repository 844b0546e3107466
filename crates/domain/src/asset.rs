//! Assets of an incident: whose machines, accounts and data it touched, and what became of them.

use crate::{
    AssetId, Timestamp,
    access::Permission,
    field::CheckContext,
    indicator::{NOTES_CHARS_MAX, check_seen},
    noun::{Item, ItemFields, Noun, Storage},
    refusal::FieldErrors,
    search::HitKind,
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
pub type Asset = Item<AssetFields>;

/// Longest name or owner, in characters.
pub const NAME_CHARS_MAX: usize = 200;
/// Longest identifier, in characters.
pub const IDENTIFIER_CHARS_MAX: usize = 500;

fields! {
    /// What a person edits of an asset.
    AssetFields {
        /// What kind of thing it is.
        kind: AssetKind = AssetKind::Workstation => choice("Kind").required();
        /// What people call it.
        name: String => line("Name", NAME_CHARS_MAX).required().personal();
        /// By what it is known to machines: an address, a host name, an account, an ARN.
        identifier: String => line("Identifier", IDENTIFIER_CHARS_MAX).personal().mono()
            .hint("Address, host name, account or ARN. Other incidents are compared by it.");
        /// Who answers for it.
        owner: String => line("Owner", NAME_CHARS_MAX).personal().hint("Who answers for it.");
        /// How much depends on it.
        criticality: Criticality = Criticality::Medium => choice("Criticality");
        /// Whether the attacker had it.
        compromise: Compromise = Compromise::Unknown => choice("State").hint("Whether the attacker had it.");
        /// What else is known, in Markdown.
        notes: String => markdown("Notes", NOTES_CHARS_MAX).personal().hint("Markdown.");
        /// When the attacker was first seen on it.
        first_seen: Option<Timestamp> => time("First seen").past();
        /// When the attacker was last seen on it.
        last_seen: Option<Timestamp> => time("Last seen").past();
    }
}

impl Noun for AssetFields {
    const NAME: &'static str = "asset";
    const ENTRY: &'static str = "asset.";
    const ONE: &'static str = "an asset";
    const TITLE: &'static str = "name";

    fn rules(&mut self, _at: CheckContext, errors: &mut FieldErrors) {
        check_seen(self.first_seen, self.last_seen, errors);
        self.identifier = identifier(&self.identifier);
    }
}

impl ItemFields for AssetFields {
    type Id = AssetId;
    const PLURAL: &'static str = "assets";
    const LABEL: &'static str = "Asset";
    const LABELS: &'static str = "Assets";
    const EDIT: Permission = Permission::EditFindings;
    const STORAGE: Storage = Storage::Columns;
    const ORDER: &'static str = "kind, value_key, id";
    const SEARCH: Option<HitKind> = Some(HitKind::Asset);

    /// Its identifier, else its name.
    fn key(&self) -> Option<String> {
        Some(if self.identifier.is_empty() { self.name.to_lowercase() } else { self.identifier.to_lowercase() })
    }

    fn search_text(&self) -> (String, String) {
        (format!("{} {}", self.name, self.identifier), format!("{} {}", self.owner, self.notes))
    }
}

impl AssetFields {
    /// An asset of which no more is known than its name.
    #[must_use]
    pub fn bare(kind: AssetKind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into(), ..Self::default() }
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
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_asset_is_the_same_by_its_identifier_or_else_by_its_name() {
        let mut fields = AssetFields::bare(AssetKind::Server, " Mail gateway ");
        let at = CheckContext { now: Timestamp::from_seconds(1), is_zone: |_| true };
        let key = |fields: &AssetFields| fields.checked(at).unwrap().key().unwrap();
        assert_eq!(key(&fields), "mail gateway");
        fields.identifier = "MX1[.]corp.example".into();
        assert_eq!(key(&fields), "mx1.corp.example");
        fields.identifier = "CORP\\.svc".into();
        assert_eq!(fields.checked(at).map(|fields| fields.identifier), Ok("CORP\\.svc".into()));
        fields.name = " ".into();
        assert!(fields.checked(at).is_err());
    }
}
