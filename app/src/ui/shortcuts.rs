//! The keyboard shortcuts as the help dialog lists them. What they do is in `crates/island/src/keys.rs`.

use leptos::prelude::*;

const SHORTCUTS: &[(&str, &str)] = &[
    ("/", "Search this page, or everything"),
    ("Ctrl K", "Search everything"),
    ("c", "Open an incident"),
    ("g t", "Go to your day"),
    ("g i", "Go to the incidents"),
    ("g e", "Go to the evidence"),
    ("g m", "Go to the metrics"),
    ("g r", "Go to the reports"),
    ("g l", "Go to the ledger"),
    ("?", "This help"),
];

/// The help dialog.
pub fn shortcuts() -> AnyView {
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
    .into_any()
}
