//! Rows of tasks, their people and their comments. Those of one incident are reached only through an
//! incident that the reader's own query has found; those of a person's day name the reader.

use std::collections::HashMap;

use holdfast_domain::{
    Actor, CommentId, IncidentId, PersonId, TaskId, Timestamp,
    event::EventOrigin,
    task::{Comment, Task, TaskFields, TaskPhase, TaskStatus},
};

use crate::{
    Db, Queryable, Result, Tx,
    incident::VISIBLE,
    search::{self, Doc},
};

#[derive(sqlx::FromRow)]
struct TaskRow {
    id: TaskId,
    incident_reference: String,
    incident_title: String,
    position: i64,
    title: String,
    description: String,
    phase: TaskPhase,
    mandatory: bool,
    due_at: Option<Timestamp>,
    status: TaskStatus,
    status_reason: String,
    finished_at: Option<Timestamp>,
    comments: i64,
    version: i64,
    created_at: Timestamp,
    created_by_name: String,
    updated_at: Timestamp,
    updated_by_name: String,
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    task_id: TaskId,
    person_id: PersonId,
    name: String,
}

impl TaskRow {
    fn task(self, people: Vec<PersonRow>) -> Task {
        Task {
            id: self.id,
            incident_reference: self.incident_reference,
            incident_title: self.incident_title,
            position: self.position,
            fields: TaskFields {
                title: self.title,
                description: self.description,
                phase: self.phase,
                mandatory: self.mandatory,
                due_at: self.due_at,
                people: people.iter().map(|row| row.person_id).collect(),
                status: self.status,
                status_reason: self.status_reason,
            },
            people_names: people.into_iter().map(|row| row.name).collect(),
            finished_at: self.finished_at,
            comments: self.comments,
            version: self.version,
            created_at: self.created_at,
            created_by_name: self.created_by_name,
            updated_at: self.updated_at,
            updated_by_name: self.updated_by_name,
        }
    }
}

const COLUMNS: &str = "SELECT t.id, i.reference AS incident_reference, i.title AS incident_title, t.position,
    t.title, t.description, t.phase, t.mandatory, t.due_at, t.status, t.status_reason, t.finished_at, t.comments,
    t.version, t.created_at, c.display_name AS created_by_name, t.updated_at, u.display_name AS updated_by_name
    FROM tasks t JOIN incidents i ON i.id = t.incident_id
    JOIN people c ON c.id = t.created_by JOIN people u ON u.id = t.updated_by";

const PEOPLE: &str =
    "SELECT p.task_id, p.person_id, n.display_name AS name FROM task_people p JOIN people n ON n.id = p.person_id";

fn together(rows: Vec<TaskRow>, people: Vec<PersonRow>) -> Vec<Task> {
    let mut by_task: HashMap<TaskId, Vec<PersonRow>> = HashMap::new();
    for row in people {
        by_task.entry(row.task_id).or_default().push(row);
    }
    rows.into_iter()
        .map(|row| {
            let people = by_task.remove(&row.id).unwrap_or_default();
            row.task(people)
        })
        .collect()
}

/// The tasks of an incident, in the order people gave.
pub async fn list(db: &Db, incident: IncidentId) -> Result<Vec<Task>> {
    let sql = format!("{COLUMNS} WHERE t.incident_id = $1 ORDER BY t.position, t.id");
    let rows = db.query_built(sql).bind(incident).fetch_all().await?;
    let sql = format!("{PEOPLE} JOIN tasks t ON t.id = p.task_id WHERE t.incident_id = $1 ORDER BY p.person_id");
    Ok(together(rows, db.query_built(sql).bind(incident).fetch_all().await?))
}

/// The open tasks of a person in the incidents that this person may see: what is due first comes
/// first, what has no date last.
pub async fn mine(db: &Db, actor: &Actor, limit: i64) -> Result<Vec<Task>> {
    let sql = format!(
        "{COLUMNS} JOIN task_people p ON p.task_id = t.id AND p.person_id = $2 AND p.open = true
         WHERE {VISIBLE} AND i.ended = false
         ORDER BY CASE WHEN t.due_at IS NULL THEN 1 ELSE 0 END, t.due_at, t.id LIMIT {limit}"
    );
    let rows = db.query_built(sql).bind(actor.org_id).bind(actor.person_id).fetch_all().await?;
    let sql = format!(
        "{PEOPLE} JOIN task_people q ON q.task_id = p.task_id AND q.person_id = $2 AND q.open = true
         WHERE p.org_id = $1 ORDER BY p.person_id"
    );
    let people = db.query_built(sql).bind(actor.org_id).bind(actor.person_id).fetch_all().await?;
    Ok(together(rows, people))
}

