//! What only pages know of an item.

use holdfast_actions::Result;
use holdfast_domain::{
    Field,
    noun::{Item, ItemFields},
};
use leptos::prelude::*;

use super::{list_page, view_page};
use crate::{
    incident::{Room, Tab},
    page::Shown,
    request::Request,
    ui::{Cell, Words},
};

/// What only pages know of an item. From this and its declaration come all of its pages; one that needs
/// more has a page of its own in place of one of these.
pub trait ItemPages: ItemFields {
    /// The tab of the incident that its pages are in.
    const TAB: Tab;
    /// What is shown in place of an empty list, after “No … yet.”
    const BLANK: &'static str;
    /// The fields that its list shows, in order.
    const COLUMNS: &'static [&'static str];

    /// What archiving one does, in words.
    const ARCHIVING: &'static str = "It leaves the lists and the search. It is kept, and can be taken back.";

    /// Where its list is shown, below the incident, and the words that lead there.
    #[must_use]
    fn home() -> (String, &'static str) {
        (format!("/{}", Self::PLURAL), Self::LABELS)
    }

    /// One of its values in the list.
    fn cell(&self, field: &'static Field, words: &Words<'_>) -> Cell {
        list_page::cell(self, field, words)
    }

    /// One of its values on its page.
    fn fact(&self, field: &'static Field, words: &Words<'_>) -> AnyView {
        view_page::fact(self, field, words)
    }

    /// What its page says beyond its values.
    fn more_facts(&self) -> Vec<(&'static str, AnyView)> {
        Vec::new()
    }

    /// A further button where one is added.
    fn more_buttons(_seen: &Room) -> Option<AnyView> {
        None
    }

    /// What its page shows beside it.
    fn aside(_req: &Request, _item: &Item<Self>) -> impl Future<Output = Result<Option<AnyView>>> + Send {
        async { Ok(None) }
    }

    /// The page of its list.
    fn list(req: &Request) -> impl Future<Output = Shown> + Send {
        list_page::list_page::<Self>(req)
    }
}
