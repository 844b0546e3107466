//! Declares once what a person edits of a noun. `fields!` makes the struct; from its list of
//! [`Field`]s follow the check, the form and its reader, history, conflicts, ledger commitments,
//! REST bodies and columns.

use serde::de::DeserializeOwned;

use crate::{
    Timestamp,
    lifecycle::check_instant,
    refusal::{FieldErrors, Refusal, UnknownText},
    rsit::Category,
    time::IsZone,
};

pub use crate::field_value::{FieldText, FieldValue, Value};

/// How a field is written, read and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of text, kept without space around it.
    Line,
    /// Text of several lines.
    Text,
    /// Text of several lines, in Markdown.
    Markdown,
    /// One of the values in [`Field::choices`].
    Choice,
    /// Yes or no.
    Flag,
    /// An instant.
    Time,
    /// A person of the organisation, by id.
    Person,
    /// People of the organisation, by id.
    People,
    /// Names, each of them one line.
    Names,
    /// An RSIT category.
    Category,
    /// Anything else: its noun has its own input for it.
    Own,
}

/// Longest name of a list of names, in characters.
pub const NAME_CHARS_MAX: usize = 200;

/// One field as it is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the struct, in JSON, in forms and in the database.
    pub name: &'static str,
    /// The words beside it.
    pub label: &'static str,
    /// What to enter, in a few words; may be empty.
    pub hint: &'static str,
    /// How it is written, read and shown.
    pub kind: FieldKind,
    /// Most characters of a text, most members of a list.
    pub max: usize,
    /// Whether it must be given, and cannot be emptied.
    pub required: bool,
    /// Whether it is free text, which the ledger may only commit to and never hold.
    pub personal: bool,
    /// Whether it is technical text, set in a monospaced face.
    pub mono: bool,
    /// Whether an instant cannot lie in the future.
    pub past: bool,
    /// The values of a choice as stored, with their labels.
    pub choices: &'static [(&'static str, &'static str)],
}

const fn field(kind: FieldKind, label: &'static str, max: usize) -> Field {
    let (required, personal, mono, past) = (false, false, false, false);
    Field { name: "", label, hint: "", kind, max, required, personal, mono, past, choices: &[] }
}

/// One line of at most `max` characters.
pub(crate) const fn line(label: &'static str, max: usize) -> Field {
    field(FieldKind::Line, label, max)
}
/// Several lines of at most `max` characters together.
pub(crate) const fn text(label: &'static str, max: usize) -> Field {
    field(FieldKind::Text, label, max)
}
/// Markdown of at most `max` characters.
pub(crate) const fn markdown(label: &'static str, max: usize) -> Field {
    field(FieldKind::Markdown, label, max)
}
/// One value of a `text_enum!`.
pub(crate) const fn choice(label: &'static str) -> Field {
    field(FieldKind::Choice, label, 0)
}
/// Yes or no.
pub(crate) const fn flag(label: &'static str) -> Field {
    field(FieldKind::Flag, label, 0)
}
/// An instant.
pub(crate) const fn time(label: &'static str) -> Field {
    field(FieldKind::Time, label, 0)
}
/// A person of the organisation.
pub(crate) const fn person(label: &'static str) -> Field {
    field(FieldKind::Person, label, 0)
}
/// At most `max` people of the organisation.
pub(crate) const fn people(label: &'static str, max: usize) -> Field {
    field(FieldKind::People, label, max)
}
/// At most `max` names, each of them one line.
pub(crate) const fn names(label: &'static str, max: usize) -> Field {
    field(FieldKind::Names, label, max)
}
/// An RSIT category.
pub(crate) const fn category(label: &'static str) -> Field {
    field(FieldKind::Category, label, 0)
}
/// A field whose noun has its own input for it; at most `max` members.
pub(crate) const fn own(label: &'static str, max: usize) -> Field {
    field(FieldKind::Own, label, max)
}

