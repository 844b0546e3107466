//! One item: what it is, who holds it, what may be done with it, and everything that was.

use holdfast_actions::evidence::EvidenceItem;
use holdfast_domain::{
    Actor, Object, Permission, Timestamp, allow,
    custody::CustodyKind,
    custody_state::{is_overdue, possible},
    evidence::{CustodyEntry, EvidenceStatus},
    person_name::with_handle,
    time::{duration_words, in_zone},
};
use holdfast_island::copy::Copyable;
use leptos::prelude::*;

use super::{
    list_page::{marks, size_words},
    post::{FILE_IS_ALTERED, FILE_IS_GONE},
};
use crate::{
    form::Posted,
    incident::{Room, Tab, room},
    page::Shown,
    request::Request,
    ui::{Cell, LocalTime, Row, badge, danger, moment, problems, table, warning},
};

/// The item.
pub async fn item_page(req: &Request) -> Shown {
    let posted = req.posted();
    let (ctx, actor) = req.signed_in()?;
    let seen = Room::find(req).await?;
    let item = holdfast_actions::evidence::item(ctx, actor, &seen.incident, req.param("label")?).await?;
    let now = ctx.now();
    Ok(room(req, &seen, Tab::Evidence, body(posted, &seen, &item, &Reading { actor, now })))
}

/// Who reads the page, and when.
struct Reading<'a> {
    actor: &'a Actor,
    now: Timestamp,
}

/// Where an item is.
pub fn address(item: &EvidenceItem, tail: &str) -> String {
    format!("/incidents/{}/evidence/{}{tail}", item.evidence.incident_reference, item.evidence.label)
}

fn body(posted: &Posted, seen: &Room, item: &EvidenceItem, reading: &Reading<'_>) -> AnyView {
    let evidence = &item.evidence;
    let alarm = evidence
        .altered
        .then(|| danger(view! { <p><strong>{file_alarm(item)}</strong>" Do not rely on it; find out why."</p> }));
    let broken = item.is_broken().then(|| {
        let words = "The custody of this item breaks a rule. The events below say where.";
        danger(view! { <p><strong>{words}</strong></p> })
    });
    let overdue = is_overdue(&item.state, &item.entries, reading.now).then(|| {
        warning(view! { <p><strong>"It should have been back."</strong>" Whoever has it checks it in, or says why not."</p> }.into_any())
    });
    let log = seen.may(Permission::ExportEvidenceLog).then(|| {
        let to = seen.address(&format!("/evidence/log?item={}", evidence.label));
        view! { <a class="btn" href=to>"Evidence log"</a> }
    });
    view! {
        <div class="stack">
            {alarm}
            {broken}
            <div class="item-head">
                <div>
                    <h2><span class="mono muted">{evidence.label.clone()}</span>" "{evidence.fields.title.clone()}</h2>
                    <p class="meta">{marks(evidence)}</p>
                </div>
                {log}
            </div>
            {problems(posted)}
            {overdue}
            {action_links(item, reading.actor)}
            <div class="split">
                <div class="stack">{custody(seen, item)}</div>
                <aside class="stack" aria-label="Facts">{facts(item, &seen.zone)} {holders(seen, item)}</aside>
            </div>
        </div>
    }
    .into_any()
}

/// What its last verification found of a file that is not what was registered.
fn file_alarm(item: &EvidenceItem) -> &'static str {
    let last = item.entries.iter().rfind(|entry| entry.kind == CustodyKind::Verified);
    if last.is_some_and(|entry| entry.details.actual_sha256.is_empty()) { FILE_IS_GONE } else { FILE_IS_ALTERED }
}

/// What the rules and the person's role allow now, as buttons.
fn action_links(item: &EvidenceItem, actor: &Actor) -> AnyView {
    use CustodyKind as K;
    let may = |permission| allow(actor, permission, Object::None);
    let kinds = if item.is_broken() { Vec::new() } else { possible(&item.state, actor) };
    let in_custody = item.evidence.status == EvidenceStatus::InCustody;
    let copies = (in_custody && may(Permission::HandleEvidence)).then(|| {
        let to =
            format!("/incidents/{}/evidence/new?copy_of={}", item.evidence.incident_reference, item.evidence.label);
        view! { <a class="btn" href=to>"Register a copy"</a> }
    });
    let link = |kind: &K| {
        let class = match kind {
            K::Accepted => "btn btn-primary",
            K::Disposed => "btn btn-danger",
            _ => "btn",
        };
        view! { <a class=class href=address(item, &format!("/custody/{kind}"))>{verb(*kind)}</a> }.into_any()
    };
    let part = |part: Part| kinds.iter().filter(|kind| part_of(**kind) == part).map(link).collect::<Vec<_>>();
    let has_file = item.evidence.sha256.is_some() && in_custody;
    let file = has_file.then(|| view! { <a class="btn" href=address(item, "/download")>"Download"</a> });
    let again = (has_file && may(Permission::HandleEvidence)).then(|| {
        view! { <form method="post" action=address(item, "/verify")><button class="btn">"Verify the hash"</button></form> }
    });
    view! {
        <div class="evidence-actions">
            <div class="actions" role="group" aria-label="Custody">{part(Part::Custody)}</div>
            <div class="actions" role="group" aria-label="Work">{file} {again} {part(Part::Work)} {copies}</div>
            <div class="actions" role="group" aria-label="Keeping">{part(Part::Keeping)}</div>
        </div>
    }
    .into_any()
}