/// Tasks of open incidents that the reader may see which should have been done before `now`, whoever
/// does them; the latest first.
pub async fn late(db: &Db, actor: &Actor, now: Timestamp, limit: i64) -> Result<Vec<Task>> {
    let sql = format!(
        "{COLUMNS} WHERE {VISIBLE} AND t.org_id = $1 AND t.open = true AND i.ended = false AND t.due_at < $3
         ORDER BY t.due_at, t.id LIMIT {limit}"
    );
    let rows: Vec<TaskRow> = db.query_built(sql).bind(actor.org_id).bind(actor.person_id).bind(now).fetch_all().await?;
    let sql = format!(
        "{PEOPLE} JOIN tasks t ON t.id = p.task_id
         WHERE p.org_id = $1 AND t.org_id = $1 AND t.open = true AND t.due_at < $2 ORDER BY p.person_id"
    );
    let people = db.query_built(sql).bind(actor.org_id).bind(now).fetch_all().await?;
    Ok(together(rows, people))
}

/// One task of this incident.
pub async fn view(db: &Db, incident: IncidentId, id: TaskId) -> Result<Option<Task>> {
    let Some(row) = row(db, incident, id).await? else { return Ok(None) };
    Ok(Some(row.task(people_of(db, id).await?)))
}

/// The same, within an action.
pub async fn find(tx: &mut Tx, incident: IncidentId, id: TaskId) -> Result<Option<Task>> {
    let Some(row) = row(&mut *tx, incident, id).await? else { return Ok(None) };
    Ok(Some(row.task(people_of(tx, id).await?)))
}

async fn row<'a>(on: impl Queryable<'a>, incident: IncidentId, id: TaskId) -> Result<Option<TaskRow>> {
    let sql = format!("{COLUMNS} WHERE t.id = $1 AND t.incident_id = $2");
    on.query_built(sql).bind(id).bind(incident).fetch_optional().await
}

async fn people_of<'a>(on: impl Queryable<'a>, id: TaskId) -> Result<Vec<PersonRow>> {
    on.query_built(format!("{PEOPLE} WHERE p.task_id = $1 ORDER BY p.person_id")).bind(id).fetch_all().await
}

/// How many tasks an incident has, and how many mandatory ones of them are open.
pub async fn counts<'a>(on: impl Queryable<'a>, incident: IncidentId) -> Result<(i64, i64)> {
    on.query(
        "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN mandatory AND open THEN 1 ELSE 0 END) AS BIGINT), 0)
         FROM tasks WHERE incident_id = $1",
    )
    .bind(incident)
    .fetch_one()
    .await
}

/// A new task.
#[derive(Clone, Debug)]
pub struct NewTask<'a> {
    /// Its id.
    pub id: TaskId,
    /// What is said of it.
    pub fields: &'a TaskFields,
    /// How it came to be here.
    pub origin: EventOrigin,
    /// When it was finished, if it is and this was not now.
    pub finished_at: Option<Timestamp>,
}

/// Adds a task behind those that are there.
pub async fn insert(tx: &mut Tx, actor: &Actor, incident: IncidentId, new: &NewTask<'_>, now: Timestamp) -> Result<()> {
    let NewTask { id, fields, origin, finished_at } = *new;
    let (position,): (i64,) = tx
        .query("SELECT CAST(COALESCE(MAX(position), 0) + 1000 AS BIGINT) FROM tasks WHERE incident_id = $1")
        .bind(incident)
        .fetch_one()
        .await?;
    let statement = tx.query(
        "INSERT INTO tasks (id, org_id, incident_id, position, title, description, phase, mandatory, due_at, status,
             status_reason, open, finished_at, origin, comments, version, created_at, created_by, updated_at, updated_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 1, $15, $16, $15, $16)",
    );
    let statement = statement.bind(id).bind(actor.org_id).bind(incident).bind(position);
    let finished = (!fields.status.is_open()).then_some(finished_at.unwrap_or(now));
    bound(statement, fields, finished).bind(origin).bind(now).bind(actor.person_id).execute().await?;
    people(tx, actor, id, fields).await?;
    index(tx, actor, incident, id, fields).await
}

/// The values of the fields, in the order in which both statements name them.
fn bound<'a>(
    statement: crate::db::Statement<'a>,
    fields: &TaskFields,
    finished: Option<Timestamp>,
) -> crate::db::Statement<'a> {
    statement
        .bind(fields.title.clone())
        .bind(fields.description.clone())
        .bind(fields.phase)
        .bind(fields.mandatory)
        .bind(fields.due_at)
        .bind(fields.status)
        .bind(fields.status_reason.clone())
        .bind(fields.status.is_open())
        .bind(finished)
}

