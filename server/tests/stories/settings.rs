//! The organisation's settings by REST and by form: what is stated there is what metrics measure by.

use axum::body::Body;
use holdfast_actions::incident;
use holdfast_domain::{
    lifecycle::{PhaseChange, Status},
    person::Role,
    token::Scope,
};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    paper::data_of,
    snapshot::pinned,
    visible::{main, part, refused},
    world::{Answer, Browser, World, story},
};

#[story]
async fn an_organisation_states_its_own_targets_and_metrics_measure_by_them(world: World) {
    let admin = world.signed_in(Role::Administrator).await;
    let first = admin.get("/api/v1/org").await.is(200);
    assert_eq!(first.json()["has_own_targets"], false);
    assert_eq!(
        first.json()["targets"]["sev1"],
        json!({ "acknowledge_minutes": 15, "contain_hours": 4, "resolve_hours": 72 })
    );
    let etag = first.header("etag").to_owned();
    let patch =
        async |body, etag: &str| admin.json(Method::PATCH, "/api/v1/org", Some(body), &[("if-match", etag)]).await;

    let wrong =
        json!({ "targets": { "sev1": { "acknowledge_minutes": 0, "contain_hours": 1, "resolve_hours": 99999 } } });
    let refused = patch(wrong, &etag).await;
    assert_eq!((refused.status.as_u16(), refused.problem().as_str()), (422, "invalid"));
    assert!(
        refused.text().contains("sev1_acknowledge") && refused.text().contains("sev1_resolve"),
        "{}",
        refused.text()
    );

    let own = json!({ "targets": { "sev1": { "acknowledge_minutes": 5, "contain_hours": 1, "resolve_hours": 24 } } });
    let kept = patch(own.clone(), &etag).await.is(200);
    assert_eq!((&kept.json()["targets"], &kept.json()["has_own_targets"]), (&own["targets"], &json!(true)));
    let stale = patch(json!({ "targets": {} }), &etag).await;
    assert_eq!((stale.status.as_u16(), stale.problem().as_str()), (412, "conflict"));

    let token = world.token(Role::Lead, Scope::ALL).await;
    let metrics = world.read(&token, "/api/v1/metrics?period=this-month").await.json();
    assert_eq!(metrics["targets"]["sev1"]["contain"].as_i64(), Some(3_600_000_000), "{}", metrics["targets"]);
    assert_eq!(metrics["targets"].as_object().unwrap().len(), 1);

    // A form that knows nothing of targets leaves them; one that empties them ends them.
    let version = kept.header("etag").trim_matches(|c: char| !c.is_ascii_digit()).to_owned();
    admin.post("/settings", &[("version", &version), ("name", "Other"), ("time_zone", "UTC")]).await.is(303);
    let now = admin.get("/api/v1/org").await.json();
    assert_eq!((&now["name"], &now["targets"]), (&json!("Other"), &own["targets"]));
    let history = world.signed_in(Role::Auditor).await.get("/ledger").await.text();
    let kinds = part(&history, "th");
    assert!(kinds.lines().any(|kind| kind == "changed the settings"), "the ledger tells of it: {kinds}");
    // No token reaches the settings.
    let admin_token = world.token(Role::Administrator, Scope::ALL).await;
    world.read(&admin_token, "/api/v1/org").await.is(403);
}

/// Opens an incident and contains it two hours later.
async fn contained_after_two_hours(world: &World) {
    let (lead, opened) = (world.actor(Role::Lead).await, world.incident().await);
    world.clock.pass(2 * 3_600);
    let change = PhaseChange { to: Status::Contained, entered: None, reason: "quick".into() };
    incident::change_phase(&world.ctx, &lead, &opened.reference, opened.version, &change, None).await.unwrap();
}

