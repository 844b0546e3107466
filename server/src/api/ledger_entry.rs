//! Entries of the ledger over REST as people read them: filtered, one by one, as a table; and the verification of
//! the whole. What is restricted for the caller is a place and a hash.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, RawQuery},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use holdfast_actions::{
    Ctx, Error,
    ledger::{self, LedgerLine},
};
use holdfast_domain::{
    Actor, Refusal, Timestamp,
    incident::PAGE_ROWS_MAX,
    ledger::{By, HistoryEntry, LedgerFilter},
    refusal::FieldErrors,
};
use holdfast_interop::ledger_table::{TableRow, head, lines};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Caller, QueryParams};
use crate::files::saved;

/// Which entries, and which page of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EntryQuery {
    /// Only those of this person, by id; `holdfast` for those of the program itself.
    person: Option<String>,
    /// Only those about this incident, by reference or id, or that say something of it.
    incident: Option<String>,
    /// Only those of this kind, such as `task.finished`, or of this group, such as `task`.
    kind: Option<String>,
    /// Only those recorded at or after this time.
    recorded_since: Option<Timestamp>,
    /// Only those recorded before this time.
    recorded_before: Option<Timestamp>,
    /// Only entries below this place: the `next` of the page before.
    after: Option<i64>,
    /// Entries on a page, 1 to 200; 50 unless said otherwise.
    limit: Option<i64>,
}

/// Which entries, all of them as a table.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EntryTableQuery {
    /// Only those of this person, by id; `holdfast` for those of the program itself.
    person: Option<String>,
    /// Only those about this incident, by reference or id, or that say something of it.
    incident: Option<String>,
    /// Only those of this kind, such as `task.finished`, or of this group, such as `task`.
    kind: Option<String>,
    /// Only those recorded at or after this time.
    recorded_since: Option<Timestamp>,
    /// Only those recorded before this time.
    recorded_before: Option<Timestamp>,
    /// Whether to begin with a byte order mark, as some spreadsheets need it.
    #[serde(default)]
    bom: bool,
}

/// The filter of what was sent.
///
/// # Errors
/// [`Refusal::Invalid`] that names what could not be read.
pub(super) fn filter(
    person: Option<&str>,
    kind: Option<&str>,
    (since, before): (Option<Timestamp>, Option<Timestamp>),
) -> Result<LedgerFilter, Refusal> {
    let mut errors = FieldErrors::default();
    let by = person.and_then(|id| match id {
        "holdfast" => Some(By::System),
        id => id.parse().map(By::Person).map_err(|_| errors.add("person", "The id of a person, or holdfast.")).ok(),
    });
    let kinds = kind.map(holdfast_app::kinds_of).unwrap_or_default();
    if kind.is_some() && kinds.is_empty() {
        errors.add("kind", "A kind such as task.finished, or a group such as task.");
    }
    errors.finish()?;
    Ok(LedgerFilter { by, kinds, since, before, incident: None })
}

/// How many entries a page has.
///
/// # Errors
/// [`Refusal::Invalid`] when it is too few or too many.
pub(super) fn limit(asked: Option<i64>) -> Result<i64, Refusal> {
    let limit = asked.unwrap_or(50);
    if (1..=PAGE_ROWS_MAX).contains(&limit) {
        return Ok(limit);
    }
    Err(Refusal::field("limit", format!("Between 1 and {PAGE_ROWS_MAX}.")))
}

/// An entry as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerRowView {
    /// Its place in the log, from 0.
    seq: i64,
    /// The leaf hash, in hex.
    leaf_hash: String,
    /// Whether it is about an incident that the caller may not see; then nothing more of it is given.
    restricted: bool,
    /// What was done, by whom and when, with before and after; absent where it is restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<HistoryEntry>,
    /// The exact bytes that were hashed, where one entry is asked for; absent where it is restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<String>,
}

impl From<LedgerLine> for LedgerRowView {
    fn from(line: LedgerLine) -> Self {
        match line {
            LedgerLine::Entry(entry) => {
                let (seq, leaf_hash) = (entry.seq, entry.leaf_hash.clone());
                Self { seq, leaf_hash, restricted: false, entry: Some(*entry), bytes: None }
            }
            LedgerLine::Restricted { seq, leaf_hash } => {
                Self { seq, leaf_hash, restricted: true, entry: None, bytes: None }
            }
        }
    }
}

/// A page of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerPage {
    /// The entries, newest first.
    rows: Vec<LedgerRowView>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Entries of the ledger in words, newest first. Restricted ones are a place and a hash; where the list is filtered,
