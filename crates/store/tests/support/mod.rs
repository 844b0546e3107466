//! One test body, both databases: a temporary file always, and a PostgreSQL database of its own
//! where `HOLDFAST_TEST_POSTGRES` names a superuser's address. Holds no assertion about the store.

pub mod catalogue;
mod office;

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    str::FromStr as _,
};

use holdfast_domain::Timestamp;
use holdfast_store::{Db, Queryable as _};
use sqlx::{ConnectOptions as _, postgres::PgConnectOptions};
use uuid::Uuid;

pub use office::Office;

/// The present of every test.
pub const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

/// The database role whose rights the server has on PostgreSQL, and its password in tests.
pub const APP_ROLE: (&str, &str) = ("holdfast_app", "copper tide 9 lanterns");

/// An id that counts instead of being random.
pub const fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Makes two tests, `…::sqlite` and `…::postgres`, of one body. The body takes a migrated `db: Db`,
/// or the `url: String` of a database that is still empty.
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: $kind:ident) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn story($db: $kind) $body

            #[tokio::test]
            async fn sqlite() {
                crate::support::on_sqlite(async |url| story(crate::support::$kind(url).await).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                let name = concat!(module_path!(), "::postgres");
                crate::support::on_postgres(name, async |url| story(crate::support::$kind(url).await).await).await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// What a body that asks for `db: Db` is given.
#[allow(non_snake_case)]
pub async fn Db(url: String) -> Db {
    let db = Db::open(&url).await.unwrap();
    db.migrate().await.unwrap();
    db
}

/// What a body that asks for `url: String` is given.
#[allow(non_snake_case)]
pub async fn String(url: String) -> String {
    url
}

/// Runs a body on an empty database in a temporary file.
pub async fn on_sqlite(body: impl AsyncFnOnce(String)) {
    let folder = tempfile::tempdir().unwrap();
    body(format!("sqlite:{}", folder.path().join("holdfast.db").display())).await;
}

/// Runs a body on an empty PostgreSQL database, and drops the database afterwards whatever the body
/// did. Without a server there is nothing to run on, which CI must never take for success.
pub async fn on_postgres(test: &str, body: impl AsyncFnOnce(String)) {
    let Some(server) = postgres_server() else { return };
    let name = database_name(test);
    // A linguistic collation and no knowledge of letters beyond ASCII: whoever leaves sorting or
    // case to the server is found out.
    let make = format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'
         LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
    );
    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    on_server(&server, &[&drop, &make]).await;
    let url = PgConnectOptions::from_str(&server).unwrap().database(&name).to_url_lossy();
    let ended = futures::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(body(url.into()))).await;
    on_server(&server, &[&drop]).await;
    if let Err(panic) = ended {
        std::panic::resume_unwind(panic);
    }
}

/// The superuser's address of the PostgreSQL server.
pub fn postgres_server() -> Option<String> {
    let server = std::env::var("HOLDFAST_TEST_POSTGRES").ok().filter(|server| !server.is_empty());
    if server.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI is set, so the store must be tested on PostgreSQL too: set HOLDFAST_TEST_POSTGRES to a superuser's \
             address, such as postgres://postgres@127.0.0.1:5432/postgres"
        );
        eprintln!("HOLDFAST_TEST_POSTGRES is not set: not run on PostgreSQL");
    }
    server
}

/// Runs statements on the server's own database.
pub async fn on_server(server: &str, statements: &[&str]) {
    let db = Db::open(server).await.unwrap();
    for sql in statements {
        db.query_built((*sql).to_owned()).execute().await.unwrap();
    }
    db.close().await;
}

/// A name for the test's database: the same in every run of the same process, and no longer than
/// the 63 bytes that PostgreSQL keeps.
fn database_name(test: &str) -> String {
    let mut hash = DefaultHasher::new();
    test.hash(&mut hash);
    format!("holdfast_test_{}_{:016x}", std::process::id(), hash.finish())
}
