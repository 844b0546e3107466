//! Evidence and its custody over REST.

use axum::{
    Json,
    body::Body,
    extract::{Path, State},
};
use holdfast_actions::{
    evidence::{self, EvidenceItem, Happening, RegisterFilter, Registration},
    incident,
};
use holdfast_domain::{
    Refusal, Timestamp,
    custody::CustodyKind,
    evidence::{AcquisitionMethod, CustodyEntry, Details, Evidence, EvidenceFields, EvidenceKind},
    marking::Tlp,
};
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Answer, Caller, JsonBody, Once, QueryParams, TakesKey, made};
use crate::{download, state::Server, upload};

/// Evidence in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidencePage {
    /// The items.
    rows: Vec<Evidence>,
    /// The cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Which evidence.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegisterParams {
    /// Only what is still here.
    #[serde(default)]
    in_custody: bool,
    /// Only what is under a legal hold.
    #[serde(default)]
    held: bool,
    /// Only what was not what it was when it was last verified.
    #[serde(default)]
    altered: bool,
    /// The cursor that the page before gave as `next`.
    after: Option<String>,
}

/// The evidence of every incident one may see, newest first.
#[utoipa::path(get, path = "/api/v1/evidence", operation_id = "evidence_register", tag = "evidence",
    params(RegisterParams), responses((status = 200, description = "A page", body = EvidencePage)))]
pub async fn register(
    Caller(ctx, actor): Caller,
    QueryParams(query): QueryParams<RegisterParams>,
) -> Answer<Json<EvidencePage>> {
    let filter = RegisterFilter { in_custody: query.in_custody, held: query.held, altered: query.altered };
    let page = evidence::register_page(&ctx, &actor, filter, query.after.as_deref()).await?;
    Ok(Json(EvidencePage { rows: page.rows, next: page.next }))
}

/// The evidence of an incident, by label.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/evidence", operation_id = "incident_evidence",
    tag = "evidence", responses((status = 200, description = "All of it", body = EvidencePage)))]
pub async fn list(Caller(ctx, actor): Caller, Path(reference): Path<String>) -> Answer<Json<EvidencePage>> {
    let incident = incident::view(&ctx, &actor, &reference).await?;
    let rows = evidence::list(&ctx, &actor, &incident).await?;
    Ok(Json(EvidencePage { rows, next: None }))
}

/// What is said of a new item. The file is the body.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NewQuery {
    /// One line that names it.
    title: String,
    /// What it is.
    kind: EvidenceKind,
    /// What else is known of it.
    #[serde(default)]
    description: String,
    /// The name the file had where it came from.
    #[serde(default)]
    original_filename: String,
    /// Of a device: its serial number.
    #[serde(default)]
    serial: String,
    /// The system it came from.
    #[serde(default)]
    source_host: String,
    /// Where on that system it was.
    #[serde(default)]
    source_path: String,
    /// Who may read it.
    tlp: Option<Tlp>,
    /// Whether it could do harm.
    #[serde(default)]
    malicious: bool,
    /// Whether it holds personal data.
    #[serde(default)]
    contains_personal_data: bool,
    /// Until when it must be kept.
    retain_until: Option<Timestamp>,
    /// How it was acquired.
    method: Option<AcquisitionMethod>,
    /// With which tool.
    #[serde(default)]
    tool: String,
    /// In which version.
    #[serde(default)]
    tool_version: String,
    /// By which authority.
    #[serde(default)]
    authority: String,
    /// When it was collected; now, when not given.
    collected_at: Option<Timestamp>,
    /// Where it is kept.
    #[serde(default)]
    location: String,
    /// The label of the item of this incident that it was copied from.
    #[serde(default)]
    copy_of: String,
}

impl NewQuery {
    fn fields(&self) -> EvidenceFields {
        EvidenceFields {
            kind: self.kind,
            title: self.title.trim().to_owned(),
            description: self.description.clone(),
            original_filename: self.original_filename.clone(),
            make: String::new(),
            model: String::new(),
            serial: self.serial.clone(),
            condition_marks: String::new(),
            source_host: self.source_host.clone(),
            source_path: self.source_path.clone(),
            source_owner: String::new(),
            tlp: self.tlp.unwrap_or(Tlp::Amber),
            malicious: self.malicious,
            contains_personal_data: self.contains_personal_data,
            retain_until: self.retain_until,
            method: self.method.unwrap_or(AcquisitionMethod::Other),
            tool: self.tool.clone(),
            tool_version: self.tool_version.clone(),
            authority: self.authority.clone(),
            witness: String::new(),
            write_blocker: String::new(),
            clock_offset_s: None,
            acquisition_notes: String::new(),
        }
    }
}

