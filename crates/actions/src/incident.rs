//! Incidents: listed, opened, edited, told. What the actor may not see is not found, and an attempt
//! to reach it is recorded without making the answer slower.

use futures::stream::{self, Stream};
use holdfast_domain::{
    Actor, Fields as _, IncidentId, Object, Permission, PersonId, Refusal,
    incident::{
        Incident, IncidentDraft, IncidentEdit, IncidentFields, IncidentQuery, IncidentRow, Member, PAGE_ROWS_MAX, Paged,
    },
    ledger::{HistoryEntry, LedgerFilter},
    lifecycle::{Milestone, MilestoneTime, Stated},
    refusal::FieldErrors,
    task::OpenTask,
};
use holdfast_store::{
    Queryable, Tx,
    incident::{self as rows, Cursor, NewIncident},
    org, person,
};

use crate::{
    Ctx, Error, Record, Result, UnitOfWork,
    edit::{self, Edit, Lookup, Now, Versioned, check_context},
    idempotency::{Key, once},
    may_read, permit,
    person::works,
    session::denied,
    undo::{Undoing, Undone},
};

pub use crate::{
    incident_phase::{ask_of_open_tasks, change_phase, enter_time, set_access, take},
    visible::Visible,
};

/// A page of incidents.
///
/// # Errors
/// A refusal when the role does not see incidents or the cursor is not one of ours.
pub async fn list(ctx: &Ctx, actor: &Actor, query: &IncidentQuery) -> Result<Paged<IncidentRow>> {
    permit(ctx, actor, Permission::ListIncidents, Object::None).await?;
    let cursor = query.after.as_deref().filter(|text| !text.is_empty()).map(str::parse::<Cursor>).transpose();
    let cursor = cursor.ok().filter(|cursor| cursor.as_ref().is_none_or(|cursor| cursor.sort == query.sort));
    let cursor = cursor
        .ok_or_else(|| Refusal::field("after", "This is not a place in this list. Start again from its first page."))?;
    Ok(rows::list(ctx.db(), actor, query, cursor.as_ref()).await?)
}

/// Every incident of a list, page after page in its order. Each page is read when it is asked for, so what is
/// changed meanwhile may be met twice or not at all, except in the order in which they were opened.
///
/// # Errors
/// A refusal when the role does not see incidents; a page when the database refuses.
pub async fn export(
    ctx: &Ctx,
    actor: &Actor,
    query: IncidentQuery,
) -> Result<impl Stream<Item = Result<Vec<IncidentRow>>> + Send + use<>> {
    permit(ctx, actor, Permission::ListIncidents, Object::None).await?;
    let (ctx, actor) = (ctx.clone(), actor.clone());
    let first = IncidentQuery { limit: PAGE_ROWS_MAX, after: None, ..query };
    Ok(stream::try_unfold(Some(first), move |query| {
        let (ctx, actor) = (ctx.clone(), actor.clone());
        async move {
            let Some(query) = query else { return Ok(None) };
            let page = list(&ctx, &actor, &query).await?;
            let next = page.next.map(|after| IncidentQuery { after: Some(after), ..query });
            Ok(Some((page.rows, next)))
        }
    }))
}

/// One incident, by reference or id: the lookup that everything which reads of an incident begins with.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none that the actor may see.
pub async fn view(ctx: &Ctx, actor: &Actor, reference: &str) -> Result<Visible> {
    permit(ctx, actor, Permission::ViewIncident, Object::None).await?;
    Ok(Visible::found(find(ctx, ctx.db(), actor, reference).await?, actor))
}

/// The times of an incident.
pub async fn times(ctx: &Ctx, actor: &Actor, incident: &Visible) -> Result<Vec<MilestoneTime>> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    Ok(rows::times(ctx.db(), incident.id).await?)
}

