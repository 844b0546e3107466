//! Assets of an incident: listed, added, edited, archived. Each is looked up together with its
//! incident as the actor sees it, so one of a hidden incident is not found.

use holdfast_domain::{
    Actor, AssetId, Object, Permission, Refusal,
    asset::{Asset, AssetFields},
    incident::Incident,
    indicator::SeenIn,
};
use holdfast_store::{Queryable, asset as rows, finding::Findings};

use crate::{
    Ctx, Result,
    act::{Act, Record},
    finding::{Asked, Part, archived_meanwhile, may_change, taken, written},
    incident::{self, Visible},
    session::permit,
    stale::{Now, stale},
    visible::may_read,
};

/// Part of the list of an incident.
///
/// # Errors
/// A refusal when the part asked for is none of this list.
pub async fn list(ctx: &Ctx, actor: &Actor, incident: &Visible, asked: &Asked<'_>) -> Result<Part<Asset>> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    crate::finding::assets(ctx, actor, incident, asked).await
}

/// One of an incident, archived or not.
///
/// # Errors
/// [`Refusal::NotFound`] when the incident has none such.
pub async fn view(ctx: &Ctx, actor: &Actor, incident: &Visible, id: &str) -> Result<Asset> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    find(ctx.db(), actor, incident, id).await
}

/// The other incidents that the actor may see and that have the same.
///
/// # Errors
/// When the database refuses.
pub async fn seen_in(ctx: &Ctx, actor: &Actor, thing: &Asset) -> Result<Option<SeenIn>> {
    permit(ctx, actor, Permission::ViewIncident, Object::None).await?;
    crate::finding::seen_in(ctx, actor, thing.incident_id, Findings::Assets, thing.id.0).await
}

async fn find<'a>(on: impl Queryable<'a>, actor: &Actor, incident: &Incident, id: &str) -> Result<Asset> {
    let missing = || Refusal::NotFound("asset".into());
    let id: AssetId = id.parse().map_err(|_| missing())?;
    Ok(rows::find(on, actor.org_id, incident.id, id).await?.ok_or_else(missing)?)
}

/// Adds one.
///
/// # Errors
/// A refusal when the role does not allow it, a field is not acceptable, or the incident has it
/// already.
pub async fn add(ctx: &Ctx, actor: &Actor, reference: &str, fields: &AssetFields) -> Result<Asset> {
    may_change(ctx, actor).await?;
    let mut act = Act::begin(ctx, actor).await?;
    let incident = incident::find(ctx, &mut act.tx, actor, reference).await?;
    let id = insert(ctx, &mut act, actor, &incident, fields).await?.ok_or_else(|| taken("name"))?;
    let added = find(&mut act.tx, actor, &incident, &id.to_string()).await?;
    act.commit().await?;
    Ok(added)
}

/// Adds one within a deed, with its record, unless the incident has the same already; then there is
/// no id.
pub(crate) async fn insert(
    ctx: &Ctx,
    act: &mut Act<'_>,
    actor: &Actor,
    incident: &Incident,
    fields: &AssetFields,
) -> Result<Option<AssetId>> {
    let fields = fields.checked(act.now)?;
    let (id, now) = (AssetId(ctx.uuid(act.now)), act.now);
    if !rows::insert(&mut act.tx, actor, incident.id, id, &fields, now).await? {
        return Ok(None);
    }
    act.record(
        Record::new("asset.added", "incident", incident.id)
            .with("asset", id.to_string())
            .with_changes(None, &fields.as_text()),
    );
    Ok(Some(id))
}

/// Edits one.
///
/// # Errors
/// [`Refusal::Conflict`] with both texts when the version is stale; a refusal when the role does not
/// allow it, a field is not acceptable, or the incident has the same already.
pub async fn edit(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    id: &str,
    version: i64,
    fields: &AssetFields,
) -> Result<Asset> {
    may_change(ctx, actor).await?;
    let mut act = Act::begin(ctx, actor).await?;
    let incident = incident::find(ctx, &mut act.tx, actor, reference).await?;
    let before = find(&mut act.tx, actor, &incident, id).await?;
    let fields = fields.checked(act.now)?;
    if version != before.version {
        stale(&now(&before), fields.as_text(), before.fields.as_text())?;
        return Ok(before);
    }
    if fields == before.fields {
        return Ok(before);
    }
    let at = act.now;
    if !written(rows::update(&mut act.tx, actor, &before, &fields, at).await, "name")? {
        act.give_up().await;
        let after = view(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
        stale(&now(&after), fields.as_text(), after.fields.as_text())?;
        return Ok(after);
    }
    act.record(
        Record::new("asset.edited", "incident", incident.id)
            .with("asset", before.id.to_string())
            .with("version", before.version + 1)
            .with_changes(Some(&before.fields.as_text()), &fields.as_text()),
    );
    let after = find(&mut act.tx, actor, &incident, id).await?;
    act.commit().await?;
    Ok(after)
}

/// Archives one, so that it is out of the lists but kept, or takes it back.
///
/// # Errors
/// [`Refusal::Conflict`] when the version is stale; a refusal when the role does not allow it, or the
/// incident has the same once more.
pub async fn set_archived(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    id: &str,
    version: i64,
    archived: bool,
) -> Result<Asset> {
    may_change(ctx, actor).await?;
    let mut act = Act::begin(ctx, actor).await?;
    let incident = incident::find(ctx, &mut act.tx, actor, reference).await?;
    let before = find(&mut act.tx, actor, &incident, id).await?;
    let is_archived = before.archived_at.is_some();
    if version != before.version {
        return Err(archived_meanwhile(&now(&before), is_archived, archived));
    }
    if is_archived == archived {
        return Ok(before);
    }
    let at = act.now;
    let done = rows::set_archived(&mut act.tx, actor, &before, archived, at).await;
    if !written(done, "name")? {
        return Err(archived_meanwhile(&now(&before), is_archived, archived));
    }
    let kind = if archived { "asset.archived" } else { "asset.restored" };
    act.record(
        Record::new(kind, "incident", incident.id)
            .with("asset", before.id.to_string())
            .with("version", before.version + 1)
            .with_text("after.name", &before.fields.name),
    );
    let after = find(&mut act.tx, actor, &incident, id).await?;
    act.commit().await?;
    Ok(after)
}

fn now(thing: &Asset) -> Now<'_> {
    Now { version: thing.version, changed_by: &thing.updated_by_name, changed_at: thing.updated_at }
}
