//! What is acknowledged is on the disk, what is dropped was never there, and who waits too long is
//! told so.

use holdfast_domain::{Actor, OrgId, Timestamp, metric::TargetHistory, org::OrgFields};
use holdfast_store::{Db, Error, Queryable as _, org};
use holdfast_testing::Engine;
use tokio::task::JoinSet;

use crate::support::{Given as _, NOW, Office, committed, migrated, on_both};

on_both! {
    async fn a_transaction_dropped_without_commit_leaves_nothing((db, office): (Db, Office)) {
        let mut tx = db.write().await.unwrap();
        let fields = OrgFields { name: "Never".into(), time_zone: "UTC".into(), targets: None, targets_from: String::new() };
        assert!(org::update(&mut tx, office.org, 1, &fields, &TargetHistory::default(), NOW).await.unwrap());
        assert_eq!(org::find(&mut tx, office.org).await.unwrap().unwrap().name, "Never");
        drop(tx);
        assert_eq!(org::find(&db, office.org).await.unwrap().unwrap().name, "Office 1");
        let mut next = db.write().await.unwrap();
        assert_eq!(org::find(&mut next, office.org).await.unwrap().unwrap().version, 1);
    }

    async fn a_task_that_is_cancelled_half_way_leaves_nothing((db, office): (Db, Office)) {
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (task_db, org) = (db.clone(), office.org);
        let task = tokio::spawn(async move {
            let mut tx = task_db.write().await.unwrap();
            org::next_number(&mut tx, org, "incident").await.unwrap();
            begun.send(()).unwrap();
            std::future::pending::<()>().await;
            tx.commit().await.unwrap();
        });
        has_begun.await.unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        let mut tx = db.write().await.unwrap();
        assert_eq!(org::next_number(&mut tx, office.org, "incident").await.unwrap(), 1);
    }

    async fn an_unfinished_write_is_unseen_by_others_and_does_not_keep_them_from_reading((db, office): (Db, Office)) {
        let mut tx = db.write().await.unwrap();
        let fields = OrgFields { name: "Soon".into(), time_zone: "UTC".into(), targets: None, targets_from: String::new() };
        assert!(org::update(&mut tx, office.org, 1, &fields, &TargetHistory::default(), NOW).await.unwrap());
        assert_eq!(org::find(&db, office.org).await.unwrap().unwrap().name, "Office 1");
        tx.commit().await.unwrap();
        assert_eq!(org::find(&db, office.org).await.unwrap().unwrap().name, "Soon");
    }

    async fn a_writer_that_waits_too_long_is_told_that_the_database_is_busy((db, office): (Db, Office)) {
        let mut first = db.write().await.unwrap();
        org::next_number(&mut first, office.org, "incident").await.unwrap();
        let refused = if db.is_sqlite() {
            db.write().await.unwrap_err()
        } else {
            let mut second = db.write().await.unwrap();
            // The same wait, shorter: PostgreSQL lets each transaction choose.
            second.query("SET LOCAL lock_timeout = '20ms'").execute().await.unwrap();
            org::next_number(&mut second, office.org, "incident").await.unwrap_err()
        };
        assert!(matches!(refused, Error::Busy), "{refused:?}");
        first.commit().await.unwrap();
    }

    async fn an_acknowledged_write_has_reached_the_disk(db: Db) {
        if db.is_sqlite() {
            for (sql, wanted) in [
                ("PRAGMA synchronous", "2"), ("PRAGMA foreign_keys", "1"), ("PRAGMA journal_mode", "wal"),
            ] {
                let mut tx = db.write().await.unwrap();
                let found = if wanted == "wal" {
                    tx.query(sql).fetch_one::<(String,)>().await.unwrap().0
                } else {
                    tx.query(sql).fetch_one::<(i64,)>().await.unwrap().0.to_string()
                };
                assert_eq!(found, wanted, "{sql}");
            }
        } else {
            let (found,): (String,) = db.query("SHOW synchronous_commit").fetch_one().await.unwrap();
            assert_eq!(found, "on");
        }
    }

    async fn what_was_written_is_there_when_the_database_is_opened_again(url: String) {
        let db = migrated(&url).await;
        let office = Office::open(&db, 1).await;
        org::ping(&db).await.unwrap();
        db.close().await;
        assert!(org::ping(&db).await.is_err());
        if let Some(path) = url.strip_prefix("sqlite:") {
            assert!(!std::path::Path::new(&format!("{path}-wal")).exists(), "folded into one file");
        }
        let db = Db::open(&url).await.unwrap();
        assert_eq!(org::ids(&db).await.unwrap(), [office.org]);
        db.close().await;
    }

    async fn no_row_and_no_value_are_never_read_as_zero(db: Db) {
        let size = "SELECT size FROM ledger_heads";
        assert!(db.query(size).fetch_one::<(i64,)>().await.is_err());
        assert_eq!(db.query(size).fetch_optional::<(i64,)>().await.unwrap(), None);
        let null = db.query("SELECT CAST(NULL AS BIGINT)").fetch_one::<(Option<Timestamp>,)>().await.unwrap();
        assert_eq!(null, (None,));
    }

    async fn readers_are_not_starved_by_many_writers((db, office): (Db, Office)) {
        let mut tasks = JoinSet::new();
        for _ in 0..12 {
            let (db, actor) = (db.clone(), office.ada.clone());
            tasks.spawn(async move { write_and_read(&db, &actor).await });
        }
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }
    }
}

