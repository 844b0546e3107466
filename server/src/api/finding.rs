//! Findings over REST: items whose lists say where else the same was seen.

use std::{borrow::Cow, fmt};

use axum::{Json, extract::Path, routing::get};
use holdfast_actions::{finding, incident};
use holdfast_domain::{
    asset::AssetFields,
    indicator::{IndicatorFields, SeenIn},
    kev,
    noun::{Item, ItemFields},
    vulnerability::VulnerabilityFields,
};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{AllOfBuilder, Ref, RefOr, Schema},
};

use super::{
    Answer, Caller, QueryParams,
    describe::ApiRoute,
    item::{self, PartBody, PartQuery},
    schema,
};

/// A row of a list.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub struct FindingLine<F: Finding> {
    #[serde(flatten)]
    thing: Item<F>,
    #[serde(flatten)]
    more: F::More,
    seen_in: Option<SeenIn>,
}

/// What every row says.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a member of every row")]
struct Seen {
    /// The other incidents with the same, as far as the caller may see them.
    seen_in: Option<SeenIn>,
}

impl<F: Finding> PartialSchema for FindingLine<F> {
    fn schema() -> RefOr<Schema> {
        let item = Ref::from_schema_name(Item::<F>::name());
        AllOfBuilder::new().item(item).item(schema::with(F::More::schema(), Seen::schema())).into()
    }
}

impl<F: Finding> ToSchema for FindingLine<F> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Line", Item::<F>::name()))
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Item::<F>::name().into_owned(), Item::<F>::schema()));
        Item::<F>::schemas(schemas);
        F::More::schemas(schemas);
        Seen::schemas(schemas);
    }
}

/// An item that is a finding.
pub trait Finding: ItemFields {
    /// What a row of its list says beside what every finding has.
    type More: fmt::Debug + Serialize + ToSchema + Send;
    /// What it says of this one.
    fn more(&self) -> Self::More;
}

/// Nothing more.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoMore {}

impl Finding for AssetFields {
    type More = NoMore;
    fn more(&self) -> NoMore {
        NoMore {}
    }
}

/// What the list of indicators says more.
#[derive(Debug, Serialize, ToSchema)]
pub struct Shown {
    /// The value so that nothing makes a link of it: `hxxps://evil[.]example`.
    shown: String,
}

impl Finding for IndicatorFields {
    type More = Shown;
    fn more(&self) -> Shown {
        Shown { shown: self.kind.shown(&self.value) }
    }
}

/// What the list of vulnerabilities says more.
#[derive(Debug, Serialize, ToSchema)]
pub struct Known {
    /// Since when it is known to be exploited; `null` when the catalogue does not know it.
    exploited: Option<Exploited>,
}

/// What CISA's catalogue of known exploited vulnerabilities says.
#[derive(Debug, Serialize, ToSchema)]
pub struct Exploited {
    /// The day it was added.
    added_on: &'static str,
    /// Whether ransomware is known to use it.
    by_ransomware: bool,
    /// The day of the catalogue.
    catalogue_date: &'static str,
}

impl Finding for VulnerabilityFields {
    type More = Known;
    fn more(&self) -> Known {
        let exploited = kev::find(&self.cve).map(|known| Exploited {
            added_on: known.added_on,
            by_ransomware: known.by_ransomware,
            catalogue_date: kev::catalogue_date(),
        });
        Known { exploited }
    }
}

/// The routes of a finding.
pub fn routes<F: Finding>() -> Vec<ApiRoute> {
    item::routes_with::<F, FindingLine<F>>("findings", get(list::<F>))
}

async fn list<F: Finding>(
    Caller(ctx, actor): Caller,
    Path(reference): Path<String>,
    QueryParams(query): QueryParams<PartQuery>,
) -> Answer<Json<PartBody<FindingLine<F>>>> {
    let incident = incident::view(&ctx, &actor, &reference).await?;
    let part = finding::list::<F>(&ctx, &actor, &incident, &query.params()).await?;
    let rows = part.rows.into_iter().map(|row| FindingLine {
        more: row.thing.fields.more(),
        seen_in: row.seen_in,
        thing: row.thing,
    });
    Ok(Json(PartBody { rows: rows.collect(), next: part.next }))
}