#[story]
async fn a_change_of_targets_changes_nothing_that_was_measured_before(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let metrics = async || world.read(&token, "/api/v1/metrics?period=3-months").await.is(200).json();
    let contained = async || {
        let counted = metrics().await;
        let row =
            counted["clocks"][1]["rows"].as_array().unwrap().iter().find(|row| row["severity"] == "sev3").cloned();
        let row = row.unwrap_or_else(|| panic!("no SEV3 in {counted}"));
        (row["met"].as_i64().unwrap(), row["breached"].as_i64().unwrap())
    };
    let patch = async |body: Value| {
        let admin = world.signed_in(Role::Administrator).await;
        let etag = admin.get("/api/v1/org").await.header("etag").to_owned();
        admin.json(Method::PATCH, "/api/v1/org", Some(body), &[("if-match", &etag)]).await
    };
    let hours =
        |contain: i64| json!({ "sev3": { "acknowledge_minutes": 60, "contain_hours": contain, "resolve_hours": 900 } });
    contained_after_two_hours(&world).await;
    assert_eq!(contained().await, (1, 0), "within the 72 hours of the program");

    // From now on: what was measured stays.
    patch(json!({ "targets": hours(1) })).await.is(200);
    assert_eq!(contained().await, (1, 0));
    contained_after_two_hours(&world).await;
    assert_eq!(contained().await, (1, 1));
    let parts = metrics().await["target_parts"].clone();
    assert_eq!((parts[0]["are_own"].as_bool(), parts[1]["are_own"].as_bool()), (Some(false), Some(true)), "{parts}");
    assert_eq!((&parts[0]["until"], &parts[1]["until"]), (&parts[1]["from"], &Value::Null));
    // No day of before, by which misses would become hits; today is from now on.
    for day in ["2026-09-20", "2020-01-01", "soon"] {
        let refused = patch(json!({ "targets": hours(500), "targets_from": day })).await.is(422);
        assert!(refused.text().contains("targets_from"), "{}", refused.text());
    }
    patch(json!({ "targets_from": "2026-10-01" })).await.is(422);
    let today = holdfast_domain::time::field_in_zone(world.ctx.now(), "Europe/Berlin");
    patch(json!({ "targets": hours(500), "targets_from": &today[..10] })).await.is(200);
    assert_eq!(contained().await, (1, 1));

    // Of a day to come: the page shows it, what holds until then holds, and another decision takes its place.
    let decided = patch(json!({ "targets": hours(1), "targets_from": "2026-10-01" })).await.is(200).json();
    assert_eq!(decided["targets"]["sev3"]["contain_hours"], 500);
    assert_eq!(decided["next_targets"]["from"], "2026-09-30T22:00:00Z", "midnight in the organisation's zone");
    assert_eq!(decided["next_targets"]["targets"]["sev3"]["contain_hours"], 1);
    let admin = world.signed_in(Role::Administrator).await;
    let page = main(&admin.get("/settings").await.text());
    assert!(page.contains("These targets hold from 2026-10-01 00:00 CEST."), "{page}");
    assert!(page.contains("2026-10-01"), "{page}");
    contained_after_two_hours(&world).await;
    assert_eq!(contained().await, (2, 1));
    patch(json!({ "targets": hours(2), "targets_from": "2026-11-01" })).await.is(200);
    world.clock.pass(20 * 86_400);
    let token = world.token(Role::Lead, Scope::ALL).await;
    let later = world.read(&token, "/api/v1/metrics?period=3-months").await.json();
    assert_eq!(later["targets"]["sev3"]["contain"].as_i64(), Some(500 * 3_600_000_000), "October never had its own");
    say_which_targets_apply(&world).await;
}

