//! Walking through JSON that is held to be hostile: every step knows its place, and what is not as
//! expected is a fault there.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use crate::{
    fault::{FILE_BYTES_MAX, FileFault},
    memory::{self, MEMORY_MAX},
    words::{self, Notes},
};

/// Longest text that is taken in at all, in characters.
pub(crate) const TEXT_CHARS_MAX: usize = 1_000_000;
/// Most members of a list, where no smaller number is said.
pub(crate) const LIST_MAX: usize = 10_000;

/// The JSON of a file. A name that is given twice in one object is refused: which of the two counts
/// would be anybody's guess.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, FileFault> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(FileFault::new("", format!("The file is larger than {} MiB.", FILE_BYTES_MAX / 1024 / 1024)));
    }
    if memory::estimate(bytes) > MEMORY_MAX {
        return Err(FileFault::new("", "The file has more values than can be read at once. Split it."));
    }
    // A mark of the byte order is no JSON, yet some programs write one.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let UniqueMembers(value) = serde_json::from_slice(bytes).map_err(|error| {
        let words = error.to_string();
        let reason = words.rsplit_once(" at line ").map_or(words.as_str(), |(reason, _)| reason);
        let place = format!("line {}, column {}", error.line(), error.column());
        FileFault::new(place, format!("Not the JSON that is expected: {}.", words::line(reason, 200)))
    })?;
    Ok(value)
}

/// JSON in which no name is given twice within an object.
struct UniqueMembers(Value);

impl<'de> Deserialize<'de> for UniqueMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor)
    }
}

