//! The ledger and a restricted incident: those outside its team find no word, id or hash of it on any page,
//! in any answer of REST or in any export, whatever was done in it; what they export still verifies.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::{person::Role, token::Scope};
use holdfast_ledger::{Entry, Hash, HashOnly, LogCheck, Tail, VerifyingKey, leaf_hash, node_hash};
use holdfast_server::router::Routes;
use holdfast_store::Queryable as _;
use http::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    fixtures::{Fixture, Maker, Typing, Word},
    unseen::{paths, told},
    world::{Browser, PASSWORD, World, story},
};

/// In every text of the restricted incident.
pub const WORD: &str = "zanzibar";
const CVE: &str = "CVE-2031-31337";
const HASH: &str = "5a17c0de5a17c0de5a17c0de5a17c0de5a17c0de5a17c0de5a17c0de5a17c0de";
/// Instants that nothing else has.
const TIMES: [&str; 3] = ["2025-02-03T04:05:06Z", "2031-03-14T15:09:26Z", "2025-07-08T09:10:11Z"];

/// A restricted incident in which everything was done, and every word, id and hash by which it would be
/// recognised.
pub struct Marked {
    pub shut: Fixture,
    pub words: BTreeSet<String>,
    /// A report that was issued of it.
    pub report: String,
    team: String,
}

/// What is typed into it, each text with the word and the name of its field.
struct Typed(BTreeSet<String>);

impl Typing for Typed {
    fn line(&mut self, field: &str, chars: usize) -> String {
        let line = Word(WORD).line(field, chars);
        self.0.insert(line.clone());
        line
    }

    fn text(&mut self, field: &str) -> String {
        let text = Word(WORD).text(field);
        self.0.insert(text.clone());
        text
    }
}

/// Values that are no free text: enumerations, times, numbers, hashes, people.
async fn values(world: &World, by: &str, shut: &Fixture, own: &Fixture) -> Vec<Value> {
    let at = format!("/api/v1/incidents/{}", shut.reference);
    let insider = world.person("insider@example.org", Role::Analyst).await.to_string();
    let lead = world.actor(Role::Lead).await.person_id.to_string();
    let send = async |method: Method, path: &str, body: Value| {
        let version = world.read(by, &at).await.header("etag").to_owned();
        let answer = world.bearer_with(by, method, path, Some(body), &[("if-match", &version)]).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
        if answer.body.is_empty() { Value::Null } else { answer.json() }
    };
    let below = |name: &str| format!("{at}/{name}");
    let stated = json!({ "at": TIMES[0], "precision": "day", "source": "evidence" });
    let team = json!({ "restricted": true, "team": [lead, insider] });
    send(Method::PUT, &below("access"), team).await;
    send(Method::PUT, &below("times/start"), json!({ "time": stated, "reason": format!("{WORD} reason") })).await;
    let severe = json!({ "severity": "sev1", "tlp": "red", "services": [format!("{WORD} payroll")],
        "owner_id": insider, "reason": format!("{WORD} grows") });
    send(Method::PATCH, &at, severe).await;
    send(Method::POST, &below("phase"), json!({ "to": "triage", "entered": null, "reason": "" })).await;
    let mut made = vec![
        send(Method::POST, &below("vulnerabilities"), json!({ "title": format!("{WORD} hole"), "cve": CVE })).await,
        send(Method::POST, &below("indicators"), json!({ "kind": "sha256", "value": HASH, "first_seen": TIMES[2] }))
            .await,
        send(
            Method::POST,
            &below("tasks"),
            json!({ "title": format!("{WORD} task"), "phase": "analysis", "due_at": TIMES[1], "people": [insider] }),
        )
        .await,
        // Named from both sides, and one that is merged into it.
        send(Method::POST, &below("links"), json!({ "kind": "parent", "other": own.reference })).await,
    ];
    let issued = json!({ "kind": "executive", "people": [insider], "confirm": shut.reference });
    // A token may not issue one.
    let browser = world.signed_in(Role::Lead).await;
    let report = browser.json(Method::POST, &below("reports"), Some(issued), &[]).await.is(201).json();
    let opened = format!("/api/v1/reports/{}", report["id"].as_str().unwrap());
    for path in [
        opened,
        below("report/summary.pdf"),
        below("evidence/log.json?purpose=zanzibar"),
        "/api/v1/evidence/log.json?purpose=zanzibar&from=2026-09-01&to=2026-12-01".into(),
    ] {
        let answer = world.read(by, &path).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
        if path.contains("log.json") {
            let export: Value = serde_json::from_str(answer.json()["export"]["entry"].as_str().unwrap()).unwrap();
            made.push(json!({ "sha256": export["data"]["content_sha256"] }));
        }
    }
    let withdrawal = format!("/api/v1/reports/{}/withdrawal", report["id"].as_str().unwrap());
    let withdrawn =
        browser.json(Method::POST, &withdrawal, Some(json!({ "reason": format!("{WORD} slip") })), &[]).await;
    assert!(withdrawn.status.is_success(), "{}", withdrawn.text());
    made.push(report);
    made
}