impl Field {
    /// With what to enter, in a few words.
    pub(crate) const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }
    /// It must be given, and cannot be emptied.
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }
    /// It is free text: the ledger commits to it.
    pub(crate) const fn personal(mut self) -> Self {
        self.personal = true;
        self
    }
    /// It is technical text.
    pub(crate) const fn mono(mut self) -> Self {
        self.mono = true;
        self
    }
    /// It cannot lie in the future.
    pub(crate) const fn past(mut self) -> Self {
        self.past = true;
        self
    }
    /// With its name and the values it may have; called by `fields!`.
    pub(crate) const fn named(mut self, name: &'static str, choices: &'static [(&'static str, &'static str)]) -> Self {
        self.name = name;
        self.choices = choices;
        self
    }

    /// A value as sent, in the words a person reads. Times and people are the page's to word.
    #[must_use]
    pub fn words(&self, text: &str) -> String {
        let label = match self.kind {
            FieldKind::Choice => self.choices.iter().find(|(value, _)| *value == text).map(|(_, label)| *label),
            FieldKind::Flag if matches!(text, "true" | "on") => Some("Yes"),
            FieldKind::Flag => Some("No"),
            FieldKind::Names => return text.replace(',', ", "),
            FieldKind::Category => text.parse().ok().map(|category: Category| category.label()),
            _ => None,
        };
        label.map_or_else(|| text.to_owned(), str::to_owned)
    }

    /// Notes what cannot be accepted of a value.
    pub(crate) fn check(&self, value: &Value, now: Timestamp, errors: &mut FieldErrors) {
        let is_blank = value.is_blank();
        match (self.kind, value) {
            (FieldKind::Line, Value::Text(text)) => errors.line(self.name, text, self.required, self.max),
            _ if is_blank && self.required => errors.add(self.name, "This is needed."),
            (FieldKind::Text | FieldKind::Markdown, Value::Text(text)) => errors.text(self.name, text, self.max),
            (FieldKind::Time, Value::Time(Some(at))) if self.past => check_instant(self.name, *at, now, errors),
            (_, Value::List(list)) if self.max > 0 && list.len() > self.max => {
                errors.add(self.name, format!("At most {}.", self.max));
            }
            (FieldKind::Names, Value::List(list)) => {
                list.iter().for_each(|name| errors.line(self.name, name, true, NAME_CHARS_MAX));
                if list.iter().any(|name| name.contains(',')) {
                    errors.add(self.name, "A name cannot contain a comma, which separates names.");
                }
            }
            _ => {}
        }
    }
}

/// What a check needs to know.
#[derive(Clone, Copy)]
pub struct CheckContext {
    /// The present.
    pub now: Timestamp,
    /// Whether a text names a time zone.
    pub is_zone: IsZone,
}

#[cfg(feature = "server")]
pub use utoipa::ToSchema as Described;

/// On the server, what describes itself to OpenAPI; elsewhere everything.
#[cfg(not(feature = "server"))]
pub trait Described {}
#[cfg(not(feature = "server"))]
impl<T> Described for T {}

/// What `fields!` declares.
pub trait Fields:
    Described
    + std::fmt::Debug
    + Eq
    + Clone
    + Default
    + PartialEq
    + serde::Serialize
    + DeserializeOwned
    + Send
    + Sync
    + Unpin
    + 'static
{
    /// Every field, in the order of the form and of history.
    const FIELDS: &'static [Field];

    /// What the field of that name holds.
    fn get(&self, name: &str) -> Option<Value>;

    /// Sets the field of that name.
    ///
    /// # Errors
    /// When there is no such field, or the value is none of its type.
    fn set(&mut self, name: &str, value: Value) -> Result<(), UnknownText>;

    /// Sets the field of that name from JSON.
    ///
    /// # Errors
    /// What was expected, in words.
    fn set_json(&mut self, name: &str, value: serde_json::Value) -> Result<(), String>;

    /// Every field as name, label and text, in the order of the form. The one list from which history,
    /// conflicts and commitments are made.
    fn as_text(&self) -> Vec<FieldText>;

    /// The declaration of the field of that name.
    #[must_use]
    fn field(name: &str) -> Option<&'static Field> {
        Self::FIELDS.iter().find(|field| field.name == name)
    }

    /// The text of the field of that name; empty where there is none.
    #[must_use]
    fn text(&self, name: &str) -> String {
        self.get(name).map(|value| value.as_text()).unwrap_or_default()
    }

    /// Changes the fields that a JSON object names (RFC 7396): `null` clears an optional one. Every
    /// field that cannot be accepted is named at once.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for unknown names, values of another type, and `null` for a required field.
    fn patched(&self, sent: serde_json::Map<String, serde_json::Value>) -> Result<Self, Refusal> {
        let (mut patched, blank, mut errors) = (self.clone(), Self::default(), FieldErrors::default());
        for (name, value) in sent {
            match (Self::field(&name), value) {
                (None, _) => errors.add(&name, "There is no such field."),
                (Some(field), serde_json::Value::Null) if field.required => {
                    errors.add(&name, "This is needed; it cannot be null.");
                }
                (Some(_), serde_json::Value::Null) => {
                    if let Some(value) = blank.get(&name) {
                        let _cleared = patched.set(&name, value);
                    }
                }
                (Some(_), value) => {
                    if let Err(words) = patched.set_json(&name, value) {
                        errors.add(&name, words);
                    }
                }
            }
        }
        errors.finish()?;
        Ok(patched)
    }

    /// From the JSON object of something new: `null` is as good as not given.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] as [`Fields::patched`], and for required fields that are missing.
    fn created(mut sent: serde_json::Map<String, serde_json::Value>) -> Result<Self, Refusal> {
        sent.retain(|_, value| !value.is_null());
        let mut errors = FieldErrors::default();
        for field in Self::FIELDS.iter().filter(|field| field.required && !sent.contains_key(field.name)) {
            errors.add(field.name, "This is needed.");
        }
        errors.and(Self::default().patched(sent))
    }
}

