//! Reports over REST: what is written for them, drafts, and what was issued.

use axum::{
    Json,
    extract::{FromRequestParts, Path},
    response::Response,
};
use holdfast_actions::{
    incident, narrative,
    report::{self, Confirmation, MadePreview},
};
use holdfast_app::{form::Form, metrics_query, recipients};
use holdfast_domain::{
    Fields as _, PersonId, Refusal,
    narrative::{Narrative, NarrativeFields},
    report::{IssuedKind, Recipients, Report, ReportCheck},
};
use http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Answer, Caller, IfMatch, JsonBody, Once, QueryParams, TakesKey, made,
    metric::Which,
    precondition,
    schema::{Members, Patch},
    versioned,
};
use crate::{download, files::download as saved, problem::Problem};

type NarrativePatch = Patch<NarrativeFields>;

/// The texts of an incident's reports.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/narrative", operation_id = "narrative", tag = "reports",
    responses((status = 200, description = "The texts", body = Narrative, headers(("ETag" = String)))))]
pub async fn read(Caller(ctx, actor): Caller, Path(reference): Path<String>) -> Answer {
    let incident = incident::view(&ctx, &actor, &reference).await?;
    Ok(shown(narrative::read(&ctx, &actor, &incident).await?))
}

fn shown(texts: Narrative) -> Response {
    versioned(texts.version, texts)
}

/// Changes texts of an incident's reports; those that are absent stay as they are.
#[utoipa::path(patch, path = "/api/v1/incidents/{reference}/narrative", operation_id = "write_narrative",
    tag = "reports", request_body = NarrativePatch, params(IfMatch),
    responses((status = 200, description = "As they are now", body = Narrative, headers(("ETag" = String))), IfMatch))]
pub async fn write(
    Caller(ctx, actor): Caller,
    IfMatch(version): IfMatch,
    Path(reference): Path<String>,
    JsonBody(Members(sent)): JsonBody<Members>,
) -> Answer {
    let incident = incident::view(&ctx, &actor, &reference).await?;
    let now = narrative::read(&ctx, &actor, &incident).await?;
    let written = narrative::write(&ctx, &actor, &reference, version, &now.fields.patched(sent)?).await;
    written.map(shown).map_err(precondition)
}

/// A report of an incident as it would be issued now, marked as a draft: PDF/A-3a and PDF/UA-1 with its
/// data attached.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/report/{file}", operation_id = "draft_report",
    tag = "reports", params(("file" = String, Path, description = "`executive.pdf` or `post-incident-review.pdf`")),
    responses((status = 200, description = "The PDF", content_type = "application/pdf", body = Vec<u8>)))]
pub async fn draft(Caller(ctx, actor): Caller, Path((reference, file)): Path<(String, String)>) -> Answer {
    let kind = file.strip_suffix(".pdf").and_then(|kind| kind.parse::<IssuedKind>().ok());
    let kind = kind.filter(|kind| *kind != IssuedKind::Metrics);
    let kind = kind.ok_or_else(|| Refusal::NotFound("kind of report".into()))?;
    let pdf = report::draft(&ctx, &actor, &reference, kind).await?;
    Ok(saved("application/pdf", &format!("{reference}-{kind}-draft.pdf"), pdf))
}

/// `/incidents/{reference}/reports/draft/{kind}`, to which a page links.
pub async fn draft_of_kind(caller: Caller, Path((reference, kind)): Path<(String, String)>) -> Answer {
    draft(caller, Path((reference, format!("{kind}.pdf")))).await
}

/// The metrics of a period as they would be issued now, marked as a draft.
#[utoipa::path(get, path = "/api/v1/metrics/report.pdf", operation_id = "draft_metrics", tag = "reports", params(Which),
    responses((status = 200, description = "The PDF", content_type = "application/pdf", body = Vec<u8>)))]
pub async fn metrics_draft(Caller(ctx, actor): Caller, QueryParams(which): QueryParams<Which>) -> Answer {
    let pdf = report::metrics_draft(&ctx, &actor, &which.into()).await?;
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
    responses((status = 200, description = "A page", body = ReportPage)))]
pub async fn list(Caller(ctx, actor): Caller, QueryParams(query): QueryParams<PageQuery>) -> Answer<Json<ReportPage>> {
    let page = report::list(&ctx, &actor, query.after.as_deref()).await?;
    Ok(Json(ReportPage { rows: page.rows, next: page.next }))
}

