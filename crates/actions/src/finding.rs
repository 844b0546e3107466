//! What assets, indicators and vulnerabilities share beside being items: where else the same was seen,
//! and the page of an incident that shows all three.

use std::collections::HashMap;

use holdfast_domain::{
    Actor, Object, Permission,
    asset::AssetFields,
    indicator::{IndicatorFields, SeenIn},
    noun::{Item, ItemFields},
    vulnerability::VulnerabilityFields,
};
use holdfast_store::finding as rows;
use uuid::Uuid;

use crate::{
    Ctx, Result,
    incident::Visible,
    item::{self, ListParams, ListPart},
    permit,
};

/// A row, with where else the same thing was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingRow<F: ItemFields> {
    /// The thing.
    pub thing: Item<F>,
    /// The other incidents, when there are any that the reader may see.
    pub seen_in: Option<SeenIn>,
}

/// All that an incident's page of findings shows: the first part of each list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingOverview {
    /// The indicators.
    pub indicators: ListPart<FindingRow<IndicatorFields>>,
    /// The assets.
    pub assets: ListPart<FindingRow<AssetFields>>,
    /// The vulnerabilities.
    pub vulnerabilities: ListPart<FindingRow<VulnerabilityFields>>,
    /// How many there are of each, in this order.
    pub counts: (i64, i64, i64),
}

/// The first part of each list of an incident.
pub async fn overview(ctx: &Ctx, actor: &Actor, incident: &Visible, archived: bool) -> Result<FindingOverview> {
    let params = ListParams { archived, ..ListParams::default() };
    Ok(FindingOverview {
        indicators: list(ctx, actor, incident, &params).await?,
        assets: list(ctx, actor, incident, &params).await?,
        vulnerabilities: list(ctx, actor, incident, &params).await?,
        counts: rows::counts(ctx.db(), incident.id).await?,
    })
}

/// Part of one list of an incident.
///
/// # Errors
/// A refusal when the part asked for is none of this list.
pub async fn list<F: ItemFields>(
    ctx: &Ctx,
    actor: &Actor,
    incident: &Visible,
    params: &ListParams<'_>,
) -> Result<ListPart<FindingRow<F>>> {
    let part = item::list::<F>(ctx, actor, incident, params).await?;
    let mut seen: HashMap<Uuid, SeenIn> = if part.rows.is_empty() || params.archived {
        HashMap::new()
    } else {
        rows::seen_in::<F>(ctx.db(), actor, incident.id, None).await?.into_iter().collect()
    };
    let row = |thing: Item<F>| FindingRow { seen_in: seen.remove(&thing.id.into()), thing };
    Ok(ListPart { rows: part.rows.into_iter().map(row).collect(), next: part.next })
}

/// The other incidents that the actor may see and that have the same.
pub async fn seen_in<F: ItemFields>(ctx: &Ctx, actor: &Actor, thing: &Item<F>) -> Result<Option<SeenIn>> {
    permit(ctx, actor, Permission::ViewIncident, Object::None).await?;
    let seen = rows::seen_in::<F>(ctx.db(), actor, thing.incident_id, Some(thing.id.into())).await?;
    Ok(seen.into_iter().next().map(|(_, seen)| seen))
}
