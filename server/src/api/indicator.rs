//! Indicators over REST, below their incident. Edits name the version they saw.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use holdfast_actions::{finding::Row, indicator};
use holdfast_domain::{
    IndicatorId, Refusal, Timestamp,
    indicator::{Confidence, Indicator, IndicatorFields, IndicatorKind, LineRefused, SeenIn},
    marking::Tlp,
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Asked, Caller, IfMatch, Sent, etag,
    finding::{ArchivedSent, PartQuery},
    incident_change::present,
    precondition,
};
use crate::{
    problem::{Problem, ProblemBody},
    state::Server,
};

/// An indicator in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorLine {
    #[serde(flatten)]
    indicator: Indicator,
    /// The value so that nothing makes a link of it: `hxxps://evil[.]example`.
    shown: String,
    /// The other incidents with the same, as far as the caller may see them.
    seen_in: Option<SeenIn>,
}

impl From<Row<Indicator>> for IndicatorLine {
    fn from(row: Row<Indicator>) -> Self {
        Self { shown: row.thing.fields.kind.shown(&row.thing.fields.value), indicator: row.thing, seen_in: row.seen_in }
    }
}

/// Part of a list of indicators.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorPart {
    /// The indicators.
    rows: Vec<IndicatorLine>,
    /// Where the next part begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Lists the indicators of an incident.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/indicators", operation_id = "list_indicators", tag = "findings",
    params(("reference" = String, Path), PartQuery),
    responses(
        (status = 200, description = "A part of the list", body = IndicatorPart),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    Asked(query): Asked<PartQuery>,
) -> Result<Json<IndicatorPart>, Problem> {
    let incident = holdfast_actions::incident::view(&server.ctx, &caller.0, &reference).await?;
    let part = indicator::list(&server.ctx, &caller.0, &incident, &query.asked()).await?;
    Ok(Json(IndicatorPart { rows: part.rows.into_iter().map(Into::into).collect(), next: part.next }))
}

/// What is said of an indicator when it is added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IndicatorCreate {
    /// What kind of thing it is.
    kind: IndicatorKind,
    /// The thing itself; `hxxps://evil[.]example` is read as it is meant.
    value: String,
    /// Who may read it; `amber` unless said otherwise.
    #[serde(default = "amber")]
    tlp: Tlp,
    /// How sure it is that this is the attacker's.
    #[serde(default = "not_rated")]
    confidence: Confidence,
    /// What it was used for, in Markdown.
    #[serde(default)]
    description: String,
    /// When it was first seen.
    first_seen: Option<Timestamp>,
    /// When it was last seen.
    last_seen: Option<Timestamp>,
}

const fn amber() -> Tlp {
    Tlp::Amber
}

const fn not_rated() -> Confidence {
    Confidence::NotRated
}

impl From<IndicatorCreate> for IndicatorFields {
    fn from(sent: IndicatorCreate) -> Self {
        Self {
            kind: sent.kind,
            value: sent.value,
            tlp: sent.tlp,
            confidence: sent.confidence,
            description: sent.description,
            first_seen: sent.first_seen,
            last_seen: sent.last_seen,
        }
    }
}

