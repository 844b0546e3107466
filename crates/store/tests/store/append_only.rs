//! The databases themselves refuse to change or remove what the log holds, by whichever door.

use holdfast_store::{Db, Queryable as _, ledger, ledger_read};

use super::ledger::{add_node_and_opening, log_of};
use crate::support::{NOW, Office, on_both};

/// Changes that each would let the log say something else than it said.
const REFUSED: &[&str] = &[
    "UPDATE ledger_entries SET entry = 'forged'",
    "UPDATE ledger_entries SET kind = 'forged' WHERE seq = 1",
    "UPDATE ledger_entries SET seq = seq + 100",
    "DELETE FROM ledger_entries",
    "DELETE FROM ledger_entries WHERE seq = 2",
    "UPDATE ledger_nodes SET position = 7",
    "DELETE FROM ledger_nodes",
    "UPDATE ledger_checkpoints SET note = 'forged'",
    "DELETE FROM ledger_checkpoints WHERE size = 3",
    "UPDATE ledger_openings SET text = 'forged'",
    "UPDATE ledger_heads SET size = size - 1",
    "UPDATE ledger_heads SET size = 0",
    "DELETE FROM ledger_heads",
    "INSERT INTO ledger_entries SELECT * FROM ledger_entries WHERE seq = 1
     ON CONFLICT (org_id, seq) DO UPDATE SET entry = 'forged'",
    "INSERT INTO ledger_checkpoints SELECT * FROM ledger_checkpoints WHERE size = 3
     ON CONFLICT (org_id, size) DO UPDATE SET note = 'forged'",
];

/// Row by row, everything that a log holds.
async fn contents(db: &Db, office: &Office) -> String {
    let entries = ledger::newest(db, office.org, i64::MAX, 100).await.unwrap();
    let stretch = ledger_read::stretch(db, office.org, 0, 100).await.unwrap();
    let openings = stretch.openings().unwrap();
    let checkpoint = ledger::newest_checkpoint(db, office.org).await.unwrap();
    let node = ledger::node(db, office.org, 1, 0).await.unwrap();
    let head = ledger::head(db, office.org).await.unwrap();
    format!("{entries:?} {openings:?} {checkpoint:?} {node:?} {head:?}")
}

async fn full_log(db: &Db) -> Office {
    let office = Office::open(db, 1).await;
    log_of(db, &office, 3).await;
    let mut tx = db.write().await.unwrap();
    add_node_and_opening(&mut tx, office.org, 1).await;
    tx.commit().await.unwrap();
    ledger::insert_checkpoint(db, office.org, 3, "signed", NOW).await.unwrap();
    office
}

on_both! {
    async fn nothing_in_the_log_can_be_changed_or_removed(db: Db) {
        let office = full_log(&db).await;
        let before = contents(&db, &office).await;
        for sql in REFUSED {
            let alone = db.alone(sql).execute().await.unwrap_err().to_string();
            assert!(alone.contains("the ledger is append-only"), "{sql}: {alone}");
            let mut tx = db.write().await.unwrap();
            let within = tx.query(sql).execute().await.unwrap_err().to_string();
            assert!(within.contains("the ledger is append-only"), "{sql}: {within}");
        }
        assert_eq!(contents(&db, &office).await, before);
    }

    async fn replacing_a_row_is_no_way_around(db: Db) {
        let office = full_log(&db).await;
        let before = contents(&db, &office).await;
        if db.is_sqlite() {
            // Openings are left out: they may be erased, so a replaced one is only an erased one.
            for table in ["ledger_entries", "ledger_nodes", "ledger_checkpoints", "ledger_heads"] {
                let sql = format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}");
                let mut tx = db.write().await.unwrap();
                let refused = tx.query_built(sql).execute().await.unwrap_err().to_string();
                assert!(refused.contains("the ledger is append-only"), "{table}: {refused}");
            }
        } else {
            for table in ["ledger_entries", "ledger_nodes", "ledger_checkpoints", "ledger_heads", "ledger_openings"] {
                for sql in [format!("TRUNCATE {table}"), format!("TRUNCATE {table} CASCADE")] {
                    let mut tx = db.write().await.unwrap();
                    let refused = tx.query_built(sql).execute().await.unwrap_err().to_string();
                    assert!(refused.contains("the ledger is append-only"), "{table}: {refused}");
                }
            }
            let mut tx = db.write().await.unwrap();
            assert!(tx.query("TRUNCATE orgs CASCADE").execute().await.is_err());
        }
        assert_eq!(contents(&db, &office).await, before);
    }

    async fn the_head_may_move_forward(db: Db) {
        let office = full_log(&db).await;
        log_of_one_more(&db, &office).await;
        assert_eq!(ledger::head(&db, office.org).await.unwrap().size, 4);
    }
}

async fn log_of_one_more(db: &Db, office: &Office) {
    let mut tx = db.write().await.unwrap();
    assert_eq!(super::ledger::append(&mut tx, office.org, "a", None).await, 3);
    tx.commit().await.unwrap();
}
