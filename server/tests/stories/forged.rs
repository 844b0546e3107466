//! Forged cursors, filters, sorts and limits: what never came from us, in every parameter of every route
//! that is read, by REST and by page. Each is refused in words for people and programs or does no harm;
//! none is a failure, and none says anything of the inside.

use std::collections::BTreeMap;

use axum::{body::Body, extract::Request};
use holdfast_domain::person::Role;
use holdfast_server::{
    guard::Kind,
    router::{AccessRow, Routes},
};
use http::Method;

use crate::{
    fixtures::{Fixture, Maker, Word},
    world::{Answer, Browser, World, story},
};

/// Parameters that pages read; those of REST come from its description.
const OF_PAGES: &[(&str, &[&str])] = &[
    ("/incidents", &["q", "status", "severity", "owner", "sort", "dir", "after", "columns", "show", "done"]),
    ("/search", &["q", "kind", "offset", "limit"]),
    ("/ledger", &["before", "after"]),
    ("/evidence", &["after", "in_custody", "held", "show"]),
    ("/metrics", &["period", "severity", "class"]),
    ("/metrics/{kind}", &["period", "severity", "class"]),
    ("/metrics/issue", &["period", "severity", "class"]),
    ("/metrics/issue/check", &["period", "severity", "class", "executives", "people"]),
    ("/metrics/issue/preview/{file}", &["period", "severity", "class", "executives", "people"]),
    ("/incidents/{reference}/reports/issue", &["kind"]),
    ("/incidents/{reference}/reports/issue/check", &["kind", "executives", "people"]),
    ("/incidents/{reference}/reports/issue/preview/{file}", &["kind", "executives", "people"]),
    ("/metrics/report.pdf", &["period", "severity", "class"]),
    ("/reports", &["after"]),
    ("/incidents/{reference}/history", &["before", "after"]),
    ("/incidents/{reference}/indicators", &["archived", "after", "show"]),
    ("/incidents/{reference}/assets", &["archived", "after"]),
    ("/incidents/{reference}/vulnerabilities", &["archived", "after"]),
    ("/incidents/{reference}/timeline", &["removed", "archived", "lane"]),
    ("/ledger/entries", &["from"]),
    ("/evidence/log.json", &["from", "to", "purpose", "without_names"]),
    ("/sign-in", &["next", "done"]),
    ("/join", &["code"]),
];

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Lists of texts by what they pretend to be.
const FORGERIES: &str = include_str!("forgeries.json");

/// What is forged, as it stands in an address.
fn forgeries(ids: &[String]) -> Vec<String> {
    let lists: BTreeMap<String, Vec<String>> = serde_json::from_str(FORGERIES).unwrap();
    let id = "00000000-0000-7000-8000-000000000000";
    let mut forged: Vec<String> = Vec::new();
    for (name, texts) in lists {
        forged.extend(texts.into_iter().map(|text| match name.as_str() {
            "raw" => text,
            "incident_cursors" => hex::encode(text.replace("{id}", id)),
            _ => percent(&text.replace("{id}", id)),
        }));
    }
    let long = [
        "a".repeat(501),
        "ä".repeat(2_000),
        "9".repeat(5_000),
        "(".repeat(400),
        "\"a\" ".repeat(120),
        "fn".repeat(1_001),
    ];
    forged.extend(long.iter().chain(ids).map(|text| percent(text)));
    forged.push(String::new());
    forged
}

/// Every route that is read with the names of its parameters, and the address that each is put behind.
fn targets(routes: &Routes, own: &Fixture) -> Vec<(String, String, bool)> {
    let mut targets = Vec::new();
    let mut add = |row: &AccessRow, name: &str| {
        let path = own.filled(&row.path, "x").replace("/metrics/executive", "/metrics/mttc");
        targets.push((path, name.to_owned(), matches!(row.gate.kind, Kind::Api)));
    };
    for row in routes.table().iter().filter(|row| row.method == Method::GET) {
        if let Some(item) = routes.openapi().paths.paths.get(&row.path) {
            let parameters = item.get.as_ref().and_then(|get| get.parameters.clone()).unwrap_or_default();
            for parameter in
                parameters.iter().filter(|one| one.parameter_in == utoipa::openapi::path::ParameterIn::Query)
            {
                add(row, &parameter.name);
            }
        }
        for (path, names) in OF_PAGES {
            if *path == row.path {
                names.iter().for_each(|name| add(row, name));
            }
        }
    }
    targets
}

fn check(asked: &str, answer: &Answer, is_api: bool) {
    let status = answer.status.as_u16();
    assert!(status < 500, "{asked}: {status} {}", answer.text());
    let is_text = ["text/html", "json", "text/plain"].iter().any(|kind| answer.header("content-type").contains(kind));
    if is_text {
        let text = answer.text();
        // Places of whatever machine this was built on: its user's folder, the sources, what they are built of.
        let home = std::env::var("HOME").map_or_else(|_| "/home/".to_owned(), |home| format!("{home}/"));
        for inside in [
            home.as_str(),
            env!("CARGO_MANIFEST_DIR"),
            "/registry/src/",
            "sqlx",
            "SELECT ",
            "syntax error",
            "panicked",
            ".rs:",
            "no such column",
            "fts5",
            "tsquery",
            "argon2",
        ] {
            // What was asked comes back in a page's own fields.
            let echoed = asked.contains(&percent(inside)) || asked.contains("SELECT");
            // The ledger shows what earlier requests typed, and one of those was SQL.
            let echoed = echoed || (inside == "SELECT " && asked.contains("/ledger"));
            assert!(echoed || !text.contains(inside), "{asked}: {inside}");
        }
    }
    if is_api && status >= 400 {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{asked}: {}", answer.text());
        assert!(matches!(status, 400 | 404 | 414 | 422 | 429), "{asked}: {status}");
    }
}

