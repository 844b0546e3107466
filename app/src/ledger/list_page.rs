//! The ledger: its state, its entries as sentences, and how anybody checks it with common tools.

use holdfast_actions::{
    ledger::{self, LedgerLine, LedgerOverview},
    person,
};
use holdfast_domain::{Actor, Refusal, incident::Paged, ledger::HistoryEntry, person_name::with_handle};
use holdfast_island::copy::Copyable;
use leptos::prelude::*;

use super::{
    entry_view::{place, sentence},
    filter::Filter,
    verifiers::verifiers,
};
use crate::{
    form::Posted,
    page::Shown,
    request::Request,
    ui::{Cell, Choice, LocalTime, Row, icon, moment, pager_from_first, problems_named, table},
};

/// Entries on a page.
const ENTRIES_ON_A_PAGE: i64 = 30;
/// The page.
const LEDGER: &str = "/ledger";

/// What the list is made of.
struct List<'a> {
    filter: Filter,
    page: Paged<LedgerLine>,
    is_first: bool,
    people: Vec<Choice>,
    actor: &'a Actor,
}

/// The ledger.
pub async fn ledger_page(req: &Request) -> Shown {
    let (ctx, actor) = req.signed_in()?;
    let before = req.query("before").and_then(|text| text.parse().ok());
    let overview = ledger::overview(ctx, actor).await?;
    let filter = Filter::read(req.query_pairs());
    let page = match filter.query(actor) {
        Ok(query) => ledger::page(ctx, actor, &query, before, ENTRIES_ON_A_PAGE).await,
        Err(refusal) => Err(refusal.into()),
    };
    let nothing = Paged { rows: Vec::new(), next: None, previous: None };
    let (page, posted) = match page {
        Ok(page) => (page, Posted::default()),
        Err(error @ holdfast_actions::Error::Refused(Refusal::Invalid(_))) => {
            (nothing, Posted { error: Some(req.refused(error)), ..Posted::default() })
        }
        Err(error) => return Err(error),
    };
    let people = person::list(ctx, actor).await?.into_iter().map(|one| (one.id.to_string(), one.name)).collect();
    let list = List { filter, page, is_first: before.is_none(), people, actor };
    let labels = [("person", "Person"), ("incident", "Incident"), ("kind", "Action"), ("from", "From"), ("to", "To")];
    Ok(view! {
        {req.title("Ledger")}
        {head(&overview, &list.filter)}
        {problems_named(&posted, &labels)}
        <div class="split">
            <div class="stack">{entries(&list)}</div>
            <aside class="stack">{state(&overview)} {verifying(&overview, actor)}</aside>
        </div>
    }
    .into_any())
}

fn head(ledger: &LedgerOverview, filter: &Filter) -> AnyView {
    let entries = if ledger.size == 1 { "1 entry".to_owned() } else { format!("{} entries", ledger.size) };
    let meta = format!("{entries}. Every action is recorded. Changes and deletions are detectable.");
    let table = filter.address("/ledger.csv", "");
    view! {
        <header class="page-head">
            <div><h1>"Ledger"</h1><p class="meta">{meta}</p></div>
            <div class="actions">
                <a class="btn" href=table title="All entries of this list, as a table for spreadsheets">"CSV"</a>
                <form method="post" action="/ledger/verify"><button class="btn btn-primary">"Verify now"</button></form>
            </div>
        </header>
    }
    .into_any()
}

fn entries(list: &List<'_>) -> AnyView {
    let zone = &list.actor.time_zone;
    let form = list.filter.form(LEDGER.into(), list.people.clone(), zone, true);
    let mut words = format!("Newest first. Times in {zone}.");
    if list.filter.is_narrow() {
        words.push_str(" A filtered list leaves restricted entries out.");
    } else if list.page.rows.iter().any(|line| line.entry().is_none()) {
        words.push_str(" Restricted entries are about incidents of teams that you are not on.");
    }
    let first = (!list.is_first).then(|| list.filter.address(LEDGER, ""));
    let next = list.page.next.as_ref().map(|cursor| list.filter.address(LEDGER, cursor));
    let rows = list.page.rows.iter().map(|line| match line {
        LedgerLine::Entry(row) => entry(row, zone),
        LedgerLine::Restricted { seq, leaf_hash } => restricted(*seq, leaf_hash),
    });
    let rows: Vec<Row> = rows.collect();
    let body = if rows.is_empty() {
        let clear = view! { <a class="btn" href=LEDGER>"Clear all filters"</a> }.into_any();
        let words = view! { <p>"No entry that you may see matches these filters."</p> }.into_any();
        table::blank(icon::FILTER, "No entry matches", words, clear)
    } else {
        let table = table::plain("Entries", &["Time", "Person", "Action", "Entry", "Proof"], rows);
        view! { <section class="card entries">{table}</section> }.into_any()
    };
    view! { {form} {body} {pager_from_first(words, first, next)} }.into_any()
}

fn proof(seq: i64) -> AnyView {
    view! { <a href=format!("/ledger/proof/{seq}") aria-label=format!("Proof of entry {seq}")>"Proof"</a> }.into_any()
}

fn number(seq: i64) -> AnyView {
    view! { <a href=format!("/ledger/{seq}") aria-label=format!("Entry {seq}")>{format!("#{seq}")}</a> }.into_any()
}

/// An entry about an incident that is restricted to a team without the reader: its place and its hash.
fn restricted(seq: i64, leaf_hash: &str) -> Row {
    let hash = view! { <span class="clip mono small" title=leaf_hash.to_owned()>{leaf_hash.to_owned()}</span> };
    let cells = [
        Cell::bare(""),
        Cell::bare(""),
        Cell::name(view! { "Restricted entry "{hash} }).class("muted"),
        Cell::bare(number(seq)).class("mono"),
        Cell::bare(proof(seq)),
    ];
    Row { id: Some(format!("entry-{seq}")), ..Row::of(cells) }
}

fn entry(row: &HistoryEntry, zone: &str) -> Row {
    let cells = [
        Cell::bare(moment::short(&LocalTime::in_zone(row.at, zone))).class("muted"),
        Cell::bare(with_handle(&row.actor, &row.actor_handle)).class("who"),
        Cell::name(view! { {sentence(row)}{place(row)} }).class("wrap"),
        Cell::bare(number(row.seq)).class("mono"),
        Cell::bare(proof(row.seq)),
    ];
    Row { id: Some(format!("entry-{}", row.seq)), ..Row::of(cells) }
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
