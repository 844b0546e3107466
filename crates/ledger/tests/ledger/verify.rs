//! The offline verifier: what a forger could do to a log, and what the report says of it.

use holdfast_ledger::*;

use crate::log;
use proptest::prelude::*;

fn check<'a>(note: &'a str, key: &'a VerifyingKey) -> LogCheck<'a> {
    LogCheck { note: note.as_bytes(), key, remembered: None, older: &[], openings: &[], tail: Tail::Refuse }
}

fn verify(entries: &[Vec<u8>], note: &str) -> VerificationReport {
    check(note, &log::vkey()).run(entries)
}

fn failed(report: &VerificationReport) -> Vec<&str> {
    report.checks.iter().filter(|check| !check.ok).map(|check| check.name.as_str()).collect()
}

fn first_bad(report: &VerificationReport) -> u64 {
    report.first_bad.as_ref().unwrap().position
}

/// Gives entries their numbers and links anew, as a forger without the key would.
fn relink(drafts: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    let mut prev = Hash::ZERO;
    let entries = drafts.into_iter().enumerate();
    entries
        .map(|(seq, bytes)| {
            let entry = Entry::from_bytes(&bytes).unwrap();
            let bytes = entry.content.at(seq as u64, prev, entry.at_us).to_bytes().unwrap();
            prev = leaf_hash(&bytes);
            bytes
        })
        .collect()
}

#[test]
fn an_untouched_log_passes_and_says_what_was_not_checked() {
    for size in 1..20 {
        let entries = log::entries(size);
        let report = verify(&entries, &log::note(&entries));
        assert!(report.ok(), "{report}");
        assert_eq!(report.first_bad, None);
        assert_eq!(report.checkpoint, Some(log::checkpoint(&entries)));
        let numbers = ["5:", "7:", "8:", "9:", "10:", "11:", "12:", "13:", "not provable"];
        for number in numbers {
            assert!(report.not_checked.iter().any(|line| line.starts_with(number)), "{number}");
        }
    }
    let empty = verify(&[], &log::note(&[]));
    assert!(empty.ok(), "{empty}");
}

#[test]
fn the_report_reads_as_sentences() {
    let entries = log::entries(5);
    let note = log::note(&entries);
    let mut forged = entries.clone();
    let text = String::from_utf8(forged[2].clone()).unwrap().replace("\"sealed\":true", "\"sealed\":false");
    forged[2] = text.into_bytes();
    let report = verify(&forged, &note).to_string();
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines[1], "ok     2 origin: soc.example.com/case-log/acme");
    assert_eq!(lines[2], "FAILED 3 entries: entry 2 is not the entry whose hash entry 3 holds");
    assert_eq!(lines[4], "first bad entry: entry 2 is not the entry whose hash entry 3 holds");
}

#[test]
fn a_wrong_key_a_wrong_log_or_no_note_fails() {
    let entries = log::entries(5);
    let stranger = SigningKey::from_seed(log::ORIGIN, &[8; 32]).unwrap();
    let note = log::checkpoint(&entries).sign(&stranger).unwrap().to_string();
    let report = verify(&entries, &note);
    assert_eq!(failed(&report), ["1 signature", "2 origin", "3 entries"]);
    assert_eq!(report.checkpoint, None);
    let mut foreign = log::checkpoint(&entries);
    foreign.origin = "soc.example.com/case-log/other".into();
    let report = verify(&entries, &foreign.sign(&log::key()).unwrap().to_string());
    assert_eq!(failed(&report), ["2 origin", "3 entries"]);
    assert_eq!(failed(&verify(&entries, "")), ["1 signature", "2 origin", "3 entries"]);

    // A log of another origin under a checkpoint that names this one.
    let mut draft = log::draft(0);
    draft.data.insert("origin".into(), "soc.example.com/case-log/other".into());
    let entries = vec![draft.at(0, Hash::ZERO, 0).to_bytes().unwrap()];
    let report = verify(&entries, &log::note(&entries));
    assert_eq!((failed(&report), first_bad(&report)), (vec!["3 entries"], 0));
}

