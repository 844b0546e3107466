//! The one search: what is asked, and what was found with the match shown. Marks are places in a
//! text, never markup.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

text_enum! {
    /// What can be found.
    HitKind {
        Incident = "incident", "Incident";
        Event = "event", "Event";
        Task = "task", "Task";
        Narrative = "narrative", "Report text";
        Evidence = "evidence", "Evidence";
        Indicator = "indicator", "Indicator";
        Asset = "asset", "Asset";
        Vulnerability = "vulnerability", "Vulnerability";
        Contact = "contact", "Contact";
    }
}

/// Longest text that is searched for, in characters.
pub const TEXT_CHARS_MAX: usize = 500;
/// The furthest hit that is listed: whoever wants more needs more words.
pub const HITS_MAX: i64 = 100;

/// What is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// The words.
    pub text: String,
    /// Only these kinds; empty is all that the reader may see.
    pub kinds: Vec<HitKind>,
    /// How many hits come before this page.
    pub offset: i64,
    /// Hits on a page, 1 to [`HITS_MAX`].
    pub limit: i64,
}

/// A page of what was found, best first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Found {
    /// The hits.
    pub hits: Vec<Hit>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// Its id.
    pub id: Uuid,
    /// The incident it belongs to.
    pub incident_reference: String,
    /// That incident's title.
    pub incident_title: String,
    /// What it is called.
    pub title: Marked,
    /// The part of its text that matches; empty where only the title does.
    pub snippet: Marked,
}

/// A text with the places that match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Marked {
    /// The text.
    pub text: String,
    /// The places, in order and apart.
    pub marks: Vec<Mark>,
}

/// A place in a text, in characters from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Mark {
    /// Its first character.
    pub start: usize,
    /// The character after its last.
    pub end: usize,
}

impl Marked {
    /// The text in pieces, each with whether it matches.
    #[must_use]
    pub fn pieces(&self) -> Vec<(String, bool)> {
        let chars: Vec<char> = self.text.chars().collect();
        let part = |from: usize, to: usize| chars.get(from..to).unwrap_or_default().iter().collect::<String>();
        let mut pieces = Vec::new();
        let mut at = 0;
        for mark in &self.marks {
            pieces.push((part(at, mark.start), false));
            pieces.push((part(mark.start, mark.end), true));
            at = mark.end;
        }
        pieces.push((part(at, chars.len()), false));
        pieces.retain(|(text, _)| !text.is_empty());
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_text_comes_in_pieces() {
        let marked = Marked { text: "größe <b>".into(), marks: vec![Mark { start: 1, end: 4 }] };
        let pieces = marked.pieces();
        let pieces: Vec<_> = pieces.iter().map(|(text, marked)| (text.as_str(), *marked)).collect();
        assert_eq!(pieces, [("g", false), ("röß", true), ("e <b>", false)]);
    }
}
