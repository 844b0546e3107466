//! Kills the real server without warning, again and again, while eight clients open and edit
//! incidents, and looks for everything that was acknowledged. The moments are drawn from a seed
//! that is printed.

use std::{
    collections::HashMap,
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

use crate::place::{Place, ask, assert_durable, on_postgres, while_clients};

const CLIENTS: usize = 8;
/// Kills of a full run.
const ROUNDS: u64 = 100;

/// What the server acknowledged of one incident: its version and title, and the title of an edit
/// that was sent and never answered, which may or may not have been done.
#[derive(Clone, Debug)]
struct Known {
    version: i64,
    title: String,
    unanswered: Option<String>,
    /// Whether it was touched since it was last looked for.
    is_new: bool,
}

/// Everything acknowledged, by reference; and the titles of openings by their idempotency key that
/// were never answered.
#[derive(Default)]
struct Acknowledged {
    incidents: HashMap<String, Known>,
    unanswered: Vec<(String, String)>,
}

/// Marsaglia's xorshift: enough to draw moments from, and the same for the same seed.
pub struct Draw(pub u64);

impl Draw {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// What a client does again and again: opens an incident and edits it a few times, unless the server is gone.
fn client(place: &Place, token: &str, known: &Mutex<Acknowledged>, names: &AtomicU64) {
    let bearer = format!("Bearer {token}");
    let number = names.fetch_add(1, Ordering::Relaxed);
    let (key, title) = (format!("kill-{number}"), format!("Opened {number}"));
    let draft = json!({ "title": title, "severity": "sev3", "category": "other" });
    let headers = [("Authorization", bearer.as_str()), ("Idempotency-Key", &key)];
    let opened = ask(place.address, "POST", "/api/v1/incidents", &headers, Some(&draft));
    let Ok(opened) = opened else {
        known.lock().unwrap().unanswered.push((key, title));
        return;
    };
    assert!(matches!(opened.status, 201 | 503), "{}: {}", opened.status, opened.body);
    if opened.status != 201 {
        return;
    }
    let reference = opened.body["reference"].as_str().unwrap().to_owned();
    let mut version = opened.etag.unwrap();
    let opened = Known { version, title, unanswered: None, is_new: true };
    known.lock().unwrap().incidents.insert(reference.clone(), opened);
    for edit in 0..3 {
        let title = format!("Edited {number} {edit}");
        let etag = format!("\"v{version}\"");
        let headers = [("Authorization", bearer.as_str()), ("If-Match", etag.as_str())];
        let path = format!("/api/v1/incidents/{reference}");
        let edited = ask(place.address, "PATCH", &path, &headers, Some(&json!({ "title": title })));
        let mut known = known.lock().unwrap();
        let entry = known.incidents.get_mut(&reference).unwrap();
        match edited {
            Ok(answer) if answer.status == 200 => {
                version = answer.etag.unwrap();
                *entry = Known { version, title, unanswered: None, is_new: true };
            }
            Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.body),
            Err(_) => {
                entry.unanswered = Some(title);
                break;
            }
        }
    }
}

/// Looks for what was acknowledged since the last look, or for everything.
fn check(place: &Place, token: &str, known: &mut Acknowledged, everything: bool) {
    let bearer = format!("Bearer {token}");
    let authorization = [("Authorization", bearer.as_str())];
    for (reference, entry) in known.incidents.iter_mut().filter(|(_, entry)| entry.is_new || everything) {
        let path = format!("/api/v1/incidents/{reference}");
        let found = ask(place.address, "GET", &path, &authorization, None).unwrap();
        assert_eq!(found.status, 200, "{reference} was acknowledged and is gone");
        let title = found.body["title"].as_str().unwrap();
        let version = found.etag.unwrap();
        match &entry.unanswered {
            Some(maybe) if title == maybe => assert_eq!(version, entry.version + 1, "{reference}"),
            _ => assert_eq!((title, version), (entry.title.as_str(), entry.version), "{reference}"),
        }
        *entry = Known { version, title: title.to_owned(), unanswered: None, is_new: false };
    }
    // Sent again with its key, an unanswered opening has one effect, whether it was done before.
    for (key, title) in std::mem::take(&mut known.unanswered) {
        let draft = json!({ "title": title, "severity": "sev3", "category": "other" });
        let headers = [("Authorization", bearer.as_str()), ("Idempotency-Key", &key)];
        let again = ask(place.address, "POST", "/api/v1/incidents", &headers, Some(&draft)).unwrap();
        assert_eq!(again.status, 201, "{}", again.body);
        let reference = again.body["reference"].as_str().unwrap().to_owned();
        let entry = Known { version: again.etag.unwrap(), title, unanswered: None, is_new: true };
        assert!(known.incidents.insert(reference, entry).is_none(), "one opening had two effects");
    }
}

fn kill_and_look(data: &Path, database: Option<String>) {
    let (rounds, mut draw) = (long::times(ROUNDS), Draw(long::seed(0x9e37_79b9_7f4a_7c15)));
    let place = Place::new(data, database);
    let token = place.set_up();
    let (known, names) = (Mutex::new(Acknowledged::default()), AtomicU64::new(0));
    let mut slowest = Duration::ZERO;
    let (mut server, _) = place.start();
    for round in 1..=rounds {
        let work = || {
            client(&place, &token, &known, &names);
            true
        };
        while_clients(CLIENTS, work, || {
            thread::sleep(Duration::from_millis(100 + draw.below(900)));
            drop(server);
        });
        let (started, took) = place.start();
        server = started;
        slowest = slowest.max(took);
        check(&place, &token, &mut known.lock().unwrap(), round == rounds);
        place.verify();
    }
    drop(server);
    let count = known.lock().unwrap().incidents.len();
    println!("{rounds} rounds, {count} incidents acknowledged and there, ready within {slowest:?}");
    assert!(count as u64 >= rounds, "too few writes to prove anything: {count}");
}

#[test]
fn what_was_acknowledged_outlives_a_kill_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    kill_and_look(&folder.path().join("data"), None);
}

#[test]
fn what_was_acknowledged_outlives_a_kill_on_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    on_postgres(Engine::DurablePostgres, |database| {
        assert_durable(&database);
        kill_and_look(&folder.path().join("data"), Some(database));
    });
}
