//! Checks an evidence log with nothing but a key that came another way: signature, proofs, every cell
//! against the entry that vouches for it, and the rules of custody that rows alone can show.

use std::collections::{HashMap, HashSet};

use holdfast_domain::{
    PersonId, Timestamp,
    custody::{CustodyEvent, CustodyStep},
    custody_state::check_history,
};
use holdfast_ledger::{
    BadEntry, Check, Checkpoint, Entry, Hash, Note, VerifyingKey, commitment, leaf_hash, verify::VerificationReport,
    verify_inclusion,
};
use serde_json::Value;

use super::{
    CUSTODY, DIGEST, EXPORTED, EvidenceLog, LoggedEvent, LoggedItem, SCHEMA, SCHEMA_WITHOUT_INCIDENTS, digest_of,
    rows::{self, clear, delays, notes, told_as},
};

/// What this verifier cannot check, or nobody can.
pub const NOT_CHECKED: [&str; 9] = [
    "3: the entries about other things (this is a part of the ledger)",
    "5: that the ledger extends an earlier one (no proof of it is in an evidence log)",
    "7: witness cosignatures (a second history shown to others would not be noticed here)",
    "8: time-stamp tokens (nobody else vouches for the time)",
    "10: hashes of evidence files (compare them with sha256sum)",
    "11: that who checked an item in or turned a disposal down as a lead was one, and how long the law wants it kept (taken as the entries say)",
    "12: handles of people (the file's hash holds them, the entries of custody do not)",
    "not provable: that no row was left out before the log was made; the whole ledger shows that",
    "not provable: that what a person entered is true, and that everything was entered",
];

/// Whether the bytes claim to be an evidence log, good or not.
#[must_use]
pub fn recognise(bytes: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct SchemaHead {
        schema: String,
    }
    serde_json::from_slice::<SchemaHead>(bytes).is_ok_and(|head| head.schema.starts_with("holdfast/evidence-log/"))
}

/// Verifies the file. It never stops at the first fault, unless the file cannot be read at all.
#[must_use]
pub fn verify(bytes: &[u8], key: &VerifyingKey) -> VerificationReport {
    let mut report = VerificationReport {
        checkpoint: None,
        checks: Vec::new(),
        not_checked: NOT_CHECKED.map(str::to_owned).to_vec(),
        first_bad: None,
        hash_only: 0,
    };
    let (log, value) = match read(bytes) {
        Ok(read) => read,
        Err(error) => {
            add(&mut report, "0 form", Err(error));
            return report;
        }
    };
    add(&mut report, "0 form", Ok(format!("an evidence log of {} rows", log.content.rows.len())));
    signature(&mut report, &log, key);
    let entries: Vec<Result<Entry, String>> = log.content.rows.iter().map(entry_of).collect();
    let signed = report.checkpoint.clone();
    let included = included(&log, signed.as_ref());
    add(&mut report, "4 inclusion", included.clone().map_err(|bad| bad.to_string()));
    let content = content(&log, &value, &entries);
    add(&mut report, "4 content", content);
    let rows = rows(&log, &entries);
    add(&mut report, "4 rows", rows.clone().map_err(|bad| bad.to_string()));
    let order = order(&log.content.rows);
    add(&mut report, "6 times", order);
    let opened = opened(&log.content.rows, &entries);
    add(&mut report, "12 commitments", opened);
    let custody = custody(&log, &entries);
    add(&mut report, "11 custody", custody);
    report.first_bad = [included.err(), rows.err()].into_iter().flatten().min_by_key(|bad| bad.position);
    report
}

fn add(report: &mut VerificationReport, name: &str, outcome: Result<String, String>) {
    let ok = outcome.is_ok();
    let (Ok(detail) | Err(detail)) = outcome;
    report.checks.push(Check { name: name.to_owned(), ok, detail });
}

fn read(bytes: &[u8]) -> Result<(EvidenceLog, Value), String> {
    let log: EvidenceLog = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if log.schema != SCHEMA && log.schema != SCHEMA_WITHOUT_INCIDENTS {
        return Err(format!("{} is not a schema that is known here", log.schema));
    }
    // What is hashed is what is there, in whatever spelling it was read.
    let value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    Ok((log, value))
}

