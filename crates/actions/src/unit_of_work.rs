//! A unit of work: the rows of one action, its ledger entries and its commit, in one transaction. Free and
//! personal text reaches the ledger as salted commitments, and so does everything that an entry says of an
//! incident; the texts that open them are rows that can be erased.

use std::borrow::Cow;

use holdfast_domain::{Actor, FieldText, IncidentId, OrgId, PersonId, Timestamp, noun::Noun};
use holdfast_ledger::{
    Hash, commitment,
    entry::{self, EntryDraft, Subject},
    tree::Frontier,
    values::{self, VALUES},
};
use holdfast_store::{
    Tx,
    ledger::{self as rows, LedgerHead, NewEntry, NewNode, NewOpening},
    ledger_concern,
};
use serde_json::{Map, Value, json};

use crate::{
    Ctx, Error, Result,
    ledger_sight::INCIDENT,
    undo::{UndoKind, UndoOffer, Undoing},
};

/// What the ledger will say of an action.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    kind: Cow<'static, str>,
    subject: Subject,
    data: Map<String, Value>,
    in_clear: Map<String, Value>,
    texts: Vec<(String, String)>,
    concerns: Vec<IncidentId>,
    is_final: bool,
}

impl Record {
    pub(crate) fn new(kind: &'static str, subject_kind: &str, subject_id: impl ToString) -> Self {
        let subject = Subject { kind: subject_kind.to_owned(), id: subject_id.to_string() };
        Self {
            kind: kind.into(),
            subject,
            data: Map::new(),
            in_clear: Map::new(),
            texts: Vec::new(),
            concerns: Vec::new(),
            is_final: false,
        }
    }

    /// Of a noun: `verb` follows what its entries begin with.
    pub(crate) fn of<N: Noun>(verb: &str, subject_kind: &str, subject_id: impl ToString) -> Self {
        Self { kind: format!("{}{verb}", N::ENTRY).into(), ..Self::new("", subject_kind, subject_id) }
    }

    /// Adds an id, an enumeration's value, a hash, a time or a count. An entry about an incident commits to
    /// all of them together; any other gives them in clear.
    pub(crate) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.data.insert(field.to_owned(), value.into());
        self
    }

    /// Adds a hash that others compare with what they were given, in clear in every entry. It must be of a
    /// document that nobody can guess.
    pub(crate) fn with_public_hash(mut self, field: &str, hash: &str) -> Self {
        self.in_clear.insert(field.to_owned(), hash.into());
        self
    }

    /// Notes that the entry says something of an incident that is not its subject.
    pub(crate) fn concerning(mut self, incident: IncidentId) -> Self {
        if !self.concerns.contains(&incident) {
            self.concerns.push(incident);
        }
        self
    }

    /// Adds a text, which the entry only commits to. An empty text is left out.
    pub(crate) fn with_text(mut self, field: &str, text: &str) -> Self {
        if !text.is_empty() {
            self.texts.push((field.to_owned(), text.to_owned()));
        }
        self
    }

    /// Of an action that cannot be undone although others of its kind can.
    pub(crate) fn cannot_be_undone(mut self, is_final: bool) -> Self {
        self.is_final = is_final;
        self
    }

    /// Of an action that undoes another.
    pub(crate) fn undoing(mut self, undoing: &Undoing) -> Self {
        self.kind = undoing.kind_of_undo().into();
        let (seq, kind) = undoing.named();
        let record = self.with("undoes", seq).with("undid", kind);
        // Who may not read the one may not read the other.
        undoing.concerns().iter().fold(record, |record, incident| record.concerning(*incident))
    }

    /// What it is about, where it can be undone: the noun, and which one.
    fn undoable(&self) -> Option<(&'static str, Option<&Value>)> {
        let (noun, _) = UndoKind::of_entry(&self.kind).filter(|_| !self.is_final)?;
        Some((noun.name, self.data.get(noun.name)))
    }

    /// Adds every field that differs, before and after. Without a before, every field that holds
    /// anything.
    pub(crate) fn with_changes(mut self, before: Option<&[FieldText]>, after: &[FieldText]) -> Self {
        for (at, field) in after.iter().enumerate() {
            let old = before.and_then(|before| before.get(at)).map(|old| old.text.as_str());
            if old == Some(field.text.as_str()) {
                continue;
            }
            self = self.with_change(field.name, field.personal, old.unwrap_or_default(), &field.text);
        }
        self
    }

    /// Adds one changed field.
    pub(crate) fn with_change(mut self, name: &str, personal: bool, before: &str, after: &str) -> Self {
        if personal {
            return self.with_text(&format!("before.{name}"), before).with_text(&format!("after.{name}"), after);
        }
        let mut change = Map::new();
        for (side, text) in [("before", before), ("after", after)] {
            if !text.is_empty() {
                change.insert(side.to_owned(), json!(text));
            }
        }
        let changes = self.data.entry("changes").or_insert_with(|| json!({}));
        if let (Some(changes), false) = (changes.as_object_mut(), change.is_empty()) {
            changes.insert(name.to_owned(), Value::Object(change));
        }
        self
    }
}

