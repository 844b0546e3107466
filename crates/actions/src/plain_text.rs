//! Markdown as plain text, for paper: what a reader would say of it, without its signs.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// The text of a Markdown source; paragraphs and list items are set apart by blank lines.
pub(crate) fn plain_text(markdown: &str) -> String {
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
    use super::plain_text;

    #[test]
    fn signs_go_and_words_stay() {
        let source = "# What we know\n\nFiles on **fs-3**, see `log`.\nMore.\n\n- one\n- two <b>bold</b>\n";
        assert_eq!(plain_text(source), "What we know\n\nFiles on fs-3, see log. More.\n\n• one\n\n• two <b>bold</b>");
        assert_eq!(plain_text(""), "");
    }
}
