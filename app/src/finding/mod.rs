//! What an incident touched and what was seen of the attacker: the tab with its three lists, what their
//! pages have of their own, and many indicators at once.

mod cells;
mod list_page;
pub mod many_page;
mod pages;
pub mod post;
