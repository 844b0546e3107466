//! What commands print. Whoever reads it may stop at any time, as `head` does: the command then goes
//! on quietly. A result that cannot be written for another reason is a failure, said once.

use std::{
    fmt::Display,
    io::{self, Write as _},
};

use super::failure::{Failure, Outcome};

/// Writes a line, worded as `format!` has it, to standard output.
macro_rules! say {
    ($($words:tt)*) => { $crate::cli::say::line(format_args!($($words)*)) };
}

/// Writes a text to standard output just as it is.
pub(super) fn put(text: impl Display) -> Outcome {
    let mut out = io::stdout();
    match out.write_all(text.to_string().as_bytes()).and_then(|()| out.flush()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::CouldNotRun(format!("cannot write the result: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// Writes a line to standard output.
pub(super) fn line(text: impl Display) -> Outcome {
    put(format_args!("{text}\n"))
}

/// Writes a line to standard error. Where nobody reads that, there is nobody to tell.
pub(super) fn complain(text: impl Display) {
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}
