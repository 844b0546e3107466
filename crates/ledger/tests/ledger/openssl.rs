//! What the crate signs and hashes, checked by openssl and coreutils through the script that
//! auditors are given.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use holdfast_ledger::*;

use crate::log;

fn run(arguments: &[&str], directory: &Path) -> Output {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/verify.sh");
    let mut command = Command::new("sh");
    command.arg(script).args(arguments).current_dir(directory).output().unwrap()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn write(directory: &Path, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn openssl_and_sha256sum_agree_with_the_signed_checkpoint_and_the_leaves() {
    let directory = tempfile::tempdir().unwrap();
    let entries = log::entries(5);
    write(directory.path(), "checkpoint", log::note(&entries));
    write(directory.path(), "entry.json", &entries[3]);
    let vkey = log::vkey().to_string();
    let said = printed(&run(&[&vkey, "checkpoint", "entry.json"], directory.path()));
    let root = log::checkpoint(&entries).root;
    assert!(said.contains("Signature Verified Successfully"), "{said}");
    assert!(said.contains(&format!("checkpoint: {}, 5 entries, root {root}", log::ORIGIN)));
    assert!(said.contains(&format!("leaf: {}  entry.json", leaf_hash(&entries[3]))));
}

#[test]
fn the_worked_checkpoint_with_a_cosignature_passes_the_script() {
    let vkey = "evidence.example/log+96237833+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let said = printed(&run(&[vkey, "checkpoint"], &testdata));
    assert!(said.contains("root 147dc477479a3b69a24b1ff601b6fc6284fdf15fd50abfeb0cf70ea8e3722c1d"));
}

#[test]
fn the_script_refuses_what_is_not_signed() {
    let directory = tempfile::tempdir().unwrap();
    let entries = log::entries(5);
    let note = log::note(&entries);
    let vkey = log::vkey().to_string();
    let other = SigningKey::from_seed(log::ORIGIN, &[8; 32]).unwrap();
    let other = other.verifying_key(SignatureKind::Note).to_string();
    write(directory.path(), "good", &note);
    write(directory.path(), "larger", note.replacen("\n5\n", "\n6\n", 1));
    for (key, file) in [(&vkey, "larger"), (&other, "good"), (&vkey.replace("acme", "acne"), "good")] {
        let output = run(&[key, file], directory.path());
        assert_eq!(output.status.code(), Some(1), "{key} {file}");
    }
    assert_eq!(run(&[&vkey], directory.path()).status.code(), Some(2));
}

#[test]
fn the_script_follows_every_proof_of_a_log_and_refuses_another_entry() {
    let directory = tempfile::tempdir().unwrap();
    let entries = log::entries(7);
    let note = Note::parse(log::note(&entries).as_bytes()).unwrap();
    let mut frontier = Frontier::default();
    let nodes: std::collections::HashMap<_, _> =
        entries.iter().flat_map(|entry| frontier.append(leaf_hash(entry))).collect();
    let vkey = log::vkey().to_string();
    for (index, entry) in entries.iter().enumerate() {
        let plan = inclusion_nodes(index as u64, 7).unwrap();
        let hashes = plan.assemble(|id| nodes.get(&id).copied()).unwrap();
        let proof = TlogProof { extra: None, index: index as u64, hashes, checkpoint: note.clone() };
        write(directory.path(), "entry.tlog-proof", proof.to_string());
        write(directory.path(), "entry.json", entry);
        let said = printed(&run(&[&vkey, "entry.tlog-proof", "entry.json"], directory.path()));
        assert!(said.ends_with(&format!("included: entry {index} is entry.json\n")), "{said}");
        let hash_only = HashOnly { seq: index as u64, leaf: leaf_hash(entry) };
        write(directory.path(), "entry.json", hash_only.to_string());
        let said = printed(&run(&[&vkey, "entry.tlog-proof", "entry.json"], directory.path()));
        assert!(
            said.ends_with(&format!("included: entry {index} is entry.json, hash only: its content was not checked\n")),
            "{said}"
        );
        let moved = HashOnly { seq: index as u64 + 1, ..hash_only };
        write(directory.path(), "entry.json", moved.to_string());
        assert_eq!(run(&[&vkey, "entry.tlog-proof", "entry.json"], directory.path()).status.code(), Some(1));
        write(directory.path(), "entry.json", b"{}");
        let output = run(&[&vkey, "entry.tlog-proof", "entry.json"], directory.path());
        assert_eq!(output.status.code(), Some(1));
    }
}

#[test]
fn the_script_says_what_it_cannot_read_and_calls_only_what_it_checked_wrong() {
    let directory = tempfile::tempdir().unwrap();
    let vkey = log::vkey().to_string();
    let entries = log::entries(3);
    let lines = entries.iter().map(|entry| String::from_utf8(entry.clone()).unwrap() + "\n").collect::<String>();
    write(directory.path(), "checkpoint", log::note(&entries));
    write(directory.path(), "evidence-log.json", include_str!("../../../../docs/schema/evidence-log.example.json"));
    write(directory.path(), "entries.jsonl", lines);
    write(directory.path(), "log.pdf", "%PDF-1.7\n");
    write(directory.path(), "table.csv", "seq,event_id\n1,2\n");
    write(directory.path(), "unsigned", "a log\n3\nroot\n");
    write(directory.path(), "empty", "");
    let command = |file: &str| format!("holdfast verify {file} --key '{vkey}'");
    for (key, file, said) in [
        (&vkey, "evidence-log.json", command("evidence-log.json")),
        (&vkey, "entries.jsonl", command("entries.jsonl")),
        (&vkey, "log.pdf", "save the evidence log as JSON".to_owned()),
        (&vkey, "table.csv", "neither a checkpoint nor a proof".to_owned()),
        (&vkey, "unsigned", "neither a checkpoint nor a proof".to_owned()),
        (&vkey, "empty", "neither a checkpoint nor a proof".to_owned()),
        (&vkey, "missing", "missing cannot be read".to_owned()),
        (&"nonsense".to_owned(), "checkpoint", "the key is not name+id+key".to_owned()),
    ] {
        let output = run(&[key, file], directory.path());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.starts_with("NOT CHECKED: ") && errors.contains(&said), "{file}: {errors}");
        assert!(!errors.contains("FAILED") && output.stdout.is_empty(), "{file}: {errors}");
        assert_eq!(output.status.code(), Some(2), "{file}");
    }
    // What is a checkpoint and was signed by nobody known is wrong.
    let stranger = SigningKey::from_seed(log::ORIGIN, &[9; 32]).unwrap().verifying_key(SignatureKind::Note).to_string();
    let output = run(&[&stranger, "checkpoint"], directory.path());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("FAILED: none of the signatures is by this key"));
}
