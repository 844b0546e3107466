//! What the pages of recommendations have of their own.

use holdfast_domain::{Field, narrative::RecommendationFields};
use leptos::prelude::*;

use crate::{
    incident::Tab,
    item::{ItemPages, list_page::cell},
    ui::{Cell, Words},
};

impl ItemPages for RecommendationFields {
    const TAB: Tab = Tab::Reports;
    const BLANK: &'static str = "Say what should change, for whom and by when.";
    const COLUMNS: &'static [&'static str] = &["body", "kind", "owner", "due_at", "priority", "done_at"];
    const ARCHIVING: &'static str =
        "It leaves the list and the drafts. Issued reports stay as they are. It is kept, and can be taken back.";

    fn home() -> (String, &'static str) {
        ("/reports".into(), "Reports")
    }

    /// With where it is tracked, beside what should change.
    fn cell(&self, field: &'static Field, words: &Words<'_>) -> Cell {
        if field.name != "body" {
            return cell(self, field, words);
        }
        let tracker =
            (!self.tracker.is_empty()).then(|| view! { <span class="muted small">" "{self.tracker.clone()}</span> });
        Cell::name(view! { {self.body.clone()}{tracker} }).class("wrap")
    }
}
