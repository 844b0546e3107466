//! The only file that knows of two databases. A statement is written once, in the SQL that SQLite
//! and PostgreSQL share, and runs on whichever was opened. It holds no noun and no SQL of its own.

use std::{
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use futures::TryFutureExt as _;
use sqlx::{
    Arguments, AssertSqlSafe, Encode, FromRow, PgPool, Postgres, SqlSafeStr, SqlStr, Sqlite, SqlitePool, Type,
    postgres::{PgArguments, PgConnectOptions, PgConnection, PgPoolOptions, PgRow},
    sqlite::{
        SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
        SqliteSynchronous,
    },
};

use crate::{
    Error, Result,
    group::{Write, Writer},
};

/// How long a write waits for the one before it.
pub(crate) const BUSY_WAIT: Duration = Duration::from_secs(5);

/// A value that both databases can hold.
pub trait DbValue:
    for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres> + Send + 'static
{
}
impl<T> DbValue for T where
    T: for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres> + Send + 'static
{
}

/// Values of one statement, in their order.
pub trait DbValues {
    /// The statement with these values as its next.
    fn bound(self, statement: Statement<'_>) -> Statement<'_>;
}

macro_rules! db_values {
    ($first:ident $(, $name:ident)*) => {
        impl<$first: DbValue, $($name: DbValue),*> DbValues for ($first, $($name,)*) {
            #[allow(non_snake_case, reason = "a value is called as its type is")]
            fn bound(self, statement: Statement<'_>) -> Statement<'_> {
                let ($first, $($name,)*) = self;
                statement.bind($first)$(.bind($name))*
            }
        }
        db_values!($($name),*);
    };
    () => {};
}
db_values!(A, B, C, D, E, F, G, H, I, J, K, L);

/// A row that can be read from both databases.
pub trait DbRow: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> DbRow for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// The open database.
#[derive(Clone, Debug)]
pub enum Db {
    /// Embedded: many readers, one writer.
    Sqlite {
        /// Connections that only read.
        readers: SqlitePool,
        /// The one who writes.
        writer: Writer,
    },
    /// A PostgreSQL server, 15 or later.
    Postgres(PgPool),
}

/// A transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
#[derive(Debug)]
pub enum Tx {
    /// On the embedded database, of one who only reads.
    SqliteReading(sqlx::Transaction<'static, Sqlite>),
    /// On the embedded database, of one who writes.
    SqliteWriting(Write),
    /// On PostgreSQL.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Makes the file of a new database for its owner alone. SQLite gives what it puts beside it the same mode.
fn make_own(path: &Path) {
    // One that is there stays as it is, and SQLite says why where none can be made.
    let _ = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
}

impl Db {
    /// Opens `sqlite:PATH` (made when missing, for its owner alone) or `postgres://…`. Durability is set here and
    /// nowhere else: an acknowledged write has reached the disk.
    ///
    /// # Errors
    /// When the address is not understood or the database does not answer.
    pub async fn open(url: &str) -> Result<Self> {
        if is_postgres(url) {
            let options = PgConnectOptions::from_str(url)?
                .application_name("holdfast")
                .options([("synchronous_commit", "on"), ("lock_timeout", "5s")]);
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(BUSY_WAIT)
                .test_before_acquire(false)
                .connect_with(options)
                .await?;
            return Ok(Self::Postgres(pool));
        }
        let options = SqliteConnectOptions::from_str(url)?;
        make_own(options.get_filename());
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_WAIT)
            // Else REPLACE would remove rows past the triggers that keep the ledger append-only.
            .pragma("recursive_triggers", "ON")
            .pragma("cache_size", "-8192")
            .pragma("mmap_size", "268435456");
        let pool = SqlitePoolOptions::new().acquire_timeout(BUSY_WAIT).test_before_acquire(false);
        let writer = pool.clone().max_connections(1).min_connections(1).connect_with(options.clone()).await?;
        let readers = pool.max_connections(4).connect_with(options.pragma("query_only", "ON")).await?;
        Ok(Self::Sqlite { readers, writer: Writer::new(writer) })
    }

    /// The file of an embedded database, by its address; `None` for one of PostgreSQL. It need not be there.
    ///
    /// # Errors
    /// When the address is not understood.
    pub fn file(url: &str) -> Result<Option<PathBuf>> {
        if is_postgres(url) {
            return Ok(None);
        }
        Ok(Some(SqliteConnectOptions::from_str(url)?.get_filename().to_owned()))
    }

    /// Opens a file of the embedded database that nobody writes, and leaves it as it is, byte for
    /// byte: for a copy that was put away.
    ///
    /// # Errors
    /// When the file is not there or is no database.
    pub async fn open_copy(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
        let pool = SqlitePoolOptions::new().acquire_timeout(BUSY_WAIT).max_connections(2).connect_with(options).await?;
        Ok(Self::Sqlite { readers: pool.clone(), writer: Writer::new(pool) })
    }

    /// Begins a transaction that reads everything as it is at one instant, while others write.
    pub async fn at_one_instant(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::SqliteReading(readers.begin().await?),
            Self::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }

    /// Begins a transaction that writes. On SQLite it takes the writer's place at once, so that it
    /// can never fail half way for having read first.
    ///
    /// # Errors
    /// [`Error::Busy`] when the writers before it take too long.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::SqliteWriting(writer.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// A statement that writes by itself, outside any transaction of ours: for rows that carry no
    /// fact, such as sessions.
    pub fn alone(&self, sql: &'static str) -> Statement<'_> {
        match self {
            Self::Sqlite { writer, .. } => Statement::sqlite(On::SqlitePool(writer.pool()), sql.into_sql_str()),
            Self::Postgres(pool) => Statement::postgres(On::PgPool(pool), sql.into_sql_str()),
        }
    }

    /// Waits until what other writes have finished is on the disk, or undone. A write that ended without
    /// a commit may have seen what was not yet: whoever tells of it, or reads it again, waits first.
    pub async fn settled(&self) {
        if let Self::Sqlite { writer, .. } = self {
            writer.settled().await;
        }
    }

    /// Whether this is the embedded database.
    #[must_use]
    pub const fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// What precedes a statement of which the plan is asked.
    #[must_use]
    pub(crate) const fn explain(&self) -> &'static str {
        if self.is_sqlite() { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" }
    }

    /// Closes every connection; the embedded database is folded into one file. Whoever still holds
    /// a connection is waited for, but not for ever: what was committed is on the disk anyway.
    pub async fn close(&self) {
        let closing = async {
            match self {
                Self::Sqlite { readers, writer } => {
                    readers.close().await;
                    writer.pool().close().await;
                }
                Self::Postgres(pool) => pool.close().await,
            }
        };
        if tokio::time::timeout(BUSY_WAIT, closing).await.is_err() {
            tracing::warn!("the database was closed while something still used it");
        }
    }
}

impl Tx {
    /// Makes the transaction's rows last. When this returns, they are on the disk.
    ///
    /// # Errors
    /// When the database could not; whether the rows are there is then unknown.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::SqliteReading(tx) => tx.commit().await?,
            Self::SqliteWriting(write) => write.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// What a statement can be run on: the database, for a single read, or a transaction.
pub trait Queryable<'a> {
    /// A statement in the shared SQL.
    fn query(self, sql: &'static str) -> Statement<'a>;
    /// A statement put together from an allowlist of fixed pieces, never from input.
    fn query_built(self, sql: String) -> Statement<'a>;
    /// Whether it will run on SQLite; for the one file of full-text search.
    fn on_sqlite(&self) -> bool;
}

impl<'a> Queryable<'a> for &'a Db {
    fn query(self, sql: &'static str) -> Statement<'a> {
        self.on(sql.into_sql_str())
    }
    fn query_built(self, sql: String) -> Statement<'a> {
        self.on(AssertSqlSafe(sql).into_sql_str())
    }
    fn on_sqlite(&self) -> bool {
        self.is_sqlite()
    }
}

impl Db {
    fn on(&self, sql: SqlStr) -> Statement<'_> {
        match self {
            Self::Sqlite { readers, .. } => Statement::sqlite(On::SqlitePool(readers), sql),
            Self::Postgres(pool) => Statement::postgres(On::PgPool(pool), sql),
        }
    }
}

impl<'a> Queryable<'a> for &'a mut Tx {
    fn query(self, sql: &'static str) -> Statement<'a> {
        self.on(sql.into_sql_str())
    }
    fn query_built(self, sql: String) -> Statement<'a> {
        self.on(AssertSqlSafe(sql).into_sql_str())
    }
    fn on_sqlite(&self) -> bool {
        !matches!(self, Tx::Postgres(_))
    }
}

impl Tx {
    fn on(&mut self, sql: SqlStr) -> Statement<'_> {
        match self {
            Self::SqliteReading(tx) => Statement::sqlite(On::SqliteConn(&mut *tx), sql),
            Self::SqliteWriting(write) => match write.connection() {
                Some(connection) => Statement::sqlite(On::SqliteConn(connection), sql),
                None => Statement::over(sql),
            },
            Self::Postgres(tx) => Statement::postgres(On::PgConn(&mut *tx), sql),
        }
    }
}

enum On<'a> {
    Nothing,
    SqlitePool(&'a SqlitePool),
    SqliteConn(&'a mut SqliteConnection),
    PgPool(&'a PgPool),
    PgConn(&'a mut PgConnection),
}

enum Args {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

/// A statement with its values.
#[must_use]
pub struct Statement<'a> {
    on: On<'a>,
    sql: SqlStr,
    args: Args,
    refused: Option<sqlx::error::BoxDynError>,
}

/// Runs one sqlx call on whichever connection the statement has.
macro_rules! run {
    ($statement:expr, $make:path, |$query:ident, $on:ident| $call:expr) => {{
        let Statement { on, sql, args, refused } = $statement;
        if let Some(error) = refused {
            return Err(Error::from(sqlx::Error::Encode(error)));
        }
        match (on, args) {
            (On::SqlitePool($on), Args::Sqlite(args)) => {
                let $query = $make(sql, args);
                $call.await.map_err(Error::from)
            }
            (On::SqliteConn($on), Args::Sqlite(args)) => {
                let $query = $make(sql, args);
                $call.await.map_err(Error::from)
            }
            (On::PgPool($on), Args::Postgres(args)) => {
                let $query = $make(sql, args);
                $call.await.map_err(Error::from)
            }
            (On::PgConn($on), Args::Postgres(args)) => {
                let $query = $make(sql, args);
                $call.await.map_err(Error::from)
            }
            _ => unreachable!("a statement's values are of its own database"),
        }
    }};
}

impl<'a> Statement<'a> {
    fn sqlite(on: On<'a>, sql: SqlStr) -> Self {
        Self { on, sql, args: Args::Sqlite(SqliteArguments::default()), refused: None }
    }

    /// Of a write that is over: it is refused when it is run.
    fn over(sql: SqlStr) -> Self {
        Self { refused: Some("the write is over".into()), ..Self::sqlite(On::Nothing, sql) }
    }

    fn postgres(on: On<'a>, sql: SqlStr) -> Self {
        Self { on, sql, args: Args::Postgres(PgArguments::default()), refused: None }
    }

    /// Adds the next value, `$1` first.
    pub fn bind<T: DbValue>(mut self, value: T) -> Self {
        let added = match &mut self.args {
            Args::Sqlite(args) => args.add(value),
            Args::Postgres(args) => args.add(value),
        };
        self.refused = self.refused.or(added.err());
        self
    }

    /// Adds the next values in their order.
    pub fn binds(self, values: impl DbValues) -> Self {
        values.bound(self)
    }

    /// Every row.
    pub async fn fetch_all<T: DbRow>(self) -> Result<Vec<T>> {
        run!(self, sqlx::query_as_with::<_, T, _>, |query, on| query.fetch_all(on))
    }

    /// The one row.
    ///
    /// # Errors
    /// As [`Statement::fetch_all`], and when there is none.
    pub async fn fetch_one<T: DbRow>(self) -> Result<T> {
        run!(self, sqlx::query_as_with::<_, T, _>, |query, on| query.fetch_one(on))
    }

    /// The row, if there is one.
    ///
    /// # Errors
    /// As [`Statement::fetch_all`].
    pub async fn fetch_optional<T: DbRow>(self) -> Result<Option<T>> {
        run!(self, sqlx::query_as_with::<_, T, _>, |query, on| query.fetch_optional(on))
    }

    /// The one column of every row.
    pub async fn scalars<T>(self) -> Result<Vec<T>>
    where
        (T,): DbRow,
    {
        Ok(self.fetch_all::<(T,)>().await?.into_iter().map(|(value,)| value).collect())
    }

    /// The one column of the one row.
    ///
    /// # Errors
    /// As [`Statement::fetch_one`].
    pub async fn scalar<T>(self) -> Result<T>
    where
        (T,): DbRow,
    {
        Ok(self.fetch_one::<(T,)>().await?.0)
    }

    /// The one column of the row, if there is one.
    pub async fn scalar_optional<T>(self) -> Result<Option<T>>
    where
        (T,): DbRow,
    {
        Ok(self.fetch_optional::<(T,)>().await?.map(|(value,)| value))
    }

    /// The lines of the plan that [`Db::explain`] asks for.
    pub(crate) async fn plan(self) -> Result<String> {
        let lines = match self.args {
            Args::Sqlite(_) => {
                let rows: Vec<(i64, i64, i64, String)> = self.fetch_all().await?;
                rows.into_iter().map(|(_, _, _, detail)| detail).collect()
            }
            Args::Postgres(_) => self.scalars::<String>().await?,
        };
        Ok(lines.join("\n"))
    }

    /// Runs it, however many rows it touches.
    pub async fn run(self) -> Result<()> {
        self.execute().await.map(drop)
    }

    /// Runs it and says whether it touched one row.
    pub async fn execute_one(self) -> Result<bool> {
        Ok(self.execute().await? == 1)
    }

    /// Runs it and says how many rows it touched.
    pub async fn execute(self) -> Result<u64> {
        run!(self, sqlx::query_with, |query, on| query.execute(on).map_ok(|done| done.rows_affected()))
    }
}
