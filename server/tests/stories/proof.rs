//! What a session that somebody took, or nobody has, is not good for: changing who gets in, guessing
//! the password behind it, trying codes.

use axum::{body::Body, extract::Request};
use holdfast_actions::ledger::LedgerLine;
use holdfast_domain::{ledger::LedgerFilter, person::Role, session::FRESH_S, token::Scope};
use http::{Method, StatusCode};
use serde_json::json;

use crate::{
    snapshot::pinned,
    visible::{main, notice},
    world::{PASSWORD, World, email, story},
};

#[story]
async fn who_gets_in_is_changed_only_by_somebody_who_has_just_signed_in(world: World) {
    let admin = world.signed_in(Role::Administrator).await;
    world.clock.pass(1);
    let elsewhere = world.signed_in(Role::Administrator).await;
    let own = admin.read("/api/v1/me/sessions").await.json();
    let session = own["rows"][0]["id"].as_str().unwrap().to_owned();
    let person = world.actor(Role::Analyst).await.person_id;
    let draft = json!({ "email": "new@example.org", "name": "New", "roles": ["analyst"] });
    let token = json!({ "name": "siem", "scopes": ["incidents:read"], "days": 7 });
    let patch = json!({ "name": "Somebody" });
    let asked = [
        (Method::POST, "/api/v1/people".to_owned(), Some(draft)),
        (Method::PATCH, format!("/api/v1/people/{person}"), Some(patch)),
        (Method::POST, format!("/api/v1/people/{person}/invitation"), None),
        (Method::POST, "/api/v1/tokens".to_owned(), Some(token)),
        (Method::DELETE, format!("/api/v1/sessions/{session}"), None),
    ];
    world.clock.pass(FRESH_S);
    for (method, path, body) in &asked {
        let answer = admin.json(method.clone(), path, body.clone(), &[("if-match", "\"v1\"")]).await;
        assert_eq!((answer.status.as_u16(), &*answer.problem()), (403, "sign-in-again"), "{method} {path}");
    }
    let fields = [("name", "A <b>"), ("email", "a@example.org"), ("roles", "analyst"), ("time_zone", "UTC")];
    let kept = admin.post("/people/new", &fields).await.is(403);
    pinned("proof-too-old-a-session", &main(&kept.text()));
    assert!(kept.text().contains("value=\"A &lt;b&gt;\""), "what was typed is sent again, escaped");
    for path in [format!("/people/{person}"), format!("/people/{person}/invite"), "/tokens".into()] {
        assert_eq!(admin.post(&path, &[("version", "1")]).await.status, 403, "{path}");
    }
    for path in [format!("/sessions/{session}/revoke"), format!("/account/sessions/{session}/revoke")] {
        assert_eq!(admin.post(&path, &[]).await.status, 403, "{path}");
    }
    assert_eq!(admin.get("/people").await.status, 200, "reading goes on");
    assert_eq!(elsewhere.get("/account").await.status, 200, "nothing was ended");

    admin.sign_in(&email(Role::Administrator), PASSWORD).await;
    for (method, path, body) in asked {
        let answer = admin.json(method.clone(), &path, body, &[("if-match", "\"v1\"")]).await;
        assert!(answer.status.is_success(), "{method} {path}: {}", answer.text());
    }
}

#[story]
async fn the_current_password_is_guessed_no_faster_than_at_the_door(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    let mut looked_at = 0;
    for _ in 0..60 {
        let fields = [("current_password", "wrong wrong wrong"), ("password", "seven quiet harbours at dusk")];
        match lead.post("/account/password", &fields).await {
            answer if answer.status == StatusCode::UNPROCESSABLE_ENTITY => looked_at += 1,
            answer => {
                assert_eq!(answer.status, 429, "{}", answer.text());
                assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
            }
        }
        world.clock.pass(1);
    }
    assert!((5..=15).contains(&looked_at), "{looked_at} tries were looked at");
    let auditor = world.actor(Role::Auditor).await;
    let page = holdfast_actions::ledger::page(&world.ctx, &auditor, &LedgerFilter::default(), None, 200).await.unwrap();
    let told =
        page.rows.iter().filter_map(LedgerLine::entry).filter(|row| row.kind == "person.password_refused").count();
    assert_eq!(told, looked_at, "each one is in the ledger");
    world.clock.pass(900);
    let fields = [("current_password", PASSWORD), ("password", "seven quiet harbours at dusk")];
    assert_eq!(lead.post("/account/password", &fields).await.status, 303);
}

