//! Full text: the one file whose SQL differs between the databases (FTS5 and tsvector). Documents
//! are written in the transaction that writes what they describe.

use holdfast_domain::{
    Actor, IncidentId, OrgId,
    defang::{refang, scheme_meant},
    search::{HITS_MAX, Hit, HitKind, SearchQuery},
};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};
use uuid::Uuid;

use crate::{Db, Queryable, Result, Tx, incident::VISIBLE, search_mark as mark};

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
pub async fn put(tx: &mut Tx, doc: &Doc<'_>) -> Result<()> {
    let sql = "INSERT INTO search_docs (org_id, kind, object_id, incident_id, title, body, title_text, body_text)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (kind, object_id) DO UPDATE SET title = excluded.title, body = excluded.body,
            title_text = excluded.title_text, body_text = excluded.body_text";
    tx.query(sql)
        .binds((doc.org_id, doc.kind.to_owned(), doc.object_id, doc.incident_id, words(doc.title).join(" ")))
        .binds((words(doc.body).join(" "), doc.title.to_owned(), doc.body.to_owned()))
        .run()
        .await
}

/// Takes a document away.
pub async fn remove(tx: &mut Tx, kind: &str, object_id: Uuid) -> Result<()> {
    let sql = "DELETE FROM search_docs WHERE kind = $1 AND object_id = $2";
    tx.query(sql).binds((kind.to_owned(), object_id)).run().await
}

/// Longest word that is told apart, in characters; the SHA-512 of a file fits. PostgreSQL leaves
/// words above 2 KB out of its index.
const WORD_CHARS_MAX: usize = 128;

/// A text in one case, without accents, with addresses as they are meant (`evil[.]example`).
fn folded(text: &str) -> String {
    let text = refang(text);
    // By way of the capitals, since two lower-case letters may share one: "straße" is "strasse".
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// One word of a folded text as it is indexed.
fn word(word: &str) -> String {
    scheme_meant(word).map_or_else(|| word.chars().take(WORD_CHARS_MAX).collect(), str::to_owned)
}

/// The words of a folded text, cut at whatever is neither letter nor digit. The engines cut
/// differently (PostgreSQL takes an e-mail address for one word and `-0001` for a number), so neither
/// is left anything to cut.
fn cut(folded: &str) -> Vec<String> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).map(word).collect()
}

/// The words of a text.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    cut(&folded(text))
}

/// The signs within addresses, hashes, paths and references: what they hold together was meant
/// together.
const JOINING: [char; 7] = ['.', ':', '/', '\\', '-', '_', '@'];

/// What a person typed, as runs of words that stand together: `198.51.100.7` is one run of four.
#[must_use]
pub fn runs(typed: &str) -> Vec<Vec<String>> {
    folded(typed)
        .split(|c: char| !c.is_alphanumeric() && !JOINING.contains(&c))
        // The scheme says little: a host is found whether it was kept with one or not.
        .map(|run| run.split_once("://").map_or(run, |(_, rest)| rest))
        .map(|run| cut(run).into_iter().take(WORDS_MAX).collect::<Vec<_>>())
        .filter(|run| !run.is_empty())
        .take(RUNS_MAX)
        .collect()
}

/// Runs of words that are looked for at most, and words of one.
const RUNS_MAX: usize = 16;
const WORDS_MAX: usize = 32;

/// What a person typed, as the engine's own query: every run of words must be there, each may be the
/// beginning of a longer one. `None` when nothing in it is a word.
#[must_use]
pub fn match_text(typed: &str, sqlite: bool) -> Option<String> {
    match_runs(&runs(typed), sqlite)
}

/// The same for runs of words.
#[must_use]
pub(crate) fn match_runs(runs: &[Vec<String>], sqlite: bool) -> Option<String> {
    let run = |words: &Vec<String>| {
        if sqlite {
            return format!("\"{}\"*", words.join(" "));
        }
        format!("'{}':*", words.join("' <-> '"))
    };
    let runs: Vec<String> = runs.iter().map(run).collect();
    (!runs.is_empty()).then(|| runs.join(if sqlite { " " } else { " & " }))
}

/// Whether a text has this run of words, the last of which may be the beginning of a longer one: as the
/// engines decide it.
pub(crate) fn has_run(text: &str, run: &[String]) -> bool {
    let Some((last, first)) = run.split_last() else { return false };
    words(text)
        .windows(run.len())
        .any(|part| part.split_last().is_some_and(|(end, begin)| begin == first && end.starts_with(last.as_str())))
}

/// The incidents that have the words bound at a placeholder, for a query that binds the organisation at `$1`.
#[must_use]
pub(crate) fn incidents_with(words: &str, sqlite: bool) -> String {
    if sqlite {
        // The order of the tables is said (CROSS JOIN): the words first, then what has them. Left to itself
        // SQLite asks of every incident whether it has the words.
        format!(
            "SELECT d.object_id FROM search_index x CROSS JOIN search_docs d
             WHERE x.search_index MATCH {words} AND d.docid = x.rowid AND d.kind = 'incident' AND d.org_id = $1"
        )
    } else {
        format!(
            "SELECT d.object_id FROM search_docs d
             WHERE d.words @@ to_tsquery('simple', {words}) AND d.kind = 'incident' AND d.org_id = $1"
        )
    }
}

