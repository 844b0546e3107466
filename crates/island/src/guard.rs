//! Forms marked `data-guard` ask before typed text is left behind; those marked `changed`, and those
//! that were refused, hold what was never saved. Also what follows a load: the focus on what went wrong.

use std::cell::Cell;

use leptos::{leptos_dom::helpers::document, prelude::window};

use super::dom::{closest, element, listen};

thread_local! {
    /// Whether a guarded form holds text that was not sent.
    static IS_DIRTY: Cell<bool> = const { Cell::new(false) };
}

pub fn install() {
    if let Some(problems) = element("problems") {
        let _ = problems.focus();
    }
    listen(&document(), "input", |event| {
        if closest(event, "form[data-guard]").is_some() {
            IS_DIRTY.set(true);
        }
    });
    // Another form of the page, such as the search, would leave the text behind as well.
    listen(&document(), "submit", |event| {
        if closest(event, "form[data-guard]").is_some() {
            IS_DIRTY.set(false);
        }
    });
    listen(&window(), "beforeunload", |event| {
        if IS_DIRTY.get() {
            event.prevent_default();
        }
    });
    // What was refused was not saved either.
    let unsaved = if element("problems").is_some() { "form[data-guard]" } else { "form[data-guard=changed]" };
    if document().query_selector(unsaved).ok().flatten().is_some() {
        IS_DIRTY.set(true);
    }
}
