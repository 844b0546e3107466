//! Everything in custody, across incidents.

use holdfast_actions::evidence::{self, RegisterFilter};
use leptos::prelude::*;

use super::list_page::items;
use crate::{
    page::Shown,
    request::Request,
    ui::{counted, danger, icon, pager_from_first, table},
};

/// The register.
pub async fn register_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let (here, held) = (req.query("here").is_some(), req.query("held").is_some());
    let only_altered = req.query("altered").is_some();
    let after = req.query("after");
    let filter = RegisterFilter { in_custody: here, held, altered: only_altered };
    let page = evidence::register_page(ctx, actor, filter, after).await?;
    let altered = if only_altered { None } else { altered(req).await? };
    let offered = evidence::offered_to_me(ctx, actor).await?;
    let offered = (!offered.is_empty()).then(|| {
        view! { <section class="card"><h2>"Offered to you"</h2>{items("Offered to you", &offered, true)}</section> }
    });
    let mut chosen = String::new();
    chosen.push_str(if here { "here=on&" } else { "" });
    chosen.push_str(if held { "held=on&" } else { "" });
    chosen.push_str(if only_altered { "altered=on&" } else { "" });
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
            {altered}
            {offered}
            <form class="filters" method="get" action="/evidence" aria-label="Evidence">
                <label class="check"><input type="checkbox" name="here" checked=here /><span>"Still in custody"</span></label>
                <label class="check"><input type="checkbox" name="held" checked=held /><span>"Under a legal hold"</span></label>
                <label class="check"><input type="checkbox" name="altered" checked=only_altered /><span>"Altered"</span></label>
                <button class="btn">"Apply"</button>
            </form>
            {rows}
            {pager_from_first(format!("{} on this page", counted(page.rows.len(), "item", "items")), first, next)}
        </div>
    }
    .into_any())
}

/// What is not what it was, before all else; the newest of it where there is much.
async fn altered(req: &Request) -> holdfast_actions::Result<Option<AnyView>> {
    let (ctx, actor) = req.signed_in()?;
    let filter = RegisterFilter { altered: true, ..RegisterFilter::default() };
    let found = evidence::register_page(ctx, actor, filter, None).await?;
    Ok((!found.rows.is_empty()).then(|| {
        let all = found.next.map(|_| view! { <p><a href="/evidence?altered=on">"All that is altered"</a></p> });
        let words = "Evidence is not what it was when it was registered. Do not rely on it; find out why.";
        view! {
            {danger(view! { <p><strong>{words}</strong></p> })}
            <section class="card"><h2>"Altered"</h2>{items("Altered", &found.rows, true)}{all}</section>
        }
        .into_any()
    }))
}
