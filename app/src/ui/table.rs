//! The parts that tables share: heads that sort, the scrolling region, the empty state.

use leptos::prelude::*;

use super::icon::{self, icon};

/// A head cell; with an address it sorts. `sorted` is `ascending` or `descending` when the table is
/// sorted by it.
pub fn head(words: &'static str, href: Option<String>, sorted: Option<&'static str>, class: &'static str) -> AnyView {
    let arrow = sorted.map(|way| icon(if way == "ascending" { icon::SORT_UP } else { icon::SORT_DOWN }));
    let inner = match href {
        Some(href) => view! { <a href=href>{words} {arrow}</a> }.into_any(),
        None => words.into_any(),
    };
    view! { <th role="columnheader" scope="col" class=class aria-sort=sorted>{inner}</th> }.into_any()
}

/// The region around a table: it scrolls, so the keyboard must reach it.
pub fn region(label: &'static str, table: AnyView) -> AnyView {
    view! { <div class="table-wrap" role="region" aria-label=label tabindex="0">{table}</div> }.into_any()
}

/// A plain table with these heads; a head that is empty is the column of buttons.
pub fn plain(label: &'static str, heads: &[&'static str], rows: Vec<AnyView>) -> AnyView {
    let heads: Vec<AnyView> = heads
        .iter()
        .map(|words| match *words {
            "" => view! { <th scope="col"><span class="vh">"Actions"</span></th> }.into_any(),
            words => view! { <th scope="col">{words}</th> }.into_any(),
        })
        .collect();
    let table = view! {
        <table class="table table-plain">
            <thead><tr>{heads}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    };
    region(label, table.into_any())
}

/// What stands where rows would be.
pub fn blank(shape: &'static str, heading: &'static str, words: AnyView, actions: AnyView) -> AnyView {
    view! {
        <div class="table-wrap">
            <div class="blank">
                {icon(shape)}
                <h2>{heading}</h2>
                {words}
                <div class="actions">{actions}</div>
            </div>
        </div>
    }
    .into_any()
}
