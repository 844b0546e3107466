//! What the forms about findings do: read the fields, one action, where to go. They decide nothing.

use holdfast_actions::{Ctx, Result, asset, incident, indicator, vulnerability};
use holdfast_domain::{
    Actor,
    asset::{AssetFields, AssetKind},
    indicator::{IndicatorFields, IndicatorKind},
    vulnerability::VulnerabilityFields,
};

use super::{
    kind::{Change, Kind},
    read,
};
use crate::{
    form::{Done, Form},
    outcome::{Lines, Once},
};

fn to_list(form: &Form, code: &str) -> Result<Done> {
    Ok(Done::To(format!("/incidents/{}/indicators?done={code}", form.param("reference")?)))
}

fn to_thing(form: &Form, kind: Kind, change: Change) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    Ok(Done::To(format!("/incidents/{reference}{}/{id}?done={}", kind.path(), kind.done(change))))
}

pub async fn add_indicator(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let fields = read::indicator(form, &actor.time_zone, &IndicatorFields::bare(IndicatorKind::Other, ""))?;
    indicator::add(ctx, actor, form.param("reference")?, &fields).await?;
    to_list(form, Kind::Indicator.done(Change::Added))
}

pub async fn add_many(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let base = read::base(form, &actor.time_zone, &IndicatorFields::bare(IndicatorKind::Other, ""))?;
    let many = indicator::add_many(ctx, actor, form.param("reference")?, form.text("lines"), &base).await?;
    if many.refused.is_empty() {
        return to_list(form, "indicators-added");
    }
    let lines = Lines {
        added: many.added.len(),
        known: many.known,
        tlp: base.tlp,
        confidence: base.confidence,
        description: base.description,
        refused: many.refused,
    };
    Ok(Done::Once(Once::Lines(lines)))
}

pub async fn edit_indicator(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let before = indicator::view(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
    let fields = read::indicator(form, &actor.time_zone, &before.fields)?;
    indicator::edit(ctx, actor, reference, id, form.version()?, &fields).await?;
    to_thing(form, Kind::Indicator, Change::Saved)
}

pub async fn archive_indicator(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let (version, archived) = (form.version()?, form.ticked("archived"));
    indicator::set_archived(ctx, actor, reference, id, version, archived).await?;
    to_list(form, Kind::Indicator.done(if archived { Change::Archived } else { Change::Restored }))
}

pub async fn add_asset(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let fields = read::asset(form, &actor.time_zone, &AssetFields::bare(AssetKind::Other, ""))?;
    asset::add(ctx, actor, form.param("reference")?, &fields).await?;
    to_list(form, Kind::Asset.done(Change::Added))
}

pub async fn edit_asset(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let before = asset::view(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
    let fields = read::asset(form, &actor.time_zone, &before.fields)?;
    asset::edit(ctx, actor, reference, id, form.version()?, &fields).await?;
    to_thing(form, Kind::Asset, Change::Saved)
}

pub async fn archive_asset(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let (version, archived) = (form.version()?, form.ticked("archived"));
    asset::set_archived(ctx, actor, reference, id, version, archived).await?;
    to_list(form, Kind::Asset.done(if archived { Change::Archived } else { Change::Restored }))
}

pub async fn add_vulnerability(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let fields = read::vulnerability(form, &VulnerabilityFields::bare("", ""))?;
    vulnerability::add(ctx, actor, form.param("reference")?, &fields).await?;
    to_list(form, Kind::Vulnerability.done(Change::Added))
}

pub async fn edit_vulnerability(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let before = vulnerability::view(ctx, actor, &incident::view(ctx, actor, reference).await?, id).await?;
    let fields = read::vulnerability(form, &before.fields)?;
    vulnerability::edit(ctx, actor, reference, id, form.version()?, &fields).await?;
    to_thing(form, Kind::Vulnerability, Change::Saved)
}

pub async fn archive_vulnerability(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let (reference, id) = (form.param("reference")?, form.param("id")?);
    let (version, archived) = (form.version()?, form.ticked("archived"));
    vulnerability::set_archived(ctx, actor, reference, id, version, archived).await?;
    to_list(form, Kind::Vulnerability.done(if archived { Change::Archived } else { Change::Restored }))
}
