//! The real server on a disk of 64 MB that runs full: it says so, reads go on, and when there is
//! space again it goes on without a restart. It mounts a file system.

use std::fs;

use holdfast_testing::SmallDisk;
use serde_json::json;

use crate::place::{Answer, Place, fill};

fn open(place: &Place, token: &str, number: usize) -> Answer {
    let draft = json!({ "title": format!("Number {number}"), "summary": "x".repeat(60_000), "severity": "sev3", "category": "other" });
    place.ask(token, "POST", "/api/v1/incidents", Some(&draft)).unwrap()
}

fn list(place: &Place, token: &str) -> Answer {
    place.ask(token, "GET", "/api/v1/incidents?limit=200", None).unwrap()
}

#[test]
fn a_full_disk_is_told_and_got_over_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = SmallDisk::mount(folder.path(), "64m") else { return };
    let place = Place::new(folder.path().join("data"), None);
    let token = place.set_up();
    let (_server, _) = place.start();
    assert_eq!(open(&place, &token, 0).status, 201);

    let filler = folder.path().join("filler");
    fill(&filler);
    let mut opened = 1;
    // What the database still has of its own is used up first.
    let refused = loop {
        let answer = open(&place, &token, opened);
        if answer.status != 201 {
            break answer;
        }
        opened += 1;
        assert!(opened < 1_000, "the disk never runs full");
    };
    assert_eq!(refused.status, 507, "{}", refused.body);
    let title = refused.body["title"].as_str().unwrap();
    assert!(title.starts_with("The disk is full. Nothing was written"), "{title}");
    let rows = |answer: &Answer| answer.body["rows"].as_array().map_or(0, Vec::len);
    let read = list(&place, &token);
    assert_eq!((read.status, rows(&read)), (200, opened), "{}", read.body);

    fs::remove_file(&filler).unwrap();
    let again = open(&place, &token, opened);
    assert_eq!(again.status, 201, "{}", again.body);
    assert_eq!(rows(&list(&place, &token)), opened + 1);
    place.verify();
    assert!(again.etag.is_some(), "it can be changed at once");
}