/// Actions that belong together are shown together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Who has it, and where.
    Custody,
    /// What is done with it and said of it.
    Work,
    /// How long it is kept, and how it goes.
    Keeping,
}

const fn part_of(kind: CustodyKind) -> Part {
    use CustodyKind as K;
    match kind {
        K::HoldPlaced | K::HoldReleased | K::Returned | K::DisposalRequested | K::DisposalWithdrawn | K::Disposed => {
            Part::Keeping
        }
        K::Analysed | K::Disclosed | K::Corrected | K::Copied | K::Imaged => Part::Work,
        _ => Part::Custody,
    }
}

/// What a person does, as a button says it.
pub const fn verb(kind: CustodyKind) -> &'static str {
    use CustodyKind as K;
    match kind {
        K::Collected => "Collect",
        K::Sealed => "Seal",
        K::Unsealed => "Break the seal",
        K::Offered => "Hand over",
        K::Accepted => "Accept",
        K::Refused => "Refuse",
        K::Withdrawn => "Withdraw the offer",
        K::Copied | K::Imaged => "Copy",
        K::CheckedOut => "Check out",
        K::CheckedIn => "Check in",
        K::Analysed => "Note an analysis",
        K::Accessed => "View",
        K::Downloaded => "Download",
        K::Verified => "Verify",
        K::Moved => "Move",
        K::HoldPlaced => "Place a hold",
        K::HoldReleased => "Release a hold",
        K::Disclosed => "Disclose",
        K::Returned => "Return to owner",
        K::DisposalRequested => "Request disposal",
        K::DisposalWithdrawn => "Keep it after all",
        K::Disposed => "Approve disposal",
        K::Corrected => "Correct a record",
    }
}

fn custody(seen: &Room, item: &EvidenceItem) -> AnyView {
    let late = |entry: &CustodyEntry| {
        let micros = entry.event().ok().and_then(|event| event.late_by())?;
        Some(view! { <span class="badge">{format!("recorded late by {}", duration_words(micros))}</span> })
    };
    let faults = |entry: &CustodyEntry| {
        let found = item.faults.iter().filter(|fault| fault.seq == entry.seq);
        found.map(|fault| view! { <p class="error">{fault.why.clone()}</p> }.into_any()).collect::<Vec<_>>()
    };
    let rows = item
        .entries
        .iter()
        .rev()
        .map(|entry| {
            let when = moment::short(&LocalTime::in_zone(entry.occurred_at, &seen.zone));
            let cells = [
                Cell::bare(entry.seq).class("mono muted"),
                Cell::bare(view! { {when}<span class="under">{late(entry)}</span> }),
                Cell::name(entry.kind.label()),
                Cell::bare(actor_of(entry)),
                Cell::bare(view! { {receiver(item, entry)} {details(entry)} {faults(entry)} }).class("wrap details"),
            ];
            Row { id: Some(format!("event-{}", entry.seq)), ..Row::of(cells) }
        })
        .collect();
    view! {
        <section class="card">
            <h3>"Chain of custody"</h3>
            <p class="hint">"Newest first. Times in "{seen.zone.clone()}". Each line is an entry of the ledger as well; none can be changed."</p>
            {table::plain("Chain of custody", &["No.", "When", "What", "By", "Details"], rows)}
        </section>
    }
    .into_any()
}

/// Who did it, as the ledger has it.
fn actor_of(entry: &CustodyEntry) -> String {
    with_handle(&entry.actor_name, &entry.actor_handle)
}

/// To whom it was offered; of an offer that is open, that it waits.
fn receiver(item: &EvidenceItem, entry: &CustodyEntry) -> Option<AnyView> {
    let to = entry.details.received_by.filter(|_| entry.kind == CustodyKind::Offered)?;
    let name = item.receivers.get(&entry.seq).cloned().unwrap_or_else(|| "somebody".to_owned());
    let later = |other: &CustodyEntry| other.kind == CustodyKind::Offered && other.seq > entry.seq;
    let is_open = item.state.offered_to == Some(to) && !item.entries.iter().any(later);
    let waits = is_open.then(|| view! { " "{badge::warning("Not answered yet")} });
    Some(view! { <div><span class="muted">"To: "</span>{name}{waits}</div> }.into_any())
}

