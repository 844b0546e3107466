//! What the lists of assets, indicators and vulnerabilities are asked with.

use holdfast_actions::finding::Asked;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PartQuery {
    /// Whether the archived ones are meant.
    #[serde(default)]
    archived: bool,
    /// What the part before gave as `next`.
    after: Option<String>,
    /// Rows, 1 to 200; 100 unless said otherwise.
    limit: Option<i64>,
}

impl PartQuery {
    pub(super) fn asked(&self) -> Asked<'_> {
        Asked { archived: self.archived, after: self.after.as_deref(), limit: self.limit.unwrap_or(100) }
    }
}

/// Whether a thing is archived.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchivedSent {
    /// Out of the lists, kept in the record.
    pub(super) archived: bool,
}
