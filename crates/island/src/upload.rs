//! Forms marked `data-progress` that carry a file show how much of it has arrived. The form is sent as
//! the browser would send it and its answer is shown as it came, so that nothing depends on this.

use leptos::{leptos_dom::helpers::document, prelude::window};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Document, DomParser, Element, Event, FormData, HtmlButtonElement, HtmlFormElement, ProgressEvent, SupportedType,
    XmlHttpRequest,
};

use super::dom::{closest, element, listen, on};

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
    let upload = request.upload()?;
    on(&upload, "progress", {
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
    if let Ok(page) = page {
        let _ = take_over(&page);
    }
}

/// Shows what the answer holds in place of what the page holds; what is around it stays as it is, since scripts of the
/// answer do not run.
fn take_over(page: &Document) -> Result<(), JsValue> {
    let (Some(there), Some(new)) = (document().get_element_by_id("main"), page.get_element_by_id("main")) else {
        return window().location().reload();
    };
    document().set_title(&page.title());
    there.replace_with_with_node_1(&document().import_node_with_deep(&new, true)?)?;
    match element("problems") {
        Some(problems) => problems.focus()?,
        None => window().scroll_to_with_x_and_y(0.0, 0.0),
    }
    Ok(())
}
