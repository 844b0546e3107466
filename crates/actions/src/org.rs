//! The organisation's settings.

use holdfast_domain::{
    Actor, Object, Permission, Refusal, Timestamp,
    metric::TargetSet,
    org::{Org, OrgFields},
    refusal::FieldErrors,
    time,
};
use holdfast_store::org as rows;

use crate::{
    Ctx, Error, Record, Result, UnitOfWork,
    edit::{self, Now, differing},
    permit,
};

/// The organisation of the actor.
pub async fn view(ctx: &Ctx, actor: &Actor) -> Result<Org> {
    rows::find(ctx.db(), actor.org_id).await?.ok_or_else(missing)
}

fn missing() -> Error {
    Refusal::NotFound("organisation".into()).into()
}

/// Changes the settings. Targets that differ hold from a day on, or from now on: incidents that were detected
/// before are measured by those that held then.
///
/// # Errors
/// A refusal when the role does not allow it, a field is not acceptable or the version is stale.
pub async fn edit(ctx: &Ctx, actor: &Actor, version: i64, fields: &OrgFields) -> Result<Org> {
    permit(ctx, actor, Permission::EditSettings, Object::None).await?;
    let mut errors = FieldErrors::default();
    fields.check(&mut errors);
    if !time::is_zone(&fields.time_zone) {
        errors.add("time_zone", "Choose a time zone such as Europe/Berlin.");
    }
    errors.finish()?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = rows::find(&mut work.tx, actor.org_id).await?.ok_or_else(missing)?;
    let was = OrgFields { targets_from: pending_day(&before, work.now), ..OrgFields::from(&before) };
    // Without targets they stay, and so does the day from which they hold.
    let fields = &match fields.targets {
        Some(_) => fields.clone(),
        None => OrgFields { name: fields.name.clone(), time_zone: fields.time_zone.clone(), ..was.clone() },
    };
    let is_decided =
        fields.targets.is_some() && (&fields.targets, &fields.targets_from) != (&was.targets, &was.targets_from);
    let mut record =
        Record::new("org.edited", "org", actor.org_id).with_changes(Some(&was.as_text()), &fields.as_text());
    let mut history = before.targets.clone();
    if let Some(targets) = fields.targets.clone().filter(|_| is_decided) {
        let from = begins(&fields.targets_from, &fields.time_zone, work.now)?;
        history = history.with(TargetSet { from, targets }, work.now);
        record = record.with("targets_since", from.to_string());
    }
    if !rows::update(&mut work.tx, actor.org_id, version, fields, &history, work.now).await? {
        return Err(conflict(&before, &was, fields));
    }
    work.record(record);
    work.commit().await?;
    view(ctx, actor).await
}

/// The day on which targets begin that do not hold yet, as the form states it; else empty.
// tidy: no actor, because it reads what was found for one
#[must_use]
pub fn pending_day(org: &Org, now: Timestamp) -> String {
    let pending = org.targets.pending(now).map(|set| time::field_in_zone(set.from, &org.time_zone));
    pending.map(|local| local.chars().take(DAY_CHARS).collect()).unwrap_or_default()
}

/// Characters of a day, as in `2027-01-01`.
const DAY_CHARS: usize = 10;

/// From when targets hold of which a day was given. No day is from now on, and so is today: what was detected
/// before keeps the targets that held then.
fn begins(day: &str, zone: &str, now: Timestamp) -> Result<Timestamp> {
    if day.trim().is_empty() {
        return Ok(now);
    }
    let (begins, next) = time::day_in_zone(day.trim(), zone).map_err(|words| Refusal::field("targets_from", words))?;
    match (begins > now, next > now) {
        (true, _) => Ok(begins),
        (false, true) => Ok(now),
        (false, false) => {
            let words = "Today or later: what was measured before stays as it is.";
            Err(Refusal::field("targets_from", words).into())
        }
    }
}

fn conflict(now: &Org, theirs: &OrgFields, yours: &OrgFields) -> Error {
    let fields = differing(yours.as_text(), theirs.as_text());
    let now = Now { version: now.version, changed_by: "Another administrator", changed_at: now.created_at };
    edit::conflict(&now, "the settings".into(), fields)
}