async fn write_and_read(db: &Db, actor: &Actor) {
    let given = committed(db, async |tx| org::next_number(tx, actor.org_id, "incident").await).await;
    let (value,): (i64,) = db.query("SELECT value FROM counters").fetch_one().await.unwrap();
    assert!(value >= given, "an acknowledged write is seen by whoever reads next");
}

/// Sets a counter of that name, alone in its transaction or in that of others.
async fn count(db: &Db, org: OrgId, name: &'static str, then: Then) -> Result<(), Error> {
    let mut tx = db.write().await?;
    // Long enough for the others to be waiting.
    for _ in 0..20 {
        org::next_number(&mut tx, org, name).await?;
    }
    match then {
        Then::Commit => tx.commit().await,
        Then::Drop => Ok(()),
        Then::Break => {
            tx.query("PRAGMA defer_foreign_keys = ON").execute().await?;
            tx.query("UPDATE counters SET org_id = $1").bind(uuid::Uuid::from_u128(9)).execute().await?;
            tx.commit().await
        }
    }
}

#[derive(Clone, Copy)]
enum Then {
    Commit,
    Drop,
    /// Commits what only the commit itself refuses.
    Break,
}

async fn counters(db: &Db) -> Vec<String> {
    let rows: Vec<(String,)> = db.query("SELECT name FROM counters ORDER BY name").fetch_all().await.unwrap();
    rows.into_iter().map(|(name,)| name).collect()
}

on_both! {
    async fn of_writes_that_come_together_those_dropped_leave_nothing((db, office): (Db, Office)) {
        let org = office.org;
        let (a, b, c, d) = tokio::join!(
            count(&db, org, "a", Then::Commit),
            count(&db, org, "b", Then::Drop),
            count(&db, org, "c", Then::Commit),
            count(&db, org, "d", Then::Drop),
        );
        for ended in [a, b, c, d] {
            ended.unwrap();
        }
        assert_eq!(counters(&db).await, ["a", "c"]);
        count(&db, org, "e", Then::Commit).await.unwrap();
        assert_eq!(counters(&db).await, ["a", "c", "e"]);
    }

    async fn what_a_write_saw_of_others_can_be_read_once_that_is_settled((db, office): (Db, Office)) {
        for _ in 0..20 {
            let looks = async {
                let mut tx = db.write().await.unwrap();
                let value = "SELECT COALESCE(MAX(value), 0) FROM counters";
                let (seen,): (i64,) = tx.query(value).fetch_one().await.unwrap();
                drop(tx);
                db.settled().await;
                let (read,): (i64,) = db.query(value).fetch_one().await.unwrap();
                assert!(read >= seen, "{read} of {seen}");
            };
            let (written, ()) = tokio::join!(count(&db, office.org, "a", Then::Commit), looks);
            written.unwrap();
        }
    }

    async fn one_that_is_given_up_while_it_waits_is_not_waited_for((db, office): (Db, Office)) {
        let org = office.org;
        for _ in 0..20 {
            let first = tokio::spawn({
                let db = db.clone();
                async move { count(&db, org, "a", Then::Commit).await }
            });
            let given_up: Vec<_> = ["b", "c", "d"]
                .map(|name| {
                    let db = db.clone();
                    tokio::spawn(async move { count(&db, org, name, Then::Commit).await })
                })
                .into_iter()
                .collect();
            tokio::task::yield_now().await;
            for task in &given_up {
                task.abort();
            }
            first.await.unwrap().unwrap();
        }
        assert!(counters(&db).await.contains(&"a".to_owned()));
    }
}

#[tokio::test]
async fn writes_that_become_lasting_together_fail_together() {
    Db::given(Engine::Sqlite, async |db| {
        let office = Office::open(&db, 1).await;
        let org = office.org;
        count(&db, org, "before", Then::Commit).await.unwrap();
        let (a, broken, c) = tokio::join!(
            count(&db, org, "a", Then::Commit),
            count(&db, org, "broken", Then::Break),
            count(&db, org, "c", Then::Commit),
        );
        assert!(matches!((a, broken, c), (Err(Error::Busy), Err(Error::Busy), Err(Error::Busy))));
        assert_eq!(counters(&db).await, ["before"]);
        assert!(count(&db, org, "alone", Then::Break).await.is_err());
        count(&db, org, "after", Then::Commit).await.unwrap();
        assert_eq!(counters(&db).await, ["after", "before"]);
    })
    .await;
}

#[tokio::test]
async fn the_readers_of_the_embedded_database_cannot_write() {
    Db::given(Engine::Sqlite, async |db| {
        let refused = db.query("DELETE FROM people").execute().await.unwrap_err().to_string();
        assert!(refused.contains("readonly"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn an_address_of_another_database_is_refused() {
    assert!(Db::open("mysql://127.0.0.1/holdfast").await.is_err());
}
