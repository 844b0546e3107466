//! The settings of the organisation.

pub mod api;
#[cfg(feature = "ssr")]
pub mod post;
pub mod settings_page;
