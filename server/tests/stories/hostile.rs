//! Requests that no page of ours sends: unknown fields, broken bodies, odd identifiers, hostile
//! text. Each is refused with a problem, and no answer says anything of the inside.

use axum::{body::Body, extract::Request};
use holdfast_domain::{person::Role, token::Scope};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, story};

/// Columns of our tables that no request may set.
const COLUMNS: &str = "id org_id reference status version created_at created_by updated_at updated_by owner_name \
    merged_into reopened_count seq role password_hash email_key secret_hash person_id prefix storage_key sha256 \
    deleted_at expires_at org";

#[story]
async fn a_field_that_nobody_offered_is_refused_on_every_write(world: World) {
    let opened = world.incident().await;
    let (lead, admin) = (world.signed_in(Role::Lead).await, world.signed_in(Role::Administrator).await);
    let id = world.actor(Role::Analyst).await.person_id;
    let incident = format!("/api/v1/incidents/{}", opened.reference);
    let draft = json!({ "title": "x", "severity": "sev3", "category": "other" });
    let writes: [(_, Method, String, Value); 8] = [
        (&lead, Method::POST, "/api/v1/incidents".into(), draft),
        (&lead, Method::PATCH, incident.clone(), json!({ "title": "y" })),
        (&lead, Method::POST, format!("{incident}/phase"), json!({ "to": "triage" })),
        (&lead, Method::PUT, format!("{incident}/times/start"), json!({ "time": null })),
        (&lead, Method::PUT, format!("{incident}/access"), json!({ "restricted": false, "team": [] })),
        (
            &admin,
            Method::POST,
            "/api/v1/people".into(),
            json!({ "email": "n@example.org", "name": "N", "roles": ["lead"] }),
        ),
        (&admin, Method::PATCH, format!("/api/v1/people/{id}"), json!({ "name": "N" })),
        (&admin, Method::POST, "/api/v1/tokens".into(), json!({ "name": "t", "scopes": ["ledger:read"], "days": 3 })),
    ];
    for (browser, method, path, good) in &writes {
        for column in COLUMNS.split(' ') {
            let mut body = good.clone();
            let offered = body.get(column).is_some() || (column == "merged_into" && path.ends_with("/phase"));
            if offered {
                continue;
            }
            body[column] = json!(1);
            // Invitations and tokens are handed out at a measured pace.
            world.clock.pass(4);
            let answer = browser.json(method.clone(), path, Some(body), &[("if-match", "\"v1\"")]).await;
            assert_eq!(answer.status, 422, "{method} {path} with {column}: {}", answer.text());
            let said = answer.text();
            assert!(said.contains("unknown field") || said.contains("There is no such field"), "{column}: {said}");
        }
    }
    let now = lead.read(&incident).await;
    assert_eq!(now.json()["version"], opened.version, "nothing was written");
}

