//! A newtype for each kind of identifier, so that one cannot be passed for another. Ids are UUIDv7,
//! made by the server from its clock and its entropy and handed down.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

macro_rules! id {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "server", derive(sqlx::Type), sqlx(transparent))]
        #[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::refusal::UnknownText;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self).map_err(|_| $crate::refusal::UnknownText)
            }
        }
    )+};
}

id! {
    /// An organisation: the tenant that owns every other row.
    OrgId;
    /// A person who signs in.
    PersonId;
    /// An incident.
    IncidentId;
    /// An API token.
    TokenId;
    /// An event of an incident's timeline.
    EventId;
    /// An asset of an incident.
    AssetId;
    /// An indicator of an incident.
    IndicatorId;
    /// A vulnerability of an incident.
    VulnerabilityId;
    /// A piece of evidence.
    EvidenceId;
    /// An event in the custody of a piece of evidence.
    CustodyId;
    /// A task of an incident.
    TaskId;
    /// A comment on a task.
    CommentId;
    /// A recommendation.
    RecommendationId;
    /// A contact with an external party.
    ContactId;
    /// A link between two incidents.
    LinkId;
    /// An issued report.
    ReportId;
    /// A browser session as it is listed (never the secret in the cookie).
    SessionId;
}

/// A UUIDv7 (RFC 9562 §5.7) from a time and ten random bytes.
#[must_use]
pub fn uuid_v7(now: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.micros() / 1000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
