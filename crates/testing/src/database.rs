//! A database of a test's own, on either engine, empty or migrated.

use holdfast_store::Db;
use tempfile::TempDir;

use crate::{
    server::{OnServer, Server, create_empty, drop_database, run},
    template,
};

/// What a test's database is made on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in a file of a temporary folder.
    Sqlite,
    /// The PostgreSQL that `HOLDFAST_TEST_POSTGRES` names: fast, and nothing there outlives a power cut.
    Postgres,
    /// The PostgreSQL that `HOLDFAST_TEST_POSTGRES_DURABLE` names, for tests that kill processes.
    DurablePostgres,
}

/// A database, removed when this is dropped, also when its test fails.
#[derive(Debug)]
pub struct Database {
    url: String,
    _folder: Option<TempDir>,
    _on_server: Option<OnServer>,
}

impl Database {
    /// One on which every step of the migrations has run; a copy of a template. `None` where there is no such
    /// server, which [`crate::missing`] says.
    pub async fn migrated(engine: Engine) -> Option<Self> {
        let Some(variable) = engine.variable() else {
            let (database, file) = Self::in_folder();
            template::copy_file(&file).await;
            return Some(database);
        };
        let server = Server::named(variable)?;
        let reserved = server.reserve();
        template::copy_database(&server, reserved.name()).await;
        Some(Self::on_server(reserved))
    }

    /// One without any table. `None` as with [`Database::migrated`].
    pub async fn empty(engine: Engine) -> Option<Self> {
        let Some(variable) = engine.variable() else {
            return Some(Self::in_folder().0);
        };
        let server = Server::named(variable)?;
        let reserved = server.reserve();
        let db = server.open().await;
        run(&db, drop_database(reserved.name())).await;
        run(&db, create_empty(reserved.name())).await;
        db.close().await;
        Some(Self::on_server(reserved))
    }

    /// Its address, as [`Db::open`] takes it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens it.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn open(&self) -> Db {
        Db::open(&self.url).await.expect("a test's database opens")
    }

    fn in_folder() -> (Self, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("test.db");
        (Self { url: template::file_address(&file), _folder: Some(folder), _on_server: None }, file)
    }

    fn on_server(reserved: OnServer) -> Self {
        Self { url: reserved.url(), _folder: None, _on_server: Some(reserved) }
    }
}

impl Engine {
    /// The environment variable that names its server.
    const fn variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("HOLDFAST_TEST_POSTGRES"),
            Self::DurablePostgres => Some("HOLDFAST_TEST_POSTGRES_DURABLE"),
        }
    }
}
