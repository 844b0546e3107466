//! One thing that was found, whichever kind it is, as pages show it.

use holdfast_actions::{Ctx, asset, incident::Visible, indicator, vulnerability};
use holdfast_domain::{
    Actor, Timestamp, asset::Asset, incident::FieldText, indicator::Indicator, vulnerability::Vulnerability,
};

use super::kind::Kind;

/// One thing.
#[derive(Clone, Debug)]
pub enum Thing {
    Indicator(Indicator),
    Asset(Asset),
    Vulnerability(Vulnerability),
}

impl Thing {
    /// The one of the incident with this id.
    pub async fn find(
        ctx: &Ctx,
        actor: &Actor,
        kind: Kind,
        incident: &Visible,
        id: &str,
    ) -> holdfast_actions::Result<Self> {
        Ok(match kind {
            Kind::Indicator => Self::Indicator(indicator::view(ctx, actor, incident, id).await?),
            Kind::Asset => Self::Asset(asset::view(ctx, actor, incident, id).await?),
            Kind::Vulnerability => Self::Vulnerability(vulnerability::view(ctx, actor, incident, id).await?),
        })
    }

    pub fn id(&self) -> String {
        match self {
            Self::Indicator(thing) => thing.id.to_string(),
            Self::Asset(thing) => thing.id.to_string(),
            Self::Vulnerability(thing) => thing.id.to_string(),
        }
    }

    /// What it is called, so that nothing makes a link of it.
    pub fn name(&self) -> String {
        match self {
            Self::Indicator(thing) => thing.fields.kind.shown(&thing.fields.value),
            Self::Asset(thing) => thing.fields.name.clone(),
            Self::Vulnerability(thing) if thing.fields.cve.is_empty() => thing.fields.title.clone(),
            Self::Vulnerability(thing) => thing.fields.cve.clone(),
        }
    }

    pub const fn version(&self) -> i64 {
        match self {
            Self::Indicator(thing) => thing.version,
            Self::Asset(thing) => thing.version,
            Self::Vulnerability(thing) => thing.version,
        }
    }

    pub const fn is_archived(&self) -> bool {
        match self {
            Self::Indicator(thing) => thing.archived_at.is_some(),
            Self::Asset(thing) => thing.archived_at.is_some(),
            Self::Vulnerability(thing) => thing.archived_at.is_some(),
        }
    }

    /// When and by whom it was added and last changed.
    pub fn story(&self) -> [(Timestamp, String); 2] {
        let story = |created_at, created_by: &String, updated_at, updated_by: &String| {
            [(created_at, created_by.clone()), (updated_at, updated_by.clone())]
        };
        match self {
            Self::Indicator(t) => story(t.created_at, &t.created_by_name, t.updated_at, &t.updated_by_name),
            Self::Asset(t) => story(t.created_at, &t.created_by_name, t.updated_at, &t.updated_by_name),
            Self::Vulnerability(t) => story(t.created_at, &t.created_by_name, t.updated_at, &t.updated_by_name),
        }
    }

    pub fn as_text(&self) -> Vec<FieldText> {
        match self {
            Self::Indicator(thing) => thing.fields.as_text(),
            Self::Asset(thing) => thing.fields.as_text(),
            Self::Vulnerability(thing) => thing.fields.as_text(),
        }
    }
}

/// A value as sent, in words.
pub fn words(field: &str, text: &str, kind: Kind, zone: &str) -> String {
    use holdfast_domain::{
        asset::{AssetKind, Compromise, Criticality},
        indicator::{Confidence, IndicatorKind},
        marking::Tlp,
        vulnerability::VulnerabilityStatus,
    };
    let label = match field {
        "kind" if kind == Kind::Indicator => text.parse().ok().map(IndicatorKind::label),
        "kind" => text.parse().ok().map(AssetKind::label),
        "tlp" => text.parse().ok().map(Tlp::label),
        "confidence" => text.parse().ok().map(Confidence::label),
        "criticality" => text.parse().ok().map(Criticality::label),
        "compromise" => text.parse().ok().map(Compromise::label),
        "status" => text.parse().ok().map(VulnerabilityStatus::label),
        _ => None,
    };
    let time = || text.parse().map(|at| holdfast_domain::time::in_zone(at, zone)).ok();
    match field {
        "first_seen" | "last_seen" => time().unwrap_or_else(|| text.to_owned()),
        _ => label.map_or_else(|| text.to_owned(), str::to_owned),
    }
}
