//! What the forms about incidents do: read the fields, one action, where to go. They decide nothing.

use holdfast_actions::{
    Ctx, Result,
    incident::{self, IdempotencyKey},
};
use holdfast_domain::{
    Actor, PersonId, Refusal,
    incident::{IncidentDraft, IncidentEdit, IncidentFields},
    lifecycle::{MilestoneTime, PhaseChange},
    time::TimeSource,
};

use super::form::is_known_later;
use crate::{
    form::{Done, Form},
    item::read,
    ui::when,
};

type FieldResult<T> = std::result::Result<T, Refusal>;

fn back(reference: &str, tab: &str, words: &str) -> Result<Done> {
    Ok(Done::said(format!("/incidents/{reference}{tab}"), words))
}

pub async fn open(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let draft = IncidentDraft {
        fields: read::some(form, &actor.time_zone, &IncidentFields::default(), |field| !is_known_later(field))?,
        restricted: form.ticked("restricted"),
        detected: when::read(form, "detected", TimeSource::User, None)?,
    };
    let key = form.opt("key").map(|key| IdempotencyKey { key: key.to_owned() });
    let opened = incident::open(ctx, actor, &draft, key.as_ref()).await.map_err(sent_already)?;
    back(&opened.reference, "", "The incident is open.")
}

/// In a form the key is not the person's doing: say what happened instead.
fn sent_already(error: holdfast_actions::Error) -> holdfast_actions::Error {
    match error {
        holdfast_actions::Error::Refused(Refusal::KeyReused) => Refusal::Rule(
            "This form was sent before, and an incident was opened from it. Send it again only to open another.".into(),
        )
        .into(),
        other => other,
    }
}

pub async fn edit(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let reference = form.param("reference")?;
    let before = incident::view(ctx, actor, reference).await?;
    let fields = read::all(form, &actor.time_zone, &before.fields)?;
    let edit = IncidentEdit { version: form.version()?, fields, reason: form.text("reason").trim().into() };
    let edited = incident::edit(ctx, actor, reference, &edit).await?;
    let words =
        if edited.version == edit.version { "Nothing was different, so nothing was saved." } else { "Incident saved." };
    back(&edited.reference, "", words)
}

pub async fn change_phase(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let change = PhaseChange {
        to: form.choice("to")?,
        entered: when::read(form, "at", TimeSource::User, None)?,
        reason: form.text("reason").trim().into(),
    };
    let (reference, into) = (form.param("reference")?, form.opt("merged_into"));
    if !form.ticked("despite_tasks") {
        incident::ask_of_open_tasks(ctx, actor, &incident::view(ctx, actor, reference).await?, change.to).await?;
    }
    let changed = incident::change_phase(ctx, actor, reference, form.version()?, &change, into).await?;
    back(&changed.reference, "", &format!("Moved to {}.", changed.status.label()))
}

pub async fn enter_time(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let milestone = form.choice("milestone")?;
    let clears = form.ticked("clear");
    let source = form.text("source").parse().unwrap_or(TimeSource::User);
    let now = incident::view(ctx, actor, form.param("reference")?).await?;
    let times = incident::times(ctx, actor, &now).await?;
    let before = times.iter().find(|time| time.milestone == milestone).and_then(MilestoneTime::stated);
    let known = before.as_ref().map(|stated| when::Known { stated, zone: &actor.time_zone });
    let stated = if clears { None } else { when::read(form, "at", source, known)? };
    if stated.is_none() && !clears {
        return Err(Refusal::field("at", "Enter a date and time, or tick “Clear it”.").into());
    }
    let (reference, reason) = (form.param("reference")?, form.text("reason").trim());
    let changed =
        incident::enter_time(ctx, actor, reference, form.version()?, milestone, stated.as_ref(), reason).await?;
    back(
        &changed.reference,
        "/times",
        if clears { "The time is cleared. Its first value stays in the history." } else { "The time is entered." },
    )
}

pub async fn set_access(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let team = form
        .all("team")
        .map(|id| id.parse::<PersonId>().map_err(|_| Refusal::field("team", "Choose among the people offered.")))
        .collect::<FieldResult<Vec<_>>>()?;
    let restricted = form.ticked("restricted");
    incident::set_access(ctx, actor, form.param("reference")?, form.version()?, restricted, &team).await?;
    // Whoever took themselves off the team of a restricted incident sees it no more.
    let sees_it = !restricted || team.contains(&actor.person_id);
    if sees_it {
        back(form.param("reference")?, "", "Access is changed.")
    } else {
        Ok(Done::said("/incidents", "Access is changed."))
    }
}

pub async fn take(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let taken = incident::take(ctx, actor, form.param("reference")?, form.version()?).await?;
    back(&taken.reference, "", "You own this incident now.")
}
