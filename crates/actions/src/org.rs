//! The organisation's settings.

use holdfast_domain::{
    Actor, Object, Permission, Refusal,
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

/// Changes the settings.
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
    if !rows::update(&mut work.tx, actor.org_id, version, fields, work.now).await? {
        return Err(conflict(&before, fields));
    }
    let was = OrgFields::from(&before).as_text();
    work.record(Record::new("org.edited", "org", actor.org_id).with_changes(Some(&was), &fields.as_text()));
    work.commit().await?;
    view(ctx, actor).await
}

fn conflict(now: &Org, yours: &OrgFields) -> Error {
    let fields = differing(yours.as_text(), OrgFields::from(now).as_text());
    let now = Now { version: now.version, changed_by: "Another administrator", changed_at: now.created_at };
    edit::conflict(&now, "the settings".into(), fields)
}
