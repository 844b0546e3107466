//! What a backup reads: everything of one instant, also while others write, and a copy that opening
//! does not change.

use std::fs;

use holdfast_store::{Db, Queryable as _, backup, throttle};

use crate::support::{NOW, Office, committed, on_both};

async fn write_something(db: &Db, key: u8) {
    committed(db, async |tx| throttle::count(tx, [key; 32], NOW, 60, |_| 0).await).await;
}

on_both! {
    async fn what_is_read_at_one_instant_stays_while_others_write(db: Db) {
        Office::open(&db, 1).await;
        write_something(&db, 1).await;
        let mut instant = db.at_one_instant().await.unwrap();
        let before = backup::counts(&mut instant).await.unwrap();
        assert_eq!((before["orgs"], before["throttles"]), (1, 1));
        assert!(!before.keys().any(|name| name.starts_with("search_index")), "{before:?}");
        write_something(&db, 2).await;
        assert_eq!(backup::counts(&mut instant).await.unwrap(), before);
        drop(instant);
        let after = backup::counts(&mut db.at_one_instant().await.unwrap()).await.unwrap();
        assert_eq!(after["throttles"], 2);
    }
}

#[tokio::test]
async fn a_copy_has_everything_and_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite:{}", folder.path().join("holdfast.db").display())).await.unwrap();
    db.migrate().await.unwrap();
    Office::open(&db, 1).await;
    let path = folder.path().join("copy.db");
    backup::copy_embedded(&db, &path).await.unwrap();
    write_something(&db, 1).await;
    let bytes = fs::read(&path).unwrap();

    let copy = Db::open_copy(&path).await.unwrap();
    assert_eq!(copy.applied_steps().await, Some(db.known_steps()));
    let counts = backup::counts(&mut copy.at_one_instant().await.unwrap()).await.unwrap();
    assert_eq!((counts["orgs"], counts["throttles"]), (1, 0));
    assert!(copy.query("DELETE FROM throttles").execute().await.is_err());
    copy.close().await;
    assert!(fs::read(&path).unwrap() == bytes);
    assert_eq!(
        fs::read_dir(folder.path())
            .unwrap()
            .filter(|entry| { entry.as_ref().unwrap().file_name().to_str().unwrap().starts_with("copy.db") })
            .count(),
        1,
        "nothing beside it"
    );
    assert!(backup::copy_embedded(&db, &path).await.is_err(), "a file that is there is not written over");
}
