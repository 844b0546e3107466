//! Names on paper and on pages: what somebody did stays under the name that they had, with their handle beside it,
//! whatever they are called later; and whose name nobody takes.

use holdfast_actions::{
    evidence::{self, Registration},
    person,
    session::actor,
};
use holdfast_domain::{
    Actor, SessionId,
    evidence::{EvidenceFields, EvidenceKind},
    person::{PersonDraft, Role, Roles},
    token::Scope,
};
use http::Method;
use serde_json::{Value, json};

use crate::{
    evidence_log::fields,
    paper,
    visible::{part, text_of},
    world::{Browser, PASSWORD, World, story},
};

/// Somebody with a name of their own, signed in.
async fn signed_in(world: &World, name: &str, email: &str) -> (Actor, Browser) {
    let (name, email, roles) = (name.to_owned(), email.to_owned(), Roles::of(&[Role::Lead]));
    let draft = PersonDraft { email: email.clone(), name, roles, time_zone: "UTC".into() };
    let admin = world.actor(Role::Administrator).await;
    let (person, code) = person::add(&world.ctx, &admin, &draft).await.unwrap();
    person::accept_invitation(&world.ctx, &code, PASSWORD).await.unwrap();
    let browser = world.guest();
    browser.sign_in(&email, PASSWORD).await.is(303);
    (actor(&world.ctx, person.id, SessionId(person.id.0)).await.unwrap(), browser)
}

/// Gives oneself a name.
async fn renamed(browser: &Browser, name: &str) {
    browser.post("/account", &[("name", name), ("time_zone", "UTC")]).await.is(303);
}

/// Erases a name wherever it was acted under.
async fn erased(world: &World, name: &str) {
    let erased = world.ctx.db().alone("DELETE FROM ledger_openings WHERE text = $1").bind(name.to_owned());
    assert!(erased.execute().await.unwrap() > 2);
}

/// What can be read of it, without regard to where lines end.
fn letters(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect()
}

/// All that is said of an item's custody and of its incident: papers, pages, tables and JSON, each under its path.
async fn everywhere(world: &World, reader: &Browser, token: &str, reference: &str) -> Vec<(String, String)> {
    let mut read = Vec::new();
    for name in ["log.pdf", "custody-form.pdf", "log.csv"] {
        let path = format!("/api/v1/incidents/{reference}/evidence/{name}?purpose=Court");
        let answer = world.read(token, &path).await.is(200);
        let text = if name.ends_with(".pdf") { paper::raw_text_of(&answer.body) } else { answer.text() };
        read.push((path, letters(&text)));
    }
    for path in [
        format!("/incidents/{reference}/evidence/EV-0001"),
        format!("/incidents/{reference}/history"),
        "/ledger".into(),
    ] {
        let page = reader.get(&path).await.is(200).text();
        read.push((path, letters(&text_of(&page))));
    }
    read
}

