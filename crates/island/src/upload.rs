//! Forms marked `data-progress` that carry a file show how much of it has arrived. The form is sent as
//! the browser would send it and its answer is shown as it came, so that nothing depends on this.

use leptos::{leptos_dom::helpers::document, prelude::window};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{
    DomParser, Element, Event, FormData, HtmlButtonElement, HtmlFormElement, ProgressEvent, SupportedType,
    XmlHttpRequest,
};

use super::dom::{closest, listen};

pub fn install() {
    listen(&document(), "submit", |event| {
        let form = closest(event, "form[data-progress]").and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        if let Some(form) = form
            && send(&form).is_ok()
        {
            event.prevent_default();
        }
    });
}

/// Sends the form, with a bar above its buttons.
fn send(form: &HtmlFormElement) -> Result<(), JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open("POST", &form.action())?;
    request.set_request_header("Accept", "text/html")?;
    let data = FormData::new_with_form(form)?;
    let bar = bar(form)?;
    on(&request.upload()?.into(), "progress", {
        let bar = bar.clone();
        move |event| show(&bar, event)
    })?;
    on(&request, "load", {
        let (request, action) = (request.clone(), form.action());
        move |_| answered(&request, &action)
    })?;
    on(&request, "error", {
        let (bar, form) = (bar.clone(), form.clone());
        move |_| {
            bar.set_text_content(Some("The upload broke off. Nothing was kept; send it again."));
            ready(&form, true);
        }
    })?;
    request.send_with_opt_form_data(Some(&data))?;
    ready(form, false);
    Ok(())
}

fn on(target: &web_sys::EventTarget, name: &str, handler: impl Fn(Event) + 'static) -> Result<(), JsValue> {
    let closure = Closure::<dyn Fn(Event)>::new(handler);
    target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref())?;
    closure.forget();
    Ok(())
}

fn bar(form: &HtmlFormElement) -> Result<Element, JsValue> {
    if let Some(there) = form.query_selector(".upload")? {
        return Ok(there);
    }
    let made = document().create_element("p")?;
    made.set_attribute("class", "upload")?;
    made.set_attribute("role", "status")?;
    form.insert_before(&made, form.query_selector(".buttons")?.as_deref())?;
    Ok(made)
}

fn show(bar: &Element, event: Event) {
    let Ok(event) = event.dyn_into::<ProgressEvent>() else { return };
    if event.total() > 0.0 {
        let words = match (event.loaded() / event.total() * 100.0).floor() {
            100.0 => "All of it arrived. Writing it to the disk…".to_owned(),
            share => format!("{share} % of {:.0} MB sent", event.total() / 1e6),
        };
        bar.set_text_content(Some(&words));
    }
}

/// No second time while the first is under way.
fn ready(form: &HtmlFormElement, is_ready: bool) {
    let button = form.query_selector(".buttons button").ok().flatten();
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlButtonElement>().ok()) {
        button.set_disabled(!is_ready);
    }
}

/// Goes where the server sent the form, or shows the form as it came back.
fn answered(request: &XmlHttpRequest, action: &str) {
    let to = request.response_url();
    if to != action {
        let _ = window().location().assign(&to);
        return;
    }
    let text = request.response_text().ok().flatten().unwrap_or_default();
    let page = DomParser::new().and_then(|parser| parser.parse_from_string(&text, SupportedType::TextHtml));
    let root = page.ok().and_then(|page| page.document_element());
    if let Some(root) = root.and_then(|root| document().import_node_with_deep(&root, true).ok()) {
        document().replace_children_with_node_1(&root);
        if let Some(problems) = document().get_element_by_id("problems") {
            problems.scroll_into_view();
        }
    }
}
