//! The ledger as auditors read it: what it holds, and how to check it without us.

pub mod entry_page;
pub mod entry_view;
pub mod filter;
pub mod list_page;
pub mod post;
pub mod verifiers;
