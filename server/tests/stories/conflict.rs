//! Two people edit one incident in their browsers: nothing that either typed is lost.

use holdfast_domain::person::Role;
use holdfast_domain::token::Scope;
use http::Method;
use serde_json::json;

use crate::{
    snapshot::pinned,
    visible::{main, part, refused},
    world::{World, pairs, story},
};

#[story]
async fn the_later_one_is_shown_both_texts_and_keeps_what_was_typed(world: World) {
    let opened = world.incident().await;
    let path = format!("/incidents/{}/edit", opened.reference);
    let (one, other) = (world.signed_in(Role::Lead).await, world.signed_in(Role::Analyst).await);
    let version = opened.version.to_string();
    let fields = |title: &'static str| {
        vec![
            ("version", version.clone()),
            ("title", title.to_owned()),
            ("summary", opened.fields.summary.clone()),
            ("severity", "sev3".to_owned()),
            ("category", "fraud".to_owned()),
            ("tlp", "amber".to_owned()),
            ("pap", "amber".to_owned()),
            ("disposition", "unknown".to_owned()),
        ]
    };
    let send = async |browser: &crate::world::Browser, title| browser.post(&path, &pairs(&fields(title))).await;
    send(&one, "What the lead wrote").await.is(303);
    let second = send(&other, "What the analyst wrote").await.is(409);
    pinned("conflict-both-texts", &refused(&second.text()));
    let shown = other.get(&format!("/incidents/{}", opened.reference)).await.text();
    assert_eq!(part(&shown, "h1"), "# What the lead wrote");
    assert!(!shown.contains("What the analyst wrote"));
}

#[story]
async fn a_refused_form_comes_back_with_what_was_typed_and_what_is_wrong(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    let long = "x".repeat(300);
    let fields = [
        ("title", long.as_str()),
        ("summary", "kept & <shown>"),
        ("severity", "sev2"),
        ("category", "other"),
        ("tlp", "amber"),
        ("pap", "amber"),
        ("detected", "2026-09-01T08:00"),
        ("detected_zone", "UTC"),
        ("detected_precision", "hour"),
    ];
    let answer = lead.post("/incidents/new", &fields).await.is(422);
    let page = answer.text();
    pinned("conflict-refused-and-kept", &main(&page));
    assert!(page.contains("kept &amp; &lt;shown"), "typed text comes back, escaped");
}

/// What a browser would send of a form that nobody touched.
fn as_it_stands(page: &str, class: &str) -> Vec<(String, String)> {
    let form = page.split("<form").find(|form| form.contains(&format!("class=\"{class}\""))).unwrap();
    let form = form.split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let value = tag.split_once(&format!(" {name}=\""))?.1.split('"').next()?;
        Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    };
    let mut sent = Vec::new();
    for part in form.split('<') {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let Some(name) = attribute(tag, "name") else { continue };
        let is_choice = tag.contains("type=\"radio\"") || tag.contains("type=\"checkbox\"");
        if tag.starts_with("textarea") {
            sent.push((name, text.strip_prefix('\n').unwrap_or(text).to_owned()));
        } else if tag.starts_with("input") && (!is_choice || tag.contains(" checked")) {
            sent.push((name, attribute(tag, "value").unwrap_or_else(|| "on".into())));
        }
    }
    sent
}

fn with(sent: &[(String, String)], name: &str, value: &str) -> Vec<(String, String)> {
    let mut sent: Vec<_> = sent.iter().filter(|(key, _)| key != name).cloned().collect();
    sent.push((name.to_owned(), value.to_owned()));
    sent
}

#[story]
async fn of_an_event_each_keeps_what_they_touched_to_the_microsecond(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let reference = world.incident().await.reference;
    let path = format!("/api/v1/incidents/{reference}/events");
    let first = json!({ "lane": "attack", "title": "A mail was opened", "description": "At the desk",
            "learned_at": "2026-09-02T06:15:09.5Z", "in_report": true, "techniques": [{ "technique": "T1566" }],
            "occurred": { "at": "2026-09-01T08:00:37.123456Z", "precision": "exact", "source": "evidence" } });
    let added = world.post(&token, &path, first).await.is(201);
    let one = added.header("location").to_owned();
    let edit = format!("{}/edit", one.replace("/api/v1", "").replace("/events/", "/timeline/"));
    let lead = world.signed_in(Role::Lead).await;
    let form = as_it_stands(&lead.get(&edit).await.text(), "form");

    let second = json!({ "description": "At the counter", "learned_at": "2026-09-02T07:00:00.25Z", "in_report": false,
            "techniques": [{ "technique": "T1059" }], "occurred": { "at": "2026-09-01T09:30:12.654321Z",
            "precision": "hour", "source": "alert", "zone": "Asia/Tokyo", "original": "half past six" } });
    let version = [("if-match", added.header("etag"))];
    let edited = world.bearer_with(&token, Method::PATCH, &one, Some(second), &version).await.is(200);
    let theirs = edited.json();

    // First refused for a reason of its own: what was touched is still known afterwards.
    let lane = with(&form, "lane", "attack");
    let empty = lead.post(&edit, &pairs(&with(&lane, "title", ""))).await.is(422);
    let again = as_it_stands(&empty.text(), "form");
    let again = with(&with(&with(&again, "lane", "attack"), "title", "A macro ran"), "occurred_precision", "exact");
    let late = lead.post(&edit, &pairs(&with(&again, "description", "At the till"))).await.is(409);
    pinned("conflict-event", &refused(&late.text()));
    let settled = as_it_stands(&late.text(), "conflict");
    let kept =
        |name: &str| settled.iter().find(|(key, _)| *key == format!("keep_{name}")).map(|(_, side)| side.as_str());
    let sides =
        ["title", "description", "occurred", "precision", "learned_at", "in_report", "techniques", "time_source"]
            .map(kept);
    let (yours, theirs_kept) = (Some("yours"), Some("theirs"));
    assert_eq!(sides, [yours, yours, theirs_kept, theirs_kept, theirs_kept, theirs_kept, theirs_kept, None]);

    // A settled form that is refused comes back with what was chosen.
    let refused = lead.post(&edit, &pairs(&with(&settled, "occurred_end", "2026-08-01T08:00"))).await.is(422);
    let shown = as_it_stands(&refused.text(), "form");
    assert!(shown.contains(&("occurred".into(), "2026-09-01T09:30".into())), "{shown:?}");
    assert!(refused.text().contains("<option value=\"hour\" selected"), "{}", refused.text());

    lead.post(&edit, &pairs(&settled)).await.is(303);
    let after = world.read(&token, &one).await.json();
    for name in ["occurred", "learned_at", "in_report", "techniques"] {
        assert_eq!(after[name], theirs[name], "{name}");
    }
    assert_eq!((&after["title"], &after["description"]), (&json!("A macro ran"), &json!("At the till")));
}
