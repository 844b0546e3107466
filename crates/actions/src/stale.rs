//! The refusal of an edit that came too late, the same for everything that people edit.

use holdfast_domain::{
    Refusal, Timestamp,
    incident::FieldText,
    refusal::{Conflict, ConflictField},
};

use crate::{Error, Result};

/// A thing as it is now.
pub(crate) struct Now<'a> {
    pub(crate) version: i64,
    pub(crate) changed_by: &'a str,
    pub(crate) changed_at: Timestamp,
}

/// The refusal of an edit that came too late; when both say the same, there is nothing to refuse.
pub(crate) fn stale(now: &Now<'_>, yours: Vec<FieldText>, theirs: Vec<FieldText>) -> Result<()> {
    let fields: Vec<ConflictField> = yours
        .into_iter()
        .zip(theirs)
        .filter(|(yours, theirs)| yours.text != theirs.text)
        .map(|(yours, theirs)| ConflictField {
            field: yours.name.into(),
            label: yours.label.into(),
            yours: yours.text,
            theirs: theirs.text,
        })
        .collect();
    if fields.is_empty() {
        return Ok(());
    }
    Err(conflict(now, fields))
}

/// A refusal because it was changed since it was read.
pub(crate) fn conflict(now: &Now<'_>, fields: Vec<ConflictField>) -> Error {
    Refusal::Conflict(Box::new(Conflict {
        version: now.version,
        changed_by: now.changed_by.to_owned(),
        changed_at: now.changed_at,
        fields,
    }))
    .into()
}
