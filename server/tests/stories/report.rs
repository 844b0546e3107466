//! Reports: written, drafted, issued, kept as they were sent, and read by those they went to.

use holdfast_domain::{Timestamp, person::Role, token::Scope};
use http::Method;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{
    paper::text_of,
    snapshot::pinned,
    visible::{notice, part, refused},
    world::{World, story},
};

#[story]
async fn an_issued_report_is_kept_and_read_by_those_it_went_to(world: World) {
    let now = world.incident().await;
    let lead = world.signed_in(Role::Lead).await;
    let base = format!("/incidents/{}/reports", now.reference);
    let text = "It is over: two passwords were changed.";
    let written = lead.post(&format!("{base}/write"), &[("version", "0"), ("bottom_line", text)]).await;
    assert_eq!(written.header("location"), base, "{}", written.text());
    lead.post(&format!("{base}/write"), &[("version", "0"), ("bottom_line", "late")]).await.is(409);
    let recommended =
        [("body", "Passkeys"), ("kind", "prevent"), ("priority", "high"), ("due_at", ""), ("done_at", "")];
    lead.post(&format!("/incidents/{}/recommendations/new", now.reference), &recommended).await.is(303);

    for kind in ["executive", "post-incident-review"] {
        let draft = lead.get(&format!("{base}/draft/{kind}")).await;
        assert!(draft.body.starts_with(b"%PDF-"), "{kind}: {}", draft.text());
        // The same instant, the same data, the same bytes.
        lead.get(&format!("{base}/draft/{kind}")).await.is(200);
    }
    let nobody = lead.get(&format!("{base}/issue/check?kind=executive")).await;
    pinned("report-for-nobody", &refused(&nobody.text()));
    for _ in 0..2 {
        lead.post(&format!("{base}/issue/check"), &[("kind", "executive"), ("executives", "on")]).await.is(303);
    }

    let executive = world.signed_in(Role::Executive).await;
    assert_eq!(executive.get("/").await.header("location"), "/reports");
    let page = executive.get("/reports").await.text();
    pinned("report-versions-of-an-executive", &part(&page, ".report-what"));
    assert!(!page.contains(&now.reference), "the executive sees no incident");
    let token = world.token(Role::Auditor, &[Scope::ReportsRead]).await;
    let list = world.read(&token, "/api/v1/reports").await.json();
    let first = &list["rows"][1];
    let id = first["id"].as_str().unwrap();
    let pdf = executive.get(&format!("/reports/{id}/pdf")).await;
    assert_eq!(hex::encode(Sha256::digest(&pdf.body)), first["sha256"].as_str().unwrap());
    assert_eq!(pdf.header("content-type"), "application/pdf");
    let same = world.read(&token, &format!("/api/v1/reports/{id}")).await;
    assert_eq!(same.body, pdf.body);
    let history = lead.get(&format!("/incidents/{}/history", now.reference)).await.text();
    pinned("report-history", &part(&history, ".history"));
}

#[story]
async fn a_report_of_a_restricted_incident_is_read_by_its_recipients_alone(world: World) {
    let lead = world.token(Role::Lead, Scope::ALL).await;
    let draft = json!({
        "title": "Quiet matter", "severity": "sev2", "category": "other", "restricted": true, "summary": "Settled."
    });
    let opened = world.post(&lead, "/api/v1/incidents", draft).await.json();
    let reference = opened["reference"].as_str().unwrap();
    let path = format!("/api/v1/incidents/{reference}/reports");
    let auditor = world.actor(Role::Auditor).await;
    // Named twice, they receive it once; an administrator reads no reports and cannot be named.
    let people = [auditor.person_id, auditor.person_id];
    let sent = json!({ "kind": "post-incident-review", "people": people, "confirm": reference });
    let administrator = world.actor(Role::Administrator).await;
    let unreadable = json!({ "kind": "executive", "people": [administrator.person_id] });
    world.signed_in(Role::Lead).await.json(Method::POST, &path, Some(unreadable), &[]).await.is(422);
    // Tokens do not issue: that is a person's action.
    assert_eq!(world.post(&lead, &path, sent.clone()).await.status, 403);
    let issued = world.signed_in(Role::Lead).await.json(Method::POST, &path, Some(sent), &[]).await.is(201);
    let id = issued.json()["id"].as_str().unwrap().to_owned();
    for (role, status) in [(Role::Auditor, 200), (Role::Lead, 200), (Role::Analyst, 404), (Role::Executive, 404)] {
        let answer = world.signed_in(role).await.get(&format!("/reports/{id}/pdf")).await;
        assert_eq!(answer.status.as_u16(), status, "{role}");
    }
    let token = world.token(Role::Auditor, Scope::ALL).await;
    let row = world.read(&token, "/api/v1/reports").await.json()["rows"][0].clone();
    assert_eq!(row["incident_reference"], serde_json::Value::Null);
    // To whom it went is told to its readers, as the report itself tells it.
    assert_eq!((&row["to_executives"], &row["recipients"]), (&json!(false), &json!(["auditor (auditor)"])));
    assert_eq!(issued.json()["recipients"], json!(["auditor (auditor)"]));
    let page = world.signed_in(Role::Auditor).await.get("/reports").await.text();
    pinned("report-to-an-auditor", &part(&page, ".report-what"));
}

