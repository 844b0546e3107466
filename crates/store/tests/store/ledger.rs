//! The log: appended to by one at a time, read back byte for byte.

use holdfast_domain::{OrgId, PersonId, Timestamp};
use holdfast_store::{
    Db, Error, Queryable as _, Tx,
    ledger::{self, LedgerHead, NewEntry, NewNode, NewOpening},
    ledger_read,
};
use tokio::task::JoinSet;

use crate::support::{NOW, Office, id, on_both};

fn entry(seq: i64, subject_id: &str, actor_id: Option<PersonId>) -> NewEntry {
    NewEntry {
        seq,
        leaf_hash: [u8::try_from(seq).unwrap(); 32],
        entry: format!("{{\"seq\":{seq},\"text\":\"\u{fc}\\u0000\"}}"),
        kind: "incident.edited".into(),
        subject_kind: "incident".into(),
        subject_id: subject_id.into(),
        actor_id,
        recorded_at: NOW.plus_seconds(seq),
    }
}

/// Appends the next entry and moves the head, as every action does.
pub async fn append(tx: &mut Tx, org: OrgId, subject_id: &str, actor: Option<PersonId>) -> i64 {
    let head = ledger::lock_head(tx, org).await.unwrap();
    let entry = entry(head.size, subject_id, actor);
    let moved = LedgerHead {
        size: head.size + 1,
        last_leaf: entry.leaf_hash.to_vec(),
        last_at: entry.recorded_at,
        frontier: entry.leaf_hash.to_vec(),
    };
    ledger::insert_entry(tx, org, entry).await.unwrap();
    ledger::set_head(tx, org, &moved).await.unwrap();
    head.size
}

/// Adds a node above the leaves and a text behind an entry, as actions do.
pub async fn add_node_and_opening(tx: &mut Tx, org: OrgId, seq: i64) {
    ledger::insert_nodes(tx, org, &[NewNode { level: 1, position: 0, hash: [99; 32] }]).await.unwrap();
    ledger::insert_openings(tx, org, vec![opening(seq, "after.title", "true")]).await.unwrap();
}

fn opening(seq: i64, field: &str, text: &str) -> NewOpening {
    NewOpening { seq, field: field.into(), salt: [7; 32], text: text.into() }
}

/// A log of so many entries, in turn about two incidents, by Ben and by the system.
pub async fn log_of(db: &Db, office: &Office, size: i64) {
    let mut tx = db.write().await.unwrap();
    for seq in 0..size {
        let (about, by) = if seq % 2 == 0 { ("a", Some(office.ben.person_id)) } else { ("b", None) };
        assert_eq!(append(&mut tx, office.org, about, by).await, seq);
    }
    tx.commit().await.unwrap();
}

