//! Tasks of an incident, and a person's day.

pub mod cells;
pub mod edit_page;
pub mod list_page;
pub mod post;
pub mod today_page;
pub mod view_page;
