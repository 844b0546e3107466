//! From an empty database to the shape the program expects, and no further.

use holdfast_store::{Db, Queryable as _, org};

use crate::support::on_both;

on_both! {
    async fn an_empty_database_is_brought_to_shape_and_says_so(url: String) {
        let db = Db::open(&url).await.unwrap();
        assert!(!db.is_migrated().await);
        db.migrate().await.unwrap();
        assert!(db.is_migrated().await);
        assert_eq!(org::ids(&db).await.unwrap(), []);
        db.close().await;
    }

    async fn migrating_again_changes_nothing(url: String) {
        let db = Db::open(&url).await.unwrap();
        db.migrate().await.unwrap();
        let steps = "SELECT version, description, checksum FROM _sqlx_migrations ORDER BY version";
        let before: Vec<(i64, String, Vec<u8>)> = db.query(steps).fetch_all().await.unwrap();
        assert!(!before.is_empty());
        db.migrate().await.unwrap();
        let after: Vec<(i64, String, Vec<u8>)> = db.query(steps).fetch_all().await.unwrap();
        assert_eq!(before, after);
        db.close().await;
    }

    async fn two_servers_that_start_at_once_on_an_empty_database_both_come_up(url: String) {
        let db = Db::open(&url).await.unwrap();
        let (one, other) = tokio::join!(db.migrate(), db.migrate());
        one.unwrap();
        other.unwrap();
        assert!(db.is_migrated().await);
        db.close().await;
    }

    async fn a_database_written_by_a_newer_program_is_refused_and_left_alone(url: String) {
        let db = Db::open(&url).await.unwrap();
        db.migrate().await.unwrap();
        db.alone(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             SELECT 9000, 'of the future', success, checksum, execution_time FROM _sqlx_migrations WHERE version = 10",
        )
        .execute()
        .await
        .unwrap();
        let refused = db.migrate().await.unwrap_err().to_string();
        assert!(refused.contains("newer Holdfast"), "{refused}");
        assert!(!db.is_migrated().await);
        db.close().await;
    }

    async fn a_database_that_lacks_the_latest_step_is_completed(url: String) {
        let db = Db::open(&url).await.unwrap();
        // As an older program leaves it: people and a ledger, no incidents yet.
        db.migrate_first(3).await.unwrap();
        assert!(!db.is_migrated().await);
        db.migrate().await.unwrap();
        assert!(db.is_migrated().await);
        let (incidents,): (i64,) = db.query("SELECT count(*) FROM incidents").fetch_one().await.unwrap();
        assert_eq!(incidents, 0);
        db.close().await;
    }
}
