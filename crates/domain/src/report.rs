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
    /// The latest version that is not withdrawn; this one's own number where there is no later one.
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
    /// Those it was issued to by name: the name that each had then, with the handle.
    #[cfg_attr(feature = "server", sqlx(skip))]
    pub recipients: Vec<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// By whom, under the name that the ledger's entry commits to.
    #[cfg_attr(feature = "server", sqlx(default))]
    pub issued_by_name: String,
    /// Their handle, which no other person has or had.
    pub issued_by_handle: String,
    /// When it was withdrawn; absent while it holds. Its PDF stays as it was issued.
    pub withdrawn_at: Option<Timestamp>,
    /// By whom, under the name that the ledger's entry commits to.
    #[cfg_attr(feature = "server", sqlx(default))]
    pub withdrawn_by_name: Option<String>,
    /// Their handle.
    pub withdrawn_by_handle: Option<String>,
    /// Why.
    pub withdrawn_reason: Option<String>,
}

/// Longest reason for a withdrawal, in characters.
pub const WITHDRAWAL_CHARS_MAX: usize = 2_000;

/// Something about a report that its author should know before it is issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ReportNote {
    /// Whether the report cannot be issued until that is fixed.
    pub blocks: bool,
    /// What it is, in a sentence.
    pub text: String,
    /// The page that fixes it, below the incident's.
    pub page: String,
}

/// What a report would say if it were issued now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ReportCheck {
    /// What it is about: of metrics the period, the filters and how many incidents.
    pub about: String,
    /// What is missing or contradicts itself; what blocks comes first.
    pub notes: Vec<ReportNote>,
    /// The version it would have.
    pub number: i64,
    /// Who would receive it now, by name.
    pub recipients: Vec<String>,
    /// Whether it may go to people chosen by name only, and its reference must be typed to issue it.
    pub confined: bool,
    /// Stands for everything it would say: sent along within an hour, it ensures that what is issued is what was
    /// checked, as of the time of the check.
    pub checked: String,
    /// How many pages it has.
    pub page_count: usize,
}

/// Whether a report is so confidential that it goes to people by name, never to a group.
#[must_use]
pub const fn is_confined(restricted: bool, tlp: Tlp) -> bool {
    restricted || matches!(tlp, Tlp::Red | Tlp::AmberStrict)
}

impl Report {
    /// Whether a later version takes its place.
    #[must_use]
    pub const fn is_superseded(&self) -> bool {
        self.number < self.latest
    }
}
