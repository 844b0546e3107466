//! Browser sessions: found by the hash of their secret, ended by time or by hand.

use holdfast_domain::{
    Actor, SessionId, Timestamp,
    session::{ABSOLUTE_S, IDLE_S},
};
use holdfast_store::{
    Db,
    session::{self, NewSession, SessionRow},
};

use crate::support::{NOW, Office, committed, id, on_both};

fn signed_in(actor: &Actor, number: u128, at: Timestamp) -> NewSession {
    NewSession {
        id: SessionId(id(number)),
        person_id: actor.person_id,
        data: format!("record {number}"),
        user_agent: "Mozilla/5.0".into(),
        address: "192.0.2.7".into(),
        created_at: at,
        expires_at: at.plus_seconds(ABSOLUTE_S),
    }
}

/// Signs in with the number as secret and as id.
async fn sign_in(db: &Db, actor: &Actor, number: u8, at: Timestamp) -> SessionId {
    let new = signed_in(actor, u128::from(number), at);
    assert!(session::create(db, [number; 32], &new).await.unwrap());
    new.id
}

async fn seen_at(db: &Db, office: &Office, now: Timestamp) -> Vec<Timestamp> {
    session::list(db, office.org, None, now).await.unwrap().into_iter().map(|session| session.seen_at).collect()
}

