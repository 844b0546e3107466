//! Whether the server lives is answered at once while ten people open the largest texts there may be, in the shapes
//! that are the hardest to read.

#![expect(clippy::disallowed_methods, reason = "it measures how long something takes")]

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use holdfast_domain::incident::SUMMARY_CHARS_MAX;
use holdfast_testing::long;
use serde_json::json;

use crate::{
    parsers::pieces,
    place::{Place, ask, send, while_clients},
};

/// The longest that 99 of 100 answers may take. In a build for tests all work of a page takes several times as long.
const MOST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 250 } else { 50 });
const READERS: usize = 10;
/// Between two questions, so that they are spread over what the readers do.
const APART: Duration = Duration::from_millis(5);

/// Incidents with a hard piece again and again as their summary; what is refused as it is stored is none of them.
fn hard(place: &Place, token: &str) -> Vec<String> {
    let stored = |piece: &str| {
        let summary: String = piece.repeat(SUMMARY_CHARS_MAX).chars().take(SUMMARY_CHARS_MAX).collect();
        let sent =
            json!({ "title": format!("{piece:?}"), "summary": summary, "severity": "sev3", "category": "other" });
        let made = place.ask(token, "POST", "/api/v1/incidents", Some(&sent)).unwrap();
        (made.status == 201).then(|| format!("/incidents/{}", made.body["reference"].as_str().unwrap()))
    };
    pieces().into_iter().filter_map(stored).collect()
}

#[test]
fn whether_it_lives_is_answered_while_ten_people_open_the_largest_texts() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path(), None);
    let token = place.set_up();
    let (_running, _) = place.start();
    let pages = hard(&place, &token);
    assert!(pages.len() > 30, "{} pages", pages.len());
    let (email, password) = ("email=lead%40example.org", "password=copper+tide+9+lanterns");
    let fields = format!("{email}&{password}");
    let site = [("Sec-Fetch-Site", "same-origin")];
    let kind = "application/x-www-form-urlencoded";
    let signed_in = send(place.address, "POST", "/sign-in", &site, kind, fields.as_bytes()).unwrap();
    let cookie = signed_in.cookie.expect("a session");
    let (next, opened) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let open = || {
        let page = &pages[next.fetch_add(1, Ordering::Relaxed) % pages.len()];
        let answer = ask(place.address, "GET", page, &[("Cookie", &cookie), ("Accept", "text/html")], None).unwrap();
        assert!(answer.status == 200, "{page}: {} {}", answer.status, String::from_utf8_lossy(&answer.bytes));
        opened.fetch_add(1, Ordering::Relaxed);
        true
    };
    let mut took = while_clients(READERS, open, || {
        let times = 0..long::times(4_000);
        let answers = times.map(|_| {
            std::thread::sleep(APART);
            let began = Instant::now();
            assert_eq!(ask(place.address, "GET", "/healthz", &[], None).unwrap().status, 200);
            began.elapsed()
        });
        answers.collect::<Vec<Duration>>()
    });
    took.sort();
    let (half, p99, most) = (took[took.len() / 2], took[took.len() * 99 / 100], took[took.len() - 1]);
    let (count, opened) = (took.len(), opened.into_inner());
    println!(
        "/healthz: {count} answers beside {opened} pages, half within {half:?}, 99 % within {p99:?}, all within {most:?}"
    );
    assert!(opened > READERS, "{opened} pages were opened meanwhile");
    assert!(p99 <= MOST, "{p99:?}");
}
