//! The ledger as people read it: every kind of entry is a sentence with its object and a link, lists are filtered
//! without saying anything of restricted entries, and one entry opens with before and after.

use std::{collections::BTreeSet, fs, path::Path};

use holdfast_actions::{ledger, session::REFUSED};
use holdfast_domain::{PersonId, entry_kind::EntryKind, ledger::LedgerFilter, person::Role, token::Scope};
use holdfast_ledger::{
    Hash,
    entry::{EntryActor, EntryDraft, Subject},
    leaf_hash,
};
use holdfast_store::{ledger as rows, ledger_concern};
use http::Method;
use serde_json::{Map, Value, json};

use crate::{
    fixtures::{Fixture, Maker, Word},
    visible::{main, table},
    world::{Answer, Browser, World, story},
};

/// Every kind that the actions write, as their source names it.
fn written() -> BTreeSet<String> {
    let groups: BTreeSet<String> =
        EntryKind::all().iter().filter_map(|kind| Some(kind.kind.split_once('.')?.0.to_owned())).collect();
    let is_kind = |text: &&str| {
        let parts = text.split_once('.').filter(|(group, _)| groups.contains(*group));
        parts.is_some_and(|(_, verb)| !verb.is_empty() && verb.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
    };
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/actions/src")];
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            found.extend(source.split('"').filter(is_kind).map(str::to_owned));
        }
    }
    found
}

/// What entries of every kind say, each of them in one entry: ids of things that there are, and codes.
fn everything(own: &Fixture, other: &str, report: &str, person: &str) -> Map<String, Value> {
    let all = json!({
        "task": own.task, "event": own.event, "indicator": own.indicator, "asset": own.asset,
        "vulnerability": own.vulnerability, "recommendation": own.recommendation, "contact": own.contact,
        "link": own.link, "other": other, "label": own.evidence, "count": 3, "report": report,
        "version": 2, "kind": "post-incident-review", "received_by": person, "hash_ok": false,
        (REFUSED): "settings.edit", "left_out": 4, "entered_at": "2026-09-01T08:00:00Z", "roles": "lead,analyst",
        "scopes": "incidents:read,ledger:read", "format": "attack-flow", "added": [person],
        "changes": { "status": { "before": "new", "after": "triage" }, "time.detect": { "after": "2026-09-01T08:00:00Z" } },
    });
    all.as_object().unwrap().clone()
}

/// Appends an entry of a kind as an action would write it, about the subject that such an entry has.
async fn append(world: &World, kind: &EntryKind, subject: (&str, &str), data: Map<String, Value>, by: PersonId) -> i64 {
    let org = world.actor(Role::Lead).await.org_id;
    let mut tx = world.ctx.db().write().await.unwrap();
    let head = rows::lock_head(&mut tx, org).await.unwrap();
    let actor = EntryActor { id: by.to_string(), name_commit: Hash::ZERO };
    let subject = Subject { kind: subject.0.into(), id: subject.1.into() };
    let other = data.get("other").and_then(Value::as_str).map(str::to_owned);
    let mut draft = EntryDraft::new(&org.to_string(), &kind.kind, subject.clone(), actor);
    draft.data = data;
    let seq = u64::try_from(head.size).unwrap();
    let bytes = draft.at(seq, Hash::ZERO, head.last_at.micros()).to_bytes().unwrap();
    let entry = rows::NewEntry {
        seq: head.size,
        leaf_hash: *leaf_hash(&bytes).as_bytes(),
        entry: String::from_utf8(bytes).unwrap(),
        kind: kind.kind.clone(),
        subject_kind: subject.kind,
        subject_id: subject.id,
        actor_id: Some(by),
        recorded_at: head.last_at,
    };
    rows::insert_entry(&mut tx, org, entry).await.unwrap();
    // What an action says of another incident it notes as well.
    let concerns = other.filter(|_| kind.group == "link").map(|id| id.parse().unwrap());
    ledger_concern::insert(&mut tx, org, head.size, concerns.as_slice()).await.unwrap();
    let moved = rows::LedgerHead { size: head.size + 1, ..head };
    rows::set_head(&mut tx, org, &moved).await.unwrap();
    tx.commit().await.unwrap();
    moved.size - 1
}

fn holds_an_id(text: &str) -> bool {
    let is_id = |word: &str| word.len() == 36 && word.matches('-').count() == 4;
    text.split(|c: char| !c.is_ascii_hexdigit() && c != '-').any(is_id)
}

