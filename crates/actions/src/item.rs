//! Items of an incident, whichever noun they are: listed, viewed, added, edited, archived. Each is
//! looked up together with its incident as the actor sees it, so one of a hidden incident is not found.

use std::{marker::PhantomData, str::FromStr};

use holdfast_domain::{
    Actor, Object, Permission, Refusal, Timestamp,
    incident::Incident,
    noun::{Item, ItemFields},
};
use holdfast_store::{
    Queryable,
    item::{self as rows, ItemPage},
};

use crate::{
    Ctx, Record, Result, UnitOfWork,
    edit::{self, Archive, Edit, Lookup, Now, Versioned, check_context, taken, written},
    incident::{self, Visible},
    may_read, permit,
    undo::{UndoKind, Undoing, Undone},
};

/// Most on one page of a list.
pub const ROWS_MAX: i64 = 200;

/// Part of a list, with the place where it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPart<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The place after the last row, when more come after it.
    pub next: Option<String>,
}

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListParams<'a> {
    /// Whether the archived ones are meant.
    pub archived: bool,
    /// Only those changed at or after this time, archived or not, in the order of their changes.
    pub updated_since: Option<Timestamp>,
    /// Where the part begins: what the part before gave as `next`.
    pub after: Option<&'a str>,
    /// Rows, 1 to [`ROWS_MAX`].
    pub limit: i64,
}

impl Default for ListParams<'_> {
    fn default() -> Self {
        Self { archived: false, updated_since: None, after: None, limit: 100 }
    }
}

/// Part of the list of an incident.
///
/// # Errors
/// A refusal when the part asked for is none of this list.
pub async fn list<F: ItemFields>(
    ctx: &Ctx,
    actor: &Actor,
    incident: &Visible,
    params: &ListParams<'_>,
) -> Result<ListPart<Item<F>>> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    if !(1..=ROWS_MAX).contains(&params.limit) {
        return Err(Refusal::field("limit", format!("Between 1 and {ROWS_MAX}.")).into());
    }
    let after = params.after.filter(|text| !text.is_empty());
    let (on, org, limit) = (ctx.db(), actor.org_id, params.limit + 1);
    let mut rows = match params.updated_since {
        None => {
            let after = after.map(str::parse).transpose().map_err(|_| expired())?;
            rows::list::<F>(on, org, incident.id, ItemPage { archived: params.archived, after, limit }).await?
        }
        Some(_) if params.archived => {
            let words = "Leave it out beside updated_since: both are listed, and archived_at says which are archived.";
            return Err(Refusal::field("archived", words).into());
        }
        Some(since) => {
            let after = after.map(|text| changed_place(text).ok_or_else(expired)).transpose()?;
            rows::changed::<F>(on, org, incident.id, since, after, limit).await?
        }
    };
    let limit = usize::try_from(params.limit).unwrap_or(1);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let place = |last: &Item<F>| match params.updated_since {
        None => last.id.to_string(),
        Some(_) => format!("{}.{}", last.updated_at.micros(), last.id),
    };
    let next = rows.last().filter(|_| more).map(place);
    Ok(ListPart { rows, next })
}

fn expired() -> Refusal {
    Refusal::field("after", "This page link has expired. Go back to the first page.")
}

/// A place in the order of changes.
fn changed_place<Id: FromStr>(text: &str) -> Option<(Timestamp, Id)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_micros(at.parse().ok()?), id.parse().ok()?))
}

/// Every item of an incident that is not archived.
pub async fn all<F: ItemFields>(ctx: &Ctx, actor: &Actor, incident: &Visible) -> Result<Vec<Item<F>>> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    let page = ItemPage { archived: false, after: None, limit: i64::MAX };
    Ok(rows::list::<F>(ctx.db(), actor.org_id, incident.id, page).await?)
}

/// One of an incident, archived or not.
///
/// # Errors
/// [`Refusal::NotFound`] when the incident has none such.
pub async fn view<F: ItemFields>(ctx: &Ctx, actor: &Actor, incident: &Visible, id: &str) -> Result<Item<F>> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    find(ctx.db(), actor, incident, id).await
}

async fn find<'a, F: ItemFields>(
    on: impl Queryable<'a>,
    actor: &Actor,
    incident: &Incident,
    id: &str,
) -> Result<Item<F>> {
    let missing = || Refusal::NotFound(F::NAME.into());
    let id: F::Id = id.parse().map_err(|_| missing())?;
    Ok(rows::find(on, actor.org_id, incident.id, id).await?.ok_or_else(missing)?)
}

/// Adds one.
///
/// # Errors
/// A refusal when the role does not allow it, a field is not acceptable, or the incident has the same
/// already.
pub async fn add<F: ItemFields>(ctx: &Ctx, actor: &Actor, reference: &str, fields: &F) -> Result<Item<F>> {
    permit(ctx, actor, F::EDIT, Object::None).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let incident = incident::find(ctx, &mut work.tx, actor, reference).await?;
    let id = insert(ctx, &mut work, actor, &incident, fields).await?.ok_or_else(taken::<F>)?;
    let added = find(&mut work.tx, actor, &incident, &id.to_string()).await?;
    work.makes(id);
    work.commit().await?;
    Ok(added)
}

