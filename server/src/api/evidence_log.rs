//! The evidence log over REST and as a download: JSON that verifies by itself, and a table.

use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use holdfast_actions::{
    evidence_log::{self, LogRequest as Asking},
    report::custody,
};
use holdfast_domain::Refusal;
use holdfast_interop::evidence_log::{EvidenceLog, LogSubject, to_csv, to_json};
use serde::{Deserialize, Deserializer, de::Error as _};
use utoipa::IntoParams;

use super::{Caller, QueryParams};
use crate::{
    files::download,
    problem::{Problem, ProblemBody},
    state::Server,
};

/// What is asked for, and why.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LogQuery {
    /// Label of one item, such as `EV-0001`; all of the incident's unless given.
    #[serde(default)]
    item: String,
    /// What the log is for. Needed; goes into the log and, as a commitment, into the ledger.
    #[serde(default)]
    purpose: String,
    /// On what legal ground.
    #[serde(default)]
    legal_basis: String,
    /// Whether people's names are left out.
    #[serde(default, deserialize_with = "ticked")]
    without_names: bool,
    /// Whether the table begins with a byte order mark, which some spreadsheets need.
    #[serde(default, deserialize_with = "ticked")]
    bom: bool,
}

/// A flag as scripts write it, or as a form sends a box that is ticked.
fn ticked<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    match String::deserialize(from)?.as_str() {
        "true" | "on" => Ok(true),
        "false" | "" => Ok(false),
        _ => Err(D::Error::custom("a flag is true or false")),
    }
}

fn asking(query: &LogQuery) -> Asking {
    Asking {
        item: Some(query.item.clone()).filter(|item| !item.is_empty()),
        purpose: query.purpose.clone(),
        legal_basis: query.legal_basis.clone(),
        without_names: query.without_names,
    }
}

async fn export(server: &Server, caller: &Caller, reference: &str, query: &LogQuery) -> Result<EvidenceLog, Problem> {
    Ok(evidence_log::export(&server.ctx, &caller.0, reference, &asking(query)).await?)
}

/// The file's name, which begins with what the log is about.
fn name(log: &EvidenceLog, ending: &str) -> String {
    match &log.content.scope {
        LogSubject::Item { incident, item } => format!("{incident}-{item}-evidence-log.{ending}"),
        LogSubject::Incident { incident } => format!("{incident}-evidence-log.{ending}"),
        LogSubject::Period { .. } => format!("evidence-log.{ending}"),
    }
}

fn failed(error: impl std::fmt::Display) -> Problem {
    holdfast_actions::Error::Failed(format!("evidence log: {error}")).into()
}

