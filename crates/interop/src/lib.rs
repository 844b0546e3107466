//! Formats of others: read into plain data, written from plain data. Pure functions; what comes in is held
//! to be hostile, and a refusal names the place and the reason.

pub mod evidence_log;
