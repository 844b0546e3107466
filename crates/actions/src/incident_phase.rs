//! The incident on its way: phases, their times, its owner and its team.

use std::collections::BTreeSet;

use holdfast_domain::{
    Actor, Object, Permission, PersonId, Refusal, Timestamp,
    incident::{Disposition, Incident},
    lifecycle::{
        ClosingFacts, KeptTime, Milestone, MilestoneTime, Move, PhaseChange, REASON_CHARS_MAX, Stated, Status,
        permission, taken_back,
    },
    refusal::{ConflictField, FieldErrors},
    time::is_zone,
};
use holdfast_store::{
    Tx,
    incident::{self as rows, StatusUpdate},
};

use crate::{
    Ctx, Error, Record, Result, UnitOfWork,
    edit::{Versioned as _, conflict, object},
    incident::{Visible, check_member, find},
    may_read, permit,
    person::works,
    undo::{Undoing, Undone, not_undoable},
};

/// Changes the phase.
///
/// # Errors
/// A refusal when the role or the state machine does not allow it, the version is stale, or a field
/// is not acceptable.
pub async fn change_phase(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    version: i64,
    change: &PhaseChange,
    merged_into: Option<&str>,
) -> Result<Incident> {
    let seen = find(ctx, ctx.db(), actor, reference).await?;
    permit(ctx, actor, permission(seen.status, change.to), Object::Incident(seen.fields.severity)).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = find(ctx, &mut work.tx, actor, reference).await?;
    // What was permitted was permitted for the severity and the state that were seen.
    if version != before.version || seen.version != before.version {
        return Err(stale(&before, change.to));
    }
    let kept = rows::kept_times(&mut work.tx, before.id).await?;
    let times: Vec<MilestoneTime> = kept.iter().map(|kept| kept.time.clone()).collect();
    let (_, open_mandatory) = holdfast_store::task::counts(&mut work.tx, before.id).await?;
    let step = change.check(before.status, closing_facts(&before, &times, open_mandatory), work.now, is_zone)?;
    let target = match step {
        Move::Merge => Some(merge_target(ctx, &mut work, actor, &before, merged_into).await?),
        _ => None,
    };
    let update = StatusUpdate {
        version,
        to: change.to,
        merged_into: target.as_ref().map(|target| target.id),
        reopened: i64::from(step == Move::Reopen),
    };
    if !rows::set_status(&mut work.tx, actor, before.id, update, work.now).await? {
        return Err(stale(&before, change.to));
    }
    if step == Move::Reopen {
        holdfast_store::metric::reopened(&mut work.tx, before.id, work.now).await?;
    } else if change.to == Status::Closed {
        holdfast_store::metric::closed(&mut work.tx, actor.org_id, before.id, work.now).await?;
    }
    let entered = write_times(&mut work, actor, &before, change, step).await?;
    let touched = taken_back(step, change.to).into_iter().chain(sets(step, change.to));
    // The incident it was merged into may be hidden from who reopens it, and so from an undo.
    let is_final = before.status == Status::Merged;
    let record = phase_record(&before, change, step, &entered, target.as_ref()).cannot_be_undone(is_final);
    work.record(record.with_text(TIMES_BEFORE, &times_before(touched, &kept)?));
    let after = find(ctx, &mut work.tx, actor, reference).await?;
    work.commit().await?;
    Ok(after)
}

/// Asks once more, before a phase is entered that says work is over, where tasks are open. The answer is the
/// field `despite_tasks` of a form: what is asked of people, no rule, so scripts are not asked.
///
/// # Errors
/// A refusal that names how many tasks are open.
pub async fn ask_of_open_tasks(ctx: &Ctx, actor: &Actor, incident: &Visible, to: Status) -> Result<()> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    if !to.asks_of_open_tasks() {
        return Ok(());
    }
    let phase = to.label().to_lowercase();
    let words = match holdfast_store::task::open(ctx.db(), incident.id).await?.len() {
        0 => return Ok(()),
        1 => format!("A task is open. Tick the box to mark the incident {phase} all the same."),
        n => format!("{n} tasks are open. Tick the box to mark the incident {phase} all the same."),
    };
    Err(Refusal::field("despite_tasks", words).into())
}

/// What closing looks at.
#[must_use]
pub fn closing_facts(incident: &Incident, times: &[MilestoneTime], open_mandatory: i64) -> ClosingFacts {
    ClosingFacts {
        has_disposition: incident.fields.disposition != Disposition::Unknown,
        has_root_cause: !incident.fields.root_cause.trim().is_empty(),
        has_detection: times.iter().any(|time| time.milestone == Milestone::Detect && time.at.is_some()),
        has_tasks_done: open_mandatory == 0,
    }
}

