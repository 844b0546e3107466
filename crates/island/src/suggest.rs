//! Fields marked `data-suggest` offer what the REST address finds for the part that is being typed; parts are separated
//! by commas. The pattern is the combobox with a list of the ARIA Authoring Practices: arrows choose, Enter or a click
//! takes, Escape closes. Whoever types on loses nothing: the server reads the field as it stands.

use std::cell::RefCell;

use js_sys::{Array, Reflect};
use leptos::leptos_dom::helpers::document;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent, UrlSearchParams, XmlHttpRequest,
    XmlHttpRequestResponseType,
};

use super::dom::{closest, element, listen, on};

const FIELD: &str = "input[data-suggest]";
const LIST: &str = "suggested";

thread_local! {
    /// The question that is under way; a newer one ends it.
    static ASKED: RefCell<Option<XmlHttpRequest>> = const { RefCell::new(None) };
}

pub fn install() {
    let Ok(fields) = document().query_selector_all(FIELD) else { return };
    for at in 0..fields.length() {
        if let Some(field) = fields.get(at).and_then(|field| field.dyn_into::<Element>().ok()) {
            let _ = field.set_attribute("role", "combobox");
            let _ = field.set_attribute("aria-autocomplete", "list");
            let _ = field.set_attribute("aria-expanded", "false");
        }
    }
    listen(&document(), "input", |event| {
        if let Some(field) = field(event) {
            let _ = ask(&field);
        }
    });
    listen(&document(), "keydown", key);
    listen(&document(), "focusout", |event| {
        if let Some(field) = field(event) {
            // An answer that comes later would open it again.
            if let Some(asked) = ASKED.take() {
                let _ = asked.abort();
            }
            close(&field);
        }
    });
    // Before the field loses its focus, which would close the list.
    listen(&document(), "pointerdown", |event| {
        let Some(option) = closest(event, "#suggested [role=option]") else { return };
        event.prevent_default();
        if let Some(field) = option.closest(".suggest").ok().flatten().and_then(|list| list.previous_element_sibling())
            && let Ok(field) = field.dyn_into::<HtmlInputElement>()
        {
            take(&field, &option);
        }
    });
}

fn field(event: &Event) -> Option<HtmlInputElement> {
    closest(event, FIELD)?.dyn_into().ok()
}

/// What stands before the part that is being typed, and that part.
fn parts(field: &HtmlInputElement) -> (String, String) {
    let value = field.value();
    let split = value.rfind([',', ';']).map_or(0, |at| at + 1);
    let (before, part) = value.split_at(split);
    (before.trim().to_owned(), part.trim().to_owned())
}

fn ask(field: &HtmlInputElement) -> Result<(), JsValue> {
    if let Some(before) = ASKED.take() {
        before.abort()?;
    }
    let (_, part) = parts(field);
    if part.chars().count() < 2 {
        close(field);
        return Ok(());
    }
    let question = UrlSearchParams::new()?;
    question.append("text", &part);
    let from = field.get_attribute("data-suggest").unwrap_or_default();
    let request = XmlHttpRequest::new()?;
    request.open("GET", &format!("{from}?{}", question.to_string()))?;
    request.set_response_type(XmlHttpRequestResponseType::Json);
    on(&request, "load", {
        let (request, field) = (request.clone(), field.clone());
        move |_| {
            let _ = show(&field, &request, &part);
        }
    })?;
    request.send()?;
    ASKED.set(Some(request));
    Ok(())
}

fn text(row: &JsValue, name: &str) -> String {
    Reflect::get(row, &name.into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}

/// The list below the field, or none where nothing was found or the part is already whole.
fn show(field: &HtmlInputElement, request: &XmlHttpRequest, part: &str) -> Result<(), JsValue> {
    close(field);
    if request.status()? != 200 {
        return Ok(());
    }
    let rows = Array::from(&Reflect::get(&request.response()?, &"rows".into())?);
    let labels: Vec<String> =
        rows.iter().take(8).map(|row| format!("{} {}", text(&row, "id"), text(&row, "name"))).collect();
    if labels.is_empty() || labels.iter().any(|label| label == part) {
        return Ok(());
    }
    let list = document().create_element("ul")?;
    for (name, value) in [("id", LIST), ("role", "listbox"), ("aria-label", "Suggestions")] {
        list.set_attribute(name, value)?;
    }
    for (at, label) in labels.iter().enumerate() {
        let option = document().create_element("li")?;
        option.set_attribute("role", "option")?;
        option.set_attribute("id", &format!("{LIST}-{at}"))?;
        option.set_attribute("aria-selected", "false")?;
        option.set_text_content(Some(label));
        list.append_child(&option)?;
    }
    let place = document().create_element("div")?;
    place.set_attribute("class", "suggest")?;
    place.append_child(&list)?;
    field.insert_adjacent_element("afterend", &place)?;
    field.set_attribute("aria-expanded", "true")?;
    field.set_attribute("aria-controls", LIST)
}

fn close(field: &HtmlInputElement) {
    if let Some(place) = element(LIST).and_then(|list| list.parent_element()) {
        place.remove();
    }
    let _ = field.set_attribute("aria-expanded", "false");
    let _ = field.remove_attribute("aria-controls");
    let _ = field.remove_attribute("aria-activedescendant");
}

fn key(event: &Event) {
    let (Some(field), Some(list)) = (field(event), element(LIST)) else { return };
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
    let chosen = list.query_selector("[aria-selected=true]").ok().flatten();
    match event.key().as_str() {
        "ArrowDown" => {
            choose(&field, chosen.as_ref().map_or_else(|| list.first_element_child(), Element::next_element_sibling))
        }
        "ArrowUp" => {
            choose(&field, chosen.as_ref().map_or_else(|| list.last_element_child(), Element::previous_element_sibling))
        }
        "Escape" => close(&field),
        "Enter" => match chosen {
            Some(chosen) => take(&field, &chosen),
            None => return close(&field),
        },
        _ => return,
    }
    event.prevent_default();
}

/// Marks the one that Enter will take; past an end, none.
fn choose(field: &HtmlInputElement, option: Option<Element>) {
    if let Ok(Some(before)) = document().query_selector("#suggested [aria-selected=true]") {
        let _ = before.set_attribute("aria-selected", "false");
    }
    let _ = field.remove_attribute("aria-activedescendant");
    if let Some(option) = option {
        let _ = option.set_attribute("aria-selected", "true");
        let _ = field.set_attribute("aria-activedescendant", &option.id());
        option.scroll_into_view_with_bool(false);
    }
}

/// Puts it in the place of what was being typed, ready for the next.
fn take(field: &HtmlInputElement, option: &Element) {
    let (before, _) = parts(field);
    let space = if before.is_empty() { "" } else { " " };
    field.set_value(&format!("{before}{space}{}, ", option.text_content().unwrap_or_default()));
    close(field);
    let _ = field.dyn_ref::<HtmlElement>().map(HtmlElement::focus);
}