on_both! {
    async fn a_log_starts_empty_with_its_key_and_only_once((db, office): (Db, Office)) {
        let wanted = LedgerHead { size: 0, last_leaf: vec![0; 32], last_at: Timestamp::from_micros(0), frontier: Vec::new() };
        assert_eq!(ledger::head(&db, office.org).await.unwrap(), wanted);
        let key = ledger::key(&db, office.org).await.unwrap().unwrap();
        assert_eq!((key.log_name.as_str(), key.sealed_seed.len()), ("example.org/log", 60));
        let mut tx = db.write().await.unwrap();
        let again = ledger::start(&mut tx, office.org, &key, NOW).await.unwrap_err();
        assert!(matches!(again, Error::Taken), "{again:?}");
        drop(tx);
        let unknown = OrgId(id(404));
        assert_eq!(ledger::key(&db, unknown).await.unwrap(), None);
        assert!(ledger::head(&db, unknown).await.is_err());
        let mut tx = db.write().await.unwrap();
        assert!(ledger::lock_head(&mut tx, unknown).await.is_err());
    }

    async fn entries_are_given_back_byte_for_byte_from_any_place((db, office): (Db, Office)) {
        log_of(&db, &office, 6).await;
        let bytes = |seq| entry(seq, "", None).entry;
        let read = async |from, limit| -> Vec<String> {
            let rows = ledger::entries(&db, office.org, from, limit).await.unwrap();
            rows.into_iter().map(|row| row.entry).collect()
        };
        assert_eq!(read(0, 100).await, (0..6).map(bytes).collect::<Vec<_>>());
        assert_eq!(read(2, 3).await, [bytes(2), bytes(3), bytes(4)]);
        assert_eq!(read(6, 3).await, [""; 0]);
        let stretch = ledger_read::stretch(&db, office.org, 4, 9).await.unwrap();
        let kept = stretch.entries().unwrap();
        assert_eq!(kept.iter().map(|kept| kept.seq).collect::<Vec<_>>(), [4, 5]);
        assert_eq!((kept[1].leaf_hash, kept[1].entry), (Some([5; 32]), bytes(5).as_str()));
        assert_eq!(ledger_read::last(&db, office.org).await.unwrap(), Some(5));
        assert_eq!(ledger_read::last(&db, OrgId(id(404))).await.unwrap(), None);
        assert_eq!(ledger_read::end(&db, office.org, 2, 5).await.unwrap(), 5);
        let head = ledger::head(&db, office.org).await.unwrap();
        assert_eq!((head.size, head.last_leaf, head.last_at), (6, vec![5; 32], NOW.plus_seconds(5)));
    }

    async fn entries_are_read_newest_first_below_a_place_with_their_authors_names((db, office, other): (Db, Office, Office)) {
        log_of(&db, &office, 7).await;
        log_of(&db, &other, 2).await;
        let rows = ledger::newest(&db, office.org, i64::MAX, 3).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [6, 5, 4]);
        assert_eq!((rows[0].actor_handle.as_deref(), rows[1].actor_handle.as_deref()), (Some("ben"), None));
        assert_eq!((rows[0].leaf_hash.clone(), rows[0].recorded_at), (vec![6; 32], NOW.plus_seconds(6)));
        assert_eq!((rows[0].kind.as_str(), rows[0].subject_kind.as_str()), ("incident.edited", "incident"));
        assert_eq!((rows[0].subject_id.as_str(), &rows[0].entry), ("a", &entry(6, "a", None).entry));
        let seqs = async |before, limit| -> Vec<i64> {
            ledger::newest(&db, office.org, before, limit).await.unwrap().into_iter().map(|row| row.seq).collect()
        };
        assert_eq!(seqs(4, 3).await, [3, 2, 1]);
        assert_eq!(seqs(1, 3).await, [0]);
        assert!(seqs(0, 3).await.is_empty());
    }

    async fn entries_about_one_object_are_found_among_those_about_others((db, office, other): (Db, Office, Office)) {
        log_of(&db, &office, 9).await;
        log_of(&db, &other, 9).await;
        let seqs = async |kind, id, before, limit| -> Vec<i64> {
            let rows = ledger::about(&db, office.org, kind, id, before, limit).await.unwrap();
            rows.into_iter().map(|row| row.seq).collect()
        };
        assert_eq!(seqs("incident", "a", i64::MAX, 3).await, [8, 6, 4]);
        assert_eq!(seqs("incident", "a", 4, 3).await, [2, 0]);
        assert_eq!(seqs("incident", "b", i64::MAX, 9).await, [7, 5, 3, 1]);
        assert!(seqs("person", "a", i64::MAX, 9).await.is_empty());
    }

    async fn nodes_are_leaves_at_the_bottom_and_stored_above((db, office): (Db, Office)) {
        log_of(&db, &office, 3).await;
        let mut tx = db.write().await.unwrap();
        ledger::insert_nodes(&mut tx, office.org, &[NewNode { level: 1, position: 0, hash: [99; 32] }]).await.unwrap();
        assert_eq!(ledger::node(&mut tx, office.org, 1, 0).await.unwrap(), vec![99; 32]);
        let again = ledger::insert_nodes(&mut tx, office.org, &[NewNode { level: 1, position: 0, hash: [98; 32] }]).await.unwrap_err();
        assert!(matches!(again, Error::Taken), "{again:?}");
        drop(tx);
        assert_eq!(ledger::node(&db, office.org, 0, 2).await.unwrap(), vec![2; 32]);
        for (level, position) in [(0, 3), (1, 0), (1, 1), (2, 0)] {
            assert!(ledger::node(&db, office.org, level, position).await.is_err(), "{level} {position}");
        }
    }

    async fn openings_are_found_by_object_and_place_and_can_be_erased((db, office): (Db, Office)) {
        log_of(&db, &office, 5).await;
        let mut tx = db.write().await.unwrap();
        for seq in 0..5 {
            let both = ["b.title", "a.title"].map(|field| opening(seq, field, "Größe"));
            ledger::insert_openings(&mut tx, office.org, both.into()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let about = ledger::openings_about(&db, office.org, "incident", "a", 1, 4).await.unwrap();
        let places: Vec<_> = about.iter().map(|opening| (opening.seq, opening.field.as_str())).collect();
        assert_eq!(places, [(2, "a.title"), (2, "b.title"), (4, "a.title"), (4, "b.title")]);
        assert_eq!((about[0].salt.clone(), about[0].text.as_str()), (vec![7; 32], "Größe"));
        assert_eq!(ledger_read::stretch(&db, office.org, 0, 4).await.unwrap().openings().unwrap().len(), 10);
        assert_eq!(ledger_read::stretch(&db, office.org, 1, 2).await.unwrap().openings().unwrap().len(), 4);
        assert_eq!(ledger_read::lost(&db, office.org, 4).await.unwrap(), None);
        let erased = db.alone("DELETE FROM ledger_openings WHERE seq = $1").bind(2_i64).execute().await.unwrap();
        assert_eq!(erased, 2);
        let about = ledger::openings_about(&db, office.org, "incident", "a", 1, 4).await.unwrap();
        assert!(about.iter().all(|opening| opening.seq == 4));
        let mut tx = db.write().await.unwrap();
        for seq in [6, 5] {
            ledger::insert_openings(&mut tx, office.org, vec![opening(seq, "a.title", "of nothing")]).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(ledger_read::lost(&db, office.org, 4).await.unwrap(), Some(5));
        assert_eq!(ledger::entries(&db, office.org, 2, 1).await.unwrap()[0].entry, entry(2, "a", None).entry);
    }

    async fn a_deed_may_add_any_number_of_nodes_and_openings((db, office): (Db, Office)) {
        log_of(&db, &office, 1).await;
        // None, one statement full, one more than that, several.
        for (round, count) in (0_i64..).zip([0_i64, 16, 17, 40]) {
            let node = |position| NewNode { level: round + 1, position, hash: [u8::try_from(position).unwrap(); 32] };
            let nodes: Vec<_> = (0..count).map(node).collect();
            let openings = (0..count).map(|number| opening(0, &format!("field.{round}.{number}"), &number.to_string())).collect();
            let mut tx = db.write().await.unwrap();
            ledger::insert_nodes(&mut tx, office.org, &nodes).await.unwrap();
            ledger::insert_openings(&mut tx, office.org, openings).await.unwrap();
            tx.commit().await.unwrap();
            for node in nodes {
                let stored = ledger::node(&db, office.org, node.level, node.position).await.unwrap();
                assert_eq!(stored, node.hash, "{round} {}", node.position);
            }
        }
        let stretch = ledger_read::stretch(&db, office.org, 0, 0).await.unwrap();
        let openings = stretch.openings().unwrap();
        assert_eq!(openings.len(), 16 + 17 + 40);
        assert!(openings.iter().all(|one| one.field.ends_with(&format!(".{}", one.text))));
    }

    async fn whatever_a_text_holds_it_is_read_as_it_is_and_passes_for_nothing_else((db, office): (Db, Office)) {
        log_of(&db, &office, 3).await;
        // Such as look like the beginning of another row, and on SQLite one with a NUL in it.
        let salt = "07".repeat(32);
        let row = format!("2 5 1 {salt} fieldx");
        let nul = if db.is_sqlite() { "a\0b" } else { "ab" };
        let texts = [row.as_str(), "", " ", "1 2 3", "Größe 佐藤 😀", "line\r\nline", nul, "\\x00"];
        let mut tx = db.write().await.unwrap();
        for (number, text) in (0..).zip(texts) {
            ledger::insert_openings(&mut tx, office.org, vec![opening(number % 3, &format!("f{number} 1"), text)]).await.unwrap();
        }
        tx.commit().await.unwrap();
        let stretch = ledger_read::stretch(&db, office.org, 0, 2).await.unwrap();
        let read = stretch.openings().unwrap();
        let mut told: Vec<_> = read.iter().map(|one| (one.field, one.seq, one.text)).collect();
        told.sort_unstable();
        let fields: Vec<String> = (0..texts.len()).map(|number| format!("f{number} 1")).collect();
        let said = fields.iter().zip(0_u64..).zip(texts).map(|((field, number), text)| (field.as_str(), number % 3, text));
        assert_eq!(told, said.collect::<Vec<_>>());
        assert!(read.iter().all(|one| one.salt == [7; 32]) && read.is_sorted_by_key(|one| one.seq));
        assert_eq!(stretch.entries().unwrap().len(), 3);
    }

    async fn rows_of_the_log_that_no_deed_writes_are_told_apart((db, office): (Db, Office)) {
        log_of(&db, &office, 2).await;
        let off = if db.is_sqlite() {
            "DROP TRIGGER ledger_entries_no_update"
        } else {
            "ALTER TABLE ledger_entries DISABLE TRIGGER ALL"
        };
        db.alone(off).execute().await.unwrap();
        db.alone("UPDATE ledger_entries SET leaf_hash = $1 WHERE seq = 1").bind(vec![1_u8; 5]).execute().await.unwrap();
        let stretch = ledger_read::stretch(&db, office.org, 0, 1).await.unwrap();
        let hashes: Vec<_> = stretch.entries().unwrap().iter().map(|entry| entry.leaf_hash).collect();
        assert_eq!(hashes, [Some([0; 32]), None]);
        if db.is_sqlite() {
            // Bytes instead of a text, though the very same.
            db.alone("UPDATE ledger_entries SET entry = CAST(entry AS BLOB) WHERE seq = 1").execute().await.unwrap();
            assert!(ledger_read::stretch(&db, office.org, 0, 1).await.unwrap().entries().is_err());
            assert_eq!(ledger_read::stretch(&db, office.org, 0, 0).await.unwrap().entries().unwrap().len(), 1);
        }
        let short = "INSERT INTO ledger_openings (org_id, seq, field, salt, text) VALUES ($1, 0, 'f', $2, 'x')";
        db.alone(short).bind(office.org).bind(vec![1_u8; 5]).execute().await.unwrap();
        assert!(ledger_read::stretch(&db, office.org, 0, 1).await.unwrap().openings().is_err());
    }

    async fn checkpoints_are_kept_by_size_and_the_first_of_a_size_stays((db, office, other): (Db, Office, Office)) {
        assert_eq!(ledger::newest_checkpoint(&db, office.org).await.unwrap(), None);
        for (size, note) in [(9, "nine"), (10, "ten"), (9, "nine again")] {
            ledger::insert_checkpoint(&db, office.org, size, note, NOW).await.unwrap();
        }
        ledger::insert_checkpoint(&db, other.org, 99, "other", NOW).await.unwrap();
        assert_eq!(ledger::checkpoint(&db, office.org, 9).await.unwrap().as_deref(), Some("nine"));
        assert_eq!(ledger::checkpoint(&db, office.org, 11).await.unwrap(), None);
        assert_eq!(ledger::newest_checkpoint(&db, office.org).await.unwrap().as_deref(), Some("ten"));
        assert_eq!(ledger::checkpoints(&db, office.org).await.unwrap(), ["nine", "ten"]);
    }

    async fn whoever_appends_at_once_takes_turns_and_every_place_is_filled_once((db, office, other): (Db, Office, Office)) {
        let mut tasks = JoinSet::new();
        for task in 0..30 {
            let (db, org) = (db.clone(), if task % 5 == 4 { other.org } else { office.org });
            tasks.spawn(async move {
                let mut tx = db.write().await.unwrap();
                append(&mut tx, org, "a", None).await;
                if task % 5 != 3 {
                    tx.commit().await.unwrap();
                }
            });
        }
        tasks.join_all().await;
        assert_eq!(ledger::head(&db, office.org).await.unwrap().size, 18);
        assert_eq!(ledger::head(&db, other.org).await.unwrap().size, 6);
        let rows = ledger::newest(&db, office.org, i64::MAX, 99).await.unwrap();
        assert_eq!(rows.into_iter().map(|row| row.seq).collect::<Vec<_>>(), (0..18).rev().collect::<Vec<_>>());
    }

    async fn a_second_appender_sees_the_head_that_the_first_left((db, office): (Db, Office)) {
        let mut first = db.write().await.unwrap();
        ledger::lock_head(&mut first, office.org).await.unwrap();
        let (waits, mut is_waiting) = tokio::sync::mpsc::channel(1);
        let (task_db, org) = (db.clone(), office.org);
        let second = tokio::spawn(async move {
            waits.send(()).await.unwrap();
            let mut tx = task_db.write().await.unwrap();
            let head = ledger::lock_head(&mut tx, org).await.unwrap();
            tx.commit().await.unwrap();
            head.size
        });
        is_waiting.recv().await.unwrap();
        // Reading does not wait, and other tasks run meanwhile: the second one stands before the lock.
        for _ in 0..20 {
            ledger::head(&db, office.org).await.unwrap();
        }
        assert!(!second.is_finished());
        append(&mut first, office.org, "a", None).await;
        first.commit().await.unwrap();
        assert_eq!(second.await.unwrap(), 1);
    }

    async fn a_place_is_never_filled_twice((db, office): (Db, Office)) {
        log_of(&db, &office, 2).await;
        let mut tx = db.write().await.unwrap();
        let again = ledger::insert_entry(&mut tx, office.org, entry(1, "a", None)).await.unwrap_err();
        assert!(matches!(again, Error::Taken), "{again:?}");
    }

    async fn what_one_transaction_appends_is_read_in_it_before_it_is_committed((db, office): (Db, Office)) {
        let mut tx = db.write().await.unwrap();
        append(&mut tx, office.org, "a", None).await;
        let (count,): (i64,) = tx.query("SELECT count(*) FROM ledger_entries").fetch_one().await.unwrap();
        assert_eq!((count, ledger::head(&mut tx, office.org).await.unwrap().size), (1, 1));
        assert_eq!(ledger::head(&db, office.org).await.unwrap().size, 0);
    }
}
