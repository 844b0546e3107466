//! The worker and the PDFs it makes, as the server and a reader's tools see them. One binary, so that it
//! links once.
#![allow(clippy::unwrap_used)]

mod any_text;
#[cfg(target_os = "linux")]
mod confinement;
mod conformance;
mod hostile;
mod length;
mod tool;
