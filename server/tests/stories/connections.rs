//! What one client may have under way behind a proxy, so that others are answered too.

use axum::{Router, body::Body, extract::Request, response::Response};
use holdfast_server::{accept::Peer, config::Web, router::router, state::Server};
use http::header;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::world::{World, story};

const PROXY: &str = "10.0.0.1:4000";

async fn ask(router: &Router, peer: &str, forwarded: &str) -> Response {
    let mut request = Request::builder().uri("/healthz").body(Body::empty()).unwrap();
    request.extensions_mut().insert(Peer(peer.parse().unwrap()));
    if !forwarded.is_empty() {
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
    }
    router.clone().oneshot(request).await.unwrap()
}

#[story(on_sqlite)]
async fn a_client_behind_a_named_proxy_has_so_many_requests_under_way_and_others_are_answered(world: World) {
    let web =
        Web { proxies: vec!["10.0.0.0/24".parse().unwrap()], connections_per_address: 2, ..world.server.web.clone() };
    let router = router(Server::new(world.ctx.clone(), web, world.server.entropy.clone()));
    let busy = "2001:db8::1";
    let held = [ask(&router, PROXY, busy).await, ask(&router, PROXY, busy).await];
    assert!(held.iter().all(|answer| answer.status() == 200 && answer.headers().contains_key("content-length")));
    // Another address of its network is the same client, whatever it says of itself further left.
    for same in [busy, "2001:db8::2", "198.51.100.7, 2001:db8::3"] {
        let refused = ask(&router, PROXY, same).await;
        assert_eq!((refused.status().as_u16(), &refused.headers()[header::RETRY_AFTER]), (429, &"5".parse().unwrap()));
    }
    for other in ["198.51.100.7", "2001:db8:0:1::1"] {
        assert_eq!(ask(&router, PROXY, other).await.status(), 200, "{other}");
    }
    // A proxy that asks for itself, and a peer that is none, whom the accept loop counts.
    let mut others = Vec::new();
    for peer in [PROXY, "203.0.113.9:4000"] {
        for _ in 0..4 {
            let forwarded = if peer == PROXY { "" } else { busy };
            others.push(ask(&router, peer, forwarded).await);
        }
    }
    assert!(others.iter().all(|answer| answer.status() == 200));
    let [first, second] = held;
    assert_eq!(first.into_body().collect().await.unwrap().to_bytes(), "ok\n");
    assert_eq!(ask(&router, PROXY, busy).await.status(), 200, "a place is free once its answer is sent");
    drop(second);
}
