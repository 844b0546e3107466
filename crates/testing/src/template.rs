//! Migrated databases that are made once and copied for each test. Their names hold a digest of the steps,
//! so that a changed step gives another template. Each test may run in a process of its own: the process
//! that comes first makes the template, and none ever sees half of one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use holdfast_store::{Db, Queryable as _};

use crate::server::{Server, create_empty, drop_database, run};

/// Makes a migrated file of the embedded database.
pub(crate) async fn copy_file(to: &Path) {
    let template = file_template();
    if !template.exists() {
        make_file(&template).await;
    }
    fs::copy(&template, to).expect("the template can be copied");
}

/// Beside the test program, where one build's programs find it and `cargo clean` removes it.
fn file_template() -> PathBuf {
    let program = std::env::current_exe().expect("a test program has a path");
    program.with_file_name(format!("holdfast-template-{}.db", Db::steps_digest(true)))
}

async fn make_file(template: &Path) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let migrated = folder.path().join("migrated.db");
    let db = Db::open(&file_address(&migrated)).await.expect("SQLite opens a new file");
    db.migrate().await.expect("the migrations run");
    // From here on all is in one file.
    db.close().await;
    let beside = template.parent().expect("a file lies in a folder");
    let whole = tempfile::NamedTempFile::new_in(beside).expect("a file beside the test program");
    fs::copy(&migrated, whole.path()).expect("the template can be written");
    // At once, whether or not another process was faster: both have the same content.
    whole.persist(template).expect("the template gets its name");
}

/// The address of a file of the embedded database.
pub(crate) fn file_address(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// Makes a migrated database of that name on a server.
pub(crate) async fn copy_database(server: &Server, name: &str) {
    let template = format!("holdfast_template_{}", Db::steps_digest(false));
    let copy = format!("CREATE DATABASE {name} TEMPLATE {template}");
    let db = server.open().await;
    run(&db, drop_database(name)).await;
    if db.query_built(copy.clone()).execute().await.is_err() {
        make_database(&db, server, &template).await;
        run(&db, copy).await;
    }
    db.close().await;
}

/// Makes the template, unless another process does so meanwhile.
async fn make_database(db: &Db, server: &Server, template: &str) {
    // Held until it is dropped; another process waits for it while the migrations run.
    let mut lock = db.write().await.expect("a transaction");
    for sql in ["SET LOCAL lock_timeout = 0", "SELECT pg_advisory_xact_lock(hashtextextended('holdfast_template', 0))"]
    {
        lock.query(sql).execute().await.expect("a lock");
    }
    let there = "SELECT CAST(1 AS BIGINT) FROM pg_database WHERE datname = $1";
    let there: Option<(i64,)> =
        lock.query(there).bind(template.to_owned()).fetch_optional().await.expect("the list of databases");
    if there.is_some() {
        return;
    }
    let unfinished = format!("{template}_unfinished");
    run(db, drop_database(&unfinished)).await;
    run(db, create_empty(&unfinished)).await;
    let migrated = Db::open(&server.address(&unfinished)).await.expect("a new database opens");
    migrated.migrate().await.expect("the migrations run");
    migrated.close().await;
    // A database can be copied only while nobody is connected to it.
    run(db, format!("ALTER DATABASE {unfinished} WITH ALLOW_CONNECTIONS false")).await;
    run(db, format!("ALTER DATABASE {unfinished} RENAME TO {template}")).await;
}