/// they are left out, so that no filter says anything of them.
#[utoipa::path(get, path = "/api/v1/ledger", operation_id = "ledger_list", tag = "ledger", params(EntryQuery),
    responses((status = 200, description = "A page", body = LedgerPage)))]
pub async fn list(Caller(ctx, actor): Caller, QueryParams(query): QueryParams<EntryQuery>) -> Answer<Json<LedgerPage>> {
    let limit = limit(query.limit)?;
    let times = (query.recorded_since, query.recorded_before);
    let filter = filter(query.person.as_deref(), query.kind.as_deref(), times)?;
    let filter = LedgerFilter { incident: query.incident, ..filter };
    let page = ledger::page(&ctx, &actor, &filter, query.after, limit).await?;
    Ok(Json(LedgerPage { rows: page.rows.into_iter().map(Into::into).collect(), next: page.next }))
}

/// One entry of the ledger, in words and as it was hashed.
#[utoipa::path(get, path = "/api/v1/ledger/{seq}", operation_id = "ledger_entry", tag = "ledger",
    params(("seq" = i64, Path, description = "The entry's place in the log, from 0")),
    responses((status = 200, description = "The entry", body = LedgerRowView)))]
pub async fn view(Caller(ctx, actor): Caller, Path(seq): Path<String>) -> Answer<Json<LedgerRowView>> {
    let found = ledger::view(&ctx, &actor, &seq).await?;
    Ok(Json(LedgerRowView { bytes: found.bytes, ..found.line.into() }))
}

/// What a verification of the whole ledger found.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerificationView {
    /// When.
    at: Timestamp,
    /// How many entries the verified checkpoint signs.
    size: u64,
    /// Whether every check holds.
    ok: bool,
    /// The checks that do not hold, and the place of the first entry at fault.
    faults: Vec<String>,
}

/// Verifies the whole ledger as it is stored: links, root, times, and every text against its commitment.
#[utoipa::path(post, path = "/api/v1/ledger/verification", operation_id = "verify_ledger", tag = "ledger",
    responses((status = 200, description = "What was found", body = VerificationView)))]
pub async fn verify(Caller(ctx, actor): Caller) -> Answer<Json<VerificationView>> {
    let ledger::Verified { at, size, ok, faults } = ledger::verify_now(&ctx, &actor).await?;
    Ok(Json(VerificationView { at, size, ok, faults }))
}

/// Entries of the ledger in words as CSV (RFC 4180), newest first: a line for each changed field, or one where none
/// changed. Cells that a spreadsheet would take for a formula begin with an apostrophe. Nothing verifies it; the
/// JSON lines of `/api/v1/ledger/entries` are verified.
#[utoipa::path(get, path = "/api/v1/ledger.csv", operation_id = "ledger_csv", tag = "ledger", params(EntryTableQuery),
    responses((status = 200, description = "The table", content_type = "text/csv", body = String)))]
pub async fn csv(Caller(ctx, actor): Caller, QueryParams(query): QueryParams<EntryTableQuery>) -> Answer {
    let times = (query.recorded_since, query.recorded_before);
    let filter = filter(query.person.as_deref(), query.kind.as_deref(), times)?;
    table(&ctx, &actor, LedgerFilter { incident: query.incident, ..filter }, query.bom).await
}

/// `/ledger.csv`: the list as the page was asked for it.
pub async fn page_csv(Caller(ctx, actor): Caller, RawQuery(query): RawQuery) -> Answer {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query.as_deref().unwrap_or_default())
        .map_err(|error| Refusal::field("query", error.to_string()))?;
    // A person who saves it from a page opens it in a spreadsheet.
    table(&ctx, &actor, holdfast_app::entries_asked(&pairs, &actor)?, true).await
}

async fn table(ctx: &Ctx, actor: &Actor, filter: LedgerFilter, bom: bool) -> Answer {
    let pages = ledger::all(ctx, actor, filter).await?;
    let first = head(bom).map_err(failed)?;
    let row = |line: LedgerLine| match line {
        LedgerLine::Entry(entry) => TableRow::Entry(entry),
        LedgerLine::Restricted { seq, leaf_hash } => TableRow::Restricted { seq, leaf_hash },
    };
    let rest = pages.map(move |page| page.and_then(|rows| lines(rows.into_iter().map(row)).map_err(failed)));
    let bytes = stream::once(async { Ok(first) }).chain(rest).map_ok(Bytes::from);
    let cut = |error: &Error| tracing::error!(%error, "an export was cut");
    Ok(saved("text/csv; charset=utf-8", "ledger.csv", Body::from_stream(bytes.inspect_err(cut))))
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Failed(format!("a table cannot be written: {error}"))
}
