//! The evidence log: the form by which it is asked for.

pub mod log_page;
