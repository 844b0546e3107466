//! The log as it is stored, read from one end to the other for its verification. A stretch of entries comes
//! as one text, put together by the database: to hand over each row by itself takes longer than everything
//! that is done with it. Each value is preceded by its length, so that no content can pass for another row.
//! Bytes as hex and the type of a value are what the two databases say differently here.

use holdfast_domain::OrgId;
use holdfast_ledger::Open;

use crate::{Db, Error, Queryable, Result};

/// Entries in a stretch.
const STRETCH: i64 = 512;

/// As SQLite says it; see [`in_postgres`]. A value that is no text, which SQLite keeps all the same, is left out
/// and so missing in the count.
const ENTRIES: &str =
    "SELECT COUNT(*), string_agg(CAST(seq AS TEXT) || ' ' || CAST(octet_length(entry) AS TEXT) || ' ' ||
    hex(leaf_hash) || ' ' || entry, '') FILTER (WHERE typeof(entry) = 'text')
    FROM ledger_entries WHERE org_id = $1 AND seq >= $2 AND seq <= $3";
const OPENINGS: &str =
    "SELECT COUNT(*), string_agg(CAST(seq AS TEXT) || ' ' || CAST(octet_length(field) AS TEXT) || ' ' ||
    CAST(octet_length(text) AS TEXT) || ' ' || hex(salt) || ' ' || field || text, '')
    FILTER (WHERE typeof(field) = 'text' AND typeof(text) = 'text')
    FROM ledger_openings WHERE org_id = $1 AND seq >= $2 AND seq <= $3";

/// The place of the last entry.
pub async fn last(db: &Db, org: OrgId) -> Result<Option<i64>> {
    db.query("SELECT MAX(seq) FROM ledger_entries WHERE org_id = $1").bind(org).scalar().await
}

/// Where the stretch ends that begins with the first entry from a place on, `last` at most.
pub async fn end(db: &Db, org: OrgId, from: i64, last: i64) -> Result<i64> {
    let sql = "SELECT seq FROM ledger_entries WHERE org_id = $1 AND seq >= $2 ORDER BY seq LIMIT 1 OFFSET $3";
    let found: Option<i64> = db.query(sql).binds((org, from, STRETCH - 1)).scalar_optional().await?;
    Ok(found.map_or(last, |seq| seq.min(last)))
}

/// The place of the first text that opens no entry, before the first entry or after the `last`; no action leaves
/// one behind.
pub async fn lost(db: &Db, org: OrgId, last: i64) -> Result<Option<i64>> {
    // One after the other: a statement for both would read all texts.
    for (beyond, than) in [("o.seq < $2", 0), ("o.seq > $2", last)] {
        let sql = format!(
            "SELECT o.seq FROM ledger_openings o LEFT JOIN ledger_entries e ON e.org_id = o.org_id AND e.seq = o.seq
             WHERE o.org_id = $1 AND {beyond} AND e.seq IS NULL ORDER BY o.seq LIMIT 1"
        );
        let found: Option<(i64,)> = db.query_built(sql).bind(org).bind(than).fetch_optional().await?;
        if let Some((seq,)) = found {
            return Ok(Some(seq));
        }
    }
    Ok(None)
}

/// Entries that follow one another, with the texts behind their commitments, as they were read.
#[derive(Debug, Default)]
pub struct Stretch {
    entries: (i64, String),
    openings: (i64, String),
}

/// An entry of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryRef<'a> {
    /// Its place.
    pub seq: u64,
    /// The leaf hash that was stored; `None` where that is no hash.
    pub leaf_hash: Option<[u8; 32]>,
    /// The exact bytes that were hashed.
    pub entry: &'a str,
}

/// A text of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpeningRef<'a> {
    /// The entry.
    pub seq: u64,
    /// The field.
    pub field: &'a str,
    /// The salt.
    pub salt: [u8; 32],
    /// The text.
    pub text: &'a str,
}

impl<'a> From<&'a OpeningRef<'_>> for Open<'a> {
    fn from(opening: &'a OpeningRef<'_>) -> Self {
        Self { seq: opening.seq, field: opening.field, salt: &opening.salt, text: opening.text }
    }
}

