//! Rows of tasks, their people and their comments. Those of one incident are reached only through an
//! incident that the reader's own query has found; those of a person's day name the reader.

use std::collections::HashMap;

use holdfast_domain::{
    Actor, CommentId, IncidentId, PersonId, TaskId, Timestamp,
    event::EventOrigin,
    task::{Comment, OpenTask, Task, TaskFields},
};

use crate::{
    Db, Queryable, Result, Tx,
    db::Statement,
    declared,
    incident::{VISIBLE, next_position},
    search,
};

#[derive(sqlx::FromRow)]
struct PersonRow {
    task_id: TaskId,
    person_id: PersonId,
    name: String,
}

/// The task with the people who do it.
fn with_people(task: Task, people: Vec<PersonRow>) -> Task {
    let (ids, people_names) = people.into_iter().map(|row| (row.person_id, row.name)).unzip();
    Task { fields: TaskFields { people: ids, ..task.fields }, people_names, ..task }
}

/// The columns that hold the fields, and what follows from the status.
fn columns() -> impl Iterator<Item = &'static str> {
    declared::columns::<TaskFields>().chain(["open", "finished_at"])
}

/// Binds what [`columns`] names.
fn bound<'a>(statement: Statement<'a>, fields: &TaskFields, finished: Option<Timestamp>) -> Statement<'a> {
    declared::bound(statement, fields).binds((fields.status.is_open(), finished))
}

/// The beginning of a statement that reads tasks.
fn select() -> String {
    let fields: String = declared::columns::<TaskFields>().map(|name| format!("t.{name}, ")).collect();
    format!(
        "SELECT t.id, i.reference AS incident_reference, i.title AS incident_title, t.position, {fields}t.finished_at,
             t.comments, t.version, t.created_at, c.display_name AS created_by_name, t.updated_at, u.display_name AS updated_by_name
         FROM tasks t JOIN incidents i ON i.id = t.incident_id
         JOIN people c ON c.id = t.created_by JOIN people u ON u.id = t.updated_by"
    )
}

const PEOPLE: &str =
    "SELECT p.task_id, p.person_id, n.display_name AS name FROM task_people p JOIN people n ON n.id = p.person_id";

fn together(tasks: Vec<Task>, people: Vec<PersonRow>) -> Vec<Task> {
    let mut by_task: HashMap<TaskId, Vec<PersonRow>> = HashMap::new();
    for row in people {
        by_task.entry(row.task_id).or_default().push(row);
    }
    let with_theirs = |task: Task| {
        let people = by_task.remove(&task.id).unwrap_or_default();
        with_people(task, people)
    };
    tasks.into_iter().map(with_theirs).collect()
}

/// The tasks of an incident, in the order people gave.
pub async fn list(db: &Db, incident: IncidentId) -> Result<Vec<Task>> {
    let sql = format!("{} WHERE t.incident_id = $1 ORDER BY t.position, t.id", select());
    let rows = db.query_built(sql).bind(incident).fetch_all().await?;
    let sql = format!("{PEOPLE} JOIN tasks t ON t.id = p.task_id WHERE t.incident_id = $1 ORDER BY p.person_id");
    Ok(together(rows, db.query_built(sql).bind(incident).fetch_all().await?))
}

/// The open tasks of a person in the incidents that this person may see: what is due first comes
/// first, what has no date last.
pub async fn mine(db: &Db, actor: &Actor, limit: i64) -> Result<Vec<Task>> {
    let sql = format!(
        "{} JOIN task_people p ON p.task_id = t.id AND p.person_id = $2 AND p.open = true
         WHERE {VISIBLE} AND i.ended = false
         ORDER BY CASE WHEN t.due_at IS NULL THEN 1 ELSE 0 END, t.due_at, t.id LIMIT {limit}",
        select()
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
        "{} WHERE {VISIBLE} AND t.org_id = $1 AND t.open = true AND i.ended = false AND t.due_at < $3
         ORDER BY t.due_at, t.id LIMIT {limit}",
        select()
    );
    let rows = db.query_built(sql).binds((actor.org_id, actor.person_id, now)).fetch_all().await?;
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
    Ok(Some(with_people(row, people_of(db, id).await?)))
}

/// The same, within an action.
pub async fn find(tx: &mut Tx, incident: IncidentId, id: TaskId) -> Result<Option<Task>> {
    let Some(row) = row(&mut *tx, incident, id).await? else { return Ok(None) };
    Ok(Some(with_people(row, people_of(tx, id).await?)))
}

async fn row<'a>(on: impl Queryable<'a>, incident: IncidentId, id: TaskId) -> Result<Option<Task>> {
    let sql = format!("{} WHERE t.id = $1 AND t.incident_id = $2", select());
    on.query_built(sql).bind(id).bind(incident).fetch_optional().await
}

