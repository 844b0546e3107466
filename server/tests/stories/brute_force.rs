//! Brute force: passwords guessed at every form and all at once, and whether the answers give an account away.

use std::sync::Arc;

use axum::{body::Body, extract::Request};
use holdfast_domain::person::Role;
use holdfast_store::Queryable as _;
use http::{Method, StatusCode};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::world::{Answer, Browser, PASSWORD, World, email, story};

async fn try_in(world: &World, address: &str, password: &str) -> Answer {
    world.guest().sign_in(address, password).await
}

#[story]
async fn a_hundred_tries_at_once_are_looked_at_no_more_often_than_one_after_another(world: World) {
    let tries = (0..100).map(|_| {
        let world = world.clone();
        tokio::spawn(async move { try_in(&world, &email(Role::Lead), "wrong wrong wrong").await.status })
    });
    let mut looked_at = 0;
    for status in futures::future::join_all(tries).await {
        match status.unwrap() {
            StatusCode::CONFLICT => looked_at += 1,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {}
            other => panic!("{other}"),
        }
    }
    assert!((1..=15).contains(&looked_at), "{looked_at} tries were looked at");
    assert_eq!(try_in(&world, &email(Role::Lead), PASSWORD).await.status, 429);
}

#[story]
async fn a_stolen_session_guesses_the_password_no_faster_than_the_door(world: World) {
    let thief = world.signed_in(Role::Lead).await;
    let mut looked_at = 0;
    for number in 0..60 {
        let guess = format!("wrong guess {number}");
        let fields = [("current_password", &*guess), ("password", "seven quiet harbours at dusk")];
        match thief.post("/account/password", &fields).await.status {
            StatusCode::UNPROCESSABLE_ENTITY => looked_at += 1,
            StatusCode::TOO_MANY_REQUESTS => {}
            other => panic!("{other}"),
        }
        world.clock.pass(1);
    }
    assert!((5..=15).contains(&looked_at), "{looked_at} guesses were looked at");
    // It is no lasting lock, and none at the door, where the thief could keep the owner out.
    try_in(&world, &email(Role::Lead), PASSWORD).await.is(303);
    world.clock.pass(901);
    let fields = [("current_password", PASSWORD), ("password", "seven quiet harbours at dusk")];
    assert_eq!(thief.post("/account/password", &fields).await.status, 303);
    assert_eq!(try_in(&world, &email(Role::Lead), "seven quiet harbours at dusk").await.status, 303);
}

#[story]
async fn a_stranger_who_guesses_keeps_nobody_out_of_their_own_browser_or_account(world: World) {
    let own = world.signed_in(Role::Lead).await;
    let (lead, next) = (email(Role::Lead), "seven quiet harbours at dusk");
    // Signed out for longer than a session lasts, and guessed at for as long.
    for _ in 0..60 {
        try_in(&world, &lead, "wrong wrong wrong").await;
        world.clock.pass(900);
    }
    for _ in 0..15 {
        try_in(&world, &lead, "wrong wrong wrong").await;
    }
    try_in(&world, &lead, PASSWORD).await.is(429);
    assert_eq!(own.get("/account").await.status, 303, "the session has ended");
    own.sign_in(&lead, PASSWORD).await.is(303);
    let fields = [("current_password", PASSWORD), ("password", next)];
    own.post("/account/password", &fields).await.is(303);
    own.sign_in(&lead, next).await.is(303);
    // What is right there is not counted here, and takes nothing back.
    try_in(&world, &lead, next).await.is(429);
}

