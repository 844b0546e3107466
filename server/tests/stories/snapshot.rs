//! Snapshots of text below `snapshots`, one for both databases. What follows from how many random bytes were
//! asked for before, ids and hashes, is numbered in them; nothing else is changed.

use std::{fmt::Write as _, path::Path};

/// The text with every match of `length` numbered by its first appearance. It gives how many bytes at the
/// start of a text match.
fn numbered(text: &str, name: &str, length: impl Fn(&str) -> usize) -> String {
    let (mut known, mut numbered, mut rest) = (Vec::new(), String::new(), text);
    while let Some(first) = rest.chars().next() {
        let matched = length(rest);
        let (found, after) = rest.split_at(if matched == 0 { first.len_utf8() } else { matched });
        rest = after;
        if matched == 0 {
            numbered.push_str(found);
            continue;
        }
        let at = known.iter().position(|one| *one == found).unwrap_or(known.len());
        if at == known.len() {
            known.push(found);
        }
        write!(numbered, "{name}-{}", at + 1).unwrap();
    }
    numbered
}

/// The text with ids numbered: they follow from how many random bytes were asked for before.
pub fn ids_numbered(text: &str) -> String {
    numbered(text, "ID", |text| {
        let Some(id) = text.get(..36) else { return 0 };
        let is_id = id.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        });
        if is_id { 36 } else { 0 }
    })
}

/// The text with all numbered that follows from random bytes: ids, and hashes in hexadecimal or base64.
pub fn without_chance(text: &str) -> String {
    numbered(&ids_numbered(text), "HASH", |text| {
        let run = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')).count();
        let word = &text[..run];
        let is_hex = run == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_mixed = [u8::is_ascii_uppercase, u8::is_ascii_lowercase, u8::is_ascii_digit]
            .iter()
            .all(|kind| word.bytes().any(|byte| kind(&byte)));
        if is_hex || run >= 43 && is_mixed {
            run + text[run..].bytes().take_while(|byte| *byte == b'=').count()
        } else {
            0
        }
    })
}

/// Holds a text against the snapshot of that name, which is the same on both databases.
pub fn pinned(name: &str, text: &str) {
    pinned_in("", name, text);
}

/// The same in a folder of its own.
pub fn pinned_in(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path(Path::new("snapshots").join(folder));
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn what_follows_from_random_bytes_is_numbered() {
    let (id, other) = ("01a2b3c4-0000-7000-8000-00000000000a", "01a2b3c4-0000-7000-8000-00000000000b");
    let (hex, base64) = ("0123456789abcdef".repeat(4), format!("{}=", "aB3+/".repeat(9)));
    let text = format!("/tasks/{id}/edit {other} {id}: sha256={hex} “{base64}” {}", "x".repeat(80));
    let read = format!("/tasks/ID-1/edit ID-2 ID-1: sha256=HASH-1 “HASH-2” {}", "x".repeat(80));
    assert_eq!(without_chance(&text), read);
}