/// Hits that are ranked at most: of a word that is everywhere, the newest. Ranking all of them would take
/// time with every incident there is.
const RANKED_MAX: usize = 300;

/// A row that was found.
#[derive(sqlx::FromRow)]
struct HitRow {
    kind: HitKind,
    object_id: Uuid,
    reference: String,
    title: String,
    title_text: String,
    body_text: String,
}

/// The statement of a search: `$1` the organisation, `$2` the reader, `$3` the engine's query or an
/// id. The ranking sees ids and numbers only; texts are read for the page that is shown.
fn statement(query: &SearchQuery, by_id: bool, sqlite: bool) -> String {
    let kinds: Vec<String> = query.kinds.iter().map(|kind| format!("'{kind}'")).collect();
    // On SQLite the order of the tables is said (CROSS JOIN): the words first, then what has them.
    let (from, found, score) = match (by_id, sqlite) {
        (true, _) => ("search_docs d", "d.object_id = $3", "0.0"),
        (false, true) => (
            "search_index x CROSS JOIN search_docs d",
            "x.search_index MATCH $3 AND d.docid = x.rowid",
            "bm25(x.search_index, 8.0, 1.0)",
        ),
        (false, false) => (
            "search_docs d",
            "d.words @@ to_tsquery('simple', $3)",
            "-ts_rank_cd('{0.1, 0.2, 0.4, 1.0}', d.words, to_tsquery('simple', $3), 1)",
        ),
    };
    // The index of words is walked from the newest, so nothing is sorted before the bound.
    let newest = if sqlite && !by_id { "x.rowid" } else { "d.docid" };
    format!(
        "SELECT d.kind, d.object_id, i.reference, i.title, d.title_text, d.body_text FROM (
             SELECT docid, score FROM (
                 SELECT d.docid, {score} AS score FROM {from} CROSS JOIN incidents i
                 WHERE {found} AND i.id = d.incident_id AND d.org_id = $1 AND d.kind IN ({kinds}) AND {VISIBLE}
                 ORDER BY {newest} DESC LIMIT {RANKED_MAX}
             ) ranked ORDER BY score, docid DESC LIMIT {limit} OFFSET {offset}
         ) hit JOIN search_docs d ON d.docid = hit.docid JOIN incidents i ON i.id = d.incident_id
         ORDER BY hit.score, hit.docid DESC",
        kinds = kinds.join(", "),
        limit = query.limit.clamp(1, HITS_MAX) + 1,
        offset = query.offset.clamp(0, HITS_MAX),
    )
}

/// What matches and the reader may see, best first among the newest few hundred, with the match marked; one
/// more than the page holds when there is more. Looks only for the kinds named.
pub async fn find(db: &Db, actor: &Actor, query: &SearchQuery) -> Result<Vec<Hit>> {
    let id = query.text.trim().parse::<Uuid>().ok();
    let words = match_text(&query.text, db.is_sqlite());
    let (Some(words), false) = (words, query.kinds.is_empty()) else { return Ok(Vec::new()) };
    let statement = db.query_built(statement(query, id.is_some(), db.is_sqlite()));
    let statement = statement.bind(actor.org_id).bind(actor.person_id);
    let rows: Vec<HitRow> = match id {
        Some(id) => statement.bind(id),
        None => statement.bind(words),
    }
    .fetch_all()
    .await?;
    let runs = runs(&query.text);
    let hit = |row: HitRow| Hit {
        kind: row.kind,
        id: row.object_id,
        incident_reference: row.reference,
        incident_title: row.title,
        title: mark::all(&row.title_text, &runs),
        snippet: mark::snippet(&row.body_text, &runs),
    };
    Ok(rows.into_iter().map(hit).collect())
}

/// The plan of a search, for the tests that hold it to its index.
pub async fn plan(db: &Db, actor: &Actor, query: &SearchQuery) -> Result<String> {
    let words = match_text(&query.text, db.is_sqlite()).unwrap_or_default();
    let statement = db.query_built(format!("{} {}", db.explain(), statement(query, false, db.is_sqlite())));
    statement.binds((actor.org_id, actor.person_id, words)).plan().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_never_becomes_query_syntax() {
        assert_eq!(match_text("INC-2026 \"OR\" x*", true).as_deref(), Some("\"inc 2026\"* \"or\"* \"x\"*"));
        assert_eq!(match_text("a' | b.c", false).as_deref(), Some("'a':* & 'b' <-> 'c':*"));
        assert_eq!(match_text(" -- '", false), None);
    }

    #[test]
    fn an_address_is_looked_for_as_it_is_meant() {
        for typed in ["hxxps://evil[.]example/a", "https://Evil.example/a", "https://evil[dot]example/a"] {
            assert_eq!(runs(typed), [["evil", "example", "a"]], "{typed}");
        }
        assert_eq!(words("see hxxp://evil(dot)example"), ["see", "http", "evil", "example"]);
    }
}
