//! Bodies that are never whole in memory: evidence on its way to the blobs. The guard has let the
//! sender in before the first byte is read; size and pace are watched here, since the limits of
//! ordinary requests do not hold for these routes.

use std::{sync::Arc, time::Duration};

use axum::body::{Body, Bytes};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::{StreamExt as _, stream, stream::BoxStream};
use holdfast_actions::storage::{BlobHash, PutError, Stored};
use holdfast_domain::{PersonId, Refusal};
use http::{HeaderMap, StatusCode, header};
use tokio::time::timeout;

use crate::{
    clock::Stopwatch,
    problem::Problem,
    slot::{Full, Slot, Slots},
    state::Server,
};

/// Seconds after which a sender without a slot may try again.
const RETRY_AFTER_S: u64 = 10;
/// What is still read after a refusal, so that a client that reads only at the end sees the answer.
pub(crate) const DRAIN_BYTES_MAX: usize = 64 * 1024 * 1024;
pub(crate) const DRAIN_TIME_MAX: Duration = Duration::from_secs(5);

pub(crate) type Incoming = BoxStream<'static, Result<Bytes, Problem>>;

/// The body, held to a size and a pace.
pub(crate) fn incoming(max: u64, headers: &HeaderMap, body: Body) -> Result<Incoming, Problem> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|bytes| bytes > max) {
        return Err(too_large(max));
    }
    Ok(paced(body, max, Pace::UPLOAD))
}

/// How long a client is waited for.
#[derive(Clone, Copy)]
struct Pace {
    /// Between two pieces.
    stall: Duration,
    /// In all, before its pace counts.
    grace: Duration,
    /// The slowest pace, in bytes a second, over the time that the server waited for the client.
    least: u64,
}

impl Pace {
    const UPLOAD: Self = Self { stall: Duration::from_secs(30), grace: Duration::from_secs(60), least: 64 * 1024 };

    /// How long a client may have been waited for, once it has sent this much.
    const fn allowed(self, count: u64) -> Duration {
        self.grace.saturating_add(Duration::from_secs(count / self.least))
    }
}

fn paced(body: Body, max: u64, pace: Pace) -> Incoming {
    let state = (body.into_data_stream(), 0_u64, Duration::ZERO);
    let pieces = stream::try_unfold(state, move |(mut body, count, waited)| async move {
        let left = pace.allowed(count).saturating_sub(waited).min(pace.stall);
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
    pieces.boxed()
}

fn too_large(max: u64) -> Problem {
    const GIB: u64 = 1 << 30;
    let words = if max.is_multiple_of(GIB) { format!("{} GiB", max / GIB) } else { format!("{max} bytes") };
    Refusal::TooLarge(words).into()
}

fn too_slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", "The upload came too slowly. Nothing was kept; try again.")
}

/// Takes the whole body of somebody's request as one blob. `Content-Digest: sha-256=:…:` (RFC 9530), where it is sent, must
/// be its hash.
///
/// # Errors
/// When it is too large, too slow, breaks off, is not what was declared, or cannot be kept.
pub async fn raw(server: &Server, sender: PersonId, headers: &HeaderMap, body: Body) -> Result<Stored, Problem> {
    let declared = content_digest(headers)?;
    let _slot = slot(&server.uploads, sender)?;
    let mut bytes = incoming(server.web.upload_max, headers, body)?;
    match server.ctx.blobs().put(&mut bytes, declared).await {
        Ok(stored) => Ok(stored),
        Err(error) => {
            drain(bytes).await;
            Err(worded(error))
        }
    }
}

/// A slot among the uploads or imports under way.
///
/// # Errors
/// [`Refusal::Busy`] when all are taken, [`Refusal::Throttled`] when the sender has as many as one may have.
pub fn slot(slots: &Arc<Slots<PersonId>>, sender: PersonId) -> Result<Slot<PersonId>, Problem> {
    slots.take(sender).map_err(|full| match full {
        Full::InAll => Refusal::Busy { retry_after_s: RETRY_AFTER_S }.into(),
        Full::Holder => Refusal::Throttled { retry_after_s: RETRY_AFTER_S }.into(),
    })
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
        let grace = Pace::UPLOAD.grace;
        assert_eq!(Pace::UPLOAD.allowed(0), grace);
        assert_eq!(Pace::UPLOAD.allowed(64 * 1024 * 600), grace + Duration::from_secs(600));
    }

    #[tokio::test]
    async fn an_upload_that_is_idle_or_trickles_is_cut() {
        let (brief, long) = (Duration::from_millis(20), Duration::from_secs(3600));
        let status = async |body: Body, pace: Pace| {
            let pieces: Vec<_> = paced(body, u64::MAX, pace).collect().await;
            pieces.last().unwrap().as_ref().unwrap_err().status()
        };
        let idle = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"half"))]).chain(stream::pending());
        let pace = Pace { stall: brief, grace: long, least: 1 };
        assert_eq!(status(Body::from_stream(idle), pace).await, StatusCode::REQUEST_TIMEOUT);
        let trickle = stream::repeat(()).then(async |()| {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Ok::<_, std::io::Error>(Bytes::from_static(b"x"))
        });
        let pace = Pace { stall: long, grace: brief, least: 64 * 1024 };
        assert_eq!(status(Body::from_stream(trickle), pace).await, StatusCode::REQUEST_TIMEOUT);
    }
}
