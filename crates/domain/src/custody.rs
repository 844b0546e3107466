//! What can happen to a piece of evidence in custody. Events are facts: they are added, never
//! changed, and everything that is shown of an item's custody is folded from them.

use crate::{PersonId, Timestamp, access::Permission};

text_enum! {
    /// The kind of a custody event.
    CustodyKind {
        Collected = "collected", "Collected";
        Sealed = "sealed", "Sealed";
        Unsealed = "unsealed", "Unsealed";
        Offered = "offered", "Offered for transfer";
        Accepted = "accepted", "Transfer accepted";
        Refused = "refused", "Transfer refused";
        Withdrawn = "withdrawn", "Offer withdrawn";
        CheckedOut = "checked_out", "Checked out";
        CheckedIn = "checked_in", "Checked in";
        Copied = "copied", "Copied";
        Imaged = "imaged", "Imaged";
        Analysed = "analysed", "Analysed";
        Accessed = "accessed", "Viewed";
        Downloaded = "downloaded", "Downloaded";
        Verified = "verified", "Verified";
        Moved = "moved", "Moved";
        HoldPlaced = "hold_placed", "Hold placed";
        HoldReleased = "hold_released", "Hold released";
        Disclosed = "disclosed", "Disclosed";
        Returned = "returned", "Returned to its owner";
        DisposalRequested = "disposal_requested", "Disposal requested";
        DisposalWithdrawn = "disposal_withdrawn", "Disposal request withdrawn";
        Disposed = "disposed", "Disposed of";
        Corrected = "corrected", "Corrected";
    }
}

impl CustodyKind {
    /// What somebody must be permitted who records an event of this kind.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::HoldPlaced | Self::HoldReleased => Permission::HoldEvidence,
            Self::Disposed => Permission::ApproveDisposal,
            Self::Accessed | Self::Downloaded => Permission::ViewEvidence,
            _ => Permission::HandleEvidence,
        }
    }

    /// Whether the server records it by itself: what it sees is not left to people.
    #[must_use]
    pub const fn is_recorded_by_server(self) -> bool {
        matches!(
            self,
            Self::Collected | Self::Copied | Self::Imaged | Self::Accessed | Self::Downloaded | Self::Verified
        )
    }
}

/// What an event changes, with just the facts that the rules of custody look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustodyStep {
    /// Taken into custody by the actor.
    Collected,
    /// Closed under a seal of this number.
    Sealed(String),
    /// The seal was broken.
    Unsealed,
    /// Offered by one holder to the next.
    Offered {
        /// Who gives it away.
        released_by: PersonId,
        /// Who shall take it.
        received_by: PersonId,
    },
    /// The receiver took it.
    Accepted,
    /// The receiver did not take it.
    Refused,
    /// Who offered it keeps it.
    Withdrawn,
    /// Lent to the actor.
    CheckedOut {
        /// Who lends it.
        released_by: PersonId,
    },
    /// Brought back to who lent it.
    CheckedIn {
        /// Whether the actor acted as a lead and not as the borrower.
        as_lead: bool,
    },
    /// Read, hashed, copied, analysed or disclosed: custody stays as it is.
    Noted(CustodyKind),
    /// Kept somewhere else now.
    Moved(String),
    /// A legal hold under this matter.
    HoldPlaced(String),
    /// The hold under this matter ends.
    HoldReleased(String),
    /// Given back to its owner.
    Returned,
    /// The actor asks to dispose of it.
    DisposalRequested,
    /// The request is taken back by who made it, or turned down by a lead.
    DisposalWithdrawn {
        /// Whether the actor acted as a lead and not as who asked.
        as_lead: bool,
    },
    /// The actor approved the disposal, and it was done.
    Disposed {
        /// Until when it had to be kept, as that stood at the disposal.
        retain_until: Option<Timestamp>,
    },
    /// A note that an earlier event was recorded wrongly.
    Corrected {
        /// The number of the event in the item's chain.
        refers_to: u32,
    },
}

/// One event of an item's custody, as the rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustodyEvent {
    /// The number in the item's chain, from one, without gaps.
    pub seq: u32,
    /// Who did it, from their own account.
    pub actor: PersonId,
    /// When it happened, as told.
    pub occurred_at: Timestamp,
    /// When the server was told.
    pub recorded_at: Timestamp,
    /// What happened.
    pub step: CustodyStep,
}

impl CustodyEvent {
    /// How much later than a day it was recorded, in microseconds since it happened; none in time.
    #[must_use]
    pub const fn late_by(&self) -> Option<i64> {
        let late = self.recorded_at.micros() - self.occurred_at.micros();
        if late > 24 * 3_600 * 1_000_000 { Some(late) } else { None }
    }
}
