//! What the browser loads once and keeps: the style sheet, the script and the WebAssembly module,
//! with their compressed forms. Names carry a hash of the content, so an answer never changes. A
//! release has them embedded in the program; a development build reads them once, when its first
//! server starts, so that building the site and building the server need not wait for each other.
//! Serves nothing else.

use std::{borrow::Cow, collections::HashMap, sync::OnceLock};

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

/// The files by name, and the addresses of the three that a page names.
#[derive(Clone, Copy)]
pub struct Assets {
    loaded: &'static Loaded,
}

struct Loaded {
    files: HashMap<Cow<'static, str>, AssetFile>,
    site: Site,
}

/// The bytes of a file, and the tag of this very content.
struct AssetFile {
    bytes: &'static [u8],
    etag: String,
}

impl Assets {
    /// Those embedded in the program. A build without a site has pages without style and script;
    /// they work all the same.
    #[must_use]
    pub fn embedded() -> Self {
        static LOADED: OnceLock<Loaded> = OnceLock::new();
        Self { loaded: LOADED.get_or_init(load) }
    }

    /// The addresses that a page names.
    #[must_use]
    pub const fn site(&self) -> &'static Site {
        &self.loaded.site
    }

    /// Answers with a file, in the smallest form that the client takes.
    #[must_use]
    pub fn answer(&self, name: &str, headers: &HeaderMap) -> Response {
        let not_found = || Problem::from(Refusal::NotFound("file".into())).into_response();
        let is_compressed_form = [".br", ".gz"].iter().any(|ending| name.ends_with(ending));
        if is_compressed_form || name == MANIFEST {
            return not_found();
        }
        let Some((file, encoding)) = self.chosen(name, headers) else { return not_found() };
        let etag = file.etag.as_bytes();
        let is_known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag);
        let mut response =
            if is_known { StatusCode::NOT_MODIFIED.into_response() } else { Body::from(file.bytes).into_response() };
        let head = response.headers_mut();
        let kind = mime_guess::from_path(name).first_or_octet_stream();
        let kind = if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
        for (name, value) in [(header::CONTENT_TYPE, &kind), (header::ETAG, &file.etag)] {
            if let Ok(value) = HeaderValue::from_str(value) {
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

    /// The file in the best form the client takes.
    fn chosen(&self, name: &str, headers: &HeaderMap) -> Option<(&'static AssetFile, Option<&'static str>)> {
        for (encoding, ending) in [("br", ".br"), ("gzip", ".gz")] {
            if accepts(headers, encoding)
                && let Some(file) = self.loaded.files.get(format!("{name}{ending}").as_str())
            {
                return Some((file, Some(encoding)));
            }
        }
        Some((self.loaded.files.get(name)?, None))
    }
}

/// Reads every file of the site. They stay in memory for as long as the program runs: a release
/// has them there in any case.
fn load() -> Loaded {
    let file = |name: Cow<'static, str>| {
        let found = Embedded::get(&name)?;
        let etag = format!("\"{}\"", hex::encode(&found.metadata.sha256_hash()[..16]));
        let bytes: &'static [u8] = match found.data {
            Cow::Borrowed(bytes) => bytes,
            Cow::Owned(bytes) => bytes.leak(),
        };
        Some((name, AssetFile { bytes, etag }))
    };
    let files: HashMap<_, _> = Embedded::iter().filter_map(file).collect();
    let site = site(files.get(MANIFEST).map(|file| file.bytes));
    Loaded { files, site }
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

fn site(manifest: Option<&[u8]>) -> Site {
    let manifest: serde_json::Value =
        manifest.and_then(|text| serde_json::from_slice(text).ok()).unwrap_or(serde_json::Value::Null);
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
        let site = site(Some(text));
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
