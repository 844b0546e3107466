//! The timeline of an incident over REST.

use axum::{Json, extract::Path};
use holdfast_actions::{
    Ctx, Result, event,
    incident::{self, Visible},
};
use holdfast_domain::{
    Actor, Permission,
    event::{Event, EventFields, TimelineEntry},
    technique,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Answer, Caller, QueryParams,
    item::{Archivable, Editable, Seen, Thing},
};

/// The timeline of an incident, in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineBody {
    /// Its entries: events, and what the phases say.
    rows: Vec<TimelineEntry>,
}

/// The timeline of an incident: what the attacker and the responders did, in order.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/events", operation_id = "timeline", tag = "events",
    responses((status = 200, description = "The timeline", body = TimelineBody)))]
pub async fn list(Caller(ctx, actor): Caller, Path(reference): Path<String>) -> Answer<Json<TimelineBody>> {
    let (ctx, actor) = (&ctx, &actor);
    let incident = incident::view(ctx, actor, &reference).await?;
    let times = incident::times(ctx, actor, &incident).await?;
    Ok(Json(TimelineBody { rows: event::timeline(ctx, actor, &incident, &times).await? }))
}

impl Thing for Event {
    type Fields = EventFields;
    const PLURAL: &'static str = "events";
    const EDIT: Permission = Permission::EditTimeline;

    fn identity(&self) -> (String, i64) {
        (self.id.to_string(), self.version)
    }
    async fn view(ctx: &Ctx, actor: &Actor, at: &Visible, id: &str) -> Result<Self> {
        event::one(ctx, actor, at, id).await
    }
}

impl Editable for Event {
    fn fields(&self) -> &EventFields {
        &self.fields
    }
    async fn add(ctx: &Ctx, actor: &Actor, at: &str, fields: &EventFields) -> Result<Self> {
        event::add(ctx, actor, at, fields).await
    }
    async fn edit(ctx: &Ctx, by: &Actor, (at, id, version): Seen<'_>, to: &EventFields) -> Result<Self> {
        event::edit(ctx, by, at, id, version, to).await
    }
}

impl Archivable for Event {
    async fn set(ctx: &Ctx, actor: &Actor, (at, id, version): Seen<'_>, archived: bool) -> Result<Self> {
        event::set_archived(ctx, actor, at, id, version, archived).await
    }
}

/// Which techniques.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TechniqueQuery {
    /// The beginning of an id, or words of a name.
    text: String,
}

/// A technique of MITRE ATT&CK.
#[derive(Debug, Serialize, ToSchema)]
pub struct TechniqueLine {
    /// Such as `T1566.001`.
    id: &'static str,
    /// Its name.
    name: &'static str,
    /// The short names of the tactics it serves.
    tactics: &'static [String],
}

/// Techniques that match, the closest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TechniqueList {
    /// The version of ATT&CK.
    version: &'static str,
    /// Whose work it is.
    copyright: &'static str,
    /// At most 20.
    rows: Vec<TechniqueLine>,
}

/// Techniques by id or words of their name.
#[utoipa::path(get, path = "/api/v1/techniques", operation_id = "techniques", tag = "events", params(TechniqueQuery),
    responses((status = 200, description = "The closest", body = TechniqueList)))]
pub async fn techniques(QueryParams(query): QueryParams<TechniqueQuery>) -> Json<TechniqueList> {
    let rows = technique::search(&query.text, 20)
        .into_iter()
        .map(|found| TechniqueLine { id: &found.id, name: &found.name, tactics: &found.tactics })
        .collect();
    Json(TechniqueList { version: technique::VERSION, copyright: technique::COPYRIGHT, rows })
}
