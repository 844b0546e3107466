//! Entries of the ledger as people read them: each opened for one reader, with the sentence that says what was
//! done, and what changed before and after. Every text is compared with its commitment before it is shown.

use std::collections::{BTreeMap, HashMap};

use futures::stream::{self, Stream};
use holdfast_domain::{
    Actor, IncidentId, Object, Permission, PersonId, Refusal, allow,
    incident::Paged,
    ledger::{Change, ERASED, HistoryEntry, LedgerFilter, UndoneEntry},
    link::LinkFields,
    noun::Noun as _,
};
use holdfast_ledger::{Entry, values::VALUES};
use holdfast_store::{
    ledger::{self as rows, EntryRow, OpeningRow},
    ledger_list::{self, Narrow},
};
use serde_json::Value;

use crate::{
    Ctx, Error, Result,
    incident::find,
    ledger::BATCH,
    ledger_sentence::{Objects, sentence},
    ledger_sight::{INCIDENT, LedgerLine, Sight, sight},
    permit,
    person_name::{self, NamesThen, revealed, signer},
    unit_of_work::hash,
};

/// Entries on a page at most.
const ENTRIES_MAX: i64 = 1_000;

/// An entry with what opens it, as far as the reader sees that.
pub(crate) struct OpenedEntry<'r> {
    /// Its row.
    pub(crate) row: &'r EntryRow,
    /// Its content, with the values that it commits to where the reader sees them.
    pub(crate) entry: Entry,
    /// Whether the reader sees its texts and values.
    pub(crate) is_open: bool,
    texts: BTreeMap<String, OpeningRow>,
}

impl OpenedEntry<'_> {
    /// A text that the entry commits to; [`ERASED`] where its opening was deleted, `None` where it commits to none.
    pub(crate) fn text(&self, field: &str) -> Option<String> {
        self.entry.commitment_of(field)?;
        let Some(opening) = self.texts.get(field) else { return Some(ERASED.into()) };
        Some(person_name::opened(&self.entry, field, &opening.salt, &opening.text))
    }

    /// A value that the entry gives, in clear or revealed.
    pub(crate) fn value(&self, field: &str) -> Option<&str> {
        self.entry.content.data.get(field)?.as_str()
    }
}

/// Whether the reader's role or token sees the texts and values of an entry. Its kind, its object's id, its author
/// and its time everybody sees who reads the ledger.
fn sees(actor: &Actor, row: &EntryRow, entry: &Entry) -> bool {
    let may = |permission| allow(actor, permission, Object::None);
    let own = |id: &str| id == actor.person_id.to_string() && may(Permission::OwnAccount);
    let (begins, incident) = (|start: &str| row.kind.starts_with(start), row.subject_kind == INCIDENT);
    if incident && !may(Permission::ViewIncident) {
        return false;
    }
    match () {
        () if begins("evidence.") || begins("custody.") => may(Permission::ViewEvidence),
        () if incident => true,
        () if begins("report.") => may(Permission::ReadReports),
        () if begins("person.") => may(Permission::ViewPeople) || own(&row.subject_id),
        () if begins("session.") => may(Permission::RevokeSessions) || own(&row.subject_id),
        () if begins("token.") => may(Permission::ManageTokens) || own(&entry.content.actor.id),
        () if begins("org.") => may(Permission::EditSettings),
        () => true,
    }
}

/// Opens entries for a reader, who may see every one of them.
async fn opened<'r>(ctx: &Ctx, actor: &Actor, entries: &'r [EntryRow]) -> Result<Vec<OpenedEntry<'r>>> {
    let places: Vec<i64> = entries.iter().map(|row| row.seq).collect();
    let mut openings: HashMap<i64, BTreeMap<String, OpeningRow>> = HashMap::new();
    for opening in rows::openings_at(ctx.db(), actor.org_id, &places).await? {
        openings.entry(opening.seq).or_default().insert(opening.field.clone(), opening);
    }
    let open = |row: &'r EntryRow| {
        let entry = revealed(&row.entry, None)?;
        let texts = openings.remove(&row.seq).unwrap_or_default();
        let is_open = sees(actor, row, &entry);
        // Values that do not fit are named as such among the changes.
        let values = texts.get(VALUES).filter(|_| is_open).map(|opening| (&*opening.salt, &*opening.text));
        Ok(OpenedEntry { row, entry: revealed(&row.entry, values)?, is_open, texts })
    };
    entries.iter().map(open).collect()
}

