//! What pages link to and browsers save: the PDF of an incident and the parts of the ledger, as
//! downloads. Nothing here is ever shown in the site's own frame (ASVS 3.2.1).

use axum::{
    body::{Body, Bytes},
    extract::Path,
    response::{IntoResponse as _, Response},
};
use futures::{Stream, TryStreamExt as _};
use holdfast_domain::Refusal;
use http::{HeaderValue, header};

use crate::api::{Answer, Caller, QueryParams};

/// Checks the ledger without Holdfast: needs a shell, coreutils, awk and OpenSSL 3.
const VERIFY_SCRIPT: &str = include_str!("../../docs/verify.sh");

/// `/incidents/{reference}/report.pdf`
pub async fn incident_report(Caller(ctx, actor): Caller, Path(reference): Path<String>) -> Answer {
    let pdf = holdfast_actions::report::incident_summary(&ctx, &actor, &reference).await?;
    let incident = holdfast_actions::incident::view(&ctx, &actor, &reference).await?;
    Ok(download("application/pdf", &format!("{}-summary.pdf", incident.reference), pdf))
}

/// `/ledger/checkpoint`
pub async fn checkpoint(Caller(ctx, actor): Caller) -> Answer {
    let note = holdfast_actions::ledger::checkpoint(&ctx, &actor).await?;
    Ok(download(PLAIN, "checkpoint", note.into_bytes()))
}

/// `/ledger/vkey`
pub async fn vkey(Caller(ctx, actor): Caller) -> Answer {
    let vkey = holdfast_actions::ledger::vkey(&ctx, &actor).await?;
    Ok(download(PLAIN, "ledger.vkey", format!("{vkey}\n").into_bytes()))
}

/// Which entries.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportQuery {
    #[serde(default)]
    from: i64,
}

/// `/ledger/entries?from=`
pub async fn entries(Caller(ctx, actor): Caller, QueryParams(query): QueryParams<ExportQuery>) -> Answer {
    let batches = holdfast_actions::ledger::export(&ctx, &actor, query.from, None).await?;
    Ok(saved("application/jsonl", &format!("entries-from-{}.jsonl", query.from), json_lines(batches)))
}

/// `/ledger/proof/{seq}`
pub async fn proof(Caller(ctx, actor): Caller, Path(seq): Path<String>) -> Answer {
    let seq: i64 = seq.parse().map_err(|_| Refusal::NotFound("entry".into()))?;
    let proof = holdfast_actions::ledger::inclusion(&ctx, &actor, seq, None).await?;
    Ok(download(PLAIN, &format!("entry-{seq}.tlog-proof"), proof.into_bytes()))
}

/// `/ledger/verify.sh`
pub async fn verify_script() -> Response {
    download("application/x-sh", "verify.sh", VERIFY_SCRIPT.as_bytes().to_vec())
}

const PLAIN: &str = "text/plain; charset=utf-8";

/// Entries as they were hashed, one a line: their bytes hold no line break. Sent batch by batch; one
/// that cannot be read ends the body before its end, and the reason goes to the log.
pub fn json_lines(batches: impl Stream<Item = Result<Vec<String>, holdfast_actions::Error>> + Send + 'static) -> Body {
    let lines = batches.map_ok(|batch| {
        let mut bytes = Vec::with_capacity(batch.iter().map(|entry| entry.len() + 1).sum());
        for entry in batch {
            bytes.extend_from_slice(entry.as_bytes());
            bytes.push(b'\n');
        }
        Bytes::from(bytes)
    });
    Body::from_stream(lines.inspect_err(|error| tracing::error!(%error, "an export was cut")))
}

/// A file to be saved under a name of ours: ASCII letters, digits, dots and dashes.
#[must_use]
pub fn download(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    saved(kind, name, Body::from(bytes))
}

/// As [`download`], for a body that may be a stream.
#[must_use]
pub fn saved(kind: &'static str, name: &str, body: Body) -> Response {
    let mut response = ([(header::CONTENT_TYPE, kind)], body).into_response();
    if let Some(disposition) = disposition(name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// Says that a browser is to save the file under this name.
#[must_use]
pub fn disposition(name: &str) -> Option<HeaderValue> {
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).collect();
    HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).ok()
}
