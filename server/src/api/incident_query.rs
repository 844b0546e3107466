//! What REST can ask of the list of incidents, a page at a time or all of it as a table: the filters of the
//! domain, an order, and a part.

use std::collections::HashSet;

use holdfast_domain::{
    Actor, Refusal, Timestamp,
    incident::{Direction, FILTERS, FilterKind, IncidentFilter, IncidentQuery, IncidentSort, PAGE_ROWS_MAX},
    refusal::FieldErrors,
};
use serde::Deserialize;
use utoipa::{
    IntoParams, PartialSchema as _,
    openapi::{
        RefOr, Schema,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

/// Parameters as they were sent.
type Sent = Vec<(String, String)>;

/// Which incidents, in which order, and which page of them.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct ListQuery(Sent);

/// Which incidents, in which order, all of them as a table.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct TableQuery(Sent);

impl ListQuery {
    /// What is asked for.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with everything that cannot be read.
    pub fn read(self, actor: &Actor) -> Result<IncidentQuery, Refusal> {
        let (mut limit, mut after) = (IncidentQuery::default().limit, None);
        let query = read(self.0, actor, |name, value, errors| {
            match name {
                "limit" => match value.parse() {
                    Ok(rows) if (1..=PAGE_ROWS_MAX).contains(&rows) => limit = rows,
                    _ => errors.add(name, format!("Between 1 and {PAGE_ROWS_MAX}.")),
                },
                "after" => after = Some(value.to_owned()),
                _ => return false,
            }
            true
        })?;
        Ok(IncidentQuery { limit, after, ..query })
    }
}

impl TableQuery {
    /// What is asked for, and whether with a byte order mark.
    pub(super) fn read(self, actor: &Actor) -> Result<(IncidentQuery, bool), Refusal> {
        let mut bom = false;
        let query = read(self.0, actor, |name, value, errors| {
            if name == "bom" {
                known(name, value, errors, &mut bom);
            }
            name == "bom"
        })?;
        Ok((query, bom))
    }
}

/// Reads filters and order; what is neither is `more`'s, which says whether it knows it.
fn read(
    sent: Sent,
    actor: &Actor,
    mut more: impl FnMut(&str, &str, &mut FieldErrors) -> bool,
) -> Result<IncidentQuery, Refusal> {
    let (mut query, mut errors, mut given) = (IncidentQuery::default(), FieldErrors::default(), HashSet::new());
    for (name, value) in &sent {
        if !given.insert(name) {
            errors.add(name, "Give it once.");
        } else if let Some(filter) = IncidentFilter::of(name) {
            let parts = value.split(|c| c == ',' && filter.takes_several()).filter(|part| !part.is_empty());
            parts.for_each(|part| query.narrow(filter, part, actor.person_id, &mut errors));
        } else if name == "sort" {
            known(name, value, &mut errors, &mut query.sort);
        } else if name == "direction" {
            known(name, value, &mut errors, &mut query.direction);
        } else if !more(name, value, &mut errors) {
            errors.add(name, "There is no such parameter.");
        }
    }
    errors.finish().map(|()| query)
}

fn known<T: std::str::FromStr>(name: &str, value: &str, errors: &mut FieldErrors, into: &mut T) {
    match value.parse() {
        Ok(value) => *into = value,
        Err(_) => errors.add(name, "Not one of the known values."),
    }
}

fn parameter(name: &str, help: &str, schema: RefOr<Schema>) -> Parameter {
    let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).description(Some(help));
    parameter.schema(Some(schema)).build()
}

/// Filters and order.
fn parameters() -> impl Iterator<Item = Parameter> {
    let filters = FILTERS.iter().map(|filter| {
        let schema = if filter.kind == FilterKind::Time { Timestamp::schema() } else { String::schema() };
        parameter(filter.name, filter.help, schema)
    });
    filters.chain([
        parameter("sort", "The order; `updated` unless said otherwise.", IncidentSort::schema()),
        parameter("direction", "Its direction; `desc` unless said otherwise.", Direction::schema()),
    ])
}

impl IntoParams for ListQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let page = [
            parameter("limit", "Rows on a page, 1 to 200; 25 unless said otherwise.", i64::schema()),
            parameter("after", "The cursor that the page before gave as `next`.", String::schema()),
        ];
        parameters().chain(page).collect()
    }
}

impl IntoParams for TableQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let bom = parameter("bom", "Begin with a byte order mark, which some spreadsheets want.", bool::schema());
        parameters().chain([bom]).collect()
    }
}
