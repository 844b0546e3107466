//! A crawl: every page, file and answer of REST that a reader can get to, from the router's own list and from each
//! link found on the way. Of a restricted incident whose every value is a marker, five roles, people and tokens
//! outside its team, and strangers find none; its team finds all of them by the same crawl.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use holdfast_domain::{OrgId, person::Role, token::Scope};
use holdfast_server::router::Routes;
use holdfast_testing::long;
use http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    fixtures::{Fixture, Maker, Word},
    paper,
    restricted_ledger::{Marked, WORD, addresses, marked},
    unseen::{self, on_record},
    world::{Answer, Browser, PASSWORD, World, email, story},
};

/// Who reads.
enum Reader {
    Browser(Browser),
    Token(String),
}

/// Addresses that differ in their query alone, in an ordinary run and at full length: a list can be sorted and
/// narrowed in any number of ways.
const QUERIES_MAX: [usize; 2] = [2, 8];
/// Until whatever is counted by the minute begins again.
const APART_S: i64 = 61;

/// What renders a PDF, which an ordinary run does for this reader alone: a lead outside the team, who may all of it.
const RENDERED: [&str; 4] = [".pdf", "/draft/", "/issue/check", "/issue/preview"];
const PRINTS: &str = "other";

/// The organisation of this reader has no key of a ledger, so what is signed or recorded there fails.
const ELSEWHERE: &str = "a token of another organisation";

/// One reader's crawl.
struct Crawl<'a> {
    world: &'a World,
    who: &'a str,
    reader: Reader,
    queue: VecDeque<String>,
    known: BTreeSet<String>,
    queries: BTreeMap<String, usize>,
}

/// What was found: of each marker where, and how many answers had something to say.
#[derive(Default)]
struct Found {
    at: BTreeMap<String, String>,
    told: usize,
    asked: usize,
}

impl<'a> Crawl<'a> {
    fn new(world: &'a World, who: &'a str, reader: Reader, from: &BTreeSet<String>) -> Self {
        let (queue, known) = (from.iter().cloned().collect(), from.clone());
        Self { world, who, reader, queue, known, queries: BTreeMap::new() }
    }

    async fn ask(&self, path: &str) -> Answer {
        loop {
            let answer = match &self.reader {
                Reader::Token(token) => self.world.read(token, path).await,
                Reader::Browser(browser) if path.starts_with("/api/") => browser.read(path).await,
                Reader::Browser(browser) => browser.get(path).await,
            };
            if answer.status != 429 {
                return answer;
            }
            self.world.clock.pass(APART_S);
        }
    }

    fn add(&mut self, path: String) {
        let bare = path.split('?').next().unwrap_or_default().to_owned();
        if !path.starts_with('/') || path.starts_with("//") || path.starts_with("/pkg") || self.known.contains(&path) {
            return;
        }
        let queries = self.queries.entry(bare).or_default();
        *queries += 1;
        if *queries <= QUERIES_MAX[usize::from(long::is_long())] {
            self.known.insert(path.clone());
            self.queue.push_back(path);
        }
    }

    /// To its end. A marker that is in the address was known to who asked.
    async fn run(mut self, markers: &BTreeSet<String>) -> Found {
        let mut found = Found::default();
        while let Some(path) = self.queue.pop_front() {
            if !long::is_long() && self.who != PRINTS && RENDERED.iter().any(|part| path.contains(part)) {
                continue;
            }
            let answer = self.ask(&path).await;
            let failed = answer.status.is_server_error() && self.who != ELSEWHERE;
            assert!(!failed, "{} {path}: {} {}", self.who, answer.status, answer.text());
            let said = said(&answer);
            let given = percent_encoding::percent_decode_str(&path).decode_utf8_lossy().replace('+', " ");
            // As it was typed, or as a page shows it.
            let shown = |marker: &str| marker.replacen("**", "<strong>", 1).replacen("**", "</strong>", 1);
            let is_said = |marker: &&String| said.contains(marker.as_str()) || said.contains(&shown(marker));
            for marker in markers.iter().filter(|marker| !given.contains(*marker)).filter(is_said) {
                found.at.entry(marker.clone()).or_insert_with(|| path.clone());
            }
            found.asked += 1;
            found.told += usize::from(answer.status == 200);
            for link in links(&answer, &path) {
                self.add(link);
            }
        }
        println!("{}: {} of {} addresses were answered", self.who, found.told, found.asked);
        found
    }
}

/// Everything an answer says: its headers, its body, and what a PDF prints and has attached.
fn said(answer: &Answer) -> String {
    let mut said: String = answer.headers.iter().map(|(name, value)| format!("{name}: {value:?}\n")).collect();
    if answer.body.starts_with(b"%PDF-") {
        said += &paper::text_of(&answer.body);
        said += &paper::data_of(&answer.body).to_string();
    }
    said + &answer.text()
}

/// Where an answer leads.
fn links(answer: &Answer, path: &str) -> Vec<String> {
    let kind = answer.header("content-type");
    let mut links = vec![answer.header("location").to_owned()];
    if kind.starts_with("text/html") {
        let quoted = answer.text();
        let quoted = quoted.split("=\"").skip(1).filter_map(|rest| rest.split('"').next());
        links.extend(quoted.filter(|value| value.starts_with('/')).map(|link| link.replace("&amp;", "&")));
    } else if kind.contains("json") && !kind.contains("jsonl") {
        in_json(&serde_json::from_slice(&answer.body).unwrap_or_default(), path, &mut links);
    }
    links.iter().map(|link| link.split('#').next().unwrap_or_default().to_owned()).collect()
}

