//! The formats of others and the evidence log, as their users see them. One binary, so that it links once.
#![allow(clippy::unwrap_used)]

mod attack_flow;
mod evidence_log;
mod iris;