on_both! {
    async fn a_session_is_found_by_its_secret_only((db, office): (Db, Office)) {
        sign_in(&db, &office.ben, 1, NOW).await;
        let found = session::load(&db, [1; 32], NOW).await.unwrap();
        let wanted = SessionRow { data: "record 1".into(), expires_at: NOW.plus_seconds(ABSOLUTE_S) };
        assert_eq!(found, Some(wanted));
        assert_eq!(session::load(&db, [2; 32], NOW).await.unwrap(), None);
    }

    async fn a_secret_that_is_taken_is_said_to_be_and_stays_with_its_owner((db, office): (Db, Office)) {
        sign_in(&db, &office.ben, 1, NOW).await;
        assert!(!session::create(&db, [1; 32], &signed_in(&office.cleo, 2, NOW)).await.unwrap());
        let listed = session::list(&db, office.org, None, NOW).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].person_id, office.ben.person_id);
    }

    async fn a_record_is_saved_again_but_an_ended_session_is_not_brought_back((db, office): (Db, Office)) {
        let mut new = signed_in(&office.ben, 1, NOW);
        sign_in(&db, &office.ben, 1, NOW).await;
        new.data = "changed".into();
        new.expires_at = NOW.plus_seconds(60);
        session::save(&db, [1; 32], &new).await.unwrap();
        let wanted = SessionRow { data: "changed".into(), expires_at: NOW.plus_seconds(60) };
        assert_eq!(session::load(&db, [1; 32], NOW).await.unwrap(), Some(wanted));
        session::delete(&db, [1; 32]).await.unwrap();
        session::save(&db, [1; 32], &new).await.unwrap();
        assert_eq!(session::load(&db, [1; 32], NOW).await.unwrap(), None);
    }

    async fn a_session_ends_when_it_is_idle_and_each_request_puts_that_off((db, office): (Db, Office)) {
        sign_in(&db, &office.ben, 1, NOW).await;
        let nearly = NOW.plus_seconds(IDLE_S - 1);
        assert!(session::load(&db, [1; 32], NOW.plus_seconds(IDLE_S)).await.unwrap().is_none());
        assert!(session::load(&db, [1; 32], nearly).await.unwrap().is_some());
        assert!(session::load(&db, [1; 32], nearly.plus_seconds(IDLE_S - 1)).await.unwrap().is_some());
        let after = nearly.plus_seconds(2 * IDLE_S);
        assert!(session::load(&db, [1; 32], after).await.unwrap().is_none());
        assert_eq!(session::list(&db, office.org, None, after).await.unwrap(), []);
    }

    async fn a_session_ends_after_its_longest_time_however_busy_it_is((db, office): (Db, Office)) {
        sign_in(&db, &office.ben, 1, NOW).await;
        let mut at = NOW;
        while at < NOW.plus_seconds(ABSOLUTE_S - 1200) {
            at = at.plus_seconds(1200);
            assert!(session::load(&db, [1; 32], at).await.unwrap().is_some());
        }
        assert!(session::load(&db, [1; 32], NOW.plus_seconds(ABSOLUTE_S - 1)).await.unwrap().is_some());
        assert!(session::load(&db, [1; 32], NOW.plus_seconds(ABSOLUTE_S)).await.unwrap().is_none());
    }

    async fn being_seen_is_noted_at_most_once_a_minute((db, office): (Db, Office)) {
        sign_in(&db, &office.ben, 1, NOW).await;
        for (after_s, noted_s) in [(1, 0), (60, 0), (61, 61), (100, 61), (121, 61), (122, 122)] {
            let at = NOW.plus_seconds(after_s);
            session::load(&db, [1; 32], at).await.unwrap().unwrap();
            assert_eq!(seen_at(&db, &office, at).await, [NOW.plus_seconds(noted_s)], "after {after_s} s");
        }
    }

    async fn sessions_are_listed_newest_first_for_one_person_or_the_organisation((db, office, other): (Db, Office, Office)) {
        let first = sign_in(&db, &office.ben, 1, NOW).await;
        let second = sign_in(&db, &office.cleo, 2, NOW.plus_seconds(1)).await;
        let third = sign_in(&db, &office.ben, 3, NOW.plus_seconds(2)).await;
        sign_in(&db, &other.ben, 4, NOW).await;
        let ids = async |person| -> Vec<SessionId> {
            let listed = session::list(&db, office.org, person, NOW.plus_seconds(3)).await.unwrap();
            listed.into_iter().map(|session| session.id).collect()
        };
        assert_eq!(ids(None).await, [third, second, first]);
        assert_eq!(ids(Some(office.ben.person_id)).await, [third, first]);
        assert_eq!(ids(Some(other.ben.person_id)).await, []);
        let listed = session::list(&db, office.org, Some(office.cleo.person_id), NOW).await.unwrap();
        assert_eq!((listed[0].person_name.as_str(), listed[0].address.as_str()), ("Cleo", "192.0.2.7"));
        assert_eq!(listed[0].user_agent, "Mozilla/5.0");
    }

    async fn a_long_browser_name_is_cut_between_characters((db, office): (Db, Office)) {
        let mut new = signed_in(&office.ben, 1, NOW);
        new.user_agent = "ü".repeat(400);
        assert!(session::create(&db, [1; 32], &new).await.unwrap());
        let listed = session::list(&db, office.org, None, NOW).await.unwrap();
        assert_eq!(listed[0].user_agent, "ü".repeat(300));
    }

    async fn one_may_end_ones_own_session_and_an_administrator_any_of_the_organisation((db, office, other): (Db, Office, Office)) {
        let (ben, cleo) = (office.ben.person_id, office.cleo.person_id);
        let of_ben = sign_in(&db, &office.ben, 1, NOW).await;
        let of_cleo = sign_in(&db, &office.cleo, 2, NOW).await;
        let mut tx = db.write().await.unwrap();
        assert_eq!(session::revoke(&mut tx, office.org, of_ben, Some(cleo)).await.unwrap(), None);
        assert_eq!(session::revoke(&mut tx, other.org, of_ben, None).await.unwrap(), None);
        assert_eq!(session::revoke(&mut tx, other.org, of_ben, Some(ben)).await.unwrap(), None);
        assert_eq!(session::revoke(&mut tx, office.org, of_ben, Some(ben)).await.unwrap(), Some(ben));
        assert_eq!(session::revoke(&mut tx, office.org, of_ben, Some(ben)).await.unwrap(), None);
        assert_eq!(session::revoke(&mut tx, office.org, of_cleo, None).await.unwrap(), Some(cleo));
        tx.commit().await.unwrap();
        assert!(session::load(&db, [1; 32], NOW).await.unwrap().is_none());
        assert!(session::load(&db, [2; 32], NOW).await.unwrap().is_none());
    }

    async fn every_session_of_a_person_but_one_can_be_ended((db, office): (Db, Office)) {
        let ben = office.ben.person_id;
        let kept = sign_in(&db, &office.ben, 1, NOW).await;
        sign_in(&db, &office.ben, 2, NOW).await;
        sign_in(&db, &office.ben, 3, NOW).await;
        sign_in(&db, &office.cleo, 4, NOW).await;
        assert_eq!(committed(&db, async |tx| session::revoke_all(tx, ben, Some(kept)).await).await, 2);
        let good = async |secret| session::load(&db, [secret; 32], NOW).await.unwrap().is_some();
        assert_eq!([good(1).await, good(2).await, good(3).await, good(4).await], [true, false, false, true]);
        let mut tx = db.write().await.unwrap();
        assert_eq!(session::revoke_all(&mut tx, ben, None).await.unwrap(), 1);
    }

    async fn sweeping_removes_what_has_ended_and_nothing_else((db, office): (Db, Office)) {
        sign_in(&db, &office.ben, 1, NOW).await;
        sign_in(&db, &office.cleo, 2, NOW.plus_seconds(1)).await;
        let end = NOW.plus_seconds(ABSOLUTE_S);
        assert_eq!(session::sweep(&db, end.plus_seconds(-1)).await.unwrap(), 0);
        assert_eq!(session::sweep(&db, end).await.unwrap(), 1);
        assert_eq!(session::sweep(&db, end.plus_seconds(1)).await.unwrap(), 1);
    }
}
