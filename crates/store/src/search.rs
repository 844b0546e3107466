//! Full text: the one file whose SQL differs between the databases (FTS5 and tsvector). Documents
//! are written in the transaction that writes what they describe.

use holdfast_domain::{IncidentId, OrgId};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
use uuid::Uuid;

use crate::{Queryable, Result, Tx};

/// A text that can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc<'a> {
    /// The organisation.
    pub org_id: OrgId,
    /// What kind of object it describes, such as `incident`.
    pub kind: &'a str,
    /// That object.
    pub object_id: Uuid,
    /// The incident whose visibility it shares.
    pub incident_id: IncidentId,
    /// The words that weigh more.
    pub title: &'a str,
    /// The rest.
    pub body: &'a str,
}

/// Writes or replaces a document.
///
/// # Errors
/// When the database refuses.
pub async fn put(tx: &mut Tx, doc: &Doc<'_>) -> Result<()> {
    tx.query(
        "INSERT INTO search_docs (org_id, kind, object_id, incident_id, title, body) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (kind, object_id) DO UPDATE SET title = excluded.title, body = excluded.body",
    )
    .bind(doc.org_id)
    .bind(doc.kind.to_owned())
    .bind(doc.object_id)
    .bind(doc.incident_id)
    .bind(words(doc.title).join(" "))
    .bind(words(doc.body).join(" "))
    .execute()
    .await?;
    Ok(())
}

/// Longest word that is told apart, in characters; the SHA-512 of a file fits. PostgreSQL leaves
/// words above 2 KB out of its index.
const WORD_CHARS_MAX: usize = 128;

/// The words of a text: in one case, without accents, cut at whatever is neither letter nor digit.
/// The engines cut differently (PostgreSQL takes an e-mail address for one word and `-0001` for a
/// number), so neither is left anything to cut.
fn words(text: &str) -> Vec<String> {
    // By way of the capitals, since two lower-case letters may share one: "straße" is "strasse".
    let plain =
        text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    plain
        .collect::<String>()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_CHARS_MAX).collect())
        .collect()
}

/// What a person typed, as the engine's own query: every word must be there, each may be the
/// beginning of a longer one. `None` when nothing in it is a word.
#[must_use]
pub fn match_text(typed: &str, sqlite: bool) -> Option<String> {
    let words: Vec<String> = words(typed)
        .into_iter()
        .take(16)
        .map(|word| if sqlite { format!("\"{word}\"*") } else { format!("'{word}':*") })
        .collect();
    (!words.is_empty()).then(|| words.join(if sqlite { " " } else { " & " }))
}

/// The condition "incident `i` has the words bound at `$n`", for a query that names incidents `i`
/// and binds the organisation at `$1`.
#[must_use]
pub(crate) fn incident_matches(n: usize, sqlite: bool) -> String {
    if sqlite {
        format!(
            "i.id IN (SELECT d.object_id FROM search_index x JOIN search_docs d ON d.docid = x.rowid
             WHERE x.search_index MATCH ${n} AND d.kind = 'incident' AND d.org_id = $1)"
        )
    } else {
        format!(
            "i.id IN (SELECT d.object_id FROM search_docs d
             WHERE d.words @@ to_tsquery('simple', ${n}) AND d.kind = 'incident' AND d.org_id = $1)"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_never_becomes_query_syntax() {
        assert_eq!(match_text("INC-2026 \"OR\" x*", true).as_deref(), Some("\"inc\"* \"2026\"* \"or\"* \"x\"*"));
        assert_eq!(match_text("a' | b", false).as_deref(), Some("'a':* & 'b':*"));
        assert_eq!(match_text(" -- '", false), None);
    }
}
