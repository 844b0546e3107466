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
