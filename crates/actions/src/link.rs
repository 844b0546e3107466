//! Links between incidents. The person who links must see both ends; for one who sees only one end, a link
//! is not there. A merge is read as a duplicate.

use holdfast_domain::{
    Actor, Fields as _, IncidentId, LinkId, Object, Permission, Refusal,
    incident::Incident,
    link::{Ends, Link, LinkFields},
    noun::Noun as _,
};
use holdfast_store::{
    Queryable, Tx, item,
    link::{self as rows, Linked},
};

use crate::{
    Ctx, Error, Result,
    edit::{self, Archive, Lookup, Now, Versioned, check_context, written},
    incident::{Visible, find},
    session::permit,
    undo::{Undoing, Undone},
    unit_of_work::{Record, UnitOfWork},
    visible::may_read,
};

/// The links of an incident whose other end the actor sees: those made by people, then merges.
pub async fn list(ctx: &Ctx, actor: &Actor, incident: &Visible, archived: bool) -> Result<Vec<Link>> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    Ok(rows::list(ctx.db(), actor, incident.id, archived).await?.into_iter().map(|found| found.link).collect())
}

/// One link of an incident, removed or not.
///
/// # Errors
/// [`Refusal::NotFound`] when the incident has none such, or the actor does not see its other end.
pub async fn view(ctx: &Ctx, actor: &Actor, incident: &Visible, id: &str) -> Result<Link> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    Ok(found(ctx.db(), actor, incident.id, link_id(id)?).await?.link)
}

async fn found<'a>(on: impl Queryable<'a>, actor: &Actor, here: IncidentId, id: LinkId) -> Result<Linked> {
    Ok(rows::find(on, actor, here, id).await?.ok_or_else(missing)?)
}

fn missing() -> Refusal {
    Refusal::NotFound(LinkFields::NAME.into())
}

fn link_id(id: &str) -> Result<LinkId> {
    Ok(id.parse().map_err(|_| missing())?)
}

/// Links an incident with another, which is named by its reference.
///
/// # Errors
/// A refusal when the role does not allow it, a field is not acceptable, the other incident is not there
/// for the actor, or the two are linked so already.
pub async fn add(ctx: &Ctx, actor: &Actor, reference: &str, other: &str, fields: &LinkFields) -> Result<Link> {
    permit(ctx, actor, Permission::EditIncident, Object::None).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let fields = fields.checked(check_context(work.now))?;
    let here = find(ctx, &mut work.tx, actor, reference).await?;
    let there = other_end(ctx, &mut work.tx, actor, &here, other).await?;
    let (id, now) = (LinkId(ctx.uuid(work.now)), work.now);
    let ends = Ends::at(here.id, fields.kind, there.id);
    if !rows::insert(&mut work.tx, actor, id, ends, &fields.note, now).await? {
        return Err(Refusal::field("other", "They have this link already, or the opposite one.").into());
    }
    work.makes(id);
    work.record(record("added", id, here.id, there.id).with_changes(None, &fields.as_text()));
    // The kind says what the near end is to the far one, not the other way round.
    work.record(record("added", id, there.id, here.id).with_text("after.note", &fields.note));
    let made = found(&mut work.tx, actor, here.id, id).await?;
    work.commit().await?;
    Ok(made.link)
}

async fn other_end(ctx: &Ctx, tx: &mut Tx, actor: &Actor, here: &Incident, other: &str) -> Result<Incident> {
    let refused = |words: &str| Err(Refusal::field("other", words).into());
    let other = other.trim().to_uppercase();
    if other.is_empty() {
        return refused("Say which incident, such as INC-2026-0001.");
    }
    match find(ctx, tx, actor, &other).await {
        Ok(there) if there.id == here.id => refused("Choose another incident."),
        Err(Error::Refused(Refusal::NotFound(_))) => refused("There is no such incident, or you may not see it."),
        found => found,
    }
}

/// Removes a link, or takes it back.
///
/// # Errors
/// [`Refusal::Conflict`] when the version is stale; a refusal when the role does not allow it or the same
/// link was made since.
pub async fn set_archived(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    id: &str,
    version: i64,
    archived: bool,
) -> Result<Link> {
    let how = Removal { ctx, actor, reference, id: link_id(id)? };
    Ok(edit::set_archived(ctx, actor, &how, version, archived).await?.link)
}

/// Undoes that a link was made, removed or taken back.
pub(crate) async fn undo(ctx: &Ctx, actor: &Actor, undoing: &Undoing) -> Result<Undone> {
    let how = Removal { ctx, actor, reference: undoing.incident(), id: link_id(undoing.id()?)? };
    edit::undo_archived(ctx, actor, &how, undoing).await
}

struct Removal<'a> {
    ctx: &'a Ctx,
    actor: &'a Actor,
    reference: &'a str,
    id: LinkId,
}

impl Versioned for Linked {
    type Fields = LinkFields;
    fn fields(&self) -> &LinkFields {
        &self.fields
    }
    fn now(&self) -> Now<'_> {
        let link = &self.link;
        Now { version: link.version, changed_by: &link.updated_by_name, changed_at: link.updated_at }
    }
}

impl Lookup for Removal<'_> {
    type Thing = Linked;
    const PERMISSION: Permission = Permission::EditIncident;

    async fn find(&self, work: &mut UnitOfWork<'_>) -> Result<Linked> {
        let here = find(self.ctx, &mut work.tx, self.actor, self.reference).await?.id;
        found(&mut work.tx, self.actor, here, self.id).await
    }
}

impl Archive for Removal<'_> {
    fn is_archived(thing: &Linked) -> bool {
        thing.link.archived_at.is_some()
    }

    async fn write_archived(&self, work: &mut UnitOfWork<'_>, before: &Linked, archived: bool) -> Result<bool> {
        let (seen, now) = ((self.id.0, before.link.version), work.now);
        let archived_at = archived.then_some(now);
        written::<LinkFields>(item::archive(&mut work.tx, self.actor, rows::TABLE, seen, archived_at, now).await)
    }

    fn archive_records(&self, before: &Linked, verb: &str) -> Vec<Record> {
        let ends = [(before.here_id, before.other_id), (before.other_id, before.here_id)];
        ends.map(|(end, other)| record(verb, self.id, end, other)).to_vec()
    }
}

/// What the ledger says of a link at one of its ends. The other end is named by its id alone, and only
/// beside the changes: history and the ledger show it to nobody who may not see it.
fn record(verb: &str, id: LinkId, end: IncidentId, other: IncidentId) -> Record {
    Record::of::<LinkFields>(verb, "incident", end)
        .with("link", id.to_string())
        .with("other", other.to_string())
        .concerning(other)
}