async fn issued(world: &World, own: &Fixture) -> String {
    let browser = world.signed_in(Role::Lead).await;
    let people = [world.actor(Role::Executive).await.person_id];
    let body = json!({ "kind": "post-incident-review", "people": people });
    let path = format!("/api/v1/incidents/{}/reports", own.reference);
    let answer = browser.json(Method::POST, &path, Some(body), &[]).await.is(201);
    answer.json()["id"].as_str().unwrap().to_owned()
}

#[story]
async fn every_kind_of_entry_is_a_sentence_with_its_object_and_a_link_that_opens(world: World) {
    let all = EntryKind::all();
    let known: BTreeSet<String> = all.iter().map(|kind| kind.kind.clone()).collect();
    let unknown: Vec<_> = written().difference(&known).cloned().collect();
    assert!(unknown.is_empty(), "kinds that crates/domain/src/entry_kind.rs has no words for: {unknown:?}");
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let report = issued(&world, &own).await;
    let lead = world.actor(Role::Lead).await;
    let token = holdfast_actions::token::list(&world.ctx, &lead).await.unwrap()[0].id.to_string();
    let id = lead.person_id.to_string();
    let other = holdfast_actions::incident::view(&world.ctx, &lead, "INC-2026-0002").await.unwrap().id.to_string();
    let admin = world.actor(Role::Administrator).await;
    let (browser, settings) = (world.signed_in(Role::Lead).await, world.signed_in(Role::Administrator).await);
    for kind in all {
        let subject = match kind.group {
            "person" | "session" | "access" => ("person", id.as_str()),
            "token" => ("token", token.as_str()),
            "organisation" => ("org", "none"),
            "report" if kind.kind.ends_with("opened") || kind.kind.ends_with("withdrawn") => {
                ("report", report.as_str())
            }
            _ => ("incident", own.id.as_str()),
        };
        let data = everything(&own, &other, &report, &id);
        let seq = append(&world, kind, subject, data, lead.person_id).await;
        // Only an administrator may open the pages of people and of the settings.
        let is_admins = ["organisation", "person", "session"].contains(&kind.group);
        let reader = if is_admins { &admin } else { &lead };
        let page = ledger::page(&world.ctx, reader, &LedgerFilter::default(), Some(seq + 1), 1).await.unwrap();
        let entry = page.rows[0].entry().unwrap();
        let sentence = &entry.sentence;
        assert!(!sentence.is_empty() && !sentence.contains(&kind.kind) && !sentence.contains('_'), "{sentence}");
        assert!(!holds_an_id(sentence) && !sentence.contains('@'), "{}: {sentence}", kind.kind);
        let is_named = kind.around().is_some();
        assert_eq!(entry.object.is_some(), is_named, "{}: {sentence}", kind.kind);
        let Some(object) = &entry.object else { continue };
        assert!(entry.pieces().1.is_some(), "{sentence} names {}", object.name);
        let link = object.page.as_ref().unwrap_or_else(|| panic!("{}: {sentence} leads nowhere", kind.kind));
        let who = if is_admins { &settings } else { &browser };
        let opened = who.get(link.split('#').next().unwrap()).await;
        assert_eq!(opened.status, 200, "{sentence}: {link}");
        if let Some((_, anchor)) = link.split_once('#') {
            assert!(opened.text().contains(&format!("id=\"{anchor}\"")), "{link} has no such place");
        }
    }
    let (denied, sessions) = (sentences(&browser, "kind=access").await, sentences(&browser, "kind=session").await);
    assert_eq!(denied, ["was denied access: change the settings (4 more before)"]);
    assert!(sessions.contains(&"ended a session of person “lead (lead)”".to_owned()), "{sessions:?}");
}

/// The sentences of a page of the ledger over REST.
async fn sentences(browser: &Browser, query: &str) -> Vec<String> {
    let page = browser.read(&format!("/api/v1/ledger?limit=200&{query}")).await.is(200).json();
    let rows = page["rows"].as_array().unwrap().clone();
    rows.iter().map(|row| row["entry"]["sentence"].as_str().unwrap_or("restricted").to_owned()).collect()
}

