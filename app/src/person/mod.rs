//! People: the list, adding one, changing one, invitation codes.

pub mod edit_page;
pub mod list_page;
pub mod new_page;
pub mod post;
