//! The life of a session: it begins anew, ends for good, and is cut when the account is.

use axum::{body::Body, extract::Request};
use holdfast_domain::{
    person::Role,
    session::{ABSOLUTE_S, IDLE_S},
};
use http::{Method, StatusCode, header};

use crate::{
    snapshot::pinned,
    visible::{main, notice},
    world::{COOKIE, PASSWORD, World, email, story},
};

#[story]
async fn the_cookie_is_kept_from_scripts_other_sites_and_plain_http(world: World) {
    let browser = world.guest();
    let answer = browser.sign_in(&email(Role::Lead), PASSWORD).await.is(303);
    let lines = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
    let [device, line]: [&str; 2] = lines.collect::<Vec<_>>().try_into().unwrap();
    assert!(line.starts_with(&format!("{COOKIE}=")), "{line}");
    assert!(device.starts_with(&format!("{COOKIE}-device=")), "{device}");
    for (line, site) in [(line, "SameSite=Lax"), (device, "SameSite=Strict")] {
        for part in ["HttpOnly", site, "Secure", "Path=/"] {
            assert!(line.split("; ").any(|own| own == part), "{part} in {line}");
        }
        assert!(!line.contains("Domain"), "{line}");
    }
    assert!(!line.contains("Max-Age") && device.contains("Max-Age=34560000"), "{line} {device}");
    // 128 random bits in base64.
    assert_eq!(browser.cookie().unwrap().len(), 22);
}

#[story]
async fn a_planted_session_id_is_worth_nothing_after_signing_in(world: World) {
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    let victim = world.guest();
    victim.plant(planted);
    victim.sign_in(&email(Role::Lead), PASSWORD).await;
    assert_ne!(victim.cookie().as_deref(), Some(planted));
    assert_eq!(victim.get("/account").await.status, 200);
    let attacker = world.guest();
    attacker.plant(planted);
    assert_eq!(attacker.get("/account").await.status, 303);
}

#[story]
async fn signing_in_again_ends_the_session_before(world: World) {
    let browser = world.signed_in(Role::Lead).await;
    let before = browser.cookie().unwrap();
    browser.sign_in(&email(Role::Analyst), PASSWORD).await;
    assert_ne!(browser.cookie().unwrap(), before);
    let old = world.guest();
    old.plant(&before);
    assert_eq!(old.get("/account").await.status, 303);
}

#[story]
async fn a_cookie_replayed_after_signing_out_opens_nothing(world: World) {
    let browser = world.signed_in(Role::Analyst).await;
    let copy = browser.cookie().unwrap();
    let out = browser.post("/sign-out", &[]).await.is(303);
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(browser.cookie(), None, "the browser keeps nothing");
    let thief = world.guest();
    thief.plant(&copy);
    assert_eq!(thief.read("/api/v1/me").await.status, 401);
    assert_eq!(thief.cookie(), None, "a dead cookie is taken back");
}

#[story]
async fn a_disabled_account_is_cut_at_once(world: World) {
    let analyst = world.signed_in(Role::Analyst).await;
    let admin = world.signed_in(Role::Administrator).await;
    let id = world.actor(Role::Analyst).await.person_id;
    let path = format!("/api/v1/people/{id}");
    let person = admin.read(&path).await;
    let token = world.token(Role::Analyst, holdfast_domain::token::Scope::ALL).await;
    let patch = serde_json::json!({ "disabled": true });
    let etag = person.header("etag").to_owned();
    admin.json(Method::PATCH, &path, Some(patch), &[("if-match", &etag)]).await.is(200);
    assert_eq!(analyst.read("/api/v1/me").await.status, 401);
    assert_eq!(world.read(&token, "/api/v1/me").await.status, 401);
    let again = world.guest().sign_in(&email(Role::Analyst), PASSWORD).await;
    assert_eq!(again.status, 409, "told nothing more than anybody");
}

#[story]
async fn a_session_ends_when_idle_and_after_a_working_day(world: World) {
    let idle = world.signed_in(Role::Lead).await;
    world.clock.pass(IDLE_S - 60);
    assert_eq!(idle.get("/account").await.status, 200);
    world.clock.pass(IDLE_S + 1);
    assert_eq!(idle.get("/account").await.status, 303);

    let busy = world.signed_in(Role::Lead).await;
    for _ in 0..(ABSOLUTE_S / 1_200) - 1 {
        world.clock.pass(1_200);
        assert_eq!(busy.get("/account").await.status, 200);
    }
    world.clock.pass(1_200);
    assert_eq!(busy.get("/account").await.status, 303);
}

