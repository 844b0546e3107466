//! Indicators of an incident: listed, added, edited, archived. Each is looked up together with its
//! incident as the actor sees it, so one of a hidden incident is not found.

use holdfast_domain::{
    Actor, IndicatorId, Object, Permission, Refusal,
    incident::{FieldText, Incident},
    indicator::{Indicator, IndicatorFields, IndicatorKind, LINES_MAX, LineRefused, SeenIn, canonical, read_lines},
};
use holdfast_store::{Queryable, finding::Findings, indicator as rows};

use crate::{
    Ctx, Result,
    act::{Act, Record},
    finding::{Asked, Part, archived_meanwhile, may_change, taken, written},
    incident::{self, Visible},
    session::permit,
    stale::{Now, stale},
    visible::may_read,
};

pub use holdfast_store::indicator::Sighting;

/// Part of the list of an incident.
///
/// # Errors
/// A refusal when the part asked for is none of this list.
pub async fn list(ctx: &Ctx, actor: &Actor, incident: &Visible, asked: &Asked<'_>) -> Result<Part<Indicator>> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    crate::finding::indicators(ctx, actor, incident, asked).await
}

/// One of an incident, archived or not.
///
/// # Errors
/// [`Refusal::NotFound`] when the incident has none such.
pub async fn view(ctx: &Ctx, actor: &Actor, incident: &Visible, id: &str) -> Result<Indicator> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    find(ctx.db(), actor, incident, id).await
}

/// The other incidents that the actor may see and that have the same.
///
/// # Errors
/// When the database refuses.
pub async fn seen_in(ctx: &Ctx, actor: &Actor, thing: &Indicator) -> Result<Option<SeenIn>> {
    permit(ctx, actor, Permission::ViewIncident, Object::None).await?;
    crate::finding::seen_in(ctx, actor, thing.incident_id, Findings::Indicators, thing.id.0).await
}

async fn find<'a>(on: impl Queryable<'a>, actor: &Actor, incident: &Incident, id: &str) -> Result<Indicator> {
    let missing = || Refusal::NotFound("indicator".into());
    let id: IndicatorId = id.parse().map_err(|_| missing())?;
    Ok(rows::find(on, actor.org_id, incident.id, id).await?.ok_or_else(missing)?)
}

/// Adds one.
///
/// # Errors
/// A refusal when the role does not allow it, a field is not acceptable, or the incident has it
/// already.
pub async fn add(ctx: &Ctx, actor: &Actor, reference: &str, fields: &IndicatorFields) -> Result<Indicator> {
    may_change(ctx, actor).await?;
    let mut act = Act::begin(ctx, actor).await?;
    let incident = incident::find(ctx, &mut act.tx, actor, reference).await?;
    let id = insert(ctx, &mut act, actor, &incident, fields).await?.ok_or_else(|| taken("value"))?;
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
    fields: &IndicatorFields,
) -> Result<Option<IndicatorId>> {
    let fields = fields.checked(act.now)?;
    let (id, now) = (IndicatorId(ctx.uuid(act.now)), act.now);
    if !rows::insert(&mut act.tx, actor, incident.id, id, &fields, now).await? {
        return Ok(None);
    }
    act.record(
        Record::new("indicator.added", "incident", incident.id)
            .with("indicator", id.to_string())
            .with_changes(None, &fields.as_text()),
    );
    Ok(Some(id))
}

/// What became of many lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManyAdded {
    /// The ids of those that were added, in the order of the lines.
    pub added: Vec<IndicatorId>,
    /// Lines whose indicator the incident has already.
    pub known: usize,
    /// Lines that could not be read, as they were sent.
    pub refused: Vec<LineRefused>,
}

