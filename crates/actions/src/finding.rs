//! What assets, indicators and vulnerabilities share: what an incident shows of them, and the
//! refusals of their edits.

use std::collections::HashMap;

use holdfast_domain::{
    Actor, AssetId, IncidentId, IndicatorId, Object, Permission, Refusal, VulnerabilityId,
    asset::Asset,
    incident::Incident,
    indicator::{Indicator, SeenIn},
    refusal::ConflictField,
    vulnerability::Vulnerability,
};
use holdfast_store::{
    Error as StoreError, asset as asset_rows,
    finding::{self as rows, Findings},
    indicator as indicator_rows, vulnerability as vulnerability_rows,
};
use uuid::Uuid;

use crate::{
    Ctx, Error, Result,
    incident::Visible,
    session::permit,
    stale::{Now, conflict},
    visible::may_read,
};

/// Most on one page of a list.
pub const ROWS_MAX: i64 = 200;

/// Part of a list, with the place where it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<T> {
    /// The rows, each with where else the same thing was seen.
    pub rows: Vec<Row<T>>,
    /// The last row, when more come after it.
    pub next: Option<String>,
}

/// A row, with where else the same thing was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<T> {
    /// The thing.
    pub thing: T,
    /// The other incidents, when there are any that the reader may see.
    pub seen_in: Option<SeenIn>,
}

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Whether the archived ones are meant.
    pub archived: bool,
    /// The row after which the part begins.
    pub after: Option<&'a str>,
    /// Rows, 1 to [`ROWS_MAX`].
    pub limit: i64,
}

impl Default for Asked<'_> {
    fn default() -> Self {
        Self { archived: false, after: None, limit: 100 }
    }
}

impl Asked<'_> {
    /// The row after which the part begins.
    pub(crate) fn after<Id: std::str::FromStr>(&self) -> Result<Option<Id>> {
        if !(1..=ROWS_MAX).contains(&self.limit) {
            return Err(Refusal::field("limit", format!("Between 1 and {ROWS_MAX}.")).into());
        }
        let read = self.after.filter(|text| !text.is_empty()).map(str::parse).transpose();
        let wrong = "This is not a place in this list. Start again from its first page.";
        read.map_err(|_| Refusal::field("after", wrong).into())
    }
}

/// All that an incident's page of findings shows: the first part of each list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The indicators.
    pub indicators: Part<Indicator>,
    /// The assets.
    pub assets: Part<Asset>,
    /// The vulnerabilities.
    pub vulnerabilities: Part<Vulnerability>,
    /// How many there are of each, in this order.
    pub counts: (i64, i64, i64),
    /// Whether the actor may change them.
    pub may_edit: bool,
}

/// The first part of each list of an incident.
///
/// # Errors
/// When the database refuses.
pub async fn overview(ctx: &Ctx, actor: &Actor, incident: &Visible, archived: bool) -> Result<Overview> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    let asked = Asked { archived, ..Asked::default() };
    Ok(Overview {
        indicators: indicators(ctx, actor, incident, &asked).await?,
        assets: assets(ctx, actor, incident, &asked).await?,
        vulnerabilities: vulnerabilities(ctx, actor, incident, &asked).await?,
        counts: rows::counts(ctx.db(), incident.id).await?,
        may_edit: may_edit(actor),
    })
}

/// Whether the actor may change what was found.
#[must_use]
pub fn may_edit(actor: &Actor) -> bool {
    holdfast_domain::allow(actor, Permission::EditFindings, Object::None)
}

pub(crate) async fn indicators(
    ctx: &Ctx,
    actor: &Actor,
    incident: &Incident,
    asked: &Asked<'_>,
) -> Result<Part<Indicator>> {
    let after = asked.after::<IndicatorId>()?;
    let (org, limit) = (actor.org_id, asked.limit + 1);
    let found = indicator_rows::list(ctx.db(), org, incident.id, asked.archived, after, limit).await?;
    part(ctx, actor, incident, Findings::Indicators, found, asked, |row| row.id.0).await
}

pub(crate) async fn assets(ctx: &Ctx, actor: &Actor, incident: &Incident, asked: &Asked<'_>) -> Result<Part<Asset>> {
    let after = asked.after::<AssetId>()?;
    let (org, limit) = (actor.org_id, asked.limit + 1);
    let found = asset_rows::list(ctx.db(), org, incident.id, asked.archived, after, limit).await?;
    part(ctx, actor, incident, Findings::Assets, found, asked, |row| row.id.0).await
}

pub(crate) async fn vulnerabilities(
    ctx: &Ctx,
    actor: &Actor,
    incident: &Incident,
    asked: &Asked<'_>,
) -> Result<Part<Vulnerability>> {
    let after = asked.after::<VulnerabilityId>()?;
    let (org, limit) = (actor.org_id, asked.limit + 1);
    let found = vulnerability_rows::list(ctx.db(), org, incident.id, asked.archived, after, limit).await?;
    part(ctx, actor, incident, Findings::Vulnerabilities, found, asked, |row| row.id.0).await
}

/// Where else one thing was seen.
pub(crate) async fn seen_in(
    ctx: &Ctx,
    actor: &Actor,
    incident: IncidentId,
    what: Findings,
    thing: Uuid,
) -> Result<Option<SeenIn>> {
    let seen = rows::seen_in(ctx.db(), actor, incident, what, Some(thing)).await?;
    Ok(seen.into_iter().next().map(|(_, seen)| seen))
}

async fn part<T>(
    ctx: &Ctx,
    actor: &Actor,
    incident: &Incident,
    what: Findings,
    mut found: Vec<T>,
    asked: &Asked<'_>,
    id: impl Fn(&T) -> Uuid,
) -> Result<Part<T>> {
    let limit = usize::try_from(asked.limit).unwrap_or(1);
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| id(last).to_string());
    let mut seen: HashMap<Uuid, SeenIn> = if found.is_empty() || asked.archived {
        HashMap::new()
    } else {
        rows::seen_in(ctx.db(), actor, incident.id, what, None).await?.into_iter().collect()
    };
    let row = |thing: T| Row { seen_in: seen.remove(&id(&thing)), thing };
    Ok(Part { rows: found.into_iter().map(row).collect(), next })
}

/// What may be changed is looked up after the incident was found for the actor.
pub(crate) async fn may_change(ctx: &Ctx, actor: &Actor) -> Result<()> {
    permit(ctx, actor, Permission::EditFindings, Object::None).await
}

/// A refusal because it was archived, or taken back, in the meantime.
pub(crate) fn archived_meanwhile(now: &Now<'_>, archived: bool, wanted: bool) -> Error {
    let words = |archived| if archived { "archived" } else { "listed" }.to_owned();
    let field = ConflictField {
        field: "archived".into(),
        label: "State".into(),
        yours: words(wanted),
        theirs: words(archived),
    };
    conflict(now, vec![field])
}

/// The same thing is in the incident already.
pub(crate) fn taken(field: &str) -> Error {
    Refusal::field(field, "This incident has it already.").into()
}

/// A write whose row would be there twice, as a refusal of this field.
pub(crate) fn written(result: holdfast_store::Result<bool>, field: &str) -> Result<bool> {
    match result {
        Err(StoreError::Taken) => Err(taken(field)),
        other => Ok(other?),
    }
}
