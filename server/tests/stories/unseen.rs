//! A restricted incident with one of every thing in it changes nothing of what those outside its team are
//! told: no list, count, number of a metric, hit of the search, "seen in", page or file. Every route that
//! is read is asked before and after, and must answer the same.

use std::collections::BTreeMap;

use holdfast_domain::person::Role;
use holdfast_server::router::{AccessRow, Routes};
use http::Method;

use crate::{
    fixtures::{Fixture, Maker, Typing, Word},
    world::{Answer, Browser, PASSWORD, World, story},
};

/// What an incident that is seen and one that is not have in common, so that comparing would tell.
struct Alike(&'static str);

impl Typing for Alike {
    fn line(&mut self, field: &str, chars: usize) -> String {
        match field {
            "value" | "asset" | "identifier" | "vulnerability" => format!("common {field}"),
            _ => Word(self.0).line(field, chars),
        }
    }

    fn text(&mut self, field: &str) -> String {
        Word(self.0).text(field)
    }
}

/// Where an answer tells of the ledger, which grows whatever is done.
fn grows(path: &str) -> bool {
    path.contains("ledger")
}

/// An address with what it takes to be answered: an evidence log says what it is for.
pub fn on_record(path: &str) -> String {
    let asks = if path.contains("evidence/log.") { "?purpose=audit&from=2026-09-01&to=2026-12-01" } else { "" };
    format!("{path}{asks}")
}

/// Everything that can be read, but for what names a thing nobody has.
pub fn paths(routes: &Routes, own: &Fixture, shut: Option<&Fixture>) -> Vec<String> {
    let read =
        |row: &&AccessRow| row.method == Method::GET && !row.path.starts_with("/pkg") && !row.path.contains("{file}");
    let known =
        |row: &&AccessRow| row.path.contains("{reference}") || !row.path.contains('{') || row.path.contains("{kind}");
    let mut paths: Vec<String> = routes
        .table()
        .iter()
        .filter(read)
        .filter(known)
        .map(|row| own.filled(&row.path, "").replace("/metrics/executive", "/metrics/mttc"))
        // A PDF is made of one incident that was found, or of what the lists say.
        .filter(|path| !path.ends_with(".pdf") && !path.contains("/draft/"))
        .map(|path| on_record(&path))
        .collect();
    for query in [
        "/incidents?q=zanzibar",
        "/incidents?q=common",
        "/incidents?status=new",
        "/incidents?sort=title",
        "/search?q=zanzibar",
        "/search?q=common",
        "/search?q=zanzibar&kind=evidence",
        "/api/v1/search?q=zanzibar",
        "/api/v1/search?q=common&limit=100",
        "/api/v1/incidents?limit=200",
        "/api/v1/incidents?text=zanzibar",
        "/api/v1/incidents?owner=nobody&limit=200",
        "/api/v1/indicators?value=common%20value",
        "/api/v1/indicators?value=zanzibar",
        "/api/v1/evidence?held=true",
        "/api/v1/metrics?period=this-month",
        "/api/v1/metrics/mttc?period=12-months",
        "/metrics?period=12-months",
        "/metrics/mttd?period=this-month",
        "/evidence?in_custody=true",
    ] {
        paths.push(query.to_owned());
    }
    if let Some(shut) = shut {
        paths.push(format!("/api/v1/search?q={}", shut.reference));
        paths.push(format!("/search?q={}", shut.id));
    }
    paths
}

/// An answer but for what is new in each.
pub fn plain(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    let nonce =
        policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or("no nonce").to_owned();
    let text = answer.text().replace(&nonce, "N").replace(answer.header("x-request-id"), "R");
    // Each page of a new incident carries a key of its own.
    format!("{} {text}", answer.status)
}

pub async fn told(browser: &Browser, paths: &[String]) -> BTreeMap<String, String> {
    let mut told = BTreeMap::new();
    for path in paths {
        let answer = if path.starts_with("/api/") { browser.read(path).await } else { browser.get(path).await };
        told.insert(path.clone(), plain(&answer));
    }
    told
}

#[story]
async fn those_outside_its_team_are_told_the_same_with_it_and_without_it(world: World) {
    world.person("other@example.org", Role::Lead).await;
    let maker = Maker::new(&world).await;
    let own = maker.make(false, &mut Alike("open")).await;
    let mut outside = Vec::new();
    for who in ["administrator", "analyst", "auditor", "executive", "other"] {
        let browser = world.guest();
        browser.sign_in(&format!("{who}@example.org"), PASSWORD).await;
        outside.push((who, browser));
    }
    let lead = world.signed_in(Role::Lead).await;
    let routes = Routes::all(world.server.clone());
    let asked = paths(&routes, &own, None);
    assert!(asked.len() > 100, "{} addresses", asked.len());
    let (on_record, asked): (Vec<String>, Vec<String>) = asked
        .into_iter()
        .partition(|path| path.contains("evidence/log.") || path.ends_with("/download") || path.ends_with("/file"));
    for (_, browser) in &outside {
        // The first look at evidence is on record as well; the next adds nothing.
        told(browser, &asked).await;
    }
    let mut before = Vec::new();
    for (_, browser) in &outside {
        before.push(told(browser, &asked).await);
    }
    let shut = maker.make(true, &mut Alike("zanzibar")).await;
    let words = [&shut.ids()[..], &["zanzibar ".to_owned()]].concat();
    for ((who, browser), before) in outside.iter().zip(&before) {
        for (path, after) in told(browser, &asked).await {
            assert!(grows(&path) || after == before[&path], "{who} {path} changed:\n{}\n{after}", before[&path]);
            for word in &words {
                assert!(!after.contains(word.as_str()), "{who} {path} has {word}");
            }
        }
    }
    let more = paths(&routes, &own, Some(&shut))[asked.len() + on_record.len()..].to_vec();
    for (who, browser) in &outside {
        for (path, answer) in told(browser, &[on_record.clone(), more.clone()].concat()).await {
            assert!(!answer.contains("zanzibar ") && !answer.contains(&shut.event), "{who} {path}: {answer}");
        }
    }
    // And it is there for its team, in the same places.
    let seen = told(&lead, &asked).await;
    for path in [
        "/incidents?q=zanzibar",
        "/api/v1/search?q=zanzibar",
        "/api/v1/indicators?value=common%20value",
        "/api/v1/evidence",
    ] {
        assert!(seen[path].contains(&shut.reference), "{path}: {}", seen[path]);
    }
    let indicators = format!("/api/v1/incidents/{}/indicators", own.reference);
    assert!(seen[&indicators].contains(&shut.reference), "seen in: {}", seen[&indicators]);
}
