//! Behaviour held as text: the description of REST, what every page and every refused form says, and the
//! ledger of an incident with one of every thing in it. A page that is new has no snapshot and fails here;
//! CONTRIBUTING.md says how a change is accepted.

use std::{collections::BTreeSet, fs, path::Path};

use holdfast_app::pages::{FORMS, PAGES, Requirement};
use holdfast_domain::{Actor, person::Role, token::Scope};
use holdfast_ledger::{LogCheck, Tail, VerifyingKey, commitment};
use holdfast_server::{
    guard::would_pass,
    router::{AccessRow, Routes},
};
use holdfast_store::Queryable as _;
use http::Method;
use serde_json::{Value, json};

use crate::{
    fixtures::{Fixture, Maker, Word, json_for, names_a_thing},
    nested::version_of,
    snapshot::{ids_numbered, pinned, pinned_in},
    visible::{main, part, refused, title},
    world::{Answer, Browser, World, story},
};

/// The roles that see most, first the one that is asked first.
const SEES_MOST: [Role; 2] = [Role::Lead, Role::Administrator];

/// Pages that are shown as the other roles see them too.
const KEY_PAGES: [&str; 11] = [
    "/today",
    "/incidents",
    "/incidents/{reference}",
    "/incidents/{reference}/timeline",
    "/incidents/{reference}/tasks",
    "/incidents/{reference}/indicators",
    "/incidents/{reference}/evidence",
    "/incidents/{reference}/evidence/{label}",
    "/incidents/{reference}/reports",
    "/reports",
    "/metrics",
];

/// Forms that do what they are for when nothing is filled in: there is no refusal to show.
const TAKES_NOTHING: [&str; 9] = [
    "/ledger/verify",
    "/sign-out",
    "/incidents/{reference}/tasks/usual",
    "/incidents/{reference}/tasks/{id}/place",
    "/incidents/{reference}/evidence/{label}/verify",
    "/people/{id}/invite",
    "/tokens/{id}/revoke",
    "/sessions/{id}/revoke",
    "/account/sessions/{id}/revoke",
];

/// A world with an incident in it, and a browser of everybody.
struct Stage {
    own: Fixture,
    everybody: Vec<(Role, Actor, Browser)>,
    guest: Browser,
    person: String,
    token: String,
    session: String,
    own_session: String,
}

fn first_id(answer: &Answer) -> String {
    answer.json()["rows"][0]["id"].as_str().unwrap().to_owned()
}

impl Stage {
    async fn set(world: &World) -> Self {
        let own = Maker::new(world).await.make(false, &mut Word("own")).await;
        let mut everybody = Vec::new();
        for role in Role::ALL {
            everybody.push((*role, world.actor(*role).await, world.signed_in(*role).await));
        }
        let lead = of(&everybody, Role::Lead);
        let at = format!("/api/v1/incidents/{}", own.reference);
        let triage = Some(json!({ "to": "triage", "entered": null, "reason": "" }));
        lead.json(Method::POST, &format!("{at}/phase"), triage, &[("if-match", "\"v1\"")]).await.is(200);
        let sessions = async |role| first_id(&of(&everybody, role).read("/api/v1/me/sessions").await);
        Self {
            person: world.actor(Role::Analyst).await.person_id.to_string(),
            token: first_id(&lead.read("/api/v1/tokens").await),
            session: sessions(Role::Analyst).await,
            own_session: sessions(Role::Lead).await,
            guest: world.guest(),
            own,
            everybody,
        }
    }

    /// The path of a page of what is there.
    fn concrete(&self, path: &str) -> String {
        let part: &str = match path {
            path if path.starts_with("/people/") => &self.person,
            path if path.starts_with("/tokens/") => &self.token,
            path if path.starts_with("/sessions/") => &self.session,
            path if path.starts_with("/account/sessions/") => &self.own_session,
            _ => "",
        };
        self.own.filled(path, part).replace("/metrics/executive", "/metrics/mttc")
    }

    /// Who of those that see most may ask, and their browser.
    fn asker(&self, path: &str, may: Requirement) -> (String, &Browser) {
        if may == Requirement::Public {
            return ("nobody".into(), &self.guest);
        }
        let found = SEES_MOST.iter().find_map(|role| {
            let (_, actor, browser) = self.everybody.iter().find(|(own, ..)| own == role)?;
            would_pass(may, Some(actor)).then(|| (role.to_string(), browser))
        });
        found.unwrap_or_else(|| panic!("{path}: neither role of SEES_MOST may ask for it"))
    }
}

