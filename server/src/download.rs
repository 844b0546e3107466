//! Bytes of evidence on their way out: as a file to be saved under a name of ours, never shown, never
//! compressed, never whole in memory.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use futures::TryStreamExt as _;
use holdfast_actions::storage::Opened;
use http::{HeaderValue, header};

use crate::files::disposition;

/// The file. A blob that is not what it was ends before its end, and the reason goes to the log.
#[must_use]
pub fn file(kind: &'static str, name: &str, opened: Opened) -> Response {
    let bytes = opened.bytes.inspect_err(|error| tracing::error!(%error, "a download was cut"));
    let mut response = ([(header::CONTENT_TYPE, kind)], Body::from_stream(bytes)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(opened.size));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(disposition) = disposition(name) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
