//! The rows as a table for spreadsheets (RFC 4180). A cell that a spreadsheet would take for a formula
//! begins with an apostrophe instead; nothing here can be verified, which is what the JSON is for.

use holdfast_domain::person_name::ERASED_NAME;

use super::{Content, LoggedEvent};
use crate::sheet::{BYTE_ORDER_MARK, harmless, writer};

/// The columns, in order.
pub const COLUMNS: [&str; 26] = [
    "seq",
    "event_id",
    "incident",
    "item",
    "event",
    "occurred_at_utc",
    "occurred_at_local",
    "tz",
    "recorded_at_utc",
    "delay_s",
    "actor_id",
    "actor_name",
    "actor_handle",
    "released_by",
    "received_by",
    "purpose",
    "location",
    "storage",
    "seal_no",
    "hash_algo",
    "hash",
    "hash_ok",
    "tool",
    "tool_version",
    "notes",
    "leaf_hash",
];

/// The rows as CSV: UTF-8, a head, lines that end with CR LF; with a byte order mark for the
/// spreadsheets that ask for one.
///
/// # Errors
/// When a record cannot be written, which memory alone decides.
pub fn to_csv(content: &Content, byte_order_mark: bool) -> Result<Vec<u8>, csv::Error> {
    let mut bytes = if byte_order_mark { BYTE_ORDER_MARK.as_bytes().to_vec() } else { Vec::new() };
    let mut writer = writer(&mut bytes);
    writer.write_record(COLUMNS)?;
    for row in &content.rows {
        writer.write_record(cells(row, content.names).map(|cell| harmless(&cell)))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

/// The name, or that it was erased where names are not left out.
fn actor_name(row: &LoggedEvent, names: bool) -> String {
    if names && row.actor_name.is_empty() { ERASED_NAME.into() } else { row.actor_name.clone() }
}

fn cells(row: &LoggedEvent, names: bool) -> [String; 26] {
    let text = |text: &String| text.clone();
    [
        row.seq.to_string(),
        text(&row.event_id),
        text(&row.incident),
        text(&row.item),
        text(&row.event),
        row.occurred_at_utc.to_string(),
        text(&row.occurred_at_local),
        text(&row.tz),
        row.recorded_at_utc.to_string(),
        row.delay_s.to_string(),
        text(&row.actor_id),
        actor_name(row, names),
        text(&row.actor_handle),
        text(&row.released_by),
        text(&row.received_by),
        text(&row.purpose),
        text(&row.location),
        text(&row.storage),
        text(&row.seal_no),
        text(&row.hash_algo),
        text(&row.hash),
        row.hash_ok.map(|ok| ok.to_string()).unwrap_or_default(),
        text(&row.tool),
        text(&row.tool_version),
        text(&row.notes),
        row.leaf_hash.to_string(),
    ]
}
