//! Why a page or a form could not be answered. The cause of a failure is never shown: the person gets
//! a number, the log gets the cause.

use holdfast_domain::Refusal;

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppError {
    /// The person can act on it.
    #[error("{0}")]
    Refused(Refusal),
    /// The server failed; the number finds the cause in its log.
    #[error("That went wrong here. It is written down under the number {number}.")]
    Internal {
        /// What the person tells the administrator, such as `E-01936f2a`.
        number: String,
    },
}

impl AppError {
    /// The HTTP status that says this.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Refused(refusal) => refusal.status(),
            Self::Internal { .. } => 500,
        }
    }

    /// From what an action answered. A failure is logged here, once, with the number that the
    /// person sees: the start of the request's id.
    #[must_use]
    pub fn from_actions(error: holdfast_actions::Error, request_id: &str) -> Self {
        match error {
            holdfast_actions::Error::Refused(refusal) => Self::Refused(refusal),
            holdfast_actions::Error::Failed(cause) => {
                let number = format!("E-{}", request_id.chars().take(8).collect::<String>());
                tracing::error!(number, cause, "request failed");
                Self::Internal { number }
            }
        }
    }
}
