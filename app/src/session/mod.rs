//! Who is here: setting up, signing in and out, invitations, sessions, one's own account.

pub mod account_page;
mod browser;
pub mod list_page;
pub mod post;
pub mod sign_in_pages;
