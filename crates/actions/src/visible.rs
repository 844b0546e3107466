//! An incident that somebody was found to be allowed to see. It is looked up once for a request and
//! then handed on, so that nothing of an incident is read for a person who does not see it, and
//! nothing is looked up twice. Writes look their incident up again, inside their transaction.

use std::ops::Deref;

use holdfast_domain::{Actor, Object, Permission, PersonId, incident::Incident};

use crate::{Ctx, Error, Result, permit};

/// An incident as one actor sees it. Only [`crate::incident::view`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visible {
    incident: Incident,
    reader: PersonId,
}

impl Visible {
    /// What the lookup found for this actor.
    pub(crate) const fn found(incident: Incident, actor: &Actor) -> Self {
        Self { incident, reader: actor.person_id }
    }

    /// The incident alone.
    #[must_use]
    pub fn into_incident(self) -> Incident {
        self.incident
    }
}

impl Deref for Visible {
    type Target = Incident;

    fn deref(&self) -> &Incident {
        &self.incident
    }
}

/// Whether this actor may read of this incident by this permission. An incident that was looked up for
/// somebody else is a fault of the program.
pub(crate) async fn may_read(ctx: &Ctx, actor: &Actor, incident: &Visible, permission: Permission) -> Result<()> {
    permit(ctx, actor, permission, Object::None).await?;
    if incident.reader != actor.person_id {
        return Err(Error::Failed("an incident was looked up for somebody else than its reader".into()));
    }
    Ok(())
}
