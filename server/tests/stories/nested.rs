//! One thing is authorised, another one named: the child of one incident below another, ids of others in
//! bodies and lists, and things of another organisation. Every route with two ids is tried, from the
//! router's own list; each is refused as what is not there, and not a row changes.

use holdfast_domain::{OrgId, PersonId, person::Role, token::Scope};
use holdfast_server::router::{AccessRow, Routes};
use holdfast_store::Queryable as _;
use http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    fixtures::{Fixture, Maker, Word, filled, form_for, json_for},
    rows,
    world::{Answer, Browser, World, pairs, story},
};

/// Variable parts that name a thing; the others name a kind or a place in the ledger.
const NAMES: [&str; 3] = ["{reference}", "{id}", "{label}"];

fn names_two(row: &AccessRow) -> bool {
    NAMES.iter().map(|name| row.path.matches(name).count()).sum::<usize>() >= 2
}

/// Sends what the route takes, with the version given where it asks for one.
async fn call(who: &Browser, row: &AccessRow, path: &str, version: &str, person: PersonId) -> Answer {
    if row.method == Method::GET {
        return who.get(path).await;
    }
    if row.path.starts_with("/api/") {
        let etag = format!("\"v{version}\"");
        let body = json_for(&row.method, &row.path, person);
        assert!(body.is_some() || row.path.ends_with("/verify"), "{}", row.path);
        return who.json(row.method.clone(), path, body, &[("if-match", &etag)]).await;
    }
    who.post(path, &pairs(&form_for(&row.path, version))).await
}

/// The version that a thing has now.
pub async fn version_of(world: &World, part: &str) -> String {
    let Ok(id) = part.parse::<Uuid>() else { return "1".into() };
    let sql = "SELECT version FROM events WHERE id = $1 UNION ALL SELECT version FROM tasks WHERE id = $1
         UNION ALL SELECT version FROM indicators WHERE id = $1 UNION ALL SELECT version FROM assets WHERE id = $1
         UNION ALL SELECT version FROM vulnerabilities WHERE id = $1
         UNION ALL SELECT version FROM recommendations WHERE id = $1
         UNION ALL SELECT version FROM contacts WHERE id = $1 UNION ALL SELECT version FROM links WHERE id = $1";
    let version: Option<(i64,)> = world.ctx.db().query(sql).bind(id).fetch_optional().await.unwrap();
    version.unwrap_or_else(|| panic!("{part}: teach `version_of` its table")).0.to_string()
}

/// An incident that all may see, one of its team alone, and one of another organisation.
struct Three {
    open: Fixture,
    shut: Fixture,
    elsewhere: Fixture,
    stranger: PersonId,
}

async fn three(world: &World, maker: &Maker<'_>) -> Three {
    let open = maker.make(false, &mut Word("open")).await;
    let mut shut = maker.make(true, &mut Word("shut")).await;
    // Labels are numbered by incident: the second one is in the one incident only.
    shut.evidence = maker.evidence(&format!("/incidents/{}", shut.reference), &mut Word("second")).await;
    let elsewhere = maker.make(false, &mut Word("elsewhere")).await;
    let (org, stranger) = (OrgId(Uuid::from_u128(77)), PersonId(Uuid::from_u128(78)));
    let db = world.ctx.db();
    db.alone(
        "INSERT INTO orgs (id, name, time_zone, version, created_at, updated_at) VALUES ($1, 'Other', 'UTC', 1, 0, 0)",
    )
    .bind(org)
    .execute()
    .await
    .unwrap();
    db.alone(
        "INSERT INTO people (id, org_id, email, email_key, name, roles, time_zone, disabled, version, created_at, updated_at)
         VALUES ($1, $2, 's@other.example', 's@other.example', 'Stranger', 'lead', 'UTC', FALSE, 1, 0, 0)",
    )
    .bind(stranger)
    .bind(org)
    .execute()
    .await
    .unwrap();
    let id: Uuid = elsewhere.id.parse().unwrap();
    db.alone("UPDATE incidents SET org_id = $1 WHERE id = $2").bind(org).bind(id).execute().await.unwrap();
    Three { open, shut, elsewhere, stranger }
}

