//! Links to the neighbour pages of a list that is paged by cursor.

use leptos::prelude::*;

use super::icon::{self, icon};

/// `words` say what is shown; an address that is missing is a page that is not there. All on one page needs no
/// links.
pub fn pager(words: String, previous: Option<String>, next: Option<String>) -> AnyView {
    pages(words, (previous, "prev", "Previous"), next)
}

/// The same where the way back is only to the first page.
pub fn pager_from_first(words: String, first: Option<String>, next: Option<String>) -> AnyView {
    pages(words, (first, "first", "First page"), next)
}

/// A number with its word: `1 item`, `2 items`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

type Back = (Option<String>, &'static str, &'static str);

fn pages(words: String, (previous, rel, back): Back, next: Option<String>) -> AnyView {
    if previous.is_none() && next.is_none() {
        return view! { <p class="pager">{words}</p> }.into_any();
    }
    let back = view! { {icon(icon::CHEVRON_LEFT)}{back} }.into_any();
    let on = view! { "Next"{icon(icon::CHEVRON_RIGHT)} }.into_any();
    view! {
        <nav class="pager" aria-label="Pages">
            <span>{words}</span>
            <span class="actions">{link(previous, rel, back)} {link(next, "next", on)}</span>
        </nav>
    }
    .into_any()
}

fn link(href: Option<String>, rel: &'static str, words: AnyView) -> AnyView {
    match href {
        Some(href) => view! { <a class="btn" rel=rel href=href>{words}</a> }.into_any(),
        None => view! { <a class="btn" role="link" aria-disabled="true">{words}</a> }.into_any(),
    }
}
