//! The timeline of an incident: events that people enter, beside what its phases say. Whatever is read
//! from elsewhere is read anew each time, so it is never out of date.

use holdfast_chart::timeline::TimelineInterval;
use holdfast_domain::{
    Actor, EventId, Fields as _, Object, Permission, Refusal,
    event::{EntryFrom, Event, EventFields, EventOrigin, Lane, TimelineEntry, in_order},
    incident::Incident,
    lifecycle::{Milestone, MilestoneTime},
    noun::Noun as _,
    task::{Task, TaskStatus},
    time::duration_words,
};
use holdfast_store::event as rows;

use crate::{
    Ctx, Record, Result, UnitOfWork,
    edit::{self, Archive, Edit, Lookup, Now, Versioned, Within, check_context},
    incident::{Visible, find},
    may_read, permit,
    undo::{UndoKind, Undoing, Undone},
};

/// The timeline of an incident with these times, in order.
pub async fn timeline(
    ctx: &Ctx,
    actor: &Actor,
    incident: &Visible,
    times: &[MilestoneTime],
) -> Result<Vec<TimelineEntry>> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    let events = rows::list(ctx.db(), incident.id).await?.into_iter().map(entry).collect();
    let mut others = milestones(times);
    others.extend(custody(ctx, actor, incident).await?);
    others.extend(tasks(ctx, incident).await?);
    Ok(in_order(events, others))
}

fn entry(event: Event) -> TimelineEntry {
    TimelineEntry {
        lane: event.fields.lane,
        at: event.fields.occurred.as_ref().map(|stated| stated.at),
        end: event.fields.occurred_end,
        precision: event.fields.occurred.as_ref().map_or(holdfast_domain::time::Precision::Estimated, |s| s.precision),
        title: event.fields.title.clone(),
        in_report: event.fields.in_report,
        from: EntryFrom::Event(Box::new(event)),
    }
}

/// The times of the incident as entries. The beginning and the loss of data are the attacker's doing.
fn milestones(times: &[MilestoneTime]) -> Vec<TimelineEntry> {
    let known = times.iter().filter_map(|time| Some((time, time.at?)));
    known
        .map(|(time, at)| TimelineEntry {
            lane: match time.milestone {
                Milestone::Start | Milestone::Exfiltration | Milestone::Event => Lane::Attack,
                _ => Lane::Response,
            },
            at: Some(at),
            end: None,
            precision: time.precision,
            title: time.milestone.label().to_owned(),
            in_report: true,
            from: EntryFrom::Milestone { milestone: time.milestone },
        })
        .collect()
}

/// What was done with the evidence, for those who may see it.
async fn custody(ctx: &Ctx, actor: &Actor, incident: &Incident) -> Result<Vec<TimelineEntry>> {
    if !holdfast_domain::allow(actor, Permission::ViewEvidence, Object::None) {
        return Ok(Vec::new());
    }
    let rows = holdfast_store::evidence::timeline(ctx.db(), incident.id).await?;
    let entry = |row: holdfast_store::evidence::CustodyRow| TimelineEntry {
        lane: Lane::Response,
        at: Some(row.occurred_at),
        end: None,
        precision: holdfast_domain::time::Precision::Exact,
        title: format!("{} {}", row.label, row.kind.label().to_lowercase()),
        in_report: false,
        from: EntryFrom::Custody { label: row.label },
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// The tasks that were done.
async fn tasks(ctx: &Ctx, incident: &Incident) -> Result<Vec<TimelineEntry>> {
    let done = holdfast_store::task::list(ctx.db(), incident.id).await?.into_iter();
    let done = done.filter(|task| task.fields.status == TaskStatus::Done);
    let entry = |task: Task| TimelineEntry {
        lane: Lane::Response,
        at: task.finished_at,
        end: None,
        precision: holdfast_domain::time::Precision::Exact,
        title: format!("Task done: {}", task.fields.title),
        in_report: false,
        from: EntryFrom::Task { id: task.id },
    };
    Ok(done.map(entry).collect())
}

/// The intervals of the response whose ends are known and agree.
#[must_use]
pub fn intervals(times: &[MilestoneTime]) -> Vec<TimelineInterval> {
    let at = |milestone| times.iter().find(|time| time.milestone == milestone).and_then(|time| time.at);
    let named = [
        ("Time to detect", Milestone::Start, Milestone::Detect),
        ("Time to contain", Milestone::Detect, Milestone::Contain),
        ("Time to recover", Milestone::Detect, Milestone::Recover),
    ];
    let interval = |(words, from, to)| {
        let (from, to) = (at(from)?, at(to)?);
        let label = format!("{words}: {}", duration_words(to.since(from)));
        (to >= from).then(|| TimelineInterval { from: from.micros(), to: to.micros(), label })
    };
    named.into_iter().filter_map(interval).collect()
}

/// One event, on the timeline or taken off it.
///
/// # Errors
/// [`Refusal::NotFound`] when this incident has none such.
pub async fn one(ctx: &Ctx, actor: &Actor, incident: &Visible, id: &str) -> Result<Event> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    Ok(rows::view(ctx.db(), incident.id, event_id(id)?).await?.ok_or_else(missing)?)
}

fn missing() -> Refusal {
    Refusal::NotFound("event".into())
}

fn event_id(id: &str) -> Result<EventId> {
    Ok(id.parse().map_err(|_| missing())?)
}

async fn found(tx: &mut holdfast_store::Tx, incident: &Incident, id: &str) -> Result<Event> {
    Ok(rows::find(tx, incident.id, event_id(id)?).await?.ok_or_else(missing)?)
}

/// Adds an event.
pub async fn add(ctx: &Ctx, actor: &Actor, reference: &str, fields: &EventFields) -> Result<Event> {
    permit(ctx, actor, Permission::EditTimeline, Object::None).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let incident = find(ctx, &mut work.tx, actor, reference).await?;
    let fields = fields.checked(check_context(work.now))?;
    let id = insert(ctx, &mut work, actor, &incident, &fields, EventOrigin::Person).await?;
    let event = found(&mut work.tx, &incident, &id.to_string()).await?;
    work.makes(id);
    work.commit().await?;
    Ok(event)
}

/// Adds a checked event within an action that is under way.
pub(crate) async fn insert(
    ctx: &Ctx,
    work: &mut UnitOfWork<'_>,
    actor: &Actor,
    incident: &Incident,
    fields: &EventFields,
    origin: EventOrigin,
) -> Result<EventId> {
    let id = EventId(ctx.uuid(work.now));
    rows::insert(&mut work.tx, actor, incident.id, id, fields, origin, work.now).await?;
    work.record(
        Record::new("timeline.event_added", "incident", incident.id)
            .with("event", id.to_string())
            .with("origin", origin.as_str())
            .with_changes(None, &fields.as_text()),
    );
    Ok(id)
}

/// Edits an event.
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
    fields: &EventFields,
) -> Result<Event> {
    Ok(edit::edit(ctx, actor, &EventEdit { ctx, actor, reference, id }, version, fields).await?.thing)
}

