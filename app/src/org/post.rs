//! What the settings form does.

use holdfast_actions::{Ctx, Result, org};
use holdfast_domain::{
    Actor,
    metric::{TARGET_FIELDS, Targets},
    org::OrgFields,
    refusal::FieldErrors,
};

use crate::form::{Done, Form};

pub async fn edit(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let mut errors = FieldErrors::default();
    // A form without these fields leaves the targets as they are.
    let has_targets = TARGET_FIELDS.iter().any(|(.., name, _)| form.has(name));
    let targets = has_targets.then(|| Targets::read(|name| form.text(name), &mut errors));
    errors.finish()?;
    let text = |name| form.text(name).trim().to_owned();
    let fields =
        OrgFields { name: text("name"), time_zone: text("time_zone"), targets, targets_from: text("targets_from") };
    org::edit(ctx, actor, form.version()?, &fields).await?;
    Ok(Done::said("/settings", "The settings are saved."))
}
