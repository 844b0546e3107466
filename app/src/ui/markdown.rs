//! Markdown as people write it, made into HTML that cannot run anything. Rendering happens on the
//! server only; this file holds the one `inner_html` of the application.

use leptos::prelude::*;

/// Shows HTML that [`render`] made.
pub fn prose(html: String) -> AnyView {
    view! { <div class="prose" inner_html=html></div> }.into_any()
}

/// CommonMark with tables and strike-through, as HTML. Raw HTML and images are dropped; links open
/// without telling where they were followed from.
pub fn render(text: &str) -> String {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html::push_html};
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let without_raw = Parser::new_ext(text, options).filter(|event| {
        !matches!(
            event,
            Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image)
        )
    });
    let mut html = String::with_capacity(text.len() * 3 / 2);
    push_html(&mut html, without_raw);
    let mut cleaner = ammonia::Builder::default();
    cleaner
        .rm_tags(["img", "map", "area", "figure", "figcaption"])
        .link_rel(Some("noopener nofollow noreferrer"))
        // A block that is wider than the page scrolls, so the keyboard must reach it.
        .set_tag_attribute_value("pre", "tabindex", "0")
        .url_schemes(["http", "https", "mailto"].into());
    cleaner.clean(&html).to_string()
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn nothing_that_runs_or_loads_survives() {
        let html = render(
            "<script>alert(1)</script> [x](javascript:alert(1)) ![i](http://t.example/p.png) \
             <img src=x onerror=alert(1)> <a href='data:text/html,x'>d</a>",
        );
        for bad in ["<script", "javascript:", "<img", "onerror", "data:"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }

    #[test]
    fn what_people_write_is_kept() {
        let html =
            render("**bold** `code`\n\n- one\n\n> quote\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<https://a.example>");
        for good in ["<strong>bold</strong>", "<code>code</code>", "<li>one</li>", "<blockquote>", "<table>"] {
            assert!(html.contains(good), "{good} in {html}");
        }
        assert!(html.contains(r#"rel="noopener nofollow noreferrer""#));
    }
}
