//! Files of other tools become incidents: the whole published corpus, a real case, and files that are
//! refused.

use std::{fs, path::PathBuf, process::Command};

use holdfast_actions::{import, report};
use holdfast_domain::{Timestamp, import::ImportKind, person::Role, report::IssuedKind, token::Scope};
use holdfast_report::ReportKind;
use serde_json::Value;

use crate::world::{World, story};

fn data(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/interop/tests/data").join(path)
}

fn flows() -> Vec<PathBuf> {
    let folder = fs::read_dir(data("attack-flow")).unwrap();
    let mut files: Vec<PathBuf> = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    files
}

#[story]
async fn every_published_flow_becomes_an_incident_with_as_many_events_as_it_has_actions(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let (mut events, mut count) = (0, 0);
    for path in flows() {
        let body: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let made = world.post(&token, "/api/v1/imports?kind=attack-flow", body).await;
        assert_eq!(made.status, 201, "{}: {}", path.display(), made.text());
        let reference = made.json()["reference"].as_str().unwrap().to_owned();
        let timeline = world.read(&token, &format!("/api/v1/incidents/{reference}/events")).await.json();
        let rows = timeline["rows"].as_array().unwrap();
        let told = rows.iter().filter(|row| row["from"] == "event").count();
        assert_eq!(told as u64, made.json()["events"].as_u64().unwrap(), "{}", path.display());
        events += told;
        count += 1;
    }
    assert_eq!((count, events), (22, 482));
}

#[story]
async fn a_real_case_is_taken_with_its_dates_and_authors_and_a_broken_one_leaves_nothing(world: World) {
    let token = world.token(Role::Lead, Scope::ALL).await;
    let whole: Value = serde_json::from_slice(&fs::read(data("iris-case-export.json")).unwrap()).unwrap();
    let made = world.post(&token, "/api/v1/imports?kind=iris", whole.clone()).await.is(201);
    let reference = made.json()["reference"].as_str().unwrap().to_owned();
    let tasks = world.read(&token, &format!("/api/v1/incidents/{reference}/tasks")).await.json();
    assert_eq!(tasks["rows"].as_array().unwrap().len() as u64, made.json()["tasks"].as_u64().unwrap());
    assert!(tasks["rows"][0]["description"].as_str().unwrap().contains("Status in DFIR-IRIS"));

    let before = world.read(&token, "/api/v1/incidents").await.json();
    let mut broken = whole;
    broken["data"]["timeline"][1]["event_title"] = Value::from(7);
    for (kind, body) in [("iris", broken), ("attack-flow", Value::from("no flow"))] {
        let refused = world.post(&token, &format!("/api/v1/imports?kind={kind}"), body).await.is(422);
        let problem = refused.json();
        assert_eq!(problem["errors"][0]["field"], "file", "{problem}");
    }
    let after = world.read(&token, "/api/v1/incidents").await.json();
    assert_eq!(before["rows"].as_array().unwrap().len(), after["rows"].as_array().unwrap().len());
    let analyst = world.token(Role::Analyst, Scope::ALL).await;
    world.post(&analyst, "/api/v1/imports?kind=iris", Value::Null).await.is(403);
}

/// Both reports of every imported flow, and again from nothing but the data that is attached to the first:
/// the same bytes. Where `HOLDFAST_KEEP_PDFS` names a folder, they are left there to be looked at and
/// checked by others.
#[story(on_sqlite)]
async fn every_imported_flow_makes_reports_that_reproduce_from_their_attachment(world: World) {
    let lead = world.actor(Role::Lead).await;
    let folder = tempfile::tempdir().unwrap();
    for path in flows() {
        let bytes = fs::read(&path).unwrap();
        let made = import::run(&world.ctx, &lead, ImportKind::AttackFlow, &bytes).await.unwrap();
        for (kind, of) in [
            (IssuedKind::Executive, ReportKind::Executive),
            (IssuedKind::PostIncidentReview, ReportKind::PostIncidentReview),
        ] {
            let first = report::draft(&world.ctx, &lead, &made.reference, kind).await.unwrap();
            let name = format!("{}-{kind}.pdf", path.file_stem().unwrap().display());
            let (pdf, data) = (folder.path().join(&name), folder.path().join("data.json"));
            fs::write(&pdf, &first).unwrap();
            let status = Command::new("pdfdetach").args(["-save", "1", "-o"]).arg(&data).arg(&pdf).status().unwrap();
            assert!(status.success(), "{name}");
            if kind == IssuedKind::Executive {
                let told: serde_json::Value = serde_json::from_slice(&fs::read(&data).unwrap()).unwrap();
                let moments = ["timeline", "untimed"].map(|list| told[list].as_array().unwrap().len());
                assert!(moments.iter().sum::<usize>() > 0, "{name} tells nothing of what happened");
            }
            let as_of = Timestamp::from_seconds(world.ctx.now().seconds());
            let again = world.ctx.renderer().render(of, &fs::read(&data).unwrap(), as_of).await.unwrap();
            assert!(first == again.bytes, "{name} differs");
            if let Some(keep) = std::env::var_os("HOLDFAST_KEEP_PDFS") {
                fs::copy(&pdf, PathBuf::from(keep).join(name)).unwrap();
            }
        }
    }
}