/// Entries as this reader reads them; what is restricted for the reader is not among them.
async fn read(ctx: &Ctx, actor: &Actor, entries: &[EntryRow], sight: &Sight) -> Result<Vec<HistoryEntry>> {
    let opened = opened(ctx, actor, entries).await?;
    let people = NamesThen::read(ctx, actor.org_id, opened.iter().flat_map(people_in).collect()).await?;
    let objects = Objects::find(ctx, actor, &opened, &sight.references, people).await?;
    opened.iter().map(|one| entry(one, &objects)).collect()
}

/// Every id in an entry's values that may be a person's, and its object where that is one.
fn people_in(one: &OpenedEntry<'_>) -> Vec<PersonId> {
    let mut people = Vec::new();
    let mut values: Vec<&Value> = one.entry.content.data.values().collect();
    while let Some(value) = values.pop() {
        match value {
            Value::String(text) => people.extend(text.split(',').filter_map(|part| part.parse::<PersonId>().ok())),
            Value::Array(items) => values.extend(items),
            Value::Object(fields) => values.extend(fields.values()),
            _ => {}
        }
    }
    if matches!(one.row.subject_kind.as_str(), "person" | "session") {
        people.extend(one.row.subject_id.parse::<PersonId>());
    }
    people
}

fn undoes(entry: &Entry) -> Option<UndoneEntry> {
    let data = &entry.content.data;
    Some(UndoneEntry { seq: data.get("undoes")?.as_i64()?, kind: data.get("undid")?.as_str()?.to_owned() })
}

fn entry(one: &OpenedEntry<'_>, objects: &Objects<'_>) -> Result<HistoryEntry> {
    let (sentence, object) = sentence(one, objects);
    let (actor, actor_handle) = signer(one.row)?;
    let withheld = !one.is_open && !one.entry.content.commit.is_empty();
    Ok(HistoryEntry {
        seq: one.row.seq,
        at: one.row.recorded_at,
        kind: one.row.kind.clone(),
        actor,
        actor_handle,
        sentence,
        object,
        incident: objects.incident_of(one),
        reason: one.text("reason").filter(|_| one.is_open),
        changes: changes(one, objects),
        undoes: undoes(&one.entry),
        withheld,
        leaf_hash: hash(&one.row.leaf_hash)?.to_string(),
    })
}

/// What an entry says beside its changed fields, where that is worth reading: values and texts, in this order.
const FACTS: &[&str] = &[
    "other",
    "added",
    "removed",
    "count",
    "body",
    "occurred_at",
    "released_by",
    "received_by",
    "location",
    "seal_no",
    "method",
    "tool",
    "copy",
    "matter_no",
    "recipient",
    "legal_basis",
    "witness",
    "correction",
    "refers_to",
    "expected_return",
    "retain_until",
    "hash_ok",
    "entered_at",
    "detected_at",
    "purpose",
    "executives",
    "people",
    "format",
    "name",
    "email",
    "roles",
    "scopes",
    "expires_at",
    "address",
    "user_agent",
    "left_out",
    "made_at",
    "size",
];

