//! A value to copy, with a button that copies it. The button is there only where scripts run.

use leptos::prelude::*;

use super::icon::{self, icon};

/// The value, in a line of its own, with the button.
#[component]
pub fn Copyable(value: String) -> impl IntoView {
    let scripted = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move |_| scripted.set(true));
    let stored = StoredValue::new(value.clone());
    view! {
        <div class="copyable">
            <span class="hash">{value}</span>
            <Show when=move || scripted.get()>
                <button
                    type="button"
                    class="btn btn-icon btn-quiet"
                    aria-label=move || if copied.get() { "Copied" } else { "Copy" }
                    on:click=move |_| {
                        stored.with_value(|text| copy(text));
                        copied.set(true);
                    }
                >
                    {move || icon(if copied.get() { icon::CHECK } else { icon::COPY })}
                </button>
            </Show>
        </div>
    }
}

fn copy(text: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(window) = web_sys::window() {
        // A refusal by the browser shows as a value that is still there to be selected by hand.
        let _ = window.navigator().clipboard().write_text(text);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = text;
}
