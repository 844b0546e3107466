//! Reports: what is written for them, drafts, and what was issued.

pub mod incident_page;
pub mod issue_page;
pub mod list_page;
pub mod post;
mod recommendation;
pub mod withdraw_page;
pub mod write_page;