struct OnceVisitor;

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = UniqueMembers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, value: bool) -> Result<UniqueMembers, E> {
        Ok(UniqueMembers(Value::Bool(value)))
    }
    fn visit_i64<E>(self, value: i64) -> Result<UniqueMembers, E> {
        Ok(UniqueMembers(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<UniqueMembers, E> {
        Ok(UniqueMembers(value.into()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<UniqueMembers, E> {
        Ok(UniqueMembers(Number::from_f64(value).map_or(Value::Null, Value::Number)))
    }
    fn visit_str<E>(self, value: &str) -> Result<UniqueMembers, E> {
        Ok(UniqueMembers(value.into()))
    }
    fn visit_string<E>(self, value: String) -> Result<UniqueMembers, E> {
        Ok(UniqueMembers(value.into()))
    }
    fn visit_unit<E>(self) -> Result<UniqueMembers, E> {
        Ok(UniqueMembers(Value::Null))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<UniqueMembers, A::Error> {
        let mut list = Vec::new();
        while let Some(UniqueMembers(member)) = members.next_element()? {
            list.push(member);
        }
        Ok(UniqueMembers(Value::Array(list)))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<UniqueMembers, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("“{}” is given twice", words::line(&name, 60))));
            }
            let UniqueMembers(member) = members.next_value()?;
            object.insert(name, member);
        }
        Ok(UniqueMembers(Value::Object(object)))
    }
}

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    /// As a JSON pointer.
    pub(crate) place: String,
}

impl<'a> Node<'a> {
    /// The whole of a file.
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { value, place: String::new() }
    }

    /// A fault here.
    pub(crate) fn fault(&self, reason: impl Into<String>) -> FileFault {
        FileFault::new(self.place.clone(), reason)
    }

    fn expected(&self, what: &str) -> FileFault {
        let found = match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.fault(format!("This should be {what}; it is {found}."))
    }

    fn object(&self) -> Result<&'a Map<String, Value>, FileFault> {
        self.value.as_object().ok_or_else(|| self.expected("an object"))
    }

    /// The value as it is.
    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    /// The member of that name; `None` when there is none, or when it is null.
    pub(crate) fn find(&self, name: &str) -> Result<Option<Self>, FileFault> {
        let member = self.object()?.get(name).filter(|value| !value.is_null());
        Ok(member.map(|value| Self { value, place: format!("{}/{}", self.place, pointer(name)) }))
    }

    /// The member of that name, which must be there.
    pub(crate) fn need(&self, name: &str) -> Result<Self, FileFault> {
        self.find(name)?.ok_or_else(|| self.fault(format!("“{name}” is missing.")))
    }

    /// This as text, its odd characters made visible.
    pub(crate) fn as_text(&self) -> Result<String, FileFault> {
        let text = self.value.as_str().ok_or_else(|| self.expected("a text"))?;
        if text.chars().count() > TEXT_CHARS_MAX {
            return Err(self.fault(format!("This text has more than {TEXT_CHARS_MAX} characters.")));
        }
        Ok(words::visible(text))
    }

    /// This as a whole number that is not negative.
    pub(crate) fn as_number(&self) -> Result<u64, FileFault> {
        self.value.as_u64().ok_or_else(|| self.expected("a whole number of 0 or more"))
    }

    /// The members of this list.
    pub(crate) fn as_list(&self, max: usize) -> Result<Vec<Self>, FileFault> {
        let list = self.value.as_array().ok_or_else(|| self.expected("a list"))?;
        if list.len() > max {
            return Err(self.fault(format!("There are {} here; at most {max} are read.", list.len())));
        }
        let member = |(at, value)| Self { value, place: format!("{}/{at}", self.place) };
        Ok(list.iter().enumerate().map(member).collect())
    }

    /// The text of that name; empty when there is none.
    pub(crate) fn text(&self, name: &str) -> Result<String, FileFault> {
        self.find(name)?.map_or(Ok(String::new()), |member| member.as_text())
    }

    /// The text of that name, which must be there and say something.
    pub(crate) fn need_text(&self, name: &str) -> Result<String, FileFault> {
        let member = self.need(name)?;
        let text = member.as_text()?;
        if text.trim().is_empty() { Err(member.fault("This is empty.")) } else { Ok(text) }
    }

    /// The text of that name, unless it is absent or empty.
    pub(crate) fn some_text(&self, name: &str) -> Result<Option<String>, FileFault> {
        Ok(Some(self.text(name)?.trim().to_owned()).filter(|text| !text.is_empty()))
    }

    /// The whole number of that name.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, FileFault> {
        self.find(name)?.map(|member| member.as_number()).transpose()
    }

    /// Whether that is so; absent is no.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, FileFault> {
        let Some(member) = self.find(name)? else { return Ok(false) };
        member.value.as_bool().ok_or_else(|| member.expected("true or false"))
    }

    /// The list of that name; empty when there is none.
    pub(crate) fn list(&self, name: &str, max: usize) -> Result<Vec<Self>, FileFault> {
        self.find(name)?.map_or(Ok(Vec::new()), |member| member.as_list(max))
    }

    /// Notes every member that says something and is not among those taken, whose names are separated by a space.
    pub(crate) fn note_rest(&self, taken: &str, notes: &mut Notes) -> Result<(), FileFault> {
        for (name, value) in self.object()? {
            if taken.split(' ').any(|one| one == name) || is_empty(value) {
                continue;
            }
            let place = words::line(&format!("{}/{}", self.place, pointer(name)), 200);
            notes.add(format!("{place}: not taken: {}", words::line(&brief(value), 200)));
        }
        Ok(())
    }
}

/// A name as a part of a JSON pointer.
fn pointer(name: &str) -> String {
    words::line(&name.replace('~', "~0").replace('/', "~1"), 200)
}

/// Whether it says nothing.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A value in a few words; a long one is only counted.
fn brief(value: &Value) -> String {
    match value {
        Value::String(text) => words::line(text, 200),
        Value::Array(list) if list.iter().any(|one| one.is_array() || one.is_object()) || list.len() > 20 => {
            format!("a list of {}", list.len())
        }
        Value::Object(object) if object.values().any(|one| one.is_array() || one.is_object()) || object.len() > 5 => {
            format!("an object of {}", object.len())
        }
        other => other.to_string(),
    }
}
