//! The list of incidents as a table for spreadsheets: the names and values of REST, times in UTC.

use holdfast_domain::{Timestamp, incident::IncidentRow};

use crate::sheet::{self, harmless, writer};

/// The columns, in order.
pub const COLUMNS: [&str; 20] = [
    "id",
    "reference",
    "title",
    "status",
    "severity",
    "category",
    "tlp",
    "owner_name",
    "restricted",
    "on_hold",
    "is_exercise",
    "detected_at",
    "created_at",
    "updated_at",
    "attack_vector",
    "functional_impact",
    "information_impact",
    "recoverability",
    "detection_source",
    "services",
];

/// The line with the names of the columns; with a byte order mark for the spreadsheets that ask for one.
///
/// # Errors
/// When it cannot be written, which memory alone decides.
pub fn head(byte_order_mark: bool) -> Result<Vec<u8>, csv::Error> {
    sheet::head(&COLUMNS, byte_order_mark)
}

/// Rows as lines, in their order.
///
/// # Errors
/// When they cannot be written, which memory alone decides.
pub fn lines(rows: &[IncidentRow]) -> Result<Vec<u8>, csv::Error> {
    let mut bytes = Vec::new();
    let mut records = writer(&mut bytes);
    for row in rows {
        records.write_record(cells(row).map(|cell| harmless(&cell)))?;
    }
    records.flush()?;
    drop(records);
    Ok(bytes)
}

fn cells(row: &IncidentRow) -> [String; 20] {
    let time = |at: Timestamp| at.to_string();
    [
        row.id.to_string(),
        row.reference.clone(),
        row.title.clone(),
        row.status.to_string(),
        row.severity.to_string(),
        row.category.to_string(),
        row.tlp.to_string(),
        row.owner_name.clone().unwrap_or_default(),
        row.restricted.to_string(),
        row.on_hold.to_string(),
        row.is_exercise.to_string(),
        row.detected_at.map(time).unwrap_or_default(),
        time(row.created_at),
        time(row.updated_at),
        row.attack_vector.to_string(),
        row.functional_impact.to_string(),
        row.information_impact.to_string(),
        row.recoverability.to_string(),
        row.detection_source.to_string(),
        row.services.as_slice().join(","),
    ]
}
