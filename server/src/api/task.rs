//! The tasks of an incident over REST.

use axum::{Json, extract::Path};
use holdfast_actions::{
    Ctx, Result,
    incident::{self, Visible},
    task,
};
use holdfast_domain::{
    Actor, CommentId, Permission, Refusal, Timestamp,
    task::{Comment, Task, TaskFields},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Answer, Caller, JsonBody, Once, QueryParams, TakesKey,
    item::{Editable, Seen, Thing},
    versioned,
};

impl Thing for Task {
    type Fields = TaskFields;
    const PLURAL: &'static str = "tasks";
    const EDIT: Permission = Permission::WorkTasks;

    fn identity(&self) -> (String, i64) {
        (self.id.to_string(), self.version)
    }
    async fn view(ctx: &Ctx, actor: &Actor, at: &Visible, id: &str) -> Result<Self> {
        Ok(task::one(ctx, actor, at, id).await?.0)
    }
}

impl Editable for Task {
    fn fields(&self) -> &TaskFields {
        &self.fields
    }
    async fn add(ctx: &Ctx, actor: &Actor, at: &str, fields: &TaskFields) -> Result<Self> {
        task::add(ctx, actor, at, fields).await
    }
    async fn edit(ctx: &Ctx, by: &Actor, (at, id, version): Seen<'_>, to: &TaskFields) -> Result<Self> {
        task::edit(ctx, by, at, id, version, to).await
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
    responses((status = 200, description = "Your tasks", body = TaskList)))]
pub async fn mine(Caller(ctx, actor): Caller) -> Answer<Json<TaskList>> {
    Ok(Json(TaskList { rows: task::today(&ctx, &actor).await?.tasks }))
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
    params(TaskQuery), responses((status = 200, description = "The tasks", body = TaskList)))]
pub async fn list(
    Caller(ctx, actor): Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<TaskQuery>,
) -> Answer<Json<TaskList>> {
    let incident = incident::view(&ctx, &actor, &reference).await?;
    let mut rows = task::list(&ctx, &actor, &incident).await?;
    if let Some(since) = query.updated_since {
        rows.retain(|task| task.updated_at >= since);
        rows.sort_by_key(|task| (task.updated_at, task.id.0));
    }
    Ok(Json(TaskList { rows }))
}

/// How many were added.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedBody {
    /// None where all of them are there.
    added: usize,
}

/// Adds the tasks that a response usually begins with, as far as none of that title is there.
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/tasks/usual", operation_id = "add_usual_tasks",
    tag = "tasks", responses((status = 200, description = "Added", body = AddedBody)))]
pub async fn add_usual(Caller(ctx, actor): Caller, Path(reference): Path<String>) -> Answer<Json<AddedBody>> {
    Ok(Json(AddedBody { added: task::add_usual(&ctx, &actor, &reference).await? }))
}

/// One task.
#[utoipa::path(get, path = "/api/v1/incidents/{reference}/tasks/{id}", operation_id = "view_task", tag = "tasks",
    responses((status = 200, description = "The task", body = TaskBody, headers(("ETag" = String)))))]
pub async fn view(Caller(ctx, actor): Caller, Path((reference, id)): Path<(String, String)>) -> Answer {
    let incident = incident::view(&ctx, &actor, &reference).await?;
    let (task, said) = task::one(&ctx, &actor, &incident, &id).await?;
    Ok(versioned(task.version, TaskBody { task, said }))
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
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/tasks/{id}/place", operation_id = "place_task",
    tag = "tasks", request_body = PlaceSent, responses((status = 204, description = "There it is")))]
pub async fn place(
    Caller(ctx, actor): Caller,
    Path((reference, id)): Path<(String, String)>,
    JsonBody(sent): JsonBody<PlaceSent>,
) -> Answer<StatusCode> {
    task::place(&ctx, &actor, &reference, &id, sent.before.as_deref()).await?;
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
#[utoipa::path(post, path = "/api/v1/incidents/{reference}/tasks/{id}/comments", operation_id = "comment_task",
    tag = "tasks", request_body = CommentSent, params(TakesKey),
    responses((status = 201, description = "Said", body = CommentAdded)))]
pub async fn comment(
    Caller(ctx, actor): Caller,
    once: Once,
    Path((reference, id)): Path<(String, String)>,
    JsonBody(sent): JsonBody<CommentSent>,
) -> Answer<(StatusCode, Json<CommentAdded>)> {
    let (ctx, actor, at, task, body) = (&ctx, &actor, reference.as_str(), id.as_str(), sent.body.as_str());
    let make = |ctx| async move { task::comment(&ctx, actor, at, task, body).await };
    let again = |id: String| async move {
        let (_, said) = task::one(ctx, actor, &incident::view(ctx, actor, at).await?, task).await?;
        let known = said.into_iter().find(|comment| comment.id.to_string() == id).map(|comment| comment.id);
        Ok(known.ok_or_else(|| Refusal::NotFound("comment".into()))?)
    };
    let id = once.make(ctx, actor, make, again).await?;
    Ok((StatusCode::CREATED, Json(CommentAdded { id })))
}
