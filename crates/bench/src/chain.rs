//! The ledger of a fill: as long as a busy organisation's, each entry as the product would have written
//! it, chained to the one before and in the tree, so that proofs and verification do their whole work.

use anyhow::{Context as _, Result};
use holdfast_domain::OrgId;
use holdfast_ledger::{
    EntryActor, EntryDraft, Hash, Subject, commitment,
    entry::ACTOR_NAME,
    leaf_hash,
    tree::Frontier,
    values::{self, VALUES},
};
use holdfast_store::{
    Db, Queryable as _,
    ledger::{self as rows, LedgerHead},
};
use uuid::Uuid;

use crate::{
    batch::{Batch, cells},
    random::Random,
};

/// Entries written in one transaction.
const TOGETHER: u64 = 10_000;

/// The log while it grows.
struct Chain {
    org: Uuid,
    people: Vec<(Uuid, String)>,
    incidents: Vec<Uuid>,
    random: Random,
    frontier: Frontier,
    prev: Hash,
    at: i64,
    entries: Batch,
    nodes: Batch,
    openings: Batch,
}

/// Appends so many entries about the incidents there are; how many rows that took.
pub async fn extend(db: &Db, org: Uuid, entries: u64) -> Result<u64> {
    let head = rows::head(db, OrgId(org)).await?;
    let hashes = head.frontier.chunks(32).map(|bytes| Ok(Hash::from_bytes(bytes.try_into()?)));
    let incidents: Vec<(Uuid,)> = db.query("SELECT id FROM incidents ORDER BY id").fetch_all().await?;
    let mut chain = Chain {
        org,
        people: db.query("SELECT id, name FROM people ORDER BY email").fetch_all().await?,
        incidents: incidents.into_iter().map(|(id,)| id).collect(),
        random: Random::new(1_729),
        frontier: Frontier::new(u64::try_from(head.size)?, hashes.collect::<Result<_>>()?)?,
        prev: Hash::from_bytes(head.last_leaf.as_slice().try_into()?),
        at: head.last_at.micros(),
        entries: Batch::new(
            "ledger_entries",
            "org_id, seq, leaf_hash, entry, kind, subject_kind = 'incident', subject_id, actor_id, recorded_at",
        ),
        nodes: Batch::new("ledger_nodes", "org_id, level, position, hash"),
        openings: Batch::new("ledger_openings", "org_id, seq, field, salt, text"),
    };
    let mut left = entries;
    while left > 0 {
        let now = left.min(TOGETHER);
        let mut tx = db.write().await?;
        rows::lock_head(&mut tx, OrgId(org)).await?;
        for _ in 0..now {
            chain.append()?;
        }
        for batch in [&mut chain.entries, &mut chain.nodes, &mut chain.openings] {
            batch.flush(&mut tx).await?;
        }
        rows::set_head(&mut tx, OrgId(org), &chain.head(&head)?).await?;
        tx.commit().await?;
        left -= now;
    }
    Ok(chain.entries.written + chain.nodes.written + chain.openings.written)
}

impl Chain {
    fn append(&mut self) -> Result<()> {
        const KIND: &str = "timeline.event_added";
        let (person, name) = self.random.one(&self.people).clone();
        let incident = *self.random.one(&self.incidents);
        let title = format!("Seen again, {}", self.random.below(1_000_000));
        let salts = [self.salt(), self.salt(), self.salt()];
        let subject = Subject { kind: "incident".into(), id: incident.to_string() };
        let actor = EntryActor { id: person.to_string(), name_commit: commitment(&salts[0], &name) };
        let event = uuid::Builder::from_random_bytes(self.salt()[..16].try_into()?).into_uuid();
        let said = [("event", event.to_string()), ("origin", "person".to_owned())];
        let values = values::text(&said.map(|(name, value)| (name.to_owned(), value.into())).into_iter().collect())?;
        let draft = EntryDraft::new(&self.org.to_string(), KIND, subject, actor)
            .with_commitment(VALUES, commitment(&salts[2], &values))
            .with_commitment("after.title", commitment(&salts[1], &title));
        let seq = self.frontier.size();
        let bytes = draft.at(seq, self.prev, self.at).to_bytes()?;
        self.prev = leaf_hash(&bytes);
        for (node, hash) in self.frontier.append(self.prev).into_iter().filter(|(node, _)| node.level > 0) {
            let (level, position) = (i64::from(node.level), i64::try_from(node.index)?);
            self.nodes.row(cells![self.org, level, position, hash.as_bytes().to_vec()]);
        }
        let seq = i64::try_from(seq)?;
        let (leaf, entry, about) = (self.prev.as_bytes().to_vec(), String::from_utf8(bytes)?, incident.to_string());
        self.entries.row(cells![self.org, seq, leaf, entry, KIND, about, person, self.at]);
        let texts = [(ACTOR_NAME, salts[0], name), ("after.title", salts[1], title), (VALUES, salts[2], values)];
        for (field, salt, text) in texts {
            self.openings.row(cells![self.org, seq, field, salt.to_vec(), text]);
        }
        Ok(())
    }

    fn salt(&mut self) -> [u8; 32] {
        let mut salt = [0; 32];
        for eight in salt.chunks_mut(8) {
            eight.copy_from_slice(&self.random.next().to_be_bytes());
        }
        salt
    }

    fn head(&self, before: &LedgerHead) -> Result<LedgerHead> {
        Ok(LedgerHead {
            size: i64::try_from(self.frontier.size()).context("the log is too long")?,
            last_leaf: self.prev.as_bytes().to_vec(),
            last_at: before.last_at,
            frontier: self.frontier.hashes().iter().flat_map(|hash| *hash.as_bytes()).collect(),
        })
    }
}
