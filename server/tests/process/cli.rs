//! The command line as a person at a shell or a script sees it: what is printed, and how it ends.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use holdfast_testing::Engine;

use crate::place::{Place, on_postgres};

const PASSWORD: &str = "copper tide 9 lanterns";

fn run(data: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holdfast"));
    command.args(arguments).env("HOLDFAST_DATA", data).env("HOLDFAST_LOG", "warn").env_remove("HOLDFAST_SECRET");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that reads nothing may be gone before it is written to.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn good(data: &Path, arguments: &[&str], input: &str) -> String {
    let (code, out, error) = run(data, arguments, input);
    assert_eq!(code, 0, "{arguments:?}: {out}{error}");
    out
}

const FIRST: &[&str] = &[
    "admin",
    "user",
    "add",
    "--email",
    "ada@example.org",
    "--name",
    "Ada",
    "--role",
    "administrator",
    "--role",
    "lead",
    "--password-stdin",
];

#[test]
fn people_and_tokens_are_made_without_a_browser_and_secrets_are_printed_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert!(good(&data, FIRST, PASSWORD).contains("Ada can sign in as ada@example.org."));
    let invite = ["admin", "user", "add", "--email", "bo@example.org", "--name", "Bo", "--role", "analyst"];
    let invited = good(&data, &invite, "");
    assert_eq!(invited.trim().lines().last().unwrap().len(), 27, "160 bits in base64: {invited}");
    let create = ["token", "create", "--email", "ada@example.org", "--scope", "incidents:read", "--expires", "7d"];
    assert!(good(&data, &create, "").starts_with("holdfast_"));

    assert_eq!(run(&data, &invite, "").0, 2, "an address signs in one person");
    let weak =
        ["admin", "user", "add", "--email", "c@example.org", "--name", "C", "--role", "analyst", "--password-stdin"];
    assert_eq!(run(&data, &weak, "short").0, 2);
    assert_eq!(run(&data, &["token", "create", "--email", "x@example.org", "--scope", "ledger:read"], "").0, 2);
    assert_eq!(run(&data, &["token", "create", "--email", "ada@example.org", "--scope", "everything"], "").0, 2);
    assert_eq!(run(&data, &["frobnicate"], "").0, 2);
}

#[test]
fn the_first_person_is_an_administrator_with_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let analyst =
        ["admin", "user", "add", "--email", "a@example.org", "--name", "A", "--role", "analyst", "--password-stdin"];
    assert_eq!(run(&data, &analyst, PASSWORD).0, 2);
    let no_password = ["admin", "user", "add", "--email", "a@example.org", "--name", "A", "--role", "administrator"];
    assert_eq!(run(&data, &no_password, "").0, 2);
    assert_eq!(run(&data, &["ledger", "vkey"], "").0, 3, "there is no ledger yet");
}

