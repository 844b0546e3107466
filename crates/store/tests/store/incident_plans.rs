//! How the databases run the list: by an index that filters or sorts, never by reading every
//! incident, never by sorting more than a page. A list of three thousand is long enough for
//! PostgreSQL to prefer its indexes by itself; its planner is asked as it is, after the vacuum that it
//! would have had by then (without it, the words still wait in a queue before their index).

use holdfast_domain::{
    incident::{Direction, IncidentQuery, IncidentSort, OwnerFilter, Severity},
    lifecycle::Status,
};
use holdfast_store::{
    Db,
    incident::{self, Cursor},
    incident_list::plan,
};

use crate::support::{NOW, Office, catalogue, on_both};

/// Three thousand incidents of ours and some hundreds of another organisation.
async fn large(db: &Db) -> Office {
    let (office, other) = (Office::open(db, 1).await, Office::open(db, 2).await);
    catalogue::fill(db, &office, 3_000).await;
    catalogue::fill(db, &other, 400).await;
    if !db.is_sqlite() {
        db.alone("VACUUM ANALYZE").execute().await.unwrap();
    }
    office
}

/// Every order and direction.
fn orders() -> Vec<IncidentQuery> {
    let mut orders = Vec::new();
    for sort in IncidentSort::ALL {
        for direction in Direction::ALL {
            orders.push(IncidentQuery { sort: *sort, direction: *direction, ..IncidentQuery::default() });
        }
    }
    orders
}

/// The filters that people use, by name.
fn filters(office: &Office) -> Vec<(&'static str, IncidentQuery)> {
    let all = IncidentQuery::default;
    let open = Status::ALL.iter().copied().filter(|status| !status.is_ended()).collect();
    let mine = Some(OwnerFilter::Person(office.ada.person_id));
    vec![
        ("all", all()),
        ("open", IncidentQuery { statuses: open, ..all() }),
        ("one state", IncidentQuery { statuses: vec![Status::Closed], ..all() }),
        ("two states", IncidentQuery { statuses: vec![Status::Closed, Status::Triage], ..all() }),
        ("one severity", IncidentQuery { severities: vec![Severity::Sev1], ..all() }),
        ("two severities", IncidentQuery { severities: vec![Severity::Sev1, Severity::Sev2], ..all() }),
        ("mine", IncidentQuery { owner: mine, ..all() }),
        ("nobody's", IncidentQuery { owner: Some(OwnerFilter::Nobody), ..all() }),
        ("lately", IncidentQuery { updated_since: Some(NOW.plus_seconds(1_000_030)), ..all() }),
        ("one attack vector", IncidentQuery { choices: [("attack_vector", vec!["not-assessed"])].into(), ..all() }),
        ("two sources", IncidentQuery { choices: [("detection_source", vec!["unknown", "customer"])].into(), ..all() }),
        ("one service", IncidentQuery { service: Some("VPN".into()), ..all() }),
        ("mine of one state", IncidentQuery { owner: mine, statuses: vec![Status::Closed], ..all() }),
    ]
}

/// The plan of the query's first page, and of the page after it.
async fn plans(db: &Db, office: &Office, query: &IncidentQuery) -> Vec<String> {
    let mut plans = vec![plan(db, &office.ada, query, None).await.unwrap()];
    let next = incident::list(db, &office.ada, query, None).await.unwrap().next;
    let cursor = next.unwrap().parse::<Cursor>().unwrap();
    plans.push(plan(db, &office.ada, query, Some(&cursor)).await.unwrap());
    plans
}

/// What is wrong with a plan of the list, in words.
fn faults(plan: &str, sqlite: bool) -> Vec<&'static str> {
    if !sqlite {
        return if plan.contains("Seq Scan on incidents") { vec!["reads every incident"] } else { Vec::new() };
    }
    let mut faults = Vec::new();
    if !plan.lines().any(|line| line.contains("SEARCH i USING INDEX incidents_")) {
        faults.push("follows no index of incidents");
    }
    if plan.contains("SCAN i") {
        faults.push("reads every incident");
    }
    if plan.contains("USE TEMP B-TREE") {
        faults.push("sorts");
    }
    faults
}

on_both! {
    async fn no_list_reads_every_incident_nor_sorts_more_than_a_page(db: Db) {
        let office = large(&db).await;
        let mut wrong = Vec::new();
        for order in orders() {
            for (name, filter) in filters(&office) {
                let query = IncidentQuery { sort: order.sort, direction: order.direction, ..filter };
                for plan in plans(&db, &office, &query).await {
                    let faults = faults(&plan, db.is_sqlite());
                    // A filter may leave PostgreSQL so few rows that sorting them is cheapest; a list
                    // without one must come from its index in order.
                    let sorts = name == "all" && plan.contains("Sort Key");
                    if !faults.is_empty() || sorts {
                        wrong.push(format!("{} {}, {name}: {faults:?}\n{plan}", query.sort, query.direction));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} plans:\n{}", wrong.len(), wrong.join("\n\n"));
    }

    async fn words_are_looked_up_in_their_index_and_only_what_they_find_is_sorted(db: Db) {
        let office = large(&db).await;
        for order in orders() {
            let query = IncidentQuery { text: "INC-2026-0007".into(), ..order };
            let plan = plan(&db, &office.ada, &query, None).await.unwrap();
            // The words choose the rows here, so no index can bring them in order: sorting is right.
            let wanted = if db.is_sqlite() { "SCAN x VIRTUAL TABLE INDEX" } else { "Bitmap Index Scan on search_docs_words" };
            assert!(plan.contains(wanted), "{plan}");
            // On SQLite the words choose the documents, not the documents which words are asked for.
            assert!(!db.is_sqlite() || plan.contains("SEARCH d USING INTEGER PRIMARY KEY"), "{plan}");
            assert!(!plan.contains("SCAN i\n") && !plan.contains("Seq Scan on incidents"), "{plan}");
            assert!(!plan.contains("SCAN d") && !plan.contains("Seq Scan on search_docs"), "{plan}");
        }
    }

    async fn what_a_category_is_called_is_looked_up_by_index_as_words_are(db: Db) {
        let office = large(&db).await;
        for order in orders() {
            let query = IncidentQuery { text: "phishing".into(), ..order };
            let plan = plan(&db, &office.ada, &query, None).await.unwrap();
            let wanted = if db.is_sqlite() {
                [
                    "SCAN x VIRTUAL TABLE INDEX",
                    "SEARCH d USING INTEGER PRIMARY KEY",
                    "SEARCH c USING COVERING INDEX incidents_by_category",
                ]
            } else {
                ["Bitmap Index Scan on search_docs_words", "Index Scan", "incidents_by_category"]
            };
            assert!(wanted.iter().all(|wanted| plan.contains(wanted)), "{plan}");
            assert!(!plan.contains("SCAN i\n") && !plan.contains("Seq Scan on incidents"), "{plan}");
            assert!(!plan.contains("SCAN d") && !plan.contains("Seq Scan on search_docs"), "{plan}");
        }
    }

    async fn a_text_without_words_needs_no_plan((db, office): (Db, Office)) {
        let query = IncidentQuery { text: "!!".into(), ..IncidentQuery::default() };
        assert_eq!(plan(&db, &office.ada, &query, None).await.unwrap(), "");
    }
}