/// Who the ledger names.
#[derive(Clone, Debug)]
pub(crate) struct Author {
    org: OrgId,
    person: Option<PersonId>,
    name: String,
}

impl Author {
    /// A part of the program itself.
    pub(crate) fn system(org: OrgId) -> Self {
        Self { org, person: None, name: "Holdfast".into() }
    }

    /// A person who is not signed in yet.
    pub(crate) fn person(org: OrgId, person: PersonId, name: &str) -> Self {
        Self { org, person: Some(person), name: name.to_owned() }
    }
}

impl From<&Actor> for Author {
    fn from(actor: &Actor) -> Self {
        Self::person(actor.org_id, actor.person_id, &actor.name)
    }
}

/// A field of an entry's commitments, with the salt and the text behind it.
type Salted = (String, [u8; 32], String);

/// An action under way. Dropped before [`UnitOfWork::commit`], it leaves nothing behind.
pub(crate) struct UnitOfWork<'c> {
    ctx: &'c Ctx,
    by: Author,
    records: Vec<Record>,
    made: Option<String>,
    /// The transaction.
    pub(crate) tx: Tx,
    /// The time of the action.
    pub(crate) now: Timestamp,
}

impl<'c> UnitOfWork<'c> {
    /// Begins an action of somebody.
    pub(crate) async fn begin(ctx: &'c Ctx, by: impl Into<Author>) -> Result<Self> {
        let tx = ctx.db().write().await?;
        Ok(Self::resume(ctx, by.into(), tx, ctx.now()))
    }

    /// Goes on in a transaction that had to find out first whose action it is.
    pub(crate) fn resume(ctx: &'c Ctx, by: Author, tx: Tx, now: Timestamp) -> Self {
        Self { ctx, by, records: Vec::new(), made: None, tx, now }
    }

    /// Notes what the ledger will say.
    pub(crate) fn record(&mut self, record: Record) {
        self.records.push(record);
    }

    /// Names what the request makes, by which it is found again when the same request is sent once more.
    pub(crate) fn makes(&mut self, made: impl ToString) {
        self.made = Some(made.to_string());
    }

    /// Ends it with nothing done. What it saw of others can be read by all when this returns.
    pub(crate) async fn give_up(self) {
        let Self { ctx, tx, .. } = self;
        drop(tx);
        ctx.db().settled().await;
    }

    /// Appends to the ledger and makes everything last. When this returns, it is on the disk.
    pub(crate) async fn commit(mut self) -> Result<()> {
        if let (Some(key), Some(made)) = (self.ctx.kept_key(), &self.made) {
            key.keep(&mut self.tx, made, self.now).await?;
        }
        let first = self.records.first().and_then(Record::undoable);
        let is_one = first.is_some() && self.records.iter().all(|record| record.undoable() == first);
        let appended = if self.records.is_empty() { None } else { Some(self.append().await?) };
        self.tx.commit().await?;
        if let (Some(offers), Some(first)) = (self.ctx.undo_offers(), appended.filter(|_| is_one)) {
            offers.note(first);
        }
        Ok(())
    }

