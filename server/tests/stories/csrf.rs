//! Another site's page, through the real router: nothing it sends takes effect.

use axum::{body::Body, extract::Request};
use holdfast_domain::{person::Role, token::Scope};
use holdfast_server::router::Routes;
use http::Method;

use crate::world::{COOKIE, SITE, World, story};

#[story]
async fn no_change_is_taken_from_another_site_whatever_the_route(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    let cookie = format!("{COOKIE}={}", lead.cookie().unwrap());
    let routes = Routes::all(world.server.clone());
    let changes = routes.table().iter().filter(|row| row.method != Method::GET && row.path != "/csp-report");
    for row in changes {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("x-nothing", "x"),
        ] {
            let request = Request::builder()
                .method(row.method.clone())
                .uri(row.path.replace(['{', '}'], ""))
                .header("cookie", &cookie)
                .header("content-type", "application/x-www-form-urlencoded")
                .header(name, value);
            let answer = world.send(request.body(Body::from("a=b")).unwrap()).await;
            assert_eq!(answer.status, 403, "{} {} {name}: {value}", row.method, row.path);
        }
    }
}

#[story]
async fn our_own_origin_and_bearer_tokens_pass(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    let cookie = format!("{COOKIE}={}", lead.cookie().unwrap());
    let body = r#"{"title":"x","severity":"sev3","category":"other"}"#;
    let request = |name: &'static str, value: &str| {
        Request::builder()
            .method(Method::POST)
            .uri("/api/v1/incidents")
            .header("content-type", "application/json")
            .header(name, value)
    };
    let own = request("origin", SITE).header("cookie", &cookie).body(Body::from(body)).unwrap();
    assert_eq!(world.send(own).await.status, 201);
    let token = world.token(Role::Lead, Scope::ALL).await;
    let bearer = request("authorization", &format!("Bearer {token}")).header("sec-fetch-site", "cross-site");
    assert_eq!(world.send(bearer.body(Body::from(body)).unwrap()).await.status, 201);
}

#[story]
async fn with_a_token_the_cookie_counts_for_nothing(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    let reader = world.token(Role::Analyst, &[Scope::IncidentsRead]).await;
    let authorization = format!("Bearer {reader}");
    let answer = lead.json(Method::GET, "/api/v1/me", None, &[("authorization", &authorization)]).await;
    assert_eq!(answer.json()["name"], "analyst");
    lead.json(Method::GET, "/api/v1/me", None, &[("authorization", "Bearer holdfast_wrong")]).await.is(401);
}