#[story]
async fn a_thing_of_one_incident_is_not_there_below_another(world: World) {
    let maker = Maker::new(&world).await;
    let Three { open, shut, elsewhere, stranger: _ } = three(&world, &maker).await;
    let person = world.actor(Role::Analyst).await.person_id;
    let (lead, analyst) = (world.signed_in(Role::Lead).await, world.signed_in(Role::Analyst).await);
    let routes = Routes::all(world.server.clone());
    let two: Vec<&AccessRow> = routes.table().iter().filter(|row| names_two(row)).collect();
    assert!(two.len() > 40, "{} routes name two things", two.len());
    let before = rows::all(&world).await;
    let nothing = Uuid::from_u128(1).to_string();
    let mut tried = 0;
    for row in &two {
        for (who, browser, sees_shut) in [("lead", &lead, true), ("analyst", &analyst, false)] {
            let (mine, theirs) = (open.part(&row.path), shut.part(&row.path));
            let mut cases = vec![
                (open.reference.as_str(), theirs, "shut "),
                (open.id.as_str(), theirs, "shut "),
                (elsewhere.reference.as_str(), elsewhere.part(&row.path), "elsewhere "),
                (elsewhere.id.as_str(), elsewhere.part(&row.path), "elsewhere "),
                (elsewhere.id.as_str(), mine, "open "),
                (open.reference.as_str(), nothing.as_str(), "shut "),
            ];
            if !row.path.contains("{label}") {
                // A label is good in every incident that has as many.
                cases.push((shut.reference.as_str(), mine, "open "));
                cases.push((open.reference.as_str(), elsewhere.part(&row.path), "elsewhere "));
            }
            if !sees_shut {
                cases.push((shut.reference.as_str(), theirs, "shut "));
                cases.push((shut.id.as_str(), theirs, "shut "));
            }
            for (reference, part, word) in cases {
                let path = filled(&row.path, reference, part);
                let answer = call(browser, row, &path, "1", person).await;
                // The page of the form that moves a task is the list of the incident's own.
                let is_list = row.method == Method::GET && row.path.ends_with("/place");
                let refused = answer.status == 404 || is_list && answer.status == 200;
                assert!(refused, "{who} {} {path}: {}", row.method, answer.text());
                assert!(!answer.text().contains(word), "{who} {path} shows what is another's");
                tried += 1;
            }
        }
    }
    rows::same(&before, &rows::all(&world).await, "things of others");
    println!("{tried} requests by {} routes", two.len());

    // What was refused is what these very requests do to the incident's own things.
    for row in two {
        let version = version_of(&world, open.part(&row.path)).await;
        let path = filled(&row.path, &open.reference, open.part(&row.path));
        let answer = call(&lead, row, &path, &version, person).await;
        assert!(answer.status.is_success() || answer.status == 303, "{} {path}: {}", row.method, answer.text());
    }
}