#[story]
async fn a_draft_is_shown_again_within_the_minute_unless_something_changed(world: World) {
    let now = world.incident().await;
    let lead = world.signed_in(Role::Lead).await;
    let base = format!("/incidents/{}", now.reference);
    let draft = async || lead.get(&format!("{base}/reports/draft/post-incident-review")).await;
    let first = draft().await;
    assert!(first.body.starts_with(b"%PDF-"), "{}", first.text());
    world.clock.pass(20);
    // Asked for again, it is the same to the byte.
    assert_eq!(draft().await.body, first.body);

    let event = [("lane", "attack"), ("title", "A mail was opened"), ("precision", "exact")];
    assert_eq!(lead.post(&format!("{base}/timeline/new"), &event).await.status, 303);
    let changed = draft().await;
    assert_ne!(changed.body, first.body);
    // Another person's draft names another author.
    let analyst = world.signed_in(Role::Analyst).await;
    let theirs = analyst.get(&format!("{base}/reports/draft/post-incident-review")).await;
    assert_ne!(theirs.body, changed.body);
    world.clock.pass(61);
    assert_ne!(draft().await.body, changed.body, "a minute later it is made anew");
}

/// The sentences of a check's notes; `!` before those that block.
fn notes(check: &serde_json::Value) -> Vec<String> {
    let notes = check["notes"].as_array().unwrap().iter();
    let line = |note: &serde_json::Value| {
        let mark = if note["blocks"] == json!(true) { "! " } else { "" };
        format!("{mark}{}", note["text"].as_str().unwrap())
    };
    notes.map(line).collect()
}

#[story]
async fn a_report_without_its_bottom_line_goes_to_nobody(world: World) {
    let now = world.incident().await;
    let lead = world.signed_in(Role::Lead).await;
    let base = format!("/incidents/{}/reports", now.reference);
    let (api, sent) = (format!("/api/v1{base}"), json!({ "kind": "executive", "executives": true }));
    let check = lead.json(Method::POST, &format!("{api}/check"), Some(sent.clone()), &[]).await.is(200).json();
    assert_eq!(notes(&check)[0], "! The bottom line is not written: an executive report needs one.");
    assert_eq!((&check["recipients"], &check["confined"]), (&json!(["executive (executive)"]), &json!(false)));
    let page = lead.get(&format!("{base}/issue/check?kind=executive&executives=on")).await.text();
    pinned("report-check-of-nothing", &part(&page, "main"));
    lead.json(Method::POST, &api, Some(sent), &[]).await.is(409);
    let form = [("kind", "executive"), ("executives", "on")];
    let refused_page = lead.post(&format!("{base}/issue/check"), &form).await.is(409).text();
    assert!(refused_page.contains("The bottom line is not written"), "{refused_page}");
    let token = world.token(Role::Auditor, &[Scope::ReportsRead]).await;
    assert_eq!(world.read(&token, "/api/v1/reports").await.json()["rows"], json!([]));
}