/// Adds one per line, in one deed; `base` says what holds for each. Lines that cannot be read come
/// back with the reason, and the others are added all the same.
///
/// # Errors
/// A refusal when the role does not allow it, what holds for each is not acceptable, or there are
/// too many lines.
pub async fn add_many(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    text: &str,
    base: &IndicatorFields,
) -> Result<ManyAdded> {
    may_change(ctx, actor).await?;
    if text.lines().count() > LINES_MAX {
        return Err(Refusal::field("lines", format!("At most {LINES_MAX} lines at once.")).into());
    }
    IndicatorFields { kind: IndicatorKind::Other, value: "-".into(), ..base.clone() }.checked(ctx.now())?;
    let (read, refused) = read_lines(text, base);
    if read.is_empty() && refused.is_empty() {
        return Err(Refusal::field("lines", "Write one indicator per line.").into());
    }
    let mut act = Act::begin(ctx, actor).await?;
    let incident = incident::find(ctx, &mut act.tx, actor, reference).await?;
    let (mut added, now) = (Vec::new(), act.now);
    let mut values = Vec::new();
    for (_, fields) in &read {
        let id = IndicatorId(ctx.uuid(now));
        if rows::insert(&mut act.tx, actor, incident.id, id, fields, now).await? {
            added.push(id);
            let own = Some(&fields.description).filter(|own| **own != base.description);
            let own = own.map(|own| format!(" # {own}")).unwrap_or_default();
            values.push(format!("{}: {}{own}", fields.kind, fields.value));
        }
    }
    if !added.is_empty() {
        let of_each: Vec<FieldText> =
            base.as_text().into_iter().filter(|field| !matches!(field.name, "kind" | "value")).collect();
        act.record(
            Record::new("indicator.added_many", "incident", incident.id)
                .with("count", added.len())
                .with_changes(None, &of_each)
                .with_text("after.value", &values.join("\n")),
        );
        act.commit().await?;
    }
    Ok(ManyAdded { known: read.len() - added.len(), added, refused })
}

/// Where a thing was seen, over all incidents that the actor may see, newest first. Without a kind,
/// it is looked for as every kind that it can be.
///
/// # Errors
/// A refusal when the role does not see incidents, or the value can be of no such kind.
pub async fn across(
    ctx: &Ctx,
    actor: &Actor,
    value: &str,
    kind: Option<IndicatorKind>,
    limit: i64,
) -> Result<Vec<Sighting>> {
    permit(ctx, actor, Permission::ListIncidents, Object::None).await?;
    let kinds = kind.as_ref().map_or(IndicatorKind::ALL, std::slice::from_ref);
    let things: Vec<(IndicatorKind, String)> =
        kinds.iter().filter_map(|kind| canonical(*kind, value).ok().map(|value| (*kind, kind.key(&value)))).collect();
    if things.is_empty() {
        let words = kind.map_or_else(String::new, |kind| canonical(kind, value).err().unwrap_or_default());
        let words = if words.is_empty() { "Say which value is looked for.".to_owned() } else { words };
        return Err(Refusal::field("value", words).into());
    }
    Ok(rows::across(ctx.db(), actor, &things, limit).await?)
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
    fields: &IndicatorFields,
) -> Result<Indicator> {
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
    if !written(rows::update(&mut act.tx, actor, &before, &fields, at).await, "value")? {
        act.give_up().await;
        let after = view(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
        stale(&now(&after), fields.as_text(), after.fields.as_text())?;
        return Ok(after);
    }
    act.record(
        Record::new("indicator.edited", "incident", incident.id)
            .with("indicator", before.id.to_string())
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
) -> Result<Indicator> {
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
    if !written(done, "value")? {
        return Err(archived_meanwhile(&now(&before), is_archived, archived));
    }
    let kind = if archived { "indicator.archived" } else { "indicator.restored" };
    act.record(
        Record::new(kind, "incident", incident.id)
            .with("indicator", before.id.to_string())
            .with("version", before.version + 1)
            .with_text("after.value", &before.fields.value),
    );
    let after = find(&mut act.tx, actor, &incident, id).await?;
    act.commit().await?;
    Ok(after)
}

fn now(thing: &Indicator) -> Now<'_> {
    Now { version: thing.version, changed_by: &thing.updated_by_name, changed_at: thing.updated_at }
}
