//! What the forms of the timeline do: read the fields, one action, where to go.

use holdfast_actions::{Ctx, Result, event, incident};
use holdfast_domain::{
    Actor, Refusal,
    event::{EventFields, EventTechnique},
    technique,
    time::TimeSource,
};

use crate::{
    form::{Done, Form},
    ui::when,
};

fn back(form: &Form, done: &str) -> Result<Done> {
    Ok(Done::To(format!("/incidents/{}/timeline?done={done}", form.param("reference")?)))
}

pub async fn add(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    event::add(ctx, actor, form.param("reference")?, &fields(form, actor, None)?).await?;
    back(form, "event-added")
}

pub async fn edit(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let before = event::one(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
    let mut fields = fields(form, actor, Some(&before.fields))?;
    // The form does not ask from where the time is known: a time that stays is still known from there.
    if let (Some(stated), Some(known)) = (&mut fields.occurred, &before.fields.occurred)
        && stated.at == known.at
    {
        stated.source = known.source;
    }
    // Nor for the tactics of techniques; those that stay keep theirs.
    for one in &mut fields.techniques {
        let known = before.fields.techniques.iter().find(|known| known.technique == one.technique);
        one.tactic = known.and_then(|known| known.tactic.clone());
    }
    event::edit(ctx, actor, reference, id, form.version()?, &fields).await?;
    back(form, "event-saved")
}

pub async fn remove(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let archived = form.text("restore") != "true";
    event::set_archived(ctx, actor, form.param("reference")?, form.param("id")?, form.version()?, archived).await?;
    back(form, if archived { "event-removed" } else { "event-restored" })
}

/// The fields; `before` is what is kept of an event that is edited.
fn fields(form: &Form, actor: &Actor, before: Option<&EventFields>) -> std::result::Result<EventFields, Refusal> {
    let known = before.and_then(|before| before.occurred.as_ref());
    let known = known.map(|stated| when::Known { stated, zone: &actor.time_zone });
    // Times without a zone of their own are in that of the event's time, else in the person's.
    let zone = form.opt("occurred_zone").unwrap_or(&actor.time_zone);
    let techniques = technique::read(form.text("techniques")).map_err(|why| Refusal::field("techniques", why))?;
    Ok(EventFields {
        lane: form.text("lane").parse().map_err(|_| Refusal::field("lane", "Choose one of the values offered."))?,
        title: form.text("title").trim().into(),
        description: form.text("description").into(),
        source: form.text("source").trim().into(),
        occurred: when::read(form, "occurred", TimeSource::User, known)?,
        occurred_end: form.time("occurred_end", zone, before.and_then(|before| before.occurred_end))?,
        learned_at: form.time("learned_at", zone, before.and_then(|before| before.learned_at))?,
        in_report: form.ticked("in_report"),
        techniques: techniques
            .into_iter()
            .map(|technique| EventTechnique { technique: technique.id.clone(), tactic: None })
            .collect(),
    })
}
