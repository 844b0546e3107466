//! The table of access: every route with everybody, through the real router, and the lists that
//! must agree with it.

use std::{collections::BTreeSet, fmt::Write as _};

use axum::{body::Body, extract::Request};
use futures::TryStreamExt as _;
use holdfast_actions::token;
use holdfast_app::pages::{FORMS, PAGES, Requirement};
use holdfast_domain::{
    person::Role,
    token::{Scope, Scopes, TokenDraft},
};
use holdfast_server::{
    guard::{Kind, would_pass},
    rate_limit::Cost,
    router::{AccessRow, Routes},
};
use http::{Method, StatusCode};
use serde_json::Value;

use crate::{
    snapshot::pinned,
    world::{Browser, World, story},
};

/// Stands for a part of a path that names something which is not there.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

fn concrete(path: &str) -> String {
    path.replace("{reference}", "INC-2026-9999")
        .replace("{id}", NOBODY)
        .replace("{seq}", "999999")
        .replace("{milestone}", "detect")
        .replace("{file}", "nothing.css")
}

async fn call(browser: &Browser, row: &AccessRow) -> StatusCode {
    let path = concrete(&row.path);
    let accept = if matches!(row.gate.kind, Kind::Page | Kind::Form | Kind::File) { "text/html" } else { "*/*" };
    let request = Request::builder()
        .method(row.method.clone())
        .uri(path)
        .header("accept", accept)
        .header("sec-fetch-site", "same-origin");
    let (kind, body) = match (row.gate.kind, &row.method) {
        (_, &Method::GET) => (None, Body::empty()),
        (Kind::Form, _) => (Some("application/x-www-form-urlencoded"), Body::from("x=1")),
        _ => (Some("application/json"), Body::from("{}")),
    };
    let request = match kind {
        Some(kind) => request.header("content-type", kind),
        None => request,
    };
    let answer = browser.send(request, body).await;
    assert!(!answer.status.is_server_error(), "{} {}: {}", row.method, row.path, answer.text());
    answer.status
}

/// What a guest is told where somebody must be signed in.
fn refusal_of_a_guest(row: &AccessRow) -> StatusCode {
    match row.gate.kind {
        Kind::Page | Kind::File => StatusCode::SEE_OTHER,
        // A file that is too large to be kept for a second try leads to the door.
        Kind::Form if row.gate.cost == Cost::Upload => StatusCode::SEE_OTHER,
        Kind::Form | Kind::Api => StatusCode::UNAUTHORIZED,
        Kind::Open => StatusCode::OK,
    }
}

#[story]
async fn every_route_lets_in_whom_the_table_names_and_nobody_else(world: World) {
    let routes = Routes::all(world.server.clone());
    let mut cells = 0;
    for row in routes.table() {
        cells += 1;
        let status = call(&world.guest(), row).await;
        if would_pass(row.gate.may, None) {
            assert!(!matches!(status.as_u16(), 401 | 403), "guest {} {}: {status}", row.method, row.path);
        } else {
            assert_eq!(status, refusal_of_a_guest(row), "guest {} {}", row.method, row.path);
        }
    }
    for role in Role::ALL {
        let actor = world.actor(*role).await;
        let mut browser = world.signed_in(*role).await;
        for row in routes.table() {
            cells += 1;
            if browser.cookie().is_none() {
                // The route before was the one that signs out.
                browser = world.signed_in(*role).await;
            }
            let status = call(&browser, row).await;
            let passes = would_pass(row.gate.may, Some(&actor));
            let refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
            assert_eq!(!passes, refused, "{role} {} {}: {status}", row.method, row.path);
            assert!(!status.is_server_error(), "{role} {} {}: {status}", row.method, row.path);
        }
    }
    assert!(cells > 400, "{cells} cells");
}

#[story]
async fn the_published_table_is_the_one_the_router_is_built_from(world: World) {
    let table = published(&world).await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/access-table.md");
    let known = std::fs::read_to_string(path).unwrap_or_default();
    if known != table {
        std::fs::write(path, &table).unwrap();
        panic!("docs/access-table.md was out of date and is written anew: look at it and commit it");
    }
}

