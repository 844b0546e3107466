//! What people see: the pages, the doorways they read through and the forms they send. The only
//! code that knows Leptos. It decides nothing: what may be done is said by the actions.

pub mod error;
pub mod form;
mod incident;
mod ledger;
mod org;
pub mod pages;
mod person;
#[cfg(feature = "ssr")]
pub mod request;
mod routes;
mod session;
mod token;
mod ui;

pub use error::AppError;
pub use routes::App;
#[cfg(feature = "ssr")]
pub use shell::{Site, shell};

/// The icon of the site, as SVG.
pub const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" \
rx=\"6\" fill=\"#0b636b\"/><path d=\"M10 7v18M22 7v18M10 16h12\" fill=\"none\" stroke=\"#fff\" stroke-width=\"4\" \
stroke-linecap=\"round\"/></svg>\n";

#[cfg(feature = "ssr")]
mod shell {
    use leptos::{nonce::use_nonce, prelude::*};
    use leptos_meta::MetaTags;

    use crate::{request::theme, routes::App};

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

    /// The whole document around the application.
    pub fn shell(site: &'static Site) -> impl IntoView {
        let theme = Some(theme()).filter(|theme| *theme != "system");
        let start = format!(
            "import init, {{ hydrate }} from '{}';\ninit({{ module_or_path: '{}' }}).then(() => hydrate());",
            site.js, site.wasm
        );
        view! {
            <!DOCTYPE html>
            <html lang="en" data-theme=theme>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <link rel="stylesheet" href=site.css.as_str() />
                    <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                    <link rel="modulepreload" nonce=use_nonce() href=site.js.as_str() />
                    <link rel="preload" r#as="fetch" r#type="application/wasm" crossorigin="anonymous" href=site.wasm.as_str() />
                    <script type="module" nonce=use_nonce()>{start}</script>
                    <MetaTags />
                </head>
                <body>
                    <App />
                </body>
            </html>
        }
    }
}
