//! Stories of actions, on both databases: what a person or a script does, and what is true afterwards. One
//! binary, so that it links once.
#![allow(clippy::unwrap_used, reason = "a test fails where nothing is as it must be")]

#[macro_use]
mod world;

mod access;
mod conflict;
mod event;
mod evidence;
mod finding;
mod incident;
mod link;
mod metric;
mod narrative;
mod person_name;
mod task;
