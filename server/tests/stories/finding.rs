//! Indicators, assets, vulnerabilities and the search as a script sees them.

use holdfast_domain::{person::Role, token::Scope};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    snapshot::pinned,
    visible::{main, notice, part, refused},
    world::{World, story},
};

#[story]
async fn what_was_found_is_kept_in_one_form_and_found_again(world: World) {
    let token = world.token(Role::Analyst, Scope::ALL).await;
    let (first, second) = (world.incident().await.reference, world.incident().await.reference);
    let post = async |path: &str, body: Value| world.post(&token, &format!("/api/v1/incidents/{path}"), body).await;
    let get = async |path: &str| world.read(&token, path).await;

    let sent = json!({ "kind": "url", "value": "hxxps://Evil[.]example/A" });
    let added = post(&format!("{first}/indicators"), sent.clone()).await.is(201);
    assert_eq!(added.json()["value"], "https://evil.example/A");
    assert_eq!(post(&format!("{second}/indicators"), sent).await.status, 201);
    let odd = post(&format!("{first}/indicators"), json!({ "kind": "ipv4", "value": "300.1.2.3" })).await;
    assert_eq!((odd.status.as_u16(), odd.json()["errors"][0]["field"].as_str()), (422, Some("value")));
    post(&format!("{first}/indicators"), json!({ "kind": "ipv4", "value": "1.2.3.4", "x": 1 })).await.is(422);

    let list = get(&format!("/api/v1/incidents/{first}/indicators")).await.json();
    assert_eq!(list["rows"][0]["shown"], "hxxps://evil[.]example/A");
    assert_eq!(list["rows"][0]["seen_in"]["latest"][0]["reference"], second.as_str());
    let across = get("/api/v1/indicators?value=https%3A%2F%2Fevil.example%2FA").await.json();
    assert_eq!(across["rows"].as_array().unwrap().len(), 2);

    let path = added.header("location").to_owned();
    let patch = Some(json!({ "confidence": "high", "first_seen": "2026-09-01T08:00:00Z" }));
    world.bearer(&token, Method::PATCH, &path, patch.clone()).await.is(428);
    let etag = [("if-match", "\"v1\"")];
    let edited = world.bearer_with(&token, Method::PATCH, &path, patch, &etag).await;
    assert_eq!((edited.status, edited.header("etag")), (StatusCode::OK, "\"v2\""), "{}", edited.text());
    let other = Some(json!({ "confidence": "low" }));
    let stale = world.bearer_with(&token, Method::PATCH, &path, other, &etag).await;
    assert_eq!((stale.status.as_u16(), stale.problem().as_str()), (412, "conflict"));
    let foreign = path.replace(&first, &second);
    assert_eq!(get(&foreign).await.status, 404, "of another incident");
    let archive = format!("{path}/archived");
    world
        .bearer_with(&token, Method::PUT, &archive, Some(json!({ "archived": true })), &[("if-match", "\"v2\"")])
        .await
        .is(200);
    let list = get(&format!("/api/v1/incidents/{first}/indicators")).await.json();
    assert_eq!(list["rows"].as_array().unwrap().len(), 0);

    let many = post(&format!("{first}/indicators/many"), json!({ "lines": "a.example\nb[.]example\n??" })).await;
    assert_eq!(many.json()["added"].as_array().unwrap().len(), 2, "{}", many.text());
    assert_eq!(many.json()["refused"][0]["line"], 3);
}

#[story]
async fn assets_vulnerabilities_and_the_search(world: World) {
    let token = world.token(Role::Analyst, Scope::ALL).await;
    let incident = world.incident().await.reference;
    let base = format!("/api/v1/incidents/{incident}");
    let post = async |path: &str, body: Value| world.post(&token, &format!("{base}{path}"), body).await;
    let asset = json!({ "kind": "server", "name": "mx1", "identifier": "mx1.corp.example", "compromise": "confirmed" });
    assert_eq!(post("/assets", asset).await.status, 201);
    let hole = post("/vulnerabilities", json!({ "cve": "cve-2021-44228", "cvss_score": "10" })).await;
    assert_eq!((hole.status, hole.json()["cvss_score"].as_str()), (StatusCode::CREATED, Some("10.0")));
    let list = world.read(&token, &format!("{base}/vulnerabilities")).await.json();
    assert_eq!(list["rows"][0]["exploited"]["by_ransomware"], true);

    let search = async |query: &str| world.read(&token, &format!("/api/v1/search?{query}")).await;
    let found = search("q=mx1.corp").await.json();
    let hit = &found["hits"][0];
    assert_eq!((hit["kind"].as_str(), hit["incident_reference"].as_str()), (Some("asset"), Some(incident.as_str())));
    assert_eq!(hit["title"], json!({ "text": "mx1 mx1.corp.example", "marks": [{ "start": 4, "end": 12 }] }));
    let none = search("q=mx1.corp&kind=indicator,event").await.json();
    assert_eq!(none["hits"].as_array().unwrap().len(), 0);
    assert_eq!(search("q=CVE-2021-44228").await.json()["hits"][0]["kind"], "vulnerability");
    for (query, status) in [("q=a&kind=x", 422), ("q=a&limit=0", 422), ("q=a&offset=101", 422), ("q=", 200)] {
        assert_eq!(search(query).await.status.as_u16(), status, "{query}");
    }
    let reader = world.token(Role::Analyst, &[Scope::LedgerRead]).await;
    world.read(&reader, "/api/v1/search?q=a").await.is(403);
}

