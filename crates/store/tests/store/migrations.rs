//! From an empty database to the shape the program expects, and no further.

use holdfast_domain::{CustodyId, EvidenceId, OrgId, PersonId, incident::IncidentFields, marking::Tlp};
use holdfast_store::{Db, Queryable as _, org};

use crate::support::{Office, id, on_both};

on_both! {
    async fn an_empty_database_is_brought_to_shape_and_says_so(url: String) {
        let db = Db::open(&url).await.unwrap();
        assert!(!db.is_migrated().await);
        db.migrate().await.unwrap();
        assert!(db.is_migrated().await);
        assert_eq!(org::ids(&db).await.unwrap(), []);
        db.close().await;
    }

    async fn migrating_again_changes_nothing(url: String) {
        let db = Db::open(&url).await.unwrap();
        db.migrate().await.unwrap();
        let steps = "SELECT version, description, checksum FROM _sqlx_migrations ORDER BY version";
        let before: Vec<(i64, String, Vec<u8>)> = db.query(steps).fetch_all().await.unwrap();
        assert!(!before.is_empty());
        db.migrate().await.unwrap();
        let after: Vec<(i64, String, Vec<u8>)> = db.query(steps).fetch_all().await.unwrap();
        assert_eq!(before, after);
        db.close().await;
    }

    async fn two_servers_that_start_at_once_on_an_empty_database_both_come_up(url: String) {
        let db = Db::open(&url).await.unwrap();
        let (one, other) = tokio::join!(db.migrate(), db.migrate());
        one.unwrap();
        other.unwrap();
        assert!(db.is_migrated().await);
        db.close().await;
    }

    async fn a_database_written_by_a_newer_program_is_refused_and_left_alone(url: String) {
        let db = Db::open(&url).await.unwrap();
        db.migrate().await.unwrap();
        db.alone(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             SELECT 9000, 'of the future', success, checksum, execution_time FROM _sqlx_migrations WHERE version = 10",
        )
        .execute()
        .await
        .unwrap();
        let refused = db.migrate().await.unwrap_err().to_string();
        assert!(refused.contains("newer Holdfast"), "{refused}");
        assert!(!db.is_migrated().await);
        db.close().await;
    }

    async fn a_database_that_lacks_the_latest_step_is_completed(url: String) {
        let db = Db::open(&url).await.unwrap();
        // As an older program leaves it: people and a ledger, no incidents yet.
        db.migrate_first(3).await.unwrap();
        assert!(!db.is_migrated().await);
        db.migrate().await.unwrap();
        assert!(db.is_migrated().await);
        let (incidents,): (i64,) = db.query("SELECT count(*) FROM incidents").fetch_one().await.unwrap();
        assert_eq!(incidents, 0);
        db.close().await;
    }

    async fn custody_that_an_older_program_kept_is_kept_and_still_cannot_be_changed(url: String) {
        let db = Db::open(&url).await.unwrap();
        // Up to the step before copies.
        db.migrate_first(14).await.unwrap();
        // Of today's program, which sets the office up, the old database has all but these.
        for column in ["orgs ADD COLUMN targets", "people ADD COLUMN handle", "people ADD COLUMN display_name"] {
            alter(&db, &format!("{column} TEXT")).await;
        }
        let office = Office::open(&db, 1).await;
        let incident = office.incident_id(1);
        let mut tx = db.write().await.unwrap();
        let old = tx.query(OLD_INCIDENT).bind(office.org).bind(incident).bind(office.ada.person_id);
        old.execute().await.unwrap();
        for sql in [OLD_EVIDENCE, OLD_CUSTODY] {
            let old = tx.query(sql).bind(office.org).bind(incident).bind(office.ada.person_id);
            old.bind(EvidenceId(id(77))).bind(CustodyId(id(78))).execute().await.unwrap();
        }
        tx.commit().await.unwrap();
        for column in ["orgs DROP COLUMN targets", "people DROP COLUMN handle", "people DROP COLUMN display_name"] {
            alter(&db, column).await;
        }
        db.migrate().await.unwrap();
        // Of an incident that is older than these columns nothing is claimed.
        let fields = office.seen(&db, incident).await.fields;
        let (title, tlp) = ("Old".to_owned(), Tlp::Red);
        assert_eq!(fields, IncidentFields { title, tlp, ..IncidentFields::default() });
        let kept = "SELECT kind, recorded_at, details FROM custody_events";
        let rows: Vec<(String, i64, String)> = db.query(kept).fetch_all().await.unwrap();
        assert_eq!(rows, [("collected".to_owned(), 7, "{}".to_owned())]);
        assert!(db.alone("UPDATE custody_events SET kind = 'copied'").execute().await.is_err());
        assert!(db.alone("DELETE FROM custody_events").execute().await.is_err());
        db.close().await;
    }

    async fn people_who_are_there_already_get_handles_that_never_change(url: String) {
        let db = Db::open(&url).await.unwrap();
        db.migrate_first(3).await.unwrap();
        db.alone("INSERT INTO orgs (id, name, time_zone, version, created_at, updated_at) VALUES ($1, 'O', 'UTC', 1, 0, 0)")
            .bind(OrgId(id(1)))
            .execute()
            .await
            .unwrap();
        let names = ["Mina Sato", "MINA SATO", "Mina Sato 2", "Zoë O’Brien-Łuk", "佐藤 美奈", "<b>", "Jörg Groß", "Ян"];
        for (place, name) in names.iter().enumerate() {
            let number = i64::try_from(place).unwrap();
            let new = db.alone(
                "INSERT INTO people (id, org_id, email, email_key, name, roles, time_zone, disabled, version, created_at,
                     updated_at) VALUES ($1, $2, $3, $3, $4, 'lead', 'UTC', FALSE, 1, $5, $5)",
            );
            let new = new.bind(PersonId(id(place as u128 + 2))).bind(OrgId(id(1))).bind(format!("{place}@o.example"));
            new.bind((*name).to_owned()).bind(number).execute().await.unwrap();
        }
        db.migrate().await.unwrap();
        let found: Vec<(String, String)> =
            db.query("SELECT handle, display_name FROM people ORDER BY created_at").fetch_all().await.unwrap();
        let found: Vec<(&str, &str)> = found.iter().map(|(handle, shown)| (handle.as_str(), shown.as_str())).collect();
        assert_eq!(found, [
            ("mina-sato", "Mina Sato (mina-sato)"),
            ("mina-sato-2", "MINA SATO (mina-sato-2)"),
            ("mina-sato-2-1", "Mina Sato 2"),
            ("zoe-o-brien-luk", "Zoë O’Brien-Łuk"),
            ("person", "佐藤 美奈"),
            ("b", "<b>"),
            ("jorg-gross", "Jörg Groß"),
            ("person-2", "Ян"),
        ]);
        assert!(db.alone("UPDATE people SET handle = 'x' WHERE name = '<b>'").execute().await.is_err());
        db.close().await;
    }
}