#[test]
fn a_ledger_is_checked_here_and_elsewhere_and_a_changed_one_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    good(&data, FIRST, PASSWORD);
    good(&data, &["ledger", "verify"], "");
    let key = good(&data, &["ledger", "vkey"], "").trim().to_owned();
    let note = good(&data, &["ledger", "checkpoint"], "");
    let entries = tokio::runtime::Runtime::new().unwrap().block_on(entries(&data));
    let export = folder.path().join("export");
    std::fs::create_dir(&export).unwrap();
    let (file, state) = (export.join("entries.jsonl"), export.join("state"));
    std::fs::write(export.join("checkpoint"), note).unwrap();
    std::fs::write(&file, &entries).unwrap();
    let verify = ["verify", file.to_str().unwrap(), "--key", &key, "--state", state.to_str().unwrap()];
    assert!(good(folder.path(), &verify, "").contains("ok"));
    assert!(state.exists(), "what was believed is remembered");
    let as_json: serde_json::Value =
        serde_json::from_str(&good(folder.path(), &[&verify[..], &["--json"]].concat(), "")).unwrap();
    assert_eq!(as_json["ok"], true);

    // Somebody is added after the checkpoint was signed: those entries are named, not refused.
    good(&data, &["admin", "user", "add", "--email", "bo@example.org", "--name", "Bo", "--role", "analyst"], "");
    let newer = tokio::runtime::Runtime::new().unwrap().block_on(self::entries(&data));
    let more = newer.lines().count() - entries.lines().count();
    assert!(more > 0);
    std::fs::write(&file, &newer).unwrap();
    let straddling = good(folder.path(), &verify, "");
    let named = format!("not checked, 3: {more} entr{} not yet signed", if more == 1 { "y" } else { "ies" });
    assert!(straddling.contains(&named), "{straddling}");
    // A link that is broken there is none the less found, and so is a log that ends too early.
    let cut = newer.lines().count() - more - 1;
    let without: Vec<&str> = newer.lines().enumerate().filter(|(at, _)| *at != cut).map(|(_, line)| line).collect();
    std::fs::write(&file, without.join("\n") + "\n").unwrap();
    assert_eq!(run(folder.path(), &verify, "").0, 1);
    std::fs::write(&file, entries.lines().take(cut).collect::<Vec<_>>().join("\n") + "\n").unwrap();
    assert_eq!(run(folder.path(), &verify, "").0, 1);

    std::fs::write(&file, entries.replacen("ledger", "Ledger", 1)).unwrap();
    let (code, out, _) = run(folder.path(), &verify, "");
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("first bad entry: entry 0"), "{out}");
    assert_eq!(run(folder.path(), &["verify", file.to_str().unwrap(), "--key", "nonsense"], "").0, 2);
    assert_eq!(run(folder.path(), &["verify", "/nowhere/entries.jsonl", "--key", &key], "").0, 3);
}

#[test]
fn an_evidence_log_is_checked_by_itself_and_a_changed_one_is_found_out() {
    let log = include_str!("../../../docs/schema/evidence-log.example.json");
    let named: serde_json::Value = serde_json::from_str(log).unwrap();
    let key = named["vkey"].as_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.json");
    std::fs::write(&file, log).unwrap();
    let verify = ["verify", file.to_str().unwrap(), "--key", key];
    let said = good(folder.path(), &verify, "");
    assert!(said.contains("ok     4 rows: 5 rows say what their entries say"), "{said}");
    assert!(said.contains("not checked, 7: witness"), "{said}");
    std::fs::write(&file, serde_json::to_string(&named).unwrap()).unwrap();
    good(folder.path(), &verify, "");
    assert_eq!(run(folder.path(), &[&verify[..], &["--state", "state"]].concat(), "").0, 2);
    std::fs::write(&file, log.replacen("Laptop", "Desktop", 1)).unwrap();
    let (code, out, _) = run(folder.path(), &verify, "");
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("FAILED 4 content"), "{out}");
}

async fn entries(data: &Path) -> String {
    let db = holdfast_store::Db::open(&format!("sqlite:{}", data.join("holdfast.db").display())).await.unwrap();
    let org = holdfast_store::org::ids(&db).await.unwrap()[0];
    let entries = holdfast_store::ledger::entries(&db, org, 0, 1_000).await.unwrap();
    db.close().await;
    entries.iter().map(|row| row.entry.clone() + "\n").collect()
}

#[test]
fn another_master_key_is_noticed_before_anything_is_written_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    good(&data, FIRST, PASSWORD);
    std::fs::remove_file(data.join("secret.key")).unwrap();
    let (code, _, error) = run(&data, &["ledger", "verify"], "");
    assert_eq!(code, 3, "{error}");
    assert!(error.contains("another master key"), "{error}");
    let (code, _, error) = run(&data, &["ledger", "verify"], "");
    assert_eq!(code, 3, "the new key was not kept: {error}");
}

