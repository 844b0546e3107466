//! Everything in custody, across incidents.

use leptos::prelude::*;

use super::list_page::items;
use crate::{
    page::Shown,
    request::Request,
    ui::{counted, icon, pager_from_first, table},
};

/// The register.
pub async fn register_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let (here, held) = (req.query("here").is_some(), req.query("held").is_some());
    let after = req.query("after");
    let page = holdfast_actions::evidence::register_page(ctx, actor, here, held, after).await?;
    let offered = holdfast_actions::evidence::offered_to_me(ctx, actor).await?;
    let offered = (!offered.is_empty()).then(|| {
        view! { <section class="card"><h2>"Offered to you"</h2>{items("Offered to you", &offered, true)}</section> }
    });
    let mut chosen = String::new();
    chosen.push_str(if here { "here=on&" } else { "" });
    chosen.push_str(if held { "held=on&" } else { "" });
    let next = page.next.as_ref().map(|cursor| format!("/evidence?{chosen}after={cursor}"));
    let first = page.previous.as_ref().map(|_| format!("/evidence?{}", chosen.trim_end_matches('&')));
    let rows = if page.rows.is_empty() {
        let words = view! { <p>"Evidence is registered in the room of its incident."</p> };
        table::blank(icon::ARCHIVE, "Nothing to show", words.into_any(), ().into_any())
    } else {
        items("Evidence", &page.rows, true)
    };
    let log =
        holdfast_domain::allow(actor, holdfast_domain::Permission::ExportEvidenceLog, holdfast_domain::Object::None)
            .then(|| view! { <a class="btn" href="/evidence/log">"Log of a period"</a> });
    req.title("Evidence");
    Ok(view! {
        <header class="page-head"><div><h1>"Evidence"</h1><p class="meta">"Of every incident you may see, newest first."</p></div><div class="actions">{log}</div></header>
        <div class="stack">
            {offered}
            <form class="filters" method="get" action="/evidence" aria-label="Evidence">
                <label class="check"><input type="checkbox" name="here" checked=here /><span>"Still in custody"</span></label>
                <label class="check"><input type="checkbox" name="held" checked=held /><span>"Under a legal hold"</span></label>
                <button class="btn">"Apply"</button>
            </form>
            {rows}
            {pager_from_first(format!("{} on this page", counted(page.rows.len(), "item", "items")), first, next)}
        </div>
    }
    .into_any())
}
