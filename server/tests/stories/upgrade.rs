//! Upgrades: the data of an earlier build, kept below `tests/data`, open under this one. The ledger
//! verifies, every file of evidence that the lead sees has the bytes it was registered with (in the data
//! folder; the dump has no files), and pages say what they said under the build that made them: the
//! snapshots were made by that build.

use std::{fs, path::Path, process::Command};

use futures::TryStreamExt as _;
use holdfast_actions::{evidence, incident, ledger, person};
use holdfast_domain::{Actor, evidence::EvidenceStatus, incident::IncidentQuery};
use holdfast_ledger::HashOnly;
use holdfast_testing::{Database, Engine, NOW};

use crate::{
    snapshot::pinned_in,
    visible::main,
    world::{Browser, World, opened},
};

/// The earlier build.
const BUILD: &str = "a78bd32";
/// An hour after the earlier build made its data, in seconds since 1970.
const LATER: i64 = 1_795_999_200;

/// Files of evidence that the lead may verify.
const FILES: usize = 8;

/// Pages of everything.
const PAGES: [&str; 9] = [
    "/today",
    "/incidents",
    "/incidents?status=closed&sort=severity",
    "/evidence",
    "/metrics",
    "/metrics/mttc",
    "/reports",
    "/search?q=phishing",
    "/account",
];
/// Incidents with evidence, reports, tasks and a timeline, one of them closed, and one that is restricted.
const INCIDENTS: [&str; 3] = ["INC-2026-0042", "INC-2026-0016", "INC-2026-0043"];
/// Pages of each.
const TABS: [&str; 8] =
    ["", "/timeline", "/tasks", "/evidence", "/evidence/EV-0001", "/indicators", "/reports", "/history"];

fn data(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(BUILD).join(file)
}

/// Runs a program that must succeed.
fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?} ended with {status}");
}

fn key(file: &Path) -> [u8; 32] {
    hex::decode(fs::read_to_string(file).unwrap().trim()).unwrap().try_into().unwrap()
}

/// Everything that must hold of the data, whatever database they are in.
async fn opens(world: &World, password: &str, snapshots: &str) {
    let lead = world.guest();
    lead.sign_in("lead@demo.example", password).await.is(303);
    let actor = person::console_actor(&world.ctx, "lead@demo.example").await.unwrap();
    let report = ledger::verify(&world.ctx, actor.org_id).await.unwrap();
    assert!(report.ok(), "{report}");
    for path in PAGES {
        shows(&lead, path, snapshots).await;
    }
    for reference in INCIDENTS {
        for tab in TABS {
            shows(&lead, &format!("/incidents/{reference}{tab}"), snapshots).await;
        }
    }
    filters(world).await;
}

/// Entries that the earlier build wrote about the restricted incident, in clear, are filtered for those
/// outside its team.
async fn filters(world: &World) {
    let inside = person::console_actor(&world.ctx, "lead@demo.example").await.unwrap();
    let outside = person::console_actor(&world.ctx, "auditor@demo.example").await.unwrap();
    let shut = incident::view(&world.ctx, &inside, INCIDENTS[2]).await.unwrap();
    assert!(shut.restricted && incident::view(&world.ctx, &outside, INCIDENTS[2]).await.is_err());
    let export = async |actor: &Actor| -> Vec<String> {
        ledger::export(&world.ctx, actor, 0, None).await.unwrap().try_concat().await.unwrap()
    };
    let (whole, part) = (export(&inside).await, export(&outside).await);
    let id = shut.id.to_string();
    assert!(whole.iter().any(|line| line.contains("\"severity\"") && line.contains(&id)), "in clear");
    assert!(whole.iter().any(|line| line.contains(INCIDENTS[2])));
    assert!(!part.iter().any(|line| line.contains(&id) || line.contains(INCIDENTS[2])));
    let hidden = part.iter().filter(|line| HashOnly::read(line.as_bytes()).is_some()).count();
    let about = whole.iter().filter(|line| line.contains(&id)).count();
    assert!(about > 10 && hidden >= about, "{hidden} {about}");
}

/// Holds the visible text of a page against what the earlier build showed.
async fn shows(browser: &Browser, path: &str, snapshots: &str) {
    let answer = browser.get(path).await;
    let name = path.trim_matches('/').replace(['/', '?', '=', '&'], ".");
    let text = format!("{path}: {}\n\n{}", answer.status.as_u16(), main(&answer.text()));
    pinned_in(snapshots, &name, &text);
}

#[tokio::test]
async fn a_data_folder_of_an_earlier_build_opens_and_shows_the_same_pages() {
    let folder = tempfile::tempdir().unwrap();
    run(Command::new("tar").arg("-xJf").arg(data("data.tar.xz")).arg("-C").arg(folder.path()));
    let url = format!("sqlite:{}", folder.path().join("holdfast.db").display());
    let key = key(&folder.path().join("secret.key"));
    let world = opened(&url, folder, key).await;
    world.clock.pass(LATER - NOW.micros() / 1_000_000);
    opens(&world, "5pt6y-zmjfp-dbn8d-jetjs", "upgrade-sqlite").await;
    // The bytes of evidence are only in this one.
    let lead = person::console_actor(&world.ctx, "lead@demo.example").await.unwrap();
    let mut files = 0;
    let all = IncidentQuery { limit: 100, ..IncidentQuery::default() };
    for row in incident::list(&world.ctx, &lead, &all).await.unwrap().rows {
        let seen = incident::view(&world.ctx, &lead, &row.reference).await.unwrap();
        for item in evidence::list(&world.ctx, &lead, &seen).await.unwrap() {
            if item.sha256.is_some() && item.status == EvidenceStatus::InCustody {
                let verified = evidence::verify(&world.ctx, &lead, &row.reference, &item.label).await.unwrap();
                assert!(!verified.evidence.altered, "{} {}", row.reference, item.label);
                files += 1;
            }
        }
    }
    assert_eq!(files, FILES);
    world.ctx.db().close().await;
}

#[tokio::test]
async fn a_dump_of_an_earlier_build_opens_and_shows_the_same_pages() {
    let Some(database) = Database::empty(Engine::Postgres).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("dump.sql");
    let unpacked = Command::new("xz").arg("-dc").arg(data("postgres.sql.xz")).output().unwrap();
    assert!(unpacked.status.success(), "xz: {}", String::from_utf8_lossy(&unpacked.stderr));
    fs::write(&dump, unpacked.stdout).unwrap();
    run(Command::new("psql")
        .args(["--quiet", "--no-psqlrc", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--file"])
        .arg(&dump)
        .arg(database.url()));
    let world = opened(database.url(), folder, key(&data("postgres.key"))).await;
    world.clock.pass(LATER - NOW.micros() / 1_000_000);
    opens(&world, "cjyuz-zqsyy-d8c4t-3pmuu", "upgrade-postgres").await;
    world.ctx.db().close().await;
}
