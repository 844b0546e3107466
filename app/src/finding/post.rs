//! What the form of many indicators does. One by one they are items.

use holdfast_actions::{Ctx, Result, indicator};
use holdfast_domain::{Actor, indicator::IndicatorFields};

use super::many_page::is_of_each;
use crate::{
    form::{Done, Form},
    item::read,
    outcome::{AddedLines, ShownOnce},
};

pub async fn add_many(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let base = read::some(form, &actor.time_zone, &IndicatorFields::default(), is_of_each)?;
    let reference = form.param("reference")?;
    let many = indicator::add_many(ctx, actor, reference, form.text("lines"), &base).await?;
    if many.refused.is_empty() {
        return form.to_incident("/indicators", "The indicators are added.");
    }
    let lines = AddedLines { added: many.added.len(), known: many.known, base, refused: many.refused };
    Ok(Done::Once(ShownOnce::Lines(lines)))
}
