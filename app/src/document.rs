//! The whole document: a page is made, put into its frame, and written out with what the browser
//! loads. A page is complete before any of it is sent, so its status is right.

use http::{HeaderValue, StatusCode};
use leptos::{
    prelude::*,
    reactive::{computed::ScopedFuture, owner::Owner},
};

use crate::{
    page::{Page, Requirement},
    request::Request,
    ui::{error_view, frame::frame, raw_text::raw_text, shortcuts::shortcuts},
};

/// The icon of the site, as SVG.
pub const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" \
rx=\"6\" fill=\"#0b636b\"/><path d=\"M10 7v18M22 7v18M10 16h12\" fill=\"none\" stroke=\"#fff\" stroke-width=\"4\" \
stroke-linecap=\"round\"/></svg>\n";

/// Where the built files are: whole addresses, with a hash in each name.
#[derive(Clone, Debug)]
pub struct Site {
    /// The script that loads the WebAssembly module.
    pub js: String,
    /// The WebAssembly module.
    pub wasm: String,
    /// The style sheet.
    pub css: String,
}

/// A document on its way to the browser.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// Its status.
    pub status: StatusCode,
    /// What `Set-Cookie` lines go with it.
    pub cookies: Vec<HeaderValue>,
    /// The document.
    pub html: String,
}

/// Makes the document for what was asked. Without a page it says that there is none.
pub async fn render(site: &Site, nonce: &str, req: Request, page: Option<&Page>) -> Rendered {
    // Islands keep their signals in an owner, which every piece of the page must find while it is made.
    let owner = Owner::new_root(None);
    let making = owner.with(|| ScopedFuture::new_untracked(async { body(&req, page).await.resolve().await.to_html() }));
    let body = making.await;
    drop(owner);
    let theme = req.theme();
    let answer = req.into_answer();
    Rendered {
        html: document(site, nonce, theme, &answer.title, &body),
        status: answer.status,
        cookies: answer.cookies,
    }
}

/// What is between the head and the end of the document.
async fn body(req: &Request, page: Option<&Page>) -> AnyView {
    let Some(page) = page else { return error_view::not_found(req) };
    let shown = (page.view)(req).await.unwrap_or_else(|error| error_view::error_view(req, &req.refused(error)));
    if page.may == Requirement::Public { shown } else { frame(req, shown).await }
}

/// Starts the module, then each island on the page.
fn starter(site: &Site) -> String {
    format!(
        "import init, * as mod from '{}';\ninit({{ module_or_path: '{}' }}).then(() => {{ mod.hydrate(); \
         for (const el of document.querySelectorAll('leptos-island')) mod[el.dataset.component]?.(el); }});",
        site.js, site.wasm
    )
}

fn document(site: &Site, nonce: &str, theme: &str, title: &str, body: &str) -> String {
    let theme = if theme == "system" { String::new() } else { format!(" data-theme=\"{theme}\"") };
    let title = if title.is_empty() { "Holdfast".to_owned() } else { format!("{} · Holdfast", raw_text(title)) };
    let (css, js, wasm) = (&site.css, &site.js, &site.wasm);
    let (start, help) = (starter(site), shortcuts().to_html());
    format!(
        "<!DOCTYPE html><html lang=\"en\"{theme}><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"{css}\"><link rel=\"icon\" type=\"image/svg+xml\" href=\"/favicon.svg\">\
         <link rel=\"modulepreload\" nonce=\"{nonce}\" href=\"{js}\">\
         <link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" crossorigin=\"anonymous\" href=\"{wasm}\">\
         <script type=\"module\" nonce=\"{nonce}\">{start}</script></head><body>{body}{help}</body></html>"
    )
}
