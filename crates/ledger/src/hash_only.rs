//! An entry that is given by its leaf hash alone, since its reader may not see what it says. The hash is
//! enough for the tree above it and for the link of the entry after it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::hash::Hash;

/// The line of an export that takes the place of a restricted entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashOnly {
    /// Position in the log from 0.
    pub seq: u64,
    /// The leaf hash.
    pub leaf: Hash,
}

/// The members of the line, in their order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: u64,
    leaf: Hash,
    restricted: bool,
}

impl HashOnly {
    /// Reads such a line; `None` for anything else, such as an entry or another spelling of the same.
    #[must_use]
    pub fn read(line: &[u8]) -> Option<Self> {
        if !line.starts_with(br#"{"seq":"#) {
            return None;
        }
        let read: Line = serde_json::from_slice(line).ok()?;
        let this = Self { seq: read.seq, leaf: read.leaf };
        (this.to_string().as_bytes() == line).then_some(this)
    }
}

impl fmt::Display for HashOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, r#"{{"seq":{},"leaf":"{}","restricted":true}}"#, self.seq, self.leaf)
    }
}

#[cfg(test)]
mod tests {
    use super::HashOnly;
    use crate::hash::Hash;

    #[test]
    fn a_line_has_one_spelling() {
        let line = HashOnly { seq: 7, leaf: Hash::of(b"x") };
        let text = line.to_string();
        assert_eq!(HashOnly::read(text.as_bytes()), Some(line));
        for other in [
            text.replace("true", "false"),
            text.replace(',', ", "),
            text.replace(":7", ":07"),
            text.to_uppercase(),
            text.replace("\"seq\":7,", ""),
            format!("{text} "),
        ] {
            assert_eq!(HashOnly::read(other.as_bytes()), None, "{other}");
        }
    }
}