#[expect(clippy::too_many_lines, reason = "it is one story")]
#[story]
async fn the_pages_add_edit_archive_and_search_without_scripts(world: World) {
    let browser = world.signed_in(Role::Analyst).await;
    let (first, second) = (world.incident().await.reference, world.incident().await.reference);
    let base = format!("/incidents/{first}");
    pinned("finding-none-yet", &part(&browser.get(&format!("{base}/indicators")).await.text(), ".findings"));

    let sent = [
        ("kind", "domain"),
        ("tlp", "red"),
        ("confidence", "low"),
        ("value", "evil[.]example"),
        ("description", "the <b>loader</b>"),
    ];
    let mut said = String::new();
    for reference in [&first, &second] {
        let added = browser.post(&format!("/incidents/{reference}/indicators/new"), &sent).await;
        said = notice(&browser.follow(&added).await.text());
    }
    let again = browser.post(&format!("{base}/indicators/new"), &sent).await.is(422);
    pinned("finding-known-already", &main(&again.text()));
    assert!(again.text().contains("&lt;b>loader"), "what was typed comes back, escaped");
    let list = browser.get(&format!("{base}/indicators")).await.text();
    // It says where else it was seen.
    pinned("finding-added", &[said, part(&list, ".findings")].join("\n"));
    assert!(!list.contains("<b>loader</b>"));
    let path = list.split(&format!("{base}/indicators/")).find_map(|part| {
        let id = part.split('"').next()?;
        (id.len() == 36).then(|| format!("{base}/indicators/{id}"))
    });
    let path = path.unwrap();
    pinned("finding-details", &part(&browser.get(&path).await.text(), ".split"));

    let edit = |version: &'static str, confidence: &'static str| {
        [
            ("version", version),
            ("kind", "domain"),
            ("tlp", "red"),
            ("confidence", confidence),
            ("value", "evil.example"),
            ("description", "the loader"),
        ]
    };
    browser.post(&format!("{path}/edit"), &edit("1", "high")).await.is(303);
    let stale = browser.post(&format!("{path}/edit"), &edit("1", "medium")).await.is(409);
    pinned("finding-conflict", &refused(&stale.text()));
    assert!(stale.text().contains("keep_confidence"));

    let many = [("lines", "198.51.100.7 # C2\nwhat is this\nevil.example"), ("tlp", "amber"), ("confidence", "low")];
    let told = browser.post(&format!("{base}/indicators/many"), &many).await.is(200);
    // What could not be read is left in the field.
    pinned("finding-many-and-one-unreadable", &main(&told.text()));
    let time = [
        ("kind", "server"),
        ("name", "mx1"),
        ("compromise", "confirmed"),
        ("criticality", "high"),
        ("first_seen", "2026-09-01T08:00"),
    ];
    assert_eq!(browser.post(&format!("{base}/assets/new"), &time).await.status, 303);
    let hole = [("cve", "CVE-2021-44228"), ("status", "open")];
    assert_eq!(browser.post(&format!("{base}/vulnerabilities/new"), &hole).await.status, 303);
    pinned("finding-all-three-lists", &part(&browser.get(&format!("{base}/indicators")).await.text(), ".findings"));
    for page in
        ["assets", "vulnerabilities", "indicators?archived=1", "assets/new", "vulnerabilities/new", "indicators/new"]
    {
        assert_eq!(browser.get(&format!("{base}/{page}")).await.status, 200, "{page}");
    }

    let found = browser.get("/search?q=hxxps%3A%2F%2Fevil%5B.%5Dexample").await.text();
    // Whether it was kept with a scheme or not.
    pinned("finding-searched-by-address", &part(&found, ".hits"));
    let found = browser.get("/search?q=EVIL.exam&kind=indicator").await.text();
    pinned("finding-searched-by-beginning", &part(&found, ".hits"));
    assert!(found.contains(&path), "{found}");
    let archive = [("version", "2"), ("archived", "true")];
    assert_eq!(browser.post(&format!("{path}/archive"), &archive).await.status, 303);
    assert!(!browser.get("/search?q=evil.exam&kind=indicator").await.text().contains(&path));
    pinned("finding-archived", &part(&browser.get(&path).await.text(), ".finding-detail"));
    pinned("finding-history", &part(&browser.get(&format!("{base}/history")).await.text(), ".history"));

    let reader = world.signed_in(Role::Auditor).await;
    let page = reader.get(&format!("{base}/indicators")).await;
    assert!(page.status == StatusCode::OK && !page.text().contains("Add many"));
    pinned("finding-all-three-lists-of-a-reader", &part(&page.text(), ".findings"));
    assert_eq!(reader.post(&format!("{base}/indicators/new"), &sent).await.status, 403);
    let bad = browser.get("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await.text();
    assert!(!bad.contains("<script>alert"));
}
