//! A retried request has one effect.

use holdfast_store::{Db, Error, idempotency};

use crate::support::{NOW, Office, on_both};

on_both! {
    async fn what_a_request_made_is_found_by_its_maker_and_key_only((db, office, other): (Db, Office, Office)) {
        let mut tx = db.write().await.unwrap();
        assert_eq!(idempotency::find(&mut tx, &office.ben, "k1").await.unwrap(), None);
        idempotency::insert(&mut tx, &office.ben, "k1", [7; 32], "INC-2026-0001", NOW).await.unwrap();
        tx.commit().await.unwrap();
        let earlier = idempotency::find(&db, &office.ben, "k1").await.unwrap().unwrap();
        assert_eq!((earlier.fingerprint, earlier.made.as_str()), (vec![7; 32], "INC-2026-0001"));
        for actor in [&office.cleo, &other.ben] {
            assert_eq!(idempotency::find(&db, actor, "k1").await.unwrap(), None);
        }
        assert_eq!(idempotency::find(&db, &office.ben, "K1").await.unwrap(), None);
    }

    async fn a_key_is_taken_once_by_each_person((db, office): (Db, Office)) {
        let mut tx = db.write().await.unwrap();
        idempotency::insert(&mut tx, &office.ben, "k1", [7; 32], "INC-2026-0001", NOW).await.unwrap();
        idempotency::insert(&mut tx, &office.cleo, "k1", [7; 32], "INC-2026-0002", NOW).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.write().await.unwrap();
        let again = idempotency::insert(&mut tx, &office.ben, "k1", [8; 32], "INC-2026-0003", NOW).await.unwrap_err();
        assert!(matches!(again, Error::Taken), "{again:?}");
    }

    async fn of_two_requests_with_one_key_at_once_one_has_effect((db, office): (Db, Office)) {
        let request = async |made: &str| {
            let mut tx = db.write().await.unwrap();
            let kept = idempotency::insert(&mut tx, &office.ben, "k1", [7; 32], made, NOW).await;
            if kept.is_ok() {
                tx.commit().await.unwrap();
            }
            kept
        };
        let (one, other) = tokio::join!(request("one"), request("other"));
        let made = match (one, other) {
            (Ok(()), Err(Error::Taken)) => "one",
            (Err(Error::Taken), Ok(())) => "other",
            both => panic!("{both:?}"),
        };
        assert_eq!(idempotency::find(&db, &office.ben, "k1").await.unwrap().unwrap().made, made);
    }

    async fn sweeping_removes_keys_older_than_two_days((db, office): (Db, Office)) {
        let mut tx = db.write().await.unwrap();
        idempotency::insert(&mut tx, &office.ben, "k1", [7; 32], "INC-2026-0001", NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(idempotency::sweep(&db, NOW.plus_seconds(172_800)).await.unwrap(), 0);
        assert_eq!(idempotency::sweep(&db, NOW.plus_seconds(172_801)).await.unwrap(), 1);
        assert_eq!(idempotency::find(&db, &office.ben, "k1").await.unwrap(), None);
    }
}
