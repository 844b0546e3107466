//! What the pages of contacts have of their own.

use holdfast_domain::contact::ContactFields;

use crate::{incident::Tab, item::ItemPages};

impl ItemPages for ContactFields {
    const TAB: Tab = Tab::Contacts;
    const BLANK: &'static str = "Add whom you informed outside: authorities, customers, insurers, the press.";
    const COLUMNS: &'static [&'static str] = &["name", "organisation", "channel", "informed_at", "next_due"];
}
