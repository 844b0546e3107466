//! The tasks of an incident, and a person's day.

use holdfast_domain::{
    Actor, CommentId, Fields as _, Object, Permission, PersonId, Refusal, TaskId, Timestamp, allow,
    event::EventOrigin,
    evidence::Evidence,
    incident::{Incident, IncidentQuery, IncidentRow, OwnerFilter},
    lifecycle::Status,
    noun::Noun as _,
    person::Person,
    refusal::FieldErrors,
    task::{COMMENT_CHARS_MAX, Comment, TASKS_MAX, Task, TaskFields, USUAL},
};
use holdfast_store::{Tx, incident as incidents, person, task as rows};

use crate::{
    Ctx, Record, Result, UnitOfWork,
    edit::{self, Edit, Lookup, Now, Versioned, Within, check_context},
    incident::{Visible, find, view},
    may_read, permit,
    person::works,
    undo::{Undoing, Undone},
};

/// The tasks of an incident, in the order people gave.
pub async fn list(ctx: &Ctx, actor: &Actor, incident: &Visible) -> Result<Vec<Task>> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    Ok(rows::list(ctx.db(), incident.id).await?)
}

/// One task with what people say about it.
///
/// # Errors
/// [`Refusal::NotFound`] when this incident has none such.
pub async fn one(ctx: &Ctx, actor: &Actor, incident: &Visible, id: &str) -> Result<(Task, Vec<Comment>)> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    let task = rows::view(ctx.db(), incident.id, task_id(id)?).await?.ok_or_else(missing)?;
    let comments = rows::comments(ctx.db(), task.id).await?;
    Ok((task, comments))
}

fn missing() -> Refusal {
    Refusal::NotFound("task".into())
}

fn task_id(id: &str) -> Result<TaskId> {
    Ok(id.parse().map_err(|_| missing())?)
}

async fn found(tx: &mut Tx, incident: &Incident, id: &str) -> Result<Task> {
    Ok(rows::find(tx, incident.id, task_id(id)?).await?.ok_or_else(missing)?)
}

/// Checks that those new on it can be told what is theirs: somebody who may not see a restricted
/// incident cannot work in it.
async fn check_people(
    work: &mut UnitOfWork<'_>,
    actor: &Actor,
    incident: &Incident,
    known: &[PersonId],
    fields: &TaskFields,
) -> Result<()> {
    for id in fields.people.iter().filter(|id| !known.contains(id)) {
        let found = person::find(&mut work.tx, actor.org_id, *id).await?;
        if !found.as_ref().is_some_and(works) {
            let words = "Somebody chosen cannot work on tasks: their role does not see them, or their account is off.";
            return Err(Refusal::field("people", words).into());
        }
        if incident.restricted && !incidents::is_member(&mut work.tx, incident.id, *id).await? {
            let words = "Somebody chosen may not see this incident. Put them on its team first.";
            return Err(Refusal::field("people", words).into());
        }
    }
    Ok(())
}

/// The people who may be put on a task of this incident, by name.
pub async fn workers(ctx: &Ctx, actor: &Actor, incident: &Visible) -> Result<Vec<(PersonId, String)>> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    let team = incidents::members(ctx.db(), incident.id).await?;
    let people = person::list(ctx.db(), actor.org_id).await?.into_iter().filter(works);
    let is_in = |person: &Person| !incident.restricted || team.iter().any(|member| member.person_id == person.id);
    Ok(people.filter(is_in).map(|person| (person.id, person.display_name)).collect())
}

async fn room_left(work: &mut UnitOfWork<'_>, incident: &Incident, more: usize) -> Result<()> {
    let (there, _) = rows::counts(&mut work.tx, incident.id).await?;
    if there.saturating_add(i64::try_from(more).unwrap_or(i64::MAX)) > TASKS_MAX {
        return Err(Refusal::Rule(format!("An incident has at most {TASKS_MAX} tasks.")).into());
    }
    Ok(())
}

/// Adds a task behind those that are there.
pub async fn add(ctx: &Ctx, actor: &Actor, reference: &str, fields: &TaskFields) -> Result<Task> {
    permit(ctx, actor, Permission::WorkTasks, Object::None).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let fields = fields.checked(check_context(work.now))?;
    let incident = find(ctx, &mut work.tx, actor, reference).await?;
    check_people(&mut work, actor, &incident, &[], &fields).await?;
    room_left(&mut work, &incident, 1).await?;
    let id = insert(ctx, &mut work, actor, &incident, &fields, EventOrigin::Person, None).await?;
    let task = found(&mut work.tx, &incident, &id.to_string()).await?;
    work.makes(id);
    work.commit().await?;
    Ok(task)
}

