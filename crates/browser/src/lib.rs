//! The entry point of the browser's half. Nothing else belongs here: a crate that is only a cdylib
//! gets link-time optimisation.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the document that the server rendered.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(holdfast_app::App);
}