#[story]
async fn a_report_that_contradicts_itself_is_stopped(world: World) {
    let now = world.incident().await;
    let lead = world.signed_in(Role::Lead).await;
    let room = format!("/incidents/{}", now.reference);
    lead.post(&format!("{room}/reports/write"), &[("version", "0"), ("bottom_line", "It is over.")]).await.is(303);
    let stated = json!({ "at": "2026-09-01T08:00:00Z", "precision": "exact", "source": "evidence" });
    let early = json!({ "time": stated, "reason": "From the log" });
    let put = format!("/api/v1{room}/times/contain");
    lead.json(Method::PUT, &put, Some(early), &[("if-match", "\"v1\"")]).await.is(200);
    let sent = json!({ "kind": "executive", "executives": true });
    let check = format!("/api/v1{room}/reports/check");
    let found = lead.json(Method::POST, &check, Some(sent.clone()), &[]).await.is(200).json();
    assert!(notes(&found)[0].starts_with("! “Contained” is recorded before"), "{found}");
    let refused = lead.json(Method::POST, &format!("/api/v1{room}/reports"), Some(sent), &[]).await.is(409);
    assert!(refused.text().contains("is recorded before"), "{}", refused.text());
}

#[story]
async fn what_is_issued_is_what_was_checked(world: World) {
    let now = world.incident().await;
    let lead = world.signed_in(Role::Lead).await;
    let base = format!("/incidents/{}/reports", now.reference);
    lead.post(&format!("{base}/write"), &[("version", "0"), ("bottom_line", "It is over.")]).await.is(303);
    let sent = json!({ "kind": "executive", "executives": true });
    let check = async || lead.json(Method::POST, &format!("/api/v1{base}/check"), Some(sent.clone()), &[]).await.json();
    let first = check().await;
    let picture = lead.get(&format!("{base}/issue/preview/1.png?kind=executive&executives=on")).await.is(200);
    assert!(picture.body.starts_with(b"\x89PNG"), "{:?}", picture.header("content-type"));
    lead.get(&format!("{base}/issue/preview/9.png?kind=executive&executives=on")).await.is(404);
    let pdf = lead.get(&format!("{base}/issue/preview/report.pdf?kind=executive&executives=on")).await.is(200);
    assert!(pdf.body.starts_with(b"%PDF-"));

    lead.post(&format!("{base}/write"), &[("version", "1"), ("bottom_line", "It is not over.")]).await.is(303);
    let late = json!({ "kind": "executive", "executives": true, "checked": first["checked"] });
    let refused = lead.json(Method::POST, &format!("/api/v1{base}"), Some(late), &[]).await.is(409);
    assert!(refused.text().contains("something else than when you checked it"), "{}", refused.text());
    for forged in ["", "x", "9999999999.00"] {
        let sent = json!({ "kind": "executive", "executives": true, "checked": forged });
        let refused = lead.json(Method::POST, &format!("/api/v1{base}"), Some(sent), &[]).await.is(409);
        assert!(refused.text().contains("not what a check of the report gave"), "{}", refused.text());
    }
    world.clock.pass(61);
    let again = check().await;
    let good = json!({ "kind": "executive", "executives": true, "checked": again["checked"] });
    lead.json(Method::POST, &format!("/api/v1{base}"), Some(good), &[]).await.is(201);
}

#[story]
async fn what_has_only_grown_older_is_issued_within_the_hour(world: World) {
    let now = world.incident().await;
    let lead = world.signed_in(Role::Lead).await;
    let room = format!("/api/v1/incidents/{}/reports", now.reference);
    let texts = [("version", "0"), ("bottom_line", "It is over.")];
    lead.post(&format!("/incidents/{}/reports/write", now.reference), &texts).await.is(303);
    let post = async |path: &str, sent| {
        let lead = world.signed_in(Role::Lead).await;
        lead.json(Method::POST, path, Some(sent), &[]).await
    };
    for (path, kind) in [(room.as_str(), Some("executive")), ("/api/v1/metrics/reports", None)] {
        let mut sent = json!({ "executives": true });
        if let Some(kind) = kind {
            sent["kind"] = json!(kind);
        }
        // An incident that is open is older by a minute in each figure; nothing else is different.
        for (wait, status) in [(90, 201), (3_601, 409)] {
            let found = post(&format!("{path}/check"), sent.clone()).await.is(200).json();
            world.clock.pass(wait);
            let mut confirmed = sent.clone();
            confirmed["checked"] = found["checked"].clone();
            let issued = post(path, confirmed).await.is(status).json();
            if status == 201 {
                let checked = found["checked"].as_str().unwrap().split('.').next().unwrap().parse().unwrap();
                assert_eq!(issued["as_of"], Timestamp::from_seconds(checked).to_string(), "{path}");
            }
        }
    }
}

