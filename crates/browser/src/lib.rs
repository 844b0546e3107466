//! The entry point of the browser's half. Nothing else belongs here: a crate that is only a cdylib
//! gets link-time optimisation.

use wasm_bindgen::prelude::wasm_bindgen;

/// Readies the module for the islands of the page, and installs what every page has.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
    holdfast_island::install();
}