    /// Gives the place and the time of the first entry.
    async fn append(&mut self) -> Result<UndoOffer> {
        let org = self.by.org;
        let head = rows::lock_head(&mut self.tx, org).await?;
        let mut frontier = frontier(&head)?;
        let mut prev = hash(&head.last_leaf)?;
        let at = self.now.max(head.last_at);
        let first = UndoOffer::new(head.size, at);
        let (mut nodes, mut openings) = (Vec::new(), Vec::new());
        for record in std::mem::take(&mut self.records) {
            let seq = frontier.size();
            let (draft, texts) = self.draft(&record)?;
            let entry = draft.at(seq, prev, at.micros());
            let bytes = entry.to_bytes().map_err(|error| Error::failed(&record.kind, error))?;
            prev = holdfast_ledger::leaf_hash(&bytes);
            for (node, hash) in frontier.append(prev).into_iter().filter(|(node, _)| node.level > 0) {
                let (level, position) = (i64::from(node.level), row_number(node.index)?);
                nodes.push(NewNode { level, position, hash: *hash.as_bytes() });
            }
            let row = NewEntry {
                seq: row_number(seq)?,
                leaf_hash: *prev.as_bytes(),
                entry: String::from_utf8(bytes).map_err(|error| Error::failed(&record.kind, error))?,
                kind: record.kind.clone().into_owned(),
                subject_kind: record.subject.kind,
                subject_id: record.subject.id,
                actor_id: self.by.person,
                recorded_at: at,
            };
            let seq = row.seq;
            rows::insert_entry(&mut self.tx, org, row).await?;
            ledger_concern::insert(&mut self.tx, org, seq, &record.concerns).await?;
            openings.extend(texts.into_iter().map(|(field, salt, text)| NewOpening { seq, field, salt, text }));
        }
        rows::insert_nodes(&mut self.tx, org, &nodes).await?;
        rows::insert_openings(&mut self.tx, org, openings).await?;
        let head = LedgerHead {
            size: row_number(frontier.size())?,
            last_leaf: prev.as_bytes().to_vec(),
            last_at: at,
            frontier: frontier.hashes().iter().flat_map(|hash| *hash.as_bytes()).collect(),
        };
        rows::set_head(&mut self.tx, org, &head).await?;
        Ok(first)
    }

    /// The entry's content, and the salts and texts behind its commitments.
    fn draft(&self, record: &Record) -> Result<(EntryDraft, Vec<Salted>)> {
        let salt: [u8; 32] = self.ctx.entropy().bytes();
        let actor = entry::EntryActor {
            id: self.by.person.map_or_else(|| "system".to_owned(), |person| person.to_string()),
            name_commit: commitment(&salt, &self.by.name),
        };
        let mut openings = vec![(entry::ACTOR_NAME.to_owned(), salt, self.by.name.clone())];
        let mut draft = EntryDraft::new(&self.by.org.to_string(), &record.kind, record.subject.clone(), actor);
        draft.data = record.in_clear.clone();
        let mut texts = record.texts.clone();
        if record.subject.kind != INCIDENT && record.concerns.is_empty() {
            draft.data.extend(record.data.clone());
        } else if !record.data.is_empty() {
            let values = values::text(&record.data).map_err(|error| Error::failed(&record.kind, error))?;
            texts.push((VALUES.to_owned(), values));
        }
        for (field, text) in &texts {
            let salt: [u8; 32] = self.ctx.entropy().bytes();
            draft = draft.with_commitment(field, commitment(&salt, text));
            openings.push((field.clone(), salt, text.clone()));
        }
        Ok((draft, openings))
    }
}

/// The tree as the head row keeps it.
pub(crate) fn frontier(head: &LedgerHead) -> Result<Frontier> {
    let hashes = head.frontier.chunks(32).map(hash).collect::<Result<Vec<_>>>()?;
    let size = u64::try_from(head.size).map_err(|error| Error::failed("ledger size", error))?;
    Frontier::new(size, hashes).map_err(|error| Error::failed("ledger head", error))
}

/// A hash from a row.
pub(crate) fn hash(bytes: &[u8]) -> Result<Hash> {
    bytes.try_into().map(Hash::from_bytes).map_err(|error| Error::failed("hash in a row", error))
}

fn row_number(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(|error| Error::failed("ledger size", error))
}
