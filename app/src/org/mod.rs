//! The settings of the organisation.

pub mod api;
pub mod post;
pub mod settings_page;
