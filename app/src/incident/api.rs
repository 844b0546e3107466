//! The doorways to incidents. Each reads the request, calls one action and words the answer for the
//! page; none decides anything.

use holdfast_domain::{Actor, Refusal, incident::IncidentQuery};

use super::{
    filter::{Filter, Pairs},
    seen::{DraftView, EditView, HistoryView, ListView, Overview, RoomView},
};
use crate::error::AppError;

/// Entries on a page of the history.
const ENTRIES_ON_A_PAGE: i64 = 30;

/// A page of the list, asked for as it stands in the address.
pub async fn list_incidents(pairs: &Pairs) -> Result<ListView, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let filter = Filter::read(pairs);
    let query = built::query(&filter, &actor)?;
    let columns = built::columns(filter.columns);
    let page = holdfast_actions::incident::list(&ctx, &actor, &query).await?;
    let names = holdfast_actions::person::names(&ctx, &actor).await?;
    Ok(ListView::new(page, columns, names, &actor))
}

/// What the list is asked for, as it stands in the address of its page.
///
/// # Errors
/// [`Refusal::Invalid`] that names what could not be read.
pub fn listed(pairs: &[(String, String)], actor: &Actor) -> Result<IncidentQuery, Refusal> {
    built::query(&Filter::read(pairs), actor)
}

/// What the form for a new incident needs.
pub async fn draft_incident() -> Result<DraftView, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let names = holdfast_actions::person::workers(&ctx, &actor).await?;
    let key = crate::request::services()?.request_id;
    Ok(DraftView::new(names, &actor, ctx.now(), key))
}

/// The first tab of the room.
pub async fn incident_overview(reference: String) -> Result<Overview, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let room = holdfast_actions::incident::room(&ctx, &actor, &reference).await?;
    let latest = holdfast_actions::incident::history(&ctx, &actor, &reference, None, 5).await?;
    Ok(Overview::new(room, latest.rows, &actor))
}

/// The room with the text of its summary and the people who may own it.
pub async fn edit_incident(reference: String) -> Result<EditView, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let room = holdfast_actions::incident::room(&ctx, &actor, &reference).await?;
    let names = holdfast_actions::person::workers(&ctx, &actor).await?;
    Ok(EditView { room: RoomView::new(room, &actor), names: built::pairs(names) })
}

/// The room without the text of its summary.
pub async fn incident_room(reference: String) -> Result<RoomView, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let room = holdfast_actions::incident::room(&ctx, &actor, &reference).await?;
    Ok(RoomView::new(room, &actor).light())
}

/// The room and the people who may be on its team.
pub async fn incident_access(reference: String) -> Result<EditView, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let room = holdfast_actions::incident::room(&ctx, &actor, &reference).await?;
    let names = holdfast_actions::person::names(&ctx, &actor).await?;
    let room = RoomView::new(room, &actor).light();
    Ok(EditView { room, names: built::pairs(names) })
}

/// A page of the history, newest first.
pub async fn incident_history(reference: String, before: Option<i64>) -> Result<HistoryView, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let room = holdfast_actions::incident::room(&ctx, &actor, &reference).await?;
    let page = holdfast_actions::incident::history(&ctx, &actor, &reference, before, ENTRIES_ON_A_PAGE).await?;
    Ok(HistoryView::new(RoomView::new(room, &actor).light(), page, &actor))
}

mod built {
    use holdfast_actions::person::PersonName;
    use holdfast_domain::{
        Actor, Deed, FieldError, Object, PersonId, Refusal, Timestamp, allow,
        incident::{IncidentQuery, IncidentRow, OwnerFilter, Page},
        ledger::HistoryEntry,
        time::{day_in_zone, field_in_zone},
    };

    use super::super::{
        filter::{Column, Filter, Owner},
        seen::{DraftView, EntryView, HistoryView, ListView, RoomView, RowView},
    };
    use crate::request::{preferred, remember};

    pub fn pairs(names: Vec<PersonName>) -> Vec<(PersonId, String)> {
        names.into_iter().map(|person| (person.id, person.name)).collect()
    }

    /// The query.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] that names what could not be read.
    pub fn query(filter: &Filter, actor: &Actor) -> Result<IncidentQuery, Refusal> {
        if !filter.errors.is_empty() {
            return Err(Refusal::Invalid(filter.errors.clone()));
        }
        let owner = filter.owner.map(|owner| match owner {
            Owner::Me => OwnerFilter::Person(actor.person_id),
            Owner::Nobody => OwnerFilter::Nobody,
            Owner::Person(id) => OwnerFilter::Person(id),
        });
        let mut errors = Vec::new();
        let mut day = |field: &str, text: Option<&String>| {
            text.and_then(|text| match day_in_zone(text, &actor.time_zone) {
                Ok(day) => Some(day),
                Err(message) => {
                    errors.push(FieldError { field: field.into(), message });
                    None
                }
            })
        };
        let (since, last) = (day("from", filter.from.as_ref()), day("to", filter.to.as_ref()));
        if !errors.is_empty() {
            return Err(Refusal::Invalid(errors));
        }
        Ok(IncidentQuery {
            categories: filter.category.clone().into_iter().collect(),
            detected_since: since.map(|(begins, _)| begins),
            detected_before: last.map(|(_, ends)| ends),
            statuses: filter.all_statuses(),
            severities: filter.severities.clone(),
            owner,
            text: filter.text.clone(),
            sort: filter.sort,
            direction: filter.direction,
            after: filter.after.clone(),
            ..IncidentQuery::default()
        })
    }

    /// The columns: chosen now and remembered, or chosen before, or the usual ones.
    pub fn columns(chosen: Option<Vec<Column>>) -> Vec<Column> {
        match chosen {
            Some(columns) => {
                let names: Vec<_> = columns.iter().map(|column| column.name()).collect();
                remember("incident_columns", &names.join("."));
                columns
            }
            None => preferred("incident_columns")
                .map_or_else(|| Column::USUAL.to_vec(), |names| Column::chosen(names.split('.'))),
        }
    }

    impl ListView {
        pub(super) fn new(
            page: Page<IncidentRow>,
            columns: Vec<Column>,
            names: Vec<PersonName>,
            actor: &Actor,
        ) -> Self {
            Self {
                rows: page.rows.into_iter().map(|row| RowView::new(row, &actor.time_zone)).collect(),
                next: page.next,
                previous: page.previous,
                columns,
                names: pairs(names),
                zone: actor.time_zone.clone(),
                may_open: allow(actor, Deed::OpenIncident, Object::None),
                may_make_tokens: allow(actor, Deed::ManageOwnTokens, Object::None),
            }
        }
    }

    impl DraftView {
        pub(super) fn new(names: Vec<PersonName>, actor: &Actor, now: Timestamp, key: String) -> Self {
            Self {
                names: pairs(names),
                me: actor.person_id,
                may_assign: allow(actor, Deed::AssignIncident, Object::None),
                zone: actor.time_zone.clone(),
                now_field: field_in_zone(now, &actor.time_zone),
                key,
            }
        }
    }

    impl HistoryView {
        pub(super) fn new(room: RoomView, page: Page<HistoryEntry>, actor: &Actor) -> Self {
            Self {
                room,
                entries: page.rows.into_iter().map(|entry| EntryView::new(entry, &actor.time_zone)).collect(),
                next: page.next,
                previous: page.previous,
                may_see_ledger: allow(actor, Deed::ViewLedger, Object::None),
            }
        }
    }
}
