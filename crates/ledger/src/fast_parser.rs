//! Reads an entry in the spelling that nearly all have, in one pass and without taking memory: this is
//! what the verification of a long log spends its time on. It accepts only what
//! [`Entry::from_bytes`](crate::Entry::from_bytes) accepts, and says the same of it; what it does not know,
//! such as letters beyond ASCII or an escape, it leaves to that, which decides.

use std::ops::Range;

use crate::entry::{ACTOR_NAME, INTEGER_END, MAX_BYTES, MAX_DEPTH, MAX_NAME, MAX_VALUE};
use crate::hash::Hash;
use crate::timestamp;

/// What an entry says, as far as verification asks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FastEntry<'a> {
    pub(crate) seq: u64,
    pub(crate) prev: Hash,
    pub(crate) at_us: i64,
    pub(crate) org: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) name_commit: Hash,
}

/// A field of `commit`, by its place in the entry.
pub(crate) type Commit = (Range<usize>, Hash);

/// Reads an entry, and its commitments into `commits`. `None` leaves it to the other.
pub(crate) fn read<'a>(bytes: &'a [u8], commits: &mut Vec<Commit>) -> Option<FastEntry<'a>> {
    commits.clear();
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let mut at = ByteReader { bytes, at: 0 };
    at.past(br#"{"actor":{"id":""#)?;
    at.identifier()?;
    at.past(br#","name_commit":""#)?;
    let name_commit = at.hash()?;
    at.past(br#"},"commit":{"#)?;
    at.commits(commits)?;
    at.past(br#","data":{"#)?;
    at.members(1)?;
    at.past(br#","org":""#)?;
    let org = at.identifier()?;
    at.past(br#","prev":""#)?;
    let prev = at.hash()?;
    at.past(br#","seq":"#)?;
    let seq = at.whole()?;
    at.past(br#","subject":{"id":""#)?;
    at.identifier()?;
    at.past(br#","kind":""#)?;
    at.name()?;
    at.past(br#"},"ts":""#)?;
    let at_us = timestamp::parse(at.until_quote(timestamp::LENGTH)?)?;
    at.past(br#","type":""#)?;
    let kind = at.name()?;
    at.past(br#","v":1}"#)?;
    let is_whole = at.at == bytes.len() && bytes[kind.clone()].contains(&b'.');
    let text = |range: Range<usize>| std::str::from_utf8(bytes.get(range)?).ok();
    Some(FastEntry { seq, prev, at_us, org: text(org)?, kind: text(kind)?, name_commit }).filter(|_| is_whole)
}

/// What a byte may be part of.
const NAME: u8 = 1;
const PLAIN: u8 = 2;
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte: u8 = 0x21;
    // Printable, and neither the end of a string, an escape, nor what only text and addresses hold.
    while byte < 0x7f {
        if byte != b'"' && byte != b'\\' && byte != b'@' {
            class[byte as usize] |= PLAIN;
        }
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-' || byte == b'.' {
            class[byte as usize] |= NAME;
        }
        byte += 1;
    }
    class
};

/// The value of a hex digit; 16 of what is none, capitals among them.
const DIGIT: [u8; 256] = {
    let mut digit = [16; 256];
    let mut value: u8 = 0;
    while value < 16 {
        digit[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    digit
};

struct ByteReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> ByteReader<'a> {
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn past(&mut self, fixed: &[u8]) -> Option<()> {
        if !self.rest().starts_with(fixed) {
            return None;
        }
        self.at += fixed.len();
        Some(())
    }

    /// The bytes of a class until a closing quote, which is passed.
    fn string(&mut self, class: u8, most: usize) -> Option<Range<usize>> {
        let rest = self.rest();
        let length = rest.iter().position(|byte| CLASS[usize::from(*byte)] & class == 0)?;
        if length > most || rest.get(length) != Some(&b'"') {
            return None;
        }
        let from = self.at;
        self.at += length + 1;
        Some(from..from + length)
    }

    fn identifier(&mut self) -> Option<Range<usize>> {
        self.string(PLAIN, MAX_VALUE).filter(|range| !range.is_empty())
    }

    fn name(&mut self) -> Option<Range<usize>> {
        self.string(NAME, MAX_NAME).filter(|range| !range.is_empty())
    }

    fn until_quote(&mut self, length: usize) -> Option<&'a [u8]> {
        let text = self.rest().get(..length)?;
        self.at += length;
        self.past(b"\"")?;
        Some(text)
    }

    fn hash(&mut self) -> Option<Hash> {
        let digits = self.until_quote(64)?;
        let (mut hash, mut all) = ([0; 32], 0);
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            let (high, low) = (DIGIT[usize::from(pair[0])], DIGIT[usize::from(pair[1])]);
            all |= high | low;
            *byte = high << 4 | low & 15;
        }
        (all < 16).then_some(Hash::from_bytes(hash))
    }

    /// A whole number that is not negative and that every reader of JSON reads exactly.
    fn whole(&mut self) -> Option<u64> {
        let rest = self.rest();
        let length = rest.iter().take(17).take_while(|byte| byte.is_ascii_digit()).count();
        let digits = rest.get(..length)?;
        if digits.is_empty() || length > 16 || (length > 1 && digits[0] == b'0') {
            return None;
        }
        self.at += length;
        let number = digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        (number < INTEGER_END).then_some(number)
    }

    /// The members of `commit`, in order, and the brace behind them.
    fn commits(&mut self, commits: &mut Vec<Commit>) -> Option<()> {
        let mut before: &[u8] = b"";
        while self.past(b"}").is_none() {
            if !before.is_empty() {
                self.past(b",")?;
            }
            self.past(b"\"")?;
            let field = self.name()?;
            let name = self.bytes.get(field.clone())?;
            // In order none comes twice.
            if name <= before || name == ACTOR_NAME.as_bytes() {
                return None;
            }
            before = name;
            self.past(b":\"")?;
            commits.push((field, self.hash()?));
        }
        Some(())
    }

    /// The members of an object of `data`, in order, and the brace behind them.
    fn members(&mut self, depth: usize) -> Option<()> {
        let mut before: &[u8] = b"";
        while self.past(b"}").is_none() {
            if !before.is_empty() {
                self.past(b",")?;
            }
            self.past(b"\"")?;
            let range = self.name()?;
            let name = self.bytes.get(range)?;
            if name <= before {
                return None;
            }
            before = name;
            self.past(b":")?;
            self.value(depth)?;
        }
        Some(())
    }

    fn items(&mut self, depth: usize) -> Option<()> {
        if self.past(b"]").is_some() {
            return Some(());
        }
        loop {
            self.value(depth)?;
            if self.past(b"]").is_some() {
                return Some(());
            }
            self.past(b",")?;
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.rest().first()? {
            b'"' => {
                self.at += 1;
                self.string(PLAIN, MAX_VALUE).map(drop)
            }
            b'{' => {
                self.at += 1;
                self.members(depth + 1)
            }
            b'[' => {
                self.at += 1;
                self.items(depth + 1)
            }
            b't' => self.past(b"true"),
            b'f' => self.past(b"false"),
            b'n' => self.past(b"null"),
            b'-' => {
                self.at += 1;
                self.whole().filter(|number| *number > 0).map(drop)
            }
            _ => self.whole().map(drop),
        }
    }
}

#[cfg(test)]
#[path = "fast_parser_tests.rs"]
mod tests;
