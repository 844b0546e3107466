//! Headers that every answer carries, whatever made it.

use std::collections::BTreeSet;

use axum::{body::Body, extract::Request};
use holdfast_domain::person::Role;
use http::Method;

use crate::world::{Answer, SITE, World, story};

fn check(what: &str, answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    assert_eq!(answer.header("reporting-endpoints"), format!("csp=\"{SITE}/csp-report\""), "{what}");
    assert!(answer.header("permissions-policy").contains("camera=()"), "{what}");
    let id = answer.header("x-request-id");
    assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{what}: {id}");
    let policy = answer.header("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "report-to csp"] {
        assert!(policy.contains(part), "{what}: {part} in {policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{what}: {policy}");
    if answer.header("content-type").starts_with("text/html") {
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
        let page = answer.text();
        for script in page.split("<script").skip(1) {
            assert!(script.split('>').next().unwrap().contains(nonce), "{what}: a script without the nonce");
        }
        assert!(!page.contains(" onclick=") && !page.contains(" style="), "{what}: inline code");
    } else {
        assert!(policy.contains("sandbox"), "{what}: {policy}");
    }
    let keeps = answer.header("cache-control");
    assert!(keeps == "no-store" || keeps.ends_with("immutable"), "{what}: {keeps}");
}

#[story]
async fn every_answer_has_them_also_when_nothing_was_found_or_done(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    let guest = world.guest();
    world.incident().await;
    for path in [
        "/",
        "/incidents",
        "/incidents/new",
        "/incidents/INC-2026-0001",
        "/incidents/INC-2026-0001/history",
        "/ledger",
        "/ledger/checkpoint",
        "/ledger/entries",
        "/account",
        "/nothing",
        "/people/new",
        "/incidents/INC-2026-9999",
    ] {
        check(path, &lead.get(path).await);
        check(path, &guest.get(path).await);
    }
    for path in
        ["/sign-in", "/healthz", "/readyz", "/favicon.svg", "/pkg/nothing.js", "/api/v1/incidents", "/api/v1/nothing"]
    {
        check(path, &guest.read(path).await);
    }
    check("refused form", &lead.post("/incidents/new", &[("title", "")]).await);
    check("wrong password", &guest.sign_in("x@example.org", "y").await);
    check("no form", &lead.json(Method::POST, "/incidents/new", Some(serde_json::json!({})), &[]).await);
    check("405", &lead.json(Method::DELETE, "/incidents", None, &[]).await);
    let large = Request::builder()
        .method(Method::POST)
        .uri("/sign-in")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(vec![b'a'; 2 * 1024 * 1024]))
        .unwrap();
    let answer = world.send(large).await.is(413);
    check("413", &answer);
}

#[story]
async fn a_nonce_is_never_used_twice(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        let page = lead.get("/incidents").await;
        let nonce = page.header("content-security-policy").split("'nonce-").nth(1).unwrap()[..22].to_owned();
        assert!(page.text().contains(&format!("nonce=\"{nonce}\"")), "the page's nonce is the header's");
        assert!(seen.insert(nonce));
    }
}

#[story]
async fn downloads_are_attachments(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    world.incident().await;
    for path in ["/ledger/checkpoint", "/ledger/vkey", "/ledger/entries", "/ledger/proof/0", "/ledger/verify.sh"] {
        let answer = lead.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-disposition").starts_with("attachment; filename=\""), "{path}");
    }
    let pdf = lead.get("/incidents/INC-2026-0001/report.pdf").await.is(200);
    assert_eq!(pdf.header("content-disposition"), "attachment; filename=\"INC-2026-0001-summary.pdf\"");
    assert!(pdf.body.starts_with(b"%PDF-"));
}

#[story]
async fn pages_travel_compressed(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    for encoding in ["br", "gzip"] {
        let request =
            Request::builder().uri("/incidents").header("accept", "text/html").header("accept-encoding", encoding);
        let answer = lead.send(request, Body::empty()).await;
        assert_eq!(answer.header("content-encoding"), encoding);
        assert!(answer.header("vary").to_lowercase().contains("accept-encoding"));
        assert!(answer.body.len() < 15_000, "{} bytes by {encoding}", answer.body.len());
    }
}