fn stale(now: &Incident, to: Status) -> Error {
    let status = ConflictField {
        field: "to".into(),
        label: "Phase".into(),
        yours: to.to_string(),
        theirs: now.status.to_string(),
    };
    conflict(&now.now(), object(&now.fields), vec![status])
}

async fn merge_target(
    ctx: &Ctx,
    work: &mut UnitOfWork<'_>,
    actor: &Actor,
    merged: &Incident,
    target: Option<&str>,
) -> Result<Incident> {
    let reference = target.map(str::trim).filter(|text| !text.is_empty());
    let reference = reference.ok_or_else(|| Refusal::field("merged_into", "Say which incident it is merged into."))?;
    let target = match find(ctx, &mut work.tx, actor, reference).await {
        Err(Error::Refused(Refusal::NotFound(_))) => {
            let words = "There is no such incident, or you may not see it.";
            return Err(Refusal::field("merged_into", words).into());
        }
        found => found?,
    };
    if target.id == merged.id || target.status == Status::Merged {
        return Err(Refusal::field("merged_into", "Choose another incident that is not merged itself.").into());
    }
    Ok(target)
}

/// Takes back and sets the times of a step; gives the time of entry.
async fn write_times(
    work: &mut UnitOfWork<'_>,
    actor: &Actor,
    before: &Incident,
    change: &PhaseChange,
    step: Move,
) -> Result<Stated> {
    for milestone in taken_back(step, change.to) {
        rows::clear_time(&mut work.tx, actor, before.id, milestone, work.now).await?;
    }
    let entered = change.entered.clone().unwrap_or_else(|| Stated::by_system(work.now));
    if let Some(milestone) = sets(step, change.to) {
        let reason = change.entered.as_ref().map(|_| change.reason.trim());
        rows::put_time(&mut work.tx, actor, before.id, milestone, &entered, reason, work.now).await?;
    }
    Ok(entered)
}

/// The time that a step sets. Reopening sets none: the work goes on.
fn sets(step: Move, to: Status) -> Option<Milestone> {
    (step != Move::Reopen).then(|| to.milestone())
}

/// The text of an entry with the times that the action changed, as they were before it.
const TIMES_BEFORE: &str = "times_before";

fn times_before(touched: impl Iterator<Item = Milestone>, kept: &[KeptTime]) -> Result<String> {
    let of = |milestone| (milestone, kept.iter().find(|kept| kept.time.milestone == milestone));
    serde_json::to_string(&touched.map(of).collect::<Vec<_>>()).map_err(|error| Error::failed(TIMES_BEFORE, error))
}

/// Undoes a change of phase or of a time: the phase, its times and its closing are as they were before.
pub(crate) async fn undo(ctx: &Ctx, actor: &Actor, undoing: &Undoing) -> Result<Undone> {
    let seen = find(ctx, ctx.db(), actor, undoing.incident()).await?;
    undoing.check_unchanged(actor, &seen.now())?;
    let to = undoing.before("status")?.map(|code| code.parse::<Status>()).transpose();
    let to = to.map_err(|error| Error::failed("status", error))?;
    if to == Some(Status::Merged) {
        return Err(not_undoable());
    }
    let needed = to.map_or(Permission::EnterTime, |to| permission(to, seen.status));
    permit(ctx, actor, needed, Object::Incident(seen.fields.severity)).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = find(ctx, &mut work.tx, actor, undoing.incident()).await?;
    undoing.check_unchanged(actor, &before.now())?;
    let mut record = Record::new("", "incident", before.id).undoing(undoing).with("version", before.version + 1);
    let is_written = match to {
        Some(to) => {
            record = record.with_change("status", false, before.status.as_str(), to.as_str());
            put_back_status(&mut work, actor, &before, to).await?
        }
        None => {
            let (version, now) = (before.version, work.now);
            rows::set_restricted(&mut work.tx, actor, before.id, version, before.restricted, now).await?
        }
    };
    if !is_written {
        return Err(undoing.changed(actor, &before.now()));
    }
    let times = rows::times(&mut work.tx, before.id).await?;
    let was: Vec<(Milestone, Option<KeptTime>)> = undoing.json(TIMES_BEFORE)?.ok_or_else(not_undoable)?;
    for (milestone, kept) in was {
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        let at = times.iter().find(|time| time.milestone == milestone).and_then(|time| time.at);
        let back = kept.as_ref().and_then(|kept| kept.time.at);
        if at != back {
            record = record.with_change(&format!("time.{milestone}"), false, &text(at), &text(back));
        }
        rows::put_back_time(&mut work.tx, actor, before.id, milestone, kept).await?;
    }
    work.record(record);
    work.commit().await?;
    let again = to.map(|to| Undone { words: format!("Undone: the incident is in {} again.", to.label()) });
    Ok(again.unwrap_or_else(|| Undone { words: "Undone: the time is as it was before.".into() }))
}

