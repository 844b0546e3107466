//! Assets over REST, below their incident. Edits name the version they saw.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use holdfast_actions::{asset, finding::Row};
use holdfast_domain::{
    Timestamp,
    asset::{Asset, AssetFields, AssetKind, Compromise, Criticality},
    indicator::SeenIn,
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

/// An asset in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssetLine {
    #[serde(flatten)]
    asset: Asset,
    /// The other incidents with the same, as far as the caller may see them.
    seen_in: Option<SeenIn>,
}

impl From<Row<Asset>> for AssetLine {
    fn from(row: Row<Asset>) -> Self {
        Self { asset: row.thing, seen_in: row.seen_in }
    }
}

/// Part of a list of assets.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssetPart {
    /// The assets.
    rows: Vec<AssetLine>,
    /// Where the next part begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Lists the assets of an incident.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/assets", operation_id = "list_assets", tag = "findings",
    params(("reference" = String, Path), PartQuery),
    responses(
        (status = 200, description = "A part of the list", body = AssetPart),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    Asked(query): Asked<PartQuery>,
) -> Result<Json<AssetPart>, Problem> {
    let incident = holdfast_actions::incident::view(&server.ctx, &caller.0, &reference).await?;
    let part = asset::list(&server.ctx, &caller.0, &incident, &query.asked()).await?;
    Ok(Json(AssetPart { rows: part.rows.into_iter().map(Into::into).collect(), next: part.next }))
}

/// What is said of an asset when it is added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssetCreate {
    /// What kind of thing it is.
    kind: AssetKind,
    /// What people call it.
    name: String,
    /// By what it is known to machines.
    #[serde(default)]
    identifier: String,
    /// Who answers for it.
    #[serde(default)]
    owner: String,
    /// How much depends on it; `medium` unless said otherwise.
    #[serde(default = "medium")]
    criticality: Criticality,
    /// Whether the attacker had it; `unknown` unless said otherwise.
    #[serde(default = "unknown")]
    compromise: Compromise,
    /// What else is known, in Markdown.
    #[serde(default)]
    notes: String,
    /// When the attacker was first seen on it.
    first_seen: Option<Timestamp>,
    /// When the attacker was last seen on it.
    last_seen: Option<Timestamp>,
}

const fn medium() -> Criticality {
    Criticality::Medium
}

const fn unknown() -> Compromise {
    Compromise::Unknown
}

impl From<AssetCreate> for AssetFields {
    fn from(sent: AssetCreate) -> Self {
        Self {
            kind: sent.kind,
            name: sent.name,
            identifier: sent.identifier,
            owner: sent.owner,
            criticality: sent.criticality,
            compromise: sent.compromise,
            notes: sent.notes,
            first_seen: sent.first_seen,
            last_seen: sent.last_seen,
        }
    }
}

/// Adds an asset.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/assets", operation_id = "add_asset", tag = "findings", request_body = AssetCreate,
    params(("reference" = String, Path)),
    responses(
        (status = 201, description = "Added", body = Asset, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn add(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    Sent(sent): Sent<AssetCreate>,
) -> Result<Response, Problem> {
    let added = asset::add(&server.ctx, &caller.0, &reference, &sent.into()).await?;
    let location = format!("/api/v1/incidents/{reference}/assets/{}", added.id);
    Ok((StatusCode::CREATED, [etag(added.version)], [(header::LOCATION, location)], Json(added)).into_response())
}

fn answer(thing: Asset) -> Response {
    ([etag(thing.version)], Json(thing)).into_response()
}

/// One of an incident, archived or not.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/assets/{id}", operation_id = "view_asset", tag = "findings",
    params(("reference" = String, Path), ("id" = String, Path)),
    responses(
        (status = 200, description = "As it is now", body = Asset, headers(("ETag" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn view(
    State(server): State<Server>,
    caller: Caller,
    Path((reference, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let incident = holdfast_actions::incident::view(&server.ctx, &caller.0, &reference).await?;
    Ok(answer(asset::view(&server.ctx, &caller.0, &incident, &id).await?))
}

/// The fields to change; those that are absent stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssetPatch {
    /// What kind of thing it is.
    kind: Option<AssetKind>,
    /// What people call it.
    name: Option<String>,
    /// By what it is known to machines.
    identifier: Option<String>,
    /// Who answers for it.
    owner: Option<String>,
    /// How much depends on it.
    criticality: Option<Criticality>,
    /// Whether the attacker had it.
    compromise: Option<Compromise>,
    /// What else is known, in Markdown.
    notes: Option<String>,
    /// When the attacker was first seen on it. `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    first_seen: Option<Option<Timestamp>>,
    /// When the attacker was last seen on it. `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    last_seen: Option<Option<Timestamp>>,
}

impl AssetPatch {
    fn onto(self, fields: AssetFields) -> AssetFields {
        AssetFields {
            kind: self.kind.unwrap_or(fields.kind),
            name: self.name.unwrap_or(fields.name),
            identifier: self.identifier.unwrap_or(fields.identifier),
            owner: self.owner.unwrap_or(fields.owner),
            criticality: self.criticality.unwrap_or(fields.criticality),
            compromise: self.compromise.unwrap_or(fields.compromise),
            notes: self.notes.unwrap_or(fields.notes),
            first_seen: self.first_seen.unwrap_or(fields.first_seen),
            last_seen: self.last_seen.unwrap_or(fields.last_seen),
        }
    }
}

/// Changes fields of an asset.
#[utoipa::path(patch, path = "/api/v1/incidents/{reference}/assets/{id}", operation_id = "edit_asset", tag = "findings", request_body = AssetPatch,
    params(("reference" = String, Path), ("id" = String, Path), ("If-Match" = String, Header, description = "The ETag it came with")),
    responses(
        (status = 200, description = "As it is now", body = Asset, headers(("ETag" = String))),
        (status = 412, description = "Somebody else changed it first", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn edit(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
    Sent(sent): Sent<AssetPatch>,
) -> Result<Response, Problem> {
    // The fields that are not sent are taken as they are now, so a conflict shows only the others.
    let incident = holdfast_actions::incident::view(&server.ctx, &caller.0, &reference).await?;
    let now = asset::view(&server.ctx, &caller.0, &incident, &id).await?;
    let edited = asset::edit(&server.ctx, &caller.0, &reference, &id, version, &sent.onto(now.fields)).await;
    edited.map(answer).map_err(|error| precondition(error.into()))
}

/// Archives an asset, or takes it back.
#[utoipa::path(put, path = "/api/v1/incidents/{reference}/assets/{id}/archived", operation_id = "archive_asset", tag = "findings", request_body = ArchivedSent,
    params(("reference" = String, Path), ("id" = String, Path), ("If-Match" = String, Header, description = "The ETag it came with")),
    responses(
        (status = 200, description = "As it is now", body = Asset, headers(("ETag" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn set_archived(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
    Sent(sent): Sent<ArchivedSent>,
) -> Result<Response, Problem> {
    let set = asset::set_archived(&server.ctx, &caller.0, &reference, &id, version, sent.archived).await;
    set.map(answer).map_err(|error| precondition(error.into()))
}