#[story]
async fn bodies_that_cannot_be_read_are_the_clients_fault(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let send = async |kind: &str, body: Vec<u8>| {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/api/v1/incidents")
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", kind);
        world.send(request.body(Body::from(body)).unwrap()).await
    };
    for (kind, body, status) in [
        ("application/json", b"{".to_vec(), 400),
        ("application/json", b"{\xff\xfe".to_vec(), 400),
        ("application/json", Vec::new(), 400),
        ("application/json", "[".repeat(200_000).into_bytes(), 422),
        ("application/json", br#"["a","b","sev3","other"]"#.to_vec(), 422),
        ("application/json", b"[]".to_vec(), 422),
        ("application/json", br#"{"title":"a","title":"b","severity":"sev3","category":"other"}"#.to_vec(), 422),
        ("application/json", br#"{"title":"a","severity":"sev9","category":"other"}"#.to_vec(), 422),
        (
            "application/json",
            br#"{"title":"a","severity":"sev3","category":"other","detected":{"at":"1e400"}}"#.to_vec(),
            422,
        ),
        ("text/plain", b"{}".to_vec(), 415),
        ("application/x-www-form-urlencoded", b"title=a".to_vec(), 415),
        ("application/json", vec![b' '; 1024 * 1024 + 1], 413),
    ] {
        let answer = send(kind, body).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
        assert!(!answer.problem().is_empty());
    }
    let lead = world.signed_in(Role::Lead).await;
    let many: Vec<(&str, &str)> = (0..2_000).map(|_| ("a", "b")).collect();
    assert_eq!(lead.post("/incidents/new", &many).await.status, 413);
}

#[story]
async fn odd_identifiers_find_nothing_and_tell_nothing(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    let admin = world.signed_in(Role::Administrator).await;
    for id in [
        "x",
        "'%20OR%201=1--",
        "%00",
        "..%2f..%2fetc",
        "INC-2026-00001",
        "%F0%9F%92%A5",
        "%ff%fe",
        "0",
        "null",
        "-1",
        &"9".repeat(300),
    ] {
        for (browser, path) in [
            (&lead, format!("/api/v1/incidents/{id}")),
            (&lead, format!("/api/v1/incidents/{id}/history")),
            (&admin, format!("/api/v1/people/{id}")),
        ] {
            let answer = browser.read(&path).await;
            // What is no text at all is not even a name.
            let expected = if id.starts_with("%ff") || id.contains("%00") {
                StatusCode::BAD_REQUEST
            } else {
                StatusCode::NOT_FOUND
            };
            assert_eq!(answer.status, expected, "{path}: {}", answer.text());
            assert!(!answer.problem().is_empty());
            for inside in ["sqlx", "SELECT", "panicked", "src/", ".rs"] {
                assert!(!answer.text().contains(inside), "{path}: {}", answer.text());
            }
        }
    }
}

#[story]
async fn a_zero_byte_is_refused_wherever_it_stands(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    world.guest().sign_in("a\0b@example.org", "wrong wrong wrong").await.is(400);
    assert_eq!(lead.get("/incidents?text=a%00b").await.status, 400);
    let body = json!({ "title": "a\0b", "severity": "sev3", "category": "other" });
    lead.json(Method::POST, "/api/v1/incidents", Some(body), &[]).await.is(422);
    let key = [("idempotency-key", "a b")];
    let body = json!({ "title": "a", "severity": "sev3", "category": "other" });
    assert_eq!(lead.json(Method::POST, "/api/v1/incidents", Some(body), &key).await.status, 422);
}

#[story]
async fn a_broken_cookie_is_as_good_as_none(world: World) {
    for cookie in ["", "x", "AAAA", "%00", &"A".repeat(5_000), "ÄÄ", "; ;=;"] {
        let request = Request::builder().uri("/api/v1/me").header("cookie", format!("__Host-holdfast={cookie}"));
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 401, "{cookie}");
    }
}

#[story]
async fn text_stays_text_on_every_page(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let lead = world.signed_in(Role::Lead).await;
    for (number, payload) in [
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<!-- <script>",
        "\"><iframe src=javascript:alert(1)>",
        "{{7*7}} ${7*7} #read(\"x\") \u{2028}\u{2029}",
        "[x](javascript:alert(1)) ![y](https://evil.example/pixel)",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    ]
    .iter()
    .enumerate()
    {
        let title: String = payload.chars().filter(|c| !c.is_control()).collect();
        let draft = json!({ "title": title, "summary": payload, "severity": "sev3", "category": "other" });
        let opened = world.post(&token, "/api/v1/incidents", draft).await.is(201);
        let reference = opened.json()["reference"].as_str().unwrap().to_owned();
        for page in [
            "/incidents".to_owned(),
            format!("/incidents/{reference}"),
            format!("/incidents/{reference}/edit"),
            format!("/incidents/{reference}/history"),
        ] {
            let answer = lead.get(&page).await;
            assert_eq!(answer.status, 200, "{page}");
            let html = answer.text();
            let policy = answer.header("content-security-policy").to_owned();
            let nonce = policy.split("'nonce-").nth(1).unwrap()[..22].to_owned();
            for script in html.split("<script").skip(1) {
                assert!(
                    script.split('>').next().unwrap().contains(&nonce),
                    "{number} {page}: a foreign script: {}",
                    &script[..script.len().min(300)]
                );
            }
            for live in
                ["<img src=x", "<svg/onload", "<iframe src", "href=\"javascript:", "src=\"https://evil", "<mglyph"]
            {
                assert!(!html.contains(live), "{number} {page}: {live}");
            }
        }
    }
}