#[story]
async fn the_ledger_is_filtered_by_person_incident_kind_and_day(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let (lead, admin) = (world.actor(Role::Lead).await.person_id, world.actor(Role::Administrator).await.person_id);
    world.clock.pass(86_400);
    let (auditor, lead_browser) = (world.signed_in(Role::Auditor).await, world.signed_in(Role::Lead).await);
    let task = format!("/incidents/{}/tasks/{}", own.reference, own.task);
    lead_browser.post(&format!("{task}/status"), &[("version", "1"), ("status", "done")]).await.is(303);
    assert_eq!(sentences(&auditor, "kind=task.finished").await, ["finished task “own task”"]);
    assert_eq!(sentences(&auditor, "kind=task").await.len(), 3, "finished, commented on, added");
    let of_lead = sentences(&auditor, &format!("person={lead}")).await;
    assert!(of_lead.iter().any(|one| one.starts_with("registered evidence INC-2026-0001/EV-0001")), "{of_lead:?}");
    assert!(!of_lead.iter().any(|one| one.contains("“Ada”")), "{of_lead:?}");
    assert_eq!(sentences(&auditor, &format!("person={admin}&kind=log.genesis")).await, ["started the ledger"]);
    assert!(sentences(&auditor, "person=holdfast").await.contains(&"added person “lead”".to_owned()));
    let both = sentences(&auditor, "incident=INC-2026-0002").await;
    let links = ["added link to incident INC-2026-0001", "added link to incident INC-2026-0002"];
    assert_eq!(both, [links[0], links[1], "opened incident INC-2026-0002"], "the entry at the other end as well");
    let since = "recorded_since=2026-09-22T00:00:00Z&kind=task";
    assert_eq!(sentences(&auditor, since).await, ["finished task “own task”"]);
    assert_eq!(sentences(&auditor, "recorded_before=2026-09-22T00:00:00Z&kind=task").await.len(), 2);
    // The page asks by days of its reader, and keeps the filter from page to page.
    let day = auditor.get("/ledger?kind=task&from=2026-09-22&to=2026-09-22").await.is(200).text();
    let rows = table(&day);
    assert!(rows.contains("finished task [“own task”]"), "{rows}");
    assert!(day.contains(&format!("href=\"{task}\"")) && !rows.contains("commented"), "{rows}");
    assert!(
        main(&day).contains("Days in UTC.") && main(&day).contains("leaves restricted entries out"),
        "{}",
        main(&day)
    );
    let second = auditor.get(&format!("/ledger?person={lead}")).await.text();
    assert!(!second.contains("rel=\"next\"") || second.contains(&format!("person={lead}&amp;before=")), "{second}");
    let wrong = auditor.get("/ledger?incident=INC-2026-0999&kind=task").await.is(422).text();
    assert!(main(&wrong).contains("There is no such incident, or you may not see it."), "{}", main(&wrong));
    assert!(wrong.contains("value=\"INC-2026-0999\""), "what was typed stays");
    // The history of an incident has the same filters.
    let history = format!("/incidents/{}/history", own.reference);
    let filtered = main(&lead_browser.get(&format!("{history}?kind=task.finished")).await.is(200).text());
    assert!(
        filtered.contains("lead (lead) finished task [“own task”]") && !filtered.contains("added task"),
        "{filtered}"
    );
    let rest =
        lead_browser.read(&format!("/api/v1{history}?kind=task&recorded_since=2026-09-22T00:00:00Z")).await.json();
    assert_eq!(rest["rows"].as_array().unwrap().len(), 1);
    assert_eq!(rest["rows"][0]["object"]["page"], task.as_str());
}

/// Each page of a filtered list with two rows on it: how many rows each has, and their places.
async fn walked(browser: &Browser, query: &str) -> Vec<Vec<i64>> {
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let page = browser.read(&format!("/api/v1/ledger?limit=2&{query}{after}")).await.is(200).json();
        pages.push(page["rows"].as_array().unwrap().iter().map(|row| row["seq"].as_i64().unwrap()).collect());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return pages,
        }
    }
}

