//! Links between incidents over REST: from either end, and only those whose other end the caller sees.

use axum::{Json, extract::Path};
use holdfast_actions::{
    Ctx, Result,
    incident::{self, Visible},
    link,
};
use holdfast_domain::{
    Actor, Fields as _, Permission,
    link::{Link, LinkFields},
    refusal::FieldErrors,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Answer, Caller, JsonBody, Once, QueryParams, TakesKey,
    item::{Archivable, Seen, Thing, answer_added},
    schema::{self, Create, Members, With},
};

/// Which links.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LinkQuery {
    /// Whether the removed ones are meant.
    #[serde(default)]
    archived: bool,
}

/// Links.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkList {
    /// Those made by people, then merges, oldest first.
    rows: Vec<Link>,
}

/// The links of an incident whose other end you see. A merge is one without an id.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/links", operation_id = "list_links", tag = "incidents",
    params(LinkQuery), responses((status = 200, description = "The links", body = LinkList)))]
pub async fn list(
    Caller(ctx, actor): Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<LinkQuery>,
) -> Answer<Json<LinkList>> {
    let incident = incident::view(&ctx, &actor, &reference).await?;
    Ok(Json(LinkList { rows: link::list(&ctx, &actor, &incident, query.archived).await? }))
}

/// What makes a link.
type LinkCreate = With<Create<LinkFields>, BesideFields>;

/// What is said beside the fields.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what is read member by member")]
struct BesideFields {
    /// The incident at the other end, by reference or id.
    other: String,
}

/// Links an incident with another.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/links", operation_id = "add_link", tag = "incidents",
    request_body = LinkCreate, params(TakesKey),
    responses((status = 201, description = "Added", body = Link, headers(("ETag" = String), ("Location" = String)))))]
pub async fn add(
    caller: Caller,
    once: Once,
    Path(reference): Path<String>,
    JsonBody(Members(mut sent)): JsonBody<Members>,
) -> Answer {
    let mut errors = FieldErrors::default();
    let other: &String = &schema::take(&mut sent, "other", &mut errors);
    let (actor, at, fields) = (&caller.1, reference.as_str(), &errors.and(LinkFields::created(sent))?);
    answer_added(&caller, once, at, |ctx| async move { link::add(&ctx, actor, at, other, fields).await }).await
}

impl Thing for Link {
    type Fields = LinkFields;
    const PLURAL: &'static str = "links";
    const EDIT: Permission = Permission::EditIncident;

    fn identity(&self) -> (String, i64) {
        (self.id.map(|id| id.to_string()).unwrap_or_default(), self.version)
    }
    async fn view(ctx: &Ctx, actor: &Actor, at: &Visible, id: &str) -> Result<Self> {
        link::view(ctx, actor, at, id).await
    }
}

impl Archivable for Link {
    async fn set(ctx: &Ctx, actor: &Actor, (at, id, version): Seen<'_>, archived: bool) -> Result<Self> {
        link::set_archived(ctx, actor, at, id, version, archived).await
    }
}
