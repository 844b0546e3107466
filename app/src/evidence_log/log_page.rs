//! Asking for the evidence log of an incident. The answer is a file; nothing is changed but that the
//! ledger says who asked.

use holdfast_domain::Actor;
use holdfast_island::copy::Copyable;
use leptos::prelude::*;

use crate::{
    incident::Room,
    ledger::verifiers::verifiers,
    page::Shown,
    request::Request,
    ui::{FormField, checkbox},
};

/// The form.
pub async fn log_page(req: &Request) -> Shown {
    let posted = req.posted();
    let room = Room::find(req).await?;
    let (_, actor) = req.signed_in()?;
    let reference = room.incident.reference.clone();
    let item = req.query("item").unwrap_or_default();
    let (json, csv) = (room.address("/evidence/log.json"), room.address("/evidence/log.csv"));
    let (pdf, form) = (room.address("/evidence/log.pdf"), room.address("/evidence/custody-form.pdf"));
    // A command to copy: of what the address says, only a label goes into it.
    let is_label = !item.is_empty() && item.chars().all(|one| one.is_ascii_alphanumeric() || one == '-');
    let part = if is_label { format!("-{item}") } else { String::new() };
    let verify = format!("holdfast verify {reference}{part}-evidence-log.json --key 'VKEY'");
    Ok(view! {
        {req.title(&format!("Evidence log {reference}"))}
        <header class="page-head">
            <div>
                <h1>"Evidence log"</h1>
                <p class="meta"><a class="mono" href=room.address("")>{reference}</a>" "{room.incident.fields.title.clone()}</p>
            </div>
        </header>
        <div class="split">
            <form class="form" method="get" action=json.clone()>
                {FormField::line("item", "Item").value(item).chars_max(20).mono().hint("Its label, such as EV-0001. Empty for all of the incident.").input(posted)}
                {FormField::line("purpose", "Purpose").required().chars_max(300).hint("Printed in the log.").input(posted)}
                {FormField::line("legal_basis", "Legal basis").chars_max(300).hint("Such as an order, a contract or a statute.").input(posted)}
                {checkbox(posted, "without_names", "Leave out names", "IDs take the place of names. Free text is left out only where its purpose is to name somebody: witness and recipient.", false)}
                {checkbox(posted, "bom", "For spreadsheets", "The table begins with a byte order mark.", false)}
                <div class="buttons">
                    <button class="btn btn-primary">"Save as JSON"</button>
                    <button class="btn" formaction=csv>"Save as CSV"</button>
                    <button class="btn" formaction=pdf>"Save as PDF"</button>
                    <button class="btn" formaction=form>"Custody form to sign"</button>
                </div>
            </form>
            <aside class="stack">{checking(actor, verify)}</aside>
        </div>
    }
    .into_any())
}

/// The form for a period, across incidents.
pub async fn period_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (_, actor) = req.signed_in()?;
    let verify = "holdfast verify evidence-log.json --key 'VKEY'".to_owned();
    let day = |name, words| FormField::day(name, words).required().input(posted);
    Ok(view! {
        {req.title("Evidence log of a period")}
        <header class="page-head">
            <div>
                <h1>"Evidence log of a period"</h1>
                <p class="meta">"Everything recorded between two days, in every incident you may see. Times are in "{actor.time_zone.clone()}"."</p>
            </div>
        </header>
        <div class="split">
            <form class="form" method="get" action="/evidence/log.json">
                <div class="fields">{day("from", "First day")} {day("to", "Last day")}</div>
                <p class="hint">{format!("Days in {}.", actor.time_zone)}</p>
                {FormField::line("purpose", "Purpose").required().chars_max(300).hint("Printed in the log.").input(posted)}
                {FormField::line("legal_basis", "Legal basis").chars_max(300).hint("Such as an order, a contract or a statute.").input(posted)}
                {checkbox(posted, "without_names", "Leave out names", "IDs take the place of names. Free text is left out only where its purpose is to name somebody: witness and recipient.", false)}
                <div class="buttons">
                    <button class="btn btn-primary">"Save as JSON"</button>
                    <button class="btn" formaction="/evidence/log.csv">"Save as CSV"</button>
                    <button class="btn" formaction="/evidence/log.pdf">"Save as PDF"</button>
                </div>
            </form>
            <aside class="stack">{checking(actor, verify)}</aside>
        </div>
    }
    .into_any())
}

fn checking(actor: &Actor, verify: String) -> AnyView {
    view! {
        <section class="card">
            <h2>"What it is"</h2><div class="prose">
            <p>"Every custody event with its ledger entry, and the proof that the entry is in the signed ledger. That you asked, and the hash of what you got, is in the ledger before the file is sent."</p>
            <p>"Check the JSON offline, without this server, with a verifier key that you got over a trusted channel:"</p>
            <Copyable value=verify />
            <p>"In the CSV, cells that a spreadsheet would take for a formula begin with an apostrophe."</p>
            {verifiers(actor)}
            </div>
        </section>
    }
    .into_any()
}