#[story]
async fn what_was_done_stays_under_the_name_of_that_time_with_the_handle_beside_it(world: World) {
    let reference = world.incident().await.reference;
    let (mal, browser) = signed_in(&world, "Mallory Reed", "mal@example.org").await;
    let (mina, _) = signed_in(&world, "Mina Sato", "mina@example.org").await;
    renamed(&browser, "Jo Black").await;
    let jo = actor(&world.ctx, mal.person_id, SessionId(mal.person_id.0)).await.unwrap();
    let item = EvidenceFields { witness: String::new(), ..fields(EvidenceKind::Disk, "Laptop") };
    let new = Registration { fields: &item, collected: None, location: "Safe 2", file: None, copy_of: "" };
    evidence::register(&world.ctx, &jo, &reference, new).await.unwrap();
    let offer = [("received_by", &*mina.person_id.to_string()), ("reason", "For imaging"), ("method", "In person")];
    browser.post(&format!("/incidents/{reference}/evidence/EV-0001/custody/offered"), &offer).await.is(303);
    renamed(&browser, "Mallory Reed").await;
    let admin = world.signed_in(Role::Administrator).await;
    let path = format!("/api/v1/people/{}", mina.person_id);
    let version = admin.get(&path).await.header("etag").to_owned();
    let named = Some(json!({ "name": "Mina Tanaka" }));
    let edited = admin.json(Method::PATCH, &path, named, &[("if-match", &version)]).await.is(200);
    assert_eq!(edited.json()["handle"], "mina-sato");

    let (lead, token) = (world.signed_in(Role::Lead).await, world.token(Role::Lead, Scope::ALL).await);
    for (path, text) in everywhere(&world, &lead, &token, &reference).await {
        let then = if path.contains(".csv") { "JoBlack,malloryreed" } else { "JoBlack(malloryreed)" };
        assert!(text.contains(then), "{path}: {text}");
        // The history is filtered by people, who are chosen by the names that they have now.
        let text = text.split("##History").last().unwrap_or_default();
        // Elsewhere, who holds it now and entries of other times are named as well.
        let is_chain_alone = ["custody-form.pdf", ".csv", "/history"].iter().any(|part| path.contains(part));
        assert!(!is_chain_alone || !text.contains("MalloryReed"), "{path}: {text}");
        if path.contains(".pdf") {
            assert!(text.contains("MinaSato(minasato)") && !text.contains("Tanaka"), "{path}: {text}");
        }
        assert!(!path.contains("EV-0001") || text.contains("To:MinaSato(minasato)"), "{path}: {text}");
    }
    let get = async |path: &str| world.read(&token, path).await.json();
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
    erased(&world, "Jo Black").await;
    for (path, text) in everywhere(&world, &lead, &token, &reference).await {
        let label = if path.contains(".csv") { "(erasedname),malloryreed" } else { "(erasedname)(malloryreed)" };
        assert!(text.contains(label) && !text.contains("JoBlack"), "{path}: {text}");
    }
    // Nor is a name claimed where that is erased which says of what event an entry is.
    world.ctx.db().alone("DELETE FROM ledger_openings WHERE field = 'values'").execute().await.unwrap();
    let page = lead.get(&format!("/incidents/{reference}/evidence/EV-0001")).await.is(200).text();
    let custody = letters(&part(&page, "table"));
    assert!(custody.contains("(erasedname)(lead)") && !custody.contains("lead(lead)"), "{custody}");
}

#[story]
async fn who_is_named_in_the_history_is_named_as_they_were_called_then(world: World) {
    let now = world.incident().await;
    let (mina, browser) = signed_in(&world, "Mina Sato", "mina@example.org").await;
    let lead = world.signed_in(Role::Lead).await;
    let path = format!("/api/v1/incidents/{}", now.reference);
    let owner = Some(json!({ "owner_id": mina.person_id }));
    lead.json(Method::PATCH, &path, owner, &[("if-match", "\"v1\"")]).await.is(200);
    renamed(&browser, "Mina Tanaka").await;
    let history = lead.get(&format!("{path}/history")).await.json();
    let owners = history["rows"].as_array().unwrap().iter().flat_map(|row| row["changes"].as_array().unwrap());
    let owners: Vec<&Value> = owners.filter(|change| change["field"] == "owner_id").map(|one| &one["after"]).collect();
    assert_eq!(owners, ["Mina Sato (mina-sato)"], "{history}");
}

