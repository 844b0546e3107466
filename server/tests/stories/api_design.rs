//! What docs/api-design.md decides, through the routes themselves: `null`, versions, keys of requests, and
//! lists of what changed.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use holdfast_domain::{Field, PersonId, noun::NOUNS, person::Role, token::Scope};
use holdfast_server::router::{AccessRow, Routes};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use utoipa::openapi::{OpenApi, path::Operation};

use crate::{
    fixtures::{Maker, Word, json_for},
    rows,
    world::{Answer, Browser, World, story},
};

/// The routes of nouns below an incident, by the last part of their list's path.
const BELOW: [(&str, &str); 6] = [
    ("event", "events"),
    ("task", "tasks"),
    ("indicator", "indicators"),
    ("asset", "assets"),
    ("vulnerability", "vulnerabilities"),
    ("recommendation", "recommendations"),
];

fn fields(noun: &str) -> &'static [Field] {
    NOUNS.iter().find(|known| known.name == noun).unwrap().fields
}

/// The fields that a refusal names.
fn named(answer: &Answer) -> BTreeSet<String> {
    assert_eq!(answer.problem(), "invalid", "{}", answer.text());
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

/// An object in which each of these fields is `null`.
fn nulls<'a>(fields: impl Iterator<Item = &'a Field>) -> serde_json::Map<String, Value> {
    fields.map(|field| (field.name.to_owned(), Value::Null)).collect()
}

#[story]
async fn null_is_not_given_on_create_and_clears_on_patch_unless_the_field_is_needed(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let token = world.token(Role::Lead, Scope::ALL).await;
    let person = PersonId(uuid::Uuid::nil());
    let below = BELOW.map(|(noun, plural)| (noun, format!("/api/v1/incidents/{{reference}}/{plural}")));
    for (noun, list) in below.into_iter().chain([("incident", "/api/v1/incidents".to_owned())]) {
        let post = async |body: Value| world.post(&token, &own.filled(&list, ""), body).await;
        // Needed ones that are null are named as if they were left out, and only they. A vulnerability needs
        // no field by itself, but a title where its number does not give one.
        let needed: BTreeSet<String> =
            fields(noun).iter().filter(|field| field.required).map(|field| field.name.to_owned()).collect();
        let missing = if needed.is_empty() { BTreeSet::from(["title".to_owned()]) } else { needed.clone() };
        let all_null = post(nulls(fields(noun).iter()).into()).await;
        assert_eq!((all_null.status.as_u16(), named(&all_null)), (422, missing.clone()), "{noun}");
        assert_eq!(named(&post(json!({})).await), missing, "{noun}");
        // Optional ones that are null are as if they were left out.
        let mut body = json_for(&Method::POST, &list, person).unwrap();
        let given = body.as_object().unwrap().clone();
        let optional = fields(noun).iter().filter(|field| !field.required && !given.contains_key(field.name));
        body.as_object_mut().unwrap().extend(nulls(optional));
        body.as_object_mut().unwrap().remove("people");
        let made = post(body).await;
        assert_eq!(made.status, 201, "{noun}: {}", made.text());

        let path = made.header("location").to_owned();
        let patch = async |body: Value, etag: &str| {
            world.bearer_with(&token, Method::PATCH, &path, Some(body), &[("if-match", etag)]).await
        };
        if !needed.is_empty() {
            let refused = patch(nulls(fields(noun).iter().filter(|field| field.required)).into(), "\"v1\"").await;
            assert_eq!((refused.status.as_u16(), named(&refused)), (422, needed), "{noun}");
        }
        assert_eq!(
            named(&patch(json!({ "nothing_such": null }), "\"v1\"").await),
            BTreeSet::from(["nothing_such".into()])
        );
        for field in fields(noun).iter().filter(|field| !field.required) {
            let odd = patch(json!({ field.name: { "odd": [] } }), "\"v1\"").await;
            assert_eq!((odd.status.as_u16(), named(&odd)), (422, BTreeSet::from([field.name.to_owned()])), "{noun}");
        }
    }
    // What is cleared is as it is in a new one.
    let path = format!("/api/v1/incidents/{}/assets", own.reference);
    let sent = json!({ "kind": "server", "name": "mx1", "owner": "Mail team", "criticality": "high",
            "first_seen": "2026-09-01T08:00:00Z" });
    let made = world.post(&token, &path, sent).await;
    let clear = json!({ "owner": null, "criticality": null, "first_seen": null });
    let version = [("if-match", made.header("etag"))];
    let cleared = world.bearer_with(&token, Method::PATCH, made.header("location"), Some(clear), &version).await;
    let now = cleared.json();
    assert_eq!((&now["owner"], &now["criticality"], &now["first_seen"]), (&json!(""), &json!("medium"), &Value::Null));
    assert_eq!((&now["name"], &now["kind"]), (&json!("mx1"), &json!("server")), "the others stay");
}

