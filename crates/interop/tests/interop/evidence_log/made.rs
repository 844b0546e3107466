//! A ledger and the evidence log of one item in it, made as actions make them.

use holdfast_domain::{Timestamp, marking::Tlp};
use holdfast_interop::evidence_log::*;
use holdfast_ledger::{
    Checkpoint, EntryActor, EntryDraft, Frontier, Hash, SignatureKind, SigningKey, Subject, VerifyingKey, commitment,
    entry::ACTOR_NAME,
    leaf_hash,
    tree::{ProofPlan, inclusion_nodes},
};
use serde_json::json;

pub const ORIGIN: &str = "soc.example.org/ledger";
pub const AT: i64 = 1_790_000_000_000_000;
pub const ANA: &str = "00000000-0000-7000-8000-00000000000a";
pub const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

pub fn key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, &[7; 32]).unwrap()
}

pub fn vkey() -> VerifyingKey {
    key().verifying_key(SignatureKind::Note)
}

/// A ledger as actions write it, kept whole.
#[derive(Default)]
pub struct Ledger {
    pub entries: Vec<String>,
    pub tree: Frontier,
    pub nodes: Vec<(holdfast_ledger::NodeId, Hash)>,
}

impl Ledger {
    pub fn append(&mut self, draft: EntryDraft) -> String {
        let prev = self.entries.last().map_or(Hash::ZERO, |entry| leaf_hash(entry.as_bytes()));
        let seq = self.entries.len() as u64;
        let at = AT + i64::try_from(seq).unwrap() * 90_000_000_000;
        let bytes = draft.at(seq, prev, at).to_bytes().unwrap();
        self.nodes.extend(self.tree.append(leaf_hash(&bytes)));
        self.entries.push(String::from_utf8(bytes).unwrap());
        self.entries.last().unwrap().clone()
    }

    pub fn proof(&self, seq: u64) -> Vec<Hash> {
        let plan: ProofPlan = inclusion_nodes(seq, self.tree.size()).unwrap();
        plan.assemble(|id| self.nodes.iter().find(|(at, _)| *at == id).map(|(_, hash)| *hash)).unwrap()
    }

    pub fn note(&self) -> String {
        let checkpoint = Checkpoint { origin: ORIGIN.into(), size: self.tree.size(), root: self.tree.root() };
        checkpoint.sign(&key()).unwrap().to_string()
    }
}

pub fn salt(seq: u64, field: usize) -> [u8; 32] {
    let mut salt = [field as u8; 32];
    salt[0] = seq as u8;
    salt
}

pub fn actor(seq: u64) -> EntryActor {
    EntryActor { id: ANA.into(), name_commit: commitment(&salt(seq, 0), "Ana Lima") }
}

/// Texts of an event: the entry commits to them, the row opens them.
pub const TEXTS: [(&str, &str); 3] =
    [("purpose", "=HYPERLINK(\"x\")"), ("location", "Lab, Köln"), ("notes", "photo \"1\",\r\nseen")];

