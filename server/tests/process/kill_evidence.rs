//! Kills the real server without warning while eight clients upload files, hand them over and edit
//! incidents, and looks for everything that was acknowledged: each file whole under its hash, each
//! step of custody in its place. The moments are drawn from a seed that is printed.

use std::{
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use holdfast_testing::{Engine, long};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{
    kill::Draw,
    place::{Place, Running, assert_durable, bytes, on_postgres, while_clients},
};

const CLIENTS: usize = 8;
/// Kills of a full run.
const ROUNDS: u64 = 100;

/// An item whose registration was acknowledged.
#[derive(Clone, Debug)]
struct Item {
    reference: String,
    label: String,
    sha256: String,
    /// Steps of custody that were acknowledged after the first, in order.
    steps: Vec<&'static str>,
    /// A step that was sent and never answered.
    unanswered: Option<&'static str>,
    is_new: bool,
}

/// Everything that the clients share.
struct Scene {
    place: Place,
    lead: String,
    analyst: String,
    analyst_id: String,
    items: Mutex<Vec<Item>>,
    names: AtomicU64,
}

impl Scene {
    /// Opens an incident, edits it, registers a file and hands it over; gives up when the server is gone.
    fn work(&self) -> std::io::Result<()> {
        let number = self.names.fetch_add(1, Ordering::Relaxed);
        let draft = json!({ "title": format!("Opened {number}"), "severity": "sev3", "category": "other" });
        let opened = self.place.ask(&self.lead, "POST", "/api/v1/incidents", Some(&draft))?;
        if opened.status != 201 {
            assert_eq!(opened.status, 503, "{}", opened.body);
            return Ok(());
        }
        let reference = opened.body["reference"].as_str().unwrap().to_owned();
        let bytes = bytes(number, 200_000);
        let made = self.place.upload(&self.lead, &reference, number, &bytes)?;
        if made.status != 201 {
            assert!(matches!(made.status, 503 | 429), "{}: {}", made.status, made.body);
            return Ok(());
        }
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let label = made.body["label"].as_str().unwrap().to_owned();
        assert_eq!(made.body["sha256"], sha256.as_str());
        let place = {
            let mut items = self.items.lock().unwrap();
            let (reference, label) = (reference.clone(), label.clone());
            items.push(Item { reference, label, sha256, steps: Vec::new(), unanswered: None, is_new: true });
            items.len() - 1
        };
        let offer = json!({ "received_by": self.analyst_id, "reason": "analysis", "method": "in person" });
        for (token, kind, details) in [
            (&self.lead, "offered", offer),
            (&self.analyst, "accepted", json!({})),
            (&self.analyst, "moved", json!({ "location": "Shelf 3" })),
        ] {
            let path = format!("/api/v1/incidents/{reference}/evidence/{label}/custody");
            let done = self.place.ask(token, "POST", &path, Some(&json!({ "kind": kind, "details": details })));
            let mut items = self.items.lock().unwrap();
            match done {
                Ok(done) if done.status == 200 => items[place].steps.push(kind),
                Ok(done) => assert!(matches!(done.status, 503 | 429), "{kind}: {} {}", done.status, done.body),
                Err(error) => {
                    items[place].unanswered = Some(kind);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn anew_now_and_then(&self, looks: &mut u32, server: &mut Running) {
        *looks += 1;
        if looks.is_multiple_of(500) {
            server.end();
            *server = self.place.start().0;
        }
    }

    /// Whatever can be seen, acknowledged or not, is whole.
    fn check_all_that_is_seen(&self, server: &mut Running) {
        let mut looks = 0;
        let mut path = "/api/v1/evidence".to_owned();
        loop {
            let page = self.place.ask(&self.lead, "GET", &path, None).unwrap();
            for row in page.body["rows"].as_array().unwrap() {
                let (incident, label) = (row["incident_reference"].as_str().unwrap(), row["label"].as_str().unwrap());
                self.anew_now_and_then(&mut looks, server);
                let item = format!("/api/v1/incidents/{incident}/evidence/{label}/verify");
                let seen = self.place.ask(&self.lead, "POST", &item, None).unwrap();
                assert_eq!((seen.status, &seen.body["altered"]), (200, &json!(false)), "{item}: {}", seen.body);
            }
            let Some(next) = page.body["next"].as_str() else { break };
            path = format!("/api/v1/evidence?after={next}");
        }
    }

    /// Looks for what was acknowledged since the last look, or for everything. A server re-hashes so many
    /// files a minute for one person and counts in memory, so a long look goes on with a server anew.
    fn check(&self, everything: bool, server: &mut Running) {
        let mut looks = 0;
        for item in self.items.lock().unwrap().iter_mut().filter(|item| item.is_new || everything) {
            self.anew_now_and_then(&mut looks, server);
            let path = format!("/api/v1/incidents/{}/evidence/{}", item.reference, item.label);
            let seen = self.place.ask(&self.lead, "POST", &format!("{path}/verify"), None).unwrap();
            assert_eq!(seen.status, 200, "{path} was acknowledged: {}", seen.body);
            assert_eq!(seen.body["sha256"], item.sha256.as_str(), "{path}");
            assert_eq!(seen.body["altered"], false, "{path}: the file is torn");
            let told = ["offered", "accepted", "moved"];
            let steps: Vec<&str> = seen.body["custody"]
                .as_array()
                .unwrap()
                .iter()
                .map(|step| step["kind"].as_str().unwrap())
                .filter(|kind| told.contains(kind))
                .collect();
            let with_unanswered: Vec<&str> = item.steps.iter().copied().chain(item.unanswered).collect();
            assert!(steps == item.steps || steps == with_unanswered, "{path}: {steps:?}, {item:?}");
            item.steps = told.into_iter().filter(|kind| steps.contains(kind)).collect();
            (item.unanswered, item.is_new) = (None, false);
        }
    }
}

fn kill_and_look(data: &Path, database: Option<String>) {
    let (rounds, mut draw) = (long::times(ROUNDS), Draw(long::seed(0x9e37_79b9)));
    let place = Place::new(data, database);
    let lead = place.set_up();
    let analyst = place.person("analyst@example.org", "Analyst", &["analyst"]);
    let (mut server, _) = place.start();
    let me = place.ask(&analyst, "GET", "/api/v1/me", None).unwrap();
    let analyst_id = me.body["id"].as_str().or(me.body["person_id"].as_str()).unwrap().to_owned();
    let (items, names) = (Mutex::new(Vec::new()), AtomicU64::new(0));
    let scene = Scene { place, lead, analyst, analyst_id, items, names };
    for round in 1..=rounds {
        while_clients(
            CLIENTS,
            || scene.work().is_ok(),
            || {
                thread::sleep(Duration::from_millis(300 + draw.below(900)));
                drop(server);
            },
        );
        (server, _) = scene.place.start();
        scene.check(round == rounds, &mut server);
        scene.place.verify();
    }
    server.end();
    server = scene.place.start().0;
    scene.check_all_that_is_seen(&mut server);
    drop(server);
    let items = scene.items.lock().unwrap();
    let steps: usize = items.iter().map(|item| item.steps.len()).sum();
    println!("{rounds} rounds, {} files and {steps} steps of custody acknowledged and there", items.len());
    assert!(items.len() as u64 >= rounds, "too few uploads to prove anything: {}", items.len());
}

#[test]
fn uploads_and_transfers_outlive_a_kill_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    kill_and_look(&folder.path().join("data"), None);
}

#[test]
fn uploads_and_transfers_outlive_a_kill_on_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    on_postgres(Engine::DurablePostgres, |database| {
        assert_durable(&database);
        kill_and_look(&folder.path().join("data"), Some(database));
    });
}
