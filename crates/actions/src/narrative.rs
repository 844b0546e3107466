//! What is written about an incident for its reports.

use holdfast_domain::{
    Actor, Permission, Timestamp,
    narrative::{Narrative, NarrativeFields},
};
use holdfast_store::narrative as rows;

use crate::{
    Ctx, Record, Result, UnitOfWork,
    edit::{self, Edit, Lookup, Now, Versioned, Within},
    incident::{Visible, find},
    may_read,
    undo::{Undoing, Undone},
};

/// The texts of an incident.
pub async fn read(ctx: &Ctx, actor: &Actor, incident: &Visible) -> Result<Narrative> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    Ok(rows::find(ctx.db(), incident.id).await?)
}

/// Writes the texts.
///
/// # Errors
/// [`Refusal::Conflict`] with both texts when the version is stale; a refusal when the role does not
/// allow it or a text is too long.
pub async fn write(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    version: i64,
    fields: &NarrativeFields,
) -> Result<Narrative> {
    Ok(edit::edit(ctx, actor, &NarrativeEdit { ctx, actor, reference }, version, fields).await?.thing)
}

/// Undoes that the texts were written.
pub(crate) async fn undo(ctx: &Ctx, actor: &Actor, undoing: &Undoing) -> Result<Undone> {
    edit::undo_edit(ctx, actor, &NarrativeEdit { ctx, actor, reference: undoing.incident() }, undoing).await
}

struct NarrativeEdit<'a> {
    ctx: &'a Ctx,
    actor: &'a Actor,
    reference: &'a str,
}

impl Versioned for Narrative {
    type Fields = NarrativeFields;
    fn fields(&self) -> &NarrativeFields {
        &self.fields
    }
    fn now(&self) -> Now<'_> {
        let changed_by = self.updated_by_name.as_deref().unwrap_or("Nobody");
        Now { version: self.version, changed_by, changed_at: self.updated_at.unwrap_or(Timestamp::from_micros(0)) }
    }
}

impl Lookup for NarrativeEdit<'_> {
    type Thing = Within<Narrative>;
    const PERMISSION: Permission = Permission::WriteReport;

    async fn find(&self, work: &mut UnitOfWork<'_>) -> Result<Within<Narrative>> {
        let incident = find(self.ctx, &mut work.tx, self.actor, self.reference).await?;
        let thing = rows::find(&mut work.tx, incident.id).await?;
        Ok(Within { incident, thing })
    }
}

impl Edit for NarrativeEdit<'_> {
    async fn write(
        &self,
        work: &mut UnitOfWork<'_>,
        before: &Within<Narrative>,
        fields: &NarrativeFields,
    ) -> Result<bool> {
        let (id, version, now) = (before.incident.id, before.thing.version, work.now);
        Ok(rows::put(&mut work.tx, self.actor, id, version, fields, now).await?)
    }

    fn record(&self, before: &Within<Narrative>, _fields: &NarrativeFields) -> Record {
        Record::of::<NarrativeFields>("", "incident", before.incident.id)
    }
}
