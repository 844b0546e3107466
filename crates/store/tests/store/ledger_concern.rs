//! Which incidents an entry says something of: noted with it, never changed, and found for entries that an
//! older program wrote.

use holdfast_domain::{
    IncidentId, ReportId,
    marking::Tlp,
    report::{IssuedKind, Recipients},
};
use holdfast_store::{
    Db,
    ledger::{self, NewEntry},
    ledger_concern,
    report::{self, NewReport},
};

use crate::support::{NOW, Office, id, on_both};

async fn noted(db: &Db, office: &Office) -> Vec<(i64, IncidentId)> {
    let mut found = ledger_concern::between(db, office.org, 0, 1_000).await.unwrap();
    found.sort_unstable();
    found
}

/// An entry as a program wrote it that gave values in clear.
async fn entry(db: &Db, office: &Office, seq: i64, kind: &str, (about, id): (&str, String), data: &str) {
    let entry = NewEntry {
        seq,
        leaf_hash: [u8::try_from(seq).unwrap(); 32],
        entry: format!(r#"{{"actor":{{"id":"x"}},"commit":{{}},"data":{data},"seq":{seq},"type":"{kind}"}}"#),
        kind: kind.into(),
        subject_kind: about.into(),
        subject_id: id,
        actor_id: Some(office.ada.person_id),
        recorded_at: NOW,
    };
    let mut tx = db.write().await.unwrap();
    ledger::insert_entry(&mut tx, office.org, entry).await.unwrap();
    tx.commit().await.unwrap();
}

on_both! {
    async fn the_incidents_of_an_entry_are_noted_and_stay((db, office): (Db, Office)) {
        let (one, two) = (office.incident(&db, 1, |_| ()).await.id, office.incident(&db, 2, |_| ()).await.id);
        let mut tx = db.write().await.unwrap();
        ledger_concern::insert(&mut tx, office.org, 4, &[two, one]).await.unwrap();
        ledger_concern::insert(&mut tx, office.org, 5, &[]).await.unwrap();
        ledger_concern::insert(&mut tx, office.org, 6, &[two]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(noted(&db, &office).await, [(4, one), (4, two), (6, two)]);
        assert_eq!(ledger_concern::between(&db, office.org, 5, 6).await.unwrap(), [(6, two)]);
        assert_eq!(ledger_concern::between(&db, Office::open(&db, 2).await.org, 0, 9).await.unwrap(), []);
        for sql in ["UPDATE ledger_concerns SET seq = seq + 100", "DELETE FROM ledger_concerns WHERE seq = 4"] {
            let refused = db.alone(sql).execute().await.unwrap_err().to_string();
            assert!(refused.contains("the ledger is append-only"), "{sql}: {refused}");
        }
    }

    async fn entries_that_name_an_incident_in_clear_are_found_when_the_step_runs((db, office): (Db, Office)) {
        let open = office.incident(&db, 1, |_| ()).await.id;
        let shut = office.incident(&db, 2, |draft| draft.restricted = true).await.id;
        let report = ReportId(id(77));
        let issued = NewReport {
            id: report,
            incident: Some(shut),
            kind: IssuedKind::Executive,
            subject: shut.to_string(),
            number: 1,
            title: "Report".into(),
            tlp: Tlp::Red,
            as_of: NOW,
            sha256: "s".into(),
            data_sha256: "d".into(),
            size_bytes: 1,
        };
        let mut tx = db.write().await.unwrap();
        report::insert(&mut tx, &office.ada, &issued, &Recipients::default(), NOW).await.unwrap();
        tx.commit().await.unwrap();
        let person = ("person", office.ada.person_id.to_string());
        let about_open = || ("incident", open.to_string());
        entry(&db, &office, 0, "link.added", about_open(), &format!(r#"{{"link":"l","other":"{shut}"}}"#)).await;
        entry(&db, &office, 1, "access.denied", person.clone(), &format!(r#"{{"incident":"{shut}"}}"#)).await;
        entry(&db, &office, 2, "incident.phase_changed", about_open(), &format!(r#"{{"merged_into":"{shut}"}}"#)).await;
        entry(&db, &office, 3, "report.opened", ("report", report.to_string()), "{}").await;
        // Others name none, or one that is not there.
        entry(&db, &office, 4, "access.denied", person, "{}").await;
        entry(&db, &office, 5, "incident.edited", about_open(), &format!(r#"{{"other":"{shut}"}}"#)).await;
        entry(&db, &office, 6, "link.added", about_open(), &format!(r#"{{"other":"{}"}}"#, IncidentId(id(404)))).await;
        entry(&db, &office, 7, "link.added", about_open(), "{").await;
        db.alone("DROP TABLE ledger_concerns").execute().await.unwrap();
        db.alone("DELETE FROM _sqlx_migrations WHERE version / 10 = 24").execute().await.unwrap();
        db.migrate().await.unwrap();
        assert_eq!(noted(&db, &office).await, [(0, shut), (1, shut), (2, shut), (3, shut)]);
    }
}
