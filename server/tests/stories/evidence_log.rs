//! The evidence log: asked for in a browser or by a script, recorded before it leaves, checked offline.

use holdfast_actions::{
    evidence::{self, Happening, Registration},
    incident, ledger,
};
use holdfast_domain::{
    custody::CustodyKind,
    evidence::{Details, EvidenceFields, EvidenceKind},
    incident::Incident,
    marking::Tlp,
    person::Role,
    token::Scope,
};
use holdfast_interop::evidence_log::{self, EvidenceLog, verify};
use holdfast_ledger::VerifyingKey;
use holdfast_store::blob::whole;
use serde_json::json;

use crate::{
    paper::{data_of, text_of},
    snapshot::pinned,
    visible::{self, part, table},
    world::{Answer, World, story},
};

const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// A disk image or a notebook.
pub fn fields(kind: EvidenceKind, title: &str) -> EvidenceFields {
    let given = json!({ "kind": kind, "title": title, "tlp": "red", "contains_personal_data": true,
        "method": "log-export", "tool": "ewfacquire", "authority": "policy 7", "witness": "Vera Stein" });
    serde_json::from_value(given).unwrap()
}

/// How many exports the history of an incident shows.
async fn exports(world: &World, reference: &str) -> usize {
    let (ctx, auditor) = (&world.ctx, world.actor(Role::Auditor).await);
    let seen = incident::view(ctx, &auditor, reference).await.unwrap();
    let history = incident::history(ctx, &auditor, &seen, None, 20).await.unwrap();
    history.rows.iter().filter(|row| row.kind == "evidence.log_exported").count()
}

/// The ledger's key, as it is given out.
async fn vkey(world: &World, token: &str) -> VerifyingKey {
    world.read(token, "/api/v1/ledger/vkey").await.text().trim().parse().unwrap()
}

/// The log in an answer, which the verifier accepts.
fn verified(answer: &Answer, key: &VerifyingKey) -> EvidenceLog {
    let report = verify(&answer.body, key);
    assert!(report.ok(), "{report}");
    serde_json::from_slice(&answer.body).unwrap()
}

/// Two items of an incident: one sealed, handed over and held, one given back.
async fn story_of(world: &World) -> Incident {
    let now = world.incident().await;
    let (ctx, lead, analyst) = (&world.ctx, world.actor(Role::Lead).await, world.actor(Role::Analyst).await);
    let stored = ctx.blobs().put(whole("test"), None).await.unwrap();
    for (by, kind, title, location, file) in [
        (&analyst, EvidenceKind::Disk, "Laptop", "Safe 2", Some(&stored)),
        (&lead, EvidenceKind::Physical, "Notebook", "", None),
    ] {
        let new = Registration { fields: &fields(kind, title), collected: None, location, file, copy_of: "" };
        evidence::register(ctx, by, &now.reference, new).await.unwrap();
    }
    let told = Details {
        reason: "=Übergabe".into(),
        method: "in person".into(),
        recipient: "Vera Stein".into(),
        witness: "Vera Stein".into(),
        matter_no: "M-1".into(),
        seal_no: "S-17".into(),
        ..Details::default()
    };
    for (by, label, kind) in [
        (&analyst, "EV-0001", CustodyKind::Sealed),
        (&analyst, "EV-0001", CustodyKind::Offered),
        (&lead, "EV-0001", CustodyKind::Accepted),
        (&lead, "EV-0001", CustodyKind::HoldPlaced),
        (&lead, "EV-0002", CustodyKind::Returned),
    ] {
        world.clock.pass(60);
        let received_by = (kind == CustodyKind::Offered).then_some(lead.person_id);
        let happening = Happening { kind, occurred_at: None, details: Details { received_by, ..told.clone() } };
        evidence::happen(ctx, by, &now.reference, label, happening).await.unwrap();
    }
    evidence::verify(ctx, &lead, &now.reference, "EV-0001").await.unwrap();
    now
}

