//! The ledger: its state, its entries, and how anybody checks it with common tools.

use holdfast_actions::ledger::{self, LedgerLine, LedgerOverview, LedgerRow};
use holdfast_domain::{Actor, incident::Paged, person_name::with_handle};
use holdfast_island::copy::Copyable;
use leptos::prelude::*;

use super::verifiers::verifiers;
use crate::{
    page::Shown,
    request::Request,
    ui::{Cell, LocalTime, Row, moment, pager, table},
};

/// Entries on a page.
const ENTRIES_ON_A_PAGE: i64 = 50;

/// The ledger.
pub async fn ledger_page(req: &Request) -> Shown {
    let before = req.query("before").and_then(|text| text.parse().ok());
    let (ctx, actor) = req.signed_in()?;
    let overview = ledger::overview(ctx, actor).await?;
    let page = ledger::page(ctx, actor, before, ENTRIES_ON_A_PAGE).await?;
    Ok(view! { {req.title("Ledger")} {ledger_view(&overview, &page, actor)} }.into_any())
}

fn ledger_view(ledger: &LedgerOverview, page: &Paged<LedgerLine>, actor: &Actor) -> AnyView {
    let zone = &actor.time_zone;
    let meta = match ledger.size {
        1 => "1 entry. Every deed is one; none can be changed or taken out unseen.".to_owned(),
        size => format!("{size} entries. Every deed is one; none can be changed or taken out unseen."),
    };
    let mut words = format!("Newest first. Times in {zone}.");
    if page.rows.iter().any(|line| line.entry().is_none()) {
        words.push_str(" Restricted entries are about incidents of teams that you are not on.");
    }
    let address =
        |cursor: &String| if cursor.is_empty() { "/ledger".to_owned() } else { format!("/ledger?before={cursor}") };
    let (previous, next) = (page.previous.as_ref().map(address), page.next.as_ref().map(address));
    let rows = page.rows.iter().map(|line| match line {
        LedgerLine::Entry(row) => entry(row, zone),
        LedgerLine::Restricted { seq, leaf_hash } => restricted(*seq, leaf_hash),
    });
    let rows = rows.collect();
    view! {
        <header class="page-head"><div><h1>"Ledger"</h1><p class="meta">{meta}</p></div></header>
        <div class="split">
            <div class="stack">
                <section class="card">{table::plain("Entries", &["No.", "Time", "Permission", "By", "Object", "Leaf hash", "Proof"], rows)}</section>
                {pager(words, previous, next)}
            </div>
            <aside class="stack">{state(ledger)} {verifying(ledger, actor)}</aside>
        </div>
    }
    .into_any()
}

fn clipped(words: &str) -> AnyView {
    view! { <span class="clip" title=words.to_owned()>{words.to_owned()}</span> }.into_any()
}

fn proof(seq: i64) -> AnyView {
    view! { <a href=format!("/ledger/proof/{seq}") aria-label=format!("Proof of entry {seq}")>"Proof"</a> }.into_any()
}

/// An entry about an incident that is restricted to a team without the reader: its place and its hash.
fn restricted(seq: i64, leaf_hash: &str) -> Row {
    let cells = [
        Cell::bare(seq).class("mono muted"),
        Cell::bare(""),
        Cell::name("Restricted entry").class("muted"),
        Cell::bare(""),
        Cell::bare(""),
        Cell::of(clipped(leaf_hash)).class("mono muted wide"),
        Cell::bare(proof(seq)),
    ];
    Row { id: Some(format!("entry-{seq}")), ..Row::of(cells) }
}

fn entry(row: &LedgerRow, zone: &str) -> Row {
    let seq = row.seq;
    let cells = [
        Cell::bare(seq).class("mono muted"),
        Cell::bare(moment::short(&LocalTime::in_zone(row.at, zone))),
        Cell::name(row.kind.clone()).class("mono"),
        Cell::of(with_handle(&row.actor_name, &row.actor_handle)),
        Cell::of(clipped(&row.subject)).class("mono muted"),
        Cell::of(clipped(&row.leaf_hash)).class("mono muted wide"),
        Cell::bare(proof(seq)),
    ];
    Row { id: Some(format!("entry-{seq}")), ..Row::of(cells) }
}

fn state(ledger: &LedgerOverview) -> AnyView {
    view! {
        <section class="card">
            <h2>"State"</h2>
            <dl class="facts">
                <dt>"Log"</dt><dd class="mono">{ledger.log_name.clone()}</dd>
                <dt>"Size"</dt><dd>{ledger.size}</dd>
            </dl>
            <h3>"Root hash"</h3>
            <Copyable value=ledger.root_hash.clone() />
            <h3>"Verifier key"</h3>
            <Copyable value=ledger.vkey.clone() />
            <h3>"Checkpoint"</h3>
            <pre class="mono small" tabindex="0" role="region" aria-label="Checkpoint">{ledger.checkpoint.clone()}</pre>
            <p class="actions">
                <a class="btn" href="/ledger/checkpoint">"Checkpoint as text"</a>
                <a class="btn" href="/ledger/entries?from=0">"Entries as JSON lines"</a>
            </p>
        </section>
    }
    .into_any()
}

fn verifying(ledger: &LedgerOverview, actor: &Actor) -> AnyView {
    let key = ledger.vkey.clone();
    let by_script = format!("sh verify.sh '{key}' checkpoint");
    let by_tool = format!("holdfast verify entries-from-0.jsonl --checkpoint checkpoint --key '{key}'");
    let by_hand = "{ printf '\\000'; cat entry.json; } | sha256sum".to_owned();
    view! {
        <section class="card">
            <h2>"Check it yourself"</h2><div class="prose">
            <p>
                "Write the verifier key down outside of this server: a copy that was kept elsewhere is what makes a check worth something."
            </p>
            <ol>
                <li>
                    "Save the " <a href="/ledger/checkpoint">"checkpoint"</a>
                    " and keep the older ones: two that do not agree prove tampering."
                </li>
                <li>
                    "Check its signature with " <a href="/ledger/verify.sh">"verify.sh"</a>
                    ", which needs a shell, coreutils, awk and OpenSSL 3:" <Copyable value=by_script />
                </li>
                <li>"Or, with the entries as JSON lines too, by Holdfast’s own verifier on another machine; it names entries that are newer than the checkpoint:" <Copyable value=by_tool /></li>
                <li>"The leaf hash of one entry, which is one line of the export without its line break:" <Copyable value=by_hand /></li>
                <li>"“Proof” beside an entry shows that it is in the log of that checkpoint, without the other entries."</li>
            </ol>
            {verifiers(actor)}</div>
        </section>
    }
    .into_any()
}
