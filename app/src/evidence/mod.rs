//! Evidence: what an incident has, one item with its custody, the forms that add to it, and the register
//! across incidents.

pub mod custody_page;
pub mod item_page;
pub mod list_page;
pub mod new_page;
pub mod post;
pub mod register_page;
