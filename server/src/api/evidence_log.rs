//! The evidence log over REST and as a download: JSON that verifies by itself, and a table.

use axum::{extract::Path, response::Response};
use holdfast_actions::{
    evidence_log::{self, LogRequest as Asking},
    report::custody,
};
use holdfast_domain::{Actor, Refusal, Timestamp, time::day_in_zone};
use holdfast_interop::evidence_log::{EvidenceLog, LogSubject, to_csv, to_json};
use serde::{Deserialize, Deserializer, de::Error as _};
use utoipa::IntoParams;

use super::{Answer, Caller, QueryParams};
use crate::{files::download, problem::Problem};

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

impl LogQuery {
    fn asking(&self) -> Asking {
        Asking {
            item: Some(self.item.clone()).filter(|item| !item.is_empty()),
            purpose: self.purpose.clone(),
            legal_basis: self.legal_basis.clone(),
            without_names: self.without_names,
        }
    }
}

/// A file's name, which begins with what the log is about.
fn name(log: &EvidenceLog, ending: &str) -> String {
    match &log.content.scope {
        LogSubject::Item { incident, item } => format!("{incident}-{item}-evidence-log.{ending}"),
        LogSubject::Incident { incident } => format!("{incident}-evidence-log.{ending}"),
        LogSubject::Period { .. } => format!("evidence-log.{ending}"),
    }
}

fn in_json(log: &EvidenceLog) -> Answer {
    Ok(download("application/json", &name(log, "json"), to_json(log).map_err(failed)?))
}

fn in_csv(log: &EvidenceLog, bom: bool) -> Answer {
    let bytes = to_csv(&log.content, bom).map_err(failed)?;
    Ok(download("text/csv; charset=utf-8", &name(log, "csv"), bytes))
}

fn in_pdf(pdf: Vec<u8>, name: &str) -> Response {
    download("application/pdf", &format!("{name}.pdf"), pdf)
}

fn failed(error: impl std::fmt::Display) -> Problem {
    holdfast_actions::Error::Failed(format!("evidence log: {error}")).into()
}

/// The evidence log as JSON, which `holdfast verify` checks offline. It is described by
/// `docs/schema/evidence-log.schema.json`. That it was made is in the ledger before it is sent.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/evidence/log.json", operation_id = "evidence_log",
    tag = "evidence", params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id"), LogQuery),
    responses((status = 200, description = "The log", content_type = "application/json", body = serde_json::Value)))]
pub async fn json(
    Caller(ctx, actor): Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<LogQuery>,
) -> Answer {
    in_json(&evidence_log::export(&ctx, &actor, &reference, &query.asking()).await?)
}

/// The rows of the evidence log as CSV (RFC 4180). Cells that a spreadsheet would take for a formula
/// begin with an apostrophe. That it was made is in the ledger before it is sent.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/evidence/log.csv", operation_id = "evidence_log_csv",
    tag = "evidence", params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id"), LogQuery),
    responses((status = 200, description = "The table", content_type = "text/csv", body = String)))]
pub async fn csv(
    Caller(ctx, actor): Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<LogQuery>,
) -> Answer {
    in_csv(&evidence_log::export(&ctx, &actor, &reference, &query.asking()).await?, query.bom)
}

/// The evidence log as a PDF to read and to keep, with the commands by which an outsider checks it. That it
/// was made is in the ledger before it is sent.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/evidence/log.pdf", operation_id = "evidence_log_pdf",
    tag = "evidence", params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id"), LogQuery),
    responses((status = 200, description = "The log", content_type = "application/pdf", body = Vec<u8>)))]
pub async fn pdf(
    Caller(ctx, actor): Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<LogQuery>,
) -> Answer {
    let (of, pdf) = custody::log_pdf(&ctx, &actor, &reference, &query.asking()).await?;
    Ok(in_pdf(pdf, &format!("{of}-evidence-log")))
}

/// The chain-of-custody form, filled in from what was recorded, with room for signatures. That it was
/// made is in the ledger before it is sent.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/evidence/custody-form.pdf", operation_id = "custody_form",
    tag = "evidence", params(("reference" = String, Path, description = "Such as INC-2026-0001, or the id"), LogQuery),
    responses((status = 200, description = "The form", content_type = "application/pdf", body = Vec<u8>)))]
pub async fn form(
    Caller(ctx, actor): Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<LogQuery>,
) -> Answer {
    let (of, pdf) = custody::form_pdf(&ctx, &actor, &reference, &query.asking()).await?;
    Ok(in_pdf(pdf, &format!("{of}-custody-form")))
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

type Span = (Timestamp, Timestamp);

impl PeriodQuery {
    fn asking(self, actor: &Actor) -> Result<(Span, Asking), Refusal> {
        let day =
            |name: &str, text: &str| day_in_zone(text, &actor.time_zone).map_err(|words| Refusal::field(name, words));
        let (from, _) = day("from", &self.from)?;
        // The whole of the last day, however many hours it has.
        let (_, to) = day("to", &self.to)?;
        let Self { purpose, legal_basis, without_names, .. } = self;
        Ok(((from, to), Asking { item: None, purpose, legal_basis, without_names }))
    }
}

/// The evidence log of a period, across incidents: everything that was recorded in it.
#[utoipa::path(get, path = "/api/v1/evidence/log.json", operation_id = "period_log", tag = "evidence",
    params(PeriodQuery),
    responses((status = 200, description = "The log", content_type = "application/json", body = serde_json::Value)))]
pub async fn period_json(Caller(ctx, actor): Caller, QueryParams(query): QueryParams<PeriodQuery>) -> Answer {
    let (span, asked) = query.asking(&actor)?;
    in_json(&evidence_log::export_period(&ctx, &actor, span, &asked).await?)
}

/// The rows of the evidence log of a period as CSV.
#[utoipa::path(get, path = "/api/v1/evidence/log.csv", operation_id = "period_log_csv", tag = "evidence",
    params(PeriodQuery),
    responses((status = 200, description = "The table", content_type = "text/csv", body = String)))]
pub async fn period_csv(Caller(ctx, actor): Caller, QueryParams(query): QueryParams<PeriodQuery>) -> Answer {
    let bom = query.bom;
    let (span, asked) = query.asking(&actor)?;
    in_csv(&evidence_log::export_period(&ctx, &actor, span, &asked).await?, bom)
}

/// The evidence log of a period as a PDF.
#[utoipa::path(get, path = "/api/v1/evidence/log.pdf", operation_id = "period_log_pdf", tag = "evidence",
    params(PeriodQuery),
    responses((status = 200, description = "The log", content_type = "application/pdf", body = Vec<u8>)))]
pub async fn period_pdf(Caller(ctx, actor): Caller, QueryParams(query): QueryParams<PeriodQuery>) -> Answer {
    let (span, asked) = query.asking(&actor)?;
    let pdf = custody::period_pdf(&ctx, &actor, span, &asked).await?;
    Ok(in_pdf(pdf, "evidence-log"))
}
