//! Rows marked `data-drag` within `data-drop` are put in another order by dragging. Dropping posts the
//! same form as the arrows beside each row do, so that nothing depends on it.

use std::cell::RefCell;

use leptos::leptos_dom::helpers::document;
use wasm_bindgen::JsCast as _;
use web_sys::{DragEvent, Element, Event, HtmlFormElement, HtmlInputElement};

use super::dom::{closest, listen};

thread_local! {
    /// The row that is being dragged.
    static DRAGGED: RefCell<Option<String>> = const { RefCell::new(None) };
}

pub fn install() {
    let Ok(rows) = document().query_selector_all("[data-drop] [data-drag]") else { return };
    for at in 0..rows.length() {
        if let Some(row) = rows.get(at).and_then(|row| row.dyn_into::<Element>().ok()) {
            let _ = row.set_attribute("draggable", "true");
        }
    }
    listen(&document(), "dragstart", |event| DRAGGED.set(row(event).and_then(|row| row.get_attribute("data-drag"))));
    listen(&document(), "dragover", |event| {
        mark(row(event).as_ref());
        if DRAGGED.with_borrow(Option::is_some) && row(event).is_some() {
            event.prevent_default();
        }
    });
    listen(&document(), "dragend", |_| {
        mark(None);
        DRAGGED.set(None);
    });
    listen(&document(), "drop", dropped);
}

fn row(event: &Event) -> Option<Element> {
    closest(event, "[data-drop] [data-drag]")
}

fn mark(over: Option<&Element>) {
    if let Ok(Some(before)) = document().query_selector(".drop-here") {
        let _ = before.class_list().remove_1("drop-here");
    }
    if let Some(over) = over {
        let _ = over.class_list().add_1("drop-here");
    }
}

/// Above the middle of a row it goes before it, below the middle before the next.
fn dropped(event: &Event) {
    let (Some(moved), Some(row)) = (DRAGGED.take(), row(event)) else { return };
    event.prevent_default();
    let Some(place) = row.closest("[data-drop]").ok().flatten().and_then(|list| list.get_attribute("data-drop")) else {
        return;
    };
    let middle = row.get_bounding_client_rect();
    let is_lower =
        event.dyn_ref::<DragEvent>().is_some_and(|at| f64::from(at.client_y()) > middle.top() + middle.height() / 2.0);
    let before = if is_lower { row.next_element_sibling() } else { Some(row) };
    let before = before.and_then(|row| row.get_attribute("data-drag")).unwrap_or_default();
    if before != moved {
        send(&format!("{place}/{moved}/place"), &before);
    }
}

fn send(action: &str, before: &str) {
    let element = |name| document().create_element(name).ok();
    let form = element("form").and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let field = element("input").and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    if let (Some(form), Some(field), Some(body)) = (form, field, document().body()) {
        form.set_method("post");
        form.set_action(action);
        field.set_type("hidden");
        field.set_name("before");
        field.set_value(before);
        let _ = form.append_child(&field);
        let _ = body.append_child(&form);
        let _ = form.submit();
    }
}
