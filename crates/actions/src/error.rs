//! The one error of this layer: a refusal, worded for the person, or a failure, for the log.

use holdfast_domain::Refusal;

/// Why an action was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The person can act on it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Nobody's fault; the cause is for the log, the person sees a number.
    #[error("{0}")]
    Failed(String),
}

/// A result of this layer.
pub type Result<T> = std::result::Result<T, Error>;

impl From<holdfast_store::Error> for Error {
    fn from(error: holdfast_store::Error) -> Self {
        match error {
            holdfast_store::Error::Busy => Self::Refused(Refusal::Busy { retry_after_s: 2 }),
            holdfast_store::Error::Full => Self::Refused(Refusal::StorageFull),
            other => Self::Failed(format!("store: {other}")),
        }
    }
}

impl Error {
    /// A failure with its cause.
    pub(crate) fn failed(what: &str, cause: impl std::fmt::Display) -> Self {
        Self::Failed(format!("{what}: {cause}"))
    }
}