fn operation<'a>(openapi: &'a OpenApi, row: &AccessRow) -> Option<&'a Operation> {
    let item = openapi.paths.paths.get(&row.path)?;
    match row.method.as_str() {
        "POST" => item.post.as_ref(),
        "PUT" => item.put.as_ref(),
        "PATCH" => item.patch.as_ref(),
        _ => None,
    }
}

fn takes(operation: &Operation, header: &str) -> bool {
    operation.parameters.iter().flatten().any(|parameter| parameter.name == header)
}

#[story]
async fn every_edit_names_its_version_and_a_request_without_one_is_428(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let (lead, admin) = (world.signed_in(Role::Lead).await, world.signed_in(Role::Administrator).await);
    let person = world.actor(Role::Analyst).await.person_id;
    let routes = Routes::all(world.server.clone());
    let before = rows::all(&world).await;
    let mut count = 0;
    for row in routes.table() {
        let Some(described) = operation(routes.openapi(), row) else { continue };
        let is_edit = row.method == Method::PATCH || row.path.ends_with("/archived");
        assert!(!is_edit || takes(described, "If-Match"), "{} {} takes no version", row.method, row.path);
        if !takes(described, "If-Match") {
            continue;
        }
        let who = if row.path.contains("/people") || row.path.ends_with("/org") { &admin } else { &lead };
        let path = if row.path.ends_with("/people/{id}") {
            format!("/api/v1/people/{person}")
        } else {
            own.filled(&row.path, "")
        };
        let answer = who.json(row.method.clone(), &path, json_for(&row.method, &row.path, person), &[]).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem().as_str()),
            (428, "version-missing"),
            "{} {path}: {}",
            row.method,
            answer.text()
        );
        count += 1;
    }
    assert!(count >= 18, "{count} routes name a version");
    rows::same(&before, &rows::all(&world).await, "edits without a version");
}

/// A file of another tool.
const FLOW: &[u8] = include_bytes!("../../../crates/interop/tests/data/iris-case-export.json");

/// Sends what makes something, with a key.
async fn send(who: &Browser, row: &AccessRow, path: &str, person: PersonId, key: &str, other: bool) -> Answer {
    let headers = [("idempotency-key", key)];
    let (query, body) = match row.path.as_str() {
        "/api/v1/imports" => (format!("{path}?kind=iris"), [FLOW, if other { b" " } else { b"" }].concat()),
        path_of if path_of.ends_with("}/evidence") => {
            (format!("{path}?kind=document&title=A+letter"), if other { b"two".to_vec() } else { b"one".to_vec() })
        }
        _ => {
            let mut body = json_for(&row.method, &row.path, person).unwrap_or_else(|| panic!("{}", row.path));
            if other {
                body["another"] = json!(1);
            }
            // The form of the text is part of what was asked, so a body that no field tells apart will do.
            let sent = who.json(row.method.clone(), path, Some(body), &headers).await;
            return sent;
        }
    };
    let request = Request::builder()
        .method(Method::POST)
        .uri(query)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/octet-stream")
        .header("idempotency-key", key);
    who.send(request, Body::from(body)).await
}

/// What an answer says that was made, and where.
fn made(answer: &Answer) -> (StatusCode, String, String, Value) {
    let (status, at, etag) = (answer.status, answer.header("location").to_owned(), answer.header("etag").to_owned());
    assert!(status.is_success(), "{status} {}", answer.text());
    (status, at, etag, answer.json())
}

