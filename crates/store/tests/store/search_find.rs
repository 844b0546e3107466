//! The one search: over every kind, best first, with the match shown, and only what the reader may
//! see.

use holdfast_domain::{
    IncidentId, IndicatorId,
    indicator::{IndicatorFields, IndicatorKind},
    search::{Hit, HitKind, Marked, SearchQuery},
};
use holdfast_store::{
    Db, item,
    search::{self, Doc},
};

use crate::support::{NOW, Office, committed, id, on_both};

fn query(text: &str) -> SearchQuery {
    SearchQuery { text: text.into(), kinds: HitKind::ALL.to_vec(), offset: 0, limit: 25 }
}

async fn found(db: &Db, office: &Office, text: &str) -> Vec<Hit> {
    search::find(db, &office.ada, &query(text)).await.unwrap()
}

async fn put(db: &Db, office: &Office, kind: HitKind, number: u128, incident: IncidentId, title: &str, body: &str) {
    let mut tx = db.write().await.unwrap();
    let doc =
        Doc { org_id: office.org, kind: kind.as_str(), object_id: id(number), incident_id: incident, title, body };
    search::put(&mut tx, &doc).await.unwrap();
    tx.commit().await.unwrap();
}

fn marked(text: &Marked) -> Vec<String> {
    text.pieces().into_iter().filter(|(_, hit)| *hit).map(|(text, _)| text).collect()
}

