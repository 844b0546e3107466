//! Times of an incident: the latest counts, the first is never lost.

use holdfast_domain::{
    Timestamp,
    incident::{Incident, IncidentQuery},
    lifecycle::{Milestone, MilestoneTime, Stated},
    time::{Precision, TimeSource},
};
use holdfast_store::{Db, incident};

use crate::support::{NOW, Office, committed, on_both};

fn stated(at: Timestamp) -> Stated {
    Stated {
        at,
        precision: Precision::Minute,
        source: TimeSource::User,
        zone: Some("Europe/Berlin".into()),
        original: Some("2026-09-21 15:33".into()),
    }
}

async fn put(db: &Db, office: &Office, found: &Incident, milestone: Milestone, stated: &Stated, reason: Option<&str>) {
    committed(db, async |tx| incident::put_time(tx, &office.ada, found.id, milestone, stated, reason, NOW).await).await;
}

async fn clear(db: &Db, office: &Office, found: &Incident, milestone: Milestone) {
    let mut tx = db.write().await.unwrap();
    incident::clear_time(&mut tx, &office.ada, found.id, milestone, NOW.plus_seconds(9)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn only_time(db: &Db, found: &Incident) -> MilestoneTime {
    let mut times = incident::times(db, found.id).await.unwrap();
    assert_eq!(times.len(), 1);
    times.remove(0)
}

async fn detected_at(db: &Db, office: &Office) -> Option<Timestamp> {
    incident::list(db, &office.ada, &IncidentQuery::default(), None).await.unwrap().rows[0].detected_at
}

on_both! {
    async fn a_time_is_kept_as_it_was_typed((db, office): (Db, Office)) {
        let found = office.incident(&db, 1, |_| {}).await;
        assert_eq!(incident::times(&db, found.id).await.unwrap(), []);
        let at = NOW.plus_seconds(-3600);
        put(&db, &office, &found, Milestone::Contain, &stated(at), Some("Found in the log.")).await;
        let wanted = MilestoneTime {
            milestone: Milestone::Contain,
            at: Some(at),
            first_at: at,
            precision: Precision::Minute,
            source: TimeSource::User,
            zone: Some("Europe/Berlin".into()),
            original: Some("2026-09-21 15:33".into()),
            reason: Some("Found in the log.".into()),
            recorded_at: NOW,
        };
        assert_eq!(only_time(&db, &found).await, wanted);
    }

    async fn every_milestone_precision_and_source_is_accepted((db, office): (Db, Office)) {
        let found = office.incident(&db, 1, |_| {}).await;
        for milestone in Milestone::ALL {
            for (precision, source) in Precision::ALL.iter().zip(TimeSource::ALL.iter().cycle()) {
                let one = Stated { precision: *precision, source: *source, zone: None, original: None, at: NOW };
                put(&db, &office, &found, *milestone, &one, None).await;
            }
        }
        let mut times: Vec<_> =
            incident::times(&db, found.id).await.unwrap().into_iter().map(|time| time.milestone).collect();
        times.sort_unstable();
        assert_eq!(times, Milestone::ALL);
    }

    async fn a_time_entered_again_replaces_the_time_and_keeps_the_first((db, office): (Db, Office)) {
        let found = office.incident(&db, 1, |_| {}).await;
        let (first, second) = (NOW.plus_seconds(-10), NOW.plus_seconds(-500));
        put(&db, &office, &found, Milestone::Triage, &Stated::by_system(first), None).await;
        put(&db, &office, &found, Milestone::Triage, &stated(second), Some("Corrected.")).await;
        let time = only_time(&db, &found).await;
        assert_eq!((time.at, time.first_at), (Some(second), first));
        assert_eq!((time.precision, time.source), (Precision::Minute, TimeSource::User));
        assert_eq!(time.reason.as_deref(), Some("Corrected."));
    }

    async fn a_time_taken_back_keeps_its_first_and_may_come_again((db, office): (Db, Office)) {
        let found = office.incident(&db, 1, |_| {}).await;
        clear(&db, &office, &found, Milestone::Close).await;
        assert_eq!(incident::times(&db, found.id).await.unwrap(), [], "nothing to take back");
        put(&db, &office, &found, Milestone::Close, &Stated::by_system(NOW), None).await;
        clear(&db, &office, &found, Milestone::Close).await;
        let time = only_time(&db, &found).await;
        assert_eq!((time.at, time.first_at, time.recorded_at), (None, NOW, NOW.plus_seconds(9)));
        let later = NOW.plus_seconds(77);
        put(&db, &office, &found, Milestone::Close, &Stated::by_system(later), None).await;
        let time = only_time(&db, &found).await;
        assert_eq!((time.at, time.first_at), (Some(later), NOW));
    }

    async fn the_list_shows_the_time_of_detection_and_no_other((db, office): (Db, Office)) {
        let early = NOW.plus_seconds(-7200);
        let found = office.incident(&db, 1, |draft| draft.detected = Some(stated(early))).await;
        assert_eq!(detected_at(&db, &office).await, Some(early));
        put(&db, &office, &found, Milestone::Alert, &stated(NOW), None).await;
        clear(&db, &office, &found, Milestone::Alert).await;
        assert_eq!(detected_at(&db, &office).await, Some(early));
        let at = NOW.plus_seconds(-3600);
        put(&db, &office, &found, Milestone::Detect, &stated(at), None).await;
        assert_eq!(detected_at(&db, &office).await, Some(at));
        clear(&db, &office, &found, Milestone::Detect).await;
        assert_eq!(detected_at(&db, &office).await, None);
    }
}
