//! Indicators, assets and vulnerabilities: kept once per incident, found again in others that the
//! reader may see, and in no others.

use holdfast_domain::{
    AssetId, IncidentId, IndicatorId, VulnerabilityId,
    asset::{AssetFields, AssetKind},
    indicator::{Indicator, IndicatorFields, IndicatorKind},
    vulnerability::VulnerabilityFields,
};
use holdfast_store::{
    Db, Error, Queryable as _, finding, indicator,
    item::{self, ItemPage},
};

use crate::support::{NOW, Office, committed, id, on_both};

fn domain(value: &str) -> IndicatorFields {
    IndicatorFields::bare(IndicatorKind::Domain, value)
}

async fn add(db: &Db, office: &Office, incident: IncidentId, number: u128, fields: &IndicatorFields) -> bool {
    let mut tx = db.write().await.unwrap();
    let added = item::insert(&mut tx, &office.ada, incident, IndicatorId(id(number)), fields, NOW).await.unwrap();
    tx.commit().await.unwrap();
    added
}

async fn get(db: &Db, office: &Office, incident: IncidentId, number: u128) -> Option<Indicator> {
    item::find(db, office.org, incident, IndicatorId(id(number))).await.unwrap()
}

on_both! {
    async fn every_field_of_each_comes_back_as_it_was_kept((db, office): (Db, Office)) {
        let incident = office.incident(&db, 1, |_| {}).await.id;
        let fields = IndicatorFields {
            description: "größer".into(), first_seen: Some(NOW), last_seen: Some(NOW.plus_seconds(1)),
            ..domain("evil.example")
        };
        assert!(add(&db, &office, incident, 1, &fields).await);
        let kept = get(&db, &office, incident, 1).await.unwrap();
        assert_eq!((kept.fields, kept.version, kept.archived_at, kept.created_by_name.as_str()), (fields, 1, None, "Ada"));

        let mut machine = AssetFields::bare(AssetKind::Server, "mx1");
        machine.identifier = "10.0.0.5".into();
        machine.owner = "Mail team".into();
        let mut hole = VulnerabilityFields::bare("CVE-2021-44228", "Log4Shell");
        hole.cvss_score = "10.0".into();
        hole.affected = "search cluster".into();
        let mut tx = db.write().await.unwrap();
        assert!(item::insert(&mut tx, &office.ada, incident, AssetId(id(2)), &machine, NOW).await.unwrap());
        let number = VulnerabilityId(id(3));
        assert!(item::insert(&mut tx, &office.ada, incident, number, &hole, NOW).await.unwrap());
        assert!(!item::insert(&mut tx, &office.ada, incident, VulnerabilityId(id(4)), &hole, NOW).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(item::find::<AssetFields>(&db, office.org, incident, AssetId(id(2))).await.unwrap().unwrap().fields, machine);
        assert_eq!(item::find::<VulnerabilityFields>(&db, office.org, incident, number).await.unwrap().unwrap().fields, hole);
        assert_eq!(finding::counts(&db, incident).await.unwrap(), (1, 1, 1));
    }

    async fn one_thing_is_in_an_incident_once_unless_it_is_archived((db, office): (Db, Office)) {
        let incident = office.incident(&db, 1, |_| {}).await.id;
        assert!(add(&db, &office, incident, 1, &domain("evil.example")).await);
        assert!(!add(&db, &office, incident, 2, &domain("EVIL.example")).await, "whatever its case");
        assert!(add(&db, &office, incident, 3, &IndicatorFields::bare(IndicatorKind::Other, "evil.example")).await);
        let first = get(&db, &office, incident, 1).await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert!(item::set_archived(&mut tx, &office.ada, &first, true, NOW).await.unwrap());
        assert!(!item::set_archived(&mut tx, &office.ada, &first, true, NOW).await.unwrap(), "the version is stale");
        tx.commit().await.unwrap();
        assert!(add(&db, &office, incident, 4, &domain("evil.example")).await);

        let archived = get(&db, &office, incident, 1).await.unwrap();
        assert_eq!((archived.archived_at, archived.version), (Some(NOW), 2));
        let mut tx = db.write().await.unwrap();
        let back = item::set_archived(&mut tx, &office.ada, &archived, false, NOW).await;
        assert!(matches!(back, Err(Error::Taken)), "{back:?}");
        drop(tx);
        let other = get(&db, &office, incident, 3).await.unwrap();
        let mut tx = db.write().await.unwrap();
        let same = item::update(&mut tx, &office.ada, &other, &domain("evil.example"), NOW).await;
        assert!(matches!(same, Err(Error::Taken)), "{same:?}");
    }

    async fn very_long_values_are_kept_and_told_apart((db, office): (Db, Office)) {
        let incident = office.incident(&db, 1, |_| {}).await.id;
        let long = |end: &str| IndicatorFields::bare(IndicatorKind::Url, format!("https://evil.example/{}{end}", "ü".repeat(2_000)));
        assert!(add(&db, &office, incident, 1, &long("a")).await);
        assert!(add(&db, &office, incident, 2, &long("b")).await);
        assert!(!add(&db, &office, incident, 3, &long("a")).await);
        assert_eq!(get(&db, &office, incident, 1).await.unwrap().fields.value, long("a").value);
    }

    async fn one_is_found_with_its_own_incident_only((db, office, other): (Db, Office, Office)) {
        let first = office.incident(&db, 1, |_| {}).await.id;
        let second = office.incident(&db, 2, |_| {}).await.id;
        add(&db, &office, first, 1, &domain("evil.example")).await;
        assert!(get(&db, &office, first, 1).await.is_some());
        assert!(get(&db, &office, second, 1).await.is_none());
        assert!(get(&db, &other, first, 1).await.is_none());
    }

    async fn a_list_goes_on_where_its_page_ended((db, office): (Db, Office)) {
        let incident = office.incident(&db, 1, |_| {}).await.id;
        for (number, value) in [(1, "c.example"), (2, "a.example"), (3, "b.example"), (4, "É.example"), (5, "_d.example")] {
            add(&db, &office, incident, number, &domain(value)).await;
        }
        add(&db, &office, incident, 6, &IndicatorFields::bare(IndicatorKind::Ipv4, "10.0.0.1")).await;
        let (mut values, mut after) = (Vec::new(), None);
        loop {
            let page = item::list::<IndicatorFields>(&db, office.org, incident, ItemPage { archived: false, after, limit: 2 }).await.unwrap();
            values.extend(page.iter().map(|row| row.fields.value.clone()));
            match page.last() {
                Some(last) => after = Some(last.id),
                None => break,
            }
        }
        assert_eq!(values, ["_d.example", "a.example", "b.example", "c.example", "É.example", "10.0.0.1"]);
        assert_eq!(item::list::<IndicatorFields>(&db, office.org, incident, ItemPage { archived: true, after: None, limit: 10 }).await.unwrap(), []);
    }

    async fn what_was_seen_elsewhere_is_named_unless_the_reader_may_not_see_it((db, office, other): (Db, Office, Office)) {
        let here = office.incident(&db, 1, |_| {}).await.id;
        let mut number = 100;
        let mut incidents = Vec::new();
        for n in 2..10_u128 {
            let incident = office.incident(&db, n, |draft| draft.restricted = n == 9).await.id;
            number += 1;
            add(&db, &office, incident, number, &domain("evil.example")).await;
            incidents.push(incident);
        }
        let foreign = other.incident(&db, 1, |_| {}).await.id;
        add(&db, &other, foreign, 200, &domain("evil.example")).await;
        add(&db, &office, here, 1, &domain("evil.example")).await;
        add(&db, &office, here, 2, &domain("only-here.example")).await;
        add(&db, &office, here, 3, &IndicatorFields::bare(IndicatorKind::Other, "evil.example")).await;

        let seen = finding::seen_in::<IndicatorFields>(&db, &office.ada, here, None).await.unwrap();
        assert_eq!(seen.len(), 1);
        assert_eq!((seen[0].0, seen[0].1.count, seen[0].1.latest.len()), (id(1), 8, 5));
        assert_eq!(seen[0].1.latest[0].reference, "INC-2026-0009");
        let seen = finding::seen_in::<IndicatorFields>(&db, &office.ben, here, None).await.unwrap();
        assert_eq!((seen[0].1.count, seen[0].1.latest[0].reference.as_str()), (7, "INC-2026-0008"));

        let gone = get(&db, &office, incidents[0], 101).await.unwrap();
        assert!(committed(&db, async |tx| item::set_archived(tx, &office.ada, &gone, true, NOW).await).await);
        assert_eq!(finding::seen_in::<IndicatorFields>(&db, &office.ben, here, None).await.unwrap()[0].1.count, 6);
        assert_eq!(finding::seen_in::<VulnerabilityFields>(&db, &office.ben, here, None).await.unwrap(), []);
        assert_eq!(finding::seen_in::<AssetFields>(&db, &office.ben, here, None).await.unwrap(), []);

        let things = [(IndicatorKind::Domain, "evil.example".to_owned()), (IndicatorKind::Other, "evil.example".to_owned())];
        let across = indicator::across(&db, &office.ben, &things, 50).await.unwrap();
        assert_eq!(across.len(), 8, "six elsewhere, and here as two kinds");
        let across = indicator::across(&db, &other.ada, &things, 50).await.unwrap();
        assert_eq!(across.iter().map(|row| row.indicator.id.0).collect::<Vec<_>>(), [id(200)]);
    }

    async fn where_else_is_looked_up_by_index_for_a_whole_page_at_once((db, office): (Db, Office)) {
        let mut tx = db.write().await.unwrap();
        for n in 0..300_u128 {
            let draft = holdfast_domain::incident::IncidentDraft::example();
            let incident = office.insert(&mut tx, n, &draft, NOW).await;
            for value in 0..20 {
                let fields = domain(&format!("host{}.example", (n * 13 + value * 7) % 1_000));
                let number = IndicatorId(id(n * 100 + value));
                item::insert(&mut tx, &office.ada, incident, number, &fields, NOW).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        if !db.is_sqlite() {
            db.alone("ANALYZE").execute().await.unwrap();
        }
        let plan = finding::plan::<IndicatorFields>(&db, &office.ada, office.incident_id(7)).await.unwrap();
        assert!(plan.contains("indicators_by_value"), "{plan}");
        let whole = ["SCAN f", "SCAN o", "SCAN i\n", "Seq Scan on indicators"];
        assert!(!whole.iter().any(|scan| plan.contains(scan)), "{plan}");
        let list = "EXPLAIN QUERY PLAN SELECT f.id FROM indicators f WHERE f.org_id = $1 AND f.incident_id = $2 \
            AND (f.archived_at IS NOT NULL) = false ORDER BY f.kind, f.value_key, f.id LIMIT 100";
        if db.is_sqlite() {
            let rows: Vec<(i64, i64, i64, String)> = db.query(list).bind(office.org).bind(office.incident_id(7)).fetch_all().await.unwrap();
            let plan = rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("\n");
            assert!(plan.contains("indicators_in_order") && !plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}
