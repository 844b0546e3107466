//! Names on paper and on pages: what somebody did stays under the name that they had, with their handle beside it,
//! whatever they are called later; and whose name nobody takes.

use std::process::Command;

use holdfast_actions::{
    evidence::{self, Registration},
    person,
};
use holdfast_domain::{
    Actor, SessionId,
    evidence::{EvidenceFields, EvidenceKind},
    person::{PersonDraft, Role, Roles},
    token::Scope,
};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    evidence_log::fields,
    visible::text_of,
    world::{Browser, PASSWORD, World, on_both},
};

/// Somebody with a name of their own, signed in.
async fn signed_in(world: &World, name: &str, email: &str) -> (Actor, Browser) {
    let (name, email, roles) = (name.to_owned(), email.to_owned(), Roles::of(&[Role::Lead]));
    let draft = PersonDraft { email: email.clone(), name, roles, time_zone: "UTC".into() };
    let admin = world.actor(Role::Administrator).await;
    let (person, code) = person::add(&world.ctx, &admin, &draft).await.unwrap();
    person::accept_invitation(&world.ctx, &code, PASSWORD).await.unwrap();
    let browser = world.guest();
    assert_eq!(browser.sign_in(&email, PASSWORD).await.status, StatusCode::SEE_OTHER);
    (holdfast_actions::session::actor(&world.ctx, person.id, SessionId(person.id.0)).await.unwrap(), browser)
}

