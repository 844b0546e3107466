//! What an action came to, on its way to the page that says so: sealed under the master key, for the person who did
//! it, one page and one minute. A page says that something was done only where such a seal opens, so that no link and
//! no other site can make it say so.

use holdfast_domain::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Ctx, Error, Result, undo::UndoOffer};

/// How long the page may take to ask for it.
pub const OUTCOME_KEPT_S: i64 = 60;
/// What the seal is bound to.
const SEALED_AS: &str = "outcome of an action";

/// What an action came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// In words.
    pub words: String,
    /// Whether it is bad news, which must not look like success.
    pub is_alarm: bool,
    /// The action, where it can be undone.
    pub undo: Option<UndoOffer>,
}

#[derive(Serialize, Deserialize)]
struct Addressed {
    outcome: Outcome,
    person: Option<PersonId>,
    path: String,
    until: Timestamp,
}

/// Seals an outcome for the person who reads it, who may be nobody that is signed in, on the page of a path.
///
/// # Errors
/// When it cannot be sealed, which none of its values causes.
// tidy: no actor, because it reads and changes nothing
pub fn seal(ctx: &Ctx, person: Option<PersonId>, path: &str, outcome: Outcome) -> Result<String> {
    let until = ctx.now().plus_seconds(OUTCOME_KEPT_S);
    let addressed = Addressed { outcome, person, path: path.to_owned(), until };
    let bytes = serde_json::to_vec(&addressed).map_err(|error| Error::failed("outcome", error))?;
    Ok(hex::encode(ctx.vault().seal(ctx.entropy(), SEALED_AS, &bytes)?))
}

/// The outcome behind a seal; `None` where it is not ours, not for this reader or this page, or too old.
// tidy: no actor, because it reads and changes nothing
#[must_use]
pub fn open(ctx: &Ctx, person: Option<PersonId>, path: &str, sealed: &str) -> Option<Outcome> {
    let bytes = ctx.vault().open(SEALED_AS, &hex::decode(sealed).ok()?).ok()?;
    let addressed: Addressed = serde_json::from_slice(&bytes).ok()?;
    let is_meant = addressed.person == person && addressed.path == path && ctx.now() < addressed.until;
    is_meant.then_some(addressed.outcome)
}
