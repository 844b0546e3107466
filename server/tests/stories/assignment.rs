//! Mass assignment: every column of every table, sent beside what a route takes. REST refuses what it did
//! not offer, in the body and in whatever stands inside it. A form passes over what its page does not
//! offer, as browsers and their extensions send such fields; nothing of it reaches a row.

use std::collections::BTreeSet;

use holdfast_domain::{PersonId, person::Role};
use holdfast_server::{
    api::openapi::methods,
    rate_limit::Cost,
    router::{AccessRow, Routes},
};
use http::Method;
use serde_json::{Value, json};
use utoipa::openapi::{OpenApi, RefOr, Schema};

use crate::{
    fixtures::{Maker, Word, form_for, json_for, names_a_thing},
    rows,
    world::{World, pairs, story},
};

/// The members that the description offers in the body of an operation.
fn offered(openapi: &OpenApi, path: &str, method: &Method) -> Option<BTreeSet<String>> {
    let item = &openapi.paths.paths[path];
    let operation = match method.as_str() {
        "POST" => item.post.as_ref(),
        "PUT" => item.put.as_ref(),
        "PATCH" => item.patch.as_ref(),
        _ => None,
    };
    let content = operation?.request_body.as_ref()?.content.get("application/json")?;
    let RefOr::Ref(reference) = content.schema.as_ref()? else { return None };
    let name = reference.ref_location.rsplit('/').next()?;
    match openapi.components.as_ref()?.schemas.get(name)? {
        RefOr::T(Schema::Object(object)) => Some(object.properties.keys().cloned().collect()),
        _ => panic!("{path}: the body is no object with members"),
    }
}

/// Adds a member to the body's object at that depth-first place; `None` when there are fewer objects.
fn smuggled(body: &mut Value, place: &mut usize, name: &str) -> Option<()> {
    match body {
        Value::Object(members) => {
            if *place == 0 {
                members.insert(name.to_owned(), json!(1));
                return Some(());
            }
            *place -= 1;
            members.values_mut().find_map(|member| smuggled(member, place, name))
        }
        Value::Array(items) => items.iter_mut().find_map(|item| smuggled(item, place, name)),
        _ => None,
    }
}

#[story(on_sqlite)]
async fn no_column_is_taken_by_rest_beside_what_is_offered(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let person = world.actor(Role::Analyst).await.person_id;
    let routes = Routes::all(world.server.clone());
    let columns = rows::columns(&world).await;
    assert!(columns.len() > 120, "{} columns", columns.len());
    let (mut writes, mut sent) = (0, 0);
    for row in routes.table().iter().filter(|row| row.path.starts_with("/api/v1/")) {
        let Some(offered) = offered(routes.openapi(), &row.path, &row.method) else { continue };
        let body = json_for(&row.method, &row.path, person);
        let body = body.unwrap_or_else(|| panic!("{}: teach `json_for` what it takes", row.path));
        let path = own.filled(&row.path, &person.to_string());
        let role =
            if row.path.contains("/people") || row.path.ends_with("/org") { Role::Administrator } else { Role::Lead };
        let browser = world.signed_in(role).await;
        writes += 1;
        let before = rows::all(&world).await;
        let mut all: Vec<Value> = columns
            .iter()
            .filter(|column| !offered.contains(*column))
            .map(|column| {
                let mut body = body.clone();
                body[column] = json!(1);
                body
            })
            .collect();
        // Also within each object that stands inside.
        for place in 1.. {
            let mut body = body.clone();
            let Some(()) = smuggled(&mut body, &mut place.clone(), "org_id") else { break };
            all.push(body);
        }
        for body in all {
            if row.gate.cost != Cost::Cheap {
                // Comes at a measured pace.
                world.clock.pass(4);
            }
            let answer = browser.json(row.method.clone(), &path, Some(body.clone()), &[("if-match", "\"v1\"")]).await;
            assert_eq!(answer.status, 422, "{} {path} took {body}: {}", row.method, answer.text());
            let said = answer.text();
            let is_unknown = ["unknown field", "There is no such field"].iter().any(|words| said.contains(words));
            assert!(is_unknown, "{} {path} {body}: {said}", row.method);
            sent += 1;
        }
        rows::same(&before, &rows::all(&world).await, &path);
    }
    println!("{sent} bodies to {writes} operations");
    assert!(writes >= 25, "{writes} operations take a body");
    let described: usize = routes.openapi().paths.paths.values().map(|item| methods(item).len()).sum();
    assert!(described > writes);
}

