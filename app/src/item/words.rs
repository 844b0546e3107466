//! Values as sent, in the words a person reads: labels, names, times in the reader's zone.

use holdfast_domain::{
    Field, FieldKind,
    time::{Precision, TimeSource, in_zone},
};

use crate::ui::field::Choice;

/// A value of one of these fields in words.
pub fn words(fields: &[Field], name: &str, text: &str, zone: &str, people: &[Choice]) -> String {
    let declared = fields.iter().find(|field| field.name == name);
    let known = match (declared.map(|field| field.kind), name) {
        // What belongs to a time that is stated.
        (None, "precision") => text.parse().ok().map(|precision: Precision| precision.label().to_owned()),
        (None, "time_source") => text.parse().ok().map(|source: TimeSource| source.label().to_owned()),
        (Some(FieldKind::Time | FieldKind::Own), _) => text.parse().ok().map(|at| in_zone(at, zone)),
        (Some(FieldKind::Person | FieldKind::People), _) => Some(names(text, people)),
        (Some(_), _) => declared.map(|field| field.words(text)),
        (None, _) => None,
    };
    known.unwrap_or_else(|| text.to_owned())
}

/// Ids of people by their names.
fn names(ids: &str, people: &[Choice]) -> String {
    let name = |id: &str| people.iter().find(|(known, _)| known == id).map_or(id.to_owned(), |(_, name)| name.clone());
    ids.split(',').map(name).collect::<Vec<_>>().join(", ")
}
