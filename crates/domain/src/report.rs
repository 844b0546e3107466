//! Reports that were issued: kept as they were sent, with their hash and to whom.

use serde::{Deserialize, Serialize};

use crate::{PersonId, ReportId, Timestamp, marking::Tlp};

text_enum! {
    /// What is issued to readers outside the response.
    IssuedKind {
        Executive = "executive", "Executive report";
        PostIncidentReview = "post-incident-review", "Post-incident review";
        Metrics = "metrics", "Metrics report";
    }
}

/// To whom a report goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipients {
    /// Everybody with the role of an executive, now or later.
    pub executives: bool,
    /// These people.
    pub people: Vec<PersonId>,
}

impl Recipients {
    /// The same, each person once.
    #[must_use]
    pub fn once(&self) -> Self {
        let mut people = self.people.clone();
        people.sort_unstable();
        people.dedup();
        Self { people, ..*self }
    }
}

/// Most people named on one report.
pub const RECIPIENTS_MAX: usize = 50;

/// An issued report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// The incident it is about; absent where it is about none in particular, or where the reader may
    /// not see it.
    pub incident_reference: Option<String>,
    /// What it is.
    pub kind: IssuedKind,
    /// Which version of the same report, from 1.
    pub number: i64,
    /// The latest version there is.
    pub latest: i64,
    /// Its title.
    pub title: String,
    /// Who may read it.
    pub tlp: Tlp,
    /// The instant whose state it tells.
    pub as_of: Timestamp,
    /// The SHA-256 of its PDF, in hex.
    pub sha256: String,
    /// The SHA-256 of the data attached to it, in hex.
    pub data_sha256: String,
    /// The size of its PDF, in bytes.
    pub size_bytes: i64,
    /// Whether it goes to everybody with the role of an executive.
    pub to_executives: bool,
    /// The names of those it was issued to by name.
    #[cfg_attr(feature = "server", sqlx(skip))]
    pub recipients: Vec<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// By whom, under the name that the ledger's entry commits to.
    pub issued_by_name: String,
    /// Their handle, which no other person has or had.
    pub issued_by_handle: String,
}

impl Report {
    /// Whether a later version takes its place.
    #[must_use]
    pub const fn is_superseded(&self) -> bool {
        self.number < self.latest
    }
}