/// Gives oneself a name.
async fn renamed(browser: &Browser, name: &str) {
    let answer = browser.post("/account", &[("name", name), ("time_zone", "UTC")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}: {}", answer.text());
}

/// What can be read of a PDF, or of anything else, without regard to where lines end.
fn letters(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect()
}

fn paper(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let read = Command::new("pdftotext").args(["-raw"]).arg(&file).arg("-").output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    letters(&String::from_utf8(read.stdout).unwrap())
}

/// All that is said of an item's custody and of its incident: papers, pages, tables and JSON, each under its path.
async fn everywhere(world: &World, reader: &Browser, token: &str, reference: &str) -> Vec<(String, String)> {
    let mut read = Vec::new();
    for name in ["log.pdf", "custody-form.pdf", "log.csv"] {
        let path = format!("/api/v1/incidents/{reference}/evidence/{name}?purpose=Court");
        let answer = world.bearer(token, Method::GET, &path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        let text = if name.ends_with(".pdf") { paper(&answer.body) } else { letters(&answer.text()) };
        read.push((path, text));
    }
    for path in [
        format!("/incidents/{reference}/evidence/EV-0001"),
        format!("/incidents/{reference}/history"),
        "/ledger".into(),
    ] {
        let answer = reader.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        read.push((path, letters(&text_of(&answer.text()))));
    }
    read
}

#[tokio::test]
async fn what_was_done_stays_under_the_name_of_that_time_with_the_handle_beside_it() {
    on_both(async |world: World| {
        let reference = world.incident().await.reference;
        let (mal, browser) = signed_in(&world, "Mallory Reed", "mal@example.org").await;
        let (mina, _) = signed_in(&world, "Mina Sato", "mina@example.org").await;
        renamed(&browser, "Jo Black").await;
        let jo = holdfast_actions::session::actor(&world.ctx, mal.person_id, SessionId(mal.person_id.0)).await.unwrap();
        let item = EvidenceFields { witness: String::new(), ..fields(EvidenceKind::Disk, "Laptop") };
        let new = Registration { fields: &item, collected: None, location: "Safe 2", file: None, copy_of: "" };
        evidence::register(&world.ctx, &jo, &reference, new).await.unwrap();
        let offer = [("received_by", &*mina.person_id.to_string()), ("reason", "For imaging"), ("method", "In person")];
        let offered = browser.post(&format!("/incidents/{reference}/evidence/EV-0001/custody/offered"), &offer).await;
        assert_eq!(offered.status, StatusCode::SEE_OTHER, "{}", offered.text());
        renamed(&browser, "Mallory Reed").await;
        let admin = world.signed_in(Role::Administrator).await;
        let path = format!("/api/v1/people/{}", mina.person_id);
        let named = json!({ "name": "Mina Tanaka" });
        let version = admin.json(Method::GET, &path, None, &[]).await.header("etag").to_owned();
        let edited = admin.json(Method::PATCH, &path, Some(named), &[("if-match", &version)]).await;
        assert_eq!(
            (edited.status, edited.json()["handle"].as_str()),
            (StatusCode::OK, Some("mina-sato")),
            "{}",
            edited.text()
        );

        let (lead, token) = (world.signed_in(Role::Lead).await, world.token(Role::Lead, Scope::ALL).await);
        for (path, text) in everywhere(&world, &lead, &token, &reference).await {
            let then = if path.contains(".csv") { "JoBlack,malloryreed" } else { "JoBlack(malloryreed)" };
            assert!(text.contains(then), "{path}: {text}");
            // Elsewhere, who holds it now and entries of other times are named as well.
            let is_chain_alone = ["custody-form.pdf", ".csv", "/history"].iter().any(|part| path.contains(part));
            assert!(!is_chain_alone || !text.contains("MalloryReed"), "{path}: {text}");
            if path.contains(".pdf") {
                assert!(text.contains("MinaSato(minasato)") && !text.contains("Tanaka"), "{path}: {text}");
            }
            assert!(!path.contains("EV-0001") || text.contains("To:MinaSato(minasato)"), "{path}: {text}");
        }
        let get = async |path: &str| world.bearer(&token, Method::GET, path, None).await.json();
        let base = format!("/api/v1/incidents/{reference}");
        let custody = get(&format!("{base}/evidence/EV-0001")).await;
        let event = &custody["custody"][0];
        assert_eq!(
            (&event["actor_name"], &event["actor_handle"]),
            (&json!("Jo Black"), &json!("mallory-reed")),
            "{custody}"
        );
        let history = get(&format!("{base}/history")).await;
        let by = |entry: &&Value| entry["actor"] == "Jo Black" && entry["actor_handle"] == "mallory-reed";
        assert!(history["rows"].as_array().unwrap().iter().any(|entry| by(&entry)), "{history}");
        let log = get(&format!("{base}/evidence/log.json?purpose=Court")).await;
        assert_eq!(log["content"]["rows"][0]["actor_handle"], "mallory-reed");
        let nobody = get(&format!("{base}/evidence/log.json?purpose=Court&without_names=true")).await.to_string();
        assert!(!nobody.contains("mallory-reed") && !nobody.contains("Jo Black"), "{nobody}");

        // What is erased is labelled so, and the handle still says whose it was.
        let erased = world.ctx.db().alone("DELETE FROM ledger_openings WHERE text = 'Jo Black'");
        assert!(erased.execute().await.unwrap() > 2);
        for (path, text) in everywhere(&world, &lead, &token, &reference).await {
            let label = if path.contains(".csv") { "(erasedname),malloryreed" } else { "(erasedname)(malloryreed)" };
            assert!(text.contains(label) && !text.contains("JoBlack"), "{path}: {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_report_names_who_issued_it_as_they_were_called_then() {
    on_both(async |world: World| {
        let (_, browser) = signed_in(&world, "Mallory Reed", "mal@example.org").await;
        renamed(&browser, "Jo Black").await;
        let issued = browser.post("/metrics/issue", &[("period", "3-months"), ("executives", "on")]).await;
        assert_eq!(issued.status, StatusCode::SEE_OTHER, "{}", issued.text());
        renamed(&browser, "Mallory Reed").await;
        let token = world.token(Role::Lead, Scope::ALL).await;
        let reports = world.bearer(&token, Method::GET, "/api/v1/reports", None).await.json();
        let report = &reports["rows"][0];
        assert_eq!(
            (&report["issued_by_name"], &report["issued_by_handle"]),
            (&json!("Jo Black"), &json!("mallory-reed"))
        );
        let pdf = world
            .bearer(&token, Method::GET, &format!("/api/v1/reports/{}", report["id"].as_str().unwrap()), None)
            .await;
        assert!(paper(&pdf.body).contains("JoBlack(malloryreed)"), "{}", paper(&pdf.body));
        let page = letters(&text_of(&world.signed_in(Role::Executive).await.get("/reports").await.text()));
        assert!(page.contains("byJoBlack(malloryreed)") && !page.contains("MalloryReed"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a_taken_name_is_refused_beside_its_field_and_one_given_by_an_administrator_shows_handles() {
    on_both(async |world: World| {
        let reference = world.incident().await.reference;
        let (mal, browser) = signed_in(&world, "Mallory Reed", "mal@example.org").await;
        let (_, mina) = signed_in(&world, "Mina Sato", "mina@example.org").await;
        for name in ["Mina Sato", "MINA  SATO", "М\u{456}na Sato", "Mi\u{200b}na Sato", "Ｍｉｎａ Ｓａｔｏ", "Holdfast"]
        {
            let refused = browser.post("/account", &[("name", name), ("time_zone", "UTC")]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            let page = text_of(&refused.text());
            assert!(page.contains("Somebody else has or had this name"), "{page}");
        }
        assert!(text_of(&browser.get("/account").await.text()).contains("mallory-reed"));
        let admin = world.signed_in(Role::Administrator).await;
        let form = [("version", "1"), ("name", "Mina Sato"), ("roles", "lead"), ("time_zone", "UTC")];
        let given = admin.post(&format!("/people/{}", mal.person_id), &form).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text());
        // The picker of owners, a comment, and who changed a task.
        let task = mina
            .post(
                &format!("/incidents/{reference}/tasks/new"),
                &[
                    ("title", "Call"),
                    ("phase", "analysis"),
                    ("status", "to-do"),
                    ("description", ""),
                    ("status_reason", ""),
                ],
            )
            .await;
        assert_eq!(task.status, StatusCode::SEE_OTHER, "{}", text_of(&task.text()));
        let tasks = world
            .bearer(
                &world.token(Role::Lead, Scope::ALL).await,
                Method::GET,
                &format!("/api/v1/incidents/{reference}/tasks"),
                None,
            )
            .await
            .json();
        assert_eq!(tasks["rows"][0]["created_by_name"], "Mina Sato (mina-sato)", "{tasks}");
        let picker = mina.get(&format!("/incidents/{reference}/edit")).await.text();
        for name in ["Mina Sato (mina-sato)", "Mina Sato (mallory-reed)"] {
            assert!(picker.contains(name), "{picker}");
        }
        let people = text_of(&admin.get("/people").await.text());
        assert!(people.contains("mina-sato") && people.contains("mallory-reed"), "{people}");
    })
    .await;
}