fn details(entry: &CustodyEntry) -> AnyView {
    let details = &entry.details;
    let mut lines: Vec<AnyView> = details
        .texts()
        .into_iter()
        .map(|(name, text)| {
            let words = crate::ui::field::label_of(name);
            view! { <div><span class="muted">{words}": "</span>{text.to_owned()}</div> }.into_any()
        })
        .collect();
    if let Some(is_right) = details.hash_ok {
        let words = match (entry.kind == CustodyKind::Verified, is_right) {
            (true, true) => "The hash agrees.",
            (true, false) => "The hash does NOT agree.",
            (false, true) => "The copy has the same hash.",
            (false, false) => "The copy has another hash.",
        };
        lines.push(view! { <div>{words}</div> }.into_any());
    }
    if let Some(number) = details.refers_to {
        lines.push(
            view! { <div><a href=format!("#event-{number}")>{format!("About event {number}")}</a></div> }.into_any(),
        );
    }
    lines.into_any()
}

fn facts(item: &EvidenceItem, zone: &str) -> AnyView {
    let evidence = &item.evidence;
    let fields = &evidence.fields;
    let pairs: Vec<AnyView> = [
        ("Kind", fields.kind.label().to_owned()),
        ("TLP", fields.tlp.label().to_owned()),
        ("Size", evidence.size_bytes.map(|size| format!("{} ({size} bytes)", size_words(size))).unwrap_or_default()),
        ("File name there", fields.original_filename.clone()),
        ("Kept at", evidence.location.clone()),
        ("Seal", evidence.seal_no.clone().unwrap_or_default()),
        ("Make and model", format!("{} {}", fields.make, fields.model).trim().to_owned()),
        ("Serial number", fields.serial.clone()),
        ("Condition", fields.condition_marks.clone()),
        ("From system", fields.source_host.clone()),
        ("Path there", fields.source_path.clone()),
        ("Whose", fields.source_owner.clone()),
        ("Method", fields.method.label().to_owned()),
        ("Tool", format!("{} {}", fields.tool, fields.tool_version).trim().to_owned()),
        ("By authority of", fields.authority.clone()),
        ("Witness", fields.witness.clone()),
        ("Write blocker", fields.write_blocker.clone()),
        ("Clock ahead by", fields.clock_offset_s.map(|offset| format!("{offset} s")).unwrap_or_default()),
        ("Kept until", fields.retain_until.map(|at| in_zone(at, zone)).unwrap_or_default()),
        ("Personal data", if fields.contains_personal_data { "Yes".into() } else { String::new() }),
        ("Holds", item.state.holds.iter().cloned().collect::<Vec<_>>().join(", ")),
        ("Notes", fields.acquisition_notes.clone()),
        ("Description", fields.description.clone()),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(words, text)| view! { <dt>{words}</dt><dd>{text}</dd> }.into_any())
    .collect();
    let from = evidence.copy_of.clone().map(|label| {
        let to = format!("/incidents/{}/evidence/{label}", evidence.incident_reference);
        view! { <dt>"Copied from"</dt><dd><a href=to>{label}</a></dd> }
    });
    let hash = evidence.sha256.clone().map(|hash| view! { <h3>"SHA-256"</h3><Copyable value=hash /> });
    view! { <section class="card"><h3>"Facts"</h3><dl class="facts">{from}{pairs}</dl>{hash}</section> }.into_any()
}

/// Who held it when, without gaps.
fn holders(seen: &Room, item: &EvidenceItem) -> AnyView {
    let name = |id| {
        let of = |entry: &&CustodyEntry| entry.actor_id == id;
        item.entries.iter().find(of).map_or_else(|| "somebody".to_owned(), actor_of)
    };
    let lines: Vec<AnyView> = item
        .intervals
        .iter()
        .map(|interval| {
            let from = LocalTime::in_zone(interval.from, &seen.zone);
            let to = interval.to.map(|to| LocalTime::in_zone(to, &seen.zone));
            let to = to.map_or_else(|| "now".into_any(), |to| moment::short(&to));
            view! { <dt>{name(interval.holder)}</dt><dd>"From "{moment::short(&from)}<br />"to "{to}</dd> }.into_any()
        })
        .collect();
    view! { <section class="card"><h3>"Held by"</h3><dl class="facts">{lines}</dl></section> }.into_any()
}
