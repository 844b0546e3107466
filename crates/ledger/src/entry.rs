//! The ledger entry, schema version 1: what happened, to what, by whom, and the hash of the entry
//! before it, as RFC 8785 (JCS) JSON. It never carries free or personal text: that enters as a
//! salted commitment, so that deleting the salt erases the text and leaves the tree whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::hash::{Hash, leaf_hash};
use crate::timestamp;

/// The schema version in the field `v`.
pub const SCHEMA: u64 = 1;
/// Longest entry in bytes: tiles prefix an entry with a 16-bit length.
pub const MAX_BYTES: usize = 65_535;
/// Type of the first entry of every log.
pub const GENESIS: &str = "log.genesis";
/// The name under which the commitment to the actor's name is opened.
pub const ACTOR_NAME: &str = "actor.name";

/// Integers from here on are not exact in every JSON reader.
pub(crate) const INTEGER_END: u64 = 1 << 53;
pub(crate) const MAX_DEPTH: usize = 8;
pub(crate) const MAX_NAME: usize = 64;
pub(crate) const MAX_VALUE: usize = 1024;

/// The object the entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Noun, such as `incident`.
    pub kind: String,
    /// Identifier of the object.
    pub id: String,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryActor {
    /// Identifier of the person, token or system part.
    pub id: String,
    /// [`commitment`] to the name as it was at the time.
    pub name_commit: Hash,
}

/// What an entry says, before it has a place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryDraft {
    /// Identifier of the organisation whose log this is.
    pub org: String,
    /// Dotted type, noun first: `custody.transferred`. Written as `type`.
    pub kind: String,
    /// What it is about.
    pub subject: Subject,
    /// Who did it.
    pub actor: EntryActor,
    /// Identifiers, enum values, hashes, times, counts and flags in clear. Strings may hold no
    /// white space and no `@`, which keeps sentences and addresses out by construction.
    pub data: Map<String, Value>,
    /// [`commitment`]s to free or personal text, by field name.
    pub commit: BTreeMap<String, Hash>,
}

/// An entry in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Position in the log from 0, which is also the leaf index.
    pub seq: u64,
    /// Leaf hash of the entry before; [`Hash::ZERO`] for the first.
    pub prev: Hash,
    /// Server time in microseconds since 1970 UTC, whole milliseconds.
    pub at_us: i64,
    /// What it says.
    pub content: EntryDraft,
}

/// Why an entry cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// More than [`MAX_BYTES`].
    #[error("the entry has {0} bytes; 65535 is the most")]
    TooLong(usize),
    /// Not UTF-8 JSON with exactly the fields of the schema.
    #[error("not an entry: {0}")]
    Malformed(String),
    /// Right content, but not the one spelling RFC 8785 allows.
    #[error("the entry is not in canonical form (RFC 8785)")]
    NotCanonical,
    /// A schema this version does not know.
    #[error("unknown entry schema {0}")]
    Schema(u64),
    /// Outside the years 1970 to 9999, or not RFC 3339 UTC with milliseconds.
    #[error("`ts` is not a time in UTC with milliseconds")]
    Time,
    /// A type, kind or field name that is not of letters `a-z`, digits, `_`, `-` and dots.
    #[error("`{0}` is not a name of a-z, 0-9, `_`, `-` and `.`")]
    Name(&'static str),
    /// An identifier or value that is empty, too long, or could be text or an address.
    #[error("`{0}` must be an identifier, enum value, hash or time, never text")]
    Value(String),
    /// A number with a fraction or beyond 2^53.
    #[error("`{0}` must be a whole number below 2^53")]
    Number(String),
    /// Objects or lists nested deeper than eight levels.
    #[error("`{0}` is nested too deeply")]
    Depth(String),
}

/// `SHA256(salt ++ text)`: binds an entry to a text without revealing it. The salt is 32 random
/// bytes used for nothing else; without it a short text could be guessed.
pub fn commitment(salt: &[u8; 32], text: &str) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(text.as_bytes());
    Hash::from_bytes(hasher.finalize().into())
}

impl EntryDraft {
    /// An entry without data or commitments yet.
    pub fn new(org: &str, kind: &str, subject: Subject, actor: EntryActor) -> Self {
        Self { org: org.to_owned(), kind: kind.to_owned(), subject, actor, data: Map::new(), commit: BTreeMap::new() }
    }

    /// The first entry of a log: which log it is, the key that signs it, and what wrote it.
    pub fn genesis(org: &str, actor: EntryActor, origin: &str, vkey: &str, software: &str) -> Self {
        let subject = Subject { kind: "log".to_owned(), id: org.to_owned() };
        Self::new(org, GENESIS, subject, actor)
            .with("origin", origin)
            .with("vkey", vkey)
            .with("schema", SCHEMA)
            .with("software", software)
    }

    /// Adds a value in clear; see [`EntryDraft::data`] for what may be.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.data.insert(field.to_owned(), value.into());
        self
    }

    /// Adds a commitment under a field name.
    #[must_use]
    pub fn with_commitment(mut self, field: &str, hash: Hash) -> Self {
        self.commit.insert(field.to_owned(), hash);
        self
    }

    /// Gives it its place. `at_us` is the server's time in microseconds since 1970, cut to the
    /// millisecond; the writer must not let it run backwards from one entry to the next.
    pub fn at(self, seq: u64, prev: Hash, at_us: i64) -> Entry {
        Entry { seq, prev, at_us: at_us.div_euclid(1000) * 1000, content: self }
    }

    fn check(&self) -> Result<(), EntryError> {
        identifier("org", &self.org)?;
        identifier("subject.id", &self.subject.id)?;
        identifier("actor.id", &self.actor.id)?;
        name("type", &self.kind)?;
        if !self.kind.contains('.') {
            return Err(EntryError::Name("type"));
        }
        name("subject.kind", &self.subject.kind)?;
        self.data.iter().try_for_each(|(field, value)| check_value(field, value))?;
        self.commit.keys().try_for_each(|field| {
            name("commit", field)?;
            if field == ACTOR_NAME { Err(EntryError::Name("commit")) } else { Ok(()) }
        })
    }
}