fn of(everybody: &[(Role, Actor, Browser)], role: Role) -> &Browser {
    everybody.iter().find(|(own, ..)| *own == role).map(|(.., browser)| browser).unwrap()
}

/// The name of a path's snapshot.
fn named(path: &str) -> String {
    path.trim_matches('/').replace(['{', '}'], "").replace('/', ".")
}

/// A line on who asked for what and what came, then what of the page is said.
fn said(who: &str, asked: &str, answer: &Answer, text: &str) -> String {
    let (status, to) = (answer.status.as_u16(), answer.header("location"));
    let came = if to.is_empty() { format!("{status} {}", title(&answer.text())) } else { format!("{status} {to}") };
    format!("{who}, {asked}: {came}\n\n{text}")
}

fn page(answer: &Answer) -> String {
    if answer.header("location").is_empty() { main(&answer.text()) } else { String::new() }
}

/// Panics unless the folder holds these snapshots and no others.
fn holds_only(folder: &str, names: &BTreeSet<String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories/snapshots").join(folder);
    let kept: BTreeSet<String> = fs::read_dir(path)
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".snap")?.to_owned()))
        .collect();
    let left: Vec<_> = kept.difference(names).collect();
    assert!(left.is_empty(), "snapshots/{folder}: remove those of what is gone: {left:?}");
}

#[story]
async fn rest_is_described_as_it_was(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let mut described = world.read(&token, "/api/v1/openapi.json").await.json();
    described.sort_all_objects();
    pinned("openapi", &serde_json::to_string_pretty(&described).unwrap());
}

#[story]
async fn every_page_says_what_it_said(world: World) {
    let stage = Stage::set(&world).await;
    let mut names = BTreeSet::new();
    let mut keep = |name: String, text: String| {
        pinned_in("pages", &name, &text);
        names.insert(name);
    };
    for one in PAGES {
        let (who, browser) = stage.asker(one.path, one.may);
        let answer = browser.get(&stage.concrete(one.path)).await;
        keep(named(one.path), said(&who, one.path, &answer, &page(&answer)));
    }
    for path in KEY_PAGES {
        for (role, _, browser) in stage.everybody.iter().filter(|(role, ..)| *role != Role::Lead) {
            let answer = browser.get(&stage.concrete(path)).await;
            keep(format!("{}@{role}", named(path)), said(role.as_str(), path, &answer, &page(&answer)));
        }
    }
    for (role, _, browser) in &stage.everybody {
        let html = browser.get("/account").await.text();
        let frame = [part(&html, ".skip"), part(&html, ".top"), part(&html, "dialog")].join("\n\n");
        keep(format!("frame@{role}"), frame);
    }
    let nothing = of(&stage.everybody, Role::Lead).get("/nothing/here").await;
    keep("nothing".into(), said("lead", "/nothing/here", &nothing, &page(&nothing)));
    let mut turned_away = String::new();
    for one in PAGES.iter().filter(|one| one.may != Requirement::Public) {
        let answer = stage.guest.get(&stage.concrete(one.path)).await;
        turned_away += &said("nobody", one.path, &answer, "").replace("\n\n", "\n");
    }
    keep("turned-away".into(), ids_numbered(&turned_away));
    holds_only("pages", &names);
}

#[story]
async fn every_refused_form_says_what_it_said(world: World) {
    let stage = Stage::set(&world).await;
    let mut names = BTreeSet::new();
    for form in FORMS.iter().filter(|form| !TAKES_NOTHING.contains(&form.path)) {
        let (who, browser) = stage.asker(form.path, form.may);
        // No thing has that version: what a form has nothing else against, it has this. Where nothing
        // need be sent, a form that sends nothing changes nothing, so it sends what cannot be.
        let mut sent = vec![("version", "0")];
        sent.extend(form.path.ends_with("/vulnerabilities/{id}/edit").then_some(("status", "none of these")));
        let answer = browser.post(&stage.concrete(form.path), &sent).await;
        assert!(answer.status.is_client_error(), "{}: {} {}", form.path, answer.status, answer.text());
        let html = answer.text();
        let text = refused(&html);
        let text = if text.is_empty() { main(&html) } else { text };
        pinned_in("refused", &named(form.path), &said(&who, form.path, &answer, &text));
        names.insert(named(form.path));
    }
    holds_only("refused", &names);
}

