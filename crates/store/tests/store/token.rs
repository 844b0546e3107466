//! API tokens: good until revoked or ended.

use holdfast_domain::{
    Actor, Timestamp, TokenId,
    token::{Scope, Scopes, Token},
};
use holdfast_store::{Db, Error, token};

use crate::support::{NOW, Office, committed, id, on_both};

fn made(actor: &Actor, number: u128, at: Timestamp) -> Token {
    Token {
        id: TokenId(id(number)),
        person_id: actor.person_id,
        person_name: actor.name.clone(),
        name: format!("script {number}"),
        prefix: "hf_abcd".into(),
        scopes: Scopes(vec![Scope::IncidentsRead, Scope::LedgerRead]),
        created_at: at,
        expires_at: at.plus_seconds(86_400),
        used_at: None,
        revoked_at: None,
    }
}

/// Makes a token with the number as secret and as id.
async fn make(db: &Db, actor: &Actor, number: u8, at: Timestamp) -> Token {
    let token = made(actor, u128::from(number), at);
    committed(db, async |tx| token::insert(tx, actor.org_id, &token, vec![number; 32]).await).await;
    token
}

on_both! {
    async fn a_good_token_is_found_with_its_owner_and_scopes((db, office): (Db, Office)) {
        let token = make(&db, &office.ben, 1, NOW).await;
        let good = token::find_good(&db, vec![1; 32], NOW).await.unwrap().unwrap();
        assert_eq!((good.id, good.person_id, good.scopes), (token.id, office.ben.person_id, token.scopes));
        assert_eq!(good.used_at, None);
        assert!(token::find_good(&db, vec![2; 32], NOW).await.unwrap().is_none());
    }

    async fn a_token_ends_at_its_time((db, office): (Db, Office)) {
        let end = make(&db, &office.ben, 1, NOW).await.expires_at;
        assert!(token::find_good(&db, vec![1; 32], end.plus_seconds(-1)).await.unwrap().is_some());
        assert!(token::find_good(&db, vec![1; 32], end).await.unwrap().is_none());
    }

    async fn a_token_is_revoked_once_by_its_owner_or_an_administrator_of_the_organisation((db, office, other): (Db, Office, Office)) {
        let (ben, cleo) = (Some(office.ben.person_id), Some(office.cleo.person_id));
        let first = make(&db, &office.ben, 1, NOW).await.id;
        let second = make(&db, &office.ben, 2, NOW).await.id;
        let mut tx = db.write().await.unwrap();
        assert!(!token::revoke(&mut tx, office.org, first, cleo, NOW).await.unwrap());
        assert!(!token::revoke(&mut tx, other.org, first, None, NOW).await.unwrap());
        assert!(token::revoke(&mut tx, office.org, first, ben, NOW).await.unwrap());
        assert!(!token::revoke(&mut tx, office.org, first, ben, NOW.plus_seconds(9)).await.unwrap());
        assert!(token::revoke(&mut tx, office.org, second, None, NOW).await.unwrap());
        tx.commit().await.unwrap();
        for secret in [1, 2] {
            assert!(token::find_good(&db, vec![secret; 32], NOW).await.unwrap().is_none());
        }
        let listed = token::list(&db, office.org, ben).await.unwrap();
        assert_eq!(listed[0].revoked_at, Some(NOW), "the first revocation stays");
    }

    async fn use_is_noted_at_most_once_a_minute((db, office): (Db, Office)) {
        make(&db, &office.ben, 1, NOW).await;
        for (after_s, noted_s) in [(5, 5), (65, 5), (66, 66), (70, 66)] {
            token::find_good(&db, vec![1; 32], NOW.plus_seconds(after_s)).await.unwrap().unwrap();
            let used_at = token::list(&db, office.org, None).await.unwrap()[0].used_at;
            assert_eq!(used_at, Some(NOW.plus_seconds(noted_s)), "after {after_s} s");
        }
    }

    async fn tokens_are_listed_newest_first_for_one_person_or_the_organisation((db, office, other): (Db, Office, Office)) {
        let first = make(&db, &office.ben, 1, NOW).await;
        let second = make(&db, &office.cleo, 2, NOW.plus_seconds(1)).await;
        let foreign = make(&db, &other.ben, 3, NOW).await;
        assert_eq!(token::list(&db, office.org, None).await.unwrap(), [second, first.clone()]);
        assert_eq!(token::list(&db, office.org, Some(office.ben.person_id)).await.unwrap(), [first]);
        assert_eq!(token::list(&db, office.org, Some(other.ben.person_id)).await.unwrap(), []);
        assert_eq!(token::list(&db, other.org, None).await.unwrap(), [foreign]);
    }

    async fn a_secret_is_used_once((db, office): (Db, Office)) {
        make(&db, &office.ben, 1, NOW).await;
        let mut tx = db.write().await.unwrap();
        let again = made(&office.cleo, 9, NOW);
        let refused = token::insert(&mut tx, office.org, &again, vec![1; 32]).await.unwrap_err();
        assert!(matches!(refused, Error::Taken), "{refused:?}");
    }
}
