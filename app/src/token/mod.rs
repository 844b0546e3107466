//! API tokens: made, shown once, listed, revoked.

pub mod list_page;
pub mod post;
