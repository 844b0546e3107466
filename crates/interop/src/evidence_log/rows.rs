//! Rows and items of the log, each from the ledger entry that vouches for it; nothing else is printed.

use holdfast_domain::{Timestamp, marking::Tlp};
use holdfast_ledger::{Entry, EntryError, entry::ACTOR_NAME, leaf_hash, values::VALUES};
use serde_json::Value;

use super::{Acquisition, LoggedEvent, LoggedItem, Text};

/// What the kinds of custody entries begin with.
pub const CUSTODY: &str = "custody.";
/// The kind of the entry that an item begins with, besides its collection.
pub const REGISTERED: &str = "evidence.registered";
/// Texts that have a column of their own, and which.
const COLUMN_OF: [(&str, &str); 8] = [
    (ACTOR_NAME, "actor_name"),
    ("purpose", "purpose"),
    ("reason", "purpose"),
    ("location", "location"),
    ("storage", "storage"),
    ("seal_no", "seal_no"),
    ("tool", "tool"),
    ("tool_version", "tool_version"),
];
/// Texts that name people by their purpose.
const NAMES: [&str; 5] = [ACTOR_NAME, "witness", "recipient", "after.witness", "after.source_owner"];

/// An entry as it is read: with the values that it commits to, where the openings have them.
pub(super) fn read(text: &str, openings: &[Text]) -> Result<Entry, EntryError> {
    let mut entry = Entry::from_bytes(text.as_bytes())?;
    for opening in openings.iter().filter(|opening| opening.field == VALUES) {
        entry.reveal(&opening.salt, &opening.text);
    }
    Ok(entry)
}

/// The openings without those that name people.
#[must_use]
pub fn without_names(openings: Vec<Text>) -> Vec<Text> {
    openings.into_iter().filter(|opening| !NAMES.contains(&opening.field.as_str())).collect()
}

/// The row that an entry of custody gives. Its time is given in the entry's zone or else the one named,
/// by the caller's table of zones.
#[must_use]
pub fn row_of(
    text: &str,
    openings: Vec<Text>,
    (incident, zone): (&str, &str),
    local: impl FnOnce(Timestamp, &str) -> String,
) -> Option<LoggedEvent> {
    let entry = read(text, &openings).ok()?;
    let event = entry.content.kind.strip_prefix(CUSTODY)?.to_owned();
    let data = |name: &str| clear(&entry, name).to_owned();
    let occurred: Timestamp = data("occurred_at").parse().ok()?;
    let recorded = Timestamp::from_micros(entry.at_us);
    let zone = Some(data("zone")).filter(|told| !told.is_empty()).unwrap_or_else(|| zone.to_owned());
    let column = |name: &str| {
        let told = openings.iter().find(|opening| COLUMN_OF.contains(&(opening.field.as_str(), name)));
        told.map_or_else(|| data(name), |opening| opening.text.clone())
    };
    let hash = data("sha256");
    Some(LoggedEvent {
        seq: entry.seq,
        event_id: data("event"),
        incident: incident.to_owned(),
        item: data("label"),
        item_id: data("evidence"),
        event,
        occurred_at_utc: occurred,
        occurred_at_local: local(occurred, &zone),
        tz: zone,
        recorded_at_utc: recorded,
        delay_s: delay(occurred, recorded),
        actor_id: entry.content.actor.id.clone(),
        actor_name: column("actor_name"),
        actor_handle: String::new(),
        released_by: column("released_by"),
        received_by: column("received_by"),
        purpose: column("purpose"),
        location: column("location"),
        storage: column("storage"),
        seal_no: column("seal_no"),
        hash_algo: if hash.is_empty() { String::new() } else { "sha256".into() },
        hash,
        hash_ok: entry.content.data.get("hash_ok").and_then(Value::as_bool),
        tool: column("tool"),
        tool_version: column("tool_version"),
        notes: notes(&openings),
        leaf_hash: leaf_hash(text.as_bytes()),
        entry: text.to_owned(),
        openings,
    })
}

/// The number of the event in its item's custody, from one; `None` where the entry has none.
#[must_use]
pub fn number_of(row: &LoggedEvent) -> Option<u32> {
    let entry = read(&row.entry, &row.openings).ok()?;
    u32::try_from(entry.content.data.get("number")?.as_u64()?).ok()
}

