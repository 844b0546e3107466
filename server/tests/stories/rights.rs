//! Nobody gives themselves or others more than they have: rights over people, tokens and passwords, by
//! every door. And what an answer holds when something is broken: nothing of the inside.

use axum::{body::Body, extract::Request};
use holdfast_domain::{person::Role, token::Scope};
use holdfast_server::router::Routes;
use http::Method;
use serde_json::json;

use crate::{
    fixtures::filled,
    rows,
    world::{COOKIE, World, story},
};

#[story]
async fn nobody_but_an_administrator_touches_people_and_none_touches_a_password(world: World) {
    let admin = world.actor(Role::Administrator).await.person_id;
    let before = rows::all(&world).await;
    let person = format!("/api/v1/people/{admin}");
    let etag = [("if-match", "\"v1\"")];
    for role in [Role::Lead, Role::Analyst, Role::Executive, Role::Auditor] {
        let own = world.actor(role).await.person_id;
        let browser = world.signed_in(role).await;
        let token = (role != Role::Executive).then(|| world.token(role, Scope::ALL));
        let sends = [
            (Method::PATCH, person.clone(), json!({ "disabled": true })),
            (Method::PATCH, format!("/api/v1/people/{own}"), json!({ "roles": ["administrator"] })),
            (Method::POST, format!("{person}/invitation"), json!({})),
            (Method::POST, format!("/api/v1/people/{own}/invitation"), json!({})),
            (
                Method::POST,
                "/api/v1/people".into(),
                json!({ "email": "e@example.org", "name": "E", "roles": ["administrator"] }),
            ),
        ];
        for (method, path, body) in &sends {
            let answer = browser.json(method.clone(), path, Some(body.clone()), &etag).await;
            assert_eq!(answer.status, 403, "{role} {method} {path}: {}", answer.text());
        }
        for path in
            ["/people/new".to_owned(), format!("/people/{admin}"), format!("/people/{own}/invite"), "/settings".into()]
        {
            let fields = [
                ("version", "1"),
                ("name", "Own"),
                ("roles", "administrator"),
                ("email", "e@example.org"),
                ("time_zone", "UTC"),
            ];
            assert_eq!(browser.post(&path, &fields).await.status, 403, "{role} {path}");
        }
        if let Some(token) = token {
            let token = token.await;
            for (method, path, body) in &sends {
                let answer = world.bearer_with(&token, method.clone(), path, Some(body.clone()), &etag).await;
                assert_eq!(answer.status, 403, "token of {role} {method} {path}");
            }
            let more = json!({ "name": "more", "scopes": ["incidents:write"], "days": 9 });
            assert_eq!(world.post(&token, "/api/v1/tokens", more).await.status, 403, "{role}");
        }
    }
    let mut after = rows::all(&world).await;
    // They signed in and made tokens, which is on record.
    after.retain(|table, _| table == "people" || table == "codes" || table == "orgs");
    rows::same(&before, &after, "rights over people");
}

#[story]
async fn an_administrators_token_has_no_power_over_people_and_the_last_one_stays(world: World) {
    let own = world.actor(Role::Administrator).await.person_id;
    let other = world.actor(Role::Lead).await.person_id;
    let token = world.token(Role::Administrator, Scope::ALL).await;
    let etag = [("if-match", "\"v1\"")];
    for (path, body) in [
        (format!("/api/v1/people/{other}"), json!({ "roles": ["administrator"] })),
        (format!("/api/v1/people/{own}"), json!({ "disabled": true })),
    ] {
        assert_eq!(world.bearer_with(&token, Method::PATCH, &path, Some(body), &etag).await.status, 403, "{path}");
    }
    assert_eq!(world.read(&token, "/api/v1/sessions").await.status, 403);
    let admin = world.signed_in(Role::Administrator).await;
    for body in [json!({ "disabled": true }), json!({ "roles": ["lead"] }), json!({ "roles": [] })] {
        let answer = admin.json(Method::PATCH, &format!("/api/v1/people/{own}"), Some(body.clone()), &etag).await;
        assert!(matches!(answer.status.as_u16(), 409 | 422), "{body}: {}", answer.text());
    }
    let fields = [("version", "1"), ("name", "Ada"), ("time_zone", "UTC"), ("roles", "auditor")];
    assert_eq!(admin.post(&format!("/people/{own}"), &fields).await.status, 409);
    assert_eq!(admin.get("/people").await.status, 200);
}

#[story]
async fn a_new_role_counts_at_once_and_ends_the_sessions_of_the_old_one(world: World) {
    let analyst = world.signed_in(Role::Analyst).await;
    let token = world.token(Role::Analyst, Scope::ALL).await;
    let id = world.actor(Role::Analyst).await.person_id;
    let admin = world.signed_in(Role::Administrator).await;
    let patch = Some(json!({ "roles": ["executive"] }));
    let path = format!("/api/v1/people/{id}");
    assert_eq!(admin.json(Method::PATCH, &path, patch, &[("if-match", "\"v1\"")]).await.status, 200);
    assert_eq!(analyst.read("/api/v1/me").await.status, 401);
    assert_eq!(world.read(&token, "/api/v1/incidents").await.status, 403);
    let again = world.signed_in(Role::Analyst).await;
    assert_eq!(again.get("/incidents").await.status, 403);
}

/// Bytes that break what reads them: cookies, tokens, forms, JSON.
const BROKEN: [&[u8]; 8] = [
    b"\xff\xfe\x00",
    b"{\"a\":",
    b"[[[[[[[[[[",
    b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"",
    b"a=%zz&%=%ff",
    b"' OR 1=1; DROP TABLE people; --",
    b"\x1f\x8b\x08\x00broken gzip",
    b"PK\x03\x04broken zip",
];

#[story]
async fn no_answer_to_what_is_broken_tells_of_the_inside_on_any_route(world: World) {
    let incident = world.incident().await;
    let lead = world.signed_in(Role::Lead).await;
    let cookie = lead.cookie().unwrap();
    let routes = Routes::all(world.server.clone());
    let secret = hex::encode([7; 32]);
    for row in routes.table().iter().filter(|row| row.path != "/sign-out") {
        let path = filled(&row.path, &incident.reference, "%ff%fe").replace("{file}", "x");
        let kinds = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"];
        for (number, body) in BROKEN.iter().enumerate() {
            let kind = kinds[number % kinds.len()];
            let request = Request::builder()
                .method(row.method.clone())
                .uri(&path)
                .header("sec-fetch-site", "same-origin")
                .header("content-type", kind)
                .header("content-digest", "sha-256=:broken:")
                .header("if-match", "\"v99999999999999999999\"")
                .header("range", "bytes=9-1,x")
                .header("idempotency-key", "\u{fffd}")
                .header("cookie", format!("{COOKIE}={cookie}; theme=\"<script>\"; incident_columns=%00.%ff"));
            if row.method != Method::GET && number > 3 {
                world.clock.pass(3);
            }
            let answer = world.send(request.body(Body::from(body.to_vec())).unwrap()).await;
            let text = answer.text();
            assert!(answer.status.as_u16() < 500, "{} {path} {number}: {text}", row.method);
            for inside in
                ["sqlx", "SELECT", "INSERT", "panicked", ".rs:", "/root", "/tmp", "RUST_", "$argon2", &secret, &cookie]
            {
                assert!(!text.contains(inside), "{} {path} {number}: {inside} in {text}", row.method);
            }
        }
    }
}
