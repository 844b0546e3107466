//! Formats of others: read into plain data, written from plain data. Pure functions; what comes in is held
//! to be hostile, and a refusal names the place and the reason.

pub mod attack_flow;
pub mod evidence_log;
pub mod fault;
pub mod incidents;
pub mod iris;
pub mod ledger_table;
mod mapping;
mod memory;
pub mod moment;
mod sheet;
mod walk;
mod words;

pub use fault::FileFault;
pub use words::SHORTENED;

/// A text of several lines, at most `max` characters long: what is cut off is marked, and characters that
/// steer the display are written out.
#[must_use]
pub fn shortened(text: &str, max: usize) -> String {
    words::block(text, max)
}

/// A text as one line, at most `max` characters long, marked where it was cut.
#[must_use]
pub fn one_line(text: &str, max: usize) -> String {
    words::line(text, max)
}
