//! One entry of the ledger: what was done, before and after, and the bytes by which anybody checks it.

use holdfast_actions::ledger::{self, LedgerEntry, LedgerLine};
use holdfast_domain::{Actor, ledger::HistoryEntry, person_name::with_handle};
use holdfast_island::copy::Copyable;
use leptos::prelude::*;

use super::entry_view::{WITHHELD, changes, place, sentence};
use crate::{
    page::Shown,
    request::Request,
    ui::{Cell, LocalTime, Row, info, moment, table},
};

/// The entry.
pub async fn entry_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let LedgerEntry { line, bytes } = ledger::view(ctx, actor, req.param("seq")?).await?;
    let (seq, leaf_hash, body) = match &line {
        LedgerLine::Entry(entry) => (entry.seq, entry.leaf_hash.clone(), shown(entry, actor)),
        LedgerLine::Restricted { seq, leaf_hash } => (*seq, leaf_hash.clone(), restricted()),
    };
    let heading = format!("Entry {seq}");
    // The list begins with this entry.
    let list = format!("/ledger?before={}#entry-{seq}", seq + 1);
    Ok(view! {
        {req.title(&heading)}
        <header class="page-head">
            <div><h1>{heading}</h1><p class="meta">"One action, as the ledger recorded it."</p></div>
            <div class="actions"><a class="btn" href=list>"Show in the ledger"</a></div>
        </header>
        <div class="split">
            <div class="stack">{body}</div>
            <aside class="stack">{proof(seq, leaf_hash)} {bytes.map(hashed)}</aside>
        </div>
    }
    .into_any())
}

fn restricted() -> AnyView {
    let words = "Restricted entry: it is about an incident of a team that you are not on. You see its place and its leaf hash, with which the whole ledger can be verified.";
    info(view! { <p>{words}</p> }.into_any())
}

fn shown(entry: &HistoryEntry, actor: &Actor) -> AnyView {
    let zone = &actor.time_zone;
    let incident = entry.incident.clone().map(|reference| {
        let to = format!("/incidents/{reference}");
        view! { <dt>"Incident"</dt><dd><a class="mono" href=to>{reference}</a></dd> }
    });
    let reason = entry.reason.clone().map(|reason| view! { <dt>"Reason"</dt><dd>{reason}</dd> });
    view! {
        <section class="card">
            <h2>{with_handle(&entry.actor, &entry.actor_handle)}" "{sentence(entry)}{place(entry)}</h2>
            <dl class="facts">
                <dt>"Person"</dt><dd>{with_handle(&entry.actor, &entry.actor_handle)}</dd>
                <dt>"Time"</dt><dd>{moment::full(&LocalTime::in_zone(entry.at, zone))}</dd>
                <dt>"UTC"</dt><dd class="mono">{entry.at.to_string()}</dd>
                {incident}
                {reason}
            </dl>
        </section>
        {before_and_after(entry, zone)}
    }
    .into_any()
}

fn before_and_after(entry: &HistoryEntry, zone: &str) -> AnyView {
    let words = if entry.withheld { WITHHELD } else { "This entry changes no field." };
    let rows: Vec<Row> = changes(entry, zone)
        .into_iter()
        .map(|change| {
            let cells = [
                Cell::name(change.label),
                Cell::known(change.before).class("wrap version-text"),
                Cell::known(change.after).class("wrap version-text"),
            ];
            Row::of(cells)
        })
        .collect();
    let note = (rows.is_empty() || entry.withheld).then(|| view! { <p class="muted">{words}</p> });
    let table = (!rows.is_empty()).then(|| table::plain("Before and after", &["Field", "Before", "After"], rows));
    view! { <section class="card"><h2>"Before and after"</h2>{table}{note}</section> }.into_any()
}

fn proof(seq: i64, leaf_hash: String) -> AnyView {
    let label = format!("Proof of entry {seq}");
    view! {
        <section class="card">
            <h2>"Proof"</h2>
            <h3>"Leaf hash"</h3>
            <Copyable value=leaf_hash />
            <p class="hint">"The proof shows that this entry is in the ledger of the newest checkpoint, without the other entries."</p>
            <p class="actions"><a class="btn" href=format!("/ledger/proof/{seq}") aria-label=label>"Save the proof"</a></p>
        </section>
    }
    .into_any()
}

fn hashed(bytes: String) -> AnyView {
    view! {
        <section class="card">
            <h2>"As it was hashed"</h2>
            <p class="hint">"The exact bytes. Texts, and what the entry says of an incident, are commitments here."</p>
            <pre class="mono small entry-bytes" tabindex="0" role="region" aria-label="The bytes of the entry">{bytes}</pre>
        </section>
    }
    .into_any()
}
