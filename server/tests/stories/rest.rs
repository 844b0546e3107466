//! REST as a script sees it: opening once, changing with a version, pages, problems.

use holdfast_domain::{person::Role, token::Scope};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, story};

fn draft() -> Value {
    json!({ "title": "Phishing against finance", "severity": "sev3", "category": "fraud/phishing" })
}

#[story]
async fn twenty_requests_with_one_key_open_one_incident(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let sent = (0..20).map(|_| {
        let (world, token) = (world.clone(), token.clone());
        tokio::spawn(async move {
            let key = [("idempotency-key", "retry-7")];
            world.bearer_with(&token, Method::POST, "/api/v1/incidents", Some(draft()), &key).await
        })
    });
    let sent: Vec<_> = sent.collect();
    let mut references = Vec::new();
    for answer in sent {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, 201, "{}", answer.text());
        references.push(answer.json()["reference"].as_str().unwrap().to_owned());
    }
    references.dedup();
    assert_eq!(references.len(), 1, "{references:?}");
    let list = world.read(&token, "/api/v1/incidents").await.json();
    assert_eq!(list["rows"].as_array().unwrap().len(), 1);

    let mut other = draft();
    other["title"] = json!("Something else");
    let key = [("idempotency-key", "retry-7")];
    let reused = world.bearer_with(&token, Method::POST, "/api/v1/incidents", Some(other), &key).await;
    assert_eq!((reused.status.as_u16(), reused.problem().as_str()), (422, "idempotency-key-reused"));
    world
        .bearer_with(&token, Method::POST, "/api/v1/incidents", Some(draft()), &[("idempotency-key", "")])
        .await
        .is(422);

    // Where it would do nothing it is refused, and nothing is done; reading takes no notice of it.
    let usual = format!("/api/v1/incidents/{}/tasks/usual", references[0]);
    let refused = world.bearer_with(&token, Method::POST, &usual, None, &key).await;
    assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (422, "invalid"));
    let tasks = format!("/api/v1/incidents/{}/tasks", references[0]);
    let read = world.bearer_with(&token, Method::GET, &tasks, None, &key).await.is(200);
    assert_eq!(read.json()["rows"].as_array().unwrap().len(), 0);
    assert_eq!(world.bearer_with(&token, Method::HEAD, &tasks, None, &key).await.status, 200);
}

#[story]
async fn a_change_names_its_version_and_a_stale_one_shows_both_texts(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let opened = world.post(&token, "/api/v1/incidents", draft()).await;
    let path = opened.header("location").to_owned();
    let etag = opened.header("etag").to_owned();
    assert_eq!(path, format!("/api/v1/incidents/{}", opened.json()["reference"].as_str().unwrap()));

    let patch = |title: &str| Some(json!({ "title": title }));
    let missing = world.bearer(&token, Method::PATCH, &path, patch("mine")).await;
    assert_eq!((missing.status.as_u16(), missing.problem().as_str()), (428, "version-missing"));
    world.bearer_with(&token, Method::PATCH, &path, patch("mine"), &[("if-match", "*")]).await.is(428);
    world.bearer_with(&token, Method::PATCH, &path, patch("mine"), &[("if-match", "\"7\"")]).await.is(422);

    let first = world.bearer_with(&token, Method::PATCH, &path, patch("hers"), &[("if-match", &etag)]).await.is(200);
    assert_ne!(first.header("etag"), etag);
    let stale = world.bearer_with(&token, Method::PATCH, &path, patch("mine"), &[("if-match", &etag)]).await;
    assert_eq!((stale.status.as_u16(), stale.problem().as_str()), (412, "conflict"));
    let field = stale.json()["conflict"]["fields"][0].clone();
    assert_eq!(
        (field["field"].as_str(), field["yours"].as_str(), field["theirs"].as_str()),
        (Some("title"), Some("mine"), Some("hers"))
    );
    assert_eq!(stale.json()["conflict"]["fields"].as_array().unwrap().len(), 1, "only what was sent can differ");

    let current = world.read(&token, &path).await;
    assert_eq!((current.json()["title"].as_str(), current.header("etag")), (Some("hers"), first.header("etag")));
}

#[story]
async fn phases_times_and_history_over_rest(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let opened = world.post(&token, "/api/v1/incidents", draft()).await;
    let path = opened.header("location").to_owned();
    let step = async |etag: &str, body: Value| {
        world.bearer_with(&token, Method::POST, &format!("{path}/phase"), Some(body), &[("if-match", etag)]).await
    };
    let triage = step(opened.header("etag"), json!({ "to": "triage" })).await;
    assert_eq!(
        (triage.status, triage.json()["status"].as_str()),
        (StatusCode::OK, Some("triage")),
        "{}",
        triage.text()
    );
    let close = step(triage.header("etag"), json!({ "to": "closed", "reason": "done" })).await;
    assert_eq!((close.status.as_u16(), close.problem().as_str()), (409, "rule"));
    let stale = step(opened.header("etag"), json!({ "to": "investigating" })).await;
    assert_eq!((stale.status.as_u16(), stale.problem().as_str()), (412, "conflict"));

    let time = json!({ "time": { "at": "2026-09-01T08:00:00Z", "precision": "hour", "source": "evidence" }, "reason": "From the proxy log." });
    let times = format!("{path}/times/start");
    world.bearer_with(&token, Method::PUT, &times, Some(time), &[("if-match", triage.header("etag"))]).await.is(200);
    let view = world.read(&token, &path).await.json();
    let start = view["times"].as_array().unwrap().iter().find(|time| time["milestone"] == "start").cloned().unwrap();
    assert_eq!(start["at"], "2026-09-01T08:00:00Z");
    let history = world.read(&token, &format!("{path}/history?limit=2")).await.json();
    assert_eq!(history["rows"].as_array().unwrap().len(), 2);
    let next = history["next"].as_str().unwrap();
    let rest = world.read(&token, &format!("{path}/history?after={next}")).await.json();
    assert_eq!(rest["rows"].as_array().unwrap().last().unwrap()["kind"], "incident.opened");
    let pdf = world.read(&token, &format!("{path}/report/summary.pdf")).await;
    assert!(pdf.body.starts_with(b"%PDF-"), "{}", pdf.text());
}

