//! Many indicators at once, and where one was seen over all incidents. One by one they are items.

use holdfast_domain::{
    Actor, FieldText, Fields as _, IndicatorId, Object, Permission, Refusal,
    indicator::{IndicatorFields, IndicatorKind, LINES_MAX, ManyAdded, Sighting, canonical, read_lines},
    noun::Noun as _,
};
use holdfast_store::{indicator as rows, item as items};

use crate::{Ctx, Record, Result, UnitOfWork, edit::check_context, incident, permit};

/// Adds one per line, in one action; `base` says what holds for each. Lines that cannot be read come
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
    permit(ctx, actor, Permission::EditFindings, Object::None).await?;
    if text.lines().count() > LINES_MAX {
        return Err(Refusal::field("lines", format!("At most {LINES_MAX} lines at once.")).into());
    }
    IndicatorFields { kind: IndicatorKind::Other, value: "-".into(), ..base.clone() }
        .checked(check_context(ctx.now()))?;
    let (read, refused) = read_lines(text, base);
    if read.is_empty() && refused.is_empty() {
        return Err(Refusal::field("lines", "Write one indicator per line.").into());
    }
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let incident = incident::find(ctx, &mut work.tx, actor, reference).await?;
    let (mut added, now) = (Vec::new(), work.now);
    let mut values = Vec::new();
    for (_, fields) in &read {
        let id = IndicatorId(ctx.uuid(now));
        if items::insert(&mut work.tx, actor, incident.id, id, fields, now).await? {
            added.push(id);
            let own = Some(&fields.description).filter(|own| **own != base.description);
            let own = own.map(|own| format!(" # {own}")).unwrap_or_default();
            values.push(format!("{}: {}{own}", fields.kind, fields.value));
        }
    }
    if !added.is_empty() {
        let of_each: Vec<FieldText> =
            base.as_text().into_iter().filter(|field| !matches!(field.name, "kind" | "value")).collect();
        work.record(
            Record::new("indicator.added_many", "incident", incident.id)
                .with("count", added.len())
                .with_changes(None, &of_each)
                .with_text("after.value", &values.join("\n")),
        );
        work.commit().await?;
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