/// Writes the phase before; says whether the version was still the same.
async fn put_back_status(work: &mut UnitOfWork<'_>, actor: &Actor, before: &Incident, to: Status) -> Result<bool> {
    let is_reopened = to.is_ended();
    let update = StatusUpdate { version: before.version, to, merged_into: None, reopened: -i64::from(is_reopened) };
    if to == Status::Closed {
        holdfast_store::metric::not_reopened(&mut work.tx, before.id).await?;
    } else if before.status == Status::Closed {
        holdfast_store::metric::not_closed(&mut work.tx, before.id).await?;
    }
    Ok(rows::set_status(&mut work.tx, actor, before.id, update, work.now).await?)
}

fn phase_record(
    before: &Incident,
    change: &PhaseChange,
    step: Move,
    entered: &Stated,
    target: Option<&Incident>,
) -> Record {
    let step = match step {
        Move::Forward => "forward",
        Move::Skip => "skip",
        Move::Back => "back",
        Move::Reopen => "reopen",
        Move::Reject => "reject",
        Move::Merge => "merge",
    };
    let mut record = Record::new("incident.phase_changed", "incident", before.id)
        .with("version", before.version + 1)
        .with("step", step)
        .with("entered_at", entered.at.to_string())
        .with("precision", entered.precision.as_str())
        .with("source", entered.source.as_str())
        .with_change("status", false, before.status.as_str(), change.to.as_str())
        .with_text("reason", change.reason.trim());
    if let Some(target) = target {
        record = record.with("merged_into", target.id.to_string()).concerning(target.id);
    }
    if let Some(original) = &entered.original {
        record = record.with_text("original", original);
    }
    record
}

/// Enters, corrects or (with `None`) takes back a time.
///
/// # Errors
/// A refusal when the role does not allow it, the version is stale, or a field is not acceptable.
pub async fn enter_time(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    version: i64,
    milestone: Milestone,
    stated: Option<&Stated>,
    reason: &str,
) -> Result<Incident> {
    permit(ctx, actor, Permission::EnterTime, Object::None).await?;
    check_time(milestone, stated, reason, ctx.now())?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = find(ctx, &mut work.tx, actor, reference).await?;
    let kept = rows::kept_times(&mut work.tx, before.id).await?;
    let old = kept.iter().find(|kept| kept.time.milestone == milestone).and_then(|kept| kept.time.at);
    if !rows::set_restricted(&mut work.tx, actor, before.id, version, before.restricted, work.now).await? {
        let field = ConflictField {
            field: "at".into(),
            label: milestone.label().into(),
            yours: stated.map(|stated| stated.at.to_string()).unwrap_or_default(),
            theirs: old.map(|at| at.to_string()).unwrap_or_default(),
        };
        return Err(conflict(&before.now(), object(&before.fields), vec![field]));
    }
    match stated {
        Some(stated) => {
            rows::put_time(&mut work.tx, actor, before.id, milestone, stated, Some(reason.trim()), work.now).await?;
        }
        None => rows::clear_time(&mut work.tx, actor, before.id, milestone, work.now).await?,
    }
    let (text, new) =
        (|at: Option<_>| at.map(|at: Timestamp| at.to_string()).unwrap_or_default(), stated.map(|stated| stated.at));
    let mut record = Record::new("incident.time_entered", "incident", before.id)
        .with("version", before.version + 1)
        .with_change(&format!("time.{milestone}"), false, &text(old), &text(new))
        .with_text(TIMES_BEFORE, &times_before(std::iter::once(milestone), &kept)?)
        .with_text("reason", reason.trim());
    if let Some(stated) = stated {
        record = record
            .with("precision", stated.precision.as_str())
            .with("source", stated.source.as_str())
            .with_text("original", stated.original.as_deref().unwrap_or_default());
    }
    work.record(record);
    let after = find(ctx, &mut work.tx, actor, reference).await?;
    work.commit().await?;
    Ok(after)
}

