//! The timeline over REST and by its form: what is said of a time is what comes back.

use holdfast_domain::{person::Role, token::Scope};
use http::Method;
use serde_json::{Value, json};

use crate::{
    snapshot::pinned,
    visible::part,
    world::{World, story},
};

fn event(source: &str) -> Value {
    json!({ "lane": "attack", "title": "A mail was opened",
        "occurred": { "at": "2026-09-01T08:00:00Z", "precision": "hour", "source": source } })
}

#[story]
async fn from_where_a_time_is_known_is_kept_and_given_back(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let reference = world.incident().await.reference;
    let path = format!("/api/v1/incidents/{reference}/events");
    let added = world.post(&token, &path, event("evidence")).await.is(201);
    assert_eq!(added.json()["occurred"]["source"], "evidence");
    let one = added.header("location").to_owned();
    let source = async || world.read(&token, &one).await.json()["occurred"]["source"].clone();
    assert_eq!(source().await, "evidence");
    let version = [("if-match", added.header("etag"))];
    world.bearer_with(&token, Method::PATCH, &one, Some(event("alert")), &version).await.is(200);
    assert_eq!(source().await, "alert");
    let odd = world.post(&token, &path, event("hearsay")).await;
    assert_eq!((odd.status.as_u16(), odd.problem().as_str()), (422, "invalid"));
    let history = world.read(&token, &format!("/api/v1/incidents/{reference}/history")).await;
    let changes = history.json()["rows"][0]["changes"].clone();
    assert_eq!(changes, json!([{ "field": "time_source", "before": "evidence", "after": "alert" }]));

    // The form does not ask for it: it stays with a time that stays, and goes with one that is changed.
    let lead = world.signed_in(Role::Lead).await;
    let form = async |version: &str, title: &str, at: &str| {
        let fields = [("version", version), ("lane", "attack"), ("title", title), ("occurred", at)];
        let more = [("occurred_zone", "UTC"), ("occurred_precision", "hour")];
        let to = format!("{}/edit", one.replace("/api/v1", "").replace("/events/", "/timeline/"));
        lead.post(&to, &[&fields[..], &more[..]].concat()).await
    };
    assert_eq!(form("2", "A mail with a macro", "2026-09-01T08:00").await.status, 303);
    assert_eq!(source().await, "alert");
    assert_eq!(form("3", "A mail with a macro", "2026-09-01T09:00").await.status, 303);
    assert_eq!(source().await, "user");
}

#[story]
async fn the_history_tells_times_in_the_readers_zone(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let reference = world.incident().await.reference;
    let at = format!("/api/v1/incidents/{reference}");
    world.post(&token, &format!("{at}/events"), event("alert")).await;
    let task = json!({ "title": "Call the bank", "phase": "analysis", "due_at": "2026-12-01T08:00:00Z" });
    world.post(&token, &format!("{at}/tasks"), task).await.is(201);
    let lead = world.signed_in(Role::Lead).await;
    lead.post("/account", &[("name", "Lead"), ("time_zone", "Europe/Berlin")]).await.is(303);
    for (page, name) in [("", "event-latest-changes"), ("/history", "event-history")] {
        let text = lead.get(&format!("/incidents/{reference}{page}")).await.text();
        pinned(name, &part(&text, ".history"));
        for utc in ["2026-12-01T08:00:00Z", "2026-09-01T08:00:00Z"] {
            assert!(text.contains(&format!("<ins><time datetime=\"{utc}\"")), "{page}: {utc}\n{text}");
        }
    }
}

/// What a field of the page begins with.
fn shown<'a>(page: &'a str, name: &str) -> &'a str {
    let tag = page.split("<input").find(|tag| tag.contains(&format!(" name=\"{name}\""))).unwrap();
    tag.split('>').next().unwrap().split(" value=\"").nth(1).map_or("", |rest| rest.split('"').next().unwrap())
}

#[story]
async fn saving_an_event_that_was_not_touched_moves_none_of_its_times(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let reference = world.incident().await.reference;
    let lead = world.signed_in(Role::Lead).await;
    lead.post("/account", &[("name", "Lead"), ("time_zone", "Europe/Berlin")]).await;
    for zone in [Some("America/New_York"), None] {
        let mut event = event("evidence");
        event["occurred"]["at"] = json!("2026-09-01T08:00:37.123456Z");
        event["occurred"]["precision"] = json!("exact");
        event["occurred"]["zone"] = json!(zone);
        event["occurred_end"] = json!("2026-09-01T09:30:41Z");
        event["learned_at"] = json!("2026-09-02T06:15:09.5Z");
        let added = world.post(&token, &format!("/api/v1/incidents/{reference}/events"), event).await.is(201);
        let one = added.header("location").to_owned();
        let before = world.read(&token, &one).await.json();
        let edit = format!("{}/edit", one.replace("/api/v1", "").replace("/events/", "/timeline/"));
        let page = lead.get(&edit).await.text();
        let times = ["occurred", "occurred_zone", "occurred_end", "learned_at"].map(|name| (name, shown(&page, name)));
        assert_eq!(times[1].1, zone.unwrap_or("Europe/Berlin"));
        let fields =
            [("version", "1"), ("lane", "attack"), ("title", "Another title"), ("occurred_precision", "exact")];
        lead.post(&edit, &[&fields[..], &times[..]].concat()).await.is(303);
        let after = world.read(&token, &one).await.json();
        assert_eq!(after["title"], "Another title");
        for time in ["occurred", "occurred_end", "learned_at"] {
            assert_eq!(after[time], before[time], "{time} in {zone:?}");
        }
    }
}