#[story]
async fn an_outsider_checks_the_log_that_was_handed_out(world: World) {
    let now = story_of(&world).await;
    let token = world.token(Role::Auditor, Scope::ALL).await;
    let base = format!("/api/v1/incidents/{}/evidence/log", now.reference);
    let get = async |query: &str| world.read(&token, &format!("{base}{query}")).await;
    let key = vkey(&world, &token).await;

    let answer = get(".json?purpose=Disclosure&legal_basis=Order+12").await.is(200);
    let log = verified(&answer, &key);
    let events: Vec<&str> = log.content.rows.iter().map(|row| row.event.as_str()).collect();
    let told = "collected moved collected sealed offered transferred hold_placed returned verified";
    assert_eq!(events.join(" "), told);
    let (first, second) = (&log.content.items[0], &log.content.items[1]);
    assert_eq!((first.title.as_str(), first.kind.as_str(), first.holds), ("Laptop", "disk", 1));
    assert_eq!((first.size_bytes, first.sha256.as_str(), first.status.as_str()), (Some(4), SHA, "in_custody"));
    assert_eq!((second.label.as_str(), second.status.as_str(), second.sha256.as_str()), ("EV-0002", "returned", ""));
    assert_eq!((log.content.tlp, log.content.acquisitions[0].tool.as_str()), (Tlp::Red, "ewfacquire"));
    let (sealed, offered) = (&log.content.rows[3], &log.content.rows[4]);
    assert_eq!(sealed.seal_no, "S-17");
    assert!(sealed.notes.contains("witness: Vera Stein"), "{}", sealed.notes);
    assert_eq!((offered.actor_name.as_str(), offered.purpose.as_str()), ("analyst", "=Übergabe"));
    assert_eq!(offered.received_by, world.actor(Role::Lead).await.person_id.to_string());
    assert_eq!(log.content.rows[8].hash_ok, Some(true));
    assert_eq!(log.content.requestor, "auditor (auditor)");

    let one = get(".json?purpose=Disclosure&item=EV-0002&without_names=true").await;
    verified(&one, &key);
    let text = one.text();
    assert!(!text.contains("Vera Stein") && !text.contains("Laptop"), "{text}");
    let table = get(".csv?purpose=Disclosure&bom=true").await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8");
    assert!(table.text().starts_with("\u{feff}seq,event_id,incident,item,event,"));
    assert!(table.text().contains(",'=Übergabe,"), "{}", table.text());
    assert_eq!(table.text().lines().count(), 10);

    // Each was recorded, with its hash, before it left; the whole ledger holds.
    let auditor = world.actor(Role::Auditor).await;
    assert_eq!(exports(&world, &now.reference).await, 3);
    let report = ledger::verify(&world.ctx, auditor.org_id).await.unwrap();
    assert!(report.ok(), "{report}");
}

#[story]
async fn who_may_not_or_does_not_say_why_gets_nothing_and_nothing_is_recorded(world: World) {
    let now = story_of(&world).await;
    let path = format!("/incidents/{}/evidence/log", now.reference);
    let analyst = world.signed_in(Role::Analyst).await;
    let page = analyst.get(&path).await.is(200);
    pinned("evidence-log-form", &part(&page.text(), "main"));
    assert_eq!(analyst.get(&format!("{path}.json?purpose=")).await.status, 422);
    assert_eq!(analyst.get(&format!("{path}.json?purpose=x&item=EV-0009")).await.status, 404);
    assert_eq!(analyst.get(&format!("{path}.json?purpose=x&more=1")).await.status, 422);
    let executive = world.signed_in(Role::Executive).await;
    assert_eq!(executive.get(&format!("{path}.csv?purpose=x")).await.status, 403);
    assert_eq!(exports(&world, &now.reference).await, 0);
    let saved = analyst.get(&format!("{path}.csv?item=&purpose=x&legal_basis=&without_names=on")).await;
    assert_eq!(
        saved.header("content-disposition"),
        format!("attachment; filename=\"{}-evidence-log.csv\"", now.reference)
    );
}

