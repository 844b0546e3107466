//! The settings of the organisation.

pub mod logo_page;
pub mod post;
pub mod settings_page;
