//! Browsers in which a person has signed in before.

use holdfast_domain::Actor;
use holdfast_store::{Db, device, person};

use crate::support::{NOW, Office, committed, on_both};

async fn note(db: &Db, office: &Office, number: u8, after_s: i64) {
    let at = NOW.plus_seconds(after_s);
    committed(db, async |tx| device::note(tx, [number; 32], office.ben.person_id, at).await).await;
}

async fn email(db: &Db, actor: &Actor) -> String {
    person::find(db, actor.org_id, actor.person_id).await.unwrap().unwrap().email
}

on_both! {
    async fn a_device_is_one_persons_until_it_is_not_used_for_four_hundred_days((db, office): (Db, Office)) {
        let (ben, cleo) = (email(&db, &office.ben).await, email(&db, &office.cleo).await);
        note(&db, &office, 1, 0).await;
        let is_of = async |number: u8, email: &str, after_s: i64| {
            device::is_of(&db, [number; 32], email, NOW.plus_seconds(after_s)).await.unwrap()
        };
        assert!(is_of(1, &ben, 0).await && is_of(1, &ben.to_uppercase(), 0).await);
        assert!(!is_of(2, &ben, 0).await && !is_of(1, &cleo, 0).await && !is_of(1, "nobody@example.org", 0).await);
        assert!(!is_of(1, &ben, device::KEPT_S).await);
        note(&db, &office, 1, 60).await;
        assert!(is_of(1, &ben, device::KEPT_S).await, "signing in again keeps it");
        assert_eq!(device::sweep(&db, NOW.plus_seconds(device::KEPT_S)).await.unwrap(), 0);
        assert_eq!(device::sweep(&db, NOW.plus_seconds(device::KEPT_S + 60)).await.unwrap(), 1);
        assert!(!is_of(1, &ben, 60).await);
    }

    async fn of_more_than_fifty_devices_the_one_used_longest_ago_is_forgotten((db, office): (Db, Office)) {
        let ben = email(&db, &office.ben).await;
        for number in 0..51 {
            note(&db, &office, number, i64::from(number)).await;
        }
        let known = async |number: u8| device::is_of(&db, [number; 32], &ben, NOW).await.unwrap();
        assert_eq!((known(0).await, known(1).await, known(50).await), (false, true, true));
    }
}