#[story]
async fn the_log_of_a_period_is_across_incidents_and_holds_what_was_recorded_in_it(world: World) {
    let first = story_of(&world).await;
    world.clock.pass(3 * 86_400);
    let second = story_of(&world).await;
    let token = world.token(Role::Auditor, Scope::ALL).await;
    let key = vkey(&world, &token).await;
    let day = |at: holdfast_domain::Timestamp| at.to_string().chars().take(10).collect::<String>();
    let (early, late) = (day(first.created_at), day(second.created_at));
    let get = async |kind: &str, from: &str, to: &str| {
        let path = format!("/api/v1/evidence/log.{kind}?purpose=Audit&from={from}&to={to}");
        world.read(&token, &path).await
    };
    let both = get("json", &early, &late).await;
    let log = verified(&both, &key);
    assert_eq!((log.content.items.len(), log.content.rows.len()), (4, 18));
    // Both incidents have an EV-0001; how each was acquired names its incident.
    let acquired: std::collections::BTreeSet<&str> =
        log.content.acquisitions.iter().map(|how| how.item.as_str()).collect();
    assert_eq!(acquired.len(), log.content.acquisitions.len(), "{acquired:?}");
    let named = |row: &evidence_log::LoggedEvent| (row.incident.clone(), row.item_id.clone());
    let items: std::collections::BTreeSet<_> =
        log.content.items.iter().map(|item| (item.incident.clone(), item.id.clone())).collect();
    assert!(log.content.rows.iter().map(named).all(|row| items.contains(&row)), "{:?}", log.content.rows);
    let one = get("json", &late, &late).await;
    let log = verified(&one, &key);
    assert!(log.content.items.iter().all(|item| item.incident == second.reference), "{:?}", log.content.items);
    assert!(get("pdf", &early, &late).await.body.starts_with(b"%PDF-"));
    let csv = get("csv", &early, &late).await.text();
    assert_eq!(csv.lines().count(), 19);
    for reference in [&first.reference, &second.reference] {
        assert_eq!(csv.matches(&format!(",{reference},EV-000")).count(), 9, "{csv}");
    }
    for (from, to) in [("", ""), (&*late, &*early), ("2020-01-01", &*late), ("yesterday", "today")] {
        assert_eq!(get("json", from, to).await.status, 422, "{from} {to}");
    }
    // A day is as long as its zone has it, where clocks change at midnight too.
    let zone = [("name", "Auditor"), ("time_zone", "America/Santiago")];
    world.signed_in(Role::Auditor).await.post("/account", &zone).await.is(303);
    for (day, from, to) in [
        ("2026-04-04", "2026-04-04T03:00:00Z", "2026-04-05T04:00:00Z"),
        ("2026-09-06", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"),
    ] {
        let log = get("json", day, day).await.is(200);
        let log: EvidenceLog = serde_json::from_slice(&log.body).unwrap();
        assert_eq!(
            log.content.scope,
            evidence_log::LogSubject::Period { from: from.parse().unwrap(), to: to.parse().unwrap() }
        );
    }
    // Both ways of reading it on paper say who holds what.
    for name in ["log.pdf", "custody-form.pdf"] {
        let path = format!("/api/v1/incidents/{}/evidence/{name}?purpose=Audit", first.reference);
        assert!(world.read(&token, &path).await.body.starts_with(b"%PDF-"), "{name}");
    }
    let auditor = world.actor(Role::Auditor).await;
    assert!(ledger::verify(&world.ctx, auditor.org_id).await.unwrap().ok());
}

#[story]
async fn the_paper_names_each_item_with_its_incident_and_claims_no_more_than_it_compared(world: World) {
    let first = story_of(&world).await;
    world.clock.pass(3 * 86_400);
    let second = story_of(&world).await;
    // Looked at, then moved: one chain of numbers, of which the second day has the end only.
    let (ctx, lead) = (&world.ctx, world.actor(Role::Lead).await);
    let seen = incident::view(ctx, &lead, &first.reference).await.unwrap();
    evidence::item(ctx, &lead, &seen, "EV-0001").await.unwrap();
    world.clock.pass(60);
    let moved = Details { location: "Safe 3".into(), ..Details::default() };
    let moved = Happening { kind: CustodyKind::Moved, occurred_at: None, details: moved };
    evidence::happen(ctx, &lead, &first.reference, "EV-0001", moved).await.unwrap();
    let token = world.token(Role::Auditor, Scope::ALL).await;
    let get = async |path: &str| world.read(&token, path).await;
    let day = second.created_at.to_string().chars().take(10).collect::<String>();
    let excerpt = get(&format!("/api/v1/evidence/log.pdf?purpose=Audit&from={day}&to={day}")).await;
    let (data, text) = (data_of(&excerpt.body), text_of(&excerpt.body));
    let labels: Vec<&str> =
        data["items"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect();
    let of = |now: &Incident, label: &str| format!("{}/{label}", now.reference);
    assert_eq!(labels, [of(&first, "EV-0001"), of(&second, "EV-0001"), of(&second, "EV-0002")]);
    let numbers = |data: &serde_json::Value, at: usize| -> Vec<u64> {
        data["items"][at]["entries"].as_array().unwrap().iter().map(|entry| entry["seq"].as_u64().unwrap()).collect()
    };
    // Collected, moved, sealed, offered, accepted, held and verified came before.
    assert_eq!(numbers(&data, 0), [8, 9], "{data}");
    assert_eq!((&data["items"][0]["is_whole"], &data["items"][0]["gaps"]), (&false.into(), &serde_json::json!([])));
    assert!(text.contains("No gaps within this excerpt of events 8 to 9."), "{text}");
    assert!(text.contains("No gaps within this excerpt of events 1 to 7."), "{text}");
    assert!(!text.contains("valid after the one before"), "an excerpt was not compared with what came before: {text}");
    assert!(text.contains(&of(&first, "EV-0001")) && text.contains(&of(&second, "EV-0001")), "{text}");

    let path = format!("/api/v1/incidents/{}/evidence/log.pdf?purpose=Audit&item=EV-0001", first.reference);
    let whole = get(&path).await;
    let (data, text) = (data_of(&whole.body), text_of(&whole.body));
    assert_eq!(numbers(&data, 0), (1..=9).collect::<Vec<u64>>(), "a view is numbered among the others");
    let valid = "No gaps: events 1 to 9 follow one another, and each is valid after the one before.";
    assert!(text.contains(valid), "{text}");
    // What is offered has changed hands only once it is accepted.
    let (offered, accepted) = (&data["items"][0]["entries"][3], &data["items"][0]["entries"][4]);
    assert_eq!((&offered["event"], &offered["received_by"]), (&"offered".into(), &"lead (lead)".into()));
    assert!(text.contains("offered to lead"), "{text}");
    assert_eq!(
        (&accepted["released_by"], &accepted["received_by"]),
        (&"analyst (analyst)".into(), &"lead (lead)".into())
    );
    assert!(text.contains("from analyst (analyst) to lead (lead)"), "{text}");
    // What was recorded within the second is printed once.
    assert!(!text.contains("recorded 21 Sep"), "{text}");
    let form = get(&format!("/api/v1/incidents/{}/evidence/custody-form.pdf?purpose=Audit", first.id)).await;
    let saved = format!("attachment; filename=\"{}-custody-form.pdf\"", first.reference);
    assert_eq!(form.header("content-disposition"), saved, "also where the id was asked for");
    let steps = data_of(&form.body)["steps"].clone();
    assert_eq!(steps[0]["item"], of(&first, "EV-0001"));
    let hands = |at: usize| (steps[at]["released_by"].clone(), steps[at]["received_by"].clone());
    assert_eq!(hands(4), ("".into(), "analyst (analyst)".into()), "{steps}");
    assert!(steps[4]["comments"].as_str().unwrap().starts_with("to lead (lead); "), "{steps}");
    assert_eq!(hands(5), ("analyst (analyst)".into(), "lead (lead)".into()), "{steps}");
    // Both clocks, side by side.
    for paper in [&text, &text_of(&form.body)] {
        assert!(paper.contains("21 Sep 2026, 16:13:20 +02:00"), "{paper}");
        assert!(paper.contains("21 Sep 2026, 14:13:20 UTC"), "{paper}");
    }

    pages_name_each_item_with_its_incident(&world, [&first, &second]).await;
}

/// The register, what is offered, and what is found.
async fn pages_name_each_item_with_its_incident(world: &World, of: [&Incident; 2]) {
    let browser = world.signed_in(Role::Analyst).await;
    let page = browser.get("/evidence").await.text();
    pinned("register-of-two-incidents", &table(&page));
    let found = visible::text_of(&browser.get("/search?q=Laptop").await.text());
    for now in of {
        assert!(found.contains(&format!("{}/EV-0001", now.reference)), "{found}");
    }
}