/// Replaces the fields when the version is still the one named; says whether it was.
pub async fn update(
    tx: &mut Tx,
    actor: &Actor,
    incident: IncidentId,
    task: &Task,
    fields: &TaskFields,
    now: Timestamp,
) -> Result<bool> {
    let statement = tx.query(
        "UPDATE tasks SET title = $4, description = $5, phase = $6, mandatory = $7, due_at = $8, status = $9,
             status_reason = $10, open = $11, finished_at = $12, version = version + 1, updated_at = $13,
             updated_by = $14
         WHERE id = $1 AND incident_id = $2 AND version = $3",
    );
    let statement = statement.bind(task.id).bind(incident).bind(task.version);
    // What was finished stays finished when it was.
    let finished = (!fields.status.is_open()).then(|| match task.finished_at {
        Some(at) if task.fields.status == fields.status => at,
        _ => now,
    });
    let changed = bound(statement, fields, finished).bind(now).bind(actor.person_id).execute().await?;
    if changed == 1 {
        tx.query("DELETE FROM task_people WHERE task_id = $1").bind(task.id).execute().await?;
        people(tx, actor, task.id, fields).await?;
        index(tx, actor, incident, task.id, fields).await?;
    }
    Ok(changed == 1)
}

async fn people(tx: &mut Tx, actor: &Actor, task: TaskId, fields: &TaskFields) -> Result<()> {
    for person in &fields.people {
        tx.query("INSERT INTO task_people (org_id, task_id, person_id, open) VALUES ($1, $2, $3, $4)")
            .bind(actor.org_id)
            .bind(task)
            .bind(*person)
            .bind(fields.status.is_open())
            .execute()
            .await?;
    }
    Ok(())
}

/// Puts a task before another, or last. Gives whether it moved.
pub async fn place(tx: &mut Tx, incident: IncidentId, id: TaskId, before: Option<TaskId>) -> Result<bool> {
    let rows: Vec<(TaskId,)> = tx
        .query("SELECT id FROM tasks WHERE incident_id = $1 ORDER BY position, id")
        .bind(incident)
        .fetch_all()
        .await?;
    let old: Vec<TaskId> = rows.into_iter().map(|(id,)| id).collect();
    let mut new: Vec<TaskId> = old.iter().copied().filter(|one| *one != id).collect();
    let at = before.and_then(|before| new.iter().position(|one| *one == before)).unwrap_or(new.len());
    new.insert(at, id);
    if new == old {
        return Ok(false);
    }
    for (place, (one, was)) in new.iter().zip(&old).enumerate() {
        if one == was {
            continue;
        }
        let position = (i64::try_from(place).unwrap_or(i64::MAX / 1000) + 1) * 1000;
        tx.query("UPDATE tasks SET position = $2 WHERE id = $1").bind(*one).bind(position).execute().await?;
    }
    Ok(true)
}

/// Adds a comment.
pub async fn comment(
    tx: &mut Tx,
    actor: &Actor,
    task: TaskId,
    id: CommentId,
    body: &str,
    now: Timestamp,
) -> Result<()> {
    tx.query(
        "INSERT INTO task_comments (id, org_id, task_id, body, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(actor.org_id)
    .bind(task)
    .bind(body.to_owned())
    .bind(now)
    .bind(actor.person_id)
    .execute()
    .await?;
    tx.query("UPDATE tasks SET comments = comments + 1 WHERE id = $1").bind(task).execute().await?;
    Ok(())
}

/// The comments on a task, oldest first.
pub async fn comments(db: &Db, task: TaskId) -> Result<Vec<Comment>> {
    db.query(
        "SELECT k.id, k.body, k.created_at, n.display_name AS created_by_name FROM task_comments k
         JOIN people n ON n.id = k.created_by WHERE k.task_id = $1 ORDER BY k.created_at, k.id",
    )
    .bind(task)
    .fetch_all()
    .await
}

async fn index(tx: &mut Tx, actor: &Actor, incident: IncidentId, id: TaskId, fields: &TaskFields) -> Result<()> {
    let body = format!("{} {}", fields.description, fields.status_reason);
    let doc = Doc {
        org_id: actor.org_id,
        kind: "task",
        object_id: id.0,
        incident_id: incident,
        title: &fields.title,
        body: &body,
    };
    search::put(tx, &doc).await
}
