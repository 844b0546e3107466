//! One incident: found as it was written, changed by whoever saw its latest version.

use holdfast_domain::{
    impact::{AttackVector, DetectionSource, FunctionalImpact, InformationImpact, Recoverability},
    incident::{Disposition, IncidentDraft, IncidentFields, Severity},
    lifecycle::Status,
    marking::{Pap, Tlp},
    rsit::Category,
};
use holdfast_store::{
    Db, Error,
    incident::{self, NewIncident, StatusUpdate},
};

use crate::support::{NOW, Office, on_both};

/// Every field other than in the example.
fn other_fields(office: &Office) -> IncidentFields {
    IncidentFields {
        title: "Größere Störung".into(),
        summary: "| a | b |\n|---|---|".into(),
        severity: Severity::Sev1,
        category: Category::all().last().unwrap(),
        tlp: Tlp::AmberStrict,
        pap: Pap::Red,
        owner_id: Some(office.ben.person_id),
        disposition: Disposition::TruePositive,
        root_cause: "undetermined".into(),
        attack_vector: AttackVector::ImproperUsage,
        functional_impact: FunctionalImpact::High,
        information_impact: InformationImpact::ProprietaryBreach,
        recoverability: Recoverability::NotRecoverable,
        detection_source: DetectionSource::Attacker,
        services: vec!["Lohn, Leeds".to_owned(), "\"VPN\" 100 %".to_owned(), "größe_1\\".to_owned()].into(),
        on_hold: true,
        is_exercise: true,
    }
}

