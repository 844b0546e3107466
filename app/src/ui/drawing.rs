//! Drawings of `crates/chart` on a page. Their writer escapes every word in them; nothing else may be
//! shown this way.

use leptos::prelude::*;

/// A drawing in a region of its own, which scrolls where it is wider than the page.
pub fn drawn(svg: String, label: &'static str) -> AnyView {
    view! { <figure class="drawing" tabindex="0" role="region" aria-label=label inner_html=svg></figure> }.into_any()
}
