//! Reads the body of an ordinary request before its handler runs: whole, not larger than allowed,
//! and not slower. A handler never sees half a request.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::Request,
};
use holdfast_domain::Refusal;
use http::{StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::problem::Problem;

/// Largest body. The longest summary that is allowed, in a script that takes two bytes a character,
/// is 600 KB once a form has encoded it.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// From the end of the headers to the end of the body.
pub const BODY_TIME_MAX: Duration = Duration::from_secs(30);

/// The request with its body in memory.
///
/// # Errors
/// 413 when it is too large, 408 when it takes too long, 400 when it breaks off.
pub async fn read(request: Request) -> Result<Request, Problem> {
    let (head, body) = request.into_parts();
    let declared = head.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|bytes| bytes > BODY_BYTES_MAX as u64) {
        return Err(too_large());
    }
    let collected = tokio::time::timeout(BODY_TIME_MAX, Limited::new(body, BODY_BYTES_MAX).collect()).await;
    let bytes: Bytes = match collected {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_large()),
        Ok(Err(_)) => return Err(Problem::unreadable("The request broke off.")),
        Err(_) => {
            return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", "The request took too long to arrive."));
        }
    };
    Ok(Request::from_parts(head, Body::from(bytes)))
}

/// PostgreSQL keeps no zero byte in a text, and nothing of ours has one: refused here, once, rather
/// than failing where it is bound.
///
/// # Errors
/// 400 when the address holds one.
pub fn no_zero(request: &Request) -> Result<(), Problem> {
    let uri = request.uri();
    let found = [Some(uri.path()), uri.query()].into_iter().flatten().any(|part| part.contains("%00"));
    if found { Err(zero()) } else { Ok(()) }
}

/// The refusal of a text with a zero byte.
pub fn zero() -> Problem {
    Problem::unreadable("A text cannot hold a zero byte.")
}

fn too_large() -> Problem {
    Refusal::TooLarge(format!("{} KiB", BODY_BYTES_MAX / 1024)).into()
}
