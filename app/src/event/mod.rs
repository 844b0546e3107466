//! The timeline of an incident: its page, the form of an event, and what the forms do.

mod axis;
pub mod edit_page;
mod form;
pub mod list_page;
pub mod post;
