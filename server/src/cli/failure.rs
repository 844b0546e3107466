//! Why a command did not end well, as exit codes tell it apart.

use holdfast_actions::storage;
use holdfast_domain::Refusal;

/// Why a command did not end well.
#[derive(Debug)]
pub(super) enum Failure {
    /// What was checked does not hold.
    Check(String),
    /// It was not asked for rightly.
    Usage(String),
    /// It could not run.
    CouldNotRun(String),
}

/// How a command ended.
pub(super) type Outcome = Result<(), Failure>;

impl From<holdfast_actions::Error> for Failure {
    fn from(error: holdfast_actions::Error) -> Self {
        match error {
            holdfast_actions::Error::Refused(Refusal::Invalid(errors)) => {
                let lines = errors.iter().map(|error| format!("{}: {}", error.field, error.message));
                Self::Usage(lines.collect::<Vec<_>>().join("\n"))
            }
            holdfast_actions::Error::Refused(
                refusal @ (Refusal::Busy { .. } | Refusal::StorageFull | Refusal::Throttled { .. }),
            ) => Self::CouldNotRun(refusal.to_string()),
            holdfast_actions::Error::Refused(refusal) => Self::Usage(refusal.to_string()),
            holdfast_actions::Error::Failed(cause) => Self::CouldNotRun(cause),
        }
    }
}

impl From<storage::Error> for Failure {
    fn from(error: storage::Error) -> Self {
        Self::CouldNotRun(format!("the database: {error}"))
    }
}
