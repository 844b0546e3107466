//! The one search: its page, and the field in the head that leads to it.

pub mod field;
pub mod find_page;
