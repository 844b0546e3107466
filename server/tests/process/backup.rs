//! Backups by the real binary: made while clients write and dispose of files, restored elsewhere,
//! and refused when a byte of them has changed or the place is taken.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use holdfast_testing::{Engine, SmallDisk};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::place::{Answer, Place, ask, bytes, fill, on_postgres, send, while_clients};

const CLIENTS: usize = 4;
const BACKUPS: usize = 4;

fn holdfast(arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast"));
    told(&command.args(arguments).env("HOLDFAST_LOG", "warn").env_remove("HOLDFAST_SECRET").output().unwrap())
}

fn told(output: &Output) -> (i32, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout) + &text(&output.stderr))
}

fn good((code, text): (i32, String)) -> String {
    assert_eq!(code, 0, "{text}");
    text
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

/// A file that was acknowledged.
#[derive(Clone, Debug)]
struct Item {
    path: String,
    sha256: String,
}

struct Scene {
    place: Place,
    lead: String,
    analyst: String,
    /// Of the lead, signed in: no token disposes of evidence.
    cookie: OnceLock<String>,
    names: AtomicU64,
    kept: Mutex<Vec<Item>>,
    disposed: AtomicU64,
}

impl Scene {
    fn begin(data: PathBuf, database: Option<String>) -> Self {
        let place = Place::new(data, database);
        let lead = place.set_up();
        let analyst = place.person("analyst@example.org", "Analyst", &["analyst"]);
        let (names, kept, disposed) = (AtomicU64::new(0), Mutex::default(), AtomicU64::new(0));
        Self { place, lead, analyst, cookie: OnceLock::new(), names, kept, disposed }
    }

    fn ask(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.place.ask(token, "POST", path, Some(body)).unwrap()
    }

    /// Opens an incident and registers a file in it; every eighth file is disposed of at once.
    fn work(&self) {
        let number = self.names.fetch_add(1, Ordering::Relaxed);
        let draft = json!({ "title": format!("Opened {number}"), "severity": "sev3", "category": "other" });
        let opened = self.ask(&self.lead, "/api/v1/incidents", &draft);
        assert_eq!(opened.status, 201, "{}", opened.body);
        let reference = opened.body["reference"].as_str().unwrap();
        let bytes = bytes(number, 100_000);
        let made = self.place.upload(&self.lead, reference, number, &bytes).unwrap();
        assert_eq!(made.status, 201, "{}", made.body);
        let item = format!("/api/v1/incidents/{reference}/evidence/{}", made.body["label"].as_str().unwrap());
        if !number.is_multiple_of(8) {
            let sha256 = hex::encode(Sha256::digest(&bytes));
            self.kept.lock().unwrap().push(Item { path: item, sha256 });
            return;
        }
        let request = json!({ "kind": "disposal_requested", "details": { "reason": "test", "method": "deleted" } });
        let custody = format!("{item}/custody");
        assert_eq!(self.ask(&self.analyst, &custody, &request).status, 200);
        let approval = json!({ "kind": "disposed", "details": { "witness": "Somebody" } });
        let cookie = self.cookie.get_or_init(|| signed_in(&self.place));
        let headers = [("Cookie", cookie.as_str()), ("Sec-Fetch-Site", "same-origin")];
        let disposed = ask(self.place.address, "POST", &custody, &headers, Some(&approval)).unwrap();
        assert_eq!(disposed.status, 200, "{}", disposed.body);
        self.disposed.fetch_add(1, Ordering::Relaxed);
    }
}

/// Signs in as the lead with the password; gives the cookie.
fn signed_in(place: &Place) -> String {
    let form = b"email=lead%40example.org&password=copper+tide+9+lanterns";
    let headers = [("Sec-Fetch-Site", "same-origin"), ("Accept", "text/html")];
    let kind = "application/x-www-form-urlencoded";
    let answer = send(place.address, "POST", "/sign-in", &headers, kind, form).unwrap();
    assert_eq!(answer.status, 303);
    answer.cookie.unwrap()
}

/// Backups one after another while clients write; gives what was acknowledged before the last began.
fn back_up_while_clients_write(scene: &Scene, folder: &Path) -> Vec<Item> {
    for _ in 0..20 {
        scene.work();
    }
    let work = || {
        scene.work();
        true
    };
    while_clients(CLIENTS, work, || {
        let mut before = Vec::new();
        for number in 0..BACKUPS {
            before = scene.kept.lock().unwrap().clone();
            let to = path(folder, &format!("backup-{number}"));
            let made = scene.place.run(&["backup", "--log", "info", "--to", &to], "");
            let text = good(told(&made));
            println!("{}", text.lines().filter(|line| line.contains("copied again")).collect::<Vec<_>>().join("\n"));
            let held = good(holdfast(&["verify-backup", &to]));
            assert!(held.contains("holds"), "{held}");
        }
        before
    })
}

fn restored_elsewhere(scene: &Scene, other: &Place, from: &str, before: &[Item]) {
    let manifest: Value = serde_json::from_slice(&fs::read(Path::new(from).join("manifest.json")).unwrap()).unwrap();
    let text = good(told(&other.run(&["restore", "--from", from], "")));
    assert!(text.contains("the whole ledger against the checkpoint"), "{text}");
    let twice = told(&other.run(&["restore", "--from", from], ""));
    assert_eq!(twice.0, 2, "{}", twice.1);
    assert!(twice.1.contains("is not empty"), "{}", twice.1);

    let _server = other.start().0;
    signed_in(other);
    for item in before {
        let got = other.ask(&scene.lead, "GET", &format!("{}/file", item.path), None).unwrap();
        assert_eq!(got.status, 200, "{} was acknowledged before the backup: {}", item.path, got.body);
        assert_eq!(hex::encode(Sha256::digest(&got.bytes)), item.sha256, "{}", item.path);
    }
    let verified = good(told(&other.run(&["ledger", "verify"], "")));
    let size = manifest["ledger"]["size"].as_u64().unwrap();
    let entries: u64 = verified
        .lines()
        .find_map(|line| line.strip_prefix("ok     3 entries: ")?.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| panic!("{verified}"));
    // One says that it was restored; the others that somebody signed in and took files.
    assert!(entries > size + before.len() as u64, "{entries} entries after {size}");
}

fn there_and_back(folder: &Path, database: Option<String>, other: Option<String>) {
    let scene = Scene::begin(folder.join("data"), database);
    let server = scene.place.start().0;
    let before = back_up_while_clients_write(&scene, folder);
    drop(server);
    let disposed = scene.disposed.load(Ordering::Relaxed);
    println!("{BACKUPS} backups beside {} files kept and {disposed} disposed of", before.len());
    assert!(disposed > 10 && before.len() > 10, "too little happened to prove anything");
    let last = path(folder, &format!("backup-{}", BACKUPS - 1));
    restored_elsewhere(&scene, &Place::new(folder.join("restored"), other), &last, &before);
}

#[test]
fn a_backup_under_load_is_of_one_instant_and_comes_back_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    there_and_back(folder.path(), None, None);
}

