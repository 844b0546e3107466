//! A small signed log as the tests' example.

use holdfast_ledger::*;

/// Origin and key name of the example log.
pub const ORIGIN: &str = "soc.example.com/case-log/acme";
const START_US: i64 = 1_790_000_000_000_000;

/// The log's key.
pub fn key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[7; 32]).unwrap()
}

/// The log's public key, as an auditor would have it.
pub fn vkey() -> VerifyingKey {
    key().verifying_key(SignatureKind::Note)
}

/// A salt that differs by entry.
pub fn salt(seq: u64) -> [u8; 32] {
    [seq as u8 + 1; 32]
}

/// The text that entry `seq` commits to.
pub fn title(seq: u64) -> String {
    format!("Übergabe {seq} an Herrn Sato (佐藤)")
}

/// What entry `seq` of the example says.
pub fn draft(seq: u64) -> EntryDraft {
    let actor = EntryActor { id: "0198c0de".into(), name_commit: commitment(&salt(seq), "Ana Lima") };
    if seq == 0 {
        return EntryDraft::genesis("acme", actor, ORIGIN, &vkey().to_string(), "holdfast/0.1.0");
    }
    let subject = Subject { kind: "evidence".into(), id: format!("EV-{seq:04}") };
    EntryDraft::new("acme", "custody.transferred", subject, actor)
        .with("after", serde_json::json!({"sealed": true, "holder": "0198c0df", "size_bytes": seq}))
        .with("occurred_at", "2026-09-21T14:00:00.000Z")
        .with_commitment("purpose", commitment(&salt(seq), &title(seq)))
}

/// The entries of a log of that size.
pub fn entries(size: u64) -> Vec<Vec<u8>> {
    let mut prev = Hash::ZERO;
    (0..size)
        .map(|seq| {
            let at_us = START_US + i64::try_from(seq).unwrap() * 61_234_567;
            let bytes = draft(seq).at(seq, prev, at_us).to_bytes().unwrap();
            prev = leaf_hash(&bytes);
            bytes
        })
        .collect()
}

/// The state of a log of these entries.
pub fn checkpoint(entries: &[Vec<u8>]) -> Checkpoint {
    let root = root_of(entries.iter().map(|entry| leaf_hash(entry)));
    Checkpoint { origin: ORIGIN.into(), size: entries.len() as u64, root }
}

/// The signed checkpoint over these entries.
pub fn note(entries: &[Vec<u8>]) -> String {
    checkpoint(entries).sign(&key()).unwrap().to_string()
}
