//! Text in the two elements whose content the framework writes as it is: the title of the page and
//! text areas. What people typed must not end the element early, so it is encoded here.

/// The text as it must be written inside of `<title>` and `<textarea>`.
pub fn raw_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The content of a text area. An empty one has no content at all: an empty text node would be sent
/// as a blank. One more line break is written at the start, since a browser that reads HTML drops one.
pub fn area_text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| format!("\n{}", raw_text(text)))
}

#[cfg(test)]
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