#[story]
async fn no_filter_says_anything_of_restricted_entries(world: World) {
    let maker = Maker::new(&world).await;
    maker.make(false, &mut Word("open")).await;
    let auditor = world.signed_in(Role::Auditor).await;
    let lead = world.actor(Role::Lead).await.person_id;
    let asked = [
        format!("person={lead}"),
        "kind=task".to_owned(),
        "kind=incident.opened".to_owned(),
        format!("person={lead}&kind=evidence"),
        "recorded_since=2026-09-21T00:00:00Z&kind=link".to_owned(),
        "incident=INC-2026-0001".to_owned(),
    ];
    let mut before = Vec::new();
    for query in &asked {
        before.push(walked(&auditor, query).await);
    }
    let shut = maker.make(true, &mut Word("zanzibar")).await;
    let lead_browser = world.signed_in(Role::Lead).await;
    let body = json!({ "kind": "related", "other": "INC-2026-0001" });
    lead_browser
        .json(Method::POST, &format!("/api/v1/incidents/{}/links", shut.reference), Some(body), &[])
        .await
        .is(201);
    for (query, before) in asked.iter().zip(&before) {
        // The lead has signed in since; nothing else is new to the auditor.
        let query = format!("{query}&recorded_before=2026-09-22T00:00:00Z");
        let mut after = walked(&auditor, &query).await;
        if query.starts_with("person") && !query.contains("kind") {
            let places: Vec<i64> = after.into_iter().flatten().skip(1).collect();
            after = places.chunks(2).map(<[i64]>::to_vec).collect();
        }
        assert_eq!(&after, before, "{query}");
        let page = auditor
            .get(&format!("/ledger?{}", query.replace("recorded_since=", "x=").replace("recorded_before=", "y=")))
            .await;
        assert!(!page.text().contains("Restricted entry"), "{query}");
    }
    assert!(auditor.get("/ledger").await.text().contains("Restricted entry"), "an unfiltered list shows their places");
    // An incident that is hidden and one that there is not.
    let said = |answer: Answer| {
        let text = main(&answer.text());
        let lines = text.lines().filter(|line| line.contains("incident") && !line.contains("INC-"));
        (answer.status, lines.map(str::to_owned).collect::<Vec<_>>())
    };
    let hidden = said(auditor.get(&format!("/ledger?incident={}", shut.reference)).await);
    assert_eq!(hidden, said(auditor.get("/ledger?incident=INC-2026-0999").await));
    assert!(hidden.1.iter().any(|line| line.contains("There is no such incident, or you may not see it.")));
    // The team reads it.
    assert!(!sentences(&lead_browser, &format!("incident={}", shut.reference)).await.is_empty());
    let table = auditor.get("/ledger.csv?kind=task").await.is(200).text();
    assert!(!table.contains("zanzibar") && !table.contains("Restricted entry"), "{table}");
    let token = world.token(Role::Auditor, &[Scope::LedgerRead]).await;
    let narrow = world.read(&token, "/api/v1/ledger?incident=INC-2026-0001").await;
    assert_eq!(narrow.status, 403, "a reference is of an incident, which this token does not read");
}

#[story]
async fn one_entry_opens_with_before_and_after_and_the_bytes_that_were_hashed(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let lead = world.signed_in(Role::Lead).await;
    let body = json!({ "severity": "sev1", "reason": "It grew" });
    lead.json(Method::PATCH, &format!("/api/v1/incidents/{}", own.reference), Some(body), &[("if-match", "\"v1\"")])
        .await
        .is(200);
    let found = lead.read("/api/v1/ledger?kind=incident.edited").await.json();
    let seq = found["rows"][0]["seq"].as_i64().unwrap();
    let shown = main(&lead.get(&format!("/ledger/{seq}")).await.is(200).text());
    assert!(shown.contains("lead (lead) changed incident [INC-2026-0001](/incidents/INC-2026-0001)"), "{shown}");
    assert!(shown.contains("Severity | SEV3 medium | SEV1 critical") && shown.contains("It grew"), "{shown}");
    assert!(shown.contains("2026-09-21T14:13:20Z") && shown.contains(&format!("/ledger/proof/{seq}")), "{shown}");
    let one = lead.read(&format!("/api/v1/ledger/{seq}")).await.is(200).json();
    let bytes = one["bytes"].as_str().unwrap();
    assert_eq!(leaf_hash(bytes.as_bytes()).to_string(), one["leaf_hash"].as_str().unwrap());
    assert_eq!(one["entry"]["changes"][0], json!({ "field": "severity", "before": "sev3", "after": "sev1" }));
    // The history leads to it; who does not read the ledger stays in the list.
    let history = format!("/incidents/{}/history", own.reference);
    assert!(lead.get(&history).await.text().contains(&format!("href=\"/ledger/{seq}\"")));
    let analyst = world.signed_in(Role::Analyst).await;
    let text = analyst.get(&history).await.text();
    assert!(text.contains(&format!("href=\"#entry-{seq}\"")) && text.contains(&format!("id=\"entry-{seq}\"")));
    analyst.get(&format!("/ledger/{seq}")).await.is(403);
    for missing in ["999999", "x", "-1"] {
        lead.get(&format!("/ledger/{missing}")).await.is(404);
        lead.read(&format!("/api/v1/ledger/{missing}")).await.is(404);
    }
    // An administrator sees no evidence, so neither what its entries say.
    let admin = world.signed_in(Role::Administrator).await;
    let page = main(&admin.get("/ledger?kind=evidence.registered").await.text());
    let seq = found_seq(&lead, "evidence.registered").await;
    let opened = main(&admin.get(&format!("/ledger/{seq}")).await.is(200).text());
    let shown = main(&lead.get(&format!("/ledger/{seq}")).await.is(200).text());
    assert!(
        page.contains("registered evidence") && !page.contains("EV-0001") && !page.contains("own evidence"),
        "{page}"
    );
    assert!(
        opened.contains("Your role does not show what this entry says.") && !opened.contains("own evidence"),
        "{opened}"
    );
    assert!(shown.contains("own evidence") && shown.contains("INC-2026-0001/EV-0001"), "{shown}");
}

