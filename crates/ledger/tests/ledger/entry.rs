//! The entry schema: one spelling, nothing unknown, no text in clear.

use holdfast_ledger::*;

use crate::log;
use proptest::prelude::*;
use serde_json::json;

fn example() -> Entry {
    log::draft(3).at(3, Hash::from_bytes([0xab; 32]), 1_790_000_000_123_456)
}

#[test]
fn an_entry_is_written_in_canonical_form() {
    let prev = "ab".repeat(32);
    let name = commitment(&log::salt(3), "Ana Lima");
    let purpose = commitment(&log::salt(3), &log::title(3));
    let expected = format!(
        r#"{{"actor":{{"id":"0198c0de","name_commit":"{name}"}},"commit":{{"purpose":"{purpose}"}},"data":{{"after":{{"holder":"0198c0df","sealed":true,"size_bytes":3}},"occurred_at":"2026-09-21T14:00:00.000Z"}},"org":"acme","prev":"{prev}","seq":3,"subject":{{"id":"EV-0003","kind":"evidence"}},"ts":"2026-09-21T14:13:20.123Z","type":"custody.transferred","v":1}}"#
    );
    let bytes = example().to_bytes().unwrap();
    assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expected);
    assert_eq!(Entry::from_bytes(&bytes).unwrap(), example());
    assert_eq!(example().leaf().unwrap(), leaf_hash(&bytes));
    assert_eq!(example().at_us, 1_790_000_000_123_000);
}

#[test]
fn a_commitment_is_the_hash_of_salt_and_text() {
    let mut bytes = vec![9; 32];
    bytes.extend("Jürgen".as_bytes());
    assert_eq!(commitment(&[9; 32], "Jürgen"), Hash::of(&bytes));
    assert_ne!(commitment(&[9; 32], "Jürgen"), commitment(&[8; 32], "Jürgen"));
}

#[test]
fn genesis_names_log_key_schema_and_software() {
    let data = log::draft(0).data;
    assert_eq!(data["origin"], log::ORIGIN);
    assert_eq!(data["vkey"], log::vkey().to_string());
    assert_eq!((&data["schema"], &data["software"]), (&json!(1), &json!("holdfast/0.1.0")));
    let bytes = log::draft(0).at(0, Hash::ZERO, 0).to_bytes().unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains(&format!("\"prev\":\"{}\"", "0".repeat(64))));
}

