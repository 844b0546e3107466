//! API tokens: made, shown once, listed, revoked.

pub mod api;
pub mod list_page;
pub mod post;