#[test]
fn entries_removed_added_or_moved_are_noticed_and_located() {
    let entries = log::entries(9);
    let note = log::note(&entries);
    for at in 0..8 {
        let mut removed = entries.clone();
        removed.remove(at);
        let report = verify(&removed, &note);
        assert_eq!((failed(&report), first_bad(&report)), (vec!["3 entries"], at as u64));
        let mut swapped = entries.clone();
        swapped.swap(at, at + 1);
        assert_eq!(first_bad(&verify(&swapped, &note)), at as u64);
        let mut doubled = entries.clone();
        doubled.insert(at, entries[at].clone());
        assert_eq!(first_bad(&verify(&doubled, &note)), at as u64 + 1);
    }
    let cut = verify(&entries[..6], &note);
    assert_eq!(failed(&cut), ["3 entries"]);
    assert_eq!(cut.checks[2].detail, "6 of 9 signed entries are there");
}

#[test]
fn a_log_rewritten_with_good_links_still_lacks_the_signed_root() {
    let entries = log::entries(9);
    let note = log::note(&entries);
    let mut kept = entries.clone();
    kept.remove(4);
    kept.push(entries[8].clone());
    let report = verify(&relink(kept), &note);
    assert!(!report.ok());
    assert_eq!(report.checks[2].detail, "all are there and linked, but their root is not the signed one");
    assert_eq!(first_bad(&report), 8);
}

/// A log in which entry `at` was replaced and everything from there on linked anew.
fn forged_from(entries: &[Vec<u8>], at: usize) -> Vec<Vec<u8>> {
    let mut forged = entries.to_vec();
    let mut entry = Entry::from_bytes(&forged[at]).unwrap();
    entry.content.data.insert("forged".into(), true.into());
    forged[at] = entry.to_bytes().unwrap();
    relink(forged)
}

#[test]
fn older_checkpoints_tell_from_where_on_a_log_was_linked_anew() {
    let entries = log::entries(9);
    let (note, key) = (log::note(&entries), log::vkey());
    let older: Vec<Checkpoint> = [2, 4, 5].map(|size| log::checkpoint(&entries[..size])).to_vec();
    for (at, named) in [(1, 0), (2, 2), (3, 2), (4, 4), (5, 5), (7, 5)] {
        let forged = forged_from(&entries, at);
        let report = LogCheck { older: &older, ..check(&note, &key) }.run(&forged);
        assert_eq!((failed(&report), first_bad(&report)), (vec!["3 entries"], named), "{report}");
    }
    let forged = forged_from(&entries, 4);
    let report = LogCheck { older: &older, ..check(&note, &key) }.run(&forged).to_string();
    assert!(report.contains("first bad entry: entry 4 is not the one that was signed"), "{report}");
    let remembered = log::checkpoint(&entries[..6]);
    let report = LogCheck { remembered: Some(&remembered), ..check(&note, &key) }.run(forged_from(&entries, 7));
    assert_eq!((failed(&report), first_bad(&report)), (vec!["3 entries"], 6), "{report}");
}

/// An entry with the hash and the text that are kept beside it.
struct Beside {
    bytes: Vec<u8>,
    leaf: Hash,
    opening: Opening,
}

/// The entries with the hashes and texts kept beside those that were there at first.
fn kept(entries: &[Vec<u8>], at_first: &[Vec<u8>]) -> Vec<Beside> {
    let kept = entries.iter().zip(at_first).zip(0..);
    kept.map(|((bytes, was), seq)| Beside {
        bytes: bytes.clone(),
        leaf: leaf_hash(was),
        opening: Opening { seq, field: "actor.name".into(), salt: log::salt(seq), text: "Ana Lima".into() },
    })
    .collect()
}

/// Looks at the entries in stretches, as many threads would.
fn run_kept(check: &LogCheck<'_>, kept: &[Beside]) -> VerificationReport {
    let mut verification = check.begin();
    for stretch in kept.chunks(2) {
        let mut look = EntryCheck::default();
        for Beside { bytes, leaf, opening } in stretch {
            verification.take(&look.at(StoredEntry { bytes, leaf: Some(*leaf), openings: &[opening.into()] }));
        }
    }
    verification.finish()
}