/// Adds a checked task within an action that is under way.
pub(crate) async fn insert(
    ctx: &Ctx,
    work: &mut UnitOfWork<'_>,
    actor: &Actor,
    incident: &Incident,
    fields: &TaskFields,
    origin: EventOrigin,
    finished_at: Option<Timestamp>,
) -> Result<TaskId> {
    let id = TaskId(ctx.uuid(work.now));
    let (new, now) = (rows::NewTask { id, fields, origin, finished_at }, work.now);
    rows::insert(&mut work.tx, actor, incident.id, &new, now).await?;
    work.record(
        Record::new("task.added", "incident", incident.id)
            .with("task", id.to_string())
            .with("origin", origin.as_str())
            .with_changes(None, &fields.as_text()),
    );
    Ok(id)
}

/// Adds the tasks that a response usually begins with, as far as none of that title is there.
pub async fn add_usual(ctx: &Ctx, actor: &Actor, reference: &str) -> Result<usize> {
    permit(ctx, actor, Permission::WorkTasks, Object::None).await?;
    let there = list(ctx, actor, &view(ctx, actor, reference).await?).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let incident = find(ctx, &mut work.tx, actor, reference).await?;
    room_left(&mut work, &incident, USUAL.len()).await?;
    let mut added = 0;
    for (title, phase, mandatory) in
        USUAL.iter().filter(|(title, ..)| !there.iter().any(|task| task.fields.title == *title))
    {
        let fields = TaskFields { phase: *phase, mandatory: *mandatory, ..TaskFields::bare(title) };
        insert(ctx, &mut work, actor, &incident, &fields, EventOrigin::Person, None).await?;
        added += 1;
    }
    work.commit().await?;
    Ok(added)
}

/// Edits a task; its status is one of its fields.
///
/// # Errors
/// [`Refusal::Conflict`] with both texts when the version is stale; a refusal when the role does not
/// allow it or a field is not acceptable.
pub async fn edit(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    id: &str,
    version: i64,
    fields: &TaskFields,
) -> Result<Task> {
    Ok(edit::edit(ctx, actor, &TaskEdit { ctx, actor, reference, id }, version, fields).await?.thing)
}

/// Undoes the edit of a task; its status is one of its fields.
pub(crate) async fn undo(ctx: &Ctx, actor: &Actor, undoing: &Undoing) -> Result<Undone> {
    let how = TaskEdit { ctx, actor, reference: undoing.incident(), id: undoing.id()? };
    edit::undo_edit(ctx, actor, &how, undoing).await
}

struct TaskEdit<'a> {
    ctx: &'a Ctx,
    actor: &'a Actor,
    reference: &'a str,
    id: &'a str,
}

impl Versioned for Task {
    type Fields = TaskFields;
    fn fields(&self) -> &TaskFields {
        &self.fields
    }
    fn now(&self) -> Now<'_> {
        Now { version: self.version, changed_by: &self.updated_by_name, changed_at: self.updated_at }
    }
}

impl Lookup for TaskEdit<'_> {
    type Thing = Within<Task>;
    const PERMISSION: Permission = Permission::WorkTasks;

    async fn find(&self, work: &mut UnitOfWork<'_>) -> Result<Within<Task>> {
        let incident = find(self.ctx, &mut work.tx, self.actor, self.reference).await?;
        let thing = found(&mut work.tx, &incident, self.id).await?;
        Ok(Within { incident, thing })
    }
}

impl Edit for TaskEdit<'_> {
    async fn check(&self, work: &mut UnitOfWork<'_>, before: &Within<Task>, fields: &TaskFields) -> Result<()> {
        check_people(work, self.actor, &before.incident, &before.thing.fields.people, fields).await
    }

    async fn write(&self, work: &mut UnitOfWork<'_>, before: &Within<Task>, fields: &TaskFields) -> Result<bool> {
        Ok(rows::update(&mut work.tx, self.actor, before.incident.id, &before.thing, fields, work.now).await?)
    }

    async fn write_back(
        &self,
        work: &mut UnitOfWork<'_>,
        before: &Within<Task>,
        fields: &TaskFields,
        undoing: &Undoing,
    ) -> Result<bool> {
        let written = self.write(work, before, fields).await?;
        let was = undoing.value("finished_at").ok().and_then(|text| text.parse().ok());
        if let Some(at) = was.filter(|_| written && !fields.status.is_open()) {
            rows::set_finished(&mut work.tx, before.thing.id, at).await?;
        }
        Ok(written)
    }

    fn record(&self, before: &Within<Task>, fields: &TaskFields) -> Record {
        let verb = match (before.thing.fields.status.is_open(), fields.status.is_open()) {
            (true, false) => "finished",
            (false, true) => "reopened",
            _ => "edited",
        };
        let record = Record::of::<TaskFields>(verb, "incident", before.incident.id);
        let record = record.with("task", before.thing.id.to_string());
        // Of a finished task, so that an undo gives the time back.
        before.thing.finished_at.into_iter().fold(record, |record, at| record.with("finished_at", at.to_string()))
    }
}