fn signature(report: &mut VerificationReport, log: &EvidenceLog, key: &VerifyingKey) {
    let opened = Note::parse(log.checkpoint.as_bytes()).map_err(|error| error.to_string()).and_then(|note| {
        Checkpoint::open(&note, key, &[]).map(|(checkpoint, _)| checkpoint).map_err(|error| error.to_string())
    });
    match opened {
        Err(error) => add(report, "1 signature", Err(error)),
        Ok(checkpoint) => {
            let detail = format!("good, by {} ({}), {} entries", key.name(), key.id(), checkpoint.size);
            add(report, "1 signature", Ok(detail));
            report.checkpoint = Some(checkpoint);
        }
    }
    let same = log.vkey == key.to_string();
    let other = || "the key named in the file is not the one given".to_owned();
    add(report, "2 key", if same { Ok("the one named in the file".to_owned()) } else { Err(other()) });
}

/// The entry that vouches for a row, with the values that it commits to.
fn entry_of(row: &LoggedEvent) -> Result<Entry, String> {
    rows::read(&row.entry, &row.openings).map_err(|error| error.to_string())
}

fn bad(position: u64, reason: impl Into<String>) -> BadEntry {
    BadEntry { position, reason: reason.into() }
}

fn included(log: &EvidenceLog, signed: Option<&Checkpoint>) -> Result<String, BadEntry> {
    let signed = signed.ok_or_else(|| bad(0, "has no signed root to be under"))?;
    let rows = &log.content.rows;
    if log.proofs.len() != rows.len() {
        return Err(bad(0, format!("and the rest have {} proofs for {} rows", log.proofs.len(), rows.len())));
    }
    let proven = |seq: u64, entry: &str, proof: &[Hash]| {
        verify_inclusion(seq, signed.size, &leaf_hash(entry.as_bytes()), proof, &signed.root)
    };
    for (row, proof) in rows.iter().zip(&log.proofs) {
        if !proven(row.seq, &row.entry, proof) {
            return Err(bad(row.seq, "is not proven to be in the ledger that was signed"));
        }
    }
    let export = &log.export;
    if !proven(export.seq, &export.entry, &export.proof) {
        return Err(bad(export.seq, "of the export is not proven to be in the ledger that was signed"));
    }
    Ok(format!("{} entries are in the ledger of {} entries, root {}", rows.len() + 1, signed.size, signed.root))
}

/// The entry of the export holds the hash of all that is said.
fn content(log: &EvidenceLog, file: &Value, entries: &[Result<Entry, String>]) -> Result<String, String> {
    let export = Entry::from_bytes(log.export.entry.as_bytes());
    let export = export.map_err(|error| format!("the export's entry: {error}"))?;
    if export.content.kind != EXPORTED || export.seq != log.export.seq {
        return Err("the entry given for the export is another's".to_owned());
    }
    if let Some(Ok(row)) =
        entries.iter().find(|row| row.as_ref().is_ok_and(|row| row.content.org != export.content.org))
    {
        return Err(format!("entry {} is of another organisation", row.seq));
    }
    let content = file.get("content").ok_or("no content")?;
    let hash = digest_of(content).map_err(|error| error.to_string())?;
    match export.content.data.get(DIGEST).and_then(Value::as_str) {
        Some(held) if held == hash.to_string() => Ok(format!("as entry {} of the ledger holds it, {hash}", export.seq)),
        Some(held) => Err(format!("its hash is {hash}, not {held} as the ledger holds")),
        None => Err("the export's entry holds no hash of it".to_owned()),
    }
}

fn rows(log: &EvidenceLog, entries: &[Result<Entry, String>]) -> Result<String, BadEntry> {
    let items: HashMap<&str, &LoggedItem> = log.content.items.iter().map(|item| (item.id.as_str(), item)).collect();
    let names_incidents = log.schema == SCHEMA;
    let mut incident_of = HashMap::new();
    for (row, entry) in log.content.rows.iter().zip(entries) {
        let entry = entry.as_ref().map_err(|error| bad(row.seq, format!("cannot be read: {error}")))?;
        equal(row, entry).map_err(|column| bad(row.seq, format!("does not say what the row says in {column}")))?;
        let item = items.get(row.item_id.as_str()).filter(|item| item.label == row.item);
        let item = item.ok_or_else(|| bad(row.seq, "is about an item that is not in the table of items"))?;
        // Entries know an incident by its id: one reference for each id.
        let reference = incident_of.entry(entry.content.subject.id.clone()).or_insert(item.incident.as_str());
        if *reference != item.incident || row.incident != if names_incidents { item.incident.as_str() } else { "" } {
            return Err(bad(row.seq, "is of another incident than the log says"));
        }
    }
    Ok(format!("{} rows say what their entries say", log.content.rows.len()))
}

