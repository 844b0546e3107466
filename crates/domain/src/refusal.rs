//! Why an action was refused, in words for the person who asked. A refusal is never a failure of the
//! program: it says what to do next, and nothing of it is secret.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A text that names none of the known values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of the known values")]
pub struct UnknownText;

/// One field that cannot be accepted, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's name as it is sent.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// One field that two people changed at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ConflictField {
    /// The field's name as it is sent.
    pub field: String,
    /// Its words on the form.
    pub label: String,
    /// What the refused change would have set, as sent.
    pub yours: String,
    /// What it is now, as sent.
    pub theirs: String,
}

/// An edit of a version that is no longer the latest. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Conflict {
    /// What was edited, as a sentence names it: `task “Rebuild fs-log-02”`.
    pub object: String,
    /// The version as it is now.
    pub version: i64,
    /// Who made it.
    pub changed_by: String,
    /// When it was made.
    pub changed_at: Timestamp,
    /// The fields in which the two differ; empty when they agree.
    pub fields: Vec<ConflictField>,
}

/// Why nothing was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// Nobody is signed in, or the session has ended.
    #[error("Sign in to go on.")]
    SignedOut,
    /// The token that came with the request opens nothing. Why is not said: whoever guesses learns nothing.
    #[error(
        "This API token is unknown, has expired or was revoked. Have its owner make a new one, on the page “API tokens”."
    )]
    TokenRefused,
    /// The account or token may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// No such thing, or none that the person may see.
    #[error("There is no such {0}, or you may not see it.")]
    NotFound(String),
    /// Fields that cannot be accepted.
    #[error("Some fields need another look.")]
    Invalid(Vec<FieldError>),
    /// The rule of the thing itself forbids it now.
    #[error("{0}")]
    Rule(String),
    /// Somebody else changed it first.
    #[error("{} changed {} after you opened it.", .0.changed_by, .0.object)]
    Conflict(Box<Conflict>),
    /// No version was named where one is needed.
    #[error("Say which version you change, with If-Match.")]
    VersionMissing,
    /// The same idempotency key came with another request.
    #[error("This Idempotency-Key was used for another request.")]
    KeyReused,
    /// Too many tries.
    #[error("Too many attempts. Try again in {retry_after_s} s.")]
    Throttled {
        /// Seconds until a try is looked at again.
        retry_after_s: u64,
    },
    /// The server cannot take this on now.
    #[error("The server is busy. Try again in {retry_after_s} s; nothing was changed.")]
    Busy {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// The disk is full.
    #[error("The disk is full. Nothing was written; reading goes on. Free some space and try again.")]
    StorageFull,
    /// The request is larger than allowed.
    #[error("This is larger than allowed ({0}).")]
    TooLarge(String),
}

impl Refusal {
    /// A refusal about one field.
    #[must_use]
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// The HTTP status that says this.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::SignedOut | Self::TokenRefused => 401,
            Self::Forbidden(_) => 403,
            Self::NotFound(_) => 404,
            Self::Invalid(_) | Self::KeyReused => 422,
            Self::Rule(_) | Self::Conflict(_) => 409,
            Self::VersionMissing => 428,
            Self::Throttled { .. } => 429,
            Self::Busy { .. } => 503,
            Self::StorageFull => 507,
            Self::TooLarge(_) => 413,
        }
    }

    /// The last part of the stable problem type (RFC 9457).
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::TokenRefused => "token-refused",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound(_) => "not-found",
            Self::Invalid(_) => "invalid",
            Self::Rule(_) => "rule",
            Self::Conflict(_) => "conflict",
            Self::VersionMissing => "version-missing",
            Self::KeyReused => "idempotency-key-reused",
            Self::Throttled { .. } => "throttled",
            Self::Busy { .. } => "busy",
            Self::StorageFull => "storage-full",
            Self::TooLarge(_) => "too-large",
        }
    }
}