#[test]
fn a_command_where_no_database_is_says_so_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let to = folder.path().join("out");
    let to = to.to_str().unwrap();
    let commands: [&[&str]; 7] = [
        &["ledger", "verify"],
        &["ledger", "vkey"],
        &["ledger", "checkpoint"],
        &["token", "create", "--email", "ada@example.org", "--scope", "ledger:read"],
        &["import", "iris", "case.json"],
        &["report", "render", "--incident", "INC-2026-0001", "--kind", "summary", "--out", to],
        &["backup", "--to", to],
    ];
    for command in commands {
        let (code, out, error) = run(&data, command, "");
        assert_eq!(code, 2, "{command:?}: {out}{error}");
        let said = format!("there is no Holdfast database in {}", data.display());
        assert!(error.contains(&said) && error.contains("holdfast serve"), "{command:?}: {error}");
        assert!(!data.exists(), "{command:?}");
    }
    let elsewhere = format!("sqlite:{}", folder.path().join("other.db").display());
    assert_eq!(run(&data, &["ledger", "verify", "--database", &elsewhere], "").0, 2);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    // Setting up is what makes one.
    good(&data, FIRST, PASSWORD);
    good(&data, &["ledger", "verify"], "");
    on_postgres(Engine::Postgres, |url| {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        assert_eq!(run(&data, &["ledger", "verify", "--database", &url], "").0, 3);
        assert!(!data.exists());
    });
}

#[test]
fn a_command_whose_reader_has_seen_enough_ends_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    good(&data, FIRST, PASSWORD);
    let to = folder.path().join("backup");
    let token = ["token", "create", "--email", "ada@example.org", "--scope", "incidents:read"];
    let commands: [&[&str]; 6] = [
        &["ledger", "verify"],
        &["ledger", "vkey"],
        &["ledger", "checkpoint"],
        &token,
        &["migrate"],
        &["backup", "--to", to.to_str().unwrap()],
    ];
    for command in commands {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut holdfast = Command::new(env!("CARGO_BIN_EXE_holdfast"));
        holdfast.args(command).env("HOLDFAST_DATA", &data).env("HOLDFAST_LOG", "warn").env_remove("HOLDFAST_SECRET");
        let ended = holdfast.stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let error = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(ended.status.success() && error.is_empty(), "{command:?}: {:?} {error}", ended.status);
    }
    // One that cannot be written for another reason is not taken for good.
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut holdfast = Command::new(env!("CARGO_BIN_EXE_holdfast"));
    let ended = holdfast.args(["ledger", "vkey"]).env("HOLDFAST_DATA", &data).stdout(full).output().unwrap();
    assert_eq!(ended.status.code(), Some(3), "{ended:?}");
    assert!(String::from_utf8_lossy(&ended.stderr).contains("cannot write the result"), "{ended:?}");
}

#[test]
fn one_server_at_a_time_has_a_data_folder_and_commands_work_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(folder.path().join("data"), None);
    place.set_up();
    let mut server = place.start().0;
    let said = |output: Output| (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned());
    let (code, error) = said(place.run(&["serve", "--listen", "127.0.0.1:0"], ""));
    assert_eq!(code, 3, "{error}");
    assert!(error.contains("another Holdfast (process ") && error.contains("stop that one first"), "{error}");

    let backup = folder.path().join("backup");
    let backup = backup.to_str().unwrap();
    let beside: [&[&str]; 4] = [
        &["ledger", "verify"],
        &["backup", "--to", backup],
        &["token", "create", "--email", "lead@example.org", "--scope", "incidents:read"],
        &["admin", "user", "add", "--email", "bo@example.org", "--name", "Bo", "--role", "analyst"],
    ];
    for command in beside {
        let (code, error) = said(place.run(command, ""));
        assert_eq!(code, 0, "{command:?}: {error}");
    }
    let (code, error) = said(place.run(&["restore", "--from", backup], ""));
    assert!(code == 3 && error.contains("another Holdfast"), "{code} {error}");

    // Killed without warning it leaves nothing that locks.
    server.end();
    let _again = place.start().0;
}

#[test]
fn an_unknown_incident_has_no_report() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    good(&data, FIRST, PASSWORD);
    let out = folder.path().join("report.pdf");
    let render =
        ["report", "render", "--incident", "INC-2026-0001", "--kind", "summary", "--out", out.to_str().unwrap()];
    let (code, _, error) = run(&data, &render, "");
    assert_eq!(code, 2, "{error}");
    assert!(!out.exists());
}
