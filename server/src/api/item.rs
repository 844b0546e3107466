//! Items of an incident over REST, whichever noun they are: listed, added, viewed, edited, archived. The
//! routes and their description follow from the noun's declaration; edits name the version they saw.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, patch, post, put},
};
use holdfast_actions::{
    incident,
    item::{self, ListParams},
};
use holdfast_app::pages::Requirement;
use holdfast_domain::{
    Permission, Timestamp,
    noun::{Item, ItemFields},
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema, openapi::HttpMethod};

use super::{
    Caller, IfMatch, JsonBody, Once, QueryParams,
    describe::{ApiOperation, ApiRoute},
    etag, once, precondition,
    schema::{Create, Members, Patch},
};
use crate::{problem::Problem, rate_limit::Cost, state::Server};

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PartQuery {
    /// Whether the archived ones are meant.
    #[serde(default)]
    archived: bool,
    /// Only those changed at or after this time, archived or not, in the order of their changes.
    updated_since: Option<Timestamp>,
    /// What the part before gave as `next`.
    after: Option<String>,
    /// Rows, 1 to 200; 100 unless said otherwise.
    limit: Option<i64>,
}

impl PartQuery {
    pub(super) fn params(&self) -> ListParams<'_> {
        let (archived, updated_since, after) = (self.archived, self.updated_since, self.after.as_deref());
        ListParams { archived, updated_since, after, limit: self.limit.unwrap_or(100) }
    }
}

/// Part of a list.
#[derive(Debug, Serialize)]
pub struct PartBody<R> {
    pub(super) rows: Vec<R>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// Whether a thing is archived.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivedSent {
    /// Out of the lists, kept in the record.
    pub(super) archived: bool,
}

/// The five routes of a noun.
pub fn routes<F: ItemFields>(tag: &'static str) -> Vec<ApiRoute> {
    routes_with::<F, Item<F>>(tag, get(list::<F>))
}

/// The same with a list of its own, whose rows are `R`.
pub fn routes_with<F: ItemFields, R: ToSchema>(tag: &'static str, list: MethodRouter<Server>) -> Vec<ApiRoute> {
    let word = |text: &str| text.replace([' ', '-'], "_");
    let (one, many) = (word(F::NAME), word(F::PLURAL));
    let all_at = format!("/api/v1/incidents/{{reference}}/{}", F::PLURAL);
    let one_at = format!("{all_at}/{{id}}");
    let named = |operation: String, words: String| ApiOperation::new(operation, words, tag).path("reference");
    let listed = named(format!("list_{many}"), format!("Lists the {} of an incident.", F::LABELS.to_lowercase()))
        .query::<PartQuery>()
        .answers_part::<R>(&format!("{}Part", Item::<F>::name()));
    let added = named(format!("add_{one}"), format!("Adds {}.", F::ONE))
        .parameter(once::parameter())
        .takes::<Create<F>>()
        .answers::<Item<F>>("201", "Added", &["ETag", "Location"]);
    let viewed = named(format!("view_{one}"), "One of an incident, archived or not.".into())
        .path("id")
        .answers::<Item<F>>("200", "As it is now", &["ETag"]);
    let edited = named(format!("edit_{one}"), format!("Changes fields of {}.", F::ONE))
        .path("id")
        .takes::<Patch<F>>()
        .edits::<Item<F>>();
    let archived = named(format!("archive_{one}"), format!("Archives {}, or takes it back.", F::ONE))
        .path("id")
        .takes::<ArchivedSent>()
        .edits::<Item<F>>();
    let route = |may, described| ApiRoute { may: Requirement::Permission(may), cost: Cost::Cheap, described };
    vec![
        route(Permission::ViewIncident, listed.at(HttpMethod::Get, &all_at, list)),
        route(F::EDIT, added.at(HttpMethod::Post, &all_at, post(add::<F>))),
        route(Permission::ViewIncident, viewed.at(HttpMethod::Get, &one_at, get(view::<F>))),
        route(F::EDIT, edited.at(HttpMethod::Patch, &one_at, patch(edit::<F>))),
        route(F::EDIT, archived.at(HttpMethod::Put, &format!("{one_at}/archived"), put(set_archived::<F>))),
    ]
}

async fn list<F: ItemFields>(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<PartQuery>,
) -> Result<Json<PartBody<Item<F>>>, Problem> {
    let incident = incident::view(&server.ctx, &caller.0, &reference).await?;
    let part = item::list::<F>(&server.ctx, &caller.0, &incident, &query.params()).await?;
    Ok(Json(PartBody { rows: part.rows, next: part.next }))
}

async fn add<F: ItemFields>(
    State(server): State<Server>,
    caller: Caller,
    once: Once,
    Path(reference): Path<String>,
    JsonBody(Members(sent)): JsonBody<Members>,
) -> Result<Response, Problem> {
    let (ctx, actor, at, fields) = (&server.ctx, &caller.0, reference.as_str(), &F::created(sent)?);
    let make = |ctx| async move { item::add(&ctx, actor, at, fields).await };
    let again = |id: String| async move { item::view(ctx, actor, &incident::view(ctx, actor, at).await?, &id).await };
    let added = once.make(ctx, actor, make, again).await?;
    let location = format!("/api/v1/incidents/{reference}/{}/{}", F::PLURAL, added.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], answer(added)).into_response())
}

fn answer<F: ItemFields>(thing: Item<F>) -> Response {
    ([etag(thing.version)], Json(thing)).into_response()
}

async fn view<F: ItemFields>(
    State(server): State<Server>,
    caller: Caller,
    Path((reference, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let incident = incident::view(&server.ctx, &caller.0, &reference).await?;
    Ok(answer(item::view::<F>(&server.ctx, &caller.0, &incident, &id).await?))
}

async fn edit<F: ItemFields>(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
    JsonBody(Members(sent)): JsonBody<Members>,
) -> Result<Response, Problem> {
    // The fields that are not sent are taken as they are now, so a conflict shows only the others.
    let incident = incident::view(&server.ctx, &caller.0, &reference).await?;
    let now = item::view::<F>(&server.ctx, &caller.0, &incident, &id).await?;
    let edited = item::edit(&server.ctx, &caller.0, &reference, &id, version, &now.fields.patched(sent)?).await;
    edited.map(answer).map_err(|error| precondition(error.into()))
}

async fn set_archived<F: ItemFields>(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
    JsonBody(sent): JsonBody<ArchivedSent>,
) -> Result<Response, Problem> {
    let set = item::set_archived::<F>(&server.ctx, &caller.0, &reference, &id, version, sent.archived).await;
    set.map(answer).map_err(|error| precondition(error.into()))
}
