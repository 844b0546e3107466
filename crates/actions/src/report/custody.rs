//! Evidence on paper: the log with what it is checked by, and the chain-of-custody form. Both are made
//! of the content of the evidence log, so that they cannot say anything else than the file does.

use std::collections::HashMap;

use holdfast_domain::{
    Actor, PersonId, Timestamp,
    custody::CustodyKind,
    custody_state::{CustodyFault, check_history},
    evidence::{CustodyEntry, Evidence, full_label},
    incident::Incident,
    person_name::{ERASED_NAME, with_handle},
};
use holdfast_interop::evidence_log::{
    Acquisition, Content, EvidenceLog as Exported, LogSubject, LoggedEvent, LoggedItem, number_of,
};
use holdfast_report::{
    CustodyForm, EvidenceLogReport, ReportHead, ReportKind,
    custody_form::{FormDisposal, FormItem, FormRelease, FormStep},
    evidence_log::{LogCommand, LogEntry, LogItem, LogScope},
};
use holdfast_store::evidence as rows;

use super::{head, head_of_org, ledger_state, offsets, rendered};
use crate::{
    Ctx, Error, Result,
    evidence_log::{LogRequest, export, export_period},
    incident::view,
    person_name::NamesThen,
};

/// From how many seconds on something was recorded late.
const LATE_S: i64 = 300;
/// Lines to write on below what is recorded.
const BLANK_LINES: u8 = 4;

/// Everything that both are made of.
struct Held {
    exported: Exported,
    /// The items as they are now, by id, and what is wrong with their custody.
    items: HashMap<String, (Evidence, Vec<CustodyFault>)>,
    /// Names of people whom rows have by their ids; none where names are left out.
    people: NamesThen,
}

impl Held {
    /// A person as the paper names them, by the name of that time: the rows have ids, which say nothing to a reader.
    fn named(&self, id: &str, row: &LoggedEvent) -> String {
        let seq = i64::try_from(row.seq).unwrap_or(i64::MAX);
        self.people.at(id, seq).unwrap_or_else(|| id.to_owned())
    }

    /// Who holds an item now.
    fn holder(&self, id: PersonId) -> String {
        let id = id.to_string();
        self.people.at(&id, i64::MAX).unwrap_or(id)
    }
}

async fn held(ctx: &Ctx, actor: &Actor, exported: Exported) -> Result<Held> {
    let mut items = HashMap::new();
    let mut references: Vec<&str> = exported.content.items.iter().map(|item| item.incident.as_str()).collect();
    references.dedup();
    for reference in references {
        let incident = view(ctx, actor, reference).await?;
        gather(ctx, &incident, &mut items).await?;
    }
    let people = if exported.content.names {
        let ids = exported.content.rows.iter().flat_map(|row| [&row.released_by, &row.received_by]);
        let holders = items.values().filter_map(|(evidence, _): &(Evidence, _)| evidence.holder_id);
        let ids = ids.filter_map(|id| id.parse().ok()).chain(holders).collect();
        NamesThen::read(ctx, actor.org_id, ids).await?
    } else {
        NamesThen::default()
    };
    Ok(Held { exported, items, people })
}

async fn gather(
    ctx: &Ctx,
    incident: &Incident,
    items: &mut HashMap<String, (Evidence, Vec<CustodyFault>)>,
) -> Result<()> {
    for evidence in rows::list(ctx.db(), incident.id).await? {
        let custody = rows::custody(ctx.db(), evidence.id).await?;
        let unreadable = |entry: &CustodyEntry| {
            let why = entry.event().err()?.to_string();
            Some(CustodyFault { seq: entry.seq, why, broken: true })
        };
        let events: std::result::Result<Vec<_>, _> = custody.iter().map(CustodyEntry::event).collect();
        let faults = events.map_or_else(|_| custody.iter().filter_map(unreadable).collect(), |all| check_history(&all));
        items.insert(evidence.id.to_string(), (evidence, faults));
    }
    Ok(())
}

