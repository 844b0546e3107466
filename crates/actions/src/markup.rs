//! The Markdown that people write, read in one place for pages and paper. What a reader has to do is bounded by the
//! length of the text: nesting past [`DEPTH_MAX`] is flattened, and a text that asks for more than its length
//! allows is shown as typed.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// How many blocks and spans may lie inside one another; deeper ones lose their frame and keep their words.
pub const DEPTH_MAX: usize = 24;

/// How many events a text may make for each of its bytes. Everything that is written makes fewer than two; only
/// cells that a table is missing make more.
const EVENTS_PER_BYTE: usize = 2;

/// What a text is made of, on a page; `None` if it makes more of itself than its length allows. Raw HTML and
/// images are left out.
pub fn events(text: &str) -> Option<Vec<Event<'_>>> {
    let parser = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let limit = text.len() * EVENTS_PER_BYTE + 64;
    let mut shallow = Shallow::default();
    let mut events = Vec::new();
    for (count, event) in parser.enumerate() {
        if count == limit {
            return None;
        }
        let dropped = matches!(
            event,
            Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image)
        );
        if !dropped {
            events.extend(shallow.pass(event));
        }
    }
    Some(events)
}

/// Flattens what lies too deep.
#[derive(Default)]
struct Shallow {
    depth: usize,
    flattened: usize,
}

impl Shallow {
    fn pass<'t>(&mut self, event: Event<'t>) -> Option<Event<'t>> {
        match event {
            Event::Start(_) if self.depth == DEPTH_MAX => {
                self.flattened += 1;
                None
            }
            Event::Start(_) => {
                self.depth += 1;
                Some(event)
            }
            // Words of two blocks stay apart.
            Event::End(_) if self.flattened > 0 => {
                self.flattened -= 1;
                Some(Event::SoftBreak)
            }
            Event::End(_) => {
                self.depth -= 1;
                Some(event)
            }
            _ => Some(event),
        }
    }
}

/// A text for paper: what a reader would say of it, without its signs. Paragraphs and list items are set apart by
/// blank lines.
pub fn plain_text(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(piece) | Event::Code(piece) | Event::Html(piece) | Event::InlineHtml(piece) => {
                text.push_str(&piece);
            }
            Event::SoftBreak => text.push(' '),
            Event::HardBreak => text.push('\n'),
            Event::Start(Tag::Item) => text.push_str("• "),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock) => {
                text.truncate(text.trim_end().len());
                text.push_str("\n\n");
            }
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_go_and_words_stay() {
        let source = "# What we know\n\nFiles on **fs-3**, see `log`.\nMore.\n\n- one\n- two <b>bold</b>\n";
        assert_eq!(plain_text(source), "What we know\n\nFiles on fs-3, see log. More.\n\n• one\n\n• two <b>bold</b>");
        assert_eq!(plain_text(""), "");
    }

    #[test]
    fn deep_nesting_is_flattened_and_keeps_its_words() {
        let text = format!("{}first\n\nsecond", "> - ".repeat(1_000));
        let events = events(&text).expect("it makes few events");
        let starts = events.iter().scan(0_i32, |depth, event| {
            *depth += match event {
                Event::Start(_) => 1,
                Event::End(_) => -1,
                _ => 0,
            };
            Some(*depth)
        });
        let depths: Vec<i32> = starts.collect();
        assert_eq!((depths.iter().max(), depths.last()), (Some(&24), Some(&0)));
        let has = |word: &str| events.iter().any(|event| matches!(event, Event::Text(text) if &**text == word));
        assert!(has("first") && has("second"));
    }

    #[test]
    fn a_table_with_more_missing_cells_than_text_is_shown_as_typed() {
        let (columns, rows) = (500, 500);
        let text = format!("{}\n{}\n{}", "|a".repeat(columns), "|-".repeat(columns), "b\n".repeat(rows));
        assert!(events(&text).is_none());
        assert!(events("|a|b|\n|-|-|\n|c\n").is_some());
    }
}
