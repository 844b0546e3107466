//! Findings over REST: items whose lists say where else the same was seen.

use std::borrow::Cow;

use axum::{
    Json,
    extract::{Path, State},
    routing::get,
};
use holdfast_actions::{finding, incident};
use holdfast_domain::{
    asset::AssetFields,
    indicator::{IndicatorFields, SeenIn},
    noun::{Item, ItemFields},
    vulnerability::VulnerabilityFields,
};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{AllOfBuilder, Ref, RefOr, Schema},
};

use super::{
    Asked, Caller,
    item::{self, PartBody, PartQuery},
    routes::ApiRoute,
};
use crate::{problem::Problem, state::Server};

/// What a row of a list says beside the thing.
#[derive(Debug, Serialize, ToSchema)]
struct Beside {
    /// An indicator’s value so that nothing makes a link of it: `hxxps://evil[.]example`.
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<String>,
    /// The other incidents with the same, as far as the caller may see them.
    seen_in: Option<SeenIn>,
}

/// A row of a list.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub struct FindingLine<F: ItemFields> {
    #[serde(flatten)]
    thing: Item<F>,
    #[serde(flatten)]
    beside: Beside,
}

impl<F: ItemFields> PartialSchema for FindingLine<F> {
    fn schema() -> RefOr<Schema> {
        AllOfBuilder::new().item(Ref::from_schema_name(Item::<F>::name())).item(Beside::schema()).into()
    }
}

impl<F: ItemFields> ToSchema for FindingLine<F> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Line", Item::<F>::name()))
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Item::<F>::name().into_owned(), Item::<F>::schema()));
        Item::<F>::schemas(schemas);
        Beside::schemas(schemas);
    }
}

/// An item that is a finding.
pub trait Finding: ItemFields {
    /// Its value so that nothing makes a link of it, where it has one that could be.
    fn shown(&self) -> Option<String> {
        None
    }
}

impl Finding for AssetFields {}
impl Finding for VulnerabilityFields {}
impl Finding for IndicatorFields {
    fn shown(&self) -> Option<String> {
        Some(self.kind.shown(&self.value))
    }
}

/// The routes of a finding.
pub fn routes<F: Finding>() -> Vec<ApiRoute> {
    item::routes_with::<F, FindingLine<F>>("findings", get(list::<F>))
}

async fn list<F: Finding>(
    State(server): State<Server>,
    caller: Caller,
    Path(reference): Path<String>,
    Asked(query): Asked<PartQuery>,
) -> Result<Json<PartBody<FindingLine<F>>>, Problem> {
    let incident = incident::view(&server.ctx, &caller.0, &reference).await?;
    let part = finding::list::<F>(&server.ctx, &caller.0, &incident, &query.params()).await?;
    let rows = part.rows.into_iter().map(|row| FindingLine {
        beside: Beside { shown: row.thing.fields.shown(), seen_in: row.seen_in },
        thing: row.thing,
    });
    Ok(Json(PartBody { rows: rows.collect(), next: part.next }))
}