on_both! {
    async fn the_title_weighs_more_and_the_match_is_shown((db, office): (Db, Office)) {
        let incident = office.incident(&db, 1, |_| {}).await;
        put(&db, &office, HitKind::Asset, 1, incident.id, "Call the supplier", "Ask whether the Loader was theirs.").await;
        put(&db, &office, HitKind::Event, 2, incident.id, "Loader started", "By the <b>scheduler</b>.").await;
        let hits = found(&db, &office, "load").await;
        let kinds: Vec<_> = hits.iter().map(|hit| hit.kind).collect();
        assert_eq!(kinds, [HitKind::Event, HitKind::Asset]);
        assert_eq!(marked(&hits[0].title), ["Loader"]);
        assert_eq!(hits[0].snippet, Marked::default());
        assert_eq!((hits[1].title.text.as_str(), marked(&hits[1].snippet)), ("Call the supplier", vec!["Loader".into()]));
        assert_eq!((hits[0].incident_reference.as_str(), &hits[0].incident_title), ("INC-2026-0001", &incident.fields.title));
        let both = found(&db, &office, "started scheduler").await;
        assert_eq!(both[0].snippet.text, "By the <b>scheduler</b>.", "text is text");
        assert_eq!(found(&db, &office, "loader nowhere").await, []);
    }

    async fn addresses_hashes_and_references_hit_whole_however_they_are_written((db, office): (Db, Office)) {
        let incident = office.incident(&db, 1, |_| {}).await.id;
        let other = office.incident(&db, 2, |_| {}).await.id;
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let things = [
            (IndicatorKind::Url, "https://evil.example/a"), (IndicatorKind::Ipv4, "198.51.100.7"),
            (IndicatorKind::Sha256, hash), (IndicatorKind::Ipv4, "51.198.7.100"),
        ];
        let mut tx = db.write().await.unwrap();
        for (number, (kind, value)) in (1..).zip(things) {
            let fields = IndicatorFields::bare(kind, value);
            assert!(item::insert(&mut tx, &office.ada, incident, IndicatorId(id(number)), &fields, NOW).await.unwrap());
        }
        tx.commit().await.unwrap();
        put(&db, &office, HitKind::Vulnerability, 10, other, "Narrative", "It spoke to hxxps://evil[.]example/a and 198(.)51(.)100(.)7.").await;
        let ids = async |text: &str| {
            let mut ids: Vec<_> = found(&db, &office, text).await.into_iter().map(|hit| hit.id).collect();
            ids.sort_unstable();
            ids
        };
        for text in ["https://evil.example/a", "hxxps://evil[.]example/a", "evil[.]example", "evil.exam"] {
            assert_eq!(ids(text).await, [id(1), id(10)], "{text}");
        }
        for text in ["198.51.100.7", "198[.]51[.]100[.]7", "198.51.100"] {
            assert_eq!(ids(text).await, [id(2), id(10)], "{text}: its parts in another order are another address");
        }
        assert_eq!(ids(hash).await, [id(3)]);
        assert_eq!(ids(&hash.to_uppercase()).await, [id(3)]);
        assert_eq!(ids(&id(2).to_string()).await, [id(2)], "by its id");
        let reference = found(&db, &office, "inc-2026-0002").await;
        assert_eq!((reference.len(), reference[0].kind), (1, HitKind::Incident));
        let shown = found(&db, &office, "198.51.100.7").await;
        let shown = shown.iter().find(|hit| hit.kind == HitKind::Indicator).unwrap();
        assert_eq!(shown.title.text, "198[.]51[.]100[.]7", "shown so that nothing makes a link of it");
        assert_eq!(marked(&shown.title), ["198[.]51[.]100[.]7"]);
    }

    async fn what_is_restricted_archived_or_another_organisations_is_not_found((db, office, other): (Db, Office, Office)) {
        let open = office.incident(&db, 1, |_| {}).await.id;
        let hidden = office.incident(&db, 2, |draft| {
            draft.restricted = true;
            draft.fields.title = "Zanzibar leak".into();
        }).await.id;
        put(&db, &office, HitKind::Asset, 1, hidden, "Zanzibar task", "").await;
        put(&db, &office, HitKind::Asset, 2, open, "Zanzibar in the open", "").await;
        let foreign = other.incident(&db, 1, |draft| draft.fields.title = "Zanzibar of theirs".into()).await.id;
        put(&db, &other, HitKind::Asset, 3, foreign, "Zanzibar of theirs", "").await;
        assert_eq!(found(&db, &office, "zanzibar").await.len(), 3);
        let seen = search::find(&db, &office.ben, &query("zanzibar")).await.unwrap();
        assert_eq!(seen.iter().map(|hit| hit.id).collect::<Vec<_>>(), [id(2)]);
        for text in [hidden.to_string(), id(1).to_string(), id(3).to_string()] {
            assert_eq!(search::find(&db, &office.ben, &query(&text)).await.unwrap(), [], "{text}");
        }
        let tasks = SearchQuery { kinds: vec![HitKind::Asset], ..query("zanzibar") };
        assert_eq!(search::find(&db, &office.ada, &tasks).await.unwrap().len(), 2);
        let nothing = SearchQuery { kinds: Vec::new(), ..query("zanzibar") };
        assert_eq!(search::find(&db, &office.ada, &nothing).await.unwrap(), []);

        committed(&db, async |tx| search::remove(tx, "asset", id(2)).await).await;
        assert_eq!(search::find(&db, &office.ben, &query("zanzibar")).await.unwrap(), []);
    }

    async fn pages_follow_one_another_without_a_gap((db, office): (Db, Office)) {
        let incident = office.incident(&db, 1, |_| {}).await.id;
        for n in 1..=12 {
            put(&db, &office, HitKind::Asset, n, incident, "Collect the logs", "").await;
        }
        let mut ids = Vec::new();
        for offset in [0, 5, 10] {
            let page = search::find(&db, &office.ada, &SearchQuery { offset, limit: 5, ..query("logs") }).await.unwrap();
            assert_eq!(page.len(), if offset == 10 { 2 } else { 6 }, "one more than the page says that there is more");
            ids.extend(page.into_iter().take(5).map(|hit| hit.id));
        }
        let wanted: Vec<_> = (1..=12).rev().map(id).collect();
        assert_eq!(ids, wanted, "the newest first among equals");
    }

    async fn a_common_word_over_many_documents_is_found_through_the_index((db, office): (Db, Office)) {
        let mut tx = db.write().await.unwrap();
        let draft = holdfast_domain::incident::IncidentDraft::example();
        let mut number = 0;
        for n in 0..200 {
            let incident = office.insert(&mut tx, n, &draft, NOW).await;
            for at in 0..50 {
                number += 1;
                let body = format!("The host web{at} of the shop spoke to {number}.example at night. {}", "Common words in it. ".repeat(5));
                let doc = Doc {
                    org_id: office.org, kind: "event", object_id: id(number), incident_id: incident,
                    title: "Connection to the outside", body: &body,
                };
                search::put(&mut tx, &doc).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        if !db.is_sqlite() {
            db.alone("VACUUM ANALYZE").execute().await.unwrap();
        }
        let plan = search::plan(&db, &office.ben, &query("7777.example")).await.unwrap();
        let wanted = if db.is_sqlite() { "SCAN x VIRTUAL TABLE INDEX" } else { "Bitmap Index Scan on search_docs_words" };
        assert!(plan.contains(wanted), "{plan}");
        assert!(!db.is_sqlite() || plan.find("SCAN x") < plan.find("SEARCH d"), "the words come first: {plan}");
        assert!(!plan.contains("SCAN d") && !plan.contains("SCAN i") && !plan.contains("Seq Scan on incidents"), "{plan}");
        assert_eq!(search::find(&db, &office.ben, &query("7777.example")).await.unwrap()[0].id, id(7_777));
        for text in ["common", "connection outside", "host web7 shop", "conn", "7777.example"] {
            let hits = search::find(&db, &office.ben, &query(text)).await.unwrap();
            assert!(!hits.is_empty(), "{text}");
        }
    }
}