/// The evidence log as JSON, which `holdfast verify` checks offline. It is described by
/// `docs/schema/evidence-log.schema.json`. That it was made is in the ledger before it is sent.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/evidence/log.json", operation_id = "evidence_log", tag = "evidence",
    params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id"), LogQuery),
    responses(
        (status = 200, description = "The log", content_type = "application/json", body = serde_json::Value),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn json(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<LogQuery>,
) -> Result<Response, Problem> {
    let log = export(&server, &caller, &reference, &query).await?;
    Ok(download("application/json", &name(&log, "json"), to_json(&log).map_err(failed)?))
}

/// The rows of the evidence log as CSV (RFC 4180). Cells that a spreadsheet would take for a formula
/// begin with an apostrophe. That it was made is in the ledger before it is sent.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/evidence/log.csv", operation_id = "evidence_log_csv", tag = "evidence",
    params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id"), LogQuery),
    responses(
        (status = 200, description = "The table", content_type = "text/csv", body = String),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn csv(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<LogQuery>,
) -> Result<Response, Problem> {
    let log = export(&server, &caller, &reference, &query).await?;
    let bytes: Body = to_csv(&log.content, query.bom).map_err(failed)?.into();
    Ok(crate::files::saved("text/csv; charset=utf-8", &name(&log, "csv"), bytes))
}

/// The evidence log as a PDF to read and to keep, with the commands by which an outsider checks it. That it
/// was made is in the ledger before it is sent.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/evidence/log.pdf", operation_id = "evidence_log_pdf", tag = "evidence",
    params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id"), LogQuery),
    responses(
        (status = 200, description = "The log", content_type = "application/pdf", body = Vec<u8>),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn pdf(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<LogQuery>,
) -> Result<Response, Problem> {
    let (of, pdf) = custody::log_pdf(&server.ctx, &caller.0, &reference, &asking(&query)).await?;
    Ok(download("application/pdf", &format!("{of}-evidence-log.pdf"), pdf))
}

/// The chain-of-custody form, filled in from what was recorded, with room for signatures. That it was
/// made is in the ledger before it is sent.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/evidence/custody-form.pdf", operation_id = "custody_form", tag = "evidence",
    params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id"), LogQuery),
    responses(
        (status = 200, description = "The form", content_type = "application/pdf", body = Vec<u8>),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn form(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<LogQuery>,
) -> Result<Response, Problem> {
    let (of, pdf) = custody::form_pdf(&server.ctx, &caller.0, &reference, &asking(&query)).await?;
    Ok(download("application/pdf", &format!("{of}-custody-form.pdf"), pdf))
}

/// Which period, and why.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeriodQuery {
    /// The first day, such as `2026-10-01`, in your time zone.
    #[serde(default)]
    from: String,
    /// The last day, which belongs to it.
    #[serde(default)]
    to: String,
    /// What the log is for. Needed; goes into the log and, as a commitment, into the ledger.
    #[serde(default)]
    purpose: String,
    /// On what legal ground.
    #[serde(default)]
    legal_basis: String,
    /// Whether people's names are left out.
    #[serde(default, deserialize_with = "ticked")]
    without_names: bool,
    /// Whether the table begins with a byte order mark.
    #[serde(default, deserialize_with = "ticked")]
    bom: bool,
}

type Span = (holdfast_domain::Timestamp, holdfast_domain::Timestamp);

fn period(caller: &Caller, query: &PeriodQuery) -> Result<(Span, Asking), Problem> {
    let day = |name: &str, text: &str| {
        holdfast_domain::time::day_in_zone(text, &caller.0.time_zone).map_err(|words| Refusal::field(name, words))
    };
    let (from, _) = day("from", &query.from)?;
    // The whole of the last day, however many hours it has.
    let (_, to) = day("to", &query.to)?;
    let asked = Asking {
        item: None,
        purpose: query.purpose.clone(),
        legal_basis: query.legal_basis.clone(),
        without_names: query.without_names,
    };
    Ok(((from, to), asked))
}

/// The evidence log of a period, across incidents: everything that was recorded in it.
#[utoipa::path(get, path = "/api/v1/evidence/log.json", operation_id = "period_log", tag = "evidence", params(PeriodQuery),
    responses(
        (status = 200, description = "The log", content_type = "application/json", body = serde_json::Value),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn period_json(
    State(server): State<Server>,
    caller: Caller,
    QueryParams(query): QueryParams<PeriodQuery>,
) -> Result<Response, Problem> {
    let (span, asked) = period(&caller, &query)?;
    let log = evidence_log::export_period(&server.ctx, &caller.0, span, &asked).await?;
    Ok(download("application/json", &name(&log, "json"), to_json(&log).map_err(failed)?))
}

/// The rows of the evidence log of a period as CSV.
#[utoipa::path(get, path = "/api/v1/evidence/log.csv", operation_id = "period_log_csv", tag = "evidence", params(PeriodQuery),
    responses(
        (status = 200, description = "The table", content_type = "text/csv", body = String),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn period_csv(
    State(server): State<Server>,
    caller: Caller,
    QueryParams(query): QueryParams<PeriodQuery>,
) -> Result<Response, Problem> {
    let (span, asked) = period(&caller, &query)?;
    let log = evidence_log::export_period(&server.ctx, &caller.0, span, &asked).await?;
    let bytes: Body = to_csv(&log.content, query.bom).map_err(failed)?.into();
    Ok(crate::files::saved("text/csv; charset=utf-8", &name(&log, "csv"), bytes))
}

/// The evidence log of a period as a PDF.
#[utoipa::path(get, path = "/api/v1/evidence/log.pdf", operation_id = "period_log_pdf", tag = "evidence", params(PeriodQuery),
    responses(
        (status = 200, description = "The log", content_type = "application/pdf", body = Vec<u8>),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn period_pdf(
    State(server): State<Server>,
    caller: Caller,
    QueryParams(query): QueryParams<PeriodQuery>,
) -> Result<Response, Problem> {
    let (span, asked) = period(&caller, &query)?;
    let pdf = custody::period_pdf(&server.ctx, &caller.0, span, &asked).await?;
    Ok(download("application/pdf", "evidence-log.pdf", pdf))
}
