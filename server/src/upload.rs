//! Bodies that are never whole in memory: evidence on its way to the blobs. The guard has let the
//! sender in before the first byte is read; size and pace are watched here, since the limits of
//! ordinary requests do not hold for these routes.

use std::time::Duration;

use axum::body::{Body, Bytes};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::{StreamExt as _, stream, stream::BoxStream};
use holdfast_actions::storage::{BlobHash, PutError, Stored};
use holdfast_domain::Refusal;
use http::{HeaderMap, StatusCode, header};
use tokio::time::timeout;

use crate::{clock::Stopwatch, problem::Problem, state::Server};

/// Between two pieces.
const STALL_MAX: Duration = Duration::from_secs(30);
/// What a client may wait in all before its pace counts.
const GRACE: Duration = Duration::from_secs(60);
/// The slowest pace, in bytes a second, over the time that the server waited for the client.
const PACE_MIN: u64 = 64 * 1024;
/// What is still read after a refusal, so that a client that reads only at the end sees the answer.
pub(crate) const DRAIN_BYTES_MAX: usize = 64 * 1024 * 1024;
pub(crate) const DRAIN_TIME_MAX: Duration = Duration::from_secs(5);

pub(crate) type Incoming = BoxStream<'static, Result<Bytes, Problem>>;

/// The body, held to a size and a pace.
pub(crate) fn incoming(server: &Server, headers: &HeaderMap, body: Body) -> Result<Incoming, Problem> {
    let max = server.web.upload_max;
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|bytes| bytes > max) {
        return Err(too_large(max));
    }
    let state = (body.into_data_stream(), 0_u64, Duration::ZERO);
    let pieces = stream::try_unfold(state, move |(mut body, count, waited)| async move {
        let left = allowed(count).saturating_sub(waited).min(STALL_MAX);
        let watch = Stopwatch::started();
        let piece = match timeout(left, body.next()).await {
            Err(_) => return Err(too_slow()),
            Ok(None) => return Ok(None),
            Ok(Some(piece)) => piece.map_err(|_| Problem::unreadable("The upload broke off. Nothing was kept."))?,
        };
        let count = count + piece.len() as u64;
        if count > max {
            return Err(too_large(max));
        }
        let waited = waited + Duration::from_secs_f64(watch.milliseconds() / 1000.0);
        Ok(Some((piece, (body, count, waited))))
    });
    Ok(pieces.boxed())
}

/// How long a client may have been waited for, once it has sent this much.
const fn allowed(count: u64) -> Duration {
    GRACE.saturating_add(Duration::from_secs(count / PACE_MIN))
}

fn too_large(max: u64) -> Problem {
    const GIB: u64 = 1 << 30;
    let words = if max.is_multiple_of(GIB) { format!("{} GiB", max / GIB) } else { format!("{max} bytes") };
    Refusal::TooLarge(words).into()
}

fn too_slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", "The upload came too slowly. Nothing was kept; try again.")
}

/// Takes the whole body as one blob. `Content-Digest: sha-256=:…:` (RFC 9530), where it is sent, must
/// be its hash.
///
/// # Errors
/// When it is too large, too slow, breaks off, is not what was declared, or cannot be kept.
pub async fn raw(server: &Server, headers: &HeaderMap, body: Body) -> Result<Stored, Problem> {
    let declared = content_digest(headers)?;
    let _place = place(server)?;
    let mut bytes = incoming(server, headers, body)?;
    match server.ctx.blobs().put(&mut bytes, declared).await {
        Ok(stored) => Ok(stored),
        Err(error) => {
            drain(bytes).await;
            Err(worded(error))
        }
    }
}

/// A place among the uploads under way.
pub(crate) fn place(server: &Server) -> Result<tokio::sync::SemaphorePermit<'_>, Problem> {
    server.uploads.try_acquire().map_err(|_| Refusal::Busy { retry_after_s: 10 }.into())
}

/// The SHA-256 of `Content-Digest`, where it is sent; other digests are passed over.
///
/// # Errors
/// 422 when it is not as RFC 9530 has it.
pub fn content_digest(headers: &HeaderMap) -> Result<Option<BlobHash>, Problem> {
    let wrong = || Refusal::field("Content-Digest", "Write it as sha-256=:BASE64:, or leave it out.");
    let Some(value) = headers.get("content-digest") else { return Ok(None) };
    let members = value.to_str().map_err(|_| wrong())?.split(',').map(str::trim);
    let Some(encoded) = members.filter_map(|member| member.strip_prefix("sha-256=")).next() else { return Ok(None) };
    let encoded = encoded.strip_prefix(':').and_then(|rest| rest.strip_suffix(':')).ok_or_else(wrong)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| wrong())?;
    Ok(Some(BlobHash(bytes.try_into().map_err(|_| wrong())?)))
}

pub(crate) fn worded(error: PutError<Problem>) -> Problem {
    match error {
        PutError::Source(problem) => problem,
        PutError::Mismatch { declared, found } => {
            let message = format!("What arrived has the SHA-256 {found}, not {declared}. Nothing was kept.");
            Refusal::field("sha256", message).into()
        }
        PutError::Store(error) => holdfast_actions::Error::from(error).into(),
    }
}

async fn drain(mut bytes: Incoming) {
    let draining = async {
        let mut count = 0;
        while let Some(Ok(piece)) = bytes.next().await {
            count += piece.len();
            if count > DRAIN_BYTES_MAX {
                return;
            }
        }
    };
    // What is not drained in time is cut.
    let _ = timeout(DRAIN_TIME_MAX, draining).await;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_digest_is_read_as_rfc_9530_has_it() {
        let read = |text: &str| {
            let headers = [(header::HeaderName::from_static("content-digest"), text.parse().unwrap())];
            content_digest(&headers.into_iter().collect())
        };
        let of_nothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".parse().unwrap();
        assert_eq!(read(&format!("sha-256=:{of_nothing}:")).unwrap(), Some(hash));
        assert_eq!(read(&format!("sha-512=:AA==:, sha-256=:{of_nothing}:")).unwrap(), Some(hash));
        assert_eq!(read("sha-512=:AA==:").unwrap(), None);
        assert_eq!(content_digest(&HeaderMap::new()).unwrap(), None);
        for bad in [format!("sha-256={of_nothing}"), "sha-256=:AA==:".into(), "sha-256=:!:".into()] {
            assert!(read(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_client_may_be_slow_but_not_for_ever() {
        assert_eq!(allowed(0), GRACE);
        assert_eq!(allowed(64 * 1024 * 600), GRACE + Duration::from_secs(600));
    }
}