#[test]
fn hashes_kept_beside_the_entries_tell_the_first_that_is_another() {
    let entries = log::entries(9);
    let (note, key) = (log::note(&entries), log::vkey());
    let report = run_kept(&check(&note, &key), &kept(&entries, &entries));
    assert!(report.ok(), "{report}");
    assert_eq!(report.checks[3].name, "3 kept hashes");
    assert_eq!(report.checks.last().unwrap().detail, "9 texts match");
    for at in 1..9 {
        let report = run_kept(&check(&note, &key), &kept(&forged_from(&entries, at), &entries));
        assert_eq!((failed(&report), first_bad(&report)), (vec!["3 entries", "3 kept hashes"], at as u64), "{report}");
        // Whoever writes the hashes anew as well is caught by the root, though not in the place.
        let forged = forged_from(&entries, at);
        assert_eq!(failed(&run_kept(&check(&note, &key), &kept(&forged, &forged))), ["3 entries"]);
    }
    let mut wrong = kept(&entries, &entries);
    wrong[3].leaf = Hash::ZERO;
    assert_eq!(failed(&run_kept(&check(&note, &key), &wrong)), ["3 kept hashes"]);
}

#[test]
fn texts_that_come_along_with_their_entry_must_fit_it() {
    let entries = log::entries(5);
    let (note, key) = (log::note(&entries), log::vkey());
    for (at, change) in [(0, "text"), (2, "salt"), (4, "seq"), (4, "field")] {
        let mut along = kept(&entries, &entries);
        let opening = &mut along[at].opening;
        match change {
            "text" => opening.text.push('x'),
            "salt" => opening.salt[31] ^= 1,
            "seq" => opening.seq = 7,
            _ => opening.field = "title".into(),
        }
        assert_eq!(failed(&run_kept(&check(&note, &key), &along)), ["12 commitments"], "{change}");
    }
}

#[test]
fn entries_after_the_checkpoint_fail_an_export_and_are_named_in_a_running_log() {
    let entries = log::entries(9);
    let note = log::note(&entries[..6]);
    let key = log::vkey();
    assert_eq!(failed(&check(&note, &key).run(&entries)), ["3 entries"]);
    let running = LogCheck { tail: Tail::Allow, ..check(&note, &key) };
    let report = running.run(&entries);
    assert!(report.ok(), "{report}");
    assert!(report.not_checked.iter().any(|line| line.starts_with("3: 3 entries not yet signed")));
    let mut forged = entries.clone();
    forged[7] = entries[6].clone();
    assert!(!running.run(&forged).ok());
    assert!(!running.run(&entries[..5]).ok());
}

#[test]
fn a_remembered_checkpoint_catches_a_second_history_and_a_rollback() {
    let entries = log::entries(9);
    let (note, key) = (log::note(&entries), log::vkey());
    for size in 0..=9 {
        let remembered = log::checkpoint(&entries[..size]);
        let report = LogCheck { remembered: Some(&remembered), ..check(&note, &key) }.run(&entries);
        assert!(report.ok(), "{report}");
    }
    let mut kept = entries.clone();
    kept.swap(2, 3);
    let remembered = log::checkpoint(&entries[..5]);
    let mut second = relink(kept);
    // The times of a careful forger are in order.
    second.sort_by_key(|bytes| Entry::from_bytes(bytes).unwrap().seq);
    let note = log::note(&second);
    let report = LogCheck { remembered: Some(&remembered), ..check(&note, &key) }.run(&second);
    assert!(failed(&report).contains(&"5 consistency"));
    assert_eq!(report.checks[3].detail, "the first 5 entries are not those remembered");

    let remembered = log::checkpoint(&entries);
    let note = log::note(&entries[..4]);
    let report = LogCheck { remembered: Some(&remembered), ..check(&note, &key) }.run(&entries[..4]);
    assert_eq!(failed(&report), ["5 consistency"]);
    assert_eq!(report.checks[3].detail, "rolled back from 9 entries to 4");
}

