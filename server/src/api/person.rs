//! People over REST. Only by session: no token reaches people, whatever its scopes.

use axum::{Json, extract::Path, response::Response};
use holdfast_actions::person::{self, PersonEdit};
use holdfast_domain::{
    PersonId, Refusal,
    person::{Person, PersonDraft, Role},
    refusal::FieldErrors,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Answer, Caller, IfMatch, JsonBody, Once, TakesKey, made, precondition,
    schema::{Members, changed, nothing_left},
    versioned,
};

/// Everybody.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonPage {
    /// The people, by name.
    rows: Vec<Person>,
}

/// Lists people.
#[utoipa::path(get, path = "/api/v1/people", operation_id = "list_people", tag = "people",
    responses((status = 200, description = "Everybody", body = PersonPage)))]
pub async fn list(Caller(ctx, actor): Caller) -> Answer<Json<PersonPage>> {
    Ok(Json(PersonPage { rows: person::list(&ctx, &actor).await? }))
}

/// A person who was invited.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invited {
    /// The person.
    person: Person,
    /// The code with which they choose their password: once, within the hour. Shown here only, and absent
    /// where the request was sent before; a new invitation has another.
    #[serde(skip_serializing_if = "Option::is_none")]
    invitation_code: Option<String>,
}

/// Adds a person and makes an invitation.
#[utoipa::path(post, path = "/api/v1/people", operation_id = "add_person", tag = "people", request_body = PersonDraft,
    params(TakesKey),
    responses((status = 201, description = "Added", body = Invited, headers(("ETag" = String), ("Location" = String)))))]
pub async fn add(Caller(ctx, actor): Caller, once: Once, JsonBody(draft): JsonBody<PersonDraft>) -> Answer {
    let (ctx, actor, draft) = (&ctx, &actor, &draft);
    let make = |ctx| async move {
        let (person, code) = person::add(&ctx, actor, draft).await?;
        Ok(Invited { person, invitation_code: Some(code) })
    };
    let again = |id: String| async move {
        Ok(Invited { person: person::find(ctx, actor, read_id(&id)?).await?, invitation_code: None })
    };
    let answer = once.make(ctx, actor, make, again).await?;
    let location = format!("/api/v1/people/{}", answer.person.id);
    Ok(made(location, versioned(answer.person.version, answer)))
}

/// One person.
#[utoipa::path(get, path = "/api/v1/people/{id}", operation_id = "view_person", tag = "people",
    params(("id" = PersonId, Path)),
    responses((status = 200, description = "The person", body = Person, headers(("ETag" = String)))))]
pub async fn view(Caller(ctx, actor): Caller, Path(id): Path<String>) -> Answer {
    Ok(shown(person::find(&ctx, &actor, read_id(&id)?).await?))
}

fn shown(person: Person) -> Response {
    versioned(person.version, person)
}

/// The fields to change; those that are absent stay as they are.
#[derive(ToSchema, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes what is read member by member")]
pub struct PersonPatch {
    /// The name others see.
    #[schema(nullable = false)]
    name: Option<String>,
    /// What the person may do.
    #[schema(nullable = false)]
    roles: Option<Vec<Role>>,
    /// The IANA zone in which times are shown to them.
    #[schema(nullable = false)]
    time_zone: Option<String>,
    /// Whether signing in is switched off.
    #[schema(nullable = false)]
    disabled: Option<bool>,
}

/// Changes a person. What they may do counts from their next request on.
#[utoipa::path(patch, path = "/api/v1/people/{id}", operation_id = "edit_person", tag = "people",
    request_body = PersonPatch, params(("id" = PersonId, Path), IfMatch),
    responses((status = 200, description = "As it is now", body = Person, headers(("ETag" = String)))))]
pub async fn edit(
    Caller(ctx, actor): Caller,
    IfMatch(version): IfMatch,
    Path(id): Path<String>,
    JsonBody(Members(mut sent)): JsonBody<Members>,
) -> Answer {
    let id = read_id(&id)?;
    let now = person::find(&ctx, &actor, id).await?;
    let mut errors = FieldErrors::default();
    let edit = PersonEdit {
        version,
        name: changed(&mut sent, "name", now.name, &mut errors),
        roles: changed(&mut sent, "roles", now.roles, &mut errors),
        time_zone: changed(&mut sent, "time_zone", now.time_zone, &mut errors),
        disabled: changed(&mut sent, "disabled", now.disabled, &mut errors),
    };
    nothing_left(&sent, errors)?;
    person::edit(&ctx, &actor, id, &edit).await.map(shown).map_err(precondition)
}

/// A code that is shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitation {
    /// The code with which the person chooses a password: once, within the hour.
    invitation_code: String,
}

/// Makes a new invitation, which is also how a forgotten password is replaced.
#[utoipa::path(post, path = "/api/v1/people/{id}/invitation", operation_id = "invite_person", tag = "people",
    params(("id" = PersonId, Path)),
    responses((status = 201, description = "Made; the one before is void", body = Invitation)))]
pub async fn invite(Caller(ctx, actor): Caller, Path(id): Path<String>) -> Answer<(StatusCode, Json<Invitation>)> {
    let invitation_code = person::invite_again(&ctx, &actor, read_id(&id)?).await?;
    Ok((StatusCode::CREATED, Json(Invitation { invitation_code })))
}

fn read_id(text: &str) -> Result<PersonId, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound("person".into()))
}
