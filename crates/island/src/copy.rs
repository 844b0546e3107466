//! A value to copy, with a button that copies it. The button is there only where scripts run and the
//! browser has a clipboard for them.

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
    Effect::new(move |_| scripted.set(can_copy()));
    let text = StoredValue::new(real.unwrap_or_else(|| value.clone()));
    view! {
        <div class="copyable">
            <span class="hash">{value}</span>
            <button
                type="button"
                class="btn btn-quiet"
                hidden=move || !scripted.get()
                on:click=move |_| text.with_value(|text| copy(text, copied))
            >
                {move || if copied.get() { "Copied" } else { "Copy" }}
            </button>
        </div>
    }
}

#[cfg(feature = "hydrate")]
fn clipboard() -> Option<web_sys::Clipboard> {
    use wasm_bindgen::JsCast as _;
    // Absent where the page did not come by HTTPS.
    js_sys::Reflect::get(&web_sys::window()?.navigator(), &"clipboard".into()).ok()?.dyn_into().ok()
}

#[cfg(feature = "hydrate")]
fn can_copy() -> bool {
    clipboard().is_some()
}

/// Says so only once it is copied; a browser that refuses leaves a value to be selected by hand.
#[cfg(feature = "hydrate")]
fn copy(text: &str, copied: RwSignal<bool>) {
    let Some(clipboard) = clipboard() else { return };
    let done = wasm_bindgen::closure::Closure::once(move |_| copied.set(true));
    let _ = clipboard.write_text(text).then(&done);
    done.forget();
}

#[cfg(not(feature = "hydrate"))]
fn can_copy() -> bool {
    false
}

#[cfg(not(feature = "hydrate"))]
fn copy(_: &str, _: RwSignal<bool>) {}