/// Issued reports of an incident, newest first.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/reports", operation_id = "incident_reports", tag = "reports",
    responses((status = 200, description = "All of them", body = ReportPage)))]
pub async fn of_incident(Caller(ctx, actor): Caller, Path(reference): Path<String>) -> Answer<Json<ReportPage>> {
    let incident = incident::view(&ctx, &actor, &reference).await?;
    let rows = report::of_incident(&ctx, &actor, &incident).await?;
    Ok(Json(ReportPage { rows, next: None }))
}

/// A body that names recipients, with what else it holds.
macro_rules! sent {
    ($(#[doc = $doc:literal])* $name:ident { $($more:tt)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($more)*
            /// Everybody with the role of an executive.
            #[serde(default)]
            executives: bool,
            /// These people.
            #[serde(default)]
            people: Vec<PersonId>,
        }

        impl $name {
            fn recipients(&self) -> Recipients {
                Recipients { executives: self.executives, people: self.people.clone() }
            }
        }
    };
}

sent! {
    /// What is issued, and to whom.
    IssueSent {
        /// Which report; `metrics` only at `/api/v1/metrics/reports`.
        kind: IssuedKind,
        /// What the check gave as `checked`, an hour ago at most: the report is issued only if it still says the same.
        checked: Option<String>,
        /// The incident's reference again, where the check says that the report is confined.
        confirm: Option<String>,
    }
}

sent! {
    /// Which report is checked, and to whom it would go.
    CheckSent {
        /// Which report; `metrics` only at `/api/v1/metrics/reports`.
        kind: IssuedKind,
    }
}

sent! {
    /// To whom the metrics are issued.
    IssueMetricsSent {
        /// What the check gave as `checked`, an hour ago at most: the report is issued only if it still says the same.
        checked: Option<String>,
    }
}

sent! {
    /// To whom the metrics would be issued.
    CheckMetricsSent {}
}

/// Issues a report of an incident. It is kept as it is; a correction is a new version.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/reports", operation_id = "issue_report", tag = "reports",
    request_body = IssueSent, params(TakesKey),
    responses((status = 201, description = "Issued", body = Report, headers(("Location" = String)))))]
pub async fn issue(
    Caller(ctx, actor): Caller,
    once: Once,
    Path(reference): Path<String>,
    JsonBody(sent): JsonBody<IssueSent>,
) -> Answer {
    let (kind, recipients) = (of_an_incident(sent.kind)?, &sent.recipients());
    let (ctx, actor, at) = (&ctx, &actor, reference.as_str());
    let confirmation = Confirmation { checked: sent.checked.as_deref(), reference: sent.confirm.as_deref() };
    let make = |ctx| async move { report::issue(&ctx, actor, at, kind, recipients, confirmation).await };
    let again = |id: String| async move { report::about(ctx, actor, &id).await };
    Ok(issued(once.make(ctx, actor, make, again).await?))
}

fn issued(report: Report) -> Response {
    let location = format!("/api/v1/reports/{}", report.id);
    made(location, Json(report))
}

/// Issues the metrics of a period.
#[utoipa::path(post, path = "/api/v1/metrics/reports", operation_id = "issue_metrics", tag = "reports",
    params(Which, TakesKey), request_body = IssueMetricsSent,
    responses((status = 201, description = "Issued", body = Report, headers(("Location" = String)))))]
pub async fn issue_metrics(
    Caller(ctx, actor): Caller,
    once: Once,
    QueryParams(which): QueryParams<Which>,
    JsonBody(sent): JsonBody<IssueMetricsSent>,
) -> Answer {
    let recipients = &sent.recipients();
    let (ctx, actor, which) = (&ctx, &actor, &which.into());
    let confirmation = Confirmation { checked: sent.checked.as_deref(), reference: None };
    let make = |ctx| async move { report::issue_metrics(&ctx, actor, which, recipients, confirmation).await };
    let again = |id: String| async move { report::about(ctx, actor, &id).await };
    Ok(issued(once.make(ctx, actor, make, again).await?))
}

/// An issued report as it was sent, byte for byte. That you opened it is in the ledger.
#[utoipa::path(get, path = "/api/v1/reports/{id}", operation_id = "open_report", tag = "reports",
    responses((status = 200, description = "The PDF", content_type = "application/pdf", body = Vec<u8>)))]
pub async fn open(Caller(ctx, actor): Caller, Path(id): Path<String>) -> Answer {
    let kept = report::open(&ctx, &actor, &id).await?;
    let report = &kept.report;
    let of = report.incident_reference.clone().unwrap_or_else(|| "report".into());
    let name = format!("{of}-{}-v{}.pdf", report.kind, report.number);
    Ok(download::file("application/pdf", &name, kept.opened))
}

