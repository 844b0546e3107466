//! Kills a process that stores blobs, again and again, and looks for everything it said was stored.
//! The child is this very test program. The moments are drawn from a seed that is printed.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use futures::future::join_all;
use holdfast_store::{BlobHash, Blobs};
use holdfast_testing::{files_below as files, long};

use super::blob::{bytes, hash, pieces};

const UPLOADS_AT_ONCE: usize = 8;
const FOLDER: &str = "HOLDFAST_BLOB_KILL_FOLDER";
/// Kills of a full run.
const ROUNDS: u64 = 100;

/// What the child does: eight uploads at a time, of sizes that differ, each told when it is stored.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let blobs = Blobs::in_folder(Path::new(&folder)).unwrap();
        let uploads = (0..UPLOADS_AT_ONCE).map(|lane| {
            let blobs = blobs.clone();
            tokio::spawn(async move {
                for number in 0_usize.. {
                    let mut sent = bytes((number * 7_919 + lane * 104_729) % 900_000);
                    sent.extend_from_slice(format!("{}-{lane}-{number}", std::process::id()).as_bytes());
                    let stored = blobs.put(pieces(&sent, 16_384), Some(hash(&sent))).await.unwrap();
                    // One write a line, so that a line is never half of one.
                    let line = format!("stored {} {}\n", stored.sha256, stored.size);
                    std::io::stderr().write_all(line.as_bytes()).unwrap();
                }
            })
        });
        join_all(uploads).await;
    });
}

#[test]
fn what_was_stored_outlives_a_kill_and_nothing_torn_has_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let (rounds, mut moment) = (long::times(ROUNDS), long::seed(0x9e37_79b9));
    let (mut stored, mut torn, mut unacknowledged) = (0, 0, 0);
    for _ in 0..rounds {
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "blob_kill::child", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let told = BufReader::new(child.stderr.take().unwrap());
        let reader = std::thread::spawn(move || told.lines().map_while(Result::ok).collect::<Vec<_>>());
        std::thread::sleep(Duration::from_millis(150 + (moment >> 33) % 600));
        // SIGKILL.
        child.kill().unwrap();
        child.wait().unwrap();
        let told: Vec<(BlobHash, u64)> = reader
            .join()
            .unwrap()
            .iter()
            .map(|line| {
                let line = line.strip_prefix("stored ").unwrap_or_else(|| panic!("{line}"));
                let (name, size) = line.split_once(' ').unwrap();
                (name.parse().unwrap(), size.parse().unwrap())
            })
            .collect();
        let (swept, named) = look(folder.path(), &told);
        stored += told.len();
        torn += swept;
        unacknowledged += named - told.len() as u64;
        for path in files(folder.path()) {
            fs::remove_file(path).unwrap();
        }
    }
    println!(
        "{rounds} rounds: {stored} acknowledged, all there; {unacknowledged} whole and not acknowledged; {torn} torn and swept"
    );
    assert!(stored as u64 >= rounds, "too little to prove anything: {stored}");
}

/// Everything that was told is there, and everything that has a name is what its name says.
fn look(folder: &Path, told: &[(BlobHash, u64)]) -> (u64, u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let blobs = Blobs::in_folder(folder).unwrap();
        let swept = blobs.sweep().unwrap();
        for (name, size) in told {
            let verified = blobs.verify(*name).await.unwrap();
            assert!(verified.is_some_and(|found| found.is_intact && found.size == *size), "{name}: {verified:?}");
        }
        let named = files(folder);
        for path in &named {
            let name: BlobHash = path.file_name().unwrap().to_str().unwrap().parse().unwrap();
            assert!(blobs.verify(name).await.unwrap().unwrap().is_intact, "{name} is torn");
        }
        (swept, named.len() as u64)
    })
}
