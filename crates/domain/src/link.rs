//! Links between incidents. A link is kept once and read from both ends; who does not see the other
//! end sees no link.

use serde::{Deserialize, Serialize};

use crate::{IncidentId, LinkId, Timestamp, lifecycle::Status, noun::Noun};

text_enum! {
    /// What this incident is to the other.
    LinkKind {
        Related = "related", "Related to";
        Duplicate = "duplicate", "Duplicate of";
        Parent = "parent", "Parent of";
        Child = "child", "Child of";
        CausedBy = "caused-by", "Caused by";
    }
}

fields! {
    /// What a person says of a link.
    #[cfg_attr(feature = "server", derive(sqlx::FromRow))]
    LinkFields {
        /// What this incident is to the other.
        kind: LinkKind = LinkKind::Related => choice("This incident is").required();
        /// How it is known.
        note: String => line("Note", 500).personal().hint("How it is known.");
    }
}

impl Noun for LinkFields {
    const NAME: &'static str = "link";
    const ENTRY: &'static str = "link.";
    const ONE: &'static str = "a link";
    const TITLE: &'static str = "note";
    const ARCHIVED: &'static str = "removed";
}

/// A link as it is kept, without regard to the end from which it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The one that is the duplicate, the parent or the effect.
    pub from: IncidentId,
    /// The other.
    pub to: IncidentId,
    /// Never [`LinkKind::Child`].
    pub kind: LinkKind,
}

impl Ends {
    /// Of a link that is made at `here`.
    #[must_use]
    pub fn at(here: IncidentId, kind: LinkKind, other: IncidentId) -> Self {
        match kind {
            LinkKind::Child => Self { from: other, to: here, kind: LinkKind::Parent },
            LinkKind::Related if other < here => Self { from: other, to: here, kind },
            _ => Self { from: here, to: other, kind },
        }
    }
}

/// What a link says at one of its ends.
#[must_use]
pub const fn words(kind: LinkKind, at_from: bool) -> &'static str {
    match (kind, at_from) {
        (kind, true) => kind.label(),
        (LinkKind::Duplicate, false) => "Has the duplicate",
        (LinkKind::Parent, false) => LinkKind::Child.label(),
        (LinkKind::CausedBy, false) => "Cause of",
        (LinkKind::Related | LinkKind::Child, false) => kind.label(),
    }
}

/// A link as it is read from one of its ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(sqlx::FromRow, utoipa::ToSchema))]
pub struct Link {
    /// Its id; absent where the link is a merge, which is reverted by reopening the merged incident.
    pub id: Option<LinkId>,
    /// What it is, as it was kept.
    pub kind: LinkKind,
    /// Whether this end is the duplicate, the parent or the effect.
    pub at_from: bool,
    /// How it is known.
    pub note: String,
    /// The incident at the other end.
    pub other: String,
    /// That incident's title.
    pub other_title: String,
    /// That incident's status.
    pub other_status: Status,
    /// Since when it is removed.
    pub archived_at: Option<Timestamp>,
    /// Counts the changes.
    pub version: i64,
    /// Its latest change.
    pub updated_at: Timestamp,
    /// Who made it.
    pub updated_by_name: String,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_link_is_the_same_from_both_ends() {
        let (a, b) = (IncidentId(Uuid::from_u128(1)), IncidentId(Uuid::from_u128(2)));
        assert_eq!(Ends::at(a, LinkKind::Related, b), Ends::at(b, LinkKind::Related, a));
        assert_eq!(Ends::at(a, LinkKind::Parent, b), Ends::at(b, LinkKind::Child, a));
        assert_ne!(Ends::at(a, LinkKind::Duplicate, b), Ends::at(b, LinkKind::Duplicate, a));
        assert_eq!((words(LinkKind::Parent, true), words(LinkKind::Parent, false)), ("Parent of", "Child of"));
    }
}
