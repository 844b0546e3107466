//! Markdown as people write it, made into HTML that cannot run anything. Rendering happens on the server only, away
//! from the threads that answer requests; this file holds the one `inner_html` of the application.

use std::{sync::LazyLock, thread::available_parallelism, time::Duration};

use holdfast_actions::markup;
use leptos::prelude::*;
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

/// Bytes up to which a text is rendered where it is asked for: it takes less than handing it over would.
const SHORT: usize = 2_048;

/// How long a page waits for one of its texts, with others before it, until it shows the text as typed.
const WAIT: Duration = Duration::from_secs(1);

/// All cores but one, so that texts leave the rest of the server a core to answer with.
static RENDERING: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, |cores| (cores.get() - 1).max(1))));

/// Shows a text.
pub fn prose(text: &str) -> AnyView {
    let text = text.to_owned();
    Suspend::new(async move {
        match rendered(&text).await {
            Some(html) => view! { <div class="prose" inner_html=html></div> }.into_any(),
            None => view! {
                <div class="prose">
                    <p class="hint">"This text takes too long to format. It is shown as typed."</p>
                    <pre tabindex="0">{text}</pre>
                </div>
            }
            .into_any(),
        }
    })
    .into_any()
}

async fn rendered(text: &str) -> Option<String> {
    if text.len() <= SHORT {
        return render(text);
    }
    let text = text.to_owned();
    let render = async {
        let place = RENDERING.acquire().await.ok()?;
        let render = move || {
            // Held to the end, also when nobody waits for it any more: a thread cannot be taken back.
            let _place = place;
            render(&text)
        };
        spawn_blocking(render).await.ok()?
    };
    timeout(WAIT, render).await.ok()?
}

/// CommonMark with tables and strike-through, as HTML; `None` if it makes more of itself than its length allows. Raw
/// HTML and images are dropped; links open without telling where they were followed from.
pub fn render(text: &str) -> Option<String> {
    let mut html = String::with_capacity(text.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, markup::events(text)?.into_iter());
    let mut cleaner = ammonia::Builder::default();
    cleaner
        .rm_tags(["img", "map", "area", "figure", "figcaption"])
        .link_rel(Some("noopener nofollow noreferrer"))
        // A block that is wider than the page scrolls, so the keyboard must reach it.
        .set_tag_attribute_value("pre", "tabindex", "0")
        .url_schemes(["http", "https", "mailto"].into());
    Some(cleaner.clean(&html).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_text_that_nobody_waits_for_any_more_keeps_its_place_until_it_is_done() {
        let (text, places) = ("&amp".repeat(10_000), RENDERING.available_permits());
        assert!(timeout(Duration::from_millis(5), rendered(&text)).await.is_err());
        assert_eq!(RENDERING.available_permits(), places - 1);
    }

    #[test]
    fn nothing_that_runs_or_loads_survives() {
        let html = render(
            "<script>alert(1)</script> [x](javascript:alert(1)) ![i](http://t.example/p.png) \
             <img src=x onerror=alert(1)> <a href='data:text/html,x'>d</a>",
        );
        let html = html.expect("it is short");
        for bad in ["<script", "javascript:", "<img", "onerror", "data:"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }

    #[test]
    fn what_people_write_is_kept() {
        let html =
            render("**bold** `code`\n\n- one\n\n> quote\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<https://a.example>");
        let html = html.expect("it is short");
        for good in ["<strong>bold</strong>", "<code>code</code>", "<li>one</li>", "<blockquote>", "<table>"] {
            assert!(html.contains(good), "{good} in {html}");
        }
        assert!(html.contains(r#"rel="noopener nofollow noreferrer""#));
    }
}
