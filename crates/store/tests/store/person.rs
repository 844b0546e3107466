//! People, what signing in looks at, and one-time codes.

use holdfast_domain::{
    PersonId,
    person::{PersonEdit, Role, Roles},
};
use holdfast_store::{Db, Error, person};

use crate::support::{NOW, Office, committed, id, on_both};

on_both! {
    async fn a_person_is_found_by_id_and_by_address_in_any_case((db, office): (Db, Office)) {
        let ben = person::find(&db, office.org, office.ben.person_id).await.unwrap().unwrap();
        assert_eq!((ben.name.as_str(), ben.email.as_str()), ("Ben", "Ben@office1.example"));
        assert_eq!((ben.roles, ben.disabled, ben.version, ben.created_at), (Roles::of(&[Role::Analyst]), false, 1, NOW));
        let by_email = person::find_by_email(&db, "  BEN@Office1.example ").await.unwrap();
        assert_eq!(by_email.as_ref(), Some(&ben));
        assert_eq!(person::find_any(&db, ben.id).await.unwrap(), Some(ben));
        assert_eq!(person::find_by_email(&db, "nobody@office1.example").await.unwrap(), None);
        assert_eq!(person::find_any(&db, PersonId(id(404))).await.unwrap(), None);
    }

    async fn a_person_is_not_found_through_another_organisation((db, one, other): (Db, Office, Office)) {
        assert_eq!(person::find(&db, other.org, one.ben.person_id).await.unwrap(), None);
        let listed = person::list(&db, other.org).await.unwrap();
        assert!(listed.iter().all(|person| person.org_id == other.org));
        let names: Vec<_> = listed.into_iter().map(|person| person.name).collect();
        assert_eq!(names, ["Ada", "Ben", "Cleo"]);
    }

    async fn an_address_is_used_once_whatever_its_case((db, one, other): (Db, Office, Office)) {
        let mut draft = one.person(&one.ben);
        draft.email = " bEN@OFFICE1.EXAMPLE".into();
        for org in [one.org, other.org] {
            let mut tx = db.write().await.unwrap();
            let refused = person::insert(&mut tx, PersonId(id(77)), org, &draft, None, NOW).await.unwrap_err();
            assert!(matches!(refused, Error::Taken), "{refused:?}");
        }
    }

    async fn a_password_hash_is_kept_apart_and_replaced((db, office): (Db, Office)) {
        let ben = office.ben.person_id;
        let credentials = person::credentials(&db, "ben@office1.example").await.unwrap().unwrap();
        assert_eq!((credentials.id, credentials.org_id), (ben, office.org));
        assert_eq!((credentials.disabled, credentials.password_hash), (false, None));
        for hash in ["$argon2id$first", "$argon2id$second"] {
            committed(&db, async |tx| person::set_password_hash(tx, ben, hash.into(), NOW).await).await;
            let credentials = person::credentials(&db, "Ben@office1.example").await.unwrap().unwrap();
            assert_eq!(credentials.password_hash.as_deref(), Some(hash));
            assert_eq!(person::password_hash(&db, ben).await.unwrap().as_deref(), Some(hash));
        }
        assert_eq!(person::password_hash(&db, office.cleo.person_id).await.unwrap(), None);
        assert!(person::credentials(&db, "nobody@office1.example").await.unwrap().is_none());
    }

    async fn an_edit_of_an_older_version_or_another_organisation_changes_nothing((db, office, other): (Db, Office, Office)) {
        let (ben, ada) = (office.ben.person_id, office.ada.person_id);
        let roles = Roles::of(&[Role::Lead, Role::Auditor]);
        let to = |version, name: &str| PersonEdit {
            version, name: name.into(), roles, time_zone: "UTC".into(), disabled: true,
        };
        let mut tx = db.write().await.unwrap();
        assert!(!person::update(&mut tx, other.org, ben, &to(1, "Foreign"), ada, NOW).await.unwrap());
        assert!(person::update(&mut tx, office.org, ben, &to(1, "Benjamin"), ada, NOW).await.unwrap());
        assert!(!person::update(&mut tx, office.org, ben, &to(1, "Stale"), ada, NOW).await.unwrap());
        tx.commit().await.unwrap();
        let found = person::find(&db, office.org, ben).await.unwrap().unwrap();
        assert_eq!((found.name.as_str(), found.disabled, found.version), ("Benjamin", true, 2));
        assert_eq!((found.roles, found.time_zone.as_str()), (Roles::of(&[Role::Lead, Role::Auditor]), "UTC"));
        assert!(person::credentials(&db, "ben@office1.example").await.unwrap().unwrap().disabled);
    }

    async fn a_code_is_used_once_for_its_own_purpose((db, office): (Db, Office)) {
        let ben = office.ben.person_id;
        let mut tx = db.write().await.unwrap();
        person::replace_code(&mut tx, vec![1; 32], "password", Some(ben), NOW, NOW.plus_seconds(3600)).await.unwrap();
        assert_eq!(person::take_code(&mut tx, vec![1; 32], "setup", NOW).await.unwrap(), None);
        assert_eq!(person::take_code(&mut tx, vec![2; 32], "password", NOW).await.unwrap(), None);
        assert_eq!(person::take_code(&mut tx, vec![1; 32], "password", NOW).await.unwrap(), Some(Some(ben)));
        assert_eq!(person::take_code(&mut tx, vec![1; 32], "password", NOW).await.unwrap(), None);
    }

    async fn a_code_is_good_until_its_time_has_come((db, office): (Db, Office)) {
        let end = NOW.plus_seconds(3600);
        for (at, good) in [(end, false), (end.plus_seconds(-1), true)] {
            let mut tx = db.write().await.unwrap();
            let ben = Some(office.ben.person_id);
            person::replace_code(&mut tx, vec![1; 32], "password", ben, NOW, end).await.unwrap();
            assert_eq!(person::take_code(&mut tx, vec![1; 32], "password", at).await.unwrap().is_some(), good);
        }
    }

    async fn a_new_code_replaces_the_earlier_one_of_the_same_person_and_purpose_only((db, office): (Db, Office)) {
        let (ben, cleo) = (Some(office.ben.person_id), Some(office.cleo.person_id));
        let end = NOW.plus_seconds(3600);
        let mut tx = db.write().await.unwrap();
        for (hash, purpose, person) in [
            (1, "password", ben), (2, "password", cleo), (3, "setup", None), (4, "password", ben), (5, "setup", None),
        ] {
            person::replace_code(&mut tx, vec![hash; 32], purpose, person, NOW, end).await.unwrap();
        }
        for (hash, purpose, wanted) in [
            (1, "password", None), (2, "password", Some(cleo)), (3, "setup", None), (4, "password", Some(ben)),
            (5, "setup", Some(None)),
        ] {
            assert_eq!(person::take_code(&mut tx, vec![hash; 32], purpose, NOW).await.unwrap(), wanted, "code {hash}");
        }
    }

    async fn of_two_who_use_a_code_at_once_one_is_let_in((db, office): (Db, Office)) {
        let mut tx = db.write().await.unwrap();
        let ben = Some(office.ben.person_id);
        person::replace_code(&mut tx, vec![1; 32], "password", ben, NOW, NOW.plus_seconds(9)).await.unwrap();
        tx.commit().await.unwrap();
        let take = async || {
            let taken = committed(&db, async |tx| person::take_code(tx, vec![1; 32], "password", NOW).await).await;
            taken.is_some()
        };
        let (one, other) = tokio::join!(take(), take());
        assert!(one != other, "{one} {other}");
    }
}
