//! Counts of failed sign-ins.

use holdfast_domain::Timestamp;
use holdfast_store::{Db, Result, throttle};

use crate::support::{NOW, on_both};

const KEY: [u8; 32] = [1; 32];
const OTHER: [u8; 32] = [2; 32];
const DAY_S: i64 = 86_400;

/// From the third failure on, ten seconds for each.
const fn block_s(failures: i64) -> i64 {
    if failures < 3 { 0 } else { failures * 10 }
}

async fn count(db: &Db, key: [u8; 32], at: Timestamp) -> Result<Option<Timestamp>> {
    let mut tx = db.write().await?;
    let before = throttle::count(&mut tx, key, at, DAY_S, block_s).await?;
    tx.commit().await?;
    Ok(before)
}

async fn fail(db: &Db, key: [u8; 32], at: Timestamp) -> Option<i64> {
    count(db, key, at).await.unwrap();
    let until = throttle::blocked_until(db, key, at).await.unwrap();
    until.map(|until| until.since(at) / 1_000_000)
}

on_both! {
    async fn failures_add_up_and_block_for_longer_each_time(db: Db) {
        assert_eq!(throttle::blocked_until(&db, KEY, NOW).await.unwrap(), None);
        let mut blocks = Vec::new();
        for _ in 0..5 {
            blocks.push(fail(&db, KEY, NOW).await);
        }
        assert_eq!(blocks, [None, None, Some(30), Some(40), Some(50)]);
        assert_eq!(throttle::blocked_until(&db, OTHER, NOW).await.unwrap(), None);
        assert_eq!(throttle::blocked_until(&db, KEY, NOW.plus_seconds(50)).await.unwrap(), None);
    }

    async fn tries_in_parallel_are_all_counted(db: Db) {
        let one = || count(&db, KEY, NOW);
        let counted = tokio::join!(one(), one(), one(), one(), one(), one());
        let counted = [counted.0, counted.1, counted.2, counted.3, counted.4, counted.5].map(|one| one.unwrap());
        let free = counted.iter().filter(|until| until.is_none()).count();
        assert_eq!(free, 3, "each sees the block of the one before: {counted:?}");
        assert_eq!(fail(&db, KEY, NOW).await, Some(70));
    }

    async fn success_forgets_the_failures_of_that_key(db: Db) {
        for _ in 0..4 {
            fail(&db, KEY, NOW).await;
            fail(&db, OTHER, NOW).await;
        }
        throttle::clear(&db, KEY).await.unwrap();
        assert_eq!(throttle::blocked_until(&db, KEY, NOW).await.unwrap(), None);
        assert!(throttle::blocked_until(&db, OTHER, NOW).await.unwrap().is_some());
        assert_eq!(fail(&db, KEY, NOW).await, None, "counts from one again");
    }

    async fn a_try_that_was_good_is_taken_back(db: Db) {
        for _ in 0..3 {
            throttle::take_back(&db, KEY).await.unwrap();
            fail(&db, KEY, NOW).await;
        }
        assert_eq!(fail(&db, KEY, NOW).await, None, "two of three were taken back");
    }

    async fn a_try_that_was_good_blocks_nobody_and_keeps_no_count_alive(db: Db) {
        for _ in 0..2 {
            fail(&db, KEY, NOW).await;
        }
        for day in 1..=3 {
            let at = NOW.plus_seconds(day * DAY_S / 2);
            assert_eq!(fail(&db, KEY, at).await, if day < 3 { Some(30) } else { None });
            throttle::take_back(&db, KEY).await.unwrap();
            assert_eq!(throttle::blocked_until(&db, KEY, at).await.unwrap(), None);
        }
    }

    async fn failures_older_than_a_day_start_again(db: Db) {
        for _ in 0..4 {
            fail(&db, KEY, NOW).await;
        }
        assert_eq!(fail(&db, KEY, NOW.plus_seconds(DAY_S)).await, Some(50), "exactly a day still counts");
        assert_eq!(fail(&db, KEY, NOW.plus_seconds(2 * DAY_S + 1)).await, None);
    }

    async fn sweeping_removes_counts_older_than_a_day(db: Db) {
        fail(&db, KEY, NOW).await;
        fail(&db, OTHER, NOW.plus_seconds(60)).await;
        assert_eq!(throttle::sweep(&db, NOW.plus_seconds(DAY_S)).await.unwrap(), 0);
        assert_eq!(throttle::sweep(&db, NOW.plus_seconds(DAY_S + 1)).await.unwrap(), 1);
        assert_eq!(throttle::sweep(&db, NOW.plus_seconds(DAY_S + 61)).await.unwrap(), 1);
    }
}