pub async fn marked(world: &World, own: &Fixture) -> Marked {
    let maker = Maker::new(world).await;
    let mut typed = Typed(BTreeSet::new());
    let shut = maker.make(true, &mut typed).await;
    let team = world.token(Role::Lead, Scope::ALL).await;
    let mut words = typed.0;
    words.extend([CVE, HASH, WORD, TIMES[0], TIMES[1], TIMES[2]].map(str::to_owned));
    words.extend(["reason", "payroll", "grows", "hole", "slip"].map(|word| format!("{WORD} {word}")));
    words.extend([&shut.reference, &shut.id, &shut.event, &shut.task, &shut.indicator, &shut.asset].map(Clone::clone));
    words.extend([&shut.vulnerability, &shut.recommendation, &shut.contact, &shut.link].map(Clone::clone));
    let made = values(world, &team, &shut, own).await;
    let report = made.last().unwrap()["id"].as_str().unwrap().to_owned();
    for made in made {
        words.extend(["id", "sha256", "data_sha256"].iter().filter_map(|name| Some(made[name].as_str()?.to_owned())));
    }
    // The file of evidence as the maker types it.
    words.insert(hex::encode(Sha256::digest(format!("{WORD} in **file**"))));
    Marked { shut, words, report, team }
}

/// Every address that is read, and the ledger to its last page, entry and proof.
pub fn addresses(world: &World, own: &Fixture, shut: &Fixture, size: i64) -> Vec<String> {
    let mut paths = paths(&Routes::all(world.server.clone()), own, Some(shut));
    paths.retain(|path| !path.contains(&shut.reference) && !path.contains(&shut.id) && !path.contains(WORD));
    for before in (0..=size).step_by(30) {
        paths.push(format!("/ledger?before={before}"));
    }
    let filters = ["person=holdfast", "kind=incident", "kind=evidence", "kind=report", "kind=task", "kind=link"];
    for filter in filters {
        paths.push(format!("/ledger?{filter}"));
        paths.push(format!("/ledger.csv?{filter}"));
        paths.push(format!("/api/v1/ledger?limit=200&{filter}"));
    }
    for seq in (1..size).step_by(5) {
        paths.push(format!("/ledger/proof/{seq}"));
        paths.push(format!("/ledger/{seq}"));
        paths.push(format!("/api/v1/ledger/{seq}"));
        paths.push(format!("/api/v1/ledger/proof/{seq}"));
        paths.push(format!("/api/v1/ledger/consistency?from={seq}&to={size}"));
    }
    paths
}

#[story]
async fn nobody_outside_the_team_finds_a_word_of_it_in_the_ledger_or_elsewhere(world: World) {
    world.person("other@example.org", Role::Lead).await;
    let own = Maker::new(&world).await.make(false, &mut Word("open")).await;
    let Marked { shut, words, .. } = marked(&world, &own).await;
    let auditor = world.actor(Role::Auditor).await;
    let size = holdfast_actions::ledger::overview(&world.ctx, &auditor).await.unwrap().size;
    let asked = addresses(&world, &own, &shut, size);
    let mut readers: Vec<(&str, Browser)> = vec![("a stranger", world.guest())];
    for who in ["administrator", "analyst", "auditor", "executive", "other"] {
        let browser = world.guest();
        browser.sign_in(&format!("{who}@example.org"), PASSWORD).await;
        readers.push((who, browser));
    }
    for (who, browser) in &readers {
        for (path, answer) in told(browser, &asked).await {
            let found: Vec<&String> = words.iter().filter(|word| answer.contains(word.as_str())).collect();
            assert!(found.is_empty(), "{who} {path} has {found:?}: {answer}");
        }
    }
    // What they were refused meanwhile are entries as well.
    let latest = format!("/ledger?before={size}");
    let is_shown = async |who: &str| {
        let (_, browser) = readers.iter().find(|(name, _)| *name == who).unwrap();
        browser.get(&latest).await.text().contains("Restricted entry")
    };
    assert!(is_shown("auditor").await && is_shown("other").await && is_shown("administrator").await);
    let lead = world.signed_in(Role::Lead).await;
    let page = lead.get(&latest).await.text();
    assert!(!page.contains("Restricted entry") && page.contains(&shut.reference));
    let history = lead.get(&format!("/incidents/{}/history", shut.reference)).await.text();
    assert!(history.contains("SEV1") && history.contains(CVE), "the team reads what was committed to: {history}");
}