async fn found_seq(browser: &Browser, kind: &str) -> i64 {
    browser.read(&format!("/api/v1/ledger?kind={kind}")).await.json()["rows"][0]["seq"].as_i64().unwrap()
}

#[story]
async fn a_text_that_was_erased_is_said_to_be_erased(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let lead = world.signed_in(Role::Lead).await;
    let seq = found_seq(&lead, "task.added").await;
    assert!(lead.get(&format!("/ledger/{seq}")).await.text().contains("own task"));
    let erase = "DELETE FROM ledger_openings WHERE seq = $1 AND field IN ('after.title', 'actor.name')";
    world.ctx.db().alone(erase).bind(seq).run().await.unwrap();
    let shown = main(&lead.get(&format!("/ledger/{seq}")).await.text());
    assert!(shown.contains("(erased name) (lead) added task [(erased)]"), "{shown}");
    assert!(!shown.contains("own task") && shown.contains("own in"), "the other texts stay: {shown}");
    let history = main(&lead.get(&format!("/incidents/{}/history", own.reference)).await.text());
    assert!(history.contains("added task [(erased)]"), "{history}");
}

#[story]
async fn the_table_has_names_and_texts_and_no_formula(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("=own")).await;
    let auditor = world.signed_in(Role::Auditor).await;
    let table = auditor.get(&format!("/ledger.csv?incident={}&kind=task", own.reference)).await.is(200);
    assert_eq!(table.header("content-disposition"), "attachment; filename=\"ledger.csv\"");
    let text = table.text();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "seq,recorded_at,person,action,incident,field,before,after,leaf_hash");
    let title = lines.iter().find(|line| line.contains(",title,")).unwrap();
    assert!(title.contains(",lead (lead),added task “=own task”,INC-2026-0001,title,,'=own task,"), "{title}");
    let token = world.token(Role::Auditor, &[Scope::LedgerRead]).await;
    let bare = world.read(&token, "/api/v1/ledger.csv?kind=task").await.is(200).text();
    assert!(bare.contains("added a task") && !bare.contains("own task") && !bare.contains("INC-2026"), "{bare}");
}

#[story]
async fn verifying_now_says_what_was_found_and_when(world: World) {
    let auditor = world.signed_in(Role::Auditor).await;
    let answer = auditor.post("/ledger/verify", &[]).await.is(303);
    let shown = auditor.follow(&answer).await.text();
    let size = ledger::overview(&world.ctx, &world.actor(Role::Auditor).await).await.unwrap().size;
    let words = format!("Verified 2026-09-21 14:13 UTC: {size} entries, all checks passed.");
    assert!(shown.contains(&words), "{words}: {}", crate::visible::notice(&shown));
    let erase = "UPDATE ledger_openings SET text = 'changed' WHERE seq = 1 AND field = 'name'";
    let drop = if world.ctx.db().is_sqlite() {
        "DROP TRIGGER ledger_openings_no_update"
    } else {
        "DROP TRIGGER ledger_openings_no_update ON ledger_openings"
    };
    world.ctx.db().alone(drop).run().await.unwrap();
    world.ctx.db().alone(erase).run().await.unwrap();
    let answer = auditor.post("/ledger/verify", &[]).await.is(303);
    let shown = auditor.follow(&answer).await.text();
    assert!(shown.contains("notice-danger") && shown.contains("The ledger does NOT hold."), "{shown}");
    let rest = auditor.json(Method::POST, "/api/v1/ledger/verification", None, &[]).await.is(200).json();
    assert_eq!((rest["ok"].clone(), rest["at"].clone()), (json!(false), json!("2026-09-21T14:13:20Z")));
    world.signed_in(Role::Analyst).await.post("/ledger/verify", &[]).await.is(403);
}
