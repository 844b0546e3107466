//! The ledger as a table for spreadsheets: who did what and when, and each changed field with its value before and
//! after. Times in UTC. For reading: nothing verifies it.

use holdfast_domain::{
    ledger::{Change, HistoryEntry},
    person_name::with_handle,
};

use crate::sheet::{self, harmless, writer};

/// The columns, in order.
pub const COLUMNS: [&str; 9] =
    ["seq", "recorded_at", "person", "action", "incident", "field", "before", "after", "leaf_hash"];

/// An entry as the reader sees it.
pub enum TableRow {
    /// One that the reader may see.
    Entry(Box<HistoryEntry>),
    /// One about an incident that is hidden from the reader.
    Restricted {
        /// Its place.
        seq: i64,
        /// Its leaf hash, in hex.
        leaf_hash: String,
    },
}

/// The line with the names of the columns; with a byte order mark for the spreadsheets that ask for one.
///
/// # Errors
/// When it cannot be written, which memory alone decides.
pub fn head(byte_order_mark: bool) -> Result<Vec<u8>, csv::Error> {
    sheet::head(&COLUMNS, byte_order_mark)
}

/// Entries as lines, in their order: one for each changed field, and one where none changed.
///
/// # Errors
/// When they cannot be written, which memory alone decides.
pub fn lines(rows: impl IntoIterator<Item = TableRow>) -> Result<Vec<u8>, csv::Error> {
    let mut bytes = Vec::new();
    let mut records = writer(&mut bytes);
    for row in rows {
        for cells in cells(row) {
            records.write_record(cells.map(|cell| harmless(&cell)))?;
        }
    }
    records.flush()?;
    drop(records);
    Ok(bytes)
}

fn cells(row: TableRow) -> Vec<[String; 9]> {
    let entry = match row {
        TableRow::Entry(entry) => *entry,
        TableRow::Restricted { seq, leaf_hash } => {
            let mut cells: [String; 9] = Default::default();
            (cells[0], cells[3], cells[8]) = (seq.to_string(), "Restricted entry".into(), leaf_hash);
            return vec![cells];
        }
    };
    let reason = entry.reason.map(|reason| Change { field: "reason".into(), before: None, after: Some(reason) });
    let mut changes: Vec<Change> = entry.changes.into_iter().chain(reason).collect();
    if changes.is_empty() {
        changes.push(Change { field: String::new(), before: None, after: None });
    }
    let line = |change: Change| {
        [
            entry.seq.to_string(),
            entry.at.to_string(),
            with_handle(&entry.actor, &entry.actor_handle),
            entry.sentence.clone(),
            entry.incident.clone().unwrap_or_default(),
            change.field,
            change.before.unwrap_or_default(),
            change.after.unwrap_or_default(),
            entry.leaf_hash.clone(),
        ]
    };
    changes.into_iter().map(line).collect()
}