#[test]
fn time_that_runs_backwards_is_named() {
    let mut prev = Hash::ZERO;
    let mut entries = Vec::new();
    for (seq, at_us) in [(0, 5_000_000), (1, 5_000_000), (2, 4_999_000), (3, 6_000_000)] {
        let bytes = log::draft(seq).at(seq, prev, at_us).to_bytes().unwrap();
        prev = leaf_hash(&bytes);
        entries.push(bytes);
    }
    let report = verify(&entries, &log::note(&entries));
    assert_eq!((failed(&report), first_bad(&report)), (vec!["6 times"], 2));
}

#[test]
fn commitments_open_with_the_right_salt_and_text_only() {
    let entries = log::entries(5);
    let (note, key) = (log::note(&entries), log::vkey());
    let good = Opening { seq: 3, field: "purpose".into(), salt: log::salt(3), text: log::title(3) };
    let name = Opening { seq: 0, field: "actor.name".into(), salt: log::salt(0), text: "Ana Lima".into() };
    let run = |openings: &[Opening]| LogCheck { openings, ..check(&note, &key) }.run(&entries);
    let report = run(&[good.clone(), name]);
    assert!(report.ok(), "{report}");
    assert_eq!(report.checks.last().unwrap().detail, "2 texts match");
    for bad in [
        Opening { text: "something else".into(), ..good.clone() },
        Opening { salt: [0; 32], ..good.clone() },
        Opening { field: "title".into(), ..good.clone() },
        Opening { seq: 2, ..good.clone() },
        Opening { seq: 5, ..good.clone() },
    ] {
        assert_eq!(failed(&run(&[good.clone(), bad])), ["12 commitments"]);
    }
    let json = serde_json::to_string(&good).unwrap();
    assert!(json.contains(&format!("\"salt\":\"{}\"", "04".repeat(32))));
    assert_eq!(serde_json::from_str::<Opening>(&json).unwrap(), good);
}

#[test]
fn two_neighbours_altered_together_are_located_at_the_first() {
    let entries = log::entries(8);
    let note = log::note(&entries);
    for at in 1..6 {
        let mut forged = entries.clone();
        for bytes in &mut forged[at..at + 2] {
            let text = String::from_utf8(bytes.clone()).unwrap();
            *bytes = text.replace("\"sealed\":true", "\"sealed\":false").into_bytes();
        }
        assert_eq!(first_bad(&verify(&forged, &note)), at as u64);
    }
}

#[test]
fn every_bit_of_a_small_log_is_guarded() {
    let entries = log::entries(3);
    let note = log::note(&entries);
    for at in 0..entries.len() {
        for bit in 0..entries[at].len() * 8 {
            let mut forged = entries.clone();
            forged[at][bit / 8] ^= 1 << (bit % 8);
            let report = verify(&forged, &note);
            assert!(!report.ok());
            assert_eq!(first_bad(&report), at as u64, "bit {bit}: {report}");
        }
    }
}

proptest! {
    #[test]
    fn any_byte_changed_anywhere_is_detected_and_located(
        size in 1_u64..24,
        at in any::<prop::sample::Index>(),
        byte in any::<prop::sample::Index>(),
        change in 1_u8..=255,
    ) {
        let mut entries = log::entries(size);
        let note = log::note(&entries);
        let at = at.index(entries.len());
        let byte = byte.index(entries[at].len());
        entries[at][byte] ^= change;
        let report = verify(&entries, &note);
        prop_assert!(!report.ok());
        prop_assert_eq!(first_bad(&report), at as u64, "{}", report);
    }

    #[test]
    fn any_digit_of_any_hash_changed_is_located(
        size in 1_u64..24,
        at in any::<prop::sample::Index>(),
        digit in 0_usize..64,
        to in prop::sample::select(b"0123456789abcdef".to_vec()),
    ) {
        // The hardest case: the entry stays well-formed and only disagrees with its neighbours.
        let mut entries = log::entries(size);
        let note = log::note(&entries);
        let at = at.index(entries.len());
        let field = entries[at].windows(8).position(|window| window == b"\"prev\":\"").unwrap() + 8;
        prop_assume!(entries[at][field + digit] != to);
        entries[at][field + digit] = to;
        let report = verify(&entries, &note);
        prop_assert!(!report.ok());
        prop_assert_eq!(first_bad(&report), at as u64, "{}", report);
    }
}