/// Adds an indicator.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/indicators", operation_id = "add_indicator", tag = "findings", request_body = IndicatorCreate,
    params(("reference" = String, Path)),
    responses(
        (status = 201, description = "Added", body = Indicator, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn add(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    Sent(sent): Sent<IndicatorCreate>,
) -> Result<Response, Problem> {
    let added = indicator::add(&server.ctx, &caller.0, &reference, &sent.into()).await?;
    let location = format!("/api/v1/incidents/{reference}/indicators/{}", added.id);
    Ok((StatusCode::CREATED, [etag(added.version)], [(header::LOCATION, location)], Json(added)).into_response())
}

fn answer(thing: Indicator) -> Response {
    ([etag(thing.version)], Json(thing)).into_response()
}

/// One of an incident, archived or not.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/indicators/{id}", operation_id = "view_indicator", tag = "findings",
    params(("reference" = String, Path), ("id" = String, Path)),
    responses(
        (status = 200, description = "As it is now", body = Indicator, headers(("ETag" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn view(
    State(server): State<Server>,
    caller: Caller,
    Path((reference, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let incident = holdfast_actions::incident::view(&server.ctx, &caller.0, &reference).await?;
    Ok(answer(indicator::view(&server.ctx, &caller.0, &incident, &id).await?))
}

/// The fields to change; those that are absent stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IndicatorPatch {
    /// What kind of thing it is.
    kind: Option<IndicatorKind>,
    /// The thing itself.
    value: Option<String>,
    /// Who may read it.
    tlp: Option<Tlp>,
    /// How sure it is that this is the attacker's.
    confidence: Option<Confidence>,
    /// What it was used for, in Markdown.
    description: Option<String>,
    /// When it was first seen. `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    first_seen: Option<Option<Timestamp>>,
    /// When it was last seen. `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    last_seen: Option<Option<Timestamp>>,
}

impl IndicatorPatch {
    fn onto(self, fields: IndicatorFields) -> IndicatorFields {
        IndicatorFields {
            kind: self.kind.unwrap_or(fields.kind),
            value: self.value.unwrap_or(fields.value),
            tlp: self.tlp.unwrap_or(fields.tlp),
            confidence: self.confidence.unwrap_or(fields.confidence),
            description: self.description.unwrap_or(fields.description),
            first_seen: self.first_seen.unwrap_or(fields.first_seen),
            last_seen: self.last_seen.unwrap_or(fields.last_seen),
        }
    }
}

/// Changes fields of an indicator.
#[utoipa::path(patch, path = "/api/v1/incidents/{reference}/indicators/{id}", operation_id = "edit_indicator", tag = "findings", request_body = IndicatorPatch,
    params(("reference" = String, Path), ("id" = String, Path), ("If-Match" = String, Header, description = "The ETag it came with")),
    responses(
        (status = 200, description = "As it is now", body = Indicator, headers(("ETag" = String))),
        (status = 412, description = "Somebody else changed it first", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn edit(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
    Sent(sent): Sent<IndicatorPatch>,
) -> Result<Response, Problem> {
    // The fields that are not sent are taken as they are now, so a conflict shows only the others.
    let incident = holdfast_actions::incident::view(&server.ctx, &caller.0, &reference).await?;
    let now = indicator::view(&server.ctx, &caller.0, &incident, &id).await?;
    let edited = indicator::edit(&server.ctx, &caller.0, &reference, &id, version, &sent.onto(now.fields)).await;
    edited.map(answer).map_err(|error| precondition(error.into()))
}

/// Archives an indicator, or takes it back.
#[utoipa::path(put, path = "/api/v1/incidents/{reference}/indicators/{id}/archived", operation_id = "archive_indicator", tag = "findings", request_body = ArchivedSent,
    params(("reference" = String, Path), ("id" = String, Path), ("If-Match" = String, Header, description = "The ETag it came with")),
    responses(
        (status = 200, description = "As it is now", body = Indicator, headers(("ETag" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn set_archived(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
    Sent(sent): Sent<ArchivedSent>,
) -> Result<Response, Problem> {
    let set = indicator::set_archived(&server.ctx, &caller.0, &reference, &id, version, sent.archived).await;
    set.map(answer).map_err(|error| precondition(error.into()))
}

/// Many indicators at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManySent {
    /// One per line: `value`, `kind: value`, or either with ` # description` after it.
    lines: String,
    /// Who may read them; `amber` unless said otherwise.
    #[serde(default = "amber")]
    tlp: Tlp,
    /// How sure it is that these are the attacker's.
    #[serde(default = "not_rated")]
    confidence: Confidence,
    /// What they were used for, where a line does not say.
    #[serde(default)]
    description: String,
}

/// What became of many indicators.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManyAnswer {
    /// The ids of those that were added, in the order of the lines.
    added: Vec<IndicatorId>,
    /// How many the incident had already.
    known: usize,
    /// Lines that could not be read.
    refused: Vec<LineRefused>,
}

/// Adds one indicator per line. Lines that cannot be read come back; the others are added.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/indicators/many", operation_id = "add_indicators", tag = "findings", request_body = ManySent,
    params(("reference" = String, Path)),
    responses(
        (status = 200, description = "What became of each", body = ManyAnswer),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn add_many(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    Sent(sent): Sent<ManySent>,
) -> Result<Json<ManyAnswer>, Problem> {
    let base = IndicatorFields {
        tlp: sent.tlp,
        confidence: sent.confidence,
        description: sent.description,
        ..IndicatorFields::bare(IndicatorKind::Other, "")
    };
    let many = indicator::add_many(&server.ctx, &caller.0, &reference, &sent.lines, &base).await?;
    Ok(Json(ManyAnswer { added: many.added, known: many.known, refused: many.refused }))
}

/// Which value is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AcrossQuery {
    /// The value, however it is written.
    value: String,
    /// Its kind; every kind that it can be unless said otherwise.
    kind: Option<IndicatorKind>,
    /// Rows, 1 to 200; 50 unless said otherwise.
    limit: Option<i64>,
}

/// An indicator with its incident.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorSeen {
    #[serde(flatten)]
    indicator: Indicator,
    /// Its incident.
    incident_reference: String,
    /// Its incident's title.
    incident_title: String,
}

/// Where a value was seen.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorsSeen {
    /// The newest first.
    rows: Vec<IndicatorSeen>,
}

/// Finds a value in every incident that the caller may see.
#[utoipa::path(get, path = "/api/v1/indicators", operation_id = "find_indicators", tag = "findings", params(AcrossQuery),
    responses(
        (status = 200, description = "Where it was seen", body = IndicatorsSeen),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn across(
    State(server): State<Server>,
    caller: Caller,
    Asked(query): Asked<AcrossQuery>,
) -> Result<Json<IndicatorsSeen>, Problem> {
    let limit = query.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        return Err(Refusal::field("limit", "Between 1 and 200.").into());
    }
    let found = indicator::across(&server.ctx, &caller.0, &query.value, query.kind, limit).await?;
    let rows = found.into_iter().map(|seen| IndicatorSeen {
        indicator: seen.indicator,
        incident_reference: seen.incident_reference,
        incident_title: seen.incident_title,
    });
    Ok(Json(IndicatorsSeen { rows: rows.collect() }))
}
