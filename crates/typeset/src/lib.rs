//! Typst and all that only it needs: the worker, a limited child process that makes PDF/A-3a and
//! PDF/UA-1 of a template and data, the same bytes for the same input. It sees no file, no network
//! and no clock. What is asked of it, and how it is started, is in `crates/report`.

pub mod compile;
mod confine;
mod labels;
pub mod sanitise;
mod templates;
pub mod worker;
mod world;
