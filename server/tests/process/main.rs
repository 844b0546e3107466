//! The real binary as a process of its own: its command line, what it logs, what outlives a kill, a full disk,
//! a backup. One binary, so that it links once.
#![allow(clippy::unwrap_used, reason = "a test fails where nothing is as it must be")]

mod backup;
mod cli;
mod disk_full;
mod healthz;
mod kill;
mod kill_evidence;
mod parse_time;
#[path = "../../../fuzz/src/parsers.rs"]
mod parsers;
mod place;
mod private;
mod secrets;