/// What is wrong with the events that are printed, and with their numbers. Of a whole custody the first is 1.
fn gaps(printed: &[u32], is_whole: bool, faults: &[CustodyFault]) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = is_whole.then_some(0);
    for &number in printed {
        match before {
            Some(0) if number != 1 => found.push(format!("The first event is number {number}.")),
            Some(one) if number != one + 1 => found.push(format!("Event {one} is followed by event {number}.")),
            _ => (),
        }
        before = Some(number);
    }
    let wrong = faults.iter().filter(|fault| printed.contains(&fault.seq));
    found.extend(wrong.map(|fault| format!("Event {}: {}", fault.seq, fault.why)));
    found
}

/// What a paper is about, as the names of its files begin: `INC-2026-0042` or `INC-2026-0042-EV-0001`.
fn stem(incident: &Incident, asked: &LogRequest) -> String {
    let part = asked.item.as_ref().map(|label| format!("-{label}")).unwrap_or_default();
    format!("{}{part}", incident.reference)
}

/// The evidence log as a PDF, with how the names of its files begin. Its export is an entry of the ledger, as that
/// of the JSON is.
///
/// # Errors
/// As [`export`], and when the renderer is overloaded.
pub async fn log_pdf(ctx: &Ctx, actor: &Actor, reference: &str, asked: &LogRequest) -> Result<(String, Vec<u8>)> {
    let exported = export(ctx, actor, reference, asked).await?;
    let incident = view(ctx, actor, reference).await?;
    let head = head(ctx, actor, &incident, None, Vec::new()).await?;
    let scope = match &asked.item {
        Some(label) => LogScope::Item { label: full_label(&incident.reference, label) },
        None => LogScope::Incident { reference: incident.reference.clone() },
    };
    let of = stem(&incident, asked);
    let pdf = paper(ctx, actor, exported, head, scope, &format!("{of}-evidence-log.json")).await?;
    Ok((of, pdf))
}

/// The evidence log of a period as a PDF.
///
/// # Errors
/// As [`export_period`], and when the renderer is overloaded.
pub async fn period_pdf(
    ctx: &Ctx,
    actor: &Actor,
    period: (Timestamp, Timestamp),
    asked: &LogRequest,
) -> Result<Vec<u8>> {
    let exported = export_period(ctx, actor, period, asked).await?;
    let head = ReportHead { reference: "Every incident".into(), ..head_of_org(ctx, actor).await? };
    let scope = LogScope::Period { from: period.0, to: period.1 };
    paper(ctx, actor, exported, head, scope, "evidence-log.json").await
}

async fn paper(
    ctx: &Ctx,
    actor: &Actor,
    exported: Exported,
    mut head: ReportHead,
    scope: LogScope,
    file: &str,
) -> Result<Vec<u8>> {
    let held = held(ctx, actor, exported).await?;
    let content = &held.exported.content;
    head.title = "Evidence log".into();
    head.tlp = content.tlp;
    head.author.clone_from(&content.requestor);
    // It is handed out as it is: nothing of it is a draft.
    head.version = Some(1);
    let mut data = EvidenceLogReport {
        scope,
        requestor: content.requestor.clone(),
        purpose: content.purpose.clone(),
        legal_basis: content.legal_basis.clone(),
        pseudonymised: !content.names,
        items: items(&held),
        ledger: ledger_state(ctx, actor).await?,
        checkpoint: held.exported.checkpoint.clone(),
        verifier_key: held.exported.vkey.clone(),
        commands: commands(file),
        not_proven: not_proven(),
        sign_off: Vec::new(),
        head,
    };
    data.head.offsets = offsets(&data, &data.head.zone)?;
    let json = data.to_json().map_err(|error| Error::failed("report data", error))?;
    rendered(ctx, ReportKind::EvidenceLog, &json, data.head.as_of).await
}

/// What happened; the ledger calls an accepted transfer by what it is for the chain.
fn kind_of(row: &LoggedEvent) -> Option<CustodyKind> {
    if row.event == "transferred" { Some(CustodyKind::Accepted) } else { row.event.parse().ok() }
}

fn is_access(row: &LoggedEvent) -> bool {
    matches!(row.event.as_str(), "accessed" | "downloaded")
}