#[test]
fn other_spellings_and_unknown_fields_are_refused() {
    let good = String::from_utf8(example().to_bytes().unwrap()).unwrap();
    for (from, to) in [
        (r#""v":1"#, r#""v":2"#),
        (r#""v":1"#, r#""v":1.0"#),
        (r#","v":1"#, ""),
        (r#","v":1"#, r#","v":1,"w":1"#),
        (r#","v":1"#, r#","v":1,"v":1"#),
        (r#","v":1}"#, r#","v":1} "#),
        (r#""seq":3"#, r#""seq":3e0"#),
        (r#""seq":3"#, r#""seq":-3"#),
        (r#""seq":3"#, r#""seq": 3"#),
        (r#""seq":3"#, r#""seq":9007199254740992"#),
        (r#""prev":"abab"#, r#""prev":"ABAB"#),
        (r#""prev":"abab"#, r#""prev":"ab"#),
        (r#""ts":"2026-09-21T14:13:20.123Z""#, r#""ts":"2026-09-21T14:13:20Z""#),
        (r#""kind":"evidence""#, r#""kind":"evidence","name":"x""#),
        (r#""kind":"evidence""#, r#""kind":"\u0065vidence""#),
        (r#""kind":"evidence""#, r#""kind":"Evidence""#),
        (r#""type":"custody.transferred""#, r#""type":"transferred""#),
        (r#""size_bytes":3"#, r#""size_bytes":3.5"#),
        (r#""size_bytes":3"#, r#""size_bytes":-0"#),
        (r#""size_bytes":3"#, r#""size_bytes":9007199254740992"#),
        (r#""size_bytes":3"#, r#""size_bytes":3,"size_bytes":3"#),
        (r#""holder":"0198c0df","sealed":true"#, r#""sealed":true,"holder":"0198c0df""#),
        (r#""holder":"0198c0df""#, r#""holder":"Mr Sato""#),
        (r#""holder":"0198c0df""#, r#""holder":"sato@example.com""#),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        assert!(Entry::from_bytes(bad.as_bytes()).is_err(), "{from} -> {to}");
    }
}

#[test]
fn what_the_schema_forbids_cannot_be_written() {
    let write = |draft: EntryDraft| draft.at(1, Hash::ZERO, 0).to_bytes();
    let value = |value: serde_json::Value| write(log::draft(1).with("x", value));
    assert!(value(json!(9_007_199_254_740_991_i64)).is_ok());
    assert!(value(json!(-9_007_199_254_740_991_i64)).is_ok());
    assert!(value(json!([null, true, "amber+strict", {"a": []}, ""])).is_ok());
    assert_eq!(value(json!(1.0)), Err(EntryError::Number("x".into())));
    assert_eq!(value(json!(u64::MAX)), Err(EntryError::Number("x".into())));
    assert_eq!(value(json!("free text")), Err(EntryError::Value("x".into())));
    assert_eq!(value(json!([{"y": "a\u{a0}b"}])), Err(EntryError::Value("y".into())));
    assert_eq!(value(json!({"Y": 1})), Err(EntryError::Name("data")));
    let deep = (0..9).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(value(deep), Err(EntryError::Depth("x".into())));
    let long = vec!["f".repeat(64); 1000];
    assert!(matches!(value(json!(long)), Err(EntryError::TooLong(length)) if length > 65_535));
    let named = log::draft(1).with_commitment("actor.name", Hash::ZERO);
    assert_eq!(write(named), Err(EntryError::Name("commit")));
    assert_eq!(log::draft(1).at(1, Hash::ZERO, -1).to_bytes(), Err(EntryError::Time));
    assert_eq!(log::draft(1).at(1 << 53, Hash::ZERO, 0).to_bytes(), Err(EntryError::Number("seq".into())));
    for org in ["", "a b", "a\nb"] {
        let draft = EntryDraft { org: org.into(), ..log::draft(1) };
        assert_eq!(write(draft), Err(EntryError::Value("org".into())));
    }
}

#[test]
fn the_longest_entry_fits_to_the_byte() {
    let sized = |count: usize, rest: usize| {
        let parts: Vec<String> = std::iter::repeat_n("f".repeat(1000), count).chain(["f".repeat(rest)]).collect();
        log::draft(1).with("parts", json!(parts)).at(1, Hash::ZERO, 0).to_bytes()
    };
    let base = sized(64, 0).unwrap().len();
    let rest = 65_535 - base;
    assert_eq!(sized(64, rest).unwrap().len(), 65_535);
    assert_eq!(sized(64, rest + 1), Err(EntryError::TooLong(65_536)));
    let mut bytes = sized(64, rest).unwrap();
    bytes.push(b' ');
    assert_eq!(Entry::from_bytes(&bytes), Err(EntryError::TooLong(65_536)));
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|flag| json!(flag)),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(|number| json!(number)),
        "[^\\s@\\p{Cc}]{0,12}".prop_map(|text| json!(text)),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| json!(items)),
            prop::collection::btree_map("[a-z0-9_.-]{1,8}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_can_be_written_is_read_back_the_same(
        seq in 0_u64..1 << 53,
        at_us in 0_i64..253_402_300_800_000_000,
        prev in any::<[u8; 32]>(),
        data in prop::collection::btree_map("[a-z_]{1,8}", value(), 0..5),
        commit in prop::collection::btree_map("[a-z_]{1,8}", any::<[u8; 32]>(), 0..5),
    ) {
        let mut draft = log::draft(1);
        draft.data = data.into_iter().collect();
        draft.commit = commit.into_iter().map(|(field, hash)| (field, Hash::from_bytes(hash))).collect();
        let entry = draft.at(seq, Hash::from_bytes(prev), at_us);
        let bytes = entry.to_bytes().unwrap();
        prop_assert_eq!(Entry::from_bytes(&bytes).unwrap(), entry);
        prop_assert!(!bytes.contains(&b'\n'));
    }
}

#[test]
fn values_are_read_only_with_the_text_that_was_committed_to() {
    use holdfast_ledger::values::{VALUES, text};
    let said = serde_json::json!({"severity": "sev1", "changes": {"tlp": {"after": "red"}}, "count": 3});
    let said = text(said.as_object().unwrap()).unwrap();
    assert_eq!(said, r#"{"changes":{"tlp":{"after":"red"}},"count":3,"severity":"sev1"}"#);
    let salt = [9; 32];
    let draft = log::draft(1).with("event", "e-1").with_commitment(VALUES, commitment(&salt, &said));
    let entry = draft.at(1, Hash::ZERO, 1_790_000_000_000_000);
    let bytes = String::from_utf8(entry.to_bytes().unwrap()).unwrap();
    assert!(!bytes.contains("sev1") && !bytes.contains("\"red\""), "{bytes}");
    for (salt, text) in [([8; 32], said.as_str()), (salt, "{}"), (salt, "x")] {
        let mut other = entry.clone();
        assert!(!other.reveal(&salt, text));
        assert_eq!(other, entry);
    }
    let mut open = entry.clone();
    assert!(open.reveal(&salt, &said));
    assert_eq!(open.content.data["severity"], "sev1");
    assert_eq!(open.content.data["event"], "e-1");
    // What may not be in an entry in clear is no value either.
    let free = serde_json::json!({"title": "two words"});
    assert!(text(free.as_object().unwrap()).is_err());
}
