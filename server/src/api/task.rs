//! The tasks of an incident over REST.

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use holdfast_actions::task;
use holdfast_domain::{
    CommentId, PersonId, Timestamp,
    task::{Comment, Task, TaskFields, TaskPhase, TaskStatus},
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Caller, IfMatch, Sent, etag, precondition};
use crate::{
    problem::{Problem, ProblemBody},
    state::Server,
};

/// A task as it is sent, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskSent {
    /// One line that says what to do.
    title: String,
    /// How, and what is known, in Markdown.
    #[serde(default)]
    description: String,
    /// The part of the response it belongs to.
    phase: TaskPhase,
    /// Whether the incident cannot be closed without it.
    #[serde(default)]
    mandatory: bool,
    /// When it is due.
    #[serde(default)]
    due_at: Option<Timestamp>,
    /// Who does it.
    #[serde(default)]
    people: Vec<PersonId>,
    /// How far it is.
    #[serde(default = "not_begun")]
    status: TaskStatus,
    /// What it waits on, or why it was dropped.
    #[serde(default)]
    status_reason: String,
}

const fn not_begun() -> TaskStatus {
    TaskStatus::ToDo
}

impl From<TaskSent> for TaskFields {
    fn from(sent: TaskSent) -> Self {
        Self {
            title: sent.title,
            description: sent.description,
            phase: sent.phase,
            mandatory: sent.mandatory,
            due_at: sent.due_at,
            people: sent.people,
            status: sent.status,
            status_reason: sent.status_reason,
        }
    }
}

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

/// The tasks of an incident, in the order people gave them.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/tasks", operation_id = "tasks", tag = "tasks",
    params(("reference" = String, Path)),
    responses(
        (status = 200, description = "The tasks", body = TaskList),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn list(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
) -> Result<Json<TaskList>, Problem> {
    let incident = holdfast_actions::incident::view(&server.ctx, &caller.0, &reference).await?;
    Ok(Json(TaskList { rows: task::list(&server.ctx, &caller.0, &incident).await? }))
}

/// Adds a task behind those that are there.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/tasks", operation_id = "add_task", tag = "tasks", request_body = TaskSent,
    params(("reference" = String, Path)),
    responses(
        (status = 201, description = "Added", body = Task, headers(("ETag" = String), ("Location" = String))),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn add(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    Sent(sent): Sent<TaskSent>,
) -> Result<Response, Problem> {
    let task = task::add(&server.ctx, &caller.0, &reference, &sent.into()).await?;
    let location = format!("/api/v1/incidents/{reference}/tasks/{}", task.id);
    Ok((StatusCode::CREATED, [etag(task.version)], [(header::LOCATION, location)], Json(task)).into_response())
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
    let incident = holdfast_actions::incident::view(&server.ctx, &caller.0, &reference).await?;
    let (task, said) = task::one(&server.ctx, &caller.0, &incident, &id).await?;
    Ok(([etag(task.version)], Json(TaskBody { task, said })).into_response())
}

/// Replaces a task; its status is one of its fields.
#[utoipa::path(put, path = "/api/v1/incidents/{reference}/tasks/{id}", operation_id = "edit_task", tag = "tasks", request_body = TaskSent,
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
    Sent(sent): Sent<TaskSent>,
) -> Result<Response, Problem> {
    let edited = task::edit(&server.ctx, &caller.0, &reference, &id, version, &sent.into()).await;
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
    Sent(sent): Sent<PlaceSent>,
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
    params(("reference" = String, Path), ("id" = String, Path)),
    responses(
        (status = 201, description = "Said", body = CommentAdded),
        (status = "default", description = "A problem", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn comment(
    State(server): State<Server>,
    caller: Caller,
    Path((reference, id)): Path<(String, String)>,
    Sent(sent): Sent<CommentSent>,
) -> Result<Response, Problem> {
    let id = task::comment(&server.ctx, &caller.0, &reference, &id, &sent.body).await?;
    Ok((StatusCode::CREATED, Json(CommentAdded { id })).into_response())
}
