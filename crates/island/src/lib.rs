//! What runs in the browser, and nowhere else: islands of Leptos in pages that the server made, and what is installed on
//! every page. Kept small, since every visitor loads it; whatever a page can do without scripts does
//! not belong here.

pub mod copy;
#[cfg(feature = "hydrate")]
mod drag;
#[cfg(feature = "hydrate")]
mod guard;
#[cfg(feature = "hydrate")]
mod keys;
#[cfg(feature = "hydrate")]
mod suggest;
#[cfg(feature = "hydrate")]
mod upload;

/// Installs what every page has: shortcuts, dragging, what a field offers while one types, and the warning before typed
/// text is left behind.
#[cfg(feature = "hydrate")]
pub fn install() {
    drag::install();
    guard::install();
    keys::install();
    suggest::install();
    upload::install();
}

#[cfg(feature = "hydrate")]
mod dom {
    use leptos::leptos_dom::helpers::document;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{Element, Event, EventTarget, HtmlElement};

    pub fn element(id: &str) -> Option<HtmlElement> {
        document().get_element_by_id(id)?.dyn_into().ok()
    }

    /// Listens for as long as the page lives.
    pub fn listen(on: &EventTarget, name: &str, handler: impl Fn(&Event) + 'static) {
        let closure = Closure::<dyn Fn(Event)>::new(move |event: Event| handler(&event));
        let _ = on.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        closure.forget();
    }

    /// Listens to something that lasts for one thing only, such as a request.
    pub fn on(on: &EventTarget, name: &str, handler: impl Fn(Event) + 'static) -> Result<(), JsValue> {
        let closure = Closure::<dyn Fn(Event)>::new(handler);
        on.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref())?;
        closure.forget();
        Ok(())
    }

    pub fn closest(event: &Event, selector: &str) -> Option<Element> {
        event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
    }
}
