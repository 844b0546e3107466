//! Reports: written, drafted, issued, kept as they were sent, and read by those they went to.

use holdfast_domain::{person::Role, token::Scope};
use http::{Method, StatusCode};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{
    paper::text_of,
    snapshot::pinned,
    visible::{part, refused},
    world::{World, on_both},
};

#[tokio::test]
async fn an_issued_report_is_kept_and_read_by_those_it_went_to() {
    on_both(async |world: World| {
        let now = world.incident().await;
        let lead = world.signed_in(Role::Lead).await;
        let base = format!("/incidents/{}/reports", now.reference);
        let text = "It is over: two passwords were changed.";
        let written = lead.post(&format!("{base}/write"), &[("version", "0"), ("bottom_line", text)]).await;
        assert_eq!(written.header("location"), base, "{}", written.text());
        let stale = lead.post(&format!("{base}/write"), &[("version", "0"), ("bottom_line", "late")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let recommended =
            [("body", "Passkeys"), ("kind", "prevent"), ("priority", "high"), ("due_at", ""), ("done_at", "")];
        let added = lead.post(&format!("/incidents/{}/recommendations/new", now.reference), &recommended).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());

        for kind in ["executive", "post-incident-review"] {
            let draft = lead.get(&format!("{base}/draft/{kind}")).await;
            assert!(draft.body.starts_with(b"%PDF-"), "{kind}: {}", draft.text());
            // The same instant, the same data, the same bytes.
            let ledger_moved = lead.get(&format!("{base}/draft/{kind}")).await;
            assert_eq!(ledger_moved.status, StatusCode::OK);
        }
        let nobody = lead.post(&format!("{base}/issue"), &[("kind", "executive")]).await;
        pinned("report-for-nobody", &refused(&nobody.text()));
        for _ in 0..2 {
            let issued = lead.post(&format!("{base}/issue"), &[("kind", "executive"), ("executives", "on")]).await;
            assert_eq!(issued.status, StatusCode::SEE_OTHER, "{}", issued.text());
        }

        let executive = world.signed_in(Role::Executive).await;
        assert_eq!(executive.get("/").await.header("location"), "/reports");
        let page = executive.get("/reports").await.text();
        pinned("report-versions-of-an-executive", &part(&page, ".report-what"));
        assert!(!page.contains(&now.reference), "the executive sees no incident");
        let token = world.token(Role::Auditor, &[Scope::ReportsRead]).await;
        let list = world.bearer(&token, Method::GET, "/api/v1/reports", None).await.json();
        let first = &list["rows"][1];
        let id = first["id"].as_str().unwrap();
        let pdf = executive.get(&format!("/reports/{id}/pdf")).await;
        assert_eq!(hex::encode(Sha256::digest(&pdf.body)), first["sha256"].as_str().unwrap());
        assert_eq!(pdf.header("content-type"), "application/pdf");
        let same = world.bearer(&token, Method::GET, &format!("/api/v1/reports/{id}"), None).await;
        assert_eq!(same.body, pdf.body);
        let history = lead.get(&format!("/incidents/{}/history", now.reference)).await.text();
        pinned("report-history", &part(&history, ".history"));
    })
    .await;
}

#[tokio::test]
async fn a_report_of_a_restricted_incident_is_read_by_its_recipients_alone() {
    on_both(async |world: World| {
        let lead = world.token(Role::Lead, Scope::ALL).await;
        let draft = json!({ "title": "Quiet matter", "severity": "sev2", "category": "other", "restricted": true });
        let opened = world.bearer(&lead, Method::POST, "/api/v1/incidents", Some(draft)).await.json();
        let reference = opened["reference"].as_str().unwrap();
        let path = format!("/api/v1/incidents/{reference}/reports");
        let auditor = world.actor(Role::Auditor).await;
        // Named twice, they receive it once; an administrator reads no reports and cannot be named.
        let sent = json!({ "kind": "post-incident-review", "people": [auditor.person_id, auditor.person_id] });
        let administrator = world.actor(Role::Administrator).await;
        let unreadable = json!({ "kind": "executive", "people": [administrator.person_id] });
        let refused = world.signed_in(Role::Lead).await.json(Method::POST, &path, Some(unreadable), &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
        // Tokens do not issue: that is a person's action.
        assert_eq!(world.bearer(&lead, Method::POST, &path, Some(sent.clone())).await.status, StatusCode::FORBIDDEN);
        let issued = world.signed_in(Role::Lead).await.json(Method::POST, &path, Some(sent), &[]).await;
        assert_eq!(issued.status, StatusCode::CREATED, "{}", issued.text());
        let id = issued.json()["id"].as_str().unwrap().to_owned();
        for (role, status) in [(Role::Auditor, 200), (Role::Lead, 200), (Role::Analyst, 404), (Role::Executive, 404)] {
            let answer = world.signed_in(role).await.get(&format!("/reports/{id}/pdf")).await;
            assert_eq!(answer.status.as_u16(), status, "{role}");
        }
        let token = world.token(Role::Auditor, Scope::ALL).await;
        let row = world.bearer(&token, Method::GET, "/api/v1/reports", None).await.json()["rows"][0].clone();
        assert_eq!(row["incident_reference"], serde_json::Value::Null);
        // To whom it went is told to its readers, as the report itself tells it.
        assert_eq!((&row["to_executives"], &row["recipients"]), (&json!(false), &json!(["auditor"])));
        assert_eq!(issued.json()["recipients"], json!(["auditor"]));
        let page = world.signed_in(Role::Auditor).await.get("/reports").await.text();
        pinned("report-to-an-auditor", &part(&page, ".report-what"));
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_shown_again_within_the_minute_unless_something_changed() {
    on_both(async |world: World| {
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
        assert_eq!(lead.post(&format!("{base}/timeline/new"), &event).await.status, StatusCode::SEE_OTHER);
        let changed = draft().await;
        assert_ne!(changed.body, first.body);
        // Another person's draft names another author.
        let analyst = world.signed_in(Role::Analyst).await;
        let theirs = analyst.get(&format!("{base}/reports/draft/post-incident-review")).await;
        assert_ne!(theirs.body, changed.body);
        world.clock.pass(61);
        assert_ne!(draft().await.body, changed.body, "a minute later it is made anew");
    })
    .await;
}

#[tokio::test]
async fn a_report_prints_each_time_with_the_offset_of_its_own_day() {
    on_both(async |world: World| {
        // The organisation is in Berlin; who writes and who reads may be anywhere.
        let token = world.token(Role::Lead, Scope::ALL).await;
        let now = world.incident().await;
        for (title, at) in [("In summer", "2026-07-01T10:00:00Z"), ("In winter", "2026-01-15T11:00:00Z")] {
            let event = json!({ "lane": "attack", "title": title,
                "occurred": { "at": at, "precision": "minute", "source": "user" } });
            let path = format!("/api/v1/incidents/{}/events", now.reference);
            let added = world.bearer(&token, Method::POST, &path, Some(event)).await;
            assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
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
    })
    .await;
}