#[story]
async fn what_makes_something_makes_it_once_for_a_key(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let (lead, admin) = (world.signed_in(Role::Lead).await, world.signed_in(Role::Administrator).await);
    let person = world.actor(Role::Executive).await.person_id;
    let worker = world.actor(Role::Analyst).await.person_id;
    let routes = Routes::all(world.server.clone());
    let mut tried = Vec::new();
    for row in routes.table().iter().filter(|row| row.method == Method::POST) {
        let Some(described) = operation(routes.openapi(), row) else { continue };
        let makes = described.responses.responses.contains_key("201");
        let is_void_before = described.operation_id.as_deref() == Some("invite_person");
        assert!(!makes || is_void_before || takes(described, "Idempotency-Key"), "{} takes no key", row.path);
        if !takes(described, "Idempotency-Key") {
            continue;
        }
        let who = if row.path.ends_with("/people") { &admin } else { &lead };
        let person = if row.path.contains("reports") { person } else { worker };
        let (path, key) = (own.filled(&row.path, ""), format!("once:{}", row.path));
        let first = made(&send(who, row, &path, person, &key, false).await);
        let before = rows::all(&world).await;
        world.clock.pass(4);
        let mut again = made(&send(who, row, &path, person, &key, false).await);
        // What is shown once is not shown again.
        for secret in ["token", "invitation_code"] {
            let shown = first.3.get(secret).is_some();
            assert!(again.3.get(secret).is_none(), "{}", row.path);
            if shown {
                again.3[secret] = first.3[secret].clone();
            }
        }
        assert_eq!(again, first, "{}", row.path);
        world.clock.pass(4);
        let reused = send(who, row, &path, person, &key, true).await;
        assert!(matches!(reused.status.as_u16(), 422), "{}: {}", row.path, reused.text());
        rows::same(&before, &rows::all(&world).await, &row.path);
        tried.push(row.path.clone());
    }
    for path in ["/incidents", "/people", "/tokens", "/imports", "/incidents/{reference}/assets"] {
        assert!(tried.contains(&format!("/api/v1{path}")), "{path} is not among {tried:?}");
    }
    assert!(tried.len() >= 15, "{tried:?}");
}

#[story]
async fn a_key_belongs_to_one_person_one_route_and_one_body(world: World) {
    let reference = world.incident().await.reference;
    let (lead, analyst) = (world.token(Role::Lead, Scope::ALL).await, world.token(Role::Analyst, Scope::ALL).await);
    let key = [("idempotency-key", "k-1")];
    let post = async |token: &str, noun: &str, body: Value| {
        let path = format!("/api/v1/incidents/{reference}/{noun}");
        world.bearer_with(token, Method::POST, &path, Some(body), &key).await
    };
    let task = json!({ "title": "Call the bank", "phase": "analysis" });
    // What is refused makes nothing, so the key is free.
    assert_eq!(post(&lead, "tasks", json!({ "title": "Call the bank" })).await.status, 422);
    let first = post(&lead, "tasks", task.clone()).await.is(201);
    for (noun, body) in [
        ("tasks", json!({ "title": "Call the police", "phase": "analysis" })),
        ("events", json!({ "title": "Call the bank", "lane": "attack" })),
    ] {
        let reused = post(&lead, noun, body).await;
        assert_eq!((reused.status.as_u16(), reused.problem().as_str()), (422, "idempotency-key-reused"), "{noun}");
    }
    let other = post(&analyst, "tasks", task.clone()).await.is(201);
    assert_ne!(other.header("location"), first.header("location"));
    // The repeat says what it is now.
    let edit = json!({ "title": "Call the bank again" });
    world
        .bearer_with(&lead, Method::PATCH, first.header("location"), Some(edit), &[("if-match", "\"v1\"")])
        .await
        .is(200);
    let again = post(&lead, "tasks", task).await;
    assert_eq!((again.status, again.header("etag")), (StatusCode::CREATED, "\"v2\""));
    assert_eq!(
        (&again.json()["title"], again.header("location")),
        (&json!("Call the bank again"), first.header("location"))
    );
}

