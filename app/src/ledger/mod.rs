//! The ledger as auditors read it: what it holds, and how to check it without us.

pub mod list_page;
pub mod verifiers;
