//! One test body, both databases: SQLite always, and PostgreSQL where `HOLDFAST_TEST_POSTGRES` names a
//! superuser's address. Holds no assertion about the store.

pub mod catalogue;
mod office;

use holdfast_store::{Db, Queryable as _, Result, Tx};
use holdfast_testing::{Database, Engine};
use uuid::Uuid;

pub use holdfast_testing::NOW;
pub use office::Office;

/// The database role whose rights the server has on PostgreSQL, and its password in tests.
pub const APP_ROLE: (&str, &str) = ("holdfast_app", "copper tide 9 lanterns");

/// An id that counts instead of being random.
pub const fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Makes two tests, `…::sqlite` and `…::postgres`, of one body. The body takes a migrated `db: Db`, with one
/// office or two in it if it asks for them, or the `url: String` of a database that is still empty.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($given:tt: $kind:ty) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn story($given: $kind) $body

            #[tokio::test]
            async fn sqlite() {
                <$kind as crate::support::Given>::given(holdfast_testing::Engine::Sqlite, story).await;
            }

            #[tokio::test]
            async fn postgres() {
                <$kind as crate::support::Given>::given(holdfast_testing::Engine::Postgres, story).await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// What a test body can be given.
pub trait Given: Sized {
    /// Runs a body on a database of its own, unless there is no such server here.
    async fn given(engine: Engine, body: impl AsyncFnOnce(Self));
}

/// A migrated database.
impl Given for Db {
    async fn given(engine: Engine, body: impl AsyncFnOnce(Self)) {
        let Some(database) = Database::migrated(engine).await else { return };
        body(database.open().await).await;
    }
}

/// A migrated database and its first office.
impl Given for (Db, Office) {
    async fn given(engine: Engine, body: impl AsyncFnOnce(Self)) {
        Db::given(engine, async |db| {
            let office = Office::open(&db, 1).await;
            body((db, office)).await;
        })
        .await;
    }
}

/// A migrated database and two offices that share nothing.
impl Given for (Db, Office, Office) {
    async fn given(engine: Engine, body: impl AsyncFnOnce(Self)) {
        <(Db, Office)>::given(engine, async |(db, office)| {
            let other = Office::open(&db, 2).await;
            body((db, office, other)).await;
        })
        .await;
    }
}

/// The address of an empty database.
impl Given for String {
    async fn given(engine: Engine, body: impl AsyncFnOnce(Self)) {
        let Some(database) = Database::empty(engine).await else { return };
        body(database.url().to_owned()).await;
    }
}

/// Opens an empty database and brings it to shape.
pub async fn migrated(url: &str) -> Db {
    let db = Db::open(url).await.unwrap();
    db.migrate().await.unwrap();
    db
}

/// What is written in a transaction of its own, committed.
pub async fn committed<T>(db: &Db, write: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> T {
    let mut tx = db.write().await.unwrap();
    let done = write(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    done
}

/// Runs a statement on the server's own database.
pub async fn on_server(sql: String) {
    let Some(server) = holdfast_testing::named("HOLDFAST_TEST_POSTGRES") else { return };
    let db = Db::open(&server).await.unwrap();
    db.query_built(sql).execute().await.unwrap();
    db.close().await;
}
