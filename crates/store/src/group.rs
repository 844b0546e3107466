//! Group commit of the embedded database, which has one writer: who waits for the writer's place while
//! another writes goes into the same transaction, as a savepoint of its own, and one `COMMIT`, one
//! `fsync`, makes all of them last. Nobody is told that a write is done before that.
//!
//! Whoever finishes first queues, behind those that wait already, for the place once more and commits
//! then: so a group is who waited at that moment, and never grows without end.
//!
//! Within a group, later ones see what earlier ones wrote, though it is not lasting yet. Who ends without
//! a commit and then tells of what was seen, or reads it again, waits by [`Writer::settled`] first.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sqlx::{Executor as _, Sqlite, SqlitePool, pool::PoolConnection, sqlite::SqliteConnection};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard, oneshot},
    time::timeout,
};

use crate::{Error, Result, db::BUSY_WAIT};

/// The place of the one who writes.
#[derive(Clone, Debug)]
pub struct Writer {
    /// One connection.
    pool: SqlitePool,
    place: Arc<Mutex<CommitGroup>>,
    waiting: Arc<AtomicUsize>,
    /// Members of the group that is open.
    finished: Arc<AtomicUsize>,
}

/// Writes that become lasting together.
#[derive(Debug, Default)]
struct CommitGroup {
    /// With the transaction, while there is one.
    connection: Option<PoolConnection<Sqlite>>,
    /// Those who have finished and wait to be told.
    members: Vec<oneshot::Sender<Result<()>>>,
    /// How many they are.
    finished: Arc<AtomicUsize>,
}

/// One write in a group. Dropped without [`Write::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Write {
    /// Taken when it ends.
    group: Option<OwnedMutexGuard<CommitGroup>>,
    writer: Writer,
}

/// Counts whoever waits, also when they stop waiting.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Writer {
    pub(crate) fn new(pool: SqlitePool) -> Self {
        let finished = Arc::<AtomicUsize>::default();
        let group = CommitGroup { finished: Arc::clone(&finished), ..CommitGroup::default() };
        Self { pool, place: Arc::new(Mutex::new(group)), waiting: Arc::default(), finished }
    }

    pub(crate) const fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Waits until what others have finished is lasting, or undone.
    pub(crate) async fn settled(&self) {
        if self.finished.load(Ordering::SeqCst) > 0 {
            Arc::clone(&self.place).lock_owned().await.commit().await;
        }
    }

    /// Begins a write when those before it are done.
    pub(crate) async fn begin(&self) -> Result<Write> {
        let waiting = Waiting::begin(&self.waiting);
        let place = timeout(BUSY_WAIT, Arc::clone(&self.place).lock_owned()).await.map_err(|_| Error::Busy)?;
        drop(waiting);
        // From here on its drop sets things right, wherever this is given up.
        let mut write = Write { group: Some(place), writer: self.clone() };
        let group = write.group()?;
        if let Some(connection) = &mut group.connection {
            connection.execute("SAVEPOINT unit").await?;
        } else {
            let connection = group.connection.insert(self.pool.acquire().await?);
            connection.execute("BEGIN IMMEDIATE; SAVEPOINT unit").await?;
        }
        Ok(write)
    }
}

impl Write {
    fn group(&mut self) -> Result<&mut CommitGroup> {
        self.group.as_deref_mut().ok_or_else(over)
    }

    /// The connection to write on.
    pub(crate) fn connection(&mut self) -> Option<&mut SqliteConnection> {
        self.group.as_mut()?.connection.as_deref_mut()
    }

    /// Makes it last, alone or with those who wait.
    pub(crate) async fn commit(mut self) -> Result<()> {
        let alone = self.writer.waiting.load(Ordering::SeqCst) == 0;
        let group = self.group()?;
        if alone && group.members.is_empty() {
            let connection = group.connection.as_mut().ok_or_else(over)?;
            connection.execute("COMMIT").await?;
            group.connection = None;
            self.group = None;
            return Ok(());
        }
        let (tell, told) = oneshot::channel();
        if let Some(group) = self.group.take() {
            // By itself: a request that is given up meanwhile must not disturb the others.
            tokio::spawn(join(group, tell, Arc::clone(&self.writer.place)));
        }
        told.await.unwrap_or_else(|_| Err(over()))
    }
}

impl Drop for Write {
    fn drop(&mut self) {
        let Some(mut group) = self.group.take() else { return };
        if group.connection.is_none() {
            return;
        }
        let Ok(runtime) = Handle::try_current() else {
            // The program ends. A connection that is closed undoes what was not committed.
            group.connection = None;
            return;
        };
        runtime.spawn(async move {
            let CommitGroup { connection: Some(connection), members, .. } = &mut *group else { return };
            // Where nobody has finished before it, there is nothing to keep of the whole transaction.
            let undo = if members.is_empty() { "ROLLBACK" } else { "ROLLBACK TO unit; RELEASE unit" };
            match connection.execute(undo).await {
                Ok(_) if members.is_empty() => group.connection = None,
                Ok(_) => {}
                Err(error) => group.fail(error).await,
            }
        });
    }
}

/// Adds a finished write to its group; the first of a group also ends it.
async fn join(
    mut group: OwnedMutexGuard<CommitGroup>,
    tell: oneshot::Sender<Result<()>>,
    place: Arc<Mutex<CommitGroup>>,
) {
    let is_first = group.members.is_empty();
    group.members.push(tell);
    group.finished.store(group.members.len(), Ordering::SeqCst);
    let Some(connection) = &mut group.connection else { return group.tell(|| Err(over())) };
    if let Err(error) = connection.execute("RELEASE unit").await {
        return group.fail(error).await;
    }
    drop(group);
    if is_first {
        place.lock_owned().await.commit().await;
    }
}

impl CommitGroup {
    async fn commit(&mut self) {
        // Without one it has failed meanwhile, and all have been told.
        let Some(connection) = &mut self.connection else { return };
        match connection.execute("COMMIT").await {
            Ok(_) => {
                self.connection = None;
                self.tell(|| Ok(()));
            }
            Err(error) => self.fail(error).await,
        }
    }

    /// Nothing of the group stays: its connection is closed, and with it goes what was not committed.
    async fn fail(&mut self, error: sqlx::Error) {
        tracing::warn!(%error, writes = self.members.len(), "writes were undone together");
        if let Some(connection) = self.connection.take() {
            // It is closed either way.
            let _ = connection.close().await;
        }
        let is_full = matches!(Error::from(error), Error::Full);
        self.tell(|| Err(if is_full { Error::Full } else { Error::Busy }));
    }

    fn tell(&mut self, result: impl Fn() -> Result<()>) {
        self.finished.store(0, Ordering::SeqCst);
        for member in self.members.drain(..) {
            // One that has given up waiting needs no answer.
            let _ = member.send(result());
        }
    }
}

fn over() -> Error {
    Error::Unexpected("the write is over".into())
}
