//! The tasks of an incident over REST.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use holdfast_actions::{incident, task};
use holdfast_domain::{
    CommentId, Fields as _, Refusal, Timestamp,
    task::{Comment, Task, TaskFields},
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Caller, IfMatch, JsonBody, Once, QueryParams, TakesKey, etag, precondition,
    schema::{Create, Members, Patch},
};
use crate::{
    problem::{Problem, ProblemBody},
    state::Server,
};

type TaskCreate = Create<TaskFields>;
type TaskPatch = Patch<TaskFields>;

/// Tasks.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskList {
    /// In order.
    rows: Vec<Task>,
}

/// A task with its comments.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskBody {
    /// The task.
    #[serde(flatten)]
    task: Task,
    /// What people say about it, oldest first.
    said: Vec<Comment>,
}

/// Your open tasks in open incidents: what is due first comes first; at most 50.
#[utoipa::path(get, path = "/api/v1/tasks", operation_id = "my_tasks", tag = "tasks",
    responses(
        (status = 200, description = "Your tasks", body = TaskList),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn mine(State(server): State<Server>, caller: Caller) -> Result<Json<TaskList>, Problem> {
    Ok(Json(TaskList { rows: task::today(&server.ctx, &caller.0).await?.tasks }))
}

/// Which tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// Only those changed at or after this time, in the order of their changes.
    updated_since: Option<Timestamp>,
}

/// The tasks of an incident, in the order people gave them.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/tasks", operation_id = "tasks", tag = "tasks",
    params(("reference" = String, Path), TaskQuery),
    responses(
        (status = 200, description = "The tasks", body = TaskList),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<TaskQuery>,
) -> Result<Json<TaskList>, Problem> {
    let incident = incident::view(&server.ctx, &caller.0, &reference).await?;
    let mut rows = task::list(&server.ctx, &caller.0, &incident).await?;
    if let Some(since) = query.updated_since {
        rows.retain(|task| task.updated_at >= since);
        rows.sort_by_key(|task| (task.updated_at, task.id.0));
    }
    Ok(Json(TaskList { rows }))
}

/// Adds a task behind those that are there.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/tasks", operation_id = "add_task", tag = "tasks", request_body = TaskCreate,
    params(("reference" = String, Path), TakesKey),
    responses(
        (status = 201, description = "Added", body = Task, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn add(
    State(server): State<Server>,
    caller: Caller,
    once: Once,
    Path(reference): Path<String>,
    JsonBody(Members(sent)): JsonBody<Members>,
) -> Result<Response, Problem> {
    let (ctx, actor, at, fields) = (&server.ctx, &caller.0, reference.as_str(), &TaskFields::created(sent)?);
    let make = |ctx| async move { task::add(&ctx, actor, at, fields).await };
    let again =
        |id: String| async move { Ok(task::one(ctx, actor, &incident::view(ctx, actor, at).await?, &id).await?.0) };
    let task = once.make(ctx, actor, make, again).await?;
    let location = format!("/api/v1/incidents/{reference}/tasks/{}", task.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], shown(task)).into_response())
}

/// How many were added.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedBody {
    /// None where all of them are there.
    added: usize,
}

/// Adds the tasks that a response usually begins with, as far as none of that title is there.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/tasks/usual", operation_id = "add_usual_tasks", tag = "tasks",
    params(("reference" = String, Path)),
    responses(
        (status = 200, description = "Added", body = AddedBody),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn add_usual(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Json<AddedBody>, Problem> {
    Ok(Json(AddedBody { added: task::add_usual(&server.ctx, &caller.0, &reference).await? }))
}

fn shown(task: Task) -> Response {
    ([etag(task.version)], Json(task)).into_response()
}

/// One task.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/tasks/{id}", operation_id = "view_task", tag = "tasks",
    params(("reference" = String, Path), ("id" = String, Path)),
    responses(
        (status = 200, description = "The task", body = TaskBody, headers(("ETag" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn view(
    State(server): State<Server>,
    caller: Caller,
    Path((reference, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let incident = incident::view(&server.ctx, &caller.0, &reference).await?;
    let (task, said) = task::one(&server.ctx, &caller.0, &incident, &id).await?;
    Ok(([etag(task.version)], Json(TaskBody { task, said })).into_response())
}

/// Changes fields of a task; its status is one of them.
#[utoipa::path(patch, path = "/api/v1/incidents/{reference}/tasks/{id}", operation_id = "edit_task", tag = "tasks", request_body = TaskPatch,
    params(("reference" = String, Path), ("id" = String, Path), ("If-Match" = String, Header, description = "The ETag it came with")),
    responses(
        (status = 200, description = "As it is now", body = Task, headers(("ETag" = String))),
        (status = 412, description = "Somebody else changed it first", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn edit(
    State(server): State<Server>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path((reference, id)): Path<(String, String)>,
    JsonBody(Members(sent)): JsonBody<Members>,
) -> Result<Response, Problem> {
    let incident = incident::view(&server.ctx, &caller.0, &reference).await?;
    let (now, _) = task::one(&server.ctx, &caller.0, &incident, &id).await?;
    let edited = task::edit(&server.ctx, &caller.0, &reference, &id, version, &now.fields.patched(sent)?).await;
    edited.map(shown).map_err(|error| precondition(error.into()))
}

/// Where a task goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceSent {
    /// The task it goes before; absent is last.
    #[serde(default)]
    before: Option<String>,
}

/// Puts a task before another, or last.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/tasks/{id}/place", operation_id = "place_task", tag = "tasks", request_body = PlaceSent,
    params(("reference" = String, Path), ("id" = String, Path)),
    responses(
        (status = 204, description = "There it is"),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn place(
    State(server): State<Server>,
    caller: Caller,
    Path((reference, id)): Path<(String, String)>,
    JsonBody(sent): JsonBody<PlaceSent>,
) -> Result<StatusCode, Problem> {
    task::place(&server.ctx, &caller.0, &reference, &id, sent.before.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A comment as it is sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentSent {
    /// What is said, in Markdown.
    body: String,
}

/// A comment that was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentAdded {
    /// Its id.
    id: CommentId,
}

/// Says something about a task.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/tasks/{id}/comments", operation_id = "comment_task", tag = "tasks", request_body = CommentSent,
    params(("reference" = String, Path), ("id" = String, Path), TakesKey),
    responses(
        (status = 201, description = "Said", body = CommentAdded),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn comment(
    State(server): State<Server>,
    caller: Caller,
    once: Once,
    Path((reference, id)): Path<(String, String)>,
    JsonBody(sent): JsonBody<CommentSent>,
) -> Result<Response, Problem> {
    let (ctx, actor, at, task, body) = (&server.ctx, &caller.0, reference.as_str(), id.as_str(), sent.body.as_str());
    let make = |ctx| async move { task::comment(&ctx, actor, at, task, body).await };
    let again = |id: String| async move {
        let (_, said) = task::one(ctx, actor, &incident::view(ctx, actor, at).await?, task).await?;
        let known = said.into_iter().find(|comment| comment.id.to_string() == id).map(|comment| comment.id);
        Ok(known.ok_or_else(|| Refusal::NotFound("comment".into()))?)
    };
    let id = once.make(ctx, actor, make, again).await?;
    Ok((StatusCode::CREATED, Json(CommentAdded { id })).into_response())
}
