//! What the browser loads once and keeps: the style sheet, the script and the WebAssembly module,
//! embedded in the program with their compressed forms. Names carry a hash of the content, so an
//! answer never changes. Serves nothing else, and no file of the disk.

use std::borrow::Cow;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use holdfast_app::Site;
use holdfast_domain::Refusal;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rust_embed::RustEmbed;

use crate::problem::Problem;

#[derive(RustEmbed)]
#[folder = "../target/site/pkg"]
struct Embedded;

/// The manifest that names the files of this build.
const MANIFEST: &str = "manifest.json";

/// The files, and the addresses of the three that a page names.
#[derive(Clone, Copy, Debug)]
pub struct Assets {
    site: &'static Site,
}

impl Assets {
    /// Those embedded in the program. A build without a site has pages without style and script;
    /// they work all the same.
    #[must_use]
    pub fn embedded() -> Self {
        static SITE: std::sync::OnceLock<Site> = std::sync::OnceLock::new();
        Self { site: SITE.get_or_init(|| site(Embedded::get(MANIFEST).map(|file| file.data))) }
    }

    /// The addresses that a page names.
    #[must_use]
    pub const fn site(&self) -> &'static Site {
        self.site
    }

    /// Answers with a file, in the smallest form that the client takes.
    #[must_use]
    pub fn answer(&self, name: &str, headers: &HeaderMap) -> Response {
        let not_found = || Problem::from(Refusal::NotFound("file".into())).into_response();
        let is_compressed_form = [".br", ".gz"].iter().any(|ending| name.ends_with(ending));
        if is_compressed_form || name == MANIFEST {
            return not_found();
        }
        let Some((file, encoding)) = chosen(name, headers) else { return not_found() };
        let etag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
        let is_known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
        let mut response = match (is_known, file.data) {
            (true, _) => StatusCode::NOT_MODIFIED.into_response(),
            (false, Cow::Borrowed(bytes)) => Body::from(bytes).into_response(),
            (false, Cow::Owned(bytes)) => Body::from(bytes).into_response(),
        };
        let head = response.headers_mut();
        let kind = mime_guess::from_path(name).first_or_octet_stream();
        let kind = if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
        for (name, value) in [(header::CONTENT_TYPE, kind), (header::ETAG, etag)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                head.insert(name, value);
            }
        }
        head.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
        head.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding {
            head.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

/// The file in the best form the client takes.
fn chosen(name: &str, headers: &HeaderMap) -> Option<(rust_embed::EmbeddedFile, Option<&'static str>)> {
    for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
        if accepts(headers, encoding)
            && let Some(file) = Embedded::get(&format!("{name}{ending}"))
        {
            return Some((file, Some(encoding)));
        }
    }
    Some((Embedded::get(name)?, None))
}

/// Whether the client takes the encoding; `;q=0` is a no.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| {
            let (name, weight) = part.split_once(';').map_or((part, ""), |(name, weight)| (name, weight));
            let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
            name.trim().eq_ignore_ascii_case(encoding) && !refused
        })
}

fn site(manifest: Option<Cow<'static, [u8]>>) -> Site {
    let manifest: serde_json::Value =
        manifest.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or(serde_json::Value::Null);
    let address = |kind: &str| {
        let file = manifest[kind]["file"].as_str();
        file.map_or_else(String::new, |file| format!("/pkg/{file}"))
    };
    Site { js: address("js"), wasm: address("wasm"), css: address("css") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_manifest_names_the_files() {
        let text =
            br#"{"js":{"file":"holdfast-1.js"},"wasm":{"file":"holdfast-2.wasm"},"css":{"file":"holdfast-3.css"}}"#;
        let site = site(Some(Cow::Borrowed(text)));
        assert_eq!(
            (&*site.js, &*site.wasm, &*site.css),
            ("/pkg/holdfast-1.js", "/pkg/holdfast-2.wasm", "/pkg/holdfast-3.css")
        );
    }

    #[test]
    fn an_encoding_that_is_refused_is_not_sent() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, "gzip, br;q=0".parse().unwrap());
        assert!(accepts(&headers, "gzip"));
        assert!(!accepts(&headers, "br"));
    }
}