/// Reads the entries between two places, both included, and every text that is said to belong there.
pub async fn stretch(db: &Db, org: OrgId, first: i64, last: i64) -> Result<Stretch> {
    let read = async |sql: &str| {
        let sql = if db.is_sqlite() { sql.to_owned() } else { in_postgres(sql) };
        let found: (i64, Option<String>) = db.query_built(sql).binds((org, first, last)).fetch_one().await?;
        Ok::<_, Error>((found.0, found.1.unwrap_or_default()))
    };
    // Entries first, so that none comes without its texts.
    Ok(Stretch { entries: read(ENTRIES).await?, openings: read(OPENINGS).await? })
}

/// The same as PostgreSQL says it, where a column of text holds nothing else.
fn in_postgres(sql: &str) -> String {
    let said = [("hex(leaf_hash)", "encode(leaf_hash, 'hex')"), ("hex(salt)", "encode(salt, 'hex')")];
    let types = ["entry", "field", "text"].map(|column| (format!("typeof({column}) = 'text'"), "true"));
    let sql = said.iter().fold(sql.to_owned(), |sql, (sqlite, postgres)| sql.replace(sqlite, postgres));
    types.iter().fold(sql, |sql, (sqlite, postgres)| sql.replace(sqlite, postgres))
}

impl Stretch {
    /// The entries, in order.
    ///
    /// # Errors
    /// When a row is none of an entry.
    pub fn entries(&self) -> Result<Vec<EntryRef<'_>>> {
        rows(&self.entries, |rest| {
            let (seq, length) = (rest.number()?, rest.number()?);
            Some(EntryRef { seq, leaf_hash: hash(rest.word()?), entry: rest.take(length)? })
        })
        .map(|rows| sorted(rows, |entry| entry.seq))
    }

    /// The texts, in the order of their entries.
    ///
    /// # Errors
    /// When a row is none of a text.
    pub fn openings(&self) -> Result<Vec<OpeningRef<'_>>> {
        rows(&self.openings, |rest| {
            let (seq, field, text) = (rest.number()?, rest.number()?, rest.number()?);
            let salt = hash(rest.word()?)?;
            Some(OpeningRef { seq, salt, field: rest.take(field)?, text: rest.take(text)? })
        })
        .map(|rows| sorted(rows, |opening| opening.seq))
    }
}

fn rows<'a, T>((count, text): &'a (i64, String), read: impl Fn(&mut Rest<'a>) -> Option<T>) -> Result<Vec<T>> {
    let mut rows = Vec::with_capacity(usize::try_from(*count).unwrap_or(0));
    let mut rest = Rest(text);
    while !rest.0.is_empty() {
        rows.push(read(&mut rest).ok_or_else(unlike)?);
    }
    // A row with a NULL in it, which the table does not allow, is left out as well.
    if i64::try_from(rows.len()) == Ok(*count) { Ok(rows) } else { Err(unlike()) }
}

/// The database need not keep the order in which it finds them, though it does.
fn sorted<T>(mut rows: Vec<T>, seq: impl Fn(&T) -> u64) -> Vec<T> {
    rows.sort_by_key(seq);
    rows
}

fn unlike() -> Error {
    Error::Unexpected("a row of the ledger is not as the program writes it".into())
}

/// What is left of a text that was put together.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// Until the next space, which is passed. It is near, so nothing is set up to search for it.
    fn word(&mut self) -> Option<&'a str> {
        let (word, rest) = self.0.split_at_checked(self.0.bytes().position(|byte| byte == b' ')?)?;
        self.0 = rest.get(1..)?;
        Some(word)
    }

    fn number(&mut self) -> Option<u64> {
        self.word()?.parse().ok()
    }

    fn take(&mut self, bytes: u64) -> Option<&'a str> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(bytes).ok()?)?;
        self.0 = rest;
        Some(taken)
    }
}

/// Thirty-two bytes in hex; SQLite writes it with capitals.
fn hash(digits: &str) -> Option<[u8; 32]> {
    let digits: &[u8; 64] = digits.as_bytes().try_into().ok()?;
    let (mut hash, mut all) = ([0; 32], 0);
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let (high, low) = (DIGIT[usize::from(pair[0])], DIGIT[usize::from(pair[1])]);
        all |= high | low;
        *byte = high << 4 | low & 15;
    }
    (all < 16).then_some(hash)
}

/// The value of a hex digit; 16 of what is none.
const DIGIT: [u8; 256] = {
    let mut digit = [16; 256];
    let mut value: u8 = 0;
    while value < 16 {
        digit[b"0123456789abcdef"[value as usize] as usize] = value;
        digit[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    digit
};