#[story]
async fn codes_are_tried_at_a_measured_pace_and_each_try_costs_no_more(world: World) {
    let guest = world.guest();
    let fields = [("code", "guess"), ("password", "seven quiet harbours at dusk")];
    for _ in 0..30 {
        assert_eq!(guest.post("/join", &fields).await.status, 422);
    }
    let answer = guest.post("/join", &fields).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"));
    world.clock.pass(60);
    assert_eq!(guest.post("/join", &fields).await.status, 422);
}

#[story]
async fn a_password_that_others_had_is_refused_wherever_one_is_chosen(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    let fields = [("current_password", PASSWORD), ("password", "1qaz2wsx3edc4rfv")];
    let answer = lead.post("/account/password", &fields).await.is(422);
    pinned("proof-known-password", &notice(&answer.text()));
    let joined = world.guest().post("/join", &[("code", "x"), ("password", "PerAsperaAdAstra")]).await;
    pinned("proof-known-password-of-an-invitation", &notice(&joined.text()));
    // 64 characters and more, of any kind and with spaces, are as good as any.
    let long = "ein sehr langer Satz 🦉 mit Ünïcode und Leerzeichen, den sich jemand merken kann".to_owned();
    let fields = [("current_password", PASSWORD), ("password", &*long)];
    assert_eq!(lead.post("/account/password", &fields).await.status, 303);
    assert_eq!(world.guest().sign_in(&email(Role::Lead), &long).await.status, 303);
    let cut = &long[..long.len() - 1];
    assert_eq!(world.guest().sign_in(&email(Role::Lead), cut).await.status, 409, "nothing is cut");
}

#[story]
async fn every_text_says_its_type_and_its_charset_and_no_answer_its_maker(world: World) {
    world.incident().await;
    let token = world.token(Role::Lead, Scope::ALL).await;
    let lead = world.signed_in(Role::Lead).await;
    for (path, kind) in [
        ("/incidents", "text/html; charset=utf-8"),
        ("/nothing", "text/html; charset=utf-8"),
        ("/favicon.svg", "image/svg+xml; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
        ("/ledger/checkpoint", "text/plain; charset=utf-8"),
        ("/incidents/INC-2026-0001/report.pdf", "application/pdf"),
    ] {
        let answer = lead.get(path).await;
        assert_eq!(answer.header("content-type"), kind, "{path}");
        for untold in ["server", "x-powered-by", "access-control-allow-origin", "via"] {
            assert_eq!(answer.header(untold), "", "{path}: {untold}");
        }
    }
    // JSON is UTF-8 by its own standard.
    for (path, kind) in [("/api/v1/incidents", "application/json"), ("/api/v1/nothing", "application/problem+json")] {
        assert_eq!(world.read(&token, path).await.header("content-type"), kind, "{path}");
    }
}

#[story]
async fn preferences_too_are_kept_to_this_host_and_to_tls(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    let theme = lead.post("/account/theme", &[("theme", "dark")]).await;
    let columns = lead.get("/incidents?col=severity&col=status").await;
    for (answer, start) in [(&theme, "__Host-theme=dark; "), (&columns, "__Host-incident_columns=")] {
        let line = answer.header("set-cookie");
        assert!(line.starts_with(start), "{line}");
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(line.split("; ").any(|own| own == part), "{part} in {line}");
        }
        assert!(!line.contains("Domain"), "{line}");
    }
    let dark = |name: &str| {
        let request = Request::builder().uri("/account").header("accept", "text/html");
        lead.send(request.header("cookie", format!("{name}=dark")), Body::empty())
    };
    assert!(dark("__Host-theme").await.text().contains("data-theme=\"dark\""));
    assert!(!dark("theme").await.text().contains("data-theme=\"dark\""), "a sibling host could set it");
}

#[story]
async fn signing_in_well_and_badly_is_in_the_ledger(world: World) {
    let auditor = world.actor(Role::Auditor).await;
    let told = async |kind: &str| {
        let page =
            holdfast_actions::ledger::page(&world.ctx, &auditor, &LedgerFilter::default(), None, 200).await.unwrap();
        page.rows.iter().filter_map(LedgerLine::entry).filter(|row| row.kind == kind).count()
    };
    let browser = world.signed_in(Role::Lead).await;
    world.guest().sign_in(&email(Role::Lead), "wrong wrong wrong").await;
    world.guest().sign_in("nobody@example.org", "wrong wrong wrong").await;
    browser.post("/sign-out", &[]).await;
    assert_eq!(told("session.signed_in").await, 1);
    assert_eq!(told("session.sign_in_failed").await, 1, "of accounts that are there");
    assert_eq!(told("session.signed_out").await, 1);
}