#[story]
async fn an_entry_about_an_incident_says_what_happened_by_a_commitment_alone(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("open")).await;
    let Marked { shut, words, team, .. } = marked(&world, &own).await;
    let rows: Vec<(String,)> =
        world.ctx.db().query("SELECT entry FROM ledger_entries ORDER BY seq").fetch_all().await.unwrap();
    let mut count = 0;
    for (line,) in &rows {
        let entry = Entry::from_bytes(line.as_bytes()).unwrap();
        let kind = entry.content.kind.as_str();
        let others = ["report.opened", "report.withdrawn", "evidence.log_exported"];
        if entry.content.subject.kind != "incident" && !others.contains(&kind) {
            continue;
        }
        count += 1;
        let public: &[&str] = match kind {
            kind if kind.starts_with("report.") => &["sha256", "data_sha256"],
            "evidence.log_exported" => &["content_sha256"],
            _ => &[],
        };
        assert!(entry.content.data.keys().all(|name| public.contains(&name.as_str())), "{line}");
        // Even where the whole log is read, the incident is an id and nothing more.
        let named = [&shut.reference, CVE, HASH, WORD, "sev1", "SEV1", "insider"];
        assert!(named.iter().all(|word| !line.contains(*word)), "{line}");
    }
    assert!(count > 40 && !words.is_empty(), "{count}");
    let report = holdfast_actions::ledger::verify(&world.ctx, world.actor(Role::Lead).await.org_id).await.unwrap();
    assert!(report.ok(), "{report}");
    // The evidence log is made of these entries and what opens them, and verifies offline.
    let path = format!("/api/v1/incidents/{}/evidence/log.json?purpose=court", shut.reference);
    let log = world.read(&team, &path).await;
    let key = world.read(&team, "/api/v1/ledger/vkey").await.text();
    let report = holdfast_interop::evidence_log::verify(&log.body, &key.trim().parse().unwrap());
    assert!(report.ok(), "{report}");
    let (content, hash) = (log.json(), hex::encode(Sha256::digest(format!("{WORD} in **file**"))));
    assert_eq!(content["content"]["items"][0]["sha256"], hash);
    let forged = String::from_utf8(log.body).unwrap().replace(&hash, HASH);
    assert!(!holdfast_interop::evidence_log::verify(forged.as_bytes(), &key.trim().parse().unwrap()).ok());
}

/// The root over leaf hashes by RFC 6962 alone.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&root(left), &root(right))
        }
    }
}

#[story]
async fn an_export_with_restricted_entries_verifies_and_says_what_it_lacks(world: World) {
    let own = Maker::new(&world).await.make(false, &mut Word("open")).await;
    let Marked { shut, team, .. } = marked(&world, &own).await;
    let outside = world.token(Role::Auditor, Scope::ALL).await;
    let get = async |token: &str, path: &str| world.read(token, &format!("/api/v1/ledger/{path}")).await.text();
    let (note, key) = (get(&outside, "checkpoint").await, get(&outside, "vkey").await);
    let (whole, part) = (get(&team, "entries").await, get(&outside, "entries").await);
    let key: VerifyingKey = key.trim().parse().unwrap();
    let check =
        LogCheck { note: note.as_bytes(), key: &key, remembered: None, older: &[], openings: &[], tail: Tail::Refuse };
    let report = check.run(part.lines());
    assert!(report.ok(), "{report}");
    assert_eq!(check.run(whole.lines()).hash_only, 0);
    let mut about = BTreeMap::new();
    let mut leaves = Vec::new();
    for (seq, (whole, part)) in (0..).zip(whole.lines().zip(part.lines())) {
        leaves.push(leaf_hash(whole.as_bytes()));
        let entry = Entry::from_bytes(whole.as_bytes()).unwrap();
        match HashOnly::read(part.as_bytes()) {
            None => assert_eq!(whole, part),
            Some(line) => {
                assert_eq!(line, HashOnly { seq, leaf: leaves[leaves.len() - 1] });
                *about.entry((entry.content.subject.kind, entry.content.subject.id)).or_insert(0) += 1;
            }
        }
        let is_about = whole.contains(&shut.id);
        assert!(!is_about || part.contains("\"restricted\":true"), "{part}");
    }
    let signed = report.checkpoint.clone().unwrap();
    assert_eq!((signed.size, signed.root), (leaves.len() as u64, root(&leaves)));
    assert_eq!(report.hash_only, about.values().sum::<u64>());
    assert!(report.to_string().contains("hash only"), "{report}");
    // Its own, that of the link at the other end, the report that was opened, the log of a period.
    let kinds: BTreeSet<&str> = about.keys().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, BTreeSet::from(["incident", "org", "report"]));
    assert_eq!(about[&("incident".to_owned(), own.id.clone())], 1);
    // A part of the export has the same lines, and who joins the team sees them.
    assert!(part.contains(get(&outside, "entries?from=20&limit=50").await.as_str()));
    let lead = world.actor(Role::Lead).await;
    let auditor = world.actor(Role::Auditor).await.person_id;
    let now = holdfast_actions::incident::view(&world.ctx, &lead, &shut.reference).await.unwrap();
    let people = [lead.person_id, auditor];
    holdfast_actions::incident::set_access(&world.ctx, &lead, &shut.reference, now.version, true, &people)
        .await
        .unwrap();
    let joined = get(&outside, "entries").await;
    let restricted = |lines: &str| lines.matches("\"restricted\":true").count();
    assert!(restricted(&joined) < restricted(&part) && joined.contains(&shut.id) && !part.contains(&shut.id));
    assert!(!joined.contains(&shut.reference), "values are commitments for all");
}