/// The incident for the actor, on the database or within an action.
pub(crate) async fn find<'a>(ctx: &Ctx, on: impl Queryable<'a>, actor: &Actor, reference: &str) -> Result<Incident> {
    match rows::find(on, actor, reference).await? {
        Some(incident) => Ok(incident),
        None => {
            tokio::spawn(note_unseen(ctx.clone(), actor.clone()));
            Err(Refusal::NotFound("incident".into()).into())
        }
    }
}

/// Records that somebody asked for an incident that is not there for them. It is the same entry whether the
/// incident is hidden or there is none, and nothing is looked up for it, so that neither the ledger nor the
/// time of an answer shows which it was. In the background, since the caller may hold a transaction.
async fn note_unseen(ctx: Ctx, actor: Actor) {
    if let Err(error) = denied(&ctx, &actor, Permission::ViewIncident).await {
        tracing::error!(%error, "a denial could not be recorded");
    }
}

/// Everything the room of an incident shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomData {
    /// The incident.
    pub incident: Visible,
    /// Its times.
    pub times: Vec<MilestoneTime>,
    /// Its team.
    pub team: Vec<Member>,
    /// What this actor may do with it.
    pub permissions: Vec<Permission>,
    /// Its open tasks; it cannot be closed before the mandatory ones are finished.
    pub open_tasks: Vec<OpenTask>,
    /// The labels of evidence that was not what it was when it was last verified.
    pub altered: Vec<String>,
}

/// The room of an incident.
pub async fn room(ctx: &Ctx, actor: &Actor, incident: Visible) -> Result<RoomData> {
    let object = Object::Incident(incident.fields.severity);
    Ok(RoomData {
        times: times(ctx, actor, &incident).await?,
        open_tasks: holdfast_store::task::open(ctx.db(), incident.id).await?,
        team: rows::members(ctx.db(), incident.id).await?,
        altered: altered(ctx, actor, &incident).await?,
        permissions: Permission::ALL
            .iter()
            .copied()
            .filter(|permission| permission.is_within_an_incident())
            .filter(|permission| holdfast_domain::allow(actor, *permission, object))
            .collect(),
        incident,
    })
}

/// The labels of what was found altered in an incident, for everybody who sees evidence.
async fn altered(ctx: &Ctx, actor: &Actor, incident: &Visible) -> Result<Vec<String>> {
    if !holdfast_domain::allow(actor, Permission::ViewEvidence, Object::None) {
        return Ok(Vec::new());
    }
    Ok(holdfast_store::evidence::altered(ctx.db(), incident.id).await?)
}

/// Names a request, so that sending it again has no second effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// 1 to 255 visible ASCII characters.
    pub key: String,
}

/// Opens an incident.
///
/// # Errors
/// A refusal when the role does not allow it, a field is not acceptable, or the key was used for
/// something else.
pub async fn open(ctx: &Ctx, actor: &Actor, draft: &IncidentDraft, key: Option<&IdempotencyKey>) -> Result<Incident> {
    permit(ctx, actor, Permission::OpenIncident, Object::None).await?;
    let asked = serde_json::to_vec(draft).map_err(|error| Error::failed("draft", error))?;
    let key = key.map(|key| Key::new(&key.key, &[b"incident", &asked])).transpose()?;
    let again = |made: String| async move { Ok(view(ctx, actor, &made).await?.into_incident()) };
    once(ctx, actor, key, |ctx| async move { open_new(&ctx, actor, draft).await }, again).await
}

async fn open_new(ctx: &Ctx, actor: &Actor, draft: &IncidentDraft) -> Result<Incident> {
    let draft = &draft.checked(check_context(ctx.now()))?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let id = IncidentId(ctx.uuid(work.now));
    check_owner(&mut work.tx, actor, None, &draft.fields).await?;
    let detected = draft.detected.clone().unwrap_or_else(|| Stated::by_system(work.now));
    insert(&mut work, actor, draft, id, Some(&detected)).await?;
    let incident = find(ctx, &mut work.tx, actor, &id.to_string()).await?;
    work.makes(id);
    work.commit().await?;
    Ok(incident)
}