/// Page and report say which targets apply to which part of the period.
async fn say_which_targets_apply(world: &World) {
    let lead = world.signed_in(Role::Lead).await;
    let page = main(&lead.get("/metrics?period=3-months").await.text());
    for words in [
        "(the program’s targets)",
        "Detected since 2026-09-21",
        "SEV3 medium: acknowledge within 1 h, contain within 1 h",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    let report = data_of(&lead.get("/metrics/report.pdf?period=3-months").await.body);
    let notes = report["data_quality"].to_string();
    assert!(notes.contains("Targets. Detected before 2026-09-21"), "{notes}");
    assert!(notes.contains("SEV3 medium: acknowledge within 1 h, contain within 1 h"), "{notes}");
}

const LOGO: &[u8] = include_bytes!("../../../crates/typeset/tests/data/logo.png");

async fn put(admin: &Browser, bytes: &[u8]) -> Answer {
    let request = Request::builder().method(Method::PUT).uri("/api/v1/org/logo");
    let request = request.header("content-type", "application/octet-stream").header("sec-fetch-site", "same-origin");
    admin.send(request, Body::from(bytes.to_vec())).await
}

/// Posts the form of the logo's page: with a file, or with a field.
async fn form(admin: &Browser, disposition: &str, bytes: &[u8]) -> Answer {
    let head = format!("--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
    let sent = [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat();
    let request = Request::builder().method(Method::POST).uri("/settings/logo");
    let request =
        request.header("content-type", "multipart/form-data; boundary=b").header("sec-fetch-site", "same-origin");
    admin.send(request, Body::from(sent)).await
}

#[story]
async fn reports_have_the_logo_from_the_moment_it_is_set_until_it_is_removed(world: World) {
    let admin = world.signed_in(Role::Administrator).await;
    let lead = world.signed_in(Role::Lead).await;
    let reference = world.incident().await.reference;
    let draft = format!("/incidents/{reference}/reports/draft/executive");
    let pictures = async || {
        let pdf = lead.get(&draft).await.is(200);
        pdf.body.windows(14).filter(|part| part == b"/Subtype/Image").count()
    };
    assert_eq!(pictures().await, 0);
    assert_eq!(admin.get("/api/v1/org/logo").await.status, 404);
    assert_eq!(admin.get("/settings/logo.png").await.status, 404);

    let set = put(&admin, LOGO).await.is(200);
    assert_eq!((set.json()["width"].as_i64(), set.json()["height"].as_i64()), (Some(480), Some(120)));
    let kept = admin.get("/settings/logo.png").await;
    assert_eq!((kept.status, kept.header("content-type")), (StatusCode::OK, "image/png"));
    assert_eq!(hex::encode(Sha256::digest(&kept.body)), set.json()["sha256"].as_str().unwrap());
    assert_eq!(pictures().await, 1, "a draft that was kept is not handed out again");
    let page = admin.get("/settings/logo").await.text();
    assert!(page.contains("/settings/logo.png?sha256="), "{page}");
    pinned("settings-logo", &part(&page, "main"));

    // What is refused changes nothing, and says what to do.
    let wrong = put(&admin, b"<svg/>").await;
    assert_eq!((wrong.status.as_u16(), wrong.problem().as_str()), (422, "invalid"));
    let wrong = form(&admin, "name=\"file\"; filename=\"a.svg\"", b"<svg/>").await;
    assert_eq!(wrong.status.as_u16(), 422);
    pinned("settings-logo-wrong", &refused(&wrong.text()));
    let nothing = form(&admin, "name=\"file\"; filename=\"\"", b"").await;
    pinned("settings-logo-missing", &refused(&nothing.text()));
    assert_eq!(admin.get("/settings/logo.png").await.body, kept.body);

    // The same again is no change.
    let size = async || admin.get("/ledger").await.text().matches("org.logo_set").count();
    let before = size().await;
    assert_eq!(put(&admin, LOGO).await.status, 200);
    assert_eq!(size().await, before);

    let removed = form(&admin, "name=\"remove\"", b"yes").await;
    assert_eq!(removed.header("location"), "/settings/logo");
    assert_eq!(pictures().await, 0);
    let by_form = form(&admin, "name=\"file\"; filename=\"a.png\"", LOGO).await;
    assert_eq!(by_form.header("location"), "/settings/logo", "{}", by_form.text());
    assert_eq!(pictures().await, 1);
    admin.json(Method::DELETE, "/api/v1/org/logo", None, &[]).await.is(204);
    assert_eq!(admin.json(Method::DELETE, "/api/v1/org/logo", None, &[]).await.status, 404);

    // It is the administrator's.
    assert_eq!(put(&lead, LOGO).await.status, 403);
    assert_eq!(lead.get("/settings/logo.png").await.status, 403);
}