#[test]
fn a_backup_under_load_is_of_one_instant_and_comes_back_on_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    on_postgres(Engine::Postgres, |from| {
        on_postgres(Engine::Postgres, |to| there_and_back(folder.path(), Some(from), Some(to)));
    });
}

/// A small organisation with two files, and a backup of it.
fn small(folder: &Path) -> (Scene, String) {
    let scene = Scene::begin(folder.join("data"), None);
    let server = scene.place.start().0;
    for _ in 0..3 {
        scene.work();
    }
    drop(server);
    let to = path(folder, "backup");
    good(told(&scene.place.run(&["backup", "--to", &to], "")));
    (scene, to)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn a_changed_byte_is_found_and_its_file_is_named_before_anything_is_restored() {
    let folder = tempfile::tempdir().unwrap();
    let (_, backup) = small(folder.path());
    let target = path(folder.path(), "restored");
    let all = files(Path::new(&backup));
    // Database, key, checkpoint, manifest, sums, and the two files that were kept.
    assert_eq!(all.len(), 7, "{all:?}");
    for file in all {
        let whole = fs::read(&file).unwrap();
        for at in [0, whole.len() / 3, whole.len() - 1] {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x20;
            fs::write(&file, &flipped).unwrap();
            let name = file.file_name().unwrap().to_str().unwrap();
            for (code, text) in
                [holdfast(&["verify-backup", &backup]), holdfast(&["restore", "--from", &backup, "--data", &target])]
            {
                assert_eq!(code, 1, "{name} at {at}: {text}");
                assert!(text.contains(name), "{name} at {at}: {text}");
            }
            assert!(!Path::new(&target).exists());
        }
        fs::remove_file(&file).unwrap();
        assert_ne!(holdfast(&["verify-backup", &backup]).0, 0, "without {}", file.display());
        fs::write(&file, whole).unwrap();
    }
    good(holdfast(&["verify-backup", &backup]));
}

#[test]
fn places_that_are_taken_and_keys_that_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (scene, backup) = small(folder.path());
    let (code, text) = told(&scene.place.run(&["backup", "--to", &backup], ""));
    assert!(code == 2 && text.contains("is there already"), "{code} {text}");
    let nothing = path(folder.path(), "nothing");
    let elsewhere = path(folder.path(), "elsewhere");
    assert_eq!(holdfast(&["backup", "--data", &nothing, "--to", &elsewhere]).0, 2);
    assert!(!Path::new(&nothing).exists() && !Path::new(&elsewhere).exists());
    assert_eq!(holdfast(&["verify-backup", &path(folder.path(), "data")]).0, 2);
    let into_data = told(&scene.place.run(&["restore", "--from", &backup], ""));
    assert!(into_data.0 == 2 && into_data.1.contains("is not empty"), "{into_data:?}");

    let keyless = path(folder.path(), "keyless");
    let made = good(told(&scene.place.run(&["backup", "--to", &keyless, "--without-key"], "")));
    assert!(made.contains("not in the backup") && !Path::new(&keyless).join("secret.key").exists());
    let restore = ["restore", "--from", &keyless, "--data", &nothing];
    assert_eq!(holdfast(&restore).0, 2);
    let other = path(folder.path(), "other.key");
    fs::write(&other, format!("{}\n", hex::encode(Sha256::digest("another")))).unwrap();
    fs::set_permissions(&other, fs::Permissions::from_mode(0o600)).unwrap();
    let (code, text) = holdfast(&[&restore[..], &["--secret-file", &other]].concat());
    assert!(code == 3 && text.contains("not the one it was sealed with"), "{code} {text}");
    assert_eq!(fs::read_dir(&nothing).unwrap().count(), 0, "nothing was left behind");
    let key = path(&scene.place.data, "secret.key");
    good(holdfast(&[&restore[..], &["--secret-file", &key]].concat()));
    good(holdfast(&["ledger", "verify", "--data", &nothing, "--secret-file", &key]));
}