#[story]
async fn twenty_at_once_with_one_key_add_one_thing_that_may_be_there_once(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let path = format!("/api/v1/incidents/{}/assets", world.incident().await.reference);
    let sent = (0..20).map(|_| {
        let (world, token, path) = (world.clone(), token.clone(), path.clone());
        let asset = json!({ "kind": "server", "name": "mx1" });
        tokio::spawn(async move {
            world.bearer_with(&token, Method::POST, &path, Some(asset), &[("idempotency-key", "k")]).await
        })
    });
    let mut ids = BTreeSet::new();
    for answer in sent.collect::<Vec<_>>() {
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, 201, "{}", answer.text());
        ids.insert(answer.json()["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 1);
}

/// A list of a noun, as a script reads it.
struct List<'a> {
    world: &'a World,
    token: String,
    noun: &'static str,
    path: String,
    person: PersonId,
}

impl List<'_> {
    /// Adds one that differs from the others, and gives its path.
    async fn add(&self, number: usize) -> String {
        let path = format!("/api/v1/incidents/{{reference}}/{}", self.path.rsplit('/').next().unwrap());
        let mut body = json_for(&Method::POST, &path, self.person).unwrap();
        let title = match self.noun {
            "indicator" => "value",
            "asset" => "identifier",
            "recommendation" => "body",
            _ => "title",
        };
        body[title] = json!(format!("n{number}.example"));
        let made = self.world.post(&self.token, &self.path, body).await.is(201);
        made.header("location").to_owned()
    }

    /// Changes one, or what is below it.
    async fn change(&self, method: Method, one: &str, below: &str, body: Value) {
        let etag = self.world.read(&self.token, one).await.header("etag").to_owned();
        let path = format!("{one}{below}");
        self.world.bearer_with(&self.token, method, &path, Some(body), &[("if-match", &etag)]).await.is(200);
    }

    async fn get(&self, query: &str) -> Answer {
        self.world.read(&self.token, &format!("{}?{query}", self.path)).await
    }

    /// Reads all that changed since, two at a time, with the place of each row; calls `between` after the second
    /// part.
    async fn changed(&self, since: &str, between: impl AsyncFnOnce()) -> Vec<(String, String)> {
        let (mut places, mut after, mut between) = (Vec::new(), String::new(), Some(between));
        loop {
            let part = self.get(&format!("limit=2&updated_since={since}{after}")).await.json();
            let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
            places
                .extend(part["rows"].as_array().unwrap().iter().map(|row| (text(row, "updated_at"), text(row, "id"))));
            if places.len() == 4
                && let Some(between) = between.take()
            {
                between().await;
            }
            let Some(next) = part["next"].as_str() else { return places };
            after = format!("&after={next}");
        }
    }
}

#[story]
async fn what_changed_since_is_listed_in_parts_that_miss_and_repeat_nothing(world: World) {
    let reference = world.incident().await.reference;
    let person = world.actor(Role::Analyst).await.person_id;
    for (noun, plural) in BELOW.into_iter().skip(2) {
        let path = format!("/api/v1/incidents/{reference}/{plural}");
        let list = List { world: &world, token: world.token(Role::Lead, Scope::ALL).await, noun, path, person };
        let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        let old = list.add(0).await;
        world.clock.pass(60);
        let since = world.ctx.now().to_string();
        let mut paths = Vec::new();
        for number in 1..=7 {
            paths.push(list.add(number).await);
            // Some are of the same instant.
            world.clock.pass(i64::from(number % 3 == 0));
        }
        // Changed while it is read: one that was listed, and one that comes later.
        let places = list.changed(&since, async || {
            world.clock.pass(1);
            let text = fields(noun).iter().rfind(|field| field.personal && !field.required).unwrap().name;
            list.change(Method::PATCH, &paths[0], "", json!({ text: "Changed" })).await;
            list.change(Method::PUT, &paths[6], "/archived", json!({ "archived": true })).await;
        });
        let places = places.await;
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        places.iter().for_each(|(_, id)| *seen.entry(id.clone()).or_default() += 1);
        let expected = paths.iter().enumerate().map(|(at, path)| (id(path), 1 + usize::from(at == 0)));
        assert_eq!(seen, expected.collect(), "{noun}");
        assert!(places.is_sorted() && !seen.contains_key(&id(&old)), "{noun}: {places:?}");
        let both = list.get(&format!("archived=true&updated_since={since}")).await;
        assert_eq!((both.status.as_u16(), named(&both)), (422, BTreeSet::from(["archived".into()])));
        for forged in ["x", "1.x", "x.00000000-0000-7000-8000-000000000000", &id(&old)] {
            let answer = list.get(&format!("updated_since={since}&after={forged}")).await;
            assert_eq!(named(&answer), BTreeSet::from(["after".into()]), "{forged}");
        }
    }
}

#[story]
async fn every_schema_that_is_named_is_described(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let described = world.read(&token, "/api/v1/openapi.json").await;
    let schemas = described.json()["components"]["schemas"].clone();
    let text = described.text();
    let named: BTreeSet<&str> =
        text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(named.len() > 80, "{} schemas", named.len());
    let missing: Vec<_> = named.into_iter().filter(|name| schemas.get(name).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    // A declared field is in what creates and what changes a noun.
    for (noun, _) in BELOW.into_iter().chain([("incident", "")]) {
        let one = noun[..1].to_uppercase() + &noun[1..];
        for body in ["Create", "Patch"] {
            let members = schemas[format!("{one}{body}")]["properties"].as_object().unwrap();
            let absent: Vec<_> = fields(noun).iter().filter(|field| !members.contains_key(field.name)).collect();
            assert!(absent.is_empty(), "{one}{body}: {absent:?}");
        }
    }
}