#[story]
async fn a_browser_is_known_for_those_who_signed_in_by_it_and_has_its_own_measure_of_guesses(world: World) {
    let desk = world.signed_in(Role::Lead).await;
    desk.sign_in(&email(Role::Analyst), PASSWORD).await.is(303);
    let devices = desk.devices();
    let secrets: Vec<&str> = devices.split('.').collect();
    assert_eq!(secrets.len(), 2, "one secret for each who signed in by it");
    let rows: Vec<Vec<u8>> = world.ctx.db().query("SELECT secret_hash FROM devices").scalars().await.unwrap();
    let hashes: Vec<Vec<u8>> = secrets.iter().map(|secret| Sha256::digest(secret).to_vec()).collect();
    assert!(rows.len() == 2 && rows.iter().all(|hash| hashes.contains(hash)), "only hashes are kept");
    // A cookie that was taken is worth a measure of guesses, for those people alone, and locks out nobody.
    let guess = async |address: &str| {
        let thief = world.guest();
        thief.plant_devices(&devices);
        thief.sign_in(address, "wrong wrong wrong").await.status
    };
    let (lead, auditor) = (email(Role::Lead), email(Role::Auditor));
    let mut looked_at = 0;
    for _ in 0..60 {
        looked_at += usize::from(guess(&lead).await == StatusCode::CONFLICT);
        world.clock.pass(1);
    }
    assert!((5..=15).contains(&looked_at), "{looked_at} guesses were looked at");
    try_in(&world, &lead, PASSWORD).await.is(303);
    desk.sign_in(&email(Role::Analyst), PASSWORD).await.is(303);
    for _ in 0..10 {
        try_in(&world, &auditor, "wrong wrong wrong").await.is(409);
    }
    assert_eq!(guess(&auditor).await, StatusCode::TOO_MANY_REQUESTS, "a stranger there like anybody");
}

#[story]
async fn ten_right_passwords_at_once_are_all_right_and_none_is_counted(world: World) {
    let known = Arc::new(world.signed_in(Role::Lead).await.devices());
    for devices in [Arc::default(), known] {
        for _ in 0..3 {
            let tries = (0..10).map(|_| {
                let (world, devices) = (world.clone(), Arc::clone(&devices));
                tokio::spawn(async move {
                    let browser = world.guest();
                    browser.plant_devices(&devices);
                    browser.sign_in(&email(Role::Lead), PASSWORD).await.status
                })
            });
            for status in futures::future::join_all(tries).await {
                assert_eq!(status.unwrap(), StatusCode::SEE_OTHER);
            }
        }
    }
}

#[story]
async fn every_other_way_to_send_a_password_is_refused_before_it_is_looked_at(world: World) {
    let right = serde_urlencoded::to_string([("email", &*email(Role::Lead)), ("password", PASSWORD)]).unwrap();
    let json = json!({ "email": email(Role::Lead), "password": PASSWORD }).to_string();
    let form = "application/x-www-form-urlencoded";
    for (method, path, kind, body) in [
        ("PUT", "/sign-in".to_owned(), form, right.clone()),
        ("PATCH", "/sign-in".into(), form, right.clone()),
        ("DELETE", "/sign-in".into(), form, right.clone()),
        ("POST", "/sign-in".into(), "application/json", json.clone()),
        ("POST", "/sign-in".into(), "text/plain", right.clone()),
        ("POST", "/sign-in".into(), "multipart/form-data; boundary=b", format!("--b\r\n\r\n{right}\r\n--b--\r\n")),
        ("GET", format!("/sign-in?{right}"), form, String::new()),
        ("POST", format!("/sign-in?{right}"), form, String::new()),
        ("POST", "/sign-in/".into(), form, right.clone()),
        ("POST", "//sign-in".into(), form, right.clone()),
        ("POST", "/api/v1/sign-in".into(), "application/json", json),
    ] {
        let browser = world.guest();
        let request = Request::builder().method(method).uri(&path).header("content-type", kind);
        let request = request.header("sec-fetch-site", "same-origin").header("x-http-method-override", "POST");
        let answer = browser.send(request, Body::from(body)).await;
        assert_ne!(answer.status, 303, "{method} {path} {kind}");
        assert_eq!(browser.cookie(), None, "{method} {path} {kind}: {}", answer.text());
    }
    // A basic login is none of ours, and a password is no token.
    for authorization in
        ["Basic bGVhZEBleGFtcGxlLm9yZzpjb3BwZXI=", &format!("Bearer {PASSWORD}"), "Bearer ", "bearer holdfast_"]
    {
        let answer = world.guest().json(Method::GET, "/api/v1/me", None, &[("authorization", authorization)]).await;
        assert_eq!(answer.status, 401, "{authorization}");
    }
}

/// What an answer says, but for what is new in each: the nonce, the number, what was typed.
fn said(answer: &Answer, typed: &str) -> (StatusCode, Vec<(String, String)>, String) {
    let policy = answer.header("content-security-policy").to_owned();
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or("-").to_owned();
    let id = answer.header("x-request-id").to_owned();
    let plain = |text: &str| text.replace(&nonce, "N").replace(&id, "R").replace(typed, "T");
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), plain(value.to_str().unwrap())));
    (answer.status, headers.filter(|(name, _)| name != "content-length").collect(), plain(&answer.text()))
}

