//! The declared fields of a noun as columns of its table. Names and places come from the declaration, never
//! from input.

use holdfast_domain::{FieldKind, Fields, PersonId, Value};

use crate::db::Statement;

/// The fields that have a column of their name; the others have rows or columns of their own.
pub(crate) fn columns<F: Fields>() -> impl Iterator<Item = &'static str> {
    let has_column = |kind| !matches!(kind, FieldKind::Own | FieldKind::People);
    F::FIELDS.iter().filter(move |field| has_column(field.kind)).map(|field| field.name)
}

/// Binds each field for the column of its name: a person as an id, names as a JSON array.
pub(crate) fn bound<'a, F: Fields>(statement: Statement<'a>, fields: &F) -> Statement<'a> {
    columns::<F>().filter_map(F::field).fold(statement, |statement, field| match (field.kind, fields.get(field.name)) {
        (_, Some(Value::Flag(flag))) => statement.bind(flag),
        (_, Some(Value::Time(at))) => statement.bind(at),
        (FieldKind::Person, Some(Value::Text(id))) => statement.bind(id.parse::<PersonId>().ok()),
        (FieldKind::Names, Some(Value::List(names))) => statement.bind(serde_json::json!(names).to_string()),
        (_, value) => statement.bind(value.map(|value| value.as_text()).unwrap_or_default()),
    })
}

/// The names of columns and the places of their values, from this number on, as `INSERT` wants them.
pub(crate) fn inserted(columns: impl Iterator<Item = &'static str>, from: usize) -> (String, String) {
    let (names, places): (Vec<_>, Vec<_>) = columns.zip(from..).map(|(name, at)| (name, format!("${at}"))).unzip();
    (names.join(", "), places.join(", "))
}

/// Each column with the place of its value, from this number on, as `UPDATE` wants them.
pub(crate) fn assigned(columns: impl Iterator<Item = &'static str>, from: usize) -> String {
    columns.zip(from..).map(|(name, at)| format!("{name} = ${at}")).collect::<Vec<_>>().join(", ")
}