/// Adds a checked incident within an action that is under way. Without a time of detection it belongs to
/// no period of the metrics until somebody enters one.
pub(crate) async fn insert(
    work: &mut UnitOfWork<'_>,
    actor: &Actor,
    draft: &IncidentDraft,
    id: IncidentId,
    detected: Option<&Stated>,
) -> Result<()> {
    let year = work.now.utc().format("%Y").to_string();
    let number = org::next_number(&mut work.tx, actor.org_id, &format!("incident-{year}")).await?;
    let reference = format!("INC-{year}-{number:04}");
    let fields = &draft.fields;
    let new = NewIncident {
        id,
        reference: &reference,
        fields,
        restricted: draft.restricted,
        detected_at: detected.map(|stated| stated.at),
    };
    rows::insert(&mut work.tx, actor, &new, work.now).await?;
    if let Some(detected) = detected {
        rows::put_time(&mut work.tx, actor, id, Milestone::Detect, detected, None, work.now).await?;
    }
    rows::put_time(&mut work.tx, actor, id, Milestone::Declare, &Stated::by_system(work.now), None, work.now).await?;
    for member in [Some(actor.person_id), fields.owner_id].into_iter().flatten() {
        rows::add_member(&mut work.tx, actor, id, member, work.now).await?;
    }
    let mut record = Record::new("incident.opened", "incident", id)
        .with("reference", reference)
        .with("restricted", draft.restricted);
    if let Some(detected) = detected {
        record = record.with("detected_at", detected.at.to_string());
    }
    work.record(record.with_changes(None, &fields.as_text()));
    Ok(())
}

/// Edits an incident.
///
/// # Errors
/// [`Refusal::Conflict`] with both texts when the version is stale; a refusal when the role does
/// not allow it or a field is not acceptable.
pub async fn edit(ctx: &Ctx, actor: &Actor, reference: &str, edit: &IncidentEdit) -> Result<Incident> {
    let how = Editing { ctx, actor, reference, reason: edit.reason.trim() };
    edit::edit(ctx, actor, &how, edit.version, &edit.fields).await
}

/// Undoes the edit of an incident.
pub(crate) async fn undo(ctx: &Ctx, actor: &Actor, undoing: &Undoing) -> Result<Undone> {
    let how = Editing { ctx, actor, reference: undoing.incident(), reason: "" };
    edit::undo_edit(ctx, actor, &how, undoing).await
}

struct Editing<'a> {
    ctx: &'a Ctx,
    actor: &'a Actor,
    reference: &'a str,
    reason: &'a str,
}

impl Versioned for Incident {
    type Fields = IncidentFields;
    fn fields(&self) -> &IncidentFields {
        &self.fields
    }
    fn now(&self) -> Now<'_> {
        Now { version: self.version, changed_by: &self.updated_by_name, changed_at: self.updated_at }
    }
}

impl Lookup for Editing<'_> {
    type Thing = Incident;
    const PERMISSION: Permission = Permission::EditIncident;

    async fn find(&self, work: &mut UnitOfWork<'_>) -> Result<Incident> {
        find(self.ctx, &mut work.tx, self.actor, self.reference).await
    }
}

