//! What the server's own role may do on PostgreSQL when somebody else owns the tables: all that it
//! needs, and nothing to the log beyond reading and appending.

use std::str::FromStr as _;

use holdfast_domain::incident::IncidentQuery;
use holdfast_store::{Db, Queryable as _, incident, ledger, session};
use holdfast_testing::Engine;
use sqlx::{ConnectOptions as _, postgres::PgConnectOptions};

use super::ledger::{add_node_and_opening, append, log_of};
use crate::support::{APP_ROLE, Given as _, NOW, Office, migrated, on_server};

/// Makes the role where it is missing: roles belong to the whole server, not to one database.
async fn make_role() {
    let (name, password) = APP_ROLE;
    let sql = format!(
        "DO $$ BEGIN
             PERFORM pg_advisory_xact_lock(hashtext('{name}'));
             IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{name}') THEN
                 CREATE ROLE {name} LOGIN PASSWORD '{password}';
             ELSE
                 ALTER ROLE {name} LOGIN PASSWORD '{password}';
             END IF;
         END $$"
    );
    on_server(sql).await;
}

/// Opens the database as the server does.
async fn as_app(url: &str) -> Db {
    let options = PgConnectOptions::from_str(url).unwrap().username(APP_ROLE.0).password(APP_ROLE.1);
    let db = Db::open(options.to_url_lossy().as_str()).await.unwrap();
    let (role,): (String,) = db.query("SELECT current_user::TEXT").fetch_one().await.unwrap();
    assert_eq!(role, APP_ROLE.0);
    db
}

/// A database that its owner migrated when the role was there.
async fn owned(url: &str) -> Office {
    make_role().await;
    let db = migrated(url).await;
    let office = Office::open(&db, 1).await;
    log_of(&db, &office, 3).await;
    ledger::insert_checkpoint(&db, office.org, 3, "signed", NOW).await.unwrap();
    db.close().await;
    office
}

#[tokio::test]
async fn the_servers_role_starts_on_a_migrated_database_without_touching_it() {
    String::given(Engine::Postgres, async |url| {
        owned(&url).await;
        let db = as_app(&url).await;
        db.migrate().await.unwrap();
        assert!(db.is_migrated().await);
        // pg_dump reads them, so a backup needs no other role.
        let sequences = "SELECT COUNT(*) FROM pg_sequences
                         WHERE NOT has_sequence_privilege(format('%I.%I', schemaname, sequencename), 'SELECT')";
        let (unread,): (i64,) = db.query(sequences).fetch_one().await.unwrap();
        assert_eq!(unread, 0, "sequences that the server's role cannot read");
        assert!(db.query("DELETE FROM _sqlx_migrations").execute().await.is_err());
        assert!(db.query("CREATE TABLE mine (id BIGINT)").execute().await.is_err());
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_servers_role_can_do_all_that_its_work_needs() {
    String::given(Engine::Postgres, async |url| {
        let office = owned(&url).await;
        let db = as_app(&url).await;
        // A second organisation with people, an incident with its words, an appended log.
        Office::open(&db, 2).await;
        let found = office.incident(&db, 1, |draft| draft.fields.title = "Zanzibar".into()).await;
        let query = IncidentQuery { text: "zanzibar".into(), ..IncidentQuery::default() };
        assert_eq!(incident::list(&db, &office.ben, &query, None).await.unwrap().rows[0].id, found.id);
        let mut tx = db.write().await.unwrap();
        assert_eq!(append(&mut tx, office.org, "a", None).await, 3);
        add_node_and_opening(&mut tx, office.org, 3).await;
        tx.commit().await.unwrap();
        ledger::insert_checkpoint(&db, office.org, 4, "signed", NOW).await.unwrap();
        session::sweep(&db, NOW).await.unwrap();
        assert_eq!(db.alone("DELETE FROM ledger_openings").execute().await.unwrap(), 1);
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_servers_role_is_denied_every_change_of_the_log() {
    String::given(Engine::Postgres, async |url| {
        let office = owned(&url).await;
        let db = as_app(&url).await;
        for table in ["ledger_entries", "ledger_nodes", "ledger_checkpoints", "ledger_concerns"] {
            for sql in [
                format!("UPDATE {table} SET org_id = org_id"),
                format!("DELETE FROM {table}"),
                format!("TRUNCATE {table}"),
            ] {
                assert_denied(&db, sql).await;
            }
        }
        for sql in [
            "UPDATE ledger_openings SET text = 'forged'",
            "TRUNCATE ledger_openings",
            "DELETE FROM ledger_heads",
            "TRUNCATE ledger_heads",
            "TRUNCATE orgs CASCADE",
            "ALTER TABLE ledger_entries DISABLE TRIGGER ALL",
            "DROP TRIGGER ledger_entries_append_only ON ledger_entries",
            "DROP TABLE ledger_entries",
            "CREATE OR REPLACE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN RETURN NEW; END'",
            "SET session_replication_role = replica",
        ] {
            assert_denied(&db, sql.into()).await;
        }
        let mut tx = db.write().await.unwrap();
        let backwards = tx.query("UPDATE ledger_heads SET size = 0").execute().await.unwrap_err().to_string();
        assert!(backwards.contains("the ledger is append-only"), "{backwards}");
        drop(tx);
        assert_eq!(ledger::entries(&db, office.org, 0, 9).await.unwrap().len(), 3);
        db.close().await;
    })
    .await;
}

/// Not the trigger answers, but the rights: two locks, each of which would do.
async fn assert_denied(db: &Db, sql: String) {
    let refused = db.query_built(sql.clone()).execute().await.unwrap_err().to_string();
    assert!(refused.contains("permission denied") || refused.contains("must be owner"), "{sql}: {refused}");
}
