//! Who is here: setting up, signing in and out, invitations, sessions, one's own account.

pub mod account_page;
mod browser;
pub mod gate;
pub mod list_page;
pub mod post;