impl Edit for Editing<'_> {
    async fn check(&self, work: &mut UnitOfWork<'_>, before: &Incident, fields: &IncidentFields) -> Result<()> {
        let mut errors = FieldErrors::default();
        errors.text("reason", self.reason, holdfast_domain::lifecycle::REASON_CHARS_MAX);
        let was = before.fields.severity;
        if fields.severity != was && self.reason.is_empty() {
            errors.add("reason", "Say why the severity changes.");
        }
        // Otherwise who may not close a major incident could make it a minor one and close it.
        let lowers = was.is_major() && !fields.severity.is_major();
        if lowers && !holdfast_domain::allow(self.actor, Permission::CloseIncident, Object::Incident(was)) {
            let message = format!("Your role lets you raise a severity, not lower {}. Ask a lead.", was.label());
            errors.add("severity", message);
        }
        errors.finish()?;
        check_owner(&mut work.tx, self.actor, Some(before), fields).await
    }

    async fn write(&self, work: &mut UnitOfWork<'_>, before: &Incident, fields: &IncidentFields) -> Result<bool> {
        if !rows::update(&mut work.tx, self.actor, before, fields, work.now).await? {
            return Ok(false);
        }
        if let Some(owner) = fields.owner_id.filter(|owner| Some(*owner) != before.fields.owner_id) {
            rows::add_member(&mut work.tx, self.actor, before.id, owner, work.now).await?;
        }
        Ok(true)
    }

    async fn write_back(
        &self,
        work: &mut UnitOfWork<'_>,
        before: &Incident,
        fields: &IncidentFields,
        _undoing: &Undoing,
    ) -> Result<bool> {
        let gained = before.fields.owner_id.filter(|owner| Some(*owner) != fields.owner_id);
        if let Some(owner) = gained {
            // Who came onto the team by becoming its owner leaves it again.
            let team = rows::members(&mut work.tx, before.id).await?;
            if team.iter().any(|member| member.person_id == owner && member.added_at == before.updated_at) {
                rows::remove_member(&mut work.tx, before.id, owner).await?;
            }
        }
        self.write(work, before, fields).await
    }

    fn record(&self, before: &Incident, _fields: &IncidentFields) -> Record {
        Record::of::<IncidentFields>("edited", "incident", before.id).with_text("reason", self.reason)
    }
}

/// An owner must be somebody who can sign in; giving an incident to another is a lead's action.
async fn check_owner(tx: &mut Tx, actor: &Actor, before: Option<&Incident>, fields: &IncidentFields) -> Result<()> {
    let old = before.and_then(|before| before.fields.owner_id);
    if fields.owner_id == old {
        return Ok(());
    }
    let takes = old.is_none() && fields.owner_id == Some(actor.person_id);
    let permission = if takes { Permission::TakeIncident } else { Permission::AssignIncident };
    if !holdfast_domain::allow(actor, permission, Object::Incident(fields.severity)) {
        return Err(
            Refusal::field("owner_id", "Your role lets you take an incident nobody owns, not assign it.").into()
        );
    }
    match fields.owner_id {
        Some(owner) => check_worker(tx, actor, "owner_id", owner).await,
        None => Ok(()),
    }
}

/// Whether somebody can own an incident or take over evidence: others would never see it.
pub(crate) async fn check_worker(tx: &mut Tx, actor: &Actor, field: &str, id: PersonId) -> Result<()> {
    check_member(tx, actor, field, id).await?;
    match person::find(tx, actor.org_id, id).await? {
        Some(person) if works(&person) => Ok(()),
        _ => Err(Refusal::field(field, "Choose a lead or an analyst: others cannot work on incidents.").into()),
    }
}

/// Whether somebody can be on a team: a person of the organisation who can sign in.
pub(crate) async fn check_member(tx: &mut Tx, actor: &Actor, field: &str, id: PersonId) -> Result<()> {
    match person::find(tx, actor.org_id, id).await? {
        Some(person) if !person.disabled => Ok(()),
        _ => Err(Refusal::field(field, "There is no such person, or their account is switched off.").into()),
    }
}

/// What was done to an incident, newest first, from the ledger.
pub async fn history(
    ctx: &Ctx,
    actor: &Actor,
    incident: &Visible,
    before: Option<i64>,
    limit: i64,
) -> Result<Paged<HistoryEntry>> {
    filtered_history(ctx, actor, incident, &LedgerFilter::default(), before, limit).await
}

/// The same, of what matches a filter; which incident is given already.
pub async fn filtered_history(
    ctx: &Ctx,
    actor: &Actor,
    incident: &Visible,
    filter: &LedgerFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<Paged<HistoryEntry>> {
    may_read(ctx, actor, incident, Permission::ViewIncident).await?;
    let filter = LedgerFilter { incident: None, ..filter.clone() };
    crate::ledger_history::history(ctx, actor, incident.id, &filter, before, limit).await
}