impl Entry {
    /// The canonical bytes: what is stored, exported and hashed.
    ///
    /// # Errors
    /// Any [`EntryError`] for content the schema does not allow, or that is too long.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EntryError> {
        self.content.check()?;
        if self.seq >= INTEGER_END {
            return Err(EntryError::Number("seq".to_owned()));
        }
        let wire = EntryOut {
            v: SCHEMA,
            seq: self.seq,
            prev: self.prev,
            ts: timestamp::format(self.at_us).ok_or(EntryError::Time)?,
            org: &self.content.org,
            kind: &self.content.kind,
            subject: &self.content.subject,
            actor: &self.content.actor,
            data: &self.content.data,
            commit: &self.content.commit,
        };
        let bytes = serde_json_canonicalizer::to_vec(&wire).map_err(malformed)?;
        within_limit(&bytes)?;
        Ok(bytes)
    }

    /// Reads an entry and accepts nothing that [`Entry::to_bytes`] would not have written: no
    /// unknown, missing or repeated field, no second spelling.
    ///
    /// # Errors
    /// The [`EntryError`] that says what is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        within_limit(bytes)?;
        let read: EntryIn = serde_json::from_slice(bytes).map_err(malformed)?;
        if read.v != SCHEMA {
            return Err(EntryError::Schema(read.v));
        }
        let entry = Self {
            seq: read.seq,
            prev: read.prev,
            at_us: timestamp::parse(read.ts.as_bytes()).ok_or(EntryError::Time)?,
            content: EntryDraft {
                org: read.org,
                kind: read.kind,
                subject: read.subject,
                actor: read.actor,
                data: read.data,
                commit: read.commit,
            },
        };
        if entry.to_bytes()? == bytes { Ok(entry) } else { Err(EntryError::NotCanonical) }
    }

    /// The leaf hash, and the `prev` of the entry that follows.
    ///
    /// # Errors
    /// As [`Entry::to_bytes`].
    pub fn leaf(&self) -> Result<Hash, EntryError> {
        Ok(leaf_hash(&self.to_bytes()?))
    }

    /// The commitment that an opening of `field` must match; [`ACTOR_NAME`] stands for the actor's.
    pub fn commitment_of(&self, field: &str) -> Option<Hash> {
        if field == ACTOR_NAME {
            return Some(self.content.actor.name_commit);
        }
        self.content.commit.get(field).copied()
    }
}

#[derive(Serialize)]
struct EntryOut<'a> {
    v: u64,
    seq: u64,
    prev: Hash,
    ts: String,
    org: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    subject: &'a Subject,
    actor: &'a EntryActor,
    data: &'a Map<String, Value>,
    commit: &'a BTreeMap<String, Hash>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryIn {
    v: u64,
    seq: u64,
    prev: Hash,
    ts: String,
    org: String,
    #[serde(rename = "type")]
    kind: String,
    subject: Subject,
    actor: EntryActor,
    data: Map<String, Value>,
    commit: BTreeMap<String, Hash>,
}

fn malformed(error: serde_json::Error) -> EntryError {
    EntryError::Malformed(error.to_string())
}

fn within_limit(bytes: &[u8]) -> Result<(), EntryError> {
    if bytes.len() > MAX_BYTES { Err(EntryError::TooLong(bytes.len())) } else { Ok(()) }
}

fn name(field: &'static str, text: &str) -> Result<(), EntryError> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.".contains(&byte);
    let good = (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(allowed);
    if good { Ok(()) } else { Err(EntryError::Name(field)) }
}

fn identifier(field: &str, text: &str) -> Result<(), EntryError> {
    if text.is_empty() { Err(EntryError::Value(field.to_owned())) } else { plain(field, text) }
}

fn plain(field: &str, text: &str) -> Result<(), EntryError> {
    let textual = |c: char| c.is_whitespace() || c.is_control() || c == '@';
    let bad = text.len() > MAX_VALUE || text.chars().any(textual);
    if bad { Err(EntryError::Value(field.to_owned())) } else { Ok(()) }
}

/// Whether `data` may hold this value under this name.
pub(crate) fn check_value(field: &str, value: &Value) -> Result<(), EntryError> {
    name("data", field)?;
    clear(field, value, 1)
}

fn clear(field: &str, value: &Value, depth: usize) -> Result<(), EntryError> {
    if depth > MAX_DEPTH {
        return Err(EntryError::Depth(field.to_owned()));
    }
    match value {
        Value::Null | Value::Bool(_) => Ok(()),
        Value::Number(number) => {
            let magnitude = number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64());
            let exact = magnitude.is_some_and(|magnitude| magnitude < INTEGER_END);
            if exact { Ok(()) } else { Err(EntryError::Number(field.to_owned())) }
        }
        Value::String(text) => plain(field, text),
        Value::Array(items) => items.iter().try_for_each(|item| clear(field, item, depth + 1)),
        Value::Object(map) => map.iter().try_for_each(|(key, item)| {
            name("data", key)?;
            clear(key, item, depth + 1)
        }),
    }
}