#[story]
async fn a_confined_report_goes_to_people_by_name_once_its_reference_is_typed(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    let draft = json!({ "title": "Red", "severity": "sev2", "category": "other", "tlp": "red", "summary": "Known." });
    let opened = lead.json(Method::POST, "/api/v1/incidents", Some(draft), &[]).await.is(201).json();
    let reference = opened["reference"].as_str().unwrap();
    let base = format!("/incidents/{reference}/reports");
    let page = lead.get(&format!("{base}/issue")).await.text();
    assert!(!page.contains("name=\"executives\"") && !page.contains("checked"), "{page}");
    let auditor = world.actor(Role::Auditor).await.person_id;
    let post = async |sent| lead.json(Method::POST, &format!("/api/v1{base}"), Some(sent), &[]).await;
    let group = post(json!({ "kind": "post-incident-review", "executives": true, "confirm": reference })).await.is(422);
    assert!(group.text().contains("Choose its readers by name"), "{}", group.text());
    let untyped = post(json!({ "kind": "post-incident-review", "people": [auditor] })).await.is(422);
    assert!(untyped.text().contains(&format!("Type {reference} to confirm")), "{}", untyped.text());
    post(json!({ "kind": "post-incident-review", "people": [auditor], "confirm": reference })).await.is(201);
}

#[story]
async fn a_report_issued_by_mistake_is_withdrawn_and_its_readers_see_that(world: World) {
    let now = world.incident().await;
    let lead = world.signed_in(Role::Lead).await;
    let base = format!("/incidents/{}/reports", now.reference);
    lead.post(&format!("{base}/write"), &[("version", "0"), ("bottom_line", "It is over.")]).await.is(303);
    let issued = lead.post(&format!("{base}/issue/check"), &[("kind", "executive"), ("executives", "on")]).await;
    assert!(notice(&lead.follow(&issued).await.text()).contains("The report is issued and kept."));
    let executive = world.signed_in(Role::Executive).await;
    let token = world.token(Role::Auditor, &[Scope::ReportsRead]).await;
    let id = world.read(&token, "/api/v1/reports").await.json()["rows"][0]["id"].as_str().unwrap().to_owned();
    let before = executive.get(&format!("/reports/{id}/pdf")).await.body;
    executive.post(&format!("/reports/{id}/withdraw"), &[("reason", "Mine")]).await.is(403);
    for unseen in [" ", "\u{200b}\u{202e}"] {
        let blank = lead.post(&format!("/reports/{id}/withdraw"), &[("reason", unseen)]).await.is(422);
        assert!(blank.text().contains("Say why"), "{}", blank.text());
    }
    let withdrawn = lead.post(&format!("/reports/{id}/withdraw"), &[("reason", "Wrong incident")]).await;
    assert!(notice(&lead.follow(&withdrawn).await.text()).contains("The report is withdrawn."));
    let page = executive.get("/reports").await.text();
    pinned("report-withdrawn", &part(&page, ".report-what"));
    assert_eq!(executive.get(&format!("/reports/{id}/pdf")).await.body, before, "its PDF stays");
    let twice = json!({ "reason": "Again" });
    lead.json(Method::POST, &format!("/api/v1/reports/{id}/withdrawal"), Some(twice), &[]).await.is(409);
    let row = world.read(&token, "/api/v1/reports").await.json()["rows"][0].clone();
    let by = (&row["withdrawn_by_name"], &row["withdrawn_by_handle"], &row["withdrawn_reason"]);
    assert_eq!(by, (&json!("lead"), &json!("lead"), &json!("Wrong incident")));
    // The page says so and has no form to do it again.
    let page = lead.get(&format!("/reports/{id}/withdraw")).await.text();
    assert!(page.contains("Wrong incident") && !page.contains("name=\"reason\""), "{page}");
}