/// What a form would smuggle into a column: a value of the column's own kind that is found again.
fn contraband(column: &str, stranger: &PersonId) -> String {
    match column {
        name if name.ends_with("_id") || name.ends_with("_by") || name == "id" => stranger.to_string(),
        name if name.ends_with("_at") || name.ends_with("_seen") => "4102444800000000".into(),
        "version" | "seq" | "position" | "size_bytes" | "holds" | "events" | "reopened_count" => "31337".into(),
        name => format!("smuggled-{name}"),
    }
}

/// The names of the fields that a page offers.
fn fields_of(page: &str) -> BTreeSet<&str> {
    page.split(" name=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[story]
async fn a_form_passes_over_what_its_page_does_not_offer(world: World) {
    let maker = Maker::new(&world).await;
    let lead = world.signed_in(Role::Lead).await;
    let columns = rows::columns(&world).await;
    let routes = Routes::all(world.server.clone());
    let stranger = PersonId(uuid::Uuid::from_u128(0x5747_5747_5747));
    let mut forms = 0;
    let is_of_a_thing = |row: &&AccessRow| names_a_thing(&row.path) && !row.path.starts_with("/api/");
    for row in routes.table().iter().filter(|row| row.method == Method::POST).filter(is_of_a_thing) {
        let own = maker.make(false, &mut Word("own")).await;
        let path = own.filled(&row.path, "");
        let page = lead.get(&path).await.text();
        let mut offered = fields_of(&page);
        if row.path.contains("/custody/") {
            // Whatever happened to an item, its event has room for every text that events have.
            offered.extend(["location", "seal_no", "reason", "method", "witness", "tool"]);
        }
        let mut fields = form_for(&row.path, "1");
        let known: BTreeSet<&str> = fields.iter().map(|(name, _)| *name).collect();
        let more =
            columns.iter().filter(|column| !offered.contains(column.as_str()) && !known.contains(column.as_str()));
        let more: Vec<(&str, String)> = more.map(|column| (column.as_str(), contraband(column, &stranger))).collect();
        assert!(more.len() > 90, "{path}: {} columns are left", more.len());
        fields.extend(more);
        let answer = lead.post(&path, &pairs(&fields)).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text());
        forms += 1;
    }
    assert!(forms > 15, "{forms} forms");
    for (table, rows) in rows::all(&world).await {
        for row in rows {
            let text = row.to_lowercase();
            for found in ["smuggled-", "574757475747", "4102444800000000", "31337"] {
                assert!(!text.contains(found), "{table} took {found}: {row}");
            }
        }
    }
}

#[story]
async fn the_forms_about_oneself_give_no_rights(world: World) {
    let analyst = world.signed_in(Role::Analyst).await;
    let lead = world.actor(Role::Lead).await.person_id.to_string();
    let more = [
        ("roles", "administrator"),
        ("role", "administrator"),
        ("disabled", "false"),
        ("id", &*lead),
        ("person_id", &*lead),
        ("email", "evil@example.org"),
        ("org_id", &*lead),
        ("password_hash", "x"),
    ];
    let with = |own: &[(&'static str, &'static str)]| {
        own.iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .chain(more.map(|(name, value)| (name, value.to_owned())))
            .collect::<Vec<_>>()
    };
    for (path, own) in [
        ("/account", vec![("name", "Still an analyst"), ("time_zone", "UTC")]),
        (
            "/account/password",
            vec![("current_password", crate::world::PASSWORD), ("password", "seven quiet harbours at dusk")],
        ),
        ("/account/theme", vec![("theme", "dark")]),
        ("/tokens", vec![("name", "mine"), ("scopes", "incidents:read"), ("days", "3")]),
    ] {
        let answer = analyst.post(path, &pairs(&with(&own))).await;
        assert!(matches!(answer.status.as_u16(), 200 | 303), "{path}: {}", answer.text());
    }
    let me = analyst.read("/api/v1/me").await.json();
    assert_eq!((me["roles"].to_string(), me["name"].as_str()), ("[\"analyst\"]".into(), Some("Still an analyst")));
    assert_eq!(analyst.get("/people").await.status, 403);
    let tokens = analyst.read("/api/v1/tokens").await.json();
    assert_eq!(tokens["rows"][0]["person_id"], me["person_id"]);
    let lead = world.signed_in(Role::Lead).await.read("/api/v1/me").await.json();
    assert_eq!(lead["name"], "lead", "nobody else's account was touched");
}
