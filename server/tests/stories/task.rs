//! Tasks and a person's day, as a browser and a script see them.

use holdfast_domain::{person::Role, token::Scope};
use http::{Method, StatusCode};
use serde_json::json;

use crate::{
    snapshot::pinned,
    visible::{part, refused},
    world::{World, on_both},
};

#[tokio::test]
async fn a_task_goes_from_the_list_to_somebodys_day_and_off_it() {
    on_both(async |world: World| {
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
        assert_eq!(lead.post(&format!("{base}/new"), &fields).await.status, StatusCode::SEE_OTHER);
        let blocked: Vec<_> =
            fields.iter().map(|(name, value)| (*name, if *name == "status" { "blocked" } else { value })).collect();
        let answer = lead.post(&format!("{base}/new"), &blocked).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        pinned("task-blocked-without-a-reason", &refused(&answer.text()));

        let mine = world.signed_in(Role::Analyst).await;
        pinned("task-on-somebodys-day", &part(&mine.get("/today").await.text(), ".part"));
        let token = world.token(Role::Analyst, &[Scope::IncidentsRead, Scope::IncidentsWrite]).await;
        let tasks = world.bearer(&token, Method::GET, "/api/v1/tasks", None).await.json();
        let id = tasks["rows"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/incidents/{}/tasks/{id}", now.reference);
        let said =
            world.bearer(&token, Method::POST, &format!("{path}/comments"), Some(json!({ "body": "On it." }))).await;
        assert_eq!(said.status, StatusCode::CREATED, "{}", said.text());
        let done = [("status", "done"), ("version", "1"), ("back", "today")];
        let answer = mine.post(&format!("{base}/{id}/status"), &done).await;
        assert_eq!(answer.header("location"), "/today", "{}", answer.text());
        let stale = mine.post(&format!("{base}/{id}/status"), &[("status", "doing"), ("version", "1")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        pinned("task-off-somebodys-day", &part(&mine.get("/today").await.text(), ".part"));
        let seen = world.bearer(&token, Method::GET, &path, None).await;
        assert_eq!((seen.header("etag"), seen.json()["said"][0]["body"].as_str()), ("\"v2\"", Some("On it.")));
        let timeline = mine.get(&format!("/incidents/{}/timeline", now.reference)).await.text();
        pinned("task-on-the-timeline", &part(&timeline, ".timeline"));
        // Home is where the day is.
        assert_eq!(mine.get("/").await.header("location"), "/today");
    })
    .await;
}

#[tokio::test]
async fn the_order_is_changed_by_a_form_and_by_a_script() {
    on_both(async |world: World| {
        let now = world.incident().await;
        let lead = world.signed_in(Role::Lead).await;
        let base = format!("/incidents/{}/tasks", now.reference);
        assert_eq!(lead.post(&format!("{base}/usual"), &[]).await.status, StatusCode::SEE_OTHER);
        let token = world.token(Role::Lead, Scope::ALL).await;
        let ids = async || {
            let list = world.bearer(&token, Method::GET, &format!("/api/v1{base}"), None).await.json();
            list["rows"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["id"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let before = ids().await;
        lead.post(&format!("{base}/{}/place", before[1]), &[("before", &before[0])]).await;
        let path = format!("/api/v1{base}/{}/place", before[0]);
        let last = world.bearer(&token, Method::POST, &path, Some(json!({}))).await;
        assert_eq!(last.status, StatusCode::NO_CONTENT, "{}", last.text());
        let after = ids().await;
        assert_eq!((after.first(), after.last()), (Some(&before[1]), Some(&before[0])));
    })
    .await;
}
