//! What the forms of the timeline do: read the fields, one action, where to go.

use holdfast_actions::{Ctx, Result, event, incident};
use holdfast_domain::{
    Actor, Refusal,
    event::{EventFields, EventTechnique},
    refusal::FieldErrors,
    technique::{self, Technique},
    time::TimeSource,
};

use crate::{
    form::{Done, Form},
    item::read,
    ui::when,
};

pub async fn add(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    event::add(ctx, actor, form.param("reference")?, &fields(form, actor, &EventFields::default())?).await?;
    form.to_incident("/timeline", "Event added.")
}

pub async fn edit(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let before = event::one(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
    let fields = fields(form, actor, &before.fields)?;
    event::edit(ctx, actor, reference, id, form.version()?, &fields).await?;
    form.to_incident("/timeline", "Event saved.")
}

pub async fn remove(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let archived = form.text("restore") != "true";
    event::set_archived(ctx, actor, form.param("reference")?, form.param("id")?, form.version()?, archived).await?;
    form.to_incident("/timeline", if archived { "Event removed." } else { "Event restored." })
}

/// The fields; `before` is what is kept of an event that is edited. Times without a zone of their own are in
/// that of the event's time, else in the person's.
fn fields(form: &Form, actor: &Actor, before: &EventFields) -> std::result::Result<EventFields, Refusal> {
    let zone = form.opt("occurred_zone").unwrap_or(&actor.time_zone);
    let known = before.occurred.as_ref().map(|stated| when::Known { stated, zone: &actor.time_zone });
    let mut errors = FieldErrors::default();
    let occurred = when::read(form, "occurred", TimeSource::User, known);
    if let Err(Refusal::Invalid(faults)) = &occurred {
        faults.iter().for_each(|fault| errors.add(&fault.field, fault.message.clone()));
    }
    let techniques = technique::read(form.text("techniques")).map_err(|why| errors.add("techniques", why));
    let mut fields = errors.and(read::all(form, zone, before))?;
    fields.occurred = occurred?;
    // The form does not ask from where the time is known: a time that stays is still known from there.
    if let (Some(stated), Some(known)) = (&mut fields.occurred, &before.occurred)
        && stated.at == known.at
    {
        stated.source = known.source;
    }
    // Nor for the tactics of techniques; those that stay keep theirs.
    let tactic = |id: &str| before.techniques.iter().find(|known| known.technique == id)?.tactic.clone();
    let technique = |known: &Technique| EventTechnique { tactic: tactic(&known.id), technique: known.id.clone() };
    fields.techniques = techniques.unwrap_or_default().into_iter().map(technique).collect();
    Ok(fields)
}
