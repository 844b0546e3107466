//! Evidence and its custody, and events of the timeline, as rows: what may be added, what can never be
//! changed, and whom they are shown to.

use holdfast_domain::{
    Actor, CustodyId, EventId, EvidenceId, IncidentId, Timestamp,
    custody::CustodyKind,
    custody_state::State,
    event::{EventFields, EventOrigin, EventTechnique, Lane},
    evidence::{CustodyEntry, Details, EvidenceFields, EvidenceStatus},
    lifecycle::Stated,
};
use holdfast_store::{
    Db, Tx, event,
    evidence::{self, NewEvidence, RegisterQuery},
};
use serde_json::json;

use crate::support::{NOW, Office, id, on_both};

const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn fields() -> EvidenceFields {
    let given = json!({ "kind": "disk", "title": "Laptop of the finance team", "original_filename": "disk.e01",
        "make": "Example", "model": "T-1000", "serial": "S/N 0001", "source_host": "fin-07", "tlp": "red",
        "malicious": true, "contains_personal_data": true, "retain_until": NOW.plus_seconds(86_400),
        "method": "dead-image", "tool": "imager", "tool_version": "7", "write_blocker": "hardware",
        "clock_offset_s": -3 });
    serde_json::from_value(given).unwrap()
}

fn entry(actor: &Actor, seq: u32, kind: CustodyKind) -> CustodyEntry {
    CustodyEntry {
        id: CustodyId(id(9_000 + u128::from(seq))),
        seq,
        kind,
        actor_id: actor.person_id,
        actor_name: actor.name.clone(),
        actor_handle: actor.name.to_lowercase(),
        occurred_at: NOW,
        recorded_at: NOW,
        details: Details { reason: "as told".into(), ..Details::default() },
    }
}

async fn registered(db: &Db, office: &Office, incident: IncidentId, n: u128, at: Timestamp) -> EvidenceId {
    let (item, mut tx) = (EvidenceId(id(5_000 + n)), db.write().await.unwrap());
    let label = format!("EV-{n:04}");
    let file = Some((SHA.into(), 4));
    let new = NewEvidence { id: item, incident, label: &label, fields: &fields(), file, copy_of: None };
    evidence::insert(&mut tx, &office.ada, &new, at).await.unwrap();
    tx.commit().await.unwrap();
    item
}

/// An incident with one item in it.
async fn with_an_item(db: &Db, office: &Office) -> (IncidentId, EvidenceId) {
    let incident = office.incident(db, 1, |_| ()).await.id;
    (incident, registered(db, office, incident, 1, NOW).await)
}

/// What an event makes of an item that Ben then holds; whether it came in time.
async fn told(tx: &mut Tx, office: &Office, of: (IncidentId, EvidenceId), event: &CustodyEntry) -> bool {
    let state = State { seq: event.seq, holder: Some(office.ben.person_id), ..State::default() };
    evidence::add_event(tx, office.org, of, event, &state, EvidenceStatus::InCustody).await.unwrap()
}

