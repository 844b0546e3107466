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
    let targets = if TARGET_FIELDS.iter().any(|(.., name, _)| form.has(name)) {
        Some(Targets::read(|name| form.text(name), &mut errors))
    } else {
        OrgFields::from(&org::view(ctx, actor).await?).targets
    };
    errors.finish()?;
    let fields =
        OrgFields { name: form.text("name").trim().into(), time_zone: form.text("time_zone").trim().into(), targets };
    org::edit(ctx, actor, form.version()?, &fields).await?;
    Ok(Done::said("/settings", "The settings are saved."))
}