fn changes(one: &OpenedEntry<'_>, objects: &Objects<'_>) -> Vec<Change> {
    let mut changes: BTreeMap<String, Change> = BTreeMap::new();
    let mut change = |field: &str, after: bool, value: Option<String>| {
        let change = changes.entry(field.to_owned()).or_insert_with(|| Change {
            field: field.to_owned(),
            before: None,
            after: None,
        });
        *(if after { &mut change.after } else { &mut change.before }) = value;
    };
    let data = &one.entry.content.data;
    for (field, sides) in data.get("changes").and_then(|changes| changes.as_object()).into_iter().flatten() {
        for (side, after) in [("before", false), ("after", true)] {
            if let Some(value) = sides.get(side).and_then(|value| value.as_str()) {
                change(field, after, Some(objects.named(value, one.row.seq)));
            }
        }
    }
    let commits = one.entry.content.commit.keys().filter(|_| one.is_open);
    for field in commits {
        if let Some((side, name)) = field.split_once('.') {
            change(name, side == "after", one.text(field));
        } else if field == VALUES
            && one
                .texts
                .get(VALUES)
                .is_none_or(|opening| !person_name::fits(&one.entry, VALUES, &opening.salt, &opening.text))
        {
            change(VALUES, true, one.text(VALUES));
        }
    }
    let mut changes: Vec<Change> = changes.into_values().collect();
    let facts = FACTS.iter().filter_map(|name| {
        let text = one.is_open.then(|| one.text(name)).flatten();
        let after = text.or_else(|| objects.fact(name, data.get(*name)?, one.row.seq));
        after.map(|after| Change { field: (*name).to_owned(), before: None, after: Some(after) })
    });
    changes.extend(facts);
    changes
}

/// Cuts the row that only said whether there is more, and makes the cursor from the last that stays.
fn cut(mut entries: Vec<EntryRow>, limit: i64) -> (Vec<EntryRow>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(1);
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| more).map(|entry| entry.seq.to_string());
    (entries, next)
}