fn check_time(milestone: Milestone, stated: Option<&Stated>, reason: &str, now: Timestamp) -> Result<()> {
    if !milestone.may_be_entered() {
        return Err(Refusal::Rule(format!(
            "“{}” is recorded when it happens; it cannot be entered.",
            milestone.label()
        ))
        .into());
    }
    let mut errors = FieldErrors::default();
    if reason.trim().is_empty() {
        errors.add("reason", "Say why the time is entered or changed now.");
    }
    errors.text("reason", reason, REASON_CHARS_MAX);
    if let Some(stated) = stated {
        stated.check("at", now, is_zone, &mut errors);
    }
    Ok(errors.finish()?)
}

/// Most people on a team: its entry in the ledger names them all.
const TEAM_MAX: usize = 200;

async fn any_works(tx: &mut Tx, actor: &Actor, people: &BTreeSet<PersonId>) -> Result<bool> {
    for id in people {
        if holdfast_store::person::find(&mut *tx, actor.org_id, *id).await?.is_some_and(|person| works(&person)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Says who sees it: everybody in the organisation, or its team only, and who is on the team. The
/// owner is always on it.
///
/// # Errors
/// A refusal when the role does not allow it, the version is stale, or nobody would see it.
pub async fn set_access(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    version: i64,
    restricted: bool,
    team: &[PersonId],
) -> Result<Incident> {
    permit(ctx, actor, Permission::ChangeAccess, Object::None).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = find(ctx, &mut work.tx, actor, reference).await?;
    let wanted: BTreeSet<PersonId> = team.iter().copied().chain(before.fields.owner_id).collect();
    if wanted.len() > TEAM_MAX {
        return Err(Refusal::field("team", format!("{TEAM_MAX} people are the most.")).into());
    }
    if restricted && !any_works(&mut work.tx, actor, &wanted).await? {
        let words = "Somebody must be left who sees it and can work on it: choose at least one lead or analyst.";
        return Err(Refusal::field("team", words).into());
    }
    let members = rows::members(&mut work.tx, before.id).await?;
    let present: BTreeSet<PersonId> = members.iter().map(|member| member.person_id).collect();
    if !rows::set_restricted(&mut work.tx, actor, before.id, version, restricted, work.now).await? {
        let access = |restricted| if restricted { "restricted" } else { "open" }.to_owned();
        let field = ConflictField {
            field: "restricted".into(),
            label: "Access".into(),
            yours: access(restricted),
            theirs: access(before.restricted),
        };
        return Err(conflict(&before.now(), object(&before.fields), vec![field]));
    }
    for person in wanted.difference(&present) {
        check_member(&mut work.tx, actor, "team", *person).await?;
        rows::add_member(&mut work.tx, actor, before.id, *person, work.now).await?;
    }
    for person in present.difference(&wanted) {
        rows::remove_member(&mut work.tx, before.id, *person).await?;
    }
    let list = |people: Vec<&PersonId>| people.into_iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut record = Record::new("incident.access_changed", "incident", before.id)
        .with("version", before.version + 1)
        .with("added", list(wanted.difference(&present).collect()))
        .with("removed", list(present.difference(&wanted).collect()));
    if restricted != before.restricted {
        record = record.with_change("restricted", false, &before.restricted.to_string(), &restricted.to_string());
    }
    work.record(record);
    let after = rows::find(&mut work.tx, actor, reference).await?;
    work.commit().await?;
    // Whoever takes themselves off the team of a restricted incident sees it no more.
    Ok(after.unwrap_or(Incident { restricted, version: version + 1, ..before }))
}

/// Makes the actor the owner of an incident that nobody owns.
///
/// # Errors
/// A refusal when the role does not allow it, somebody owns it, or the version is stale.
pub async fn take(ctx: &Ctx, actor: &Actor, reference: &str, version: i64) -> Result<Incident> {
    permit(ctx, actor, Permission::TakeIncident, Object::None).await?;
    let incident = find(ctx, ctx.db(), actor, reference).await?;
    if let Some(owner) = &incident.owner_name {
        return Err(Refusal::Rule(format!("{owner} owns it already.")).into());
    }
    let mut fields = incident.fields.clone();
    fields.owner_id = Some(actor.person_id);
    let edit = holdfast_domain::incident::IncidentEdit { version, fields, reason: String::new() };
    crate::incident::edit(ctx, actor, reference, &edit).await
}