on_both! {
    async fn an_item_comes_back_as_it_was_registered_and_its_events_in_order((db, office): (Db, Office)) {
        let (incident, item) = with_an_item(&db, &office).await;
        let mut tx = db.write().await.unwrap();
        let first = entry(&office.ben, 1, CustodyKind::Collected);
        assert!(told(&mut tx, &office, (incident, item), &first).await);
        // Another who saw the same state comes too late.
        let late = entry(&office.ada, 1, CustodyKind::Collected);
        assert!(!told(&mut tx, &office, (incident, item), &late).await);
        tx.commit().await.unwrap();
        let found = evidence::find(&db, incident, "EV-0001").await.unwrap().unwrap();
        assert_eq!((found.fields, found.sha256.as_deref(), found.events), (fields(), Some(SHA), 1));
        assert_eq!(found.holder_name.as_deref(), Some("Ben"));
        assert_eq!(evidence::custody(&db, item).await.unwrap(), [first]);
        assert!(evidence::find(&db, office.incident_id(2), "EV-0001").await.unwrap().is_none());
        assert!(evidence::is_used(&db, SHA).await.unwrap());
    }

    async fn the_timeline_tells_of_a_move_but_not_of_the_first_place((db, office): (Db, Office)) {
        let (incident, item) = with_an_item(&db, &office).await;
        let later = NOW.plus_seconds(60);
        let kinds = [CustodyKind::Collected, CustodyKind::Moved, CustodyKind::Moved];
        let mut tx = db.write().await.unwrap();
        for (seq, (kind, at)) in (1..).zip(kinds.into_iter().zip([NOW, NOW, later])) {
            let event = CustodyEntry { occurred_at: at, recorded_at: at, ..entry(&office.ben, seq, kind) };
            assert!(told(&mut tx, &office, (incident, item), &event).await);
        }
        tx.commit().await.unwrap();
        let rows = evidence::timeline(&db, incident).await.unwrap();
        let told: Vec<_> = rows.into_iter().map(|row| (row.kind, row.occurred_at)).collect();
        assert_eq!(told, [(CustodyKind::Collected, NOW), (CustodyKind::Moved, later)]);
    }

    async fn of_a_long_custody_the_timeline_tells_the_newest_in_order((db, office): (Db, Office)) {
        let (incident, item) = with_an_item(&db, &office).await;
        let mut tx = db.write().await.unwrap();
        for seq in 1..=502 {
            let kind = if seq == 1 { CustodyKind::Collected } else { CustodyKind::Verified };
            let at = NOW.plus_seconds(seq.into());
            let event = CustodyEntry { occurred_at: at, recorded_at: at, ..entry(&office.ben, seq, kind) };
            assert!(told(&mut tx, &office, (incident, item), &event).await);
        }
        tx.commit().await.unwrap();
        let rows = evidence::timeline(&db, incident).await.unwrap();
        let times: Vec<_> = rows.into_iter().map(|row| row.occurred_at).collect();
        assert_eq!(times, (3..=502).map(|seq| NOW.plus_seconds(seq)).collect::<Vec<_>>());
    }

    async fn custody_can_not_be_changed_or_taken_out((db, office): (Db, Office)) {
        let (incident, item) = with_an_item(&db, &office).await;
        let mut tx = db.write().await.unwrap();
        let first = entry(&office.ben, 1, CustodyKind::Collected);
        told(&mut tx, &office, (incident, item), &first).await;
        tx.commit().await.unwrap();
        for sql in [
            "UPDATE custody_events SET kind = 'sealed'",
            "UPDATE custody_events SET occurred_at = 1 WHERE seq = 1",
            "DELETE FROM custody_events",
            "INSERT INTO custody_events SELECT * FROM custody_events WHERE seq = 1
             ON CONFLICT (evidence_id, seq) DO UPDATE SET details = '{}'",
        ] {
            let refused = db.alone(sql).execute().await.unwrap_err().to_string();
            assert!(refused.contains("custody is append-only"), "{sql}: {refused}");
        }
        assert!(db.alone("DELETE FROM evidence").execute().await.is_err());
        assert_eq!(evidence::custody(&db, item).await.unwrap(), [first]);
    }

    async fn the_register_shows_what_the_reader_may_see_page_by_page((db, office): (Db, Office)) {
        let open = office.incident(&db, 1, |_| ()).await.id;
        let hidden = office.incident(&db, 2, |draft| draft.restricted = true).await.id;
        for n in 1..=3 {
            let at = NOW.plus_seconds(i64::try_from(n).unwrap());
            registered(&db, &office, if n == 2 { hidden } else { open }, n, at).await;
        }
        let labels = async |actor: &Actor, query: RegisterQuery| {
            let rows = evidence::register(&db, actor, &query).await.unwrap();
            rows.into_iter().map(|row| row.label).collect::<Vec<_>>()
        };
        let all = || RegisterQuery { limit: 10, ..RegisterQuery::default() };
        assert_eq!(labels(&office.ada, all()).await, ["EV-0003", "EV-0002", "EV-0001"]);
        assert_eq!(labels(&office.ben, all()).await, ["EV-0003", "EV-0001"]);
        let after = Some((NOW.plus_seconds(3), EvidenceId(id(5_003))));
        assert_eq!(labels(&office.ben, RegisterQuery { after, ..all() }).await, ["EV-0001"]);
        assert!(labels(&office.ada, RegisterQuery { held: true, ..all() }).await.is_empty());
        let foreign = Office::open(&db, 2).await;
        assert!(labels(&foreign.ada, all()).await.is_empty());
    }

    async fn events_keep_their_order_their_words_and_their_techniques((db, office): (Db, Office)) {
        let incident = office.incident(&db, 1, |_| ()).await.id;
        let mut told = EventFields {
            lane: Lane::Attack,
            title: "A mail was opened".into(),
            description: "**As** the log shows".into(),
            source: "proxy".into(),
            occurred: Some(Stated { zone: Some("Europe/Berlin".into()), original: Some("2026-03-01T08:12".into()),
                source: holdfast_domain::time::TimeSource::User, ..Stated::by_system(NOW) }),
            occurred_end: Some(NOW.plus_seconds(60)),
            learned_at: None,
            in_report: true,
            techniques: vec![EventTechnique { technique: "T1566.001".into(), tactic: Some("TA0001".into()) }],
        };
        let (first, second) = (EventId(id(1)), EventId(id(2)));
        let mut tx = db.write().await.unwrap();
        let by = EventOrigin::Person;
        let at = event::insert(&mut tx, &office.ada, incident, first, &told, by, NOW).await.unwrap();
        let unknown = EventFields { occurred: None, occurred_end: None, techniques: Vec::new(), ..told.clone() };
        let behind = event::insert(&mut tx, &office.ben, incident, second, &unknown, by, NOW).await.unwrap();
        assert!(behind > at);
        let one = event::find(&mut tx, incident, first).await.unwrap().unwrap();
        assert_eq!((&one.fields, one.version), (&told, 1));
        told.techniques = vec![EventTechnique { technique: "T1059".into(), tactic: None }];
        assert!(event::update(&mut tx, &office.ben, incident, &one, &told, NOW).await.unwrap());
        assert!(!event::update(&mut tx, &office.ben, incident, &one, &told, NOW).await.unwrap());
        tx.commit().await.unwrap();
        let listed = event::list(&db, incident).await.unwrap();
        assert_eq!(listed.iter().map(|event| event.id).collect::<Vec<_>>(), [first, second]);
        assert_eq!((&listed[0].fields, listed[0].updated_by_name.as_str()), (&told, "Ben"));
        assert!(event::view(&db, office.incident_id(9), first).await.unwrap().is_none());
    }
}