/// The routes of REST that change something of one incident: first taking it, which one with an owner refuses,
/// and last those that remove something.
fn changes(routes: &Routes) -> Vec<&AccessRow> {
    let is_change =
        |row: &&AccessRow| row.method != Method::GET && row.path.starts_with("/api/v1/incidents/{reference}");
    // A piece of evidence comes as bytes: the incident has one.
    let mut rows: Vec<&AccessRow> =
        routes.table().iter().filter(is_change).filter(|row| !row.path.ends_with("}/evidence")).collect();
    let removes = |row: &&AccessRow| {
        ["/events/{id}/archived", "/recommendations/{id}/archived"].iter().any(|end| row.path.ends_with(end))
    };
    rows.sort_by_key(|row| (!row.path.ends_with("/take"), removes(row)));
    rows
}

/// The version of what a route changes, as a tag: of a thing below the incident, of the narrative, or of the
/// incident itself.
async fn tag(world: &World, lead: &Browser, row: &AccessRow, reference: &str, part: &str) -> String {
    if !part.is_empty() {
        return format!("\"v{}\"", version_of(world, part).await);
    }
    let below = if row.path.ends_with("/narrative") { "/narrative" } else { "" };
    lead.read(&format!("/api/v1/incidents/{reference}{below}")).await.header("etag").to_owned()
}

/// An entry as it was hashed, but with the texts behind its commitments, which are checked, and without what
/// follows from random bytes: the hash before, the key, the hashes of a report.
fn opened(line: &str, openings: &[(i64, String, Vec<u8>, String)]) -> String {
    let entry: Value = serde_json::from_str(line).unwrap();
    let mut shown = line.to_owned();
    let mut replace = |from: &str, to: &str| {
        assert!(shown.contains(from), "{from} is not in {shown}");
        shown = shown.replace(from, to);
    };
    replace(entry["prev"].as_str().unwrap(), "…");
    for field in ["vkey", "sha256", "data_sha256"] {
        let is_of_chance = field == "vkey" || entry["type"].as_str().unwrap().starts_with("report.");
        if let Some(value) = entry["data"][field].as_str().filter(|_| is_of_chance) {
            replace(value, "…");
        }
    }
    for (_, field, salt, text) in openings.iter().filter(|(seq, ..)| entry["seq"] == *seq) {
        let hash = commitment(&salt.as_slice().try_into().unwrap(), text).to_string();
        let place = if field == "actor.name" { &entry["actor"]["name_commit"] } else { &entry["commit"][field] };
        assert_eq!(place.as_str(), Some(hash.as_str()), "{field} of {line}");
        replace(&Value::from(hash).to_string(), &Value::from(text.as_str()).to_string());
    }
    shown
}

#[story]
async fn the_ledger_of_a_furnished_incident_says_what_it_said(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("own")).await;
    let lead = world.signed_in(Role::Lead).await;
    let person = world.actor(Role::Analyst).await.person_id;
    let routes = Routes::all(world.server.clone());
    for row in changes(&routes) {
        let part = if names_a_thing(&row.path) { own.part(&row.path) } else { "" };
        let path = own.filled(&row.path, part);
        let tag = tag(&world, &lead, row, &own.reference, part).await;
        let body = json_for(&row.method, &row.path, person);
        let answer = lead.json(row.method.clone(), &path, body, &[("if-match", &tag)]).await;
        assert!(answer.status.is_success(), "{} {path}: {}", row.method, answer.text());
    }
    let token = world.token(Role::Auditor, Scope::ALL).await;
    let get = async |path: &str| world.read(&token, &format!("/api/v1/ledger/{path}")).await;
    let key: VerifyingKey = get("vkey").await.text().trim().parse().unwrap();
    let note = get("checkpoint").await.body;
    let entries = get("entries").await.text();
    let check = LogCheck { note: &note, key: &key, remembered: None, older: &[], openings: &[], tail: Tail::Refuse };
    let report = check.run(entries.lines());
    assert!(report.ok(), "{report}");
    let openings: Vec<(i64, String, Vec<u8>, String)> = world
        .ctx
        .db()
        .query("SELECT seq, field, salt, text FROM ledger_openings ORDER BY seq, field")
        .fetch_all()
        .await
        .unwrap();
    let lines: Vec<String> = entries.lines().map(|line| opened(line, &openings)).collect();
    pinned("ledger", &ids_numbered(&lines.join("\n")));
}
