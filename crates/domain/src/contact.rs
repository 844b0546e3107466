//! Contacts of an incident: which external party was informed, how, when, and of what.

use crate::{
    ContactId, Timestamp,
    access::Permission,
    noun::{Item, ItemFields, Noun},
    search::HitKind,
};

text_enum! {
    /// How a party was informed.
    Channel {
        Phone = "phone", "Phone";
        Email = "email", "E-mail";
        Portal = "portal", "Portal or form";
        Meeting = "meeting", "Meeting";
        Letter = "letter", "Letter";
        Other = "other", "Other";
    }
}

/// A contact as it is kept.
pub type Contact = Item<ContactFields>;

fields! {
    /// What a person edits of a contact.
    ContactFields {
        /// Who was informed.
        name: String => line("Name", 200).required().personal().hint("The person or the desk that was informed.");
        /// Whom they stand for.
        organisation: String => line("Organisation", 200).personal().hint("Authority, customer, insurer, press.");
        /// How they were informed.
        channel: Channel = Channel::Phone => choice("Channel");
        /// When they were informed.
        informed_at: Option<Timestamp> => time("Informed").required().past();
        /// What was said on both sides, in Markdown.
        said: String => markdown("What was said", 20_000).personal().hint("Markdown.");
        /// When they expect to hear more.
        next_due: Option<Timestamp> => time("Next due").hint("When they expect to hear more.");
    }
}

impl Noun for ContactFields {
    const NAME: &'static str = "contact";
    const ENTRY: &'static str = "contact.";
    const ONE: &'static str = "a contact";
    const TITLE: &'static str = "name";
}

impl ItemFields for ContactFields {
    type Id = ContactId;
    const PLURAL: &'static str = "contacts";
    const LABEL: &'static str = "Contact";
    const LABELS: &'static str = "Contacts";
    const EDIT: Permission = Permission::EditIncident;
    const SEARCH: Option<HitKind> = Some(HitKind::Contact);
}