#[story]
async fn pages_follow_their_cursor_and_filters_are_checked(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    for number in 0..7 {
        let mut draft = draft();
        draft["title"] = json!(format!("Number {number}"));
        draft["severity"] = json!(if number % 2 == 0 { "sev2" } else { "sev4" });
        assert_eq!(world.post(&token, "/api/v1/incidents", draft).await.status, 201);
        world.clock.pass(1);
    }
    let get = async |query: &str| world.read(&token, &format!("/api/v1/incidents?{query}")).await;
    let mut titles = Vec::new();
    let mut query = "limit=3&sort=opened&direction=asc".to_owned();
    loop {
        let page = get(&query).await.json();
        titles.extend(page["rows"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("limit=3&sort=opened&direction=asc&after={next}");
    }
    assert_eq!(titles, (0..7).map(|number| format!("Number {number}")).collect::<Vec<_>>());
    assert_eq!(get("severity=sev2").await.json()["rows"].as_array().unwrap().len(), 4);
    assert_eq!(get("severity=sev2,sev4&status=new&owner=nobody").await.json()["rows"].as_array().unwrap().len(), 7);
    let opened = "category=fraud&detected_since=2026-01-01T00:00:00Z&detected_before=2099-01-01T00:00:00Z";
    let all = get("limit=200").await.json()["rows"].as_array().unwrap().clone();
    let fraud = all.iter().filter(|row| row["category"].as_str().unwrap().starts_with("fraud")).count();
    assert_eq!(get(opened).await.json()["rows"].as_array().unwrap().len(), fraud);
    assert_eq!(get("text=number+3").await.json()["rows"].as_array().unwrap().len(), 1);
    for bad in [
        "bogus=1",
        "sort=title%3B--",
        "direction=up",
        "limit=0",
        "limit=201",
        "limit=x",
        "status=nice",
        "owner=x",
        "after=zzz",
        "updated_since=yesterday",
        "category=fraud/none",
        "detected_since=yesterday",
        "detected_before=2026-10-01",
        "limit=1&limit=2",
        "sort=version",
    ] {
        let answer = get(bad).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "invalid"), "{bad}");
    }
}

#[story]
async fn people_and_tokens_are_managed_by_session_alone(world: World) {
    let admin = world.signed_in(Role::Administrator).await;
    let draft = json!({ "email": "new@example.org", "name": "New", "roles": ["analyst"] });
    let added = admin.json(Method::POST, "/api/v1/people", Some(draft), &[]).await.is(201);
    let code = added.json()["invitation_code"].as_str().unwrap().to_owned();
    world.guest().post("/join", &[("code", &code), ("password", "seven quiet harbours at dusk")]).await.is(303);
    assert_eq!(world.guest().sign_in("new@example.org", "seven quiet harbours at dusk").await.status, 303);
    let twice = world.guest().post("/join", &[("code", &code), ("password", "eight loud harbours at dawn")]).await;
    assert_eq!(twice.status, 422, "a code works once");

    let sent = json!({ "name": "siem", "scopes": ["incidents:read"], "days": 7 });
    let made = admin.json(Method::POST, "/api/v1/tokens", Some(sent), &[]).await.is(201);
    let secret = made.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(world.read(&secret, "/api/v1/incidents").await.status, 200);
    let list = admin.read("/api/v1/tokens").await.text();
    assert!(!list.contains(&secret), "a token is shown once");
    let path = format!("/api/v1/tokens/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(admin.json(Method::DELETE, &path, None, &[]).await.status, 204);
    assert_eq!(world.read(&secret, "/api/v1/incidents").await.status, 401);
}

#[story]
async fn the_ledger_can_be_checked_from_what_rest_gives(world: World) {
    use holdfast_ledger::{LogCheck, Tail, VerifyingKey};
    let token = world.token(Role::Auditor, Scope::ALL).await;
    world.incident().await;
    let get = async |path: &str| world.read(&token, &format!("/api/v1/ledger/{path}")).await;
    let key: VerifyingKey = get("vkey").await.text().trim().parse().unwrap();
    let note = get("checkpoint").await.body;
    let entries = get("entries").await.text();
    let check = LogCheck { note: &note, key: &key, remembered: None, older: &[], openings: &[], tail: Tail::Refuse };
    let report = check.run(entries.lines());
    assert!(report.ok(), "{report}");
    let size = report.checkpoint.unwrap().size;
    let proof = get("consistency?from=1&to=2").await.json();
    assert_eq!(proof["hashes"].as_array().unwrap().len(), 1);
    assert_eq!(get(&format!("consistency?from=1&to={}", size + 1)).await.status, 422);
    assert_eq!(get("proof/0").await.status, 200);
    assert_eq!(get("proof/99999").await.status, 404);
    assert_eq!(get("proof/-1").await.status, 404);
}
