//! What an incident touched and what was seen of the attacker: the tab with its three lists, a page
//! for each thing, the forms, and what the forms do.

mod cells;
pub mod edit_page;
mod form;
mod kind;
pub mod list_page;
pub mod many_page;
pub mod post;
mod read;
mod thing;
pub mod view_page;
