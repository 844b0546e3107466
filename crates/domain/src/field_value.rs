//! What a field holds, whatever its type: how forms, JSON and databases write and read it.

use crate::{PersonId, Timestamp, field::Field, lifecycle::Stated, refusal::UnknownText, rsit::Category};

/// A field as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldText {
    /// Its name as sent.
    pub name: &'static str,
    /// Its words on the form.
    pub label: &'static str,
    /// Its value as sent.
    pub text: String,
    /// Whether it is free text that the ledger may only commit to, never hold.
    pub personal: bool,
}

/// What a field holds, whatever its type: how forms and databases write and read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text, a choice, an id; empty where there is none.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// An instant; `None` where there is none.
    Time(Option<Timestamp>),
    /// Several texts or ids.
    List(Vec<String>),
}

impl Value {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::Flag(_) => false,
            Self::Time(at) => at.is_none(),
            Self::List(list) => list.is_empty(),
        }
    }

    /// As it is sent and as history keeps it; the members of a list with commas between, which neither an id
    /// nor a name contains.
    #[must_use]
    pub fn as_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Flag(flag) => flag.to_string(),
            Self::Time(at) => at.map(|at| at.to_string()).unwrap_or_default(),
            Self::List(list) => list.join(","),
        }
    }
}

/// A type that a field can have.
pub trait FieldValue: Sized {
    /// The values it may have as stored, with their labels, where they are few and fixed.
    const CHOICES: &'static [(&'static str, &'static str)] = &[];
    /// What it holds.
    fn to_value(&self) -> Value;
    /// From what it holds.
    ///
    /// # Errors
    /// When the value is none of this type.
    fn from_value(value: Value) -> Result<Self, UnknownText>;
    /// As texts for history and conflicts: one, unless the type says otherwise.
    fn texts(&self, field: &Field, texts: &mut Vec<FieldText>) {
        let Field { name, label, personal, .. } = *field;
        texts.push(FieldText { name, label, text: self.to_value().as_text(), personal });
    }
}

impl FieldValue for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
    fn from_value(value: Value) -> Result<Self, UnknownText> {
        match value {
            Value::Text(text) => Ok(text),
            _ => Err(UnknownText),
        }
    }
}

impl FieldValue for bool {
    fn to_value(&self) -> Value {
        Value::Flag(*self)
    }
    fn from_value(value: Value) -> Result<Self, UnknownText> {
        match value {
            Value::Flag(flag) => Ok(flag),
            _ => Err(UnknownText),
        }
    }
}

impl FieldValue for Option<Timestamp> {
    fn to_value(&self) -> Value {
        Value::Time(*self)
    }
    fn from_value(value: Value) -> Result<Self, UnknownText> {
        match value {
            Value::Time(at) => Ok(at),
            _ => Err(UnknownText),
        }
    }
}

impl FieldValue for Option<PersonId> {
    fn to_value(&self) -> Value {
        Value::Text(self.map(|id| id.to_string()).unwrap_or_default())
    }
    fn from_value(value: Value) -> Result<Self, UnknownText> {
        match value {
            Value::Text(text) if text.is_empty() => Ok(None),
            Value::Text(text) => text.parse().map(Some),
            _ => Err(UnknownText),
        }
    }
}

impl FieldValue for Vec<PersonId> {
    fn to_value(&self) -> Value {
        Value::List(self.iter().map(ToString::to_string).collect())
    }
    fn from_value(value: Value) -> Result<Self, UnknownText> {
        match value {
            Value::List(list) => list.iter().map(|id| id.parse()).collect(),
            _ => Err(UnknownText),
        }
    }
}

impl FieldValue for Category {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
    fn from_value(value: Value) -> Result<Self, UnknownText> {
        match value {
            Value::Text(text) => text.parse(),
            _ => Err(UnknownText),
        }
    }
}

impl FieldValue for Option<Stated> {
    fn to_value(&self) -> Value {
        Value::Time(self.as_ref().map(|stated| stated.at))
    }
    /// An instant alone does not say how exactly it is known.
    fn from_value(value: Value) -> Result<Self, UnknownText> {
        if value.is_blank() { Ok(None) } else { Err(UnknownText) }
    }
    fn texts(&self, field: &Field, texts: &mut Vec<FieldText>) {
        let text = |read: fn(&Stated) -> String| self.as_ref().map(read).unwrap_or_default();
        let part = |name, label, text| FieldText { name, label, text, personal: false };
        texts.push(part(field.name, field.label, text(|stated| stated.at.to_string())));
        texts.push(part("precision", "Precision", text(|stated| stated.precision.to_string())));
        texts.push(part("time_source", "Time from", text(|stated| stated.source.to_string())));
    }
}