#[story]
async fn a_version_that_is_withdrawn_supersedes_nothing(world: World) {
    let now = world.incident().await;
    let lead = world.signed_in(Role::Lead).await;
    let base = format!("/incidents/{}/reports", now.reference);
    lead.post(&format!("{base}/write"), &[("version", "0"), ("bottom_line", "It is over.")]).await.is(303);
    for _ in 0..3 {
        world.clock.pass(1);
        let sent = json!({ "kind": "executive", "executives": true });
        lead.json(Method::POST, &format!("/api/v1{base}"), Some(sent), &[]).await.is(201);
    }
    let versions = async || -> Vec<(String, i64, i64)> {
        let rows = lead.get("/api/v1/reports").await.json()["rows"].as_array().unwrap().clone();
        let number = |row: &serde_json::Value, name: &str| row[name].as_i64().unwrap();
        let version = |row: &serde_json::Value| {
            (row["id"].as_str().unwrap().to_owned(), number(row, "number"), number(row, "latest"))
        };
        rows.iter().map(version).collect()
    };
    let withdraw = async |id: &str| lead.post(&format!("/reports/{id}/withdraw"), &[("reason", "Wrong")]).await.is(303);
    let numbers = |all: &[(String, i64, i64)]| all.iter().map(|(_, number, of)| (*number, *of)).collect::<Vec<_>>();
    let issued = versions().await;
    assert_eq!(numbers(&issued), [(3, 3), (2, 3), (1, 3)]);
    let page = lead.get(&format!("/reports/{}/withdraw", issued[2].0)).await.text();
    assert!(page.contains("Version 3 has superseded it."), "{page}");
    withdraw(&issued[0].0).await;
    assert_eq!(numbers(&versions().await), [(3, 3), (2, 2), (1, 2)], "the last that holds supersedes those before");
    withdraw(&issued[1].0).await;
    assert_eq!(numbers(&versions().await), [(3, 3), (2, 2), (1, 1)]);
    let page = lead.get("/reports").await.text();
    assert!(!page.contains("Superseded"), "{page}");
    // The next one is numbered after all of them.
    let sent = json!({ "kind": "executive", "executives": true });
    let next = lead.json(Method::POST, &format!("/api/v1{base}"), Some(sent), &[]).await.is(201).json();
    assert_eq!(next["number"], json!(4));
}

#[story]
async fn a_check_of_the_metrics_takes_no_more_than_it_uses(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    let check = async |sent| lead.json(Method::POST, "/api/v1/metrics/reports/check", Some(sent), &[]).await;
    let found = check(json!({ "executives": true })).await.is(200).json();
    check(json!({ "executives": true, "checked": found["checked"] })).await.is(422);
}

#[story]
async fn a_report_prints_each_time_with_the_offset_of_its_own_day(world: World) {
    // The organisation is in Berlin; who writes and who reads may be anywhere.
    let token = world.token(Role::Lead, Scope::ALL).await;
    let now = world.incident().await;
    for (title, at) in [("In summer", "2026-07-01T10:00:00Z"), ("In winter", "2026-01-15T11:00:00Z")] {
        let event = json!({ "lane": "attack", "title": title,
            "occurred": { "at": at, "precision": "minute", "source": "user" } });
        let path = format!("/api/v1/incidents/{}/events", now.reference);
        world.post(&token, &path, event).await.is(201);
    }
    let lead = world.signed_in(Role::Lead).await;
    let base = format!("/incidents/{}", now.reference);
    for kind in ["executive", "post-incident-review"] {
        let text = text_of(&lead.get(&format!("{base}/reports/draft/{kind}")).await.body);
        for row in ["1 Jul 2026, 12:00 +02:00", "15 Jan 2026, 12:00 +01:00"] {
            assert!(text.contains(row), "{kind} lacks {row}: {text}");
        }
        // No other clock: what was entered in UTC is nowhere in UTC.
        for other in ["UTC", "10:00", "11:00"] {
            assert!(!text.contains(other), "{kind} has {other}: {text}");
        }
        assert!(text.contains("Europe/Berlin"), "{kind}: {text}");
    }
    let summary = text_of(&lead.get(&format!("{base}/report.pdf")).await.body);
    assert!(summary.contains(" +02:00") && !summary.contains("UTC"), "{summary}");
    let metrics = text_of(&lead.get("/metrics/report.pdf?period=this-month").await.body);
    assert!(metrics.contains("Europe/Berlin") && !metrics.contains("UTC"), "{metrics}");
}
