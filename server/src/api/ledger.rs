//! The ledger over REST: what is needed to check it elsewhere. Formats are those of the ledger
//! crate, passed on byte for byte.

use axum::{
    Json,
    body::Body,
    extract::Path,
    response::{IntoResponse as _, Response},
};
use holdfast_actions::ledger;
use holdfast_domain::Refusal;
use http::header;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Caller, QueryParams};
use crate::files::json_lines;

fn text(kind: &'static str, bytes: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, kind)], bytes.into()).into_response()
}

/// The signed checkpoint (C2SP tlog-checkpoint).
#[utoipa::path(get, path = "/api/v1/ledger/checkpoint", operation_id = "ledger_checkpoint", tag = "ledger",
    responses((status = 200, description = "A signed note", body = String, content_type = "text/plain")))]
pub async fn checkpoint(Caller(ctx, actor): Caller) -> Answer {
    Ok(text("text/plain; charset=utf-8", ledger::checkpoint(&ctx, &actor).await?))
}

/// The key to check it with (C2SP signed-note verifier key).
#[utoipa::path(get, path = "/api/v1/ledger/vkey", operation_id = "ledger_vkey", tag = "ledger",
    responses((status = 200, description = "name+id+key", body = String, content_type = "text/plain")))]
pub async fn vkey(Caller(ctx, actor): Caller) -> Answer {
    Ok(text("text/plain; charset=utf-8", format!("{}\n", ledger::vkey(&ctx, &actor).await?)))
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EntriesQuery {
    /// The first one's place in the log, from 0.
    #[serde(default)]
    from: i64,
    /// How many; all unless said otherwise.
    limit: Option<i64>,
}

/// Entries as they were hashed (RFC 8785 JSON), one a line, oldest first. One about an incident that the
/// caller may not see is the line `{"seq":N,"leaf":"HASH","restricted":true}` with its place and leaf
/// hash. However many there are, they come as a stream; an answer without its end was cut.
#[utoipa::path(get, path = "/api/v1/ledger/entries", operation_id = "ledger_entries", tag = "ledger",
    params(EntriesQuery),
    responses((status = 200, description = "JSON lines", body = String, content_type = "application/jsonl")))]
pub async fn entries(Caller(ctx, actor): Caller, QueryParams(query): QueryParams<EntriesQuery>) -> Answer {
    if query.limit.is_some_and(|limit| limit < 1) {
        return Err(Refusal::field("limit", "At least 1.").into());
    }
    let batches = ledger::export(&ctx, &actor, query.from, query.limit).await?;
    Ok(text("application/jsonl", json_lines(batches)))
}

/// Against which size.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProofQuery {
    /// A size at which a checkpoint was signed; the newest unless said otherwise.
    size: Option<i64>,
}

/// The proof that an entry is in the log (C2SP tlog-proof).
#[utoipa::path(get, path = "/api/v1/ledger/proof/{seq}", operation_id = "ledger_proof", tag = "ledger",
    params(("seq" = i64, Path, description = "The entry's place in the log, from 0"), ProofQuery),
    responses((status = 200, description = "A proof with its checkpoint", body = String, content_type = "text/plain")))]
pub async fn proof(
    Caller(ctx, actor): Caller,
    Path(seq): Path<String>,
    QueryParams(query): QueryParams<ProofQuery>,
) -> Answer {
    let seq = seq.parse().map_err(|_| Refusal::NotFound("entry".into()))?;
    let proof = ledger::inclusion(&ctx, &actor, seq, query.size).await?;
    Ok(text("text/plain; charset=utf-8", proof))
}

/// Between which sizes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsistencyQuery {
    /// The smaller size.
    from: i64,
    /// The larger size.
    to: i64,
}

/// A consistency proof.
#[derive(Debug, Serialize, ToSchema)]
pub struct Consistency {
    /// The smaller size.
    from: i64,
    /// The larger size.
    to: i64,
    /// The hashes of RFC 6962 §2.1.2, in base64.
    hashes: Vec<String>,
}

/// The proof that the log at one size is the beginning of the log at another.
#[utoipa::path(get, path = "/api/v1/ledger/consistency", operation_id = "ledger_consistency", tag = "ledger",
    params(ConsistencyQuery), responses((status = 200, description = "A proof", body = Consistency)))]
pub async fn consistency(
    Caller(ctx, actor): Caller,
    QueryParams(query): QueryParams<ConsistencyQuery>,
) -> Answer<Json<Consistency>> {
    let (from, to) = (query.from, query.to);
    let hashes = ledger::consistency(&ctx, &actor, from, to).await?;
    Ok(Json(Consistency { from, to, hashes }))
}
