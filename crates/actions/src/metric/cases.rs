//! The incidents of an organisation, in memory as metrics count them. All are read once; after that, only
//! those that entries of the ledger name since. An entry is written in the transaction of its rows, and the
//! next one only when that is over: so whoever has every row as of one entry lacks just what later entries
//! name, whichever process wrote them. Who asks is no matter here: what a reader may see is chosen where it
//! is counted.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};

use holdfast_domain::{IncidentId, OrgId, Timestamp, metric::CaseRow};
use holdfast_store::{
    ledger,
    metric::{self as rows, Closing},
};
use tokio::{sync::RwLock, task::spawn_blocking};

use crate::{Ctx, Error, Result};

/// For how long they stay when nobody asks, in seconds.
const UNUSED_S: i64 = 600;
/// How many stay in memory at most, of all organisations; about 140 MiB.
const INCIDENTS_MAX: usize = 1_000_000;
/// Beyond so many entries, or so many incidents that they name, all are read anew, which is quicker then.
const ENTRIES_MAX: i64 = 50_000;
const WRITTEN_MAX: usize = 10_000;

/// Every incident of an organisation and every closing, as of an entry of its ledger; at first, none.
#[derive(Default)]
pub(super) struct Cases {
    /// The ledger's size then, and its latest leaf hash: another log of this size has another past, such as
    /// that of a backup that was restored.
    size: i64,
    last_leaf: Vec<u8>,
    /// By id.
    rows: Vec<CaseRow>,
    /// By incident and time.
    closings: Vec<Closing>,
}

impl Cases {
    /// Reads what was written since, or everything. Given up half way, it has changed nothing.
    pub(super) async fn advance(&mut self, ctx: &Ctx, org: OrgId) -> Result<()> {
        let mut tx = ctx.db().at_one_instant().await?;
        let head = ledger::head(&mut tx, org).await?;
        if (head.size, &head.last_leaf) == (self.size, &self.last_leaf) {
            return Ok(());
        }
        let is_near = self.size > 0 && head.size > self.size && head.size - self.size <= ENTRIES_MAX;
        if is_near && ledger::node(&mut tx, org, 0, self.size - 1).await? == self.last_leaf {
            let written = ledger::incidents_written(&mut tx, org, (self.size, head.size)).await?;
            if written.len() <= WRITTEN_MAX {
                let ids: Vec<IncidentId> = written.iter().copied().collect();
                let rows = rows::cases_of(&mut tx, org, &ids).await?;
                let closings = rows::closings_of(&mut tx, org, &ids).await?;
                self.replace(written, rows, closings);
                (self.size, self.last_leaf) = (head.size, head.last_leaf);
                return Ok(());
            }
        }
        let (mut rows, mut closings) = (rows::cases(&mut tx, org).await?, rows::closings(&mut tx, org).await?);
        rows.sort_unstable_by_key(|row| row.id);
        closings.sort_unstable_by_key(order);
        *self = Self { size: head.size, last_leaf: head.last_leaf, rows, closings };
        Ok(())
    }

    /// Puts what was read of the incidents that were written in the place of what was there of them.
    fn replace(&mut self, written: BTreeSet<IncidentId>, rows: Vec<CaseRow>, closings: Vec<Closing>) {
        self.closings.retain(|closing| !written.contains(&closing.incident));
        self.closings.extend(closings);
        // Stable, and so quick with what is in order for the most part.
        self.closings.sort_by_key(order);
        let mut gone = written;
        let mut new = Vec::new();
        for row in rows {
            gone.remove(&row.id);
            match self.rows.binary_search_by_key(&row.id, |kept| kept.id).map(|at| self.rows.get_mut(at)) {
                Ok(Some(kept)) => *kept = row,
                _ => new.push(row),
            }
        }
        if !gone.is_empty() {
            self.rows.retain(|row| !gone.contains(&row.id));
        }
        if !new.is_empty() {
            self.rows.extend(new);
            self.rows.sort_by_key(|row| row.id);
        }
    }

    /// Every incident.
    pub(super) fn rows(&self) -> &[CaseRow] {
        &self.rows
    }

    /// Every closing, with its incident.
    pub(super) fn closings(&self) -> impl Iterator<Item = (&CaseRow, &Closing)> {
        // Both are in the order of the incidents.
        let mut rows = self.rows.iter().peekable();
        self.closings.iter().filter_map(move |closing| {
            while rows.next_if(|row| row.id < closing.incident).is_some() {}
            rows.peek().filter(|row| row.id == closing.incident).map(|row| (*row, closing))
        })
    }
}

fn order(closing: &Closing) -> (IncidentId, Timestamp) {
    (closing.incident, closing.closure.closed_at)
}

/// The incidents of one organisation.
#[derive(Default)]
struct OrgCases {
    cases: Arc<RwLock<Cases>>,
    count: AtomicUsize,
    /// When they were last asked for, in seconds.
    used: AtomicI64,
}

/// The incidents of every organisation that somebody asked for lately.
#[derive(Default)]
pub(super) struct CaseCache(Mutex<HashMap<OrgId, Arc<OrgCases>>>);

impl CaseCache {
    /// What `count` makes of the incidents as they are now, on a thread of its own.
    pub(super) async fn count<T: Send + 'static>(
        &self,
        ctx: &Ctx,
        org: OrgId,
        count: impl FnOnce(&Cases) -> T + Send + 'static,
    ) -> Result<T> {
        let place = self.place(org);
        place.used.store(ctx.now().seconds(), Ordering::Relaxed);
        let mut cases = Arc::clone(&place.cases).write_owned().await;
        cases.advance(ctx, org).await?;
        place.count.store(cases.rows.len(), Ordering::Relaxed);
        self.make_room(org);
        let cases = cases.downgrade();
        spawn_blocking(move || count(&cases)).await.map_err(|error| Error::failed("metrics", error))
    }

    fn place(&self, org: OrgId) -> Arc<OrgCases> {
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(org).or_default())
    }

    /// Where there are too many, only those of `org` stay, and not even they if they alone are too many.
    fn make_room(&self, org: OrgId) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for keeps in [true, false] {
            let count: usize = places.values().map(|place| place.count.load(Ordering::Relaxed)).sum();
            if count > INCIDENTS_MAX {
                places.retain(|other, _| keeps && *other == org);
            }
        }
    }

    /// Lets go of those that nobody asked for lately.
    pub(super) fn drop_unused(&self, now: Timestamp) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.retain(|_, place| now.seconds() - place.used.load(Ordering::Relaxed) < UNUSED_S);
    }
}
