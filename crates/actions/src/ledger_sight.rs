//! Which entries of the ledger a reader may see. One that is about an incident that is hidden from them, or
//! says something of one, is restricted: they get its place and its leaf hash, so that the tree can still be
//! verified, and nothing else. Decided with each reading, by who is on the team at that time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use holdfast_domain::{Actor, IncidentId, ledger::HistoryEntry};
use holdfast_ledger::HashOnly;
use holdfast_store::{ledger::EntryRow, ledger_concern, link};

use crate::{Ctx, Error, Result, unit_of_work::hash};

/// What a reader gets of an entry in the list of the whole log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerLine {
    /// One that the reader may see.
    Entry(Box<HistoryEntry>),
    /// One about an incident that is hidden from the reader. The time is left out like everything else that
    /// its export lacks: it would show when a team works that the reader is not on.
    Restricted {
        /// Its place.
        seq: i64,
        /// Its leaf hash, in hex.
        leaf_hash: String,
    },
}

impl LedgerLine {
    /// The entry, where the reader may see it.
    #[must_use]
    pub fn entry(&self) -> Option<&HistoryEntry> {
        match self {
            Self::Entry(row) => Some(row),
            Self::Restricted { .. } => None,
        }
    }
}

/// The kind of subject of an entry that is about an incident.
pub(crate) const INCIDENT: &str = "incident";

/// Incidents that are asked about in one statement.
const TOGETHER: usize = 100;

/// What a reader may see of some entries.
pub(crate) struct Sight {
    /// The places of those that are restricted for the reader.
    pub(crate) restricted: BTreeSet<i64>,
    /// The references of the incidents that they are about and the reader may see.
    pub(crate) references: HashMap<IncidentId, String>,
}

/// What the reader may see of these entries.
pub(crate) async fn sight(ctx: &Ctx, actor: &Actor, entries: &[EntryRow]) -> Result<Sight> {
    let (mut places, mut by_incident) = (BTreeSet::new(), BTreeMap::<IncidentId, Vec<i64>>::new());
    for entry in entries.iter().filter(|entry| entry.subject_kind == INCIDENT) {
        match entry.subject_id.parse() {
            Ok(id) => by_incident.entry(id).or_default().push(entry.seq),
            Err(_) => {
                places.insert(entry.seq);
            }
        }
    }
    let all = || entries.iter().map(|entry| entry.seq);
    if let (Some(first), Some(last)) = (all().min(), all().max()) {
        for (seq, id) in ledger_concern::between(ctx.db(), actor.org_id, first, last).await? {
            by_incident.entry(id).or_default().push(seq);
        }
    }
    let (ids, mut references): (Vec<IncidentId>, _) = (by_incident.keys().copied().collect(), HashMap::new());
    for ids in ids.chunks(TOGETHER) {
        for (id, reference) in link::seen_of(ctx.db(), actor, ids).await? {
            by_incident.remove(&id);
            references.insert(id, reference);
        }
    }
    places.extend(by_incident.into_values().flatten());
    Ok(Sight { restricted: places, references })
}

/// The lines of an export: the exact bytes of each entry, or its place and leaf hash where it is restricted.
pub(crate) async fn lines(ctx: &Ctx, actor: &Actor, entries: Vec<EntryRow>) -> Result<Vec<String>> {
    let restricted = sight(ctx, actor, &entries).await?.restricted;
    let line = |entry: EntryRow| {
        if !restricted.contains(&entry.seq) {
            return Ok(entry.entry);
        }
        let seq = u64::try_from(entry.seq).map_err(|error| Error::failed("place in the ledger", error))?;
        Ok(HashOnly { seq, leaf: hash(&entry.leaf_hash)? }.to_string())
    };
    entries.into_iter().map(line).collect()
}
