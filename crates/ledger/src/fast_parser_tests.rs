//! The fast parser reads an entry as the other one does, or leaves it to that.

#![allow(clippy::unwrap_used)]

use proptest::{collection::btree_map, prelude::*};
use serde_json::{Value, json};

use super::*;
use crate::{Entry, EntryActor, EntryDraft, Subject};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-(1_i64 << 53)..1 << 53).prop_map(Value::from),
        (-9_i64..9).prop_map(Value::from),
        "[!-~]{0,12}".prop_map(Value::from),
        "[a-zé佐\"\\\\]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(9, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map("[a-z_.0-9-]{1,6}", inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

fn entry() -> impl Strategy<Value = Entry> {
    let hash = || any::<[u8; 32]>().prop_map(Hash::from_bytes);
    let names = "[a-z]{1,5}\\.[a-z_]{0,5}";
    let id = "[!-?A-~]{1,9}";
    let content = (id, names, id, "[a-z]{1,9}", hash(), btree_map("[a-z_.]{1,6}", value(), 0..4));
    let place = (any::<u64>(), hash(), -9_i64..300_000_000_000_000_000, btree_map("[a-z.]{1,6}", hash(), 0..4));
    (content, place).prop_map(|((org, kind, id, noun, name_commit, data), (seq, prev, at_us, commit))| {
        let seq = if seq % 2 == 0 { seq % 1_000 } else { seq >> 10 };
        let content = EntryDraft {
            subject: Subject { kind: noun, id: id.clone() },
            actor: EntryActor { id, name_commit },
            data: data.into_iter().collect(),
            commit,
            org,
            kind,
        };
        Entry { seq, prev, at_us: at_us.div_euclid(1_000) * 1_000, content }
    })
}

/// Whatever is accepted is accepted by the other reader too, which says the same of it.
fn agrees(bytes: &[u8]) -> bool {
    let mut commits = Vec::new();
    let Some(quick) = read(bytes, &mut commits) else { return false };
    let entry = Entry::from_bytes(bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes)));
    assert_eq!((quick.seq, quick.prev, quick.at_us), (entry.seq, entry.prev, entry.at_us));
    assert_eq!((quick.org, quick.kind), (entry.content.org.as_str(), entry.content.kind.as_str()));
    assert_eq!(quick.name_commit, entry.content.actor.name_commit);
    let commits = commits.into_iter().map(|(range, hash)| (String::from_utf8(bytes[range].to_vec()).unwrap(), hash));
    assert_eq!(commits.collect::<Vec<_>>(), entry.content.commit.into_iter().collect::<Vec<_>>());
    true
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_entry_that_is_read_quickly_is_read_alike(entry in entry()) {
        let Ok(bytes) = entry.to_bytes() else { return Ok(()) };
        let was_quick = agrees(&bytes);
        // What is written without escapes and beyond letters of ASCII is what nearly all entries are.
        prop_assert!(was_quick || bytes.iter().any(|byte| !byte.is_ascii() || *byte == b'\\'));
    }

    #[test]
    fn an_entry_with_other_bytes_is_refused_or_read_alike(
        entry in entry(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..3, "[ -~]"), 1..4),
    ) {
        let Ok(mut bytes) = entry.to_bytes() else { return Ok(()) };
        for (place, how, byte) in changes {
            let (place, byte) = (place.index(bytes.len()), byte.as_bytes()[0]);
            match how {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => drop(bytes.remove(place)),
            }
        }
        agrees(&bytes);
    }
}

#[test]
fn each_byte_of_an_entry_may_be_every_other() {
    let actor = EntryActor { id: "0198c0de".into(), name_commit: Hash::of(b"a") };
    let mut draft =
        EntryDraft::new("acme", "incident.opened", Subject { kind: "incident".into(), id: "i-1".into() }, actor)
            .with("list", json!([1, -20, 0, null, true, {"deep": [[[]], {}]}]))
            .with("name", "a/b")
            .with_commitment("title", Hash::of(b"t"));
    draft.commit.insert("after.title".into(), Hash::of(b"u"));
    let good = draft.at(70, Hash::of(b"p"), 1_790_000_000_123_000).to_bytes().unwrap();
    assert!(agrees(&good));
    for place in 0..good.len() {
        for byte in 0..=u8::MAX {
            let mut changed = good.clone();
            changed[place] = byte;
            agrees(&changed);
        }
        let mut cut = good.clone();
        cut.remove(place);
        agrees(&cut);
        agrees(&good[..place]);
    }
}
