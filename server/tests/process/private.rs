//! What the real server keeps is its owner's alone, and it says so where it is not.

use std::{
    fs::{self, File, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::place::{Place, ask};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Starts the server with a log, asks it something, and gives what it said.
fn log_of_a_start(place: &Place, log: &Path) -> String {
    let (mut server, _) = place.start_logging("warn", File::create(log).unwrap().into());
    assert_eq!(ask(place.address, "GET", "/healthz", &[], None).unwrap().status, 200);
    server.end();
    fs::read_to_string(log).unwrap()
}

fn kept(data: &Path) -> [PathBuf; 4] {
    ["", "holdfast.db", "holdfast.db-wal", "holdfast.db-shm"].map(|name| data.join(name))
}

#[test]
fn a_new_database_and_its_folder_are_their_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let place = Place { data: folder.path().join("data"), database: None, address };
    let log = log_of_a_start(&place, &folder.path().join("log"));
    let modes = kept(&place.data).map(|path| mode(&path));
    assert_eq!(modes, [0o700, 0o600, 0o600, 0o600], "{log}");
    assert!(!log.contains("chmod"), "{log}");

    // So is one outside of the data folder, in a folder that is not Holdfast's.
    let elsewhere = folder.path().join("other.db");
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let database = Some(format!("sqlite:{}", elsewhere.display()));
    let other = Place { data: folder.path().join("other"), database, address };
    log_of_a_start(&other, &folder.path().join("log"));
    assert_eq!(mode(&elsewhere), 0o600);
}

#[test]
fn startup_names_what_is_wider_and_the_command_that_it_names_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let place = Place { data: folder.path().join("a folder"), database: None, address };
    let path = folder.path().join("log");
    log_of_a_start(&place, &path);
    let wide = [0o755, 0o644, 0o640, 0o604];
    for (path, mode) in kept(&place.data).iter().zip(wide) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    let log = log_of_a_start(&place, &path);
    let commands: Vec<&str> = log.lines().filter_map(|line| line.split_once("; run: ")).map(|(_, run)| run).collect();
    assert_eq!(commands.len(), 4, "{log}");
    for (path, mode) in kept(&place.data).iter().zip(wide) {
        let path = path.to_str().unwrap().trim_end_matches('/');
        assert!(log.contains(&format!("{path} has mode {mode:o}, ")), "{path} in {log}");
    }
    for command in commands {
        assert!(Command::new("sh").args(["-c", command]).status().unwrap().success(), "{command}");
    }
    let modes = kept(&place.data).map(|path| mode(&path));
    assert_eq!(modes, [0o700, 0o600, 0o600, 0o600]);
    assert!(!log_of_a_start(&place, &path).contains("chmod"));
}
