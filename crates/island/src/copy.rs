//! A value to copy, with a button that copies it. The button is there only where scripts run.

use leptos::prelude::*;

/// The value, in a line of its own, with the button.
#[island]
pub fn Copyable(
    /// What is shown.
    value: String,
    /// What is copied, where that is not what is shown.
    #[prop(optional)]
    real: Option<String>,
) -> impl IntoView {
    let scripted = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move |_| scripted.set(true));
    let text = StoredValue::new(real.unwrap_or_else(|| value.clone()));
    view! {
        <div class="copyable">
            <span class="hash">{value}</span>
            <button
                type="button"
                class="btn btn-quiet"
                hidden=move || !scripted.get()
                on:click=move |_| {
                    text.with_value(|text| copy(text));
                    copied.set(true);
                }
            >
                {move || if copied.get() { "Copied" } else { "Copy" }}
            </button>
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