/// Declares what a person edits of a noun: a struct with a `Default` and its list of fields. Each line
/// is `name: Type = default => how it is entered;`, where the default may be left out.
macro_rules! fields {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$field_meta:meta])+ $field:ident: $ty:ty $(= $default:expr)? => $declared:expr;)+
    }) => {
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
        $(#[$meta])*
        pub struct $name {
            $($(#[$field_meta])+ pub $field: $ty,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: fields!(@default $ty $(, $default)?),)+ }
            }
        }

        impl $crate::field::Fields for $name {
            const FIELDS: &'static [$crate::field::Field] = {
                #[allow(unused_imports)]
                use $crate::field::{
                    FieldValue, category, choice, flag, line, markdown, names, own, people, person, text, time,
                };
                &[$($declared.named(stringify!($field), <$ty as FieldValue>::CHOICES)),+]
            };

            fn get(&self, name: &str) -> Option<$crate::field::Value> {
                match name {
                    $(stringify!($field) => Some($crate::field::FieldValue::to_value(&self.$field)),)+
                    _ => None,
                }
            }

            fn set(&mut self, name: &str, value: $crate::field::Value) -> Result<(), $crate::refusal::UnknownText> {
                match name {
                    $(stringify!($field) => self.$field = $crate::field::FieldValue::from_value(value)?,)+
                    _ => return Err($crate::refusal::UnknownText),
                }
                Ok(())
            }

            fn set_json(&mut self, name: &str, value: serde_json::Value) -> Result<(), String> {
                match name {
                    $(stringify!($field) => {
                        self.$field = serde_json::from_value(value).map_err(|error| error.to_string())?;
                    })+
                    _ => return Err("There is no such field.".into()),
                }
                Ok(())
            }

            fn as_text(&self) -> Vec<$crate::field::FieldText> {
                let mut texts = Vec::with_capacity(Self::FIELDS.len());
                let mut declared = Self::FIELDS.iter();
                $(if let Some(field) = declared.next() {
                    $crate::field::FieldValue::texts(&self.$field, field, &mut texts);
                })+
                texts
            }
        }
    };
    (@default $ty:ty) => { <$ty as Default>::default() };
    (@default $ty:ty, $default:expr) => { $default };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{PersonId, incident::IncidentFields, noun::NOUNS, task::TaskFields};

    fn wrong<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Vec<String> {
        match result {
            Err(Refusal::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
            other => vec![format!("{other:?}")],
        }
    }

    fn object(value: serde_json::Value) -> serde_json::Map<String, serde_json::Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn null_clears_what_is_optional_and_is_refused_where_it_is_needed() {
        let id = PersonId(uuid::Uuid::from_u128(7));
        let before = IncidentFields { owner_id: Some(id), on_hold: true, ..IncidentFields::default() };
        let sent = json!({ "owner_id": null, "title": "Phishing", "on_hold": null });
        let after = before.patched(object(sent));
        assert_eq!(after, Ok(IncidentFields { title: "Phishing".into(), ..IncidentFields::default() }));
        let sent = json!({ "title": null, "severity": null, "tlp": "pink", "mood": 1 });
        let mut names = wrong(before.patched(object(sent)));
        names.sort();
        assert_eq!(names, ["mood", "severity", "title", "tlp"]);
    }

    #[test]
    fn on_create_null_is_as_good_as_not_given() {
        let made = TaskFields::created(object(json!({ "title": "Isolate", "phase": "recovery", "due_at": null })));
        assert_eq!(made.map(|task| (task.title, task.due_at)), Ok(("Isolate".into(), None)));
        assert_eq!(
            wrong(TaskFields::created(object(json!({ "title": null, "people": "x" })))),
            ["title", "phase", "people"]
        );
    }

    #[test]
    fn every_field_is_reached_by_its_name_and_every_noun_has_a_title() {
        for noun in NOUNS {
            assert!(noun.fields.iter().all(|field| !field.name.is_empty() && !field.label.is_empty()), "{}", noun.name);
            for field in noun.fields {
                assert_eq!(field.kind == FieldKind::Choice, !field.choices.is_empty(), "{} {}", noun.name, field.name);
            }
            assert!(noun.field(noun.title).is_some_and(|field| field.personal), "{}", noun.name);
        }
    }
}
