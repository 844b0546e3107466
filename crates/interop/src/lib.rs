//! Formats of others: read into plain data, written from plain data. Pure functions; what comes in is held
//! to be hostile, and a refusal names the place and the reason.

pub mod attack_flow;
pub mod evidence_log;
pub mod fault;
pub mod iris;
pub mod moment;
mod things;
mod walk;
mod words;

pub use fault::Fault;
pub use words::SHORTENED;