/// What was done to an incident that the reader may see, newest first, with before and after.
pub(crate) async fn history(
    ctx: &Ctx,
    actor: &Actor,
    incident: IncidentId,
    filter: &LedgerFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<Paged<HistoryEntry>> {
    let limit = limit.clamp(1, ENTRIES_MAX);
    let below = before.unwrap_or(i64::MAX);
    let entries = if filter.is_narrow() {
        let narrow = narrowed(ctx, actor, filter, below).await?;
        let narrow = Narrow { incident: Some(incident), only_about: true, ..narrow };
        ledger_list::filtered(ctx.db(), actor, &narrow, limit + 1).await?
    } else {
        rows::about(ctx.db(), actor.org_id, INCIDENT, &incident.to_string(), below, limit + 1).await?
    };
    let (mut entries, next) = cut(entries, limit);
    let sight = sight(ctx, actor, &entries).await?;
    // To a reader who may not see the other end, a link is not there.
    entries.retain(|entry| !entry.kind.starts_with(LinkFields::ENTRY) || !sight.restricted.contains(&entry.seq));
    Ok(Paged { rows: read(ctx, actor, &entries, &sight).await?, next, previous: None })
}

/// A page of the whole log, newest first, below `before`. Where it is filtered, restricted entries are left out, so
/// that no filter says anything of them.
///
/// # Errors
/// When the role does not allow it; [`Refusal::Invalid`] when there is no such incident for the reader.
pub async fn page(
    ctx: &Ctx,
    actor: &Actor,
    filter: &LedgerFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<Paged<LedgerLine>> {
    permit(ctx, actor, Permission::ViewLedger, Object::None).await?;
    let (limit, below) = (limit.clamp(1, ENTRIES_MAX), before.unwrap_or(i64::MAX));
    let entries = if filter.is_narrow() {
        let narrow = narrowed(ctx, actor, filter, below).await?;
        ledger_list::filtered(ctx.db(), actor, &narrow, limit + 1).await?
    } else {
        rows::newest(ctx.db(), actor.org_id, below, limit + 1).await?
    };
    let (entries, next) = cut(entries, limit);
    let mut rows = lines(ctx, actor, entries).await?;
    if filter.is_narrow() {
        rows.retain(|line| line.entry().is_some());
    }
    Ok(Paged { rows, next, previous: None })
}

async fn lines(ctx: &Ctx, actor: &Actor, entries: Vec<EntryRow>) -> Result<Vec<LedgerLine>> {
    let sight = sight(ctx, actor, &entries).await?;
    let (hidden, seen): (Vec<_>, Vec<_>) = entries.into_iter().partition(|row| sight.restricted.contains(&row.seq));
    let mut lines = BTreeMap::new();
    for row in hidden {
        let leaf_hash = hash(&row.leaf_hash)?.to_string();
        lines.insert(row.seq, LedgerLine::Restricted { seq: row.seq, leaf_hash });
    }
    for entry in read(ctx, actor, &seen, &sight).await? {
        lines.insert(entry.seq, LedgerLine::Entry(Box::new(entry)));
    }
    Ok(lines.into_values().rev().collect())
}

/// The filter as the store takes it: the incident by its id, times as places in the log.
async fn narrowed(ctx: &Ctx, actor: &Actor, filter: &LedgerFilter, below: i64) -> Result<Narrow> {
    let incident = match &filter.incident {
        Some(reference) => {
            // An entry names an incident by its id alone: a reader who finds it by its reference must see the incident.
            permit(ctx, actor, Permission::ViewIncident, Object::None).await?;
            match find(ctx, ctx.db(), actor, reference.trim()).await {
                Err(Error::Refused(Refusal::NotFound(_))) => {
                    let words = "There is no such incident, or you may not see it.";
                    return Err(Refusal::field("incident", words).into());
                }
                found => Some(found?.id),
            }
        }
        None => None,
    };
    let first = async |at| ledger_list::first_at(ctx.db(), actor.org_id, at).await;
    let from = match filter.since {
        Some(since) => first(since).await?.unwrap_or(i64::MAX),
        None => 0,
    };
    let end = match filter.before {
        Some(before) => first(before).await?.unwrap_or(i64::MAX),
        None => i64::MAX,
    };
    let kinds = filter.kinds.clone();
    Ok(Narrow { by: filter.by, incident, only_about: false, kinds, from, below: below.min(end) })
}

/// Every entry of a list, newest first, page after page. Each is read when it is asked for.
///
/// # Errors
/// As [`page`].
pub async fn all(
    ctx: &Ctx,
    actor: &Actor,
    filter: LedgerFilter,
) -> Result<impl Stream<Item = Result<Vec<LedgerLine>>> + Send + use<>> {
    let first = page(ctx, actor, &filter, None, BATCH).await?;
    let (ctx, actor) = (ctx.clone(), actor.clone());
    Ok(stream::try_unfold(Some(first), move |found| {
        let (ctx, actor, filter) = (ctx.clone(), actor.clone(), filter.clone());
        async move {
            let Some(Paged { rows, next, .. }) = found else { return Ok(None) };
            let next = match next.and_then(|next| next.parse().ok()) {
                Some(before) => Some(page(&ctx, &actor, &filter, Some(before), BATCH).await?),
                None => None,
            };
            Ok(Some((rows, next)))
        }
    }))
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// What the reader sees of it.
    pub line: LedgerLine,
    /// The exact bytes that were hashed; `None` where it is restricted.
    pub bytes: Option<String>,
}

/// One entry of the log, by its place.
///
/// # Errors
/// [`Refusal::NotFound`] where the log has none; a refusal when the role does not allow it.
pub async fn view(ctx: &Ctx, actor: &Actor, seq: &str) -> Result<LedgerEntry> {
    permit(ctx, actor, Permission::ViewLedger, Object::None).await?;
    let missing = || Refusal::NotFound("entry in the ledger".into());
    let seq: i64 = seq.parse().map_err(|_| missing())?;
    let row = rows::entry(ctx.db(), actor.org_id, seq).await?.ok_or_else(missing)?;
    let bytes = row.entry.clone();
    let line = lines(ctx, actor, vec![row]).await?.pop().ok_or_else(missing)?;
    let bytes = line.entry().is_some().then_some(bytes);
    Ok(LedgerEntry { line, bytes })
}

/// A fact as it is read: yes or no as their codes, numbers as digits, several values with commas between.
pub(crate) fn in_words(value: &Value, named: &dyn Fn(&str) -> String) -> Option<String> {
    match value {
        Value::String(text) => Some(named(text)).filter(|text| !text.is_empty()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().filter_map(|one| in_words(one, named)).collect();
            (!all.is_empty()).then(|| all.join(", "))
        }
        Value::Null | Value::Object(_) => None,
    }
}