/// Holds every cell against the entry; the name of the first that nothing vouches for.
fn equal(row: &LoggedEvent, entry: &Entry) -> Result<(), &'static str> {
    let data = |name: &str| clear(entry, name);
    let occurred: Option<Timestamp> = data("occurred_at").parse().ok();
    let local: Option<Timestamp> = row.occurred_at_local.parse().ok();
    let fixed = [
        ("seq", entry.seq == row.seq),
        ("event", entry.content.kind.strip_prefix(CUSTODY) == Some(row.event.as_str())),
        ("event_id", data("event") == row.event_id && !row.event_id.is_empty()),
        ("item", data("label") == row.item && !row.item.is_empty()),
        ("item_id", data("evidence") == row.item_id),
        ("actor_id", entry.content.actor.id == row.actor_id),
        ("recorded_at_utc", entry.at_us == row.recorded_at_utc.micros()),
        ("occurred_at_utc", occurred == Some(row.occurred_at_utc)),
        ("occurred_at_local", local == Some(row.occurred_at_utc)),
        ("tz", data("zone") == row.tz || data("zone").is_empty()),
        ("delay_s", delays(row.occurred_at_utc, row.recorded_at_utc).contains(&row.delay_s)),
        ("hash", data("sha256") == row.hash),
        ("hash_algo", row.hash_algo == if row.hash.is_empty() { "" } else { "sha256" }),
        ("hash_ok", entry.content.data.get("hash_ok").and_then(Value::as_bool) == row.hash_ok),
        ("notes", notes(&row.openings) == row.notes),
        ("leaf_hash", leaf_hash(row.entry.as_bytes()) == row.leaf_hash),
    ];
    if let Some((name, _)) = fixed.into_iter().find(|(_, ok)| !ok) {
        return Err(name);
    }
    let unvouched = texts(row).into_iter().find(|(name, text)| !text.is_empty() && !says(row, entry, name, text));
    unvouched.map_or(Ok(()), |(name, _)| Err(name))
}