/// Who, by the name that the entry commits to and the handle, or by id where names are left out.
fn who(row: &LoggedEvent, names: bool) -> String {
    let name = if row.actor_name.is_empty() { ERASED_NAME } else { &row.actor_name };
    if names { with_handle(name, &row.actor_handle) } else { row.actor_id.clone() }
}

fn items(held: &Held) -> Vec<LogItem> {
    let content = &held.exported.content;
    let is_whole = !matches!(content.scope, LogSubject::Period { .. });
    let item = |listed: &LoggedItem| {
        let (evidence, faults) = held.items.get(&listed.id)?;
        let full = full_label(&listed.incident, &listed.label);
        let how = content.acquisitions.iter().find(|one| one.item == listed.label || one.item == full);
        let mine: Vec<&LoggedEvent> = content.rows.iter().filter(|row| row.item_id == listed.id).collect();
        let entries: Vec<LogEntry> = mine.iter().filter_map(|row| entry(held, row)).collect();
        let numbers: Vec<u32> = entries.iter().map(|entry| entry.seq).collect();
        let verified = mine.iter().filter(|row| row.hash_ok == Some(true)).map(|row| row.occurred_at_utc).max();
        Some(LogItem {
            label: full,
            title: listed.title.clone(),
            kind: evidence.fields.kind,
            status: evidence.status,
            holder: evidence.holder_id.map(|id| held.holder(id)),
            location: evidence.location.clone(),
            size_bytes: listed.size_bytes,
            sha256: (!listed.sha256.is_empty()).then(|| listed.sha256.clone()),
            verified_at: verified,
            method: evidence.fields.method,
            tool: how.map(tool).unwrap_or_default(),
            authority: how.map(|how| how.authority.clone()).unwrap_or_default(),
            witness: how.map(|how| how.witness.clone()).unwrap_or_default(),
            clock_offset_s: evidence.fields.clock_offset_s,
            holds: u32::try_from(evidence.holds).unwrap_or(u32::MAX),
            retain_until: listed.retain_until,
            gaps: gaps(&numbers, is_whole, faults),
            is_whole,
            entries,
        })
    };
    content.items.iter().filter_map(item).collect()
}

fn tool(how: &Acquisition) -> String {
    format!("{} {}", how.tool, how.tool_version).trim().to_owned()
}

fn entry(held: &Held, row: &LoggedEvent) -> Option<LogEntry> {
    Some(LogEntry {
        // The number that the item's page shows, also where the log begins later.
        seq: number_of(row)?,
        event_id: row.event_id.clone(),
        event: kind_of(row)?,
        occurred_at: row.occurred_at_utc,
        recorded_at: row.recorded_at_utc,
        delay_s: u64::try_from(row.delay_s).ok().filter(|_| row.delay_s > LATE_S),
        actor: who(row, held.exported.content.names),
        released_by: giver(held, row),
        received_by: taker(held, row),
        purpose: row.purpose.clone(),
        location: if row.location.is_empty() { row.storage.clone() } else { row.location.clone() },
        seal_no: row.seal_no.clone(),
        sha256: (!row.hash.is_empty()).then(|| row.hash.clone()),
        hash_ok: row.hash_ok,
        tool: format!("{} {}", row.tool, row.tool_version).trim().to_owned(),
        notes: row.notes.clone(),
        leaf_hash: row.leaf_hash.to_string(),
    })
}

fn commands(file: &str) -> Vec<LogCommand> {
    let command = |shows: &str, command: String| LogCommand { shows: shows.into(), command };
    vec![
        command(
            "Each line of the log, saved as JSON, agrees with its entry in the ledger.",
            format!("holdfast verify {file} --key \"$(cat ledger.vkey)\""),
        ),
        command(
            "The checkpoint was signed with the ledger's key (needs a shell, awk and OpenSSL 3).",
            "sh verify.sh \"$(cat ledger.vkey)\" checkpoint".into(),
        ),
        command(
            "An entry has the leaf hash that is printed above.",
            "{ printf '\\000'; cat entry.json; } | sha256sum".into(),
        ),
        command("A file has the SHA-256 that is printed above.", "sha256sum FILE".into()),
    ]
}