#[story]
async fn the_door_says_the_same_byte_for_byte_whoever_knocks(world: World) {
    let off = world.person("off@example.org", Role::Analyst).await;
    let admin = world.signed_in(Role::Administrator).await;
    let path = format!("/api/v1/people/{off}");
    let patch = Some(json!({ "disabled": true }));
    assert_eq!(admin.json(Method::PATCH, &path, patch, &[("if-match", "\"v1\"")]).await.status, 200);
    let invited = json!({ "email": "new@example.org", "name": "New", "roles": ["analyst"] });
    assert_eq!(admin.json(Method::POST, "/api/v1/people", Some(invited), &[]).await.status, 201);
    let ask = async |address: &str, password: &str| said(&try_in(&world, address, password).await, address);
    let mistyped = ask(&email(Role::Lead), "wrong wrong wrong").await;
    assert_eq!(mistyped.0, StatusCode::CONFLICT);
    let long = "x".repeat(200_000);
    for (address, password) in [
        ("nobody@example.org", "wrong wrong wrong"),
        ("off@example.org", PASSWORD),
        ("off@example.org", "wrong wrong wrong"),
        ("new@example.org", "wrong wrong wrong"),
        ("new@example.org", ""),
        (&*email(Role::Analyst), ""),
        (&*email(Role::Auditor), " "),
        (&*email(Role::Executive), &*long),
        ("nobody@example.net", &*long),
    ] {
        assert_eq!(ask(address, password).await, mistyped, "{address} with {} characters", password.len());
    }
    // Waiting is asked of those who are there and of those who are not.
    let mut waits = Vec::new();
    for address in ["ghost@example.org", "off@example.org", &*email(Role::Executive)] {
        for _ in 0..10 {
            try_in(&world, address, "wrong").await;
        }
        let answer = try_in(&world, address, "wrong").await;
        assert_eq!(answer.status, 429, "{address}");
        waits.push(answer.text().replace(address, "T").len());
        world.clock.pass(120);
    }
    // A code that is not good says the same as one that never was.
    let join = async |code: &str| {
        let fields = [("code", code), ("password", "seven quiet harbours at dusk")];
        said(&world.guest().post("/join", &fields).await, code)
    };
    let never = join("AAAAAAAAAAAAAAAAAAAAAAAAAAA").await;
    assert_eq!(never.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(join("BBBB").await, never);
}

#[story]
async fn odd_passwords_are_compared_whole(world: World) {
    let browser = world.signed_in(Role::Analyst).await;
    let long = format!("a long sentence about lighthouses {}", "x".repeat(60));
    let set = async |browser: &Browser, from: &str, to: &str| {
        browser.post("/account/password", &[("current_password", from), ("password", to)]).await.status
    };
    for short in ["", " ", "short", "analyst@example.org", "password123456", &*"a".repeat(14)] {
        assert_eq!(set(&browser, PASSWORD, short).await, StatusCode::UNPROCESSABLE_ENTITY, "{short:?}");
    }
    assert_eq!(set(&browser, PASSWORD, &long).await, StatusCode::SEE_OTHER, "64 and more are taken");
    let address = email(Role::Analyst);
    for near in [&long[..long.len() - 1], &format!("{long}x"), &long.to_uppercase(), &format!(" {long}"), &long[..72]] {
        assert_eq!(try_in(&world, &address, near).await.status, 409, "{near:?}");
        world.clock.pass(60);
    }
    assert_eq!(try_in(&world, &address, &format!("{long}\0")).await.status, 400);
    assert_eq!(try_in(&world, &address, &long).await.status, 303);
}

#[story]
async fn whoever_has_no_code_keeps_nobody_from_signing_in(world: World) {
    let fields = [("code", "AAAAAAAAAAAAAAAAAAAAAAAAAAA"), ("password", "seven quiet harbours at dusk")];
    let tries = (0..100).map(|_| {
        let world = world.clone();
        tokio::spawn(async move { world.guest().post("/join", &fields).await.status })
    });
    for status in futures::future::join_all(tries).await {
        // The work of a password's hash is for those alone whose code is good, so its queue stays free; past
        // the pace of one address nothing is looked at.
        let status = status.unwrap();
        assert!(matches!(status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::TOO_MANY_REQUESTS), "{status}");
    }
}
