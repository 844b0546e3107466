//! Text in the two elements whose content the framework writes as it is: the title of the page and
//! text areas. What people typed must not end the element early, so it is encoded here.

use leptos::prelude::*;
use leptos_meta::Title;

/// The text as it must be written inside of `<title>` and `<textarea>` by the server. The browser's
/// half sets properties of the document, where nothing is to be encoded.
pub fn raw_text(text: &str) -> String {
    if cfg!(feature = "ssr") { text.replace('&', "&amp;").replace('<', "&lt;") } else { text.to_owned() }
}

/// The title of the page, whatever is in the words.
pub fn title(words: &str) -> AnyView {
    view! { <Title text=raw_text(words) /> }.into_any()
}

/// The content of a text area. An empty one has no content at all: an empty text node would be sent
/// as a blank. The server writes one more line break at the start, since a browser that reads HTML
/// drops one.
pub fn area_text(text: &str) -> Option<String> {
    let line_break = if cfg!(feature = "ssr") { "\n" } else { "" };
    (!text.is_empty()).then(|| format!("{line_break}{}", raw_text(text)))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::prelude::*;

    use super::area_text;

    #[test]
    fn a_text_area_cannot_be_left_by_what_is_typed_in_it() {
        let text = area_text("</textarea><script>x</script> &amp; \"q\"");
        let html = view! { <textarea>{text}</textarea> }.to_html();
        assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
        assert!(html.contains("&lt;/textarea>&lt;script>x&lt;/script> &amp;amp; \"q\""), "{html}");
    }

    #[test]
    fn an_empty_text_area_is_empty() {
        assert!(view! { <textarea>{area_text("")}</textarea> }.to_html().contains("></textarea>"));
    }
}
