//! Why a page or a form could not be answered, in a shape that crosses from server to browser. The
//! cause of a failure never crosses: the person gets a number, the log gets the cause.

use holdfast_domain::{FieldError, Refusal};
use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
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
    /// The server could not be reached, or something between answered in its place.
    #[error("The server did not answer. Check the connection and try again.")]
    Transport,
}

impl AppError {
    /// The HTTP status that says this.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Refused(refusal) => refusal.status(),
            Self::Internal { .. } => 500,
            Self::Transport => 502,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // The browser's half meets this one where an answer of the server cannot be read.
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Deserialization(message) => {
                let field = FieldError { field: "arguments".into(), message };
                answered(Self::Refused(Refusal::Invalid(vec![field])))
            }
            ServerFnErrorErr::Args(message) | ServerFnErrorErr::MissingArg(message) => {
                let field = FieldError { field: "arguments".into(), message };
                answered(Self::Refused(Refusal::Invalid(vec![field])))
            }
            _ => Self::Transport,
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        answered(Self::Refused(refusal))
    }
}

#[cfg(feature = "ssr")]
impl AppError {
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

#[cfg(feature = "ssr")]
impl From<holdfast_actions::Error> for AppError {
    fn from(error: holdfast_actions::Error) -> Self {
        let services = leptos::prelude::use_context::<crate::request::Services>();
        let request_id = services.map_or_else(|| "unknown".into(), |services| services.request_id);
        answered(Self::from_actions(error, &request_id))
    }
}

/// Gives the response the status of the error: the one place where a page or a server function
/// gets one.
pub(crate) fn answered(error: AppError) -> AppError {
    #[cfg(feature = "ssr")]
    if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
        && let Ok(status) = http::StatusCode::from_u16(error.status())
    {
        response.set_status(status);
    }
    error
}
