//! Keyboard shortcuts. The list that people read is in `app/src/ui/shortcuts.rs`.

use std::cell::Cell;

use leptos::{leptos_dom::helpers::document, prelude::window};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlInputElement, KeyboardEvent};

use super::dom::{element, listen};

pub fn install() {
    let after_g = Cell::new(false);
    listen(&document(), "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        if (event.ctrl_key() || event.meta_key()) && event.key() == "k" {
            return search(event, &["#find", SEARCH]);
        }
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(event) {
            return;
        }
        let went = after_g.replace(false);
        match (went, event.key().as_str()) {
            (true, "t") => go(event, "/today"),
            (true, "i") => go(event, "/incidents"),
            (true, "e") => go(event, "/evidence"),
            (true, "m") => go(event, "/metrics"),
            (true, "r") => go(event, "/reports"),
            (true, "l") => go(event, "/ledger"),
            (false, "c") => go(event, "/incidents/new"),
            (false, "g") => after_g.set(true),
            (false, "/") => search(event, &["main input[type=search]", SEARCH]),
            (false, "?") => help(),
            _ => {}
        }
    });
}

/// Only where the page offers the way itself: the shortcut of a way one may not go is none.
fn go(event: &KeyboardEvent, target: &str) {
    if document().query_selector(&format!("a[href='{target}']")).ok().flatten().is_some() {
        event.prevent_default();
        let _ = window().location().assign(target);
    }
}

const SEARCH: &str = "input[type=search]";

/// The first search field of those named; the page that has one where it is not to be seen.
fn search(event: &KeyboardEvent, selectors: &[&str]) {
    let field = selectors.iter().find_map(|selector| document().query_selector(selector).ok().flatten());
    match field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        Some(field) if field.offset_parent().is_some() => {
            event.prevent_default();
            let _ = field.focus();
            field.select();
        }
        // Where it is narrow, the field is a page of its own.
        _ => go(event, "/search"),
    }
}

fn help() {
    if let Some(dialog) = element("shortcuts").and_then(|el| el.dyn_into::<HtmlDialogElement>().ok()) {
        let _ = dialog.show_modal();
    }
}

/// A dialog that was closed keeps the focus until the next frame is drawn, so only an open one counts.
fn is_typing(event: &KeyboardEvent) -> bool {
    const FIELDS: &str = "input, select, textarea, dialog[open], [contenteditable]";
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|el| el.closest(FIELDS).ok().flatten().is_some())
}
