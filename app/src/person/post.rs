//! What the forms about people do.

use holdfast_actions::{
    Ctx, Result,
    person::{self, PersonEdit},
};
use holdfast_domain::{
    Actor, PersonId, Refusal,
    person::{PersonDraft, Roles},
};

use crate::{
    form::{Done, Form},
    outcome::ShownOnce,
};

pub async fn add(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let draft = PersonDraft {
        email: form.text("email").trim().into(),
        name: form.text("name").trim().into(),
        roles: roles(form)?,
        time_zone: form.text("time_zone").trim().into(),
    };
    let (_, code) = person::add(ctx, actor, &draft).await?;
    Ok(Done::Once(ShownOnce::Secret(code)))
}

pub async fn edit(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let edit = PersonEdit {
        version: form.version()?,
        name: form.text("name").trim().into(),
        roles: roles(form)?,
        time_zone: form.text("time_zone").trim().into(),
        disabled: form.ticked("disabled"),
    };
    person::edit(ctx, actor, id(form)?, &edit).await?;
    Ok(Done::said("/people", "The person is saved."))
}

pub async fn invite_again(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    Ok(Done::Once(ShownOnce::Secret(person::invite_again(ctx, actor, id(form)?).await?)))
}

fn id(form: &Form) -> Result<PersonId> {
    Ok(form.param("id")?.parse().map_err(|_| Refusal::NotFound("person".into()))?)
}

/// One box each, or all in one text where a conflict was settled.
fn roles(form: &Form) -> std::result::Result<Roles, Refusal> {
    let sent = form.all("roles").collect::<Vec<_>>().join(",");
    sent.parse().map_err(|_| Refusal::field("roles", "Choose among the roles offered."))
}