/// Gathers field errors and ends in one refusal, so that a form shows all that is wrong at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Notes an error.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    /// The refusal, when anything was noted.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every error noted.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Invalid(self.0)) }
    }

    /// Adds what another check noted, except about fields that have an error already.
    pub fn add_others(&mut self, more: Self) {
        let known: Vec<String> = self.0.iter().map(|error| error.field.clone()).collect();
        self.0.extend(more.0.into_iter().filter(|error| !known.contains(&error.field)));
    }

    /// The result of another check, with what was noted here before it.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every error of both.
    pub fn and<T>(mut self, other: Result<T, Refusal>) -> Result<T, Refusal> {
        match other {
            Err(Refusal::Invalid(more)) => {
                self.0.extend(more);
                Err(Refusal::Invalid(self.0))
            }
            Err(other) => Err(other),
            Ok(done) => self.finish().map(|()| done),
        }
    }

    /// Checks a line of text: present when required, not longer than `max` characters, no control
    /// characters.
    pub fn line(&mut self, field: &str, text: &str, required: bool, max: usize) {
        if required && text.trim().is_empty() {
            self.add(field, "This is needed.");
        } else if text.chars().count() > max {
            self.add(field, format!("At most {max} characters."));
        } else if text.chars().any(char::is_control) {
            self.add(field, "One line, without control characters.");
        }
    }

    /// Checks a longer text: not longer than `max` characters, no control characters but line
    /// breaks and tabs, no line that opens more than [`NESTING_MAX`] quotes and lists.
    pub fn text(&mut self, field: &str, text: &str, max: usize) {
        if text.chars().count() > max {
            self.add(field, format!("At most {max} characters."));
        } else if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.add(field, "Control characters cannot be kept.");
        } else if let Some(line) = text.lines().position(nests_too_deep) {
            let line = line + 1;
            self.add(field, format!("Line {line} opens more than {NESTING_MAX} quotes or lists inside one another."));
        }
    }
}

/// How many quotes and lists a line of Markdown may open inside one another: five times what the most quoted mail
/// has, and far below what it takes to keep a reader of Markdown busy.
pub const NESTING_MAX: usize = 100;

/// Whether a line begins with too many signs of quotes and lists. A rule, which is one sign again and again, opens
/// nothing.
fn nests_too_deep(line: &str) -> bool {
    let mut signs = 0;
    let mut rest = line.trim_start();
    while let Some(after) = after_sign(rest) {
        signs += 1;
        rest = after.trim_start();
    }
    let is_rule = rest.is_empty() && line.chars().all(|c| matches!(c, '-' | '*' | ' ' | '\t'));
    signs > NESTING_MAX && !is_rule
}

/// What follows a sign that opens a quote or a list.
fn after_sign(text: &str) -> Option<&str> {
    let after = text.strip_prefix(['>', '-', '*', '+']).or_else(|| {
        let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
        if digits.len() == text.len() { None } else { digits.strip_prefix(['.', ')']) }
    })?;
    (text.starts_with('>') || after.is_empty() || after.starts_with([' ', '\t'])).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_nest_as_mail_does_and_no_deeper() {
        let errors_of = |text: &str| {
            let mut errors = FieldErrors::default();
            errors.text("summary", text, 100_000);
            errors.0.iter().map(|error| error.message.clone()).collect::<Vec<_>>()
        };
        let deep = errors_of(&format!("ok\n{}", "> - ".repeat(25_000 - 2)));
        assert_eq!(deep, ["Line 2 opens more than 100 quotes or lists inside one another."]);
        assert_eq!(errors_of(&"1. 2) ".repeat(51)).len(), 1);
        for fine in ["> ".repeat(100), "- ".repeat(4_000), "*".repeat(4_000), "1".repeat(9_000), "-x ".repeat(200)] {
            assert_eq!(errors_of(&fine), Vec::<String>::new(), "{fine}");
        }
    }
}
