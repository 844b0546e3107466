//! What a field holds, whatever its type: how forms, JSON and databases write and read it.

use crate::{PersonId, Timestamp, field::Field, lifecycle::Stated, refusal::UnknownText, rsit::Category};

/// Reads a type from the text in which a column keeps it.
#[cfg(feature = "server")]
macro_rules! kept_as_text {
    ($name:ident, |$text:ident| $read:expr) => {
        impl<DB: sqlx::Database> sqlx::Type<DB> for $name
        where
            String: sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as sqlx::Type<DB>>::type_info()
            }
            fn compatible(ty: &DB::TypeInfo) -> bool {
                <String as sqlx::Type<DB>>::compatible(ty)
            }
        }

        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $name
        where
            String: sqlx::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let $text = <String as sqlx::Decode<'r, DB>>::decode(value)?;
                Ok($read?)
            }
        }
    };
}

/// How a field of a type holds its value: as which [`crate::field::Value`], and how that is made and read.
macro_rules! field_value {
    (@in $as:ident, |$of:ident| $make:expr, |$held:ident| $read:expr) => {
        fn to_value(&self) -> $crate::field::Value {
            let $of = self;
            $crate::field::Value::$as($make)
        }
        fn from_value(value: $crate::field::Value) -> Result<Self, $crate::refusal::UnknownText> {
            match value {
                $crate::field::Value::$as($held) => $read,
                _ => Err($crate::refusal::UnknownText),
            }
        }
    };
    ($type:ty, $as:ident, |$of:ident| $make:expr, |$held:ident| $read:expr) => {
        impl $crate::field::FieldValue for $type {
            field_value!(@in $as, |$of| $make, |$held| $read);
        }
    };
}

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

    /// A value of the same shape from its text, as [`Value::as_text`] makes it; `None` where it says no such value.
    #[must_use]
    pub fn reread(&self, text: &str) -> Option<Self> {
        Some(match self {
            Self::Text(_) => Self::Text(text.to_owned()),
            Self::Flag(_) => Self::Flag(text == "true"),
            Self::Time(_) if text.is_empty() => Self::Time(None),
            Self::Time(_) => Self::Time(Some(text.parse().ok()?)),
            Self::List(_) => Self::List(text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect()),
        })
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

field_value!(String, Text, |text| text.clone(), |text| Ok(text));
field_value!(bool, Flag, |flag| *flag, |flag| Ok(flag));
field_value!(Option<Timestamp>, Time, |at| *at, |at| Ok(at));
field_value!(Option<i64>, Text, |number| number.map(|number| number.to_string()).unwrap_or_default(), |text| {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| UnknownText) }
});
field_value!(Category, Text, |category| category.to_string(), |text| text.parse());
field_value!(Option<PersonId>, Text, |id| id.map(|id| id.to_string()).unwrap_or_default(), |text| {
    if text.is_empty() { Ok(None) } else { text.parse().map(Some) }
});
field_value!(Vec<PersonId>, List, |ids| ids.iter().map(ToString::to_string).collect(), |list| {
    list.iter().map(|id| id.parse()).collect()
});

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