/// Registers evidence with its file as the body; an empty body registers a thing. With
/// `Content-Digest: sha-256=:…:` (RFC 9530) nothing but that file is kept. When this is answered, the
/// file is on the disk.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/evidence", operation_id = "register_evidence",
    tag = "evidence",
    params(NewQuery, TakesKey, ("Content-Digest" = Option<String>, Header, description = "sha-256=:BASE64:")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "Registered", body = Evidence, headers(("Location" = String)))))]
pub async fn add(
    State(server): State<Server>,
    Caller(ctx, actor): Caller,
    once: Once,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<NewQuery>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let (ctx, actor) = (&ctx, &actor);
    incident::view(ctx, actor, &reference).await?;
    let stored = upload::raw(&server, actor.person_id, &headers, body).await?;
    if stored.size == 0 && !query.original_filename.is_empty() {
        return Err(Refusal::field("body", "The file is empty. Leave its name out to register a thing.").into());
    }
    let (at, fields, query, stored) = (reference.as_str(), &query.fields(), &query, &stored);
    let make = |ctx| async move {
        let file = (stored.size > 0).then_some(stored);
        let new = Registration {
            fields,
            collected: query.collected_at,
            location: &query.location,
            file,
            copy_of: &query.copy_of,
        };
        evidence::register(&ctx, actor, at, new).await
    };
    // Not by `evidence::item`: to look at an item is an event of its custody.
    let again = |label: String| async move {
        let known = evidence::list(ctx, actor, &incident::view(ctx, actor, at).await?).await?;
        Ok(known.into_iter().find(|item| item.label == label).ok_or_else(|| Refusal::NotFound("evidence".into()))?)
    };
    let item = once.of_file(&stored.sha256.0).make(ctx, actor, make, again).await?;
    let location = format!("/api/v1/incidents/{reference}/evidence/{}", item.label);
    Ok(made(location, Json(item)))
}

/// An item with its custody.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemBody {
    #[serde(flatten)]
    evidence: Evidence,
    /// Its custody, in the order recorded.
    custody: Vec<CustodyEntry>,
}

impl From<EvidenceItem> for ItemBody {
    fn from(item: EvidenceItem) -> Self {
        Self { evidence: item.evidence, custody: item.entries }
    }
}

/// One item, with its custody. That it was looked at becomes part of it.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/evidence/{label}", operation_id = "view_evidence",
    tag = "evidence", params(("label" = String, Path, description = "Such as EV-0001")),
    responses((status = 200, description = "The item", body = ItemBody)))]
pub async fn view(
    Caller(ctx, actor): Caller,
    Path((reference, label)): Path<(String, String)>,
) -> Answer<Json<ItemBody>> {
    let incident = incident::view(&ctx, &actor, &reference).await?;
    Ok(Json(evidence::item(&ctx, &actor, &incident, &label).await?.into()))
}

/// Something that happened to an item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustodySent {
    /// What.
    kind: CustodyKind,
    /// When; now, when not given.
    #[serde(default)]
    occurred_at: Option<Timestamp>,
    /// What else is said of it.
    #[serde(default)]
    details: Details,
}

/// Adds an event to the custody of an item.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/evidence/{label}/custody", operation_id = "add_custody",
    tag = "evidence", request_body = CustodySent, params(TakesKey),
    responses((status = 200, description = "The item as it is now", body = ItemBody)))]
pub async fn custody(
    Caller(ctx, actor): Caller,
    once: Once,
    Path((reference, label)): Path<(String, String)>,
    JsonBody(sent): JsonBody<CustodySent>,
) -> Answer<Json<ItemBody>> {
    let happening = Happening { kind: sent.kind, occurred_at: sent.occurred_at, details: sent.details };
    let (ctx, actor, at, label) = (&ctx, &actor, reference.as_str(), label.as_str());
    let make = |ctx| async move { evidence::happen(&ctx, actor, at, label, happening).await };
    let again =
        |label: String| async move { evidence::item(ctx, actor, &incident::view(ctx, actor, at).await?, &label).await };
    Ok(Json(once.make(ctx, actor, make, again).await?.into()))
}

/// Reads the file again and records whether it is what it was.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/evidence/{label}/verify", operation_id = "verify_evidence",
    tag = "evidence", responses((status = 200, description = "The item as it is now", body = ItemBody)))]
pub async fn verify(
    Caller(ctx, actor): Caller,
    Path((reference, label)): Path<(String, String)>,
) -> Answer<Json<ItemBody>> {
    Ok(Json(evidence::verify(&ctx, &actor, &reference, &label).await?.into()))
}

/// The file of an item; malicious ones inside an AES-256 ZIP with the password `infected`. That it was
/// taken is recorded first.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/evidence/{label}/file", operation_id = "download_evidence",
    tag = "evidence",
    responses((status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>)))]
pub async fn file(Caller(ctx, actor): Caller, Path((reference, label)): Path<(String, String)>) -> Answer {
    let found = evidence::download(&ctx, &actor, &reference, &label).await?;
    Ok(download::file("application/octet-stream", &found.name, found.opened))
}
