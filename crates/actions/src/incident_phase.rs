//! The incident on its way: phases, their times, its owner and its team.

use std::collections::BTreeSet;

use holdfast_domain::{
    Actor, Object, Permission, PersonId, Refusal,
    incident::{Disposition, Incident},
    lifecycle::{
        ClosingFacts, Milestone, MilestoneTime, Move, PhaseChange, REASON_CHARS_MAX, Stated, Status, permission,
        taken_back,
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
    incident::{check_member, find},
    permit,
    person::works,
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
    let times = rows::times(&mut work.tx, before.id).await?;
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
        reopened: step == Move::Reopen,
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
    work.record(phase_record(&before, change, step, &entered, target.as_ref()));
    let after = find(ctx, &mut work.tx, actor, reference).await?;
    work.commit().await?;
    Ok(after)
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
    if step != Move::Reopen {
        let reason = change.entered.as_ref().map(|_| change.reason.trim());
        rows::put_time(&mut work.tx, actor, before.id, change.to.milestone(), &entered, reason, work.now).await?;
    }
    Ok(entered)
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
    let times = rows::times(&mut work.tx, before.id).await?;
    let old = times.iter().find(|time| time.milestone == milestone).and_then(|time| time.at);
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
    let (text, new) = (
        |at: Option<_>| at.map(|at: holdfast_domain::Timestamp| at.to_string()).unwrap_or_default(),
        stated.map(|stated| stated.at),
    );
    let mut record = Record::new("incident.time_entered", "incident", before.id)
        .with("version", before.version + 1)
        .with_change(&format!("time.{milestone}"), false, &text(old), &text(new))
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

fn check_time(
    milestone: Milestone,
    stated: Option<&Stated>,
    reason: &str,
    now: holdfast_domain::Timestamp,
) -> Result<()> {
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