/// An export in which these entries are given by their hash alone.
fn restricted(entries: &[Vec<u8>], places: &[u64]) -> Vec<Vec<u8>> {
    let line = |(seq, entry): (u64, &Vec<u8>)| match places.contains(&seq) {
        true => HashOnly { seq, leaf: leaf_hash(entry) }.to_string().into_bytes(),
        false => entry.clone(),
    };
    (0..).zip(entries).map(line).collect()
}

#[test]
fn entries_given_by_their_hash_alone_are_counted_and_the_root_is_verified_with_them() {
    let entries = log::entries(9);
    let note = log::note(&entries);
    for places in [&[3][..], &[1, 2, 3], &[8], &[1, 2, 3, 4, 5, 6, 7, 8]] {
        let report = verify(&restricted(&entries, places), &note);
        assert!(report.ok(), "{report}");
        assert_eq!((report.hash_only, &report.first_bad), (places.len() as u64, &None));
        let found = format!("9 entries, {} of them hash only, the others linked, root", places.len());
        assert!(report.checks[2].detail.starts_with(&found), "{report}");
        let unseen = report.not_checked.iter().find(|line| line.starts_with("3, 6, 12: content")).unwrap();
        assert!(unseen.contains("hash only"), "{unseen}");
    }
    assert_eq!(verify(&entries, &note).hash_only, 0);
    // An opening of such an entry opens nothing that is there.
    let opening = Opening { seq: 3, field: "purpose".into(), salt: log::salt(3), text: log::title(3) };
    let key = log::vkey();
    let check = LogCheck { openings: std::slice::from_ref(&opening), ..check(&note, &key) };
    let report = check.run(restricted(&entries, &[3]));
    assert_eq!(failed(&report), ["12 commitments"]);
    assert!(check.run(&entries).ok());
}

#[test]
fn an_entry_given_by_its_hash_alone_hides_no_change() {
    let entries = log::entries(9);
    let note = log::note(&entries);
    let good = restricted(&entries, &[4, 5]);
    let with = |place: usize, line: String| {
        let mut lines = good.clone();
        lines[place] = line.into_bytes();
        verify(&lines, &note)
    };
    let hash_only = |seq, leaf: &[u8]| HashOnly { seq, leaf: leaf_hash(leaf) }.to_string();
    // Another hash, another place, one that is missing, and the first one of all.
    assert_eq!(failed(&with(4, hash_only(4, b"other"))), ["3 entries"]);
    let moved = with(5, hash_only(6, &entries[5]));
    assert_eq!((failed(&moved), first_bad(&moved)), (vec!["3 entries"], 5));
    let mut cut = good.clone();
    cut.remove(4);
    assert_eq!(first_bad(&verify(&cut, &note)), 4);
    let beginning = with(0, hash_only(0, &entries[0]));
    assert_eq!((failed(&beginning), first_bad(&beginning)), (vec!["3 entries"], 0));
    // Another spelling is no such line, and no entry either.
    assert_eq!(first_bad(&with(4, hash_only(4, &entries[4]).replace(',', ", "))), 4);
    // Beside one, an entry that was changed is found.
    let changed = String::from_utf8(entries[7].clone()).unwrap().replace("true", "false");
    assert_eq!(first_bad(&with(7, changed)), 7);
}

#[test]
fn what_is_stored_is_never_a_hash_alone() {
    let entries = log::entries(5);
    let (note, key) = (log::note(&entries), log::vkey());
    let check = check(&note, &key);
    let (mut verification, mut look) = (check.begin(), EntryCheck::default());
    for (bytes, entry) in restricted(&entries, &[2]).iter().zip(&entries) {
        verification.take(&look.at(StoredEntry { bytes, leaf: Some(leaf_hash(entry)), openings: &[] }));
    }
    let report = verification.finish();
    assert_eq!((report.ok(), first_bad(&report)), (false, 2), "{report}");
}
