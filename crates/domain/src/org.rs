//! The organisation: the tenant. Settings that change what people see, no rule.

use serde::{Deserialize, Serialize};

use crate::{OrgId, Timestamp, refusal::FieldErrors};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
pub struct Org {
    /// Its id.
    pub id: OrgId,
    /// Its name, as reports print it.
    pub name: String,
    /// The IANA zone in which days and months are counted.
    pub time_zone: String,
    /// Counts the edits; an edit names the version it saw.
    pub version: i64,
    /// When it was set up.
    pub created_at: Timestamp,
}

/// What may be edited of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrgFields {
    /// Its name.
    pub name: String,
    /// The IANA zone in which days and months are counted.
    pub time_zone: String,
}

impl OrgFields {
    /// Notes what cannot be accepted. Whether the zone exists is checked where the zones are.
    pub fn check(&self, errors: &mut FieldErrors) {
        errors.line("name", &self.name, true, 120);
        errors.line("time_zone", &self.time_zone, true, 60);
    }
}