#[story]
async fn one_foreign_id_in_a_list_or_a_body_refuses_the_whole(world: World) {
    let maker = Maker::new(&world).await;
    let Three { open, shut, elsewhere, stranger } = three(&world, &maker).await;
    let (lead, analyst) = (world.signed_in(Role::Lead).await, world.signed_in(Role::Analyst).await);
    let known = world.actor(Role::Analyst).await.person_id;
    let at = format!("/api/v1/incidents/{}", open.reference);
    let task = json!({ "title": "T", "phase": "analysis", "people": [known, stranger] });
    let mut sent: Vec<(Method, String, Value)> = vec![
        (Method::POST, format!("{at}/tasks"), task.clone()),
        (Method::PATCH, format!("{at}/tasks/{}", open.task), task),
        (Method::PUT, format!("{at}/access"), json!({ "restricted": true, "team": [known, stranger] })),
        (Method::PATCH, at.clone(), json!({ "owner_id": stranger })),
        (Method::POST, format!("{at}/reports"), json!({ "kind": "executive", "people": [known, stranger] })),
        (Method::POST, "/api/v1/metrics/reports".into(), json!({ "people": [known, stranger] })),
        (
            Method::POST,
            "/api/v1/incidents".into(),
            json!({ "title": "x", "severity": "sev3", "category": "other", "owner_id": stranger }),
        ),
        (
            Method::POST,
            format!("{at}/evidence/{}/custody", open.evidence),
            json!({ "kind": "offered", "details": { "received_by": stranger, "reason": "r", "method": "m" } }),
        ),
    ];
    for foreign in [&shut.task, &elsewhere.task, &open.event] {
        sent.push((Method::POST, format!("{at}/tasks/{}/place", open.task), json!({ "before": foreign })));
    }
    for into in [&elsewhere.reference, &elsewhere.id, &"INC-1999-0001".to_owned()] {
        sent.push((
            Method::POST,
            format!("{at}/phase"),
            json!({ "to": "merged", "merged_into": into, "reason": "same" }),
        ));
    }
    let before = rows::all(&world).await;
    for (method, path, body) in &sent {
        let answer = lead.json(method.clone(), path, Some(body.clone()), &[("if-match", "\"v1\"")]).await;
        assert!(matches!(answer.status.as_u16(), 404 | 422), "{method} {path} {body}: {}", answer.text());
    }
    // To somebody outside of its team a restricted incident is as absent as one that never was.
    let merge = |into: &str| Some(json!({ "to": "merged", "merged_into": into, "reason": "same" }));
    let mut said = Vec::new();
    for into in [&shut.reference, &shut.id, &"INC-1999-0001".to_owned()] {
        let answer = analyst.json(Method::POST, &format!("{at}/phase"), merge(into), &[("if-match", "\"v1\"")]).await;
        let mut body = answer.json();
        body["instance"].take();
        said.push((answer.status, body));
    }
    assert!(said.iter().all(|one| *one == said[2]), "{said:?}");
    rows::same(&before, &rows::all(&world).await, "foreign ids");
}

#[story]
async fn ids_of_another_organisation_or_person_open_nothing(world: World) {
    let maker = Maker::new(&world).await;
    let Three { stranger, .. } = three(&world, &maker).await;
    let admin = world.signed_in(Role::Administrator).await;
    let (lead, analyst) = (world.signed_in(Role::Lead).await, world.signed_in(Role::Analyst).await);
    world.token(Role::Analyst, Scope::ALL).await;
    let before = rows::all(&world).await;
    let person = format!("/api/v1/people/{stranger}");
    let edit = Some(json!({ "name": "Taken" }));
    assert_eq!(admin.read(&person).await.status, 404);
    assert_eq!(admin.json(Method::PATCH, &person, edit, &[("if-match", "\"v1\"")]).await.status, 404);
    assert_eq!(admin.json(Method::POST, &format!("{person}/invitation"), None, &[]).await.status, 404);
    let fields = [("version", "1"), ("name", "Taken"), ("roles", "administrator"), ("time_zone", "UTC")];
    assert_eq!(admin.post(&format!("/people/{stranger}"), &fields).await.status, 404);
    assert_eq!(admin.post(&format!("/people/{stranger}/invite"), &[]).await.status, 404);
    // A token and a session are nobody else's, but for an administrator, who may end them.
    let tokens = analyst.read("/api/v1/tokens").await.json();
    let token = tokens["rows"][0]["id"].as_str().unwrap();
    let sessions = analyst.read("/api/v1/me/sessions").await.json();
    let session = sessions["rows"][0]["id"].as_str().unwrap();
    for (rest, form) in [
        (format!("/api/v1/tokens/{token}"), format!("/tokens/{token}/revoke")),
        (format!("/api/v1/sessions/{session}"), format!("/account/sessions/{session}/revoke")),
    ] {
        assert_eq!(lead.json(Method::DELETE, &rest, None, &[]).await.status, 404, "{rest}");
        assert_eq!(lead.post(&form, &[]).await.status, 404, "{form}");
    }
    assert_eq!(lead.post(&format!("/sessions/{session}/revoke"), &[]).await.status, 403);
    rows::same(&before, &rows::all(&world).await, "ids of others");
    assert_eq!(analyst.get("/account").await.status, 200, "the session lives");
}
