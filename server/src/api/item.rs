//! Things of an incident over REST, whichever noun they are: listed, added, viewed, edited, archived. The
//! routes and their description follow from the noun's declaration; edits name the version they saw.

use axum::{
    Json,
    extract::Path,
    response::Response,
    routing::{MethodRouter, get, patch, post, put},
};
use holdfast_actions::{
    Ctx, Result,
    incident::{self, Visible},
    item::{self, ListParams},
};
use holdfast_app::pages::Requirement;
use holdfast_domain::{
    Actor, Fields as _, Permission, Timestamp,
    noun::{Item, ItemFields, Noun},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema, openapi::HttpMethod};

use super::{
    Answer, Caller, IfMatch, JsonBody, Once, QueryParams, TakesKey,
    describe::{ApiOperation, ApiRoute},
    made, precondition,
    schema::{Create, Members, Patch},
    versioned,
};
use crate::{rate_limit::Cost, state::Server};

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
    archived: bool,
}

/// The incident, the thing and the version of it that was seen.
pub type Seen<'a> = (&'a str, &'a str, i64);

/// Something with a version that an incident has several of.
pub trait Thing: Serialize + ToSchema + Send + Sync + Sized + 'static {
    /// What a person says of it.
    type Fields: Noun;
    /// Its part of addresses.
    const PLURAL: &'static str;
    /// What allows changing it.
    const EDIT: Permission;

    /// Its id and its version.
    fn identity(&self) -> (String, i64);
    /// One of an incident, archived or not.
    fn view(ctx: &Ctx, actor: &Actor, at: &Visible, id: &str) -> impl Future<Output = Result<Self>> + Send;
}

/// A thing of which nothing is said but its fields, and which is edited.
pub trait Editable: Thing {
    /// What was said of it.
    fn fields(&self) -> &Self::Fields;
    /// Adds one.
    fn add(ctx: &Ctx, actor: &Actor, at: &str, fields: &Self::Fields) -> impl Future<Output = Result<Self>> + Send;
    /// Edits one.
    fn edit(ctx: &Ctx, by: &Actor, at: Seen<'_>, to: &Self::Fields) -> impl Future<Output = Result<Self>> + Send;
}

/// A thing that is archived and taken back.
pub trait Archivable: Thing {
    /// Archives one, or takes it back.
    fn set(ctx: &Ctx, actor: &Actor, at: Seen<'_>, archived: bool) -> impl Future<Output = Result<Self>> + Send;
}

impl<F: ItemFields> Thing for Item<F> {
    type Fields = F;
    const PLURAL: &'static str = F::PLURAL;
    const EDIT: Permission = F::EDIT;