/// A value of an entry, in clear or revealed.
pub(super) fn clear<'e>(entry: &'e Entry, name: &str) -> &'e str {
    entry.content.data.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Whole seconds from the event to its record. What was recorded at once is 0, also where the record's
/// time was cut below the event's.
pub(super) const fn delay(occurred: Timestamp, recorded: Timestamp) -> i64 {
    recorded.since(occurred) / 1_000_000
}

/// That delay, and as logs told it that were made before it was rounded toward zero.
pub(super) const fn delays(occurred: Timestamp, recorded: Timestamp) -> [i64; 2] {
    [delay(occurred, recorded), recorded.since(occurred).div_euclid(1_000_000)]
}

/// The names under which an entry may tell a column.
pub(super) fn told_as(column: &str) -> impl Iterator<Item = &'static str> {
    COLUMN_OF.into_iter().filter(move |(_, of)| *of == column).map(|(field, _)| field)
}

/// What is said besides the columns, each under its name.
pub(super) fn notes(openings: &[Text]) -> String {
    let besides = openings.iter().filter(|opening| opening.field != VALUES);
    let besides = besides.filter(|opening| COLUMN_OF.iter().all(|(field, _)| *field != opening.field));
    let words = besides.map(|opening| match opening.field.as_str() {
        "notes" => opening.text.clone(),
        field => format!("{}: {}", field.replace('_', " "), opening.text),
    });
    words.collect::<Vec<_>>().join("; ")
}

/// The item that the entry of its registration gives, before anything happened to it.
#[must_use]
pub fn item_of(text: &str, openings: &[Text], incident: &str) -> Option<LoggedItem> {
    let entry = read(text, openings).ok()?;
    if entry.content.kind != REGISTERED {
        return None;
    }
    let field = |name: &str| after(&entry, openings, name);
    Some(LoggedItem {
        id: clear(&entry, "evidence").to_owned(),
        incident: incident.to_owned(),
        label: clear(&entry, "label").to_owned(),
        kind: field("kind"),
        title: field("title"),
        quantity: field("quantity").parse().unwrap_or(1),
        size_bytes: entry.content.data.get("size").and_then(Value::as_u64),
        sha256: clear(&entry, "sha256").to_owned(),
        status: "in_custody".into(),
        holds: 0,
        retain_until: field("retain_until").parse().ok(),
    })
}

/// A field as it was registered.
fn after(entry: &Entry, openings: &[Text], name: &str) -> String {
    let changes = entry.content.data.get("changes");
    let value = changes.and_then(|changes| changes.get(name)?.get("after")?.as_str());
    let opened = openings.iter().find(|opening| opening.field.strip_prefix("after.") == Some(name));
    opened.map(|opening| opening.text.clone()).or_else(|| value.map(str::to_owned)).unwrap_or_default()
}

/// How the item was acquired, as the entry of its registration tells.
#[must_use]
pub fn acquisition_of(text: &str, openings: &[Text]) -> Option<Acquisition> {
    let entry = read(text, openings).ok()?;
    if entry.content.kind != REGISTERED {
        return None;
    }
    let field = |name: &str| after(&entry, openings, name);
    let name = openings.iter().find(|opening| opening.field == ACTOR_NAME);
    Some(Acquisition {
        item: clear(&entry, "label").to_owned(),
        started_at: None,
        ended_at: None,
        acquirer: name.map_or_else(|| entry.content.actor.id.clone(), |opening| opening.text.clone()),
        witness: field("witness"),
        location: String::new(),
        authority: field("authority"),
        method: field("method"),
        tool: field("tool"),
        tool_version: field("tool_version"),
        write_blocker: field("write_blocker"),
        source_hash_before: String::new(),
        image_hash: clear(&entry, "sha256").to_owned(),
        source_hash_after: String::new(),
        notes: field("acquisition_notes"),
    })
}

/// How far the item may travel, as it was registered.
#[must_use]
pub fn tlp_of(text: &str, openings: &[Text]) -> Option<Tlp> {
    after(&read(text, openings).ok()?, &[], "tlp").parse().ok()
}

/// What a row makes of its item.
pub fn happened(item: &mut LoggedItem, event: &str) {
    match event {
        "hold_placed" => item.holds += 1,
        "hold_released" => item.holds = item.holds.saturating_sub(1),
        "returned" | "disposed" => item.status = event.to_owned(),
        _ => (),
    }
}
