//! How the databases run the statements of every request, other than the list: by key or index,
//! however many rows there are. The statements are read from the store's own source, so that this
//! cannot speak of others than those that run.

use holdfast_domain::{IncidentId, OrgId, PersonId, SessionId, Timestamp, TokenId, ledger::By};
use holdfast_store::{
    Db, Queryable as _, incident, ledger,
    ledger_list::{self, Narrow},
    session, token,
};

use crate::support::{NOW, Office, catalogue, id, on_both};

const SESSION: &str = include_str!("../../src/session.rs");
const TOKEN: &str = include_str!("../../src/token.rs");
const INCIDENT: &str = include_str!("../../src/incident.rs");
const LEDGER: &str = include_str!("../../src/ledger.rs");
const LEDGER_LIST: &str = include_str!("../../src/ledger_list.rs");
const PERSON: &str = include_str!("../../src/person.rs");

/// One space wherever there is any.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A value to bind.
#[derive(Clone)]
pub enum Bind {
    Bytes(Vec<u8>),
    Time(Timestamp),
    Text(&'static str),
    Number(i64),
    Id(uuid::Uuid),
}

/// The plan of a statement that is put together of pieces, each of which the source has.
pub async fn plan(db: &Db, source: &str, pieces: &[&str], binds: &[Bind]) -> String {
    for piece in pieces {
        assert!(flat(source).contains(&flat(piece)), "the source has no such statement any more: {piece}");
    }
    let explain = if db.is_sqlite() { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
    let statement = db.query_built(format!("{explain} {}", pieces.join(" ")));
    let statement = binds.iter().cloned().fold(statement, |statement, bind| match bind {
        Bind::Bytes(value) => statement.bind(value),
        Bind::Time(value) => statement.bind(value),
        Bind::Text(value) => statement.bind(value.to_owned()),
        Bind::Number(value) => statement.bind(value),
        Bind::Id(value) => statement.bind(value),
    });
    if db.is_sqlite() {
        let rows: Vec<(i64, i64, i64, String)> = statement.fetch_all().await.unwrap();
        return rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("\n");
    }
    let rows: Vec<(String,)> = statement.fetch_all().await.unwrap();
    rows.into_iter().map(|row| row.0).collect::<Vec<_>>().join("\n")
}

/// The plan reads the table by the index named for the database, and no table as a whole.
fn assert_by_index(db: &Db, plan: &str, sqlite: &str, postgres: &str) {
    let wanted = if db.is_sqlite() { sqlite } else { postgres };
    assert!(plan.contains(wanted), "not by {wanted}:\n{plan}");
    assert!(!plan.lines().any(|line| line.starts_with("SCAN")), "{plan}");
    assert!(!plan.contains("Seq Scan"), "{plan}");
}

pub async fn analyze(db: &Db) {
    if !db.is_sqlite() {
        db.alone("ANALYZE").execute().await.unwrap();
    }
}

fn secret(n: u16) -> [u8; 32] {
    let mut secret = [0; 32];
    secret[..2].copy_from_slice(&n.to_be_bytes());
    secret
}

on_both! {
    async fn a_request_finds_its_session_by_key((db, office): (Db, Office)) {
        for n in 0..300 {
            let new = session::NewSession {
                id: SessionId(id(n.into())), person_id: office.ben.person_id, data: "record".into(),
                user_agent: "Mozilla/5.0".into(), address: "192.0.2.7".into(), created_at: NOW,
                expires_at: NOW.plus_seconds(43_200),
            };
            assert!(session::create(&db, secret(n), &new).await.unwrap());
        }
        analyze(&db).await;
        let load = "SELECT data, expires_at, seen_at FROM sessions
             WHERE secret_hash = $1 AND expires_at > $2 AND seen_at > $3";
        let binds = [Bind::Bytes(secret(7).to_vec()), Bind::Time(NOW), Bind::Time(NOW.plus_seconds(-1800))];
        let load = plan(&db, SESSION, &[load], &binds).await;
        assert_by_index(&db, &load, "USING INDEX sqlite_autoindex_sessions_1 (secret_hash=?)", "sessions_pkey");
    }

    async fn a_request_finds_its_token_by_its_hash((db, office): (Db, Office)) {
        let mut tx = db.write().await.unwrap();
        for n in 0..300 {
            let made = holdfast_domain::token::Token {
                id: TokenId(id(n.into())), person_id: office.ben.person_id, person_name: "Ben".into(), name: "script".into(),
                prefix: "hf_".into(), scopes: holdfast_domain::token::Scopes::default(), created_at: NOW,
                expires_at: NOW, used_at: None, revoked_at: None,
            };
            token::insert(&mut tx, office.org, &made, secret(n).to_vec()).await.unwrap();
        }
        tx.commit().await.unwrap();
        analyze(&db).await;
        let find = "SELECT id, person_id, scopes, used_at FROM tokens
             WHERE secret_hash = $1 AND revoked_at IS NULL AND expires_at > $2";
        let find = plan(&db, TOKEN, &[find], &[Bind::Bytes(secret(7).to_vec()), Bind::Time(NOW)]).await;
        assert_by_index(&db, &find, "sqlite_autoindex_tokens_2 (secret_hash=?)", "tokens_secret_hash_key");
    }

    async fn a_team_is_read_by_its_incident((db, office): (Db, Office)) {
        catalogue::fill(&db, &office, 1_000).await;
        let mut tx = db.write().await.unwrap();
        for n in 0..1_000 {
            incident::add_member(&mut tx, &office.ada, office.incident_id(n), office.ben.person_id, NOW).await.unwrap();
        }
        tx.commit().await.unwrap();
        analyze(&db).await;
        let members = "SELECT m.person_id, p.display_name AS name, m.added_at FROM incident_members m JOIN people p ON p.id = m.person_id
         WHERE m.incident_id = $1 ORDER BY p.name, p.id";
        let members = plan(&db, INCIDENT, &[members], &[Bind::Id(office.incident_id(7).0)]).await;
        // There are three people, whom PostgreSQL may read as a whole; the team is what grows.
        if db.is_sqlite() {
            assert_by_index(&db, &members, "SEARCH m USING INDEX sqlite_autoindex_incident_members_1 (incident_id=?)", "");
        } else {
            assert!(members.contains("incident_members_pkey"), "{members}");
            assert!(!members.contains("Seq Scan on incident_members"), "{members}");
        }
    }

    async fn the_history_of_an_object_is_read_newest_first_from_its_index((db, office): (Db, Office)) {
        long_log(&db, office.org, office.ben.person_id).await;
        analyze(&db).await;
        let about = [
            "SELECT e.seq, e.leaf_hash, e.entry, e.kind, e.subject_kind, e.subject_id,
    p.handle AS actor_handle, n.salt AS name_salt, n.text AS name_text, e.recorded_at
    FROM ledger_entries e LEFT JOIN people p ON p.id = e.actor_id
    LEFT JOIN ledger_openings n ON n.org_id = e.org_id AND n.seq = e.seq AND n.field = 'actor.name'",
            "WHERE e.org_id = $1 AND e.subject_kind = $2 AND e.subject_id = $3 AND e.seq < $4
         ORDER BY e.seq DESC LIMIT $5",
        ];
        let binds = [
            Bind::Id(office.org.0), Bind::Text("incident"), Bind::Text("a"), Bind::Number(i64::MAX), Bind::Number(26),
        ];
        let history = plan(&db, LEDGER, &about, &binds).await;
        assert!(!history.contains("TEMP B-TREE") && !history.contains("Sort"), "{history}");
        assert!(!history.contains("SCAN e") && !history.contains("Seq Scan on ledger_entries"), "{history}");
        assert!(history.contains("ledger_entries_by_subject"), "{history}");
        let newest = [about[0], "WHERE e.org_id = $1 AND e.seq < $2 ORDER BY e.seq DESC LIMIT $3"];
        let binds = [Bind::Id(office.org.0), Bind::Number(i64::MAX), Bind::Number(26)];
        let newest = plan(&db, LEDGER, &newest, &binds).await;
        assert!(!newest.contains("TEMP B-TREE") && !newest.contains("Sort"), "{newest}");
        assert!(!newest.contains("SCAN e") && !newest.contains("Seq Scan on ledger_entries"), "{newest}");
        // The texts of an object's entries, never all that lie between two of them.
        let texts = "SELECT o.seq, o.field, o.salt, o.text FROM ledger_openings o
         WHERE o.org_id = $1 AND o.seq IN (
             SELECT e.seq FROM ledger_entries e
             WHERE e.org_id = $1 AND e.subject_kind = $2 AND e.subject_id = $3 AND e.seq BETWEEN $4 AND $5)
         ORDER BY o.seq, o.field";
        let binds = [
            Bind::Id(office.org.0), Bind::Text("incident"), Bind::Text("a"), Bind::Number(0), Bind::Number(1_999),
        ];
        let texts = plan(&db, LEDGER, &[texts], &binds).await;
        if db.is_sqlite() {
            assert!(texts.contains("SEARCH o USING INDEX sqlite_autoindex_ledger_openings_1 (org_id=? AND seq=?)"), "{texts}");
            assert!(texts.contains("ledger_entries_by_subject"), "{texts}");
        }
    }

    async fn a_filtered_list_of_the_log_walks_the_index_of_its_filter((db, office): (Db, Office)) {
        long_log(&db, office.org, office.ben.person_id).await;
        analyze(&db).await;
        let all = Narrow { below: i64::MAX, ..Narrow::default() };
        let by = Some(By::Person(office.ada.person_id));
        let kinds = vec!["task.added".to_owned(), "task.finished".to_owned()];
        let incident = Some(IncidentId(id(7)));
        let asked = [
            (Narrow { by, ..all.clone() }, "ledger_entries_by_actor"),
            (Narrow { by, kinds: kinds.clone(), ..all.clone() }, "ledger_entries_by_actor"),
            (Narrow { kinds: kinds.clone(), ..all.clone() }, "ledger_entries_by_kind"),
            (Narrow { incident, ..all.clone() }, "ledger_concerns_by_incident"),
            (Narrow { incident, kinds, only_about: true, ..all.clone() }, "ledger_entries_by_subject"),
        ];
        for (narrow, index) in asked {
            let plan = ledger_list::plan(&db, &office.ben, &narrow, 31).await.unwrap();
            // No entry concerns an incident here, and PostgreSQL may read an empty table as a whole.
            let is_empty = index == "ledger_concerns_by_incident" && !db.is_sqlite();
            assert!(is_empty || plan.contains(index), "{narrow:?} not by {index}:\n{plan}");
            assert!(!plan.contains("SCAN e") && !plan.contains("Seq Scan on ledger_entries"), "{narrow:?}:\n{plan}");
        }
        let first = "SELECT seq FROM ledger_entries WHERE org_id = $1 AND recorded_at >= $2
            ORDER BY recorded_at, seq LIMIT 1";
        let first = plan(&db, LEDGER_LIST, &[first], &[Bind::Id(office.org.0), Bind::Time(NOW)]).await;
        assert!(first.contains("ledger_entries_by_time") && !first.contains("TEMP B-TREE"), "{first}");
        assert_eq!(ledger_list::first_at(&db, office.org, NOW).await.unwrap(), Some(0));
        assert_eq!(ledger_list::first_at(&db, office.org, NOW.plus_seconds(1)).await.unwrap(), None);
    }

    async fn signing_in_finds_the_account_by_its_address((db, office): (Db, Office)) {
        let mut tx = db.write().await.unwrap();
        for n in 0..300_u16 {
            let mut draft = office.person(&office.ben);
            draft.email = format!("analyst{n}@example.org");
            let person = PersonId(id(0x1000 + u128::from(n)));
            holdfast_store::person::insert(&mut tx, person, office.org, &draft, None, NOW).await.unwrap();
        }
        tx.commit().await.unwrap();
        analyze(&db).await;
        let sql = "SELECT id, org_id, disabled, password_hash FROM people WHERE email_key = $1";
        let found = plan(&db, PERSON, &[sql], &[Bind::Text("analyst7@example.org")]).await;
        assert_by_index(&db, &found, "sqlite_autoindex_people_2 (email_key=?)", "people_email_key_key");
    }
}

/// Two thousand entries about many objects, with what opens who made them.
async fn long_log(db: &Db, org: OrgId, person: PersonId) {
    let mut tx = db.write().await.unwrap();
    for seq in 0..2_000 {
        let entry = ledger::NewEntry {
            seq,
            leaf_hash: [1; 32],
            entry: format!("{{\"seq\":{seq}}}"),
            kind: "incident.edited".into(),
            subject_kind: "incident".into(),
            subject_id: if seq % 7 == 0 { "a".into() } else { format!("object {}", seq % 50) },
            actor_id: Some(person),
            recorded_at: NOW,
        };
        ledger::insert_entry(&mut tx, org, entry).await.unwrap();
        let name = ledger::NewOpening { seq, field: "actor.name".into(), salt: [2; 32], text: "Ben".into() };
        ledger::insert_openings(&mut tx, org, vec![name]).await.unwrap();
    }
    tx.commit().await.unwrap();
}