async fn people_of<'a>(on: impl Queryable<'a>, id: TaskId) -> Result<Vec<PersonRow>> {
    on.query_built(format!("{PEOPLE} WHERE p.task_id = $1 ORDER BY p.person_id")).bind(id).fetch_all().await
}

/// How many tasks an incident has, and how many mandatory ones of them are open.
pub async fn counts<'a>(on: impl Queryable<'a>, incident: IncidentId) -> Result<(i64, i64)> {
    let sql = "SELECT COUNT(*), COALESCE(CAST(SUM(CASE WHEN mandatory AND open THEN 1 ELSE 0 END) AS BIGINT), 0)
        FROM tasks WHERE incident_id = $1";
    on.query(sql).bind(incident).fetch_one().await
}

/// The open tasks of an incident, in the order people gave.
pub async fn open<'a>(on: impl Queryable<'a>, incident: IncidentId) -> Result<Vec<OpenTask>> {
    let sql = "SELECT id, title, mandatory FROM tasks WHERE incident_id = $1 AND open = true ORDER BY position, id";
    on.query(sql).bind(incident).fetch_all().await
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
    let position = next_position(tx, "tasks", incident).await?;
    let (names, places) = declared::inserted(columns(), 8);
    let sql = format!(
        "INSERT INTO tasks (id, org_id, incident_id, position, origin, comments, version, created_at, created_by,
             updated_at, updated_by, {names})
         VALUES ($1, $2, $3, $4, $5, 0, 1, $6, $7, $6, $7, {places})"
    );
    let statement = tx.query_built(sql).binds((id, actor.org_id, incident, position, origin, now, actor.person_id));
    let finished = (!fields.status.is_open()).then_some(finished_at.unwrap_or(now));
    bound(statement, fields, finished).run().await?;
    people(tx, actor, id, fields).await?;
    index(tx, actor, incident, id, fields).await
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
    let sql = format!(
        "UPDATE tasks SET {}, version = version + 1, updated_at = $4, updated_by = $5
         WHERE id = $1 AND incident_id = $2 AND version = $3",
        declared::assigned(columns(), 6)
    );
    let statement = tx.query_built(sql).binds((task.id, incident, task.version, now, actor.person_id));
    // What was finished stays finished when it was.
    let finished = (!fields.status.is_open()).then(|| match task.finished_at {
        Some(at) if task.fields.status == fields.status => at,
        _ => now,
    });
    let changed = bound(statement, fields, finished).execute_one().await?;
    if changed {
        tx.query("DELETE FROM task_people WHERE task_id = $1").bind(task.id).run().await?;
        people(tx, actor, task.id, fields).await?;
        index(tx, actor, incident, task.id, fields).await?;
    }
    Ok(changed)
}

/// Gives a finished task the time at which it was finished.
pub async fn set_finished(tx: &mut Tx, id: TaskId, at: Timestamp) -> Result<()> {
    tx.query("UPDATE tasks SET finished_at = $2 WHERE id = $1").binds((id, at)).run().await
}

async fn people(tx: &mut Tx, actor: &Actor, task: TaskId, fields: &TaskFields) -> Result<()> {
    for person in &fields.people {
        let sql = "INSERT INTO task_people (org_id, task_id, person_id, open) VALUES ($1, $2, $3, $4)";
        tx.query(sql).binds((actor.org_id, task, *person, fields.status.is_open())).execute().await?;
    }
    Ok(())
}

/// Puts a task before another, or last. Gives whether it moved.
pub async fn place(tx: &mut Tx, incident: IncidentId, id: TaskId, before: Option<TaskId>) -> Result<bool> {
    let sql = "SELECT id FROM tasks WHERE incident_id = $1 ORDER BY position, id";
    let old: Vec<TaskId> = tx.query(sql).bind(incident).scalars().await?;
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
    let sql = "INSERT INTO task_comments (id, org_id, task_id, body, created_at, created_by)
        VALUES ($1, $2, $3, $4, $5, $6)";
    tx.query(sql).binds((id, actor.org_id, task, body.to_owned(), now, actor.person_id)).execute().await?;
    tx.query("UPDATE tasks SET comments = comments + 1 WHERE id = $1").bind(task).run().await
}

/// The comments on a task, oldest first.
pub async fn comments(db: &Db, task: TaskId) -> Result<Vec<Comment>> {
    let sql = "SELECT k.id, k.body, k.created_at, n.display_name AS created_by_name FROM task_comments k
        JOIN people n ON n.id = k.created_by WHERE k.task_id = $1 ORDER BY k.created_at, k.id";
    db.query(sql).bind(task).fetch_all().await
}

async fn index(tx: &mut Tx, actor: &Actor, incident: IncidentId, id: TaskId, fields: &TaskFields) -> Result<()> {
    let body = format!("{} {}", fields.description, fields.status_reason);
    let (org_id, object_id, title) = (actor.org_id, id.0, fields.title.as_str());
    search::put(tx, &search::Doc { org_id, kind: "task", object_id, incident_id: incident, title, body: &body }).await
}