#[test]
fn a_damaged_file_stops_a_backup_unless_it_is_wanted_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (scene, _) = small(folder.path());
    let hash = scene.kept.lock().unwrap()[0].sha256.clone();
    let blob = scene.place.data.join("blobs").join(&hash[..2]).join(&hash[2..4]).join(&hash);
    fs::remove_file(&blob).unwrap();
    fs::write(&blob, "something else").unwrap();
    let to = path(folder.path(), "damaged");
    let (code, text) = told(&scene.place.run(&["backup", "--to", &to], ""));
    assert!(code == 1 && text.contains(&hash), "{code} {text}");
    assert!(!Path::new(&to).exists() && !Path::new(&(to.clone() + ".partial")).exists());

    let made = good(told(&scene.place.run(&["backup", "--to", &to, "--despite-damage"], "")));
    assert!(made.contains(&format!("lost      {hash}")), "{made}");
    good(holdfast(&["verify-backup", &to]));
    let other = Place::new(folder.path().join("restored"), None);
    let (code, text) = told(&other.run(&["restore", "--from", &to], ""));
    assert!(code == 1 && text.contains("everything is restored, but") && text.contains(&hash), "{code} {text}");
    good(told(&other.run(&["ledger", "verify"], "")));
    let _server = other.start().0;
}

/// A disk of its own, with its folder, unless mounting is refused here.
fn small_disk(folder: PathBuf, size: &str) -> Option<(SmallDisk, PathBuf)> {
    fs::create_dir(&folder).unwrap();
    Some((SmallDisk::mount(&folder, size)?, folder))
}

#[test]
fn a_full_disk_leaves_no_half_backup() {
    let folder = tempfile::tempdir().unwrap();
    let (scene, _) = small(folder.path());
    let Some((_mounted, disk)) = small_disk(folder.path().join("disk"), "256k") else { return };
    let (code, text) = told(&scene.place.run(&["backup", "--to", &path(&disk, "backup")], ""));
    assert!(code == 3 && text.contains("the disk is full"), "{code} {text}");
    assert_eq!(fs::read_dir(&disk).unwrap().count(), 0);
}

#[test]
fn a_full_disk_can_be_backed_up_to_another() {
    let folder = tempfile::tempdir().unwrap();
    let Some((mounted, disk)) = small_disk(folder.path().join("disk"), "32m") else { return };
    let to = path(folder.path(), "backup");
    let scene = Scene::begin(disk.join("data"), None);
    let server = scene.place.start().0;
    scene.work();
    fill(&disk.join("filler"));
    let mut made = told(&scene.place.run(&["backup", "--to", &to], ""));
    // What the database still has of its own is used up first.
    for _ in 0..200 {
        if made.0 != 0 || made.1.contains("the disk is full") {
            break;
        }
        fs::remove_dir_all(&to).unwrap();
        made = told(&scene.place.run(&["backup", "--to", &to], ""));
    }
    drop(server);
    drop(mounted);
    assert!(made.0 == 0 && made.1.contains("the ledger does not say"), "{made:?}");
    good(holdfast(&["verify-backup", &to]));
}
