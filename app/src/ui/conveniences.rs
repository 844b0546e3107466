//! What scripts add: keyboard shortcuts, a warning before typed text is left behind, focus after a
//! change of page, an address without its notice. Nothing here is needed to work.

use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use leptos_router::hooks::use_location;

/// The shortcuts, as the help dialog lists them.
const SHORTCUTS: &[(&str, &str)] = &[
    ("/", "Search"),
    ("c", "Open an incident"),
    ("g i", "Go to the incidents"),
    ("g l", "Go to the ledger"),
    ("?", "This help"),
];

/// Installs the conveniences and holds the help dialog.
#[component]
pub fn Conveniences() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::install(use_location().pathname);
    let rows: Vec<AnyView> = SHORTCUTS
        .iter()
        .map(|(keys, words)| view! { <dt><kbd>{*keys}</kbd></dt><dd>{*words}</dd> }.into_any())
        .collect();
    view! {
        <dialog class="dialog" id="shortcuts" aria-labelledby="shortcuts-title">
            <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
            <dl class="facts">{rows}</dl>
            <div class="buttons"><form method="dialog"><button class="btn">"Close"</button></form></div>
        </dialog>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::Cell;

    use leptos::{ev, leptos_dom::helpers::document, prelude::*};
    use leptos_router::hooks::use_navigate;
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, KeyboardEvent};

    use crate::form::forget_posted;

    thread_local! {
        /// Whether a guarded form holds text that was not sent.
        static IS_DIRTY: Cell<bool> = const { Cell::new(false) };
    }

    pub fn install(pathname: Memo<String>) {
        follow_pages(pathname);
        shortcuts();
        guard();
    }

    /// After a change of page: forget what was posted, move the focus to the new page. In either
    /// case take the notice's code out of the address, so that a reload does not repeat it.
    fn follow_pages(pathname: Memo<String>) {
        Effect::new(move |seen: Option<()>| {
            pathname.track();
            if seen.is_some() {
                forget_posted();
                IS_DIRTY.set(false);
                if let Some(main) = element("main") {
                    let _ = main.focus();
                }
            } else if let Some(problems) = element("problems") {
                let _ = problems.focus();
            }
            drop_done();
        });
    }

    fn element(id: &str) -> Option<HtmlElement> {
        document().get_element_by_id(id)?.dyn_into().ok()
    }

    fn drop_done() {
        let window = window();
        let Some(url) = window.location().href().ok().and_then(|href| web_sys::Url::new(&href).ok()) else { return };
        if url.search_params().has("done") {
            url.search_params().delete("done");
            if let Ok(history) = window.history() {
                let state = history.state().unwrap_or_default();
                let _ = history.replace_state_with_url(&state, "", Some(&url.href()));
            }
        }
    }

    fn shortcuts() {
        let navigate = use_navigate();
        let after_g = Cell::new(false);
        let handle = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
                return;
            }
            let went = after_g.replace(false);
            let target = match (went, event.key().as_str()) {
                (true, "i") => "/incidents",
                (true, "l") => "/ledger",
                (false, "c") => "/incidents/new",
                (false, "g") => return after_g.set(true),
                (false, "/") => {
                    if let Some(search) = document().query_selector("input[type=search]").ok().flatten() {
                        event.prevent_default();
                        focus(&search);
                    }
                    return;
                }
                (false, "?") => {
                    if let Some(dialog) = element("shortcuts").and_then(|el| el.dyn_into::<HtmlDialogElement>().ok()) {
                        let _ = dialog.show_modal();
                    }
                    return;
                }
                _ => return,
            };
            // Only where the page offers the way itself: the shortcut of a way one may not go is none.
            let offered = document().query_selector(&format!("a[href='{target}']")).ok().flatten().is_some();
            if offered && may_leave() {
                event.prevent_default();
                navigate(target, leptos_router::NavigateOptions::default());
            }
        });
        on_cleanup(move || handle.remove());
    }

    fn focus(element: &Element) {
        if let Some(element) = element.dyn_ref::<HtmlElement>() {
            let _ = element.focus();
        }
    }

    fn is_typing(event: &KeyboardEvent) -> bool {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        target
            .is_some_and(|el| el.closest("input, select, textarea, dialog, [contenteditable]").ok().flatten().is_some())
    }

    /// Watches forms marked `data-guard`: marked `changed` when what they hold was never saved.
    fn guard() {
        listen("input", |event| {
            if closest(event, "form[data-guard]").is_some() {
                IS_DIRTY.set(true);
            }
        });
        listen("submit", |_| IS_DIRTY.set(false));
        listen("click", |event| {
            if closest(event, "a[href]").is_some() && !event.default_prevented() && !may_leave() {
                event.prevent_default();
            }
        });
        let unload = window_event_listener(ev::beforeunload, |event| {
            if IS_DIRTY.get() {
                event.prevent_default();
            }
        });
        on_cleanup(move || unload.remove());
        if document().query_selector("form[data-guard=changed]").ok().flatten().is_some() {
            IS_DIRTY.set(true);
        }
    }

    /// On the document, so that it runs before the router, which listens on the window.
    fn listen(name: &str, handler: impl Fn(&Event) + 'static) {
        let closure = Closure::<dyn Fn(Event)>::new(move |event: Event| handler(&event));
        let _ = document().add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        // The listeners live as long as the document.
        closure.forget();
    }

    fn closest(event: &Event, selector: &str) -> Option<Element> {
        event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
    }

    /// Asks before typed text is left behind.
    fn may_leave() -> bool {
        let may = !IS_DIRTY.get()
            || window().confirm_with_message("Leave this page? What you typed is not saved.").unwrap_or(true);
        if may {
            IS_DIRTY.set(false);
        }
        may
    }
}