on_both! {
    async fn an_incident_is_found_by_reference_and_by_id_as_it_was_opened((db, office): (Db, Office)) {
        let opened = office.incident(&db, 1, |draft| draft.fields = other_fields(&office)).await;
        assert_eq!((opened.id, opened.org_id), (office.incident_id(1), office.org));
        assert_eq!((opened.reference.as_str(), opened.status, opened.version), ("INC-2026-0001", Status::New, 1));
        assert_eq!(opened.fields, other_fields(&office));
        assert_eq!((opened.owner_name.as_deref(), opened.created_by_name.as_str()), (Some("Ben"), "Ada"));
        assert_eq!((opened.created_at, opened.updated_at, opened.updated_by_name.as_str()), (NOW, NOW, "Ada"));
        assert_eq!((opened.restricted, opened.reopened_count, opened.merged_into.as_deref()), (false, 0, None));
        let by_reference = incident::find(&db, &office.ben, "INC-2026-0001").await.unwrap();
        assert_eq!(by_reference, Some(opened));
        assert_eq!(incident::find(&db, &office.ben, "INC-2026-0002").await.unwrap(), None);
    }

    async fn every_enumeration_is_accepted_by_the_database_and_read_back((db, office): (Db, Office)) {
        let mut n = 0;
        let mut check = async |change: &dyn Fn(&mut IncidentFields)| {
            n += 1;
            let mut draft = IncidentDraft::example();
            change(&mut draft.fields);
            let opened = office.incident(&db, n, |example| *example = draft.clone()).await;
            assert_eq!(opened.fields, draft.fields);
        };
        for one in Severity::ALL { check(&|fields| fields.severity = *one).await }
        for one in Disposition::ALL { check(&|fields| fields.disposition = *one).await }
        for one in AttackVector::ALL { check(&|fields| fields.attack_vector = *one).await }
        for one in FunctionalImpact::ALL { check(&|fields| fields.functional_impact = *one).await }
        for one in InformationImpact::ALL { check(&|fields| fields.information_impact = *one).await }
        for one in Recoverability::ALL { check(&|fields| fields.recoverability = *one).await }
        for one in DetectionSource::ALL { check(&|fields| fields.detection_source = *one).await }
        for one in Tlp::ALL { check(&|fields| fields.tlp = *one).await }
        for one in Pap::ALL { check(&|fields| fields.pap = *one).await }
        for one in Category::all() { check(&|fields| fields.category = one.clone()).await }
    }

    async fn a_reference_is_used_once_in_an_organisation((db, office, other): (Db, Office, Office)) {
        office.incident(&db, 1, |_| {}).await;
        other.incident(&db, 1, |_| {}).await;
        let draft = IncidentDraft::example();
        let again = NewIncident {
            id: office.incident_id(99), reference: "INC-2026-0001", fields: &draft.fields, restricted: false, detected_at: Some(NOW),
        };
        let mut tx = db.write().await.unwrap();
        let refused = incident::insert(&mut tx, &office.ada, &again, NOW).await.unwrap_err();
        assert!(matches!(refused, Error::Taken), "{refused:?}");
    }

    async fn an_edit_replaces_the_fields_and_names_its_author((db, office): (Db, Office)) {
        let before = office.incident(&db, 1, |_| {}).await;
        let mut tx = db.write().await.unwrap();
        let later = NOW.plus_seconds(60);
        assert!(incident::update(&mut tx, &office.ben, &before, &other_fields(&office), later).await.unwrap());
        tx.commit().await.unwrap();
        let after = office.seen(&db, before.id).await;
        assert_eq!((after.fields, after.version), (other_fields(&office), 2));
        assert_eq!((after.updated_at, after.updated_by_name.as_str()), (later, "Ben"));
        assert_eq!((after.created_at, after.created_by_name.as_str()), (NOW, "Ada"));
    }

    async fn a_change_of_an_older_version_or_another_organisation_changes_nothing((db, office, other): (Db, Office, Office)) {
        let stale = office.incident(&db, 1, |_| {}).await;
        let mut tx = db.write().await.unwrap();
        let to = |version| StatusUpdate { version, to: Status::Triage, merged_into: None, reopened: 0 };
        for (actor, version, changed) in [(&other.ada, 1, false), (&office.ada, 1, true), (&office.ada, 1, false)] {
            let was = incident::set_status(&mut tx, actor, stale.id, to(version), NOW).await.unwrap();
            assert_eq!(was, changed, "{}", actor.org_id);
        }
        for (actor, version) in [(&office.ada, 1), (&office.ada, 3), (&other.ada, 2)] {
            assert!(!incident::set_restricted(&mut tx, actor, stale.id, version, true, NOW).await.unwrap());
        }
        for actor in [&office.ada, &other.ada] {
            assert!(!incident::update(&mut tx, actor, &stale, &other_fields(&office), NOW).await.unwrap());
        }
        tx.commit().await.unwrap();
        let found = office.seen(&db, stale.id).await;
        assert_eq!((found.status, found.restricted, found.version), (Status::Triage, false, 2));
        assert_eq!(found.fields, stale.fields);
    }

    async fn of_two_edits_of_one_version_at_once_one_is_written((db, office): (Db, Office)) {
        let before = office.incident(&db, 1, |_| {}).await;
        let edit = async |title: &str| {
            let fields = IncidentFields { title: title.into(), ..before.fields.clone() };
            let mut tx = db.write().await.unwrap();
            let written = incident::update(&mut tx, &office.ben, &before, &fields, NOW).await.unwrap();
            tx.commit().await.unwrap();
            written
        };
        let (one, other) = tokio::join!(edit("one"), edit("other"));
        assert!(one != other, "{one} {other}");
        let found = office.seen(&db, before.id).await;
        assert_eq!((found.version, found.fields.title.as_str()), (2, if one { "one" } else { "other" }));
    }

    async fn every_state_can_be_entered_and_reopening_is_counted((db, office): (Db, Office)) {
        let into = office.incident(&db, 2, |_| {}).await;
        let found = office.incident(&db, 1, |_| {}).await;
        for (version, to) in (1..).zip(Status::ALL) {
            let merged_into = (*to == Status::Merged).then_some(into.id);
            let update = StatusUpdate { version, to: *to, merged_into, reopened: i64::from(*to == Status::Investigating) };
            let mut tx = db.write().await.unwrap();
            assert!(incident::set_status(&mut tx, &office.ada, found.id, update, NOW).await.unwrap());
            tx.commit().await.unwrap();
            let found = office.seen(&db, found.id).await;
            assert_eq!((found.status, found.version), (*to, version + 1));
            assert_eq!(found.merged_into.is_some(), *to == Status::Merged);
        }
        let found = office.seen(&db, found.id).await;
        assert_eq!((found.reopened_count, found.merged_into.as_deref()), (1, Some("INC-2026-0002")));
    }
}
