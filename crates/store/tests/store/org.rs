//! Organisations and their gapless counters.

use holdfast_domain::{OrgId, metric::TargetHistory, org::OrgFields};
use holdfast_store::{Db, org};
use tokio::task::JoinSet;

use crate::support::{NOW, Office, id, on_both};

on_both! {
    async fn an_organisation_is_found_as_it_was_set_up(db: Db) {
        org::ping(&db).await.unwrap();
        let office = Office::open(&db, 1).await;
        let found = org::find(&db, office.org).await.unwrap().unwrap();
        assert_eq!((found.id, found.name.as_str(), found.time_zone.as_str()), (office.org, "Office 1", "Europe/Berlin"));
        assert_eq!((found.version, found.created_at), (1, NOW));
        assert_eq!(org::find(&db, OrgId(id(404))).await.unwrap(), None);
    }

    async fn organisations_are_named_oldest_first(db: Db) {
        let fields = OrgFields { name: "Second".into(), time_zone: "UTC".into(), targets: None, targets_from: String::new() };
        let mut tx = db.write().await.unwrap();
        org::insert(&mut tx, OrgId(id(1)), &fields, NOW.plus_seconds(5)).await.unwrap();
        org::insert(&mut tx, OrgId(id(2)), &fields, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(org::ids(&db).await.unwrap(), [OrgId(id(2)), OrgId(id(1))]);
    }

    async fn an_edit_of_an_older_version_changes_nothing((db, office): (Db, Office)) {
        let fields = |name: &str| OrgFields { name: name.into(), time_zone: "Asia/Tokyo".into(), targets: None, targets_from: String::new() };
        let mut tx = db.write().await.unwrap();
        assert!(org::update(&mut tx, office.org, 1, &fields("First"), &TargetHistory::default(), NOW).await.unwrap());
        assert!(!org::update(&mut tx, office.org, 1, &fields("Stale"), &TargetHistory::default(), NOW).await.unwrap());
        tx.commit().await.unwrap();
        let found = org::find(&db, office.org).await.unwrap().unwrap();
        assert_eq!((found.name.as_str(), found.time_zone.as_str(), found.version), ("First", "Asia/Tokyo", 2));
    }

    async fn each_counter_of_each_organisation_counts_from_one(db: Db) {
        let (one, other) = (Office::open(&db, 1).await.org, Office::open(&db, 2).await.org);
        let mut tx = db.write().await.unwrap();
        for (org, name, wanted) in [
            (one, "incident/2026", 1), (one, "incident/2026", 2), (one, "incident/2027", 1), (other, "incident/2026", 1),
        ] {
            assert_eq!(org::next_number(&mut tx, org, name).await.unwrap(), wanted);
        }
    }

    async fn numbers_are_gapless_however_many_ask_at_once_and_some_give_up((db, office): (Db, Office)) {
        let mut tasks = JoinSet::new();
        for task in 0..24 {
            let (db, org) = (db.clone(), office.org);
            tasks.spawn(async move {
                let mut tx = db.write().await.unwrap();
                let number = org::next_number(&mut tx, org, "incident/2026").await.unwrap();
                if task % 3 == 0 {
                    return None;
                }
                tx.commit().await.unwrap();
                Some(number)
            });
        }
        let mut given: Vec<i64> = tasks.join_all().await.into_iter().flatten().collect();
        given.sort_unstable();
        assert_eq!(given, (1..=16).collect::<Vec<_>>());
    }
}
