//! The field in the head of every page. Where it is narrow, a button that leads to the page.

use leptos::prelude::*;

use crate::ui::icon;

pub fn head() -> AnyView {
    view! {
        <form class="search top-search" method="get" action="/search" role="search" aria-label="Everything">
            {icon(icon::SEARCH)}
            <label class="vh" for="find">"Search everything"</label>
            <input class="input" type="search" id="find" name="q" placeholder="Search" maxlength="500" autocomplete="off" />
        </form>
        <a class="btn btn-icon btn-quiet top-search-link" href="/search">{icon(icon::SEARCH)}<span class="vh">"Search"</span></a>
    }
    .into_any()
}
