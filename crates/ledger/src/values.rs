//! Values that an entry commits to as one text instead of giving them in clear: what an entry says of an
//! incident, such as its reference, severity, team and hashes. The text is stored beside the entry as an
//! opening, so that an exported entry says nothing of the incident to a reader who has no opening.

use serde_json::{Map, Value};

use crate::entry::{Entry, EntryError, commitment};

/// The name under which the commitment to an entry's values is opened.
pub const VALUES: &str = "values";

/// The values as the text that is committed to: RFC 8785 JSON of what could be in `data` as well.
///
/// # Errors
/// As [`Entry::to_bytes`] for a value that `data` does not allow.
pub fn text(values: &Map<String, Value>) -> Result<String, EntryError> {
    values.iter().try_for_each(|(field, value)| crate::entry::check_value(field, value))?;
    serde_json_canonicalizer::to_string(values).map_err(|error| EntryError::Malformed(error.to_string()))
}

impl Entry {
    /// Adds the committed values to [`EntryDraft::data`](crate::EntryDraft::data), so that they are read as
    /// if they were given in clear, and says whether the text is the one committed to. Afterwards the entry
    /// is for reading only: its bytes and its leaf hash are another's.
    pub fn reveal(&mut self, salt: &[u8; 32], text: &str) -> bool {
        if self.commitment_of(VALUES) != Some(commitment(salt, text)) {
            return false;
        }
        let Ok(values) = serde_json::from_str::<Map<String, Value>>(text) else { return false };
        for (field, value) in values {
            self.content.data.entry(field).or_insert(value);
        }
        true
    }
}