pub fn event(ledger: &mut Ledger, kind: &str, hash: &str) -> LoggedEvent {
    let seq = ledger.entries.len() as u64;
    let occurred = Timestamp::from_micros(AT + i64::try_from(seq).unwrap() * 90_000_000_000 - 3_600_000_000);
    let subject = Subject { kind: "incident".into(), id: "0198aaaa".into() };
    let mut draft = EntryDraft::new("0198bbbb", &format!("custody.{kind}"), subject, actor(seq))
        .with("event", format!("event-{seq}"))
        .with("evidence", "item-1")
        .with("label", "EV-0001")
        .with("occurred_at", occurred.to_string())
        .with("zone", "Europe/Berlin")
        .with("number", seq)
        .with("seal_no", "S-17");
    if kind == "corrected" {
        draft = draft.with("refers_to", 1);
    }
    if !hash.is_empty() {
        draft = draft.with("sha256", hash).with("hash_ok", true);
    }
    let mut openings = vec![Text { field: ACTOR_NAME.into(), salt: salt(seq, 0), text: "Ana Lima".into() }];
    for (at, (field, text)) in TEXTS.into_iter().enumerate() {
        draft = draft.with_commitment(field, commitment(&salt(seq, at + 1), text));
        openings.push(Text { field: field.into(), salt: salt(seq, at + 1), text: text.into() });
    }
    let entry = ledger.append(draft);
    let local = occurred.utc().to_rfc3339().replace("+00:00", "Z");
    LoggedEvent {
        seq,
        event_id: format!("event-{seq}"),
        incident: "INC-2026-0001".into(),
        item: "EV-0001".into(),
        item_id: "item-1".into(),
        event: kind.into(),
        occurred_at_utc: occurred,
        occurred_at_local: local,
        tz: "Europe/Berlin".into(),
        recorded_at_utc: occurred.plus_seconds(3_600),
        delay_s: 3_600,
        actor_id: ANA.into(),
        actor_name: "Ana Lima".into(),
        actor_handle: "ana-lima".into(),
        released_by: String::new(),
        received_by: String::new(),
        purpose: TEXTS[0].1.into(),
        location: TEXTS[1].1.into(),
        storage: String::new(),
        seal_no: "S-17".into(),
        hash_algo: if hash.is_empty() { String::new() } else { "sha256".into() },
        hash: hash.into(),
        hash_ok: (!hash.is_empty()).then_some(true),
        tool: String::new(),
        tool_version: String::new(),
        notes: TEXTS[2].1.into(),
        leaf_hash: leaf_hash(entry.as_bytes()),
        entry,
        openings,
    }
}

/// A log of one item, and the ledger it is from; `change` is made before the export is recorded, as
/// by a server that lies.
pub fn log_with(kinds: &[&str], change: impl FnOnce(&mut Content)) -> EvidenceLog {
    let mut ledger = Ledger::default();
    ledger.append(EntryDraft::genesis("0198bbbb", actor(0), ORIGIN, &vkey().to_string(), "holdfast-test"));
    let rows = kinds.iter().map(|kind| event(&mut ledger, kind, if *kind == "collected" { SHA } else { "" })).collect();
    let item = LoggedItem {
        id: "item-1".into(),
        incident: "INC-2026-0001".into(),
        label: "EV-0001".into(),
        kind: "disk".into(),
        title: "Laptop".into(),
        quantity: 1,
        size_bytes: Some(4),
        sha256: SHA.into(),
        status: "held".into(),
        holds: 0,
        retain_until: Some(Timestamp::from_seconds(1_900_000_000)),
    };
    let acquisition = json!({
        "item": "EV-0001", "started_at": "2026-09-21T14:00:00Z", "ended_at": null, "acquirer": "Ana Lima", "witness": "",
        "location": "Köln", "authority": "policy", "method": "dead_image", "tool": "ewfacquire", "tool_version": "20171003",
        "write_blocker": "hardware", "source_hash_before": SHA, "image_hash": SHA, "source_hash_after": SHA, "notes": ""
    });
    let mut content = Content {
        scope: LogSubject::Item { incident: "INC-2026-0001".into(), item: "EV-0001".into() },
        tlp: Tlp::Amber,
        requestor: "Ines Roth".into(),
        purpose: "Disclosure".into(),
        legal_basis: "Order 12 of the court".into(),
        generated_at: Timestamp::from_micros(AT + 900_000_000_000),
        names: true,
        items: vec![item],
        acquisitions: vec![serde_json::from_value(acquisition).unwrap()],
        rows,
    };
    change(&mut content);
    let subject = Subject { kind: "incident".into(), id: "0198aaaa".into() };
    let seq = ledger.entries.len() as u64;
    let hash = digest(&content).unwrap().to_string();
    let entry = ledger.append(EntryDraft::new("0198bbbb", EXPORTED, subject, actor(seq)).with(DIGEST, hash));
    // Others go on working: the checkpoint is of a larger log.
    ledger.append(EntryDraft::new(
        "0198bbbb",
        "session.ended",
        Subject { kind: "person".into(), id: "1".into() },
        actor(0),
    ));
    let proofs = content.rows.iter().map(|row| ledger.proof(row.seq.min(seq))).collect();
    EvidenceLog {
        schema: SCHEMA.into(),
        content,
        export: Vouched { seq, entry, proof: ledger.proof(seq) },
        proofs,
        checkpoint: ledger.note(),
        vkey: vkey().to_string(),
    }
}

pub const STORY: [&str; 5] = ["collected", "sealed", "analysed", "moved", "verified"];