/// Takes an event off the timeline, or puts it back.
///
/// # Errors
/// A conflict when the version is stale; a refusal when the role does not allow it.
pub async fn set_archived(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    id: &str,
    version: i64,
    archived: bool,
) -> Result<Event> {
    Ok(edit::set_archived(ctx, actor, &EventEdit { ctx, actor, reference, id }, version, archived).await?.thing)
}

/// Undoes what was done to an event.
pub(crate) async fn undo(ctx: &Ctx, actor: &Actor, undoing: &Undoing) -> Result<Undone> {
    let how = EventEdit { ctx, actor, reference: undoing.incident(), id: undoing.id()? };
    match undoing.undo() {
        UndoKind::Edited => edit::undo_edit(ctx, actor, &how, undoing).await,
        _ => edit::undo_archived(ctx, actor, &how, undoing).await,
    }
}

struct EventEdit<'a> {
    ctx: &'a Ctx,
    actor: &'a Actor,
    reference: &'a str,
    id: &'a str,
}

impl Versioned for Event {
    type Fields = EventFields;
    fn fields(&self) -> &EventFields {
        &self.fields
    }
    fn now(&self) -> Now<'_> {
        Now { version: self.version, changed_by: &self.updated_by_name, changed_at: self.updated_at }
    }
}

impl Lookup for EventEdit<'_> {
    type Thing = Within<Event>;
    const PERMISSION: Permission = Permission::EditTimeline;

    async fn find(&self, work: &mut UnitOfWork<'_>) -> Result<Within<Event>> {
        let incident = find(self.ctx, &mut work.tx, self.actor, self.reference).await?;
        let thing = found(&mut work.tx, &incident, self.id).await?;
        Ok(Within { incident, thing })
    }
}

impl Edit for EventEdit<'_> {
    async fn write(&self, work: &mut UnitOfWork<'_>, before: &Within<Event>, fields: &EventFields) -> Result<bool> {
        Ok(rows::update(&mut work.tx, self.actor, before.incident.id, &before.thing, fields, work.now).await?)
    }

    fn record(&self, before: &Within<Event>, _fields: &EventFields) -> Record {
        Record::of::<EventFields>("edited", "incident", before.incident.id).with("event", before.thing.id.to_string())
    }
}

impl Archive for EventEdit<'_> {
    fn is_archived(thing: &Within<Event>) -> bool {
        thing.thing.archived
    }

    async fn write_archived(&self, work: &mut UnitOfWork<'_>, before: &Within<Event>, archived: bool) -> Result<bool> {
        Ok(rows::set_archived(&mut work.tx, self.actor, before.incident.id, &before.thing, archived, work.now).await?)
    }

    fn archive_records(&self, before: &Within<Event>, verb: &str) -> Vec<Record> {
        let id = before.thing.id.to_string();
        vec![Record::of::<EventFields>(verb, "incident", before.incident.id).with("event", id)]
    }
}
