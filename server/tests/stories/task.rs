//! Tasks and a person's day, as a browser and a script see them.

use holdfast_domain::{person::Role, token::Scope};
use serde_json::json;

use crate::{
    snapshot::pinned,
    visible::{part, refused},
    world::{World, story},
};

#[story]
async fn a_task_goes_from_the_list_to_somebodys_day_and_off_it(world: World) {
    let now = world.incident().await;
    let analyst = world.actor(Role::Analyst).await;
    let lead = world.signed_in(Role::Lead).await;
    let base = format!("/incidents/{}/tasks", now.reference);
    pinned("task-none-yet", &part(&lead.get(&base).await.text(), ".blank"));
    let person = analyst.person_id.to_string();
    let fields = [
        ("title", "Isolate <b>WS-042</b>"),
        ("phase", "containment"),
        ("status", "to-do"),
        ("people", &*person),
        ("due_at", "2020-01-01T10:00"),
        ("mandatory", "on"),
        ("description", ""),
        ("status_reason", ""),
    ];
    assert_eq!(lead.post(&format!("{base}/new"), &fields).await.status, 303);
    let blocked: Vec<_> =
        fields.iter().map(|(name, value)| (*name, if *name == "status" { "blocked" } else { value })).collect();
    let answer = lead.post(&format!("{base}/new"), &blocked).await.is(422);
    pinned("task-blocked-without-a-reason", &refused(&answer.text()));

    let mine = world.signed_in(Role::Analyst).await;
    pinned("task-on-somebodys-day", &part(&mine.get("/today").await.text(), ".part"));
    let token = world.token(Role::Analyst, &[Scope::IncidentsRead, Scope::IncidentsWrite]).await;
    let tasks = world.read(&token, "/api/v1/tasks").await.json();
    let id = tasks["rows"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/incidents/{}/tasks/{id}", now.reference);
    world.post(&token, &format!("{path}/comments"), json!({ "body": "On it." })).await.is(201);
    let done = [("status", "done"), ("version", "1"), ("back", "today")];
    let answer = mine.post(&format!("{base}/{id}/status"), &done).await;
    assert_eq!(answer.header("location"), "/today", "{}", answer.text());
    mine.post(&format!("{base}/{id}/status"), &[("status", "doing"), ("version", "1")]).await.is(409);
    pinned("task-off-somebodys-day", &part(&mine.get("/today").await.text(), ".part"));
    let seen = world.read(&token, &path).await;
    assert_eq!((seen.header("etag"), seen.json()["said"][0]["body"].as_str()), ("\"v2\"", Some("On it.")));
    let timeline = mine.get(&format!("/incidents/{}/timeline", now.reference)).await.text();
    pinned("task-on-the-timeline", &part(&timeline, ".timeline"));
    // Home is where the day is.
    assert_eq!(mine.get("/").await.header("location"), "/today");
}

#[story]
async fn the_order_is_changed_by_a_form_and_by_a_script(world: World) {
    let now = world.incident().await;
    let lead = world.signed_in(Role::Lead).await;
    let base = format!("/incidents/{}/tasks", now.reference);
    assert_eq!(lead.post(&format!("{base}/usual"), &[]).await.status, 303);
    let token = world.token(Role::Lead, Scope::ALL).await;
    let ids = async || {
        let list = world.read(&token, &format!("/api/v1{base}")).await.json();
        list["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let before = ids().await;
    lead.post(&format!("{base}/{}/place", before[1]), &[("before", &before[0])]).await;
    let path = format!("/api/v1{base}/{}/place", before[0]);
    world.post(&token, &path, json!({})).await.is(204);
    let after = ids().await;
    assert_eq!((after.first(), after.last()), (Some(&before[1]), Some(&before[0])));
}