/// Adds one within a transaction, with its record, unless the incident has the same already; then there
/// is no id.
pub(crate) async fn insert<F: ItemFields>(
    ctx: &Ctx,
    work: &mut UnitOfWork<'_>,
    actor: &Actor,
    incident: &Incident,
    fields: &F,
) -> Result<Option<F::Id>> {
    let fields = fields.checked(check_context(work.now))?;
    let (id, now) = (F::Id::from(ctx.uuid(work.now)), work.now);
    if !rows::insert(&mut work.tx, actor, incident.id, id, &fields, now).await? {
        return Ok(None);
    }
    work.record(
        Record::of::<F>("added", "incident", incident.id)
            .with(F::NAME, id.to_string())
            .with_changes(None, &fields.as_text()),
    );
    Ok(Some(id))
}

/// Edits one.
///
/// # Errors
/// [`Refusal::Conflict`] with both texts when the version is stale; a refusal when the role does not
/// allow it, a field is not acceptable, or the incident has the same already.
pub async fn edit<F: ItemFields>(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    id: &str,
    version: i64,
    fields: &F,
) -> Result<Item<F>> {
    edit::edit(ctx, actor, &ItemEdit::new(ctx, actor, reference, id), version, fields).await
}

/// Archives one, so that it is out of the lists but kept, or takes it back.
///
/// # Errors
/// [`Refusal::Conflict`] when the version is stale; a refusal when the role does not allow it, or the
/// incident has the same once more.
pub async fn set_archived<F: ItemFields>(
    ctx: &Ctx,
    actor: &Actor,
    reference: &str,
    id: &str,
    version: i64,
    archived: bool,
) -> Result<Item<F>> {
    edit::set_archived(ctx, actor, &ItemEdit::<F>::new(ctx, actor, reference, id), version, archived).await
}

/// Undoes what was done to one.
pub(crate) async fn undo<F: ItemFields>(ctx: &Ctx, actor: &Actor, undoing: &Undoing) -> Result<Undone> {
    let how = ItemEdit::<F>::new(ctx, actor, undoing.incident(), undoing.id()?);
    match undoing.undo() {
        UndoKind::Edited => edit::undo_edit(ctx, actor, &how, undoing).await,
        _ => edit::undo_archived(ctx, actor, &how, undoing).await,
    }
}

struct ItemEdit<'a, F> {
    ctx: &'a Ctx,
    actor: &'a Actor,
    reference: &'a str,
    id: &'a str,
    noun: PhantomData<F>,
}

impl<'a, F> ItemEdit<'a, F> {
    const fn new(ctx: &'a Ctx, actor: &'a Actor, reference: &'a str, id: &'a str) -> Self {
        Self { ctx, actor, reference, id, noun: PhantomData }
    }
}

impl<F: ItemFields> Versioned for Item<F> {
    type Fields = F;
    fn fields(&self) -> &F {
        &self.fields
    }
    fn now(&self) -> Now<'_> {
        Now { version: self.version, changed_by: &self.updated_by_name, changed_at: self.updated_at }
    }
}

impl<F: ItemFields> Lookup for ItemEdit<'_, F> {
    type Thing = Item<F>;
    const PERMISSION: Permission = F::EDIT;

    async fn find(&self, work: &mut UnitOfWork<'_>) -> Result<Item<F>> {
        let incident = incident::find(self.ctx, &mut work.tx, self.actor, self.reference).await?;
        find(&mut work.tx, self.actor, &incident, self.id).await
    }
}

impl<F: ItemFields> Edit for ItemEdit<'_, F> {
    async fn write(&self, work: &mut UnitOfWork<'_>, before: &Item<F>, fields: &F) -> Result<bool> {
        written::<F>(rows::update(&mut work.tx, self.actor, before, fields, work.now).await)
    }

    fn record(&self, before: &Item<F>, _fields: &F) -> Record {
        Record::of::<F>("edited", "incident", before.incident_id).with(F::NAME, before.id.to_string())
    }
}

impl<F: ItemFields> Archive for ItemEdit<'_, F> {
    fn is_archived(thing: &Item<F>) -> bool {
        thing.archived_at.is_some()
    }

    async fn write_archived(&self, work: &mut UnitOfWork<'_>, before: &Item<F>, archived: bool) -> Result<bool> {
        written::<F>(rows::set_archived(&mut work.tx, self.actor, before, archived, work.now).await)
    }

    fn archive_records(&self, before: &Item<F>, verb: &str) -> Vec<Record> {
        vec![Record::of::<F>(verb, "incident", before.incident_id).with(F::NAME, before.id.to_string())]
    }
}
