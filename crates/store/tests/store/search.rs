//! What a person types finds the incident on both databases alike.

use holdfast_domain::incident::{IncidentFields, IncidentQuery};
use holdfast_store::{
    Db, incident,
    search::{self, Doc},
};

use crate::support::{NOW, Office, committed, on_both};

/// The references that Ada finds with this text, oldest first.
async fn found(db: &Db, office: &Office, text: &str) -> Vec<String> {
    let query = IncidentQuery { text: text.into(), ..IncidentQuery::default() };
    let page = incident::list(db, &office.ada, &query, None).await.unwrap();
    let mut references: Vec<_> = page.rows.into_iter().map(|row| row.reference).collect();
    references.sort_unstable();
    references
}

async fn is_found(db: &Db, office: &Office, text: &str) -> bool {
    found(db, office, text).await == ["INC-2026-0001"]
}

on_both! {
    async fn every_word_must_be_there_in_any_case_place_and_order((db, office): (Db, Office)) {
        office.incident(&db, 1, |draft| {
            draft.fields.title = "Ransomware on the file server".into();
            draft.fields.summary = "Volume shadow copies were deleted.".into();
        }).await;
        office.incident(&db, 2, |draft| draft.fields.title = "Ransom note by mail".into()).await;
        for text in ["ransomware", "RANSOMWARE", "server file", "shadow ransomware", "copies, (deleted)!", " ransomware "] {
            assert!(is_found(&db, &office, text).await, "{text}");
        }
        for text in ["ransomware mail", "somware", "shadowy"] {
            assert_eq!(found(&db, &office, text).await, [""; 0], "{text}");
        }
    }

    async fn a_word_may_be_the_beginning_of_a_longer_one((db, office): (Db, Office)) {
        office.incident(&db, 1, |draft| draft.fields.title = "Ransomware".into()).await;
        office.incident(&db, 2, |draft| draft.fields.title = "Ransom note".into()).await;
        assert_eq!(found(&db, &office, "ransom").await, ["INC-2026-0001", "INC-2026-0002"]);
        assert_eq!(found(&db, &office, "ransomw").await, ["INC-2026-0001"]);
        assert_eq!(found(&db, &office, "no").await, ["INC-2026-0002"]);
    }

    async fn a_reference_is_found_whole_and_by_its_number((db, office): (Db, Office)) {
        office.incident(&db, 1, |_| {}).await;
        office.incident(&db, 2, |_| {}).await;
        for text in ["INC-2026-0001", "inc-2026-0001", "INC 2026 0001", "0001", "2026-0001"] {
            assert!(is_found(&db, &office, text).await, "{text}");
        }
        assert_eq!(found(&db, &office, "INC-2026").await.len(), 2);
    }

    async fn addresses_hosts_files_and_hashes_are_found_whole_and_in_part((db, office): (Db, Office)) {
        office.incident(&db, 1, |draft| {
            draft.fields.summary = "From <billing@evil-corp.example> at 198.51.100.23:8443 and 2001:db8::17, \
                https://cdn.evil.example/a/Drop_per.exe?id=7, C:\\Temp\\x.dll, -42, 1e5, 12e4567ab, \
                md5 5d41402abc4b2a76b9719d911017c592, CVE-2026-31337, T1566.002"
                .into();
        }).await;
        for text in [
            "billing@evil-corp.example", "evil-corp", "corp.example", "billing", "198.51.100.23", "198.51.100",
            "51.100.23:8443", "8443", "2001:db8::17", "db8", "https://cdn.evil.example/a/Drop_per.exe", "drop_per",
            "per.exe", "exe", "C:\\Temp\\x.dll", "x.dll", "42", "-42", "1e5", "12e4567ab", "12e4567", "12e45",
            "5d41402abc4b2a76b9719d911017c592", "5d41402abc4b", "CVE-2026-31337", "31337", "T1566", "t1566.002",
        ] {
            assert!(is_found(&db, &office, text).await, "{text}");
        }
        for text in ["198.51.100.24", "billing@evil.example.org", "5d41402abc4b3"] {
            assert!(!is_found(&db, &office, text).await, "{text}");
        }
    }

    async fn accents_do_not_matter_in_what_is_typed_or_in_what_is_found((db, office): (Db, Office)) {
        office.incident(&db, 1, |draft| {
            // The second "é" is written as two characters, as some keyboards do.
            draft.fields.title = "ÉCOLE Größe cafe\u{301} Ångström ﬁre Москва Ελληνικός 東京".into();
        }).await;
        for text in [
            "école", "ECOLE", "ecole", "größe", "GRÖSSE", "grosse", "grö", "gro", "café", "cafe",
            "cafe\u{301}", "angstrom", "ångström", "fire", "москва", "МОСКВА", "ελληνικος", "ΕΛΛΗΝΙΚΌΣ", "東京",
        ] {
            assert!(is_found(&db, &office, text).await, "{text}");
        }
    }

    async fn a_text_without_any_word_finds_nothing_and_breaks_nothing((db, office): (Db, Office)) {
        office.incident(&db, 1, |_| {}).await;
        for text in ["!", "' -- \"", "* ( ) :", "\\", "&|!<->", "…", "😀", "\u{301}"] {
            assert_eq!(found(&db, &office, text).await, [""; 0], "{text}");
        }
        for text in ["", "  ", "\t"] {
            assert!(is_found(&db, &office, text).await, "no filter: {text:?}");
        }
    }

    async fn what_is_typed_is_never_taken_for_query_syntax((db, office): (Db, Office)) {
        office.incident(&db, 1, |draft| draft.fields.title = "Alpha near beta or not".into()).await;
        for text in ["\"alpha\"", "alpha* near", "NEAR(alpha beta)", "alpha OR beta", "NOT alpha", "'alpha':*", "title : near"] {
            let wanted = text != "title : near";
            assert_eq!(is_found(&db, &office, text).await, wanted, "{text}");
        }
    }

    async fn very_long_words_and_very_many_of_them_break_nothing((db, office): (Db, Office)) {
        let (blob, ideographs) = ("QUJD".repeat(5_000), "漢".repeat(1_500));
        office.incident(&db, 1, |draft| {
            draft.fields.summary = format!("{blob} {ideographs} {}", "word ".repeat(15_000));
        }).await;
        for text in [&blob, &ideographs, &"QUJD".repeat(4), &"漢".repeat(3), &"word ".repeat(400)] {
            assert!(is_found(&db, &office, text).await, "{} characters", text.chars().count());
        }
    }

    async fn an_edit_is_found_by_its_new_words_and_no_longer_by_the_old((db, office): (Db, Office)) {
        let before = office.incident(&db, 1, |draft| {
            draft.fields.title = "Oldtitle".into();
            draft.fields.summary = "oldsummary".into();
        }).await;
        let fields = IncidentFields { title: "Newtitle".into(), summary: "newsummary".into(), ..before.fields.clone() };
        let mut tx = db.write().await.unwrap();
        assert!(incident::update(&mut tx, &office.ada, &before, &fields, NOW).await.unwrap());
        assert!(is_found(&db, &office, "oldtitle").await, "until it is committed");
        tx.commit().await.unwrap();
        for (text, wanted) in [("oldtitle", false), ("oldsummary", false), ("newtitle newsummary", true), ("0001", true)] {
            assert_eq!(is_found(&db, &office, text).await, wanted, "{text}");
        }
    }

    async fn an_edit_that_is_dropped_leaves_the_words_as_they_were((db, office): (Db, Office)) {
        let before = office.incident(&db, 1, |draft| draft.fields.title = "Oldtitle".into()).await;
        let fields = IncidentFields { title: "Newtitle".into(), ..before.fields.clone() };
        let mut tx = db.write().await.unwrap();
        assert!(incident::update(&mut tx, &office.ada, &before, &fields, NOW).await.unwrap());
        drop(tx);
        assert!(is_found(&db, &office, "oldtitle").await);
        assert!(!is_found(&db, &office, "newtitle").await);
    }

    async fn a_stale_edit_leaves_the_words_as_they_were((db, office): (Db, Office)) {
        let mut stale = office.incident(&db, 1, |draft| draft.fields.title = "Oldtitle".into()).await;
        stale.version = 7;
        let fields = IncidentFields { title: "Newtitle".into(), ..stale.fields.clone() };
        assert!(!committed(&db, async |tx| incident::update(tx, &office.ada, &stale, &fields, NOW).await).await);
        assert!(is_found(&db, &office, "oldtitle").await);
        assert!(!is_found(&db, &office, "newtitle").await);
    }

    async fn a_document_of_another_kind_or_organisation_does_not_find_the_incident((db, office, other): (Db, Office, Office)) {
        let found = office.incident(&db, 1, |_| {}).await;
        let mut doc = Doc {
            org_id: office.org, kind: "note", object_id: found.id.0, incident_id: found.id, title: "Zanzibar", body: "",
        };
        let mut tx = db.write().await.unwrap();
        search::put(&mut tx, &doc).await.unwrap();
        doc.org_id = other.org;
        doc.kind = "incident";
        doc.object_id = other.ada.person_id.0;
        search::put(&mut tx, &doc).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!is_found(&db, &office, "zanzibar").await);
    }
}
