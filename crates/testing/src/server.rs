//! A PostgreSQL server on which tests make databases. Other processes do the same on it at the same time.

use std::sync::atomic::{AtomicU64, Ordering};

use holdfast_store::{Db, Queryable as _};

/// A server, by the address of a role that may make databases.
#[derive(Clone, Debug)]
pub(crate) struct Server(String);

/// A database on a server, dropped when this is.
#[derive(Debug)]
pub(crate) struct OnServer {
    server: Server,
    name: String,
}

impl Server {
    /// The server that an environment variable names.
    #[track_caller]
    pub(crate) fn named(variable: &str) -> Option<Self> {
        crate::named(variable).map(Self)
    }

    /// The address of one of its databases.
    pub(crate) fn address(&self, database: &str) -> String {
        let (address, options) = self.0.split_at(self.0.find('?').unwrap_or(self.0.len()));
        let (base, _) = address.rsplit_once('/').expect("a server's address ends with a database");
        format!("{base}/{database}{options}")
    }

    /// Its own database, from which others are made.
    pub(crate) async fn open(&self) -> Db {
        Db::open(&self.0).await.expect("PostgreSQL answers")
    }

    /// Reserves a name that no other process and no other test of this one takes. The database is still to
    /// be made.
    pub(crate) fn reserve(&self) -> OnServer {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        // Short, since PostgreSQL cuts names after 63 bytes.
        let name = format!("holdfast_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        OnServer { server: self.clone(), name }
    }
}

impl OnServer {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn url(&self) -> String {
        self.server.address(&self.name)
    }
}

impl Drop for OnServer {
    /// Works outside and inside of a runtime, and while a failed test unwinds.
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), drop_database(&self.name));
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let db = server.open().await;
                run(&db, sql).await;
                db.close().await;
            });
        });
        if dropped.join().is_err() {
            eprintln!("the database {} is still there", self.name);
        }
    }
}

/// Runs a statement by itself, as those that make and remove databases must be.
pub(crate) async fn run(db: &Db, sql: String) {
    if let Err(error) = db.query_built(sql.clone()).execute().await {
        panic!("{sql}: {error}");
    }
}

/// Makes a database without any table. It sorts as people do and knows no letters beyond ASCII, so that code
/// which leaves sorting or case to the server is found.
pub(crate) fn create_empty(name: &str) -> String {
    format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'
         LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
    )
}

/// Removes a database, also one that is missing or in use.
pub(crate) fn drop_database(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}
