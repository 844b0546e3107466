//! Reports over REST: what is written for them, drafts, and what was issued.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use holdfast_actions::{narrative, report};
use holdfast_domain::{
    PersonId, Refusal, Timestamp,
    narrative::{Narrative, NarrativeFields, Priority, Recommendation, RecommendationFields, RecommendationKind},
    report::{IssuedKind, Recipients, Report},
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Asked, Caller, IfMatch, Sent, etag, metric::Which, precondition};
use crate::{
    download,
    files::download as saved,
    problem::{Problem, ProblemBody},
    state::Server,
};

/// The texts of an incident's reports.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/narrative", operation_id = "narrative", tag = "reports",
    params(("reference" = String, Path)),
    responses(
        (status = 200, description = "The texts", body = Narrative, headers(("ETag" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn read(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let incident = holdfast_actions::incident::view(&server.ctx, &caller.0, &reference).await?;
    let (texts, _) = narrative::read(&server.ctx, &caller.0, &incident).await?;
    Ok(([etag(texts.version)], Json(texts)).into_response())
}

/// Replaces the texts of an incident's reports; what is left out becomes empty.
#[utoipa::path(put, path = "/api/v1/incidents/{reference}/narrative", operation_id = "write_narrative", tag = "reports", request_body = NarrativeFields,
    params(("reference" = String, Path), ("If-Match" = String, Header, description = "The ETag it came with")),
    responses(
        (status = 200, description = "As they are now", body = Narrative, headers(("ETag" = String))),
        (status = 412, description = "Somebody else changed it first", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn write(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path(reference): Path<String>,
    Sent(sent): Sent<NarrativeFields>,
) -> Result<Response, Problem> {
    let written = narrative::write(&server.ctx, &caller.0, &reference, version, &sent).await;
    let texts = written.map_err(|error| precondition(error.into()))?;
    Ok(([etag(texts.version)], Json(texts)).into_response())
}

/// Recommendations.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecommendationList {
    /// In the order they were made.
    rows: Vec<Recommendation>,
}

/// What is recommended after an incident.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/recommendations", operation_id = "recommendations", tag = "reports",
    params(("reference" = String, Path)),
    responses(
        (status = 200, description = "The recommendations", body = RecommendationList),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn recommendations(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Json<RecommendationList>, Problem> {
    let incident = holdfast_actions::incident::view(&server.ctx, &caller.0, &reference).await?;
    let (_, rows) = narrative::read(&server.ctx, &caller.0, &incident).await?;
    Ok(Json(RecommendationList { rows }))
}

/// A recommendation as it is sent, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationSent {
    /// What should change.
    body: String,
    /// What for.
    kind: RecommendationKind,
    /// Who sees to it.
    #[serde(default)]
    owner: String,
    /// By when.
    #[serde(default)]
    due_at: Option<Timestamp>,
    /// How pressing it is.
    priority: Priority,
    /// Where it is tracked elsewhere.
    #[serde(default)]
    tracker: String,
    /// When it was done.
    #[serde(default)]
    done_at: Option<Timestamp>,
    /// Whether it is taken off the list.
    #[serde(default)]
    archived: bool,
}

impl RecommendationSent {
    fn fields(self) -> (RecommendationFields, bool) {
        let Self { body, kind, owner, due_at, priority, tracker, done_at, archived } = self;
        (RecommendationFields { body, kind, owner, due_at, priority, tracker, done_at }, archived)
    }
}

/// Recommends something.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/recommendations", operation_id = "recommend", tag = "reports", request_body = RecommendationSent,
    params(("reference" = String, Path)),
    responses(
        (status = 201, description = "Added", body = Recommendation, headers(("ETag" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn recommend(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    Sent(sent): Sent<RecommendationSent>,
) -> Result<Response, Problem> {
    let (fields, archived) = sent.fields();
    if archived {
        return Err(Refusal::field("archived", "A new recommendation stands on the list.").into());
    }
    let added = narrative::recommend(&server.ctx, &caller.0, &reference, &fields).await?;
    Ok((StatusCode::CREATED, [etag(added.version)], Json(added)).into_response())
}

/// Replaces a recommendation.
#[utoipa::path(put, path = "/api/v1/incidents/{reference}/recommendations/{id}", operation_id = "edit_recommendation", tag = "reports", request_body = RecommendationSent,
    params(("reference" = String, Path), ("id" = String, Path), ("If-Match" = String, Header, description = "The ETag it came with")),
    responses(
        (status = 200, description = "As it is now", body = Recommendation, headers(("ETag" = String))),
        (status = 412, description = "Somebody else changed it first", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn edit_recommendation(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
    Sent(sent): Sent<RecommendationSent>,
) -> Result<Response, Problem> {
    let (fields, archived) = sent.fields();
    let edited =
        narrative::edit_recommendation(&server.ctx, &caller.0, &reference, &id, version, &fields, archived).await;
    let now = edited.map_err(|error| precondition(error.into()))?;
    Ok(([etag(now.version)], Json(now)).into_response())
}

/// A report of an incident as it would be issued now, marked as a draft: PDF/A-3a and PDF/UA-1 with its
/// data attached.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/report/{file}", operation_id = "draft_report", tag = "reports",
    params(("reference" = String, Path), ("file" = String, Path, description = "`executive.pdf` or `post-incident-review.pdf`")),
    responses(
        (status = 200, description = "The PDF", content_type = "application/pdf", body = Vec<u8>),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn draft(
    State(server): State<Server>,
    caller: Caller,
    Path((reference, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let kind = file.strip_suffix(".pdf").and_then(|kind| kind.parse::<IssuedKind>().ok());
    let kind = kind.filter(|kind| *kind != IssuedKind::Metrics);
    let kind = kind.ok_or_else(|| Refusal::NotFound("kind of report".into()))?;
    let pdf = report::draft(&server.ctx, &caller.0, &reference, kind).await?;
    Ok(saved("application/pdf", &format!("{reference}-{kind}-draft.pdf"), pdf))
}

/// `/incidents/{reference}/reports/draft/{kind}`, to which a page links.
pub async fn draft_of_kind(
    server: State<Server>,
    caller: Caller,
    Path((reference, kind)): Path<(String, String)>,
) -> Result<Response, Problem> {
    draft(server, caller, Path((reference, format!("{kind}.pdf")))).await
}

/// The metrics of a period as they would be issued now, marked as a draft.
#[utoipa::path(get, path = "/api/v1/metrics/report.pdf", operation_id = "draft_metrics", tag = "reports", params(Which),
    responses(
        (status = 200, description = "The PDF", content_type = "application/pdf", body = Vec<u8>),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn metrics_draft(
    State(server): State<Server>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Response, Problem> {
    let pdf = report::metrics_draft(&server.ctx, &caller.0, &which.into()).await?;
    Ok(saved("application/pdf", "metrics-draft.pdf", pdf))
}

/// A page of issued reports.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportPage {
    /// Newest first.
    rows: Vec<Report>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Where a page begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The cursor that the page before gave as `next`.
    after: Option<String>,
}

/// Issued reports that you may read, newest first.
#[utoipa::path(get, path = "/api/v1/reports", operation_id = "reports", tag = "reports", params(PageQuery),
    responses(
        (status = 200, description = "A page", body = ReportPage),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(server): State<Server>,
    caller: Caller,
    Asked(query): Asked<PageQuery>,
) -> Result<Json<ReportPage>, Problem> {
    let page = report::list(&server.ctx, &caller.0, query.after.as_deref()).await?;
    Ok(Json(ReportPage { rows: page.rows, next: page.next }))
}

/// Issued reports of an incident, newest first.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/reports", operation_id = "incident_reports", tag = "reports",
    params(("reference" = String, Path)),
    responses(
        (status = 200, description = "All of them", body = ReportPage),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn of_incident(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Json<ReportPage>, Problem> {
    let incident = holdfast_actions::incident::view(&server.ctx, &caller.0, &reference).await?;
    let rows = report::of_incident(&server.ctx, &caller.0, &incident).await?;
    Ok(Json(ReportPage { rows, next: None }))
}

/// What is issued, and to whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueSent {
    /// Which report; `metrics` only at `/api/v1/metrics/reports`.
    kind: IssuedKind,
    /// Everybody with the role of an executive.
    #[serde(default)]
    executives: bool,
    /// These people.
    #[serde(default)]
    people: Vec<PersonId>,
}

/// Issues a report of an incident. It is kept as it is; a correction is a new version.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/reports", operation_id = "issue_report", tag = "reports", request_body = IssueSent,
    params(("reference" = String, Path)),
    responses(
        (status = 201, description = "Issued", body = Report, headers(("Location" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn issue(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    Sent(sent): Sent<IssueSent>,
) -> Result<Response, Problem> {
    if sent.kind == IssuedKind::Metrics {
        return Err(Refusal::field("kind", "Metrics are about no single incident.").into());
    }
    let recipients = Recipients { executives: sent.executives, people: sent.people };
    Ok(issued(report::issue(&server.ctx, &caller.0, &reference, sent.kind, &recipients).await?))
}

fn issued(report: Report) -> Response {
    let location = format!("/api/v1/reports/{}", report.id);
    (StatusCode::CREATED, [(header::LOCATION, location)], Json(report)).into_response()
}

/// To whom the metrics are issued.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientsSent {
    /// Everybody with the role of an executive.
    #[serde(default)]
    executives: bool,
    /// These people.
    #[serde(default)]
    people: Vec<PersonId>,
}

/// Issues the metrics of a period.
#[utoipa::path(post, path = "/api/v1/metrics/reports", operation_id = "issue_metrics", tag = "reports", params(Which), request_body = RecipientsSent,
    responses(
        (status = 201, description = "Issued", body = Report, headers(("Location" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn issue_metrics(
    State(server): State<Server>,
    caller: Caller,
    Asked(which): Asked<Which>,
    Sent(sent): Sent<RecipientsSent>,
) -> Result<Response, Problem> {
    let recipients = Recipients { executives: sent.executives, people: sent.people };
    Ok(issued(report::issue_metrics(&server.ctx, &caller.0, &which.into(), &recipients).await?))
}

/// An issued report as it was sent, byte for byte. That you opened it is in the ledger.
#[utoipa::path(get, path = "/api/v1/reports/{id}", operation_id = "open_report", tag = "reports",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The PDF", content_type = "application/pdf", body = Vec<u8>),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn open(State(server): State<Server>, caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let kept = report::open(&server.ctx, &caller.0, &id).await?;
    let report = &kept.report;
    let of = report.incident_reference.clone().unwrap_or_else(|| "report".into());
    let name = format!("{of}-{}-v{}.pdf", report.kind, report.number);
    Ok(download::file("application/pdf", &name, kept.opened))
}