/// The cells that may hold personal or free text, with their names in the entry.
fn texts(row: &LoggedEvent) -> [(&'static str, &str); 9] {
    [
        ("actor_name", &row.actor_name),
        ("released_by", &row.released_by),
        ("received_by", &row.received_by),
        ("purpose", &row.purpose),
        ("location", &row.location),
        ("storage", &row.storage),
        ("seal_no", &row.seal_no),
        ("tool", &row.tool),
        ("tool_version", &row.tool_version),
    ]
}

/// Whether the entry says the text in clear or commits to it.
fn says(row: &LoggedEvent, entry: &Entry, column: &str, text: &str) -> bool {
    let opens = |opening: &super::Text| {
        told_as(column).any(|field| field == opening.field)
            && opening.text == text
            && entry.commitment_of(&opening.field) == Some(commitment(&opening.salt, text))
    };
    clear(entry, column) == text || row.openings.iter().any(opens)
}

fn order(rows: &[LoggedEvent]) -> Result<String, String> {
    let mut late = 0;
    for (one, next) in rows.iter().zip(rows.iter().skip(1)) {
        if next.seq <= one.seq || next.recorded_at_utc < one.recorded_at_utc {
            return Err(format!("entry {} does not come after entry {}", next.seq, one.seq));
        }
    }
    late += rows.iter().filter(|row| row.delay_s > 86_400).count();
    Ok(format!("in the order of the ledger; {late} recorded more than a day after they happened"))
}

fn opened(rows: &[LoggedEvent], entries: &[Result<Entry, String>]) -> Result<String, String> {
    let mut count = 0;
    for (row, entry) in rows.iter().zip(entries) {
        let Ok(entry) = entry else { continue };
        for opening in &row.openings {
            let hash = commitment(&opening.salt, &opening.text);
            match entry.commitment_of(&opening.field) {
                Some(committed) if committed == hash => count += 1,
                Some(_) => {
                    return Err(format!(
                        "entry {}: the text of `{}` is not the one committed to",
                        row.seq, opening.field
                    ));
                }
                None => return Err(format!("entry {} commits to no `{}`", row.seq, opening.field)),
            }
        }
    }
    Ok(format!("{count} texts match"))
}

/// The rules of custody, item by item, by the same fold that the server uses. A period need not hold an
/// item's beginning, so there only the order of its events is looked at.
fn custody(log: &EvidenceLog, entries: &[Result<Entry, String>]) -> Result<String, String> {
    let whole = !matches!(log.content.scope, super::LogSubject::Period { .. });
    let mut seen = HashSet::new();
    if let Some(row) = log.content.rows.iter().find(|row| !seen.insert(&row.event_id)) {
        return Err(format!("entry {}: the event is told twice", row.seq));
    }
    let mut late = 0;
    for item in log.content.items.iter().filter(|_| whole) {
        let rows = log.content.rows.iter().zip(entries).filter(|(row, _)| row.item_id == item.id);
        let rows: Vec<(&LoggedEvent, &Entry)> =
            rows.filter_map(|(row, entry)| Some((row, entry.as_ref().ok()?))).collect();
        if rows.first().is_none_or(|(row, _)| row.event != "collected" || row.hash != item.sha256) {
            return Err(format!("{} does not begin with its collection", item.label));
        }
        let events = rows.iter().map(|(row, entry)| event_of(row, entry));
        let events = events.collect::<Result<Vec<_>, String>>()?;
        for fault in check_history(&events) {
            if fault.broken {
                return Err(format!("{}, event {}: {}", item.label, fault.seq, fault.why));
            }
            late += 1;
        }
    }
    Ok(format!("{} items keep the rules; {late} events were told out of order", log.content.items.len()))
}

/// Until when an item had to be kept, as the entry of its disposal says.
fn until(entry: &Entry) -> Result<Option<Timestamp>, ()> {
    let told = clear(entry, "retain_until");
    if told.is_empty() { Ok(None) } else { told.parse().map(Some).map_err(|_| ()) }
}

/// The event as the rules see it.
fn event_of(row: &LoggedEvent, entry: &Entry) -> Result<CustodyEvent, String> {
    let wrong = |what: &str| format!("entry {}: {what} is not there", row.seq);
    let number = |name: &str| {
        let number = entry.content.data.get(name).and_then(Value::as_u64);
        number.and_then(|number| u32::try_from(number).ok()).ok_or_else(|| wrong(name))
    };
    let person = |text: &str, what: &str| text.parse::<PersonId>().map_err(|_| wrong(what));
    let actor = person(&row.actor_id, "the actor")?;
    let opened = |name: &str| {
        let text = row.openings.iter().find(|opening| opening.field == name);
        text.map_or_else(|| clear(entry, name).to_owned(), |opening| opening.text.clone())
    };
    let as_lead = entry.content.data.get("as_lead").and_then(Value::as_bool) == Some(true);
    let step = match row.event.as_str() {
        "collected" => CustodyStep::Collected,
        "sealed" => CustodyStep::Sealed(row.seal_no.clone()),
        "unsealed" => CustodyStep::Unsealed,
        "offered" => CustodyStep::Offered {
            released_by: if row.released_by.is_empty() { actor } else { person(&row.released_by, "who gave it")? },
            received_by: person(&row.received_by, "the receiver")?,
        },
        "transferred" => CustodyStep::Accepted,
        "refused" => CustodyStep::Refused,
        "withdrawn" => CustodyStep::Withdrawn,
        "checked_out" => CustodyStep::CheckedOut { released_by: person(&row.released_by, "who lent it")? },
        "checked_in" => CustodyStep::CheckedIn { as_lead },
        "moved" => CustodyStep::Moved(row.location.clone()),
        "hold_placed" => CustodyStep::HoldPlaced(opened("matter_no")),
        "hold_released" => CustodyStep::HoldReleased(opened("matter_no")),
        "returned" => CustodyStep::Returned,
        "disposal_requested" => CustodyStep::DisposalRequested,
        "disposal_withdrawn" => CustodyStep::DisposalWithdrawn { as_lead },
        "disposed" => {
            CustodyStep::Disposed { retain_until: until(entry).map_err(|()| wrong("until when it had to be kept"))? }
        }
        "corrected" => CustodyStep::Corrected { refers_to: number("refers_to")? },
        other => CustodyStep::Noted(other.parse().map_err(|_| wrong("a kind that is known here"))?),
    };
    let (occurred_at, recorded_at) = (row.occurred_at_utc, row.recorded_at_utc);
    Ok(CustodyEvent { seq: number("number")?, actor, occurred_at, recorded_at, step })
}