#[story]
async fn a_changed_password_ends_the_other_sessions_and_a_revoked_one_is_gone(world: World) {
    let here = world.signed_in(Role::Lead).await;
    let elsewhere = world.signed_in(Role::Lead).await;
    let own = here.read("/api/v1/me/sessions").await.json();
    assert_eq!(own["rows"].as_array().unwrap().len(), 2);
    let fields = [("current_password", PASSWORD), ("password", "seven quiet harbours at dusk")];
    here.post("/account/password", &fields).await.is(303);
    assert_eq!(elsewhere.get("/account").await.status, 303);
    assert_eq!(here.get("/account").await.status, 200);

    let own = here.read("/api/v1/me/sessions").await.json();
    let path = format!("/api/v1/sessions/{}", own["rows"][0]["id"].as_str().unwrap());
    assert_eq!(here.json(Method::DELETE, &path, None, &[]).await.status, 204);
    assert_eq!(here.get("/account").await.status, 303);
}

#[story]
async fn guessing_is_slowed_for_the_account_however_it_is_spelt_and_wherever_it_comes_from(world: World) {
    let mut evaluated = 0;
    for number in 0..60 {
        let spelt = match number % 3 {
            0 => email(Role::Lead),
            1 => email(Role::Lead).to_uppercase(),
            _ => format!("  {} ", email(Role::Lead)),
        };
        let body = serde_urlencoded::to_string([("email", &*spelt), ("password", "wrong wrong wrong")]).unwrap();
        let request = Request::builder()
            .method(Method::POST)
            .uri("/sign-in")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            // Nobody named a proxy, so this is not believed.
            .header("x-forwarded-for", format!("198.51.100.{number}"));
        let answer = world.send(request.body(Body::from(body)).unwrap()).await;
        match answer.status {
            StatusCode::CONFLICT => evaluated += 1,
            StatusCode::TOO_MANY_REQUESTS => assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1),
            other => panic!("{other}: {}", answer.text()),
        }
        world.clock.pass(1);
    }
    assert!((5..=15).contains(&evaluated), "{evaluated} tries were looked at");
    world.guest().sign_in(&email(Role::Lead), PASSWORD).await.is(429);
    world.clock.pass(900);
    assert_eq!(world.guest().sign_in(&email(Role::Lead), PASSWORD).await.status, 303);
}

#[story]
async fn an_unknown_a_disabled_and_a_mistyped_account_get_the_same_answer(world: World) {
    let tell = async |email: &str, password: &str| {
        let answer = world.guest().sign_in(email, password).await;
        assert_eq!(answer.header(header::SET_COOKIE.as_str()), "");
        (answer.status, notice(&answer.text()))
    };
    let mistyped = tell(&email(Role::Lead), "wrong wrong wrong").await;
    assert_eq!(mistyped.0, StatusCode::CONFLICT);
    pinned("session-not-right", &mistyped.1);
    let unknown = tell("nobody@example.org", "wrong wrong wrong").await;
    assert_eq!(mistyped, unknown);
    let empty = tell(&email(Role::Lead), "").await;
    assert_eq!(mistyped, empty);
}

#[story]
async fn signing_in_leads_to_a_page_of_this_site_only(world: World) {
    for (next, to) in [
        ("/incidents?status=new", "/incidents?status=new"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https:evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ] {
        let fields = [("email", &*email(Role::Lead)), ("password", PASSWORD), ("next", next)];
        let answer = world.guest().post("/sign-in", &fields).await;
        assert_eq!(answer.header("location"), to, "{next}");
    }
    let turned_away = world.guest().get("/incidents?text=a%26b").await.is(303);
    assert_eq!(turned_away.header("location"), "/sign-in?next=/incidents?text%3Da%2526b");
}

#[story]
async fn what_was_typed_outlives_the_session(world: World) {
    let guest = world.guest();
    let fields = [("title", "A <b>\"title\"</b>"), ("summary", "line one\nline two"), ("password", "secret words")];
    let answer = guest.post("/incidents/new", &fields).await.is(401);
    let page = answer.text();
    pinned("session-ended-while-typing", &main(&page));
    assert!(page.contains("value=\"A &lt;b&gt;&quot;title&quot;&lt;/b&gt;\""), "{page}");
    assert!(page.contains("line one&#10;line two"));
    assert!(!page.contains("secret words"));
}