async fn get(browser: &Browser, path: &str) -> Option<Answer> {
    // What is no address at all does not reach a server.
    let request = Request::builder().uri(path).header("accept", "text/html");
    request.uri_ref()?;
    Some(browser.send(request, Body::empty()).await)
}

#[story]
async fn nothing_that_is_forged_into_a_parameter_is_a_failure_or_tells_of_the_inside(world: World) {
    let maker = Maker::new(&world).await;
    let own = maker.make(false, &mut Word("own")).await;
    maker.make(true, &mut Word("shut")).await;
    let lead = world.signed_in(Role::Lead).await;
    let routes = Routes::all(world.server.clone());
    let ids = [&own.ids()[..], std::slice::from_ref(&own.evidence)].concat();
    let (forged, targets) = (forgeries(&ids), targets(&routes, &own));
    assert!(forged.len() >= 200 && targets.len() > 60, "{} into {}", forged.len(), targets.len());
    // A place in a list is where statements are put together: every second one of them; the others take turns.
    let mut count = 0;
    for (number, (path, name, is_api)) in targets.iter().enumerate() {
        let is_place = matches!(
            name.as_str(),
            "after" | "before" | "sort" | "offset" | "limit" | "from" | "to" | "size" | "q" | "text" | "period"
        );
        let is_costly = path.ends_with(".pdf");
        let step = match (is_costly, is_place, is_api) {
            (true, ..) => 40,
            (false, true, true) => 2,
            (false, true, false) => 8,
            (false, false, _) => 16,
        };
        for value in forged.iter().skip(number % step).step_by(step) {
            let asked = format!("{path}?{name}={value}");
            if let Some(answer) = get(&lead, &asked).await {
                check(&asked, &answer, *is_api);
                count += 1;
            }
            if is_costly {
                world.clock.pass(3);
            }
        }
    }
    println!("{count} requests: {} forgeries into {} parameters", forged.len(), targets.len());
    assert_eq!(lead.get("/account").await.status, 200, "the server lives");
}

#[story]
async fn a_name_given_twice_a_thousand_times_or_by_nobody_is_refused(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let lead = world.signed_in(Role::Lead).await;
    let routes = Routes::all(world.server.clone());
    for (path, name, is_api) in targets(&routes, &own) {
        if !is_api || path.ends_with(".pdf") {
            continue;
        }
        let many = vec![format!("{name}=1"); 1_000].join("&");
        for query in [
            format!("{name}=1&{name}=1"),
            many,
            "bogus=1".into(),
            format!("{name}%5B%5D=1"),
            format!("{}=1", name.to_uppercase()),
        ] {
            let answer = get(&lead, &format!("{path}?{query}")).await.unwrap();
            assert_eq!(
                (answer.status.as_u16(), answer.problem().as_str()),
                (422, "invalid"),
                "{path}?{query}: {}",
                answer.text()
            );
        }
    }
}

#[story]
async fn a_time_outside_of_the_calendar_is_refused_by_every_door(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let lead = world.signed_in(Role::Lead).await;
    let at = format!("/incidents/{}", own.reference);
    for year in ["+10000", "+20000", "+262142", "-0001", "1969", "99999999"] {
        let (local, instant) = (format!("{year}-12-31T23:59"), format!("{year}-12-31T23:59:00Z"));
        let task = [("title", "T"), ("phase", "analysis"), ("status", "to-do"), ("due_at", &*local)];
        let event = [
            ("lane", "attack"),
            ("title", "E"),
            ("occurred", &*local),
            ("occurred_zone", "UTC"),
            ("occurred_precision", "day"),
        ];
        let advice = [("body", "B"), ("kind", "prevent"), ("priority", "low"), ("due_at", &*local)];
        let lent = [("reason", "r"), ("expected_return", &*local)];
        for (form, fields) in [
            ("tasks/new", &task[..]),
            ("timeline/new", &event),
            ("recommendations/new", &advice),
            (&format!("evidence/{}/custody/checked_out", own.evidence), &lent),
        ] {
            let answer = lead.post(&format!("{at}/{form}"), fields).await;
            assert_eq!(answer.status, 422, "{form} {local}: {}", answer.text());
        }
        let task = serde_json::json!({ "title": "T", "phase": "analysis", "due_at": instant });
        let answer = lead.json(Method::POST, &format!("/api/v1{at}/tasks"), Some(task), &[]).await;
        assert_eq!(answer.status, 422, "{instant}: {}", answer.text());
        let log = format!("/api/v1/evidence/log.json?from={year}-01-01&to={year}-12-31&purpose=x").replace('+', "%2B");
        assert_eq!(lead.read(&log).await.status, 422, "{log}");
    }
}
