//! Evidence and its custody, and events of the timeline, as rows: what may be added, what can never be
//! changed, and whom they are shown to.

use holdfast_domain::{
    Actor, CustodyId, EventId, EvidenceId, IncidentId, Timestamp,
    custody::CustodyKind,
    custody_state::State,
    event::{EventFields, EventOrigin, EventTechnique, Lane},
    evidence::{AcquisitionMethod, CustodyEntry, Details, EvidenceFields, EvidenceKind, EvidenceStatus},
    lifecycle::Stated,
    marking::Tlp,
};
use holdfast_store::{
    Db, event,
    evidence::{self, NewEvidence, RegisterQuery},
};

use crate::support::{NOW, Office, id, on_both};

const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn fields() -> EvidenceFields {
    EvidenceFields {
        kind: EvidenceKind::Disk,
        title: "Laptop of the finance team".into(),
        description: String::new(),
        original_filename: "disk.e01".into(),
        make: "Example".into(),
        model: "T-1000".into(),
        serial: "S/N 0001".into(),
        condition_marks: String::new(),
        source_host: "fin-07".into(),
        source_path: String::new(),
        source_owner: String::new(),
        tlp: Tlp::Red,
        malicious: true,
        contains_personal_data: true,
        retain_until: Some(NOW.plus_seconds(86_400)),
        method: AcquisitionMethod::DeadImage,
        tool: "imager".into(),
        tool_version: "7".into(),
        authority: String::new(),
        witness: String::new(),
        write_blocker: "hardware".into(),
        clock_offset_s: Some(-3),
        acquisition_notes: String::new(),
    }
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
    let new = NewEvidence {
        id: item,
        incident,
        label: &label,
        fields: &fields(),
        file: Some((SHA.into(), 4)),
        copy_of: None,
    };
    evidence::insert(&mut tx, &office.ada, &new, at).await.unwrap();
    tx.commit().await.unwrap();
    item
}

on_both! {
    async fn an_item_comes_back_as_it_was_registered_and_its_events_in_order(db: Db) {
        let office = Office::open(&db, 1).await;
        let incident = office.incident(&db, 1, |_| ()).await.id;
        let item = registered(&db, &office, incident, 1, NOW).await;
        let state = State { seq: 1, holder: Some(office.ben.person_id), ..State::default() };
        let mut tx = db.write().await.unwrap();
        let first = entry(&office.ben, 1, CustodyKind::Collected);
        let (org, here) = (office.org, EvidenceStatus::InCustody);
        assert!(evidence::add_event(&mut tx, org, (incident, item), &first, &state, here).await.unwrap());
        // Another who saw the same state comes too late.
        let late = entry(&office.ada, 1, CustodyKind::Collected);
        assert!(!evidence::add_event(&mut tx, org, (incident, item), &late, &state, here).await.unwrap());
        tx.commit().await.unwrap();
        let found = evidence::find(&db, incident, "EV-0001").await.unwrap().unwrap();
        assert_eq!((found.fields, found.sha256.as_deref(), found.events), (fields(), Some(SHA), 1));
        assert_eq!(found.holder_name.as_deref(), Some("Ben"));
        assert_eq!(evidence::custody(&db, item).await.unwrap(), [first]);
        assert!(evidence::find(&db, office.incident_id(2), "EV-0001").await.unwrap().is_none());
        assert!(evidence::is_used(&db, SHA).await.unwrap());
    }

    async fn the_timeline_tells_of_a_move_but_not_of_the_first_place(db: Db) {
        let office = Office::open(&db, 1).await;
        let incident = office.incident(&db, 1, |_| ()).await.id;
        let item = registered(&db, &office, incident, 1, NOW).await;
        let here = EvidenceStatus::InCustody;
        let later = NOW.plus_seconds(60);
        let kinds = [CustodyKind::Collected, CustodyKind::Moved, CustodyKind::Moved];
        let mut tx = db.write().await.unwrap();
        for (seq, (kind, at)) in (1..).zip(kinds.into_iter().zip([NOW, NOW, later])) {
            let event = CustodyEntry { occurred_at: at, recorded_at: at, ..entry(&office.ben, seq, kind) };
            let state = State { seq, holder: Some(office.ben.person_id), ..State::default() };
            assert!(evidence::add_event(&mut tx, office.org, (incident, item), &event, &state, here).await.unwrap());
        }
        tx.commit().await.unwrap();
        let told = evidence::timeline(&db, incident).await.unwrap();
        let told: Vec<_> = told.into_iter().map(|row| (row.kind, row.occurred_at)).collect();
        assert_eq!(told, [(CustodyKind::Collected, NOW), (CustodyKind::Moved, later)]);
    }

    async fn of_a_long_custody_the_timeline_tells_the_newest_in_order(db: Db) {
        let office = Office::open(&db, 1).await;
        let incident = office.incident(&db, 1, |_| ()).await.id;
        let item = registered(&db, &office, incident, 1, NOW).await;
        let mut tx = db.write().await.unwrap();
        for seq in 1..=502 {
            let kind = if seq == 1 { CustodyKind::Collected } else { CustodyKind::Verified };
            let at = NOW.plus_seconds(seq.into());
            let event = CustodyEntry { occurred_at: at, recorded_at: at, ..entry(&office.ben, seq, kind) };
            let state = State { seq, holder: Some(office.ben.person_id), ..State::default() };
            let status = EvidenceStatus::InCustody;
            assert!(evidence::add_event(&mut tx, office.org, (incident, item), &event, &state, status).await.unwrap());
        }
        tx.commit().await.unwrap();
        let told = evidence::timeline(&db, incident).await.unwrap();
        let times: Vec<_> = told.into_iter().map(|row| row.occurred_at).collect();
        assert_eq!(times, (3..=502).map(|seq| NOW.plus_seconds(seq)).collect::<Vec<_>>());
    }

    async fn custody_can_not_be_changed_or_taken_out(db: Db) {
        let office = Office::open(&db, 1).await;
        let incident = office.incident(&db, 1, |_| ()).await.id;
        let item = registered(&db, &office, incident, 1, NOW).await;
        let mut tx = db.write().await.unwrap();
        let first = entry(&office.ben, 1, CustodyKind::Collected);
        let state = State { seq: 1, holder: Some(office.ben.person_id), ..State::default() };
        let here = EvidenceStatus::InCustody;
        evidence::add_event(&mut tx, office.org, (incident, item), &first, &state, here).await.unwrap();
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

    async fn the_register_shows_what_the_reader_may_see_page_by_page(db: Db) {
        let office = Office::open(&db, 1).await;
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

    async fn events_keep_their_order_their_words_and_their_techniques(db: Db) {
        let office = Office::open(&db, 1).await;
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
