//! What the forms of items do: read the fields, one action, where to go. They decide nothing.

use holdfast_actions::{Ctx, Result, incident, item};
use holdfast_domain::{Actor, noun::Noun};

use super::{pages::ItemPages, read};
use crate::{
    form::{Done, Form},
    ui::field::capitalised,
};

/// Where a form leads: below the incident, with what was done.
pub fn to<F: Noun>(form: &Form, tail: &str, verb: &str) -> Result<Done> {
    form.to_incident(tail, &format!("{} {verb}.", capitalised(F::NAME)))
}

pub async fn add<F: ItemPages>(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let fields = read::all(form, &actor.time_zone, &F::default())?;
    item::add(ctx, actor, form.param("reference")?, &fields).await?;
    to::<F>(form, &F::home().0, "added")
}

pub async fn edit<F: ItemPages>(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let before = item::view::<F>(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
    let fields = read::all(form, &actor.time_zone, &before.fields)?;
    item::edit(ctx, actor, reference, id, form.version()?, &fields).await?;
    to::<F>(form, &format!("/{}/{id}", F::PLURAL), "saved")
}

pub async fn archive<F: ItemPages>(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (version, archived) = (form.version()?, form.ticked("archived"));
    item::set_archived::<F>(ctx, actor, form.param("reference")?, form.param("id")?, version, archived).await?;
    to::<F>(form, &F::home().0, if archived { "archived" } else { "restored" })
}