/// Says what a report of an incident would say if it were issued now: what is missing or contradicts itself, its
/// pages, who would receive it.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/reports/check", operation_id = "check_report", tag = "reports", request_body = CheckSent,
    responses((status = 200, description = "What it would say", body = ReportCheck)))]
pub async fn check(
    Caller(ctx, actor): Caller,
    Path(reference): Path<String>,
    JsonBody(sent): JsonBody<CheckSent>,
) -> Answer<Json<ReportCheck>> {
    let kind = of_an_incident(sent.kind)?;
    Ok(Json(report::check(&ctx, &actor, &reference, kind, &sent.recipients()).await?))
}

fn of_an_incident(kind: IssuedKind) -> Result<IssuedKind, Refusal> {
    if kind == IssuedKind::Metrics {
        return Err(Refusal::field("kind", "Metrics are about no single incident."));
    }
    Ok(kind)
}

/// Says what a report of metrics would say if it were issued now.
#[utoipa::path(post, path = "/api/v1/metrics/reports/check", operation_id = "check_metrics", tag = "reports", params(Which), request_body = CheckMetricsSent,
    responses((status = 200, description = "What it would say", body = ReportCheck)))]
pub async fn check_metrics(
    Caller(ctx, actor): Caller,
    QueryParams(which): QueryParams<Which>,
    JsonBody(sent): JsonBody<CheckMetricsSent>,
) -> Answer<Json<ReportCheck>> {
    Ok(Json(report::check_metrics(&ctx, &actor, &which.into(), &sent.recipients()).await?))
}

/// Which report a page shows before it is issued, as a form sends it.
pub struct PreviewQuery(Form);

impl<S: Sync> FromRequestParts<S> for PreviewQuery {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let pairs = serde_urlencoded::from_str(parts.uri.query().unwrap_or_default());
        Ok(Self(Form::new(pairs.map_err(|_| Problem::unreadable("The query cannot be read."))?)))
    }
}

/// `/incidents/{reference}/reports/issue/preview/{file}`: `report.pdf`, or a page such as `1.png`.
pub async fn preview(
    Caller(ctx, actor): Caller,
    Path((reference, file)): Path<(String, String)>,
    PreviewQuery(form): PreviewQuery,
) -> Answer {
    let (kind, to) = (of_an_incident(form.choice("kind")?)?, recipients(&form)?);
    let made = report::preview(&ctx, &actor, &reference, kind, &to, file == PDF).await?;
    previewed(&made, &file)
}

/// `/metrics/issue/preview/{file}`
pub async fn preview_metrics(
    Caller(ctx, actor): Caller,
    Path(file): Path<String>,
    PreviewQuery(form): PreviewQuery,
) -> Answer {
    let to = recipients(&form)?;
    let made = report::preview_metrics(&ctx, &actor, &metrics_query(&form), &to, file == PDF).await?;
    previewed(&made, &file)
}

/// The preview as a whole; its pages are `1.png` and so on.
const PDF: &str = "report.pdf";

fn previewed(made: &MadePreview, file: &str) -> Answer {
    if file == PDF {
        return Ok(saved("application/pdf", "preview.pdf", made.preview.pdf.bytes.clone()));
    }
    let page =
        file.strip_suffix(".png").and_then(|page| page.parse::<usize>().ok()).and_then(|page| page.checked_sub(1));
    let image = page.and_then(|page| made.preview.images.get(page)).ok_or_else(|| Refusal::NotFound("page".into()))?;
    Ok(saved("image/png", file, image.clone()))
}

/// Why a report is withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalSent {
    /// In a sentence or two; everybody who can read the report reads it.
    reason: String,
}

/// Withdraws an issued report. Everybody who can read it sees that, and why; its PDF stays.
#[utoipa::path(post, path = "/api/v1/reports/{id}/withdrawal", operation_id = "withdraw_report", tag = "reports", request_body = WithdrawalSent,
    responses((status = 200, description = "As it is known now", body = Report)))]
pub async fn withdraw(
    Caller(ctx, actor): Caller,
    Path(id): Path<String>,
    JsonBody(sent): JsonBody<WithdrawalSent>,
) -> Answer<Json<Report>> {
    Ok(Json(report::withdraw(&ctx, &actor, &id, &sent.reason).await?))
}