/// Changes the columns of a table.
async fn alter(db: &Db, what: &str) {
    let mut tx = db.write().await.unwrap();
    tx.query_built(format!("ALTER TABLE {what}")).execute().await.unwrap();
    tx.commit().await.unwrap();
}

const OLD_INCIDENT: &str = "INSERT INTO incidents (id, org_id, reference, title, title_key, summary, status,
    status_rank, ended, severity, category, tlp, pap, disposition, root_cause, on_hold, is_exercise, restricted,
    reopened_count, version, created_at, created_by, updated_at, updated_by)
    VALUES ($2, $1, 'INC-2026-0001', 'Old', 'old', '', 'new', 0, false, 'sev3', 'other', 'red', 'amber', 'unknown', '',
    false, false, false, 0, 1, 7, $3, 7, $3)";
const OLD_EVIDENCE: &str = "INSERT INTO evidence (id, org_id, incident_id, label, kind, title, description,
    original_filename, make, model, serial_no, condition_marks, source_host, source_path, source_owner, tlp, malicious,
    contains_personal_data, method, tool, tool_version, authority, witness, write_blocker, acquisition_notes, status,
    checked_out, location, holds, altered, events, created_at, created_by)
    SELECT $4, $1, $2, 'EV-0001', 'disk', 'Disk', '', '', '', '', '', '', '', '', '', 'amber', false, false,
    'dead-image', '', '', '', '', '', '', 'in-custody', false, '', 0, false, 1, 7, $3 WHERE $5 IS NOT NULL";
const OLD_CUSTODY: &str = "INSERT INTO custody_events (id, org_id, incident_id, evidence_id, seq, kind, actor_id,
    occurred_at, recorded_at, details) VALUES ($5, $1, $2, $4, 1, 'collected', $3, 7, 7, '{}')";