fn not_proven() -> Vec<String> {
    [
        "That a stated time is true. The time of recording is the server's; the time of an event is what a person said.",
        "That everything that happened outside this system was recorded in it.",
        "Who sat at the keyboard: an entry shows the account that was signed in.",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The chain-of-custody form of one item or of all of an incident's, as a PDF to sign by hand, with how the name of
/// its file begins.
///
/// # Errors
/// As [`export`], and when the renderer is overloaded.
pub async fn form_pdf(ctx: &Ctx, actor: &Actor, reference: &str, asked: &LogRequest) -> Result<(String, Vec<u8>)> {
    let exported = export(ctx, actor, reference, asked).await?;
    let incident = view(ctx, actor, reference).await?;
    let held = held(ctx, actor, exported).await?;
    let content = &held.exported.content;
    let mut head = head(ctx, actor, &incident, None, Vec::new()).await?;
    head.title = "Chain of custody".into();
    head.tlp = content.tlp;
    head.version = Some(1);
    let first = content.rows.iter().find(|row| row.event == "collected");
    let mut data = CustodyForm {
        incident_type: incident.fields.category.label().into(),
        submitted_by: first.map(|row| who(row, content.names)).unwrap_or_default(),
        // Holdfast keeps no badge numbers; the line is there to be filled in by hand.
        submitter_id: String::new(),
        victim: head.organisation.clone(),
        suspect: String::new(),
        seized_at: first.map(|row| row.occurred_at_utc),
        seized_where: first.map(|row| row.location.clone()).unwrap_or_default(),
        items: content.items.iter().filter_map(|item| form_item(&held, &item.id)).collect(),
        steps: steps(&held),
        blank_lines: BLANK_LINES,
        disposal: disposal(content),
        release: release(content),
        kept_by: head.organisation.clone(),
        ledger: ledger_state(ctx, actor).await?,
        head,
    };
    data.head.offsets = offsets(&data, &data.head.zone)?;
    let json = data.to_json().map_err(|error| Error::failed("report data", error))?;
    let pdf = rendered(ctx, ReportKind::CustodyForm, &json, data.head.as_of).await?;
    Ok((stem(&incident, asked), pdf))
}

fn form_item(held: &Held, id: &str) -> Option<FormItem> {
    let (evidence, _) = held.items.get(id)?;
    let fields = &evidence.fields;
    let device = format!("{} {}", fields.make, fields.model);
    let parts = [
        fields.title.as_str(),
        device.trim(),
        &if fields.serial.is_empty() { String::new() } else { format!("serial {}", fields.serial) },
        fields.condition_marks.as_str(),
        fields.original_filename.as_str(),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join("; ");
    let (label, sha256) = (full_label(&evidence.incident_reference, &evidence.label), evidence.sha256.clone());
    Some(FormItem { label, quantity: "1".into(), description: parts, sha256 })
}

/// The person from whom an item passes. One that is accepted comes from the person who offered it before.
fn giver(held: &Held, row: &LoggedEvent) -> String {
    let content = &held.exported.content;
    match kind_of(row) {
        Some(CustodyKind::Accepted) => {
            before(content, row, "offered").map(|one| who(one, content.names)).unwrap_or_default()
        }
        _ => held.named(&row.released_by, row),
    }
}

/// The person to whom it passes, or is offered.
fn taker(held: &Held, row: &LoggedEvent) -> String {
    match kind_of(row) {
        Some(CustodyKind::Accepted) => who(row, held.exported.content.names),
        _ => held.named(&row.received_by, row),
    }
}

/// What changed hands, place or state; looking at it is no step of the chain.
fn steps(held: &Held) -> Vec<FormStep> {
    let content = &held.exported.content;
    let step = |row: &LoggedEvent| {
        let event = kind_of(row)?;
        let seal = if row.seal_no.is_empty() { String::new() } else { format!("seal {}", row.seal_no) };
        let offered = if event == CustodyKind::Offered { format!("to {}", taker(held, row)) } else { String::new() };
        let comments = [&offered, &row.purpose, &row.location, &seal, &row.notes].map(String::as_str);
        let comments: Vec<&str> = comments.into_iter().filter(|text| !text.is_empty()).collect();
        Some(FormStep {
            item: full_label(&row.incident, &row.item),
            event,
            at: row.occurred_at_utc,
            // What is offered is still with the person who offers it.
            released_by: if event == CustodyKind::Offered { String::new() } else { giver(held, row) },
            received_by: match taker(held, row) {
                taker if event != CustodyKind::Offered && !taker.is_empty() => taker,
                _ => who(row, content.names),
            },
            comments: comments.join("; "),
        })
    };
    content.rows.iter().filter(|row| !is_access(row)).filter_map(step).collect()
}

fn latest<'a>(content: &'a Content, event: &str) -> Vec<&'a LoggedEvent> {
    content.rows.iter().filter(|row| row.event == event).collect()
}

fn labels(rows: &[&LoggedEvent]) -> String {
    rows.iter().map(|row| full_label(&row.incident, &row.item)).collect::<Vec<_>>().join(", ")
}

fn at(rows: &[&LoggedEvent]) -> Option<Timestamp> {
    rows.iter().map(|row| row.occurred_at_utc).max()
}

/// A text of an entry that is no column of the row.
fn said(row: &LoggedEvent, field: &str) -> String {
    row.openings.iter().find(|text| text.field == field).map(|text| text.text.clone()).unwrap_or_default()
}

/// Each of them once, in their order.
fn each_once(texts: impl Iterator<Item = String>) -> String {
    let mut known = Vec::<String>::new();
    for text in texts.filter(|text| !text.is_empty()) {
        if !known.contains(&text) {
            known.push(text);
        }
    }
    known.join(", ")
}

fn disposal(content: &Content) -> Option<FormDisposal> {
    let done = latest(content, "disposed");
    done.last()?;
    // The request that each disposal followed: a withdrawn one, or that of another item, is not it.
    let asked: Vec<&LoggedEvent> = done.iter().filter_map(|row| before(content, row, "disposal_requested")).collect();
    Some(FormDisposal {
        items: labels(&done),
        method: each_once(asked.iter().map(|row| said(row, "method"))),
        authorised_by: each_once(done.iter().map(|row| who(row, content.names))),
        performed_by: each_once(asked.iter().map(|row| who(row, content.names))),
        witness: each_once(done.iter().map(|row| said(row, "witness"))),
        at: at(&done),
    })
}

/// The latest event of a kind that the same item had before.
fn before<'a>(content: &'a Content, row: &LoggedEvent, event: &str) -> Option<&'a LoggedEvent> {
    let mut of_item = content.rows.iter().filter(|one| one.item_id == row.item_id && one.seq < row.seq);
    of_item.rfind(|one| one.event == event)
}

fn release(content: &Content) -> Option<FormRelease> {
    let done = latest(content, "returned");
    done.last()?;
    Some(FormRelease {
        items: labels(&done),
        custodian: each_once(done.iter().map(|row| who(row, content.names))),
        owner: each_once(done.iter().map(|row| said(row, "recipient"))),
        address: String::new(),
        at: at(&done),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_what_the_printed_numbers_show_and_a_fault_is_said_where_its_event_is_printed() {
        let fault = CustodyFault { seq: 4, why: "It was checked out.".into(), broken: true };
        assert_eq!(gaps(&[1, 2, 3], true, std::slice::from_ref(&fault)), [""; 0]);
        assert_eq!(gaps(&[2, 3], true, &[]), ["The first event is number 2."]);
        assert_eq!(gaps(&[2, 3], false, &[]), [""; 0], "an excerpt begins anywhere");
        assert_eq!(
            gaps(&[1, 2, 4, 6], true, &[fault]).join(" "),
            "Event 2 is followed by event 4. Event 4 is followed by event 6. Event 4: It was checked out."
        );
        assert_eq!(gaps(&[], true, &[]), [""; 0]);
    }
}
