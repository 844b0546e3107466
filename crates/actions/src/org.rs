//! The organisation's settings.

use holdfast_domain::{
    Actor, Object, Permission, Refusal,
    org::{Org, OrgFields},
    refusal::{Conflict, ConflictField, FieldErrors},
    time,
};
use holdfast_store::org as rows;

use crate::{
    Ctx, Error, Result,
    session::permit,
    unit_of_work::{Record, UnitOfWork},
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
    let now = work.now;
    if !rows::update(&mut work.tx, actor.org_id, version, fields, now).await? {
        return Err(conflict(&before, fields).into());
    }
    let mut record = Record::new("org.edited", "org", actor.org_id);
    for (was, is) in OrgFields::from(&before).as_text().into_iter().zip(fields.as_text()) {
        if was.text != is.text {
            record = record.with_change(is.name, is.personal, &was.text, &is.text);
        }
    }
    work.record(record);
    work.commit().await?;
    view(ctx, actor).await
}

fn conflict(now: &Org, yours: &OrgFields) -> Refusal {
    let theirs = OrgFields::from(now).as_text();
    Refusal::Conflict(Box::new(Conflict {
        version: now.version,
        changed_by: "Another administrator".into(),
        changed_at: now.created_at,
        fields: yours
            .as_text()
            .into_iter()
            .zip(theirs)
            .filter(|(yours, theirs)| yours.text != theirs.text)
            .map(|(yours, theirs)| ConflictField {
                field: yours.name.into(),
                label: yours.label.into(),
                yours: yours.text,
                theirs: theirs.text,
            })
            .collect(),
    }))
}