    fn identity(&self) -> (String, i64) {
        (self.id.to_string(), self.version)
    }
    async fn view(ctx: &Ctx, actor: &Actor, at: &Visible, id: &str) -> Result<Self> {
        item::view(ctx, actor, at, id).await
    }
}

impl<F: ItemFields> Editable for Item<F> {
    fn fields(&self) -> &F {
        &self.fields
    }
    async fn add(ctx: &Ctx, actor: &Actor, at: &str, fields: &F) -> Result<Self> {
        item::add(ctx, actor, at, fields).await
    }
    async fn edit(ctx: &Ctx, by: &Actor, (at, id, version): Seen<'_>, to: &F) -> Result<Self> {
        item::edit(ctx, by, at, id, version, to).await
    }
}

impl<F: ItemFields> Archivable for Item<F> {
    async fn set(ctx: &Ctx, actor: &Actor, (at, id, version): Seen<'_>, archived: bool) -> Result<Self> {
        item::set_archived(ctx, actor, at, id, version, archived).await
    }
}

/// The five routes of a noun.
pub fn routes<F: ItemFields>(tag: &'static str) -> Vec<ApiRoute> {
    routes_with::<F, Item<F>>(tag, get(list::<F>))
}

/// The same with a list of its own, whose rows are `R`.
pub fn routes_with<F: ItemFields, R: ToSchema>(tag: &'static str, list: MethodRouter<Server>) -> Vec<ApiRoute> {
    let many = F::PLURAL.replace([' ', '-'], "_");
    let words = format!("Lists the {} of an incident.", F::LABELS.to_lowercase());
    let listed = ApiOperation::new(format!("list_{many}"), words, tag)
        .query::<PartQuery>()
        .answers_part::<R>(&format!("{}Part", Item::<F>::name()))
        .at(HttpMethod::Get, &address::<Item<F>>(""), list);
    vec![
        ApiRoute::new(Requirement::Permission(Permission::ViewIncident), Cost::Cheap, listed),
        added::<Item<F>>(tag, &format!("Adds {}.", F::ONE)),
        viewed::<Item<F>>(tag, "One of an incident, archived or not.", "As it is now"),
        edited::<Item<F>>(tag, &format!("Changes fields of {}.", F::ONE)),
        archived::<Item<F>>(tag, &format!("Archives {}, or takes it back.", F::ONE)),
    ]
}

fn address<T: Thing>(tail: &str) -> String {
    format!("/api/v1/incidents/{{reference}}/{}{tail}", T::PLURAL)
}

fn operation<T: Thing>(verb: &str, tag: &str, summary: &str) -> ApiOperation {
    let name = T::Fields::NAME.replace([' ', '-'], "_");
    ApiOperation::new(format!("{verb}_{name}"), summary.to_owned(), tag)
}

fn changing<T: Thing>(method: HttpMethod, tail: &str, does: ApiOperation, handler: MethodRouter<Server>) -> ApiRoute {
    ApiRoute::new(Requirement::Permission(T::EDIT), Cost::Cheap, does.at(method, &address::<T>(tail), handler))
}

/// The route that adds one.
pub fn added<T: Editable>(tag: &str, summary: &str) -> ApiRoute {
    let adds = operation::<T>("add", tag, summary).query::<TakesKey>().takes::<Create<T::Fields>>();
    let adds = adds.answers::<T>("201", "Added", &["ETag", "Location"]);
    changing::<T>(HttpMethod::Post, "", adds, post(add::<T>))
}

/// The route that answers with one, which `words` describe.
pub fn viewed<T: Thing>(tag: &str, summary: &str, words: &str) -> ApiRoute {
    let views = operation::<T>("view", tag, summary).answers::<T>("200", words, &["ETag"]);
    let views = views.at(HttpMethod::Get, &address::<T>("/{id}"), get(view::<T>));
    ApiRoute::new(Requirement::Permission(Permission::ViewIncident), Cost::Cheap, views)
}

/// The route that edits one.
pub fn edited<T: Editable>(tag: &str, summary: &str) -> ApiRoute {
    let edits = operation::<T>("edit", tag, summary).takes::<Patch<T::Fields>>().edits::<T>();
    changing::<T>(HttpMethod::Patch, "/{id}", edits, patch(edit::<T>))
}

/// The route that archives one, or takes it back.
pub fn archived<T: Archivable>(tag: &str, summary: &str) -> ApiRoute {
    let archives = operation::<T>("archive", tag, summary).takes::<ArchivedSent>().edits::<T>();
    changing::<T>(HttpMethod::Put, "/{id}/archived", archives, put(set_archived::<T>))
}

async fn list<F: ItemFields>(
    Caller(ctx, actor): Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<PartQuery>,
) -> Answer<Json<PartBody<Item<F>>>> {
    let incident = incident::view(&ctx, &actor, &reference).await?;
    let part = item::list::<F>(&ctx, &actor, &incident, &query.params()).await?;
    Ok(Json(PartBody { rows: part.rows, next: part.next }))
}

async fn add<T: Editable>(
    caller: Caller,
    once: Once,
    Path(reference): Path<String>,
    JsonBody(Members(sent)): JsonBody<Members>,
) -> Answer {
    let (actor, at, fields) = (&caller.1, reference.as_str(), &T::Fields::created(sent)?);
    answer_added(&caller, once, at, |ctx| async move { T::add(&ctx, actor, at, fields).await }).await
}

/// Makes one, once, and answers with it.
pub async fn answer_added<T: Thing, M: Future<Output = Result<T>>>(
    Caller(ctx, actor): &Caller,
    once: Once,
    at: &str,
    make: impl FnOnce(Ctx) -> M,
) -> Answer {
    let again = |id: String| async move { T::view(ctx, actor, &incident::view(ctx, actor, at).await?, &id).await };
    let added = once.make(ctx, actor, make, again).await?;
    let location = address::<T>("/").replace("{reference}", at) + &added.identity().0;
    Ok(made(location, answer(added)))
}

fn answer<T: Thing>(thing: T) -> Response {
    versioned(thing.identity().1, thing)
}

async fn view<T: Thing>(Caller(ctx, actor): Caller, Path((reference, id)): Path<(String, String)>) -> Answer {
    let incident = incident::view(&ctx, &actor, &reference).await?;
    Ok(answer(T::view(&ctx, &actor, &incident, &id).await?))
}

async fn edit<T: Editable>(
    Caller(ctx, actor): Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
    JsonBody(Members(sent)): JsonBody<Members>,
) -> Answer {
    // The fields that are not sent are taken as they are now, so a conflict shows only the others.
    let now = T::view(&ctx, &actor, &incident::view(&ctx, &actor, &reference).await?, &id).await?;
    let edited = T::edit(&ctx, &actor, (&reference, &id, version), &now.fields().patched(sent)?).await;
    edited.map(answer).map_err(precondition)
}

async fn set_archived<T: Archivable>(
    Caller(ctx, actor): Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
    JsonBody(sent): JsonBody<ArchivedSent>,
) -> Answer {
    T::set(&ctx, &actor, (&reference, &id, version), sent.archived).await.map(answer).map_err(precondition)
}