#[story]
async fn a_report_names_who_issued_withdrew_and_received_it_as_they_were_called_then(world: World) {
    let incident = format!("/incidents/{}", world.incident().await.reference);
    let (_, browser) = signed_in(&world, "Mallory Reed", "mal@example.org").await;
    let (mina, hers) = signed_in(&world, "Mina Sato", "mina@example.org").await;
    renamed(&browser, "Jo Black").await;
    let id = mina.person_id.to_string();
    browser.post(&format!("{incident}/reports/write"), &[("version", "0"), ("bottom_line", "Over.")]).await.is(303);
    let of_both = [
        (format!("{incident}/reports/issue/check"), vec![("kind", "executive"), ("people", &*id)]),
        ("/metrics/issue/check".to_owned(), vec![("period", "3-months"), ("people", &*id)]),
    ];
    for (path, form) in &of_both {
        let query: Vec<String> = form.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let check = text_of(&browser.get(&format!("{path}?{}", query.join("&"))).await.text());
        assert!(check.contains("Mina Sato (mina-sato)"), "{check}");
        browser.post(path, form).await.is(303);
    }
    let token = world.token(Role::Lead, Scope::ALL).await;
    let all = async || world.read(&token, "/api/v1/reports").await.json()["rows"].as_array().unwrap().clone();
    for report in all().await {
        let withdraw = format!("/reports/{}/withdraw", report["id"].as_str().unwrap());
        browser.post(&withdraw, &[("reason", "Wrong figures")]).await.is(303);
    }
    renamed(&browser, "Mallory Reed").await;
    renamed(&hers, "Mina Tanaka").await;
    let reports = all().await;
    assert_eq!(reports.len(), 2);
    for report in &reports {
        for what in ["issued", "withdrawn"] {
            let by = (&report[format!("{what}_by_name")], &report[format!("{what}_by_handle")]);
            assert_eq!(by, (&json!("Jo Black"), &json!("mallory-reed")), "{report}");
        }
        assert_eq!(report["recipients"], json!(["Mina Sato (mina-sato)"]), "{report}");
        let pdf = world.read(&token, &format!("/api/v1/reports/{}", report["id"].as_str().unwrap())).await;
        let text = letters(&paper::raw_text_of(&pdf.body));
        assert!(text.contains("JoBlack(malloryreed)") && text.contains("MinaSato(minasato)"), "{text}");
    }
    let page = async |path: &str| letters(&part(&hers.get(path).await.text(), ".report-what"));
    for path in ["/reports", &format!("{incident}/reports")] {
        let text = page(path).await;
        let by = text.matches("byJoBlack(malloryreed)").count();
        assert!(by % 2 == 0 && by > 0 && !text.contains("MalloryReed") && !text.contains("Tanaka"), "{path}: {text}");
    }
    erased(&world, "Jo Black").await;
    let text = page("/reports").await;
    assert!(text.matches("by(erasedname)(malloryreed)").count() == 4 && !text.contains("JoBlack"), "{text}");
}

#[story]
async fn a_taken_name_is_refused_beside_its_field_and_one_given_by_an_administrator_shows_handles(world: World) {
    let reference = world.incident().await.reference;
    let (mal, browser) = signed_in(&world, "Mallory Reed", "mal@example.org").await;
    let (_, mina) = signed_in(&world, "Mina Sato", "mina@example.org").await;
    for name in ["Mina Sato", "MINA  SATO", "М\u{456}na Sato", "Mi\u{200b}na Sato", "Ｍｉｎａ Ｓａｔｏ", "Holdfast"]
    {
        let refused = browser.post("/account", &[("name", name), ("time_zone", "UTC")]).await.is(422);
        let page = text_of(&refused.text());
        assert!(page.contains("Somebody else has or had this name"), "{page}");
    }
    assert!(text_of(&browser.get("/account").await.text()).contains("mallory-reed"));
    let admin = world.signed_in(Role::Administrator).await;
    let form = [("version", "1"), ("name", "Mina Sato"), ("roles", "lead"), ("time_zone", "UTC")];
    admin.post(&format!("/people/{}", mal.person_id), &form).await.is(303);
    // The picker of owners, a comment, and who changed a task.
    let task =
        [("title", "Call"), ("phase", "analysis"), ("status", "to-do"), ("description", ""), ("status_reason", "")];
    mina.post(&format!("/incidents/{reference}/tasks/new"), &task).await.is(303);
    let token = world.token(Role::Lead, Scope::ALL).await;
    let tasks = world.read(&token, &format!("/api/v1/incidents/{reference}/tasks")).await.json();
    assert_eq!(tasks["rows"][0]["created_by_name"], "Mina Sato (mina-sato)", "{tasks}");
    let picker = mina.get(&format!("/incidents/{reference}/edit")).await.text();
    for name in ["Mina Sato (mina-sato)", "Mina Sato (mallory-reed)"] {
        assert!(picker.contains(name), "{picker}");
    }
    let people = text_of(&admin.get("/people").await.text());
    assert!(people.contains("mina-sato") && people.contains("mallory-reed"), "{people}");
}