/// Puts a task before another of the same incident, or last.
///
/// # Errors
/// A refusal when the role does not allow it or one of them is not there.
pub async fn place(ctx: &Ctx, actor: &Actor, reference: &str, id: &str, before: Option<&str>) -> Result<()> {
    permit(ctx, actor, Permission::WorkTasks, Object::None).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let incident = find(ctx, &mut work.tx, actor, reference).await?;
    let task = found(&mut work.tx, &incident, id).await?;
    let before = match before {
        Some(before) => Some(found(&mut work.tx, &incident, before).await?.id),
        None => None,
    };
    if rows::place(&mut work.tx, incident.id, task.id, before).await? {
        let mut record = Record::new("task.moved", "incident", incident.id).with("task", task.id.to_string());
        if let Some(before) = before {
            record = record.with("before_task", before.to_string());
        }
        work.record(record);
    }
    work.commit().await
}

/// Says something about a task.
///
/// # Errors
/// A refusal when the role does not allow it, the task is not there, or nothing was said.
pub async fn comment(ctx: &Ctx, actor: &Actor, reference: &str, id: &str, body: &str) -> Result<CommentId> {
    permit(ctx, actor, Permission::WorkTasks, Object::None).await?;
    let mut errors = FieldErrors::default();
    errors.text("body", body, COMMENT_CHARS_MAX);
    if body.trim().is_empty() {
        errors.add("body", "Write something first.");
    }
    errors.finish()?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let incident = find(ctx, &mut work.tx, actor, reference).await?;
    let task = found(&mut work.tx, &incident, id).await?;
    let comment = CommentId(ctx.uuid(work.now));
    rows::comment(&mut work.tx, actor, task.id, comment, body.trim_end(), work.now).await?;
    work.record(
        Record::new("task.commented", "incident", incident.id)
            .with("task", task.id.to_string())
            .with("comment", comment.to_string())
            .with_text("body", body.trim_end()),
    );
    work.makes(comment);
    work.commit().await?;
    Ok(comment)
}

/// A person's day.
#[derive(Clone, Debug)]
pub struct Today {
    /// The present, by which what is late was decided.
    pub now: Timestamp,
    /// Open tasks of this person: what is due first comes first.
    pub tasks: Vec<Task>,
    /// Open incidents of this person, the latest touched first.
    pub incidents: Vec<IncidentRow>,
    /// Late tasks of others, in incidents this person may see.
    pub late: Vec<Task>,
    /// Open incidents that nobody owns.
    pub unowned: Vec<IncidentRow>,
    /// Evidence that was offered to this person and waits for their answer.
    pub offered: Vec<Evidence>,
}

/// Lines of each list of a day.
const LINES: i64 = 50;

/// What waits for this person.
///
/// # Errors
/// A refusal when the role sees no incidents.
pub async fn today(ctx: &Ctx, actor: &Actor) -> Result<Today> {
    permit(ctx, actor, Permission::ListIncidents, Object::None).await?;
    let now = ctx.now();
    let open = |owner| IncidentQuery {
        statuses: Status::ALL.iter().copied().filter(|status| !status.is_ended()).collect(),
        owner: Some(owner),
        limit: 20,
        ..IncidentQuery::default()
    };
    let incidents = crate::incident::list(ctx, actor, &open(OwnerFilter::Person(actor.person_id))).await?.rows;
    let unowned = crate::incident::list(ctx, actor, &open(OwnerFilter::Nobody)).await?.rows;
    let tasks = rows::mine(ctx.db(), actor, LINES).await?;
    let late = rows::late(ctx.db(), actor, now, LINES).await?;
    let late = late.into_iter().filter(|task| !task.fields.people.contains(&actor.person_id)).collect();
    let offered = if allow(actor, Permission::ViewEvidence, Object::None) {
        crate::evidence::offered_to_me(ctx, actor).await?
    } else {
        Vec::new()
    };
    Ok(Today { now, tasks, incidents, late, unowned, offered })
}
