//! What is written about an incident for its reports, and what is to change.

use holdfast_domain::{
    Actor, Object, Permission, RecommendationId, Refusal,
    incident::Incident,
    narrative::{Narrative, NarrativeFields, Recommendation, RecommendationFields},
    refusal::FieldErrors,
};
use holdfast_store::{Tx, narrative as rows};

use crate::{
    Ctx, Result,
    act::{Act, Record},
    incident::{Visible, find},
    session::permit,
    stale::{Now, conflict, stale},
    visible::may_read,
};

/// The texts and the recommendations of an incident.
///
/// # Errors
/// When the database refuses.
pub async fn read(ctx: &Ctx, actor: &Actor, incident: &Visible) -> Result<(Narrative, Vec<Recommendation>)> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    let texts = rows::find(ctx.db(), incident.id).await?;
    Ok((texts, rows::recommendations(ctx.db(), incident.id).await?))
}

/// Writes the texts.
///
/// # Errors
/// [`Refusal::Conflict`] with both texts when the version is stale; a refusal when the role does not
/// allow it or a text is too long.
pub async fn write(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    version: i64,
    fields: &NarrativeFields,
) -> Result<Narrative> {
    permit(ctx, actor, Permission::WriteReport, Object::None).await?;
    let mut errors = FieldErrors::default();
    fields.check(&mut errors);
    errors.finish()?;
    let mut act = Act::begin(ctx, actor).await?;
    let incident = find(ctx, &mut act.tx, actor, reference).await?;
    let before = rows::find(&mut act.tx, incident.id).await?;
    let now = act.now;
    if *fields == before.fields {
        return Ok(before);
    }
    if version != before.version || !rows::put(&mut act.tx, actor, incident.id, version, fields, now).await? {
        let changed_by = before.updated_by_name.as_deref().unwrap_or("somebody");
        let as_it_is = Now { version: before.version, changed_by, changed_at: before.updated_at.unwrap_or(now) };
        stale(&as_it_is, fields.as_text(), before.fields.as_text())?;
        return Ok(before);
    }
    act.record(
        Record::new("report.written", "incident", incident.id)
            .with("version", before.version + 1)
            .with_changes(Some(&before.fields.as_text()), &fields.as_text()),
    );
    let after = rows::find(&mut act.tx, incident.id).await?;
    act.commit().await?;
    Ok(after)
}

fn missing() -> Refusal {
    Refusal::NotFound("recommendation".into())
}

fn recommendation_id(id: &str) -> Result<RecommendationId> {
    Ok(id.parse().map_err(|_| missing())?)
}

async fn found(tx: &mut Tx, incident: &Incident, id: &str) -> Result<Recommendation> {
    Ok(rows::recommendation(tx, incident.id, recommendation_id(id)?).await?.ok_or_else(missing)?)
}

/// One recommendation, also one taken off the list.
///
/// # Errors
/// [`Refusal::NotFound`] when this incident has none such.
pub async fn recommendation(ctx: &Ctx, actor: &Actor, incident: &Visible, id: &str) -> Result<Recommendation> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    Ok(rows::recommendation(ctx.db(), incident.id, recommendation_id(id)?).await?.ok_or_else(missing)?)
}

/// Recommends something.
///
/// # Errors
/// A refusal when the role does not allow it or a field is not acceptable.
pub async fn recommend(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    fields: &RecommendationFields,
) -> Result<Recommendation> {
    permit(ctx, actor, Permission::WriteReport, Object::None).await?;
    let mut act = Act::begin(ctx, actor).await?;
    let mut errors = FieldErrors::default();
    fields.check(act.now, &mut errors);
    errors.finish()?;
    let incident = find(ctx, &mut act.tx, actor, reference).await?;
    let id = RecommendationId(ctx.uuid(act.now));
    let now = act.now;
    rows::add(&mut act.tx, actor, incident.id, id, fields, now).await?;
    act.record(
        Record::new("recommendation.added", "incident", incident.id)
            .with("recommendation", id.to_string())
            .with_changes(None, &fields.as_text()),
    );
    let added = found(&mut act.tx, &incident, &id.to_string()).await?;
    act.commit().await?;
    Ok(added)
}

/// Edits a recommendation, takes it off the list, or puts it back.
///
/// # Errors
/// [`Refusal::Conflict`] when the version is stale; a refusal when the role does not allow it or a field
/// is not acceptable.
pub async fn edit_recommendation(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    id: &str,
    version: i64,
    fields: &RecommendationFields,
    archived: bool,
) -> Result<Recommendation> {
    permit(ctx, actor, Permission::WriteReport, Object::None).await?;
    let mut act = Act::begin(ctx, actor).await?;
    let mut errors = FieldErrors::default();
    fields.check(act.now, &mut errors);
    errors.finish()?;
    let incident = find(ctx, &mut act.tx, actor, reference).await?;
    let before = found(&mut act.tx, &incident, id).await?;
    let same = *fields == before.fields && archived == before.archived;
    if same {
        return Ok(before);
    }
    let now = act.now;
    if version != before.version || !rows::update(&mut act.tx, actor, &before, fields, archived, now).await? {
        let as_it_is =
            Now { version: before.version, changed_by: &before.updated_by_name, changed_at: before.updated_at };
        stale(&as_it_is, fields.as_text(), before.fields.as_text())?;
        return Err(conflict(&as_it_is, Vec::new()));
    }
    let kind = match (before.archived, archived) {
        (false, true) => "recommendation.removed",
        (true, false) => "recommendation.restored",
        _ => "recommendation.edited",
    };
    act.record(
        Record::new(kind, "incident", incident.id)
            .with("recommendation", before.id.to_string())
            .with("version", before.version + 1)
            .with_changes(Some(&before.fields.as_text()), &fields.as_text()),
    );
    let after = found(&mut act.tx, &incident, id).await?;
    act.commit().await?;
    Ok(after)
}