/// Addresses among the values of JSON, the next page of a list, and each of its rows.
fn in_json(value: &Value, path: &str, links: &mut Vec<String>) {
    let bare = path.split('?').next().unwrap_or_default();
    match value {
        Value::String(text) if text.starts_with('/') => links.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|one| in_json(one, path, links)),
        Value::Object(all) => {
            for (name, value) in all {
                match (name.as_str(), value) {
                    ("next", Value::String(cursor)) => links.push(format!("{bare}?after={cursor}")),
                    ("id" | "reference", Value::String(id)) => links.push(format!("{bare}/{id}")),
                    _ => in_json(value, path, links),
                }
            }
        }
        _ => {}
    }
}

/// Every route that is read, with what is open and with what is restricted, whatever else it names.
fn seeds(world: &World, own: &Fixture, marked: &Marked, size: i64, others: &[String]) -> BTreeSet<String> {
    let (routes, shut) = (Routes::all(world.server.clone()), &marked.shut);
    let mut paths: BTreeSet<String> = unseen::paths(&routes, own, Some(shut)).into_iter().collect();
    paths.extend(addresses(world, own, shut, size));
    for row in routes.table().iter().filter(|row| row.method == Method::GET && !row.path.starts_with("/pkg")) {
        for (of, other) in [own, shut].iter().flat_map(|of| others.iter().map(move |other| (of, other))) {
            let path = of.filled(&row.path, other).replace("/metrics/executive", "/metrics/mttc");
            paths.insert(on_record(&path));
            paths.insert(on_record(&path.replace(&of.reference, &of.id)));
        }
    }
    paths.extend(["/".to_owned(), format!("/search?q={WORD}+title")]);
    paths
}

/// A token of somebody in another organisation, who leads there.
async fn of_elsewhere(world: &World) -> String {
    let person = world.person("elsewhere@example.org", Role::Lead).await;
    let actor = holdfast_actions::person::console_actor(&world.ctx, "elsewhere@example.org").await.unwrap();
    let scopes = holdfast_domain::token::Scopes(Scope::ALL.to_vec());
    let draft = holdfast_domain::token::TokenDraft { name: "elsewhere".into(), scopes, days: 90 };
    let token = holdfast_actions::token::create(&world.ctx, &actor, &draft).await.unwrap().1;
    let (db, org) = (world.ctx.db(), OrgId(Uuid::from_u128(77)));
    let made =
        "INSERT INTO orgs (id, name, time_zone, version, created_at, updated_at) VALUES ($1, 'Other', 'UTC', 1, 0, 0)";
    db.alone(made).bind(org).execute().await.unwrap();
    for moved in ["UPDATE people SET org_id = $1 WHERE id = $2", "UPDATE tokens SET org_id = $1 WHERE person_id = $2"] {
        db.alone(moved).bind(org).bind(person).execute().await.unwrap();
    }
    token
}

/// A report of the open incident, for everybody who reads reports.
async fn issued(world: &World, own: &Fixture) -> String {
    let mut people = Vec::new();
    for role in &Role::ALL[1..] {
        people.push(world.actor(*role).await.person_id);
    }
    let sent = json!({ "kind": "executive", "people": people });
    let path = format!("/api/v1/incidents/{}/reports", own.reference);
    let issued = world.signed_in(Role::Lead).await.json(Method::POST, &path, Some(sent), &[]).await.is(201);
    issued.json()["id"].as_str().unwrap().to_owned()
}

#[story(on_both_at_length)]
async fn no_page_file_or_answer_tells_outsiders_of_a_restricted_incident(world: World) {
    world.person("other@example.org", Role::Lead).await;
    let own = Maker::new(&world).await.make(false, &mut Word("open")).await;
    let marked = marked(&world, &own).await;
    let auditor = world.actor(Role::Auditor).await;
    let others = [auditor.person_id.to_string(), issued(&world, &own).await, marked.report.clone()];
    let size = holdfast_actions::ledger::overview(&world.ctx, &auditor).await.unwrap().size;
    let from = seeds(&world, &own, &marked, size, &others);
    let signed_in = async |email: &str| {
        let browser = world.guest();
        browser.sign_in(email, PASSWORD).await.is(303);
        Reader::Browser(browser)
    };
    // What the crawl reaches at all, it reaches for the team.
    let team = Crawl::new(&world, "the team", signed_in(&email(Role::Lead)).await, &from).run(&marked.words).await;
    let missed: Vec<&String> = marked.words.iter().filter(|word| !team.at.contains_key(*word)).collect();
    assert!(missed.is_empty(), "nobody would find {missed:?}");
    let roles = ["administrator", PRINTS, "analyst", "executive", "auditor"];
    for who in roles {
        let reader = signed_in(&format!("{who}@example.org")).await;
        let found = Crawl::new(&world, who, reader, &from).run(&marked.words).await;
        assert!(found.at.is_empty(), "{who}: {:?}", found.at);
        assert!(found.told > if who == "executive" { 20 } else { 100 }, "{who} got {} answers", found.told);
    }
    let (token, elsewhere) = (world.token(Role::Analyst, Scope::ALL).await, of_elsewhere(&world).await);
    for (who, reader) in [
        ("nobody", Reader::Browser(world.guest())),
        ("a token outside the team", Reader::Token(token)),
        (ELSEWHERE, Reader::Token(elsewhere)),
    ] {
        let found = Crawl::new(&world, who, reader, &from).run(&marked.words).await;
        assert!(found.at.is_empty() && found.told > 5, "{who}, {} answers: {:?}", found.told, found.at);
    }
}