async fn published(world: &World) -> String {
    let mut text = String::from(
        "# Who may ask for what\n\nWritten by a test from the list that the router is built from. `yes` is that the role may ask; \
         what it may do to one incident is decided again on that incident (crates/domain/src/access.rs), and restricted \
         incidents do not exist for those outside their team. A token may ask for REST only, within its scopes and its \
         owner's role.\n\n| method | path | needs | guest | administrator | lead | analyst | executive | auditor |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let routes = Routes::all(world.server.clone());
    let mut rows: Vec<&AccessRow> = routes.table().iter().collect();
    rows.sort_by_key(|row| (row.path.clone(), row.method.to_string()));
    for row in rows {
        let needs = match row.gate.may {
            Requirement::Public => "nothing".to_owned(),
            Requirement::SignedIn => "a session".to_owned(),
            Requirement::Permission(permission) => format!("`{permission}`"),
        };
        write!(text, "| {} | `{}` | {needs} |", row.method, row.path).unwrap();
        let mark = |passes: bool| if passes { " yes |" } else { " – |" };
        text += mark(would_pass(row.gate.may, None));
        for role in Role::ALL {
            text += mark(would_pass(row.gate.may, Some(&world.actor(*role).await)));
        }
        text.push('\n');
    }
    text
}

#[story]
async fn no_page_or_described_route_is_outside_the_list(world: World) {
    let routes = Routes::all(world.server.clone());
    let listed: BTreeSet<(String, String)> =
        routes.table().iter().map(|row| (row.method.to_string(), row.path.clone())).collect();
    assert_eq!(listed.len(), routes.table().len(), "a route is listed twice");

    let pages: BTreeSet<String> = PAGES.iter().map(|page| page.path.to_owned()).collect();
    for form in FORMS {
        assert!(pages.contains(form.path), "{} has no page to be shown on again", form.path);
    }
    for (path, item) in &routes.openapi().paths.paths {
        for method in holdfast_server::api::openapi::methods(item) {
            assert!(listed.contains(&(method.to_string(), path.clone())), "{method} {path}");
        }
    }
    let rest = routes.table().iter().filter(|row| row.path.starts_with("/api/v1/"));
    for row in rest {
        assert!(routes.openapi().paths.paths.contains_key(&row.path), "{} is not described", row.path);
    }
}

#[story]
async fn a_method_that_a_route_has_not_is_405_and_an_unknown_path_404(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    for (method, path) in
        [("DELETE", "/incidents"), ("PUT", "/api/v1/incidents"), ("TRACE", "/"), ("OPTIONS", "/sign-in")]
    {
        let request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
        let answer = lead.send(request, Body::empty()).await;
        assert_eq!(answer.status, 405, "{method} {path}");
        assert_eq!(answer.problem(), "method-not-allowed");
        assert!(answer.header("allow").contains("GET"), "{method} {path}");
    }
    for path in [
        "/api/v1/nothing",
        "/api/v2",
        "/api/fn/incident/list",
        "/case/1/x.css",
        "/pkg/",
        "/pkg/manifest.json",
        "/pkg/..%2fCargo.toml",
    ] {
        let answer = lead.send(Request::builder().uri(path), Body::empty()).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::NOT_FOUND, "not-found"), "{path}");
    }
    let page = lead.get("/nothing/here").await.is(404);
    assert!(page.header("content-type").starts_with("text/html"));
}

#[story]
async fn a_token_opens_rest_within_its_scopes_and_nothing_else(world: World) {
    use holdfast_domain::token::Scope;
    world.incident().await;
    let reader = world.token(Role::Lead, &[Scope::IncidentsRead]).await;
    let get = async |path: &str| world.read(&reader, path).await.status.as_u16();
    assert_eq!(get("/api/v1/incidents").await, 200);
    assert_eq!(get("/api/v1/me").await, 200);
    for path in [
        "/api/v1/ledger/checkpoint",
        "/api/v1/people",
        "/api/v1/tokens",
        "/api/v1/me/sessions",
        "/incidents",
        "/account",
    ] {
        assert_eq!(get(path).await, 403, "{path}");
    }
    let body = serde_json::json!({ "title": "x", "severity": "sev3", "category": "other" });
    assert_eq!(world.post(&reader, "/api/v1/incidents", body).await.status, 403);
    world.clock.pass(31 * 86_400);
    assert_eq!(get("/api/v1/incidents").await, 401, "past its end");
}

#[story]
async fn a_token_that_opens_nothing_is_told_so_and_never_why(world: World) {
    let lead = world.actor(Role::Lead).await;
    let draft = TokenDraft { name: "SIEM".into(), scopes: Scopes(vec![Scope::IncidentsRead]), days: 1 };
    let (revoked, revoked_secret) = token::create(&world.ctx, &lead, &draft).await.unwrap();
    token::revoke(&world.ctx, &lead, revoked.id).await.unwrap();
    let (_, expired) = token::create(&world.ctx, &lead, &draft).await.unwrap();
    world.clock.pass(86_401);
    let mut said = Vec::new();
    for secret in ["holdfast_nonsense", "x", &*revoked_secret, &*expired] {
        let answer = world.read(secret, "/api/v1/incidents").await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (401, "token-refused"), "{secret}");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
        said.push(answer.json()["title"].as_str().unwrap().to_owned());
    }
    pinned("access-token-refused", &said[0]);
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
    let nobody = world.send(http::Request::get("/api/v1/incidents").body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!((nobody.problem().as_str(), nobody.header("www-authenticate")), ("signed-out", "Bearer"));
}

#[story]
async fn denials_of_one_person_and_kind_are_one_entry_a_minute_that_counts_the_others(world: World) {
    let (analyst, auditor) = (world.signed_in(Role::Analyst).await, world.actor(Role::Auditor).await);
    let token = world.token(Role::Analyst, Scope::ALL).await;
    // Of each entry about this permission, how many had none since the one before.
    let denials = async |permission: &str| {
        let entries = holdfast_actions::ledger::export(&world.ctx, &auditor, 0, None).await.unwrap();
        let entries: Vec<String> = entries.try_concat().await.unwrap();
        let of_it = entries.iter().filter(|entry| entry.contains("\"access.denied\"") && entry.contains(permission));
        let left_out = of_it.map(|entry| serde_json::from_str::<Value>(entry).unwrap()["data"]["left_out"].as_u64());
        left_out.collect::<Vec<_>>()
    };
    for _ in 0..30 {
        analyst.get("/settings").await.is(403);
        world.bearer(&token, Method::PATCH, "/api/v1/org", None).await.is(403);
    }
    assert_eq!(denials("settings.edit").await, [None]);
    analyst.get("/people/new").await.is(403);
    assert_eq!(denials("person.add").await, [None], "another kind is another entry");
    world.clock.pass(59);
    analyst.get("/settings").await.is(403);
    assert_eq!(denials("settings.edit").await, [None]);
    world.clock.pass(1);
    analyst.get("/settings").await.is(403);
    assert_eq!(denials("settings.edit").await, [None, Some(60)]);
}
