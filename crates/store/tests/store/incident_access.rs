//! What a person may not see is not found, not listed, not found by its words, not hinted at.

use holdfast_domain::{
    Actor,
    incident::{Incident, IncidentQuery},
    lifecycle::Status,
};
use holdfast_store::{
    Db,
    incident::{self, StatusUpdate},
};

use crate::support::{NOW, Office, committed, on_both};

/// Whether the actor comes upon the incident: by reference, by id, in the list, by its words.
async fn seen_by(db: &Db, actor: &Actor, hidden: &Incident) -> [bool; 4] {
    let listed = async |query: &IncidentQuery| {
        let page = incident::list(db, actor, query, None).await.unwrap();
        page.rows.iter().any(|row| row.id == hidden.id)
    };
    let by_text = IncidentQuery { text: "zanzibar".into(), ..IncidentQuery::default() };
    [
        incident::find(db, actor, &hidden.reference).await.unwrap().is_some(),
        incident::find(db, actor, &hidden.id.to_string()).await.unwrap().is_some(),
        listed(&IncidentQuery::default()).await,
        listed(&by_text).await,
    ]
}

async fn set_restricted(db: &Db, office: &Office, found: &Incident, restricted: bool) {
    let mut tx = db.write().await.unwrap();
    let version = office.seen(db, found.id).await.version;
    assert!(incident::set_restricted(&mut tx, &office.ada, found.id, version, restricted, NOW).await.unwrap());
    tx.commit().await.unwrap();
}

on_both! {
    async fn a_restricted_incident_is_seen_by_its_team_and_nobody_else((db, office, other): (Db, Office, Office)) {
        let hidden = office.incident(&db, 1, |draft| {
            draft.restricted = true;
            draft.fields.title = "Zanzibar leak".into();
        }).await;
        assert_eq!(seen_by(&db, &office.ada, &hidden).await, [true; 4]);
        for actor in [&office.ben, &office.cleo, &other.ada] {
            assert_eq!(seen_by(&db, actor, &hidden).await, [false; 4], "{}", actor.name);
        }
        let mut tx = db.write().await.unwrap();
        incident::add_member(&mut tx, &office.ada, hidden.id, office.ben.person_id, NOW).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(seen_by(&db, &office.ben, &hidden).await, [true; 4]);
        assert_eq!(seen_by(&db, &office.cleo, &hidden).await, [false; 4]);
        committed(&db, async |tx| incident::remove_member(tx, hidden.id, office.ben.person_id).await).await;
        assert_eq!(seen_by(&db, &office.ben, &hidden).await, [false; 4]);
    }

    async fn an_open_incident_is_seen_by_the_whole_organisation_and_no_other((db, office, other): (Db, Office, Office)) {
        let open = office.incident(&db, 1, |draft| draft.fields.summary = "Zanzibar".into()).await;
        for actor in [&office.ada, &office.ben, &office.cleo] {
            assert_eq!(seen_by(&db, actor, &open).await, [true; 4], "{}", actor.name);
        }
        assert_eq!(seen_by(&db, &other.ada, &open).await, [false; 4]);
    }

    async fn restricting_and_opening_take_effect_at_once((db, office): (Db, Office)) {
        let found = office.incident(&db, 1, |draft| draft.fields.title = "Zanzibar".into()).await;
        set_restricted(&db, &office, &found, true).await;
        assert_eq!(seen_by(&db, &office.ben, &found).await, [false; 4]);
        assert!(office.seen(&db, found.id).await.restricted);
        set_restricted(&db, &office, &found, false).await;
        assert_eq!(seen_by(&db, &office.ben, &found).await, [true; 4]);
    }

    async fn owning_a_restricted_incident_without_being_on_its_team_shows_nothing((db, office): (Db, Office)) {
        let hidden = office.incident(&db, 1, |draft| {
            draft.restricted = true;
            draft.fields.title = "Zanzibar".into();
            draft.fields.owner_id = Some(office.ben.person_id);
        }).await;
        assert_eq!(seen_by(&db, &office.ben, &hidden).await, [false; 4]);
    }

    async fn hidden_incidents_neither_fill_pages_nor_leave_gaps_in_them((db, office): (Db, Office)) {
        for n in 0..12 {
            office.incident(&db, n, |draft| draft.restricted = n % 2 == 0).await;
        }
        let query = IncidentQuery { limit: 6, ..IncidentQuery::default() };
        let page = incident::list(&db, &office.ben, &query, None).await.unwrap();
        assert_eq!((page.rows.len(), page.next, page.previous), (6, None, None), "as if there were six");
        let page = incident::list(&db, &office.ada, &query, None).await.unwrap();
        assert!(page.next.is_some());
    }

    async fn an_incident_merged_into_a_hidden_one_does_not_name_it((db, office): (Db, Office)) {
        let hidden = office.incident(&db, 1, |draft| draft.restricted = true).await;
        let open = office.incident(&db, 2, |_| {}).await;
        let update = StatusUpdate { version: 1, to: Status::Merged, merged_into: Some(hidden.id), reopened: 0 };
        assert!(committed(&db, async |tx| incident::set_status(tx, &office.ada, open.id, update, NOW).await).await);
        let merged_into = async |actor: &Actor| {
            incident::find(&db, actor, &open.reference).await.unwrap().unwrap().merged_into
        };
        assert_eq!(merged_into(&office.ada).await.as_deref(), Some("INC-2026-0001"));
        assert_eq!(merged_into(&office.ben).await, None);
    }

    async fn the_team_is_listed_by_name_each_member_once((db, office): (Db, Office)) {
        let found = office.incident(&db, 1, |_| {}).await;
        let mut tx = db.write().await.unwrap();
        for (actor, after_s) in [(&office.cleo, 1), (&office.ben, 2), (&office.cleo, 3)] {
            let at = NOW.plus_seconds(after_s);
            incident::add_member(&mut tx, &office.ada, found.id, actor.person_id, at).await.unwrap();
        }
        tx.commit().await.unwrap();
        let team = incident::members(&db, found.id).await.unwrap();
        let names: Vec<_> = team.iter().map(|member| (member.name.as_str(), member.added_at)).collect();
        assert_eq!(names, [("Ada", NOW), ("Ben", NOW.plus_seconds(2)), ("Cleo", NOW.plus_seconds(1))]);
    }

    async fn somebody_of_another_organisation_cannot_join_a_team((db, office, other): (Db, Office, Office)) {
        let found = office.incident(&db, 1, |_| {}).await;
        for (actor, person) in [(&office.ada, other.ben.person_id), (&other.ada, other.ben.person_id)] {
            let mut tx = db.write().await.unwrap();
            assert!(incident::add_member(&mut tx, actor, found.id, person, NOW).await.is_err());
        }
        assert_eq!(incident::members(&db, found.id).await.unwrap().len(), 1);
    }
}
