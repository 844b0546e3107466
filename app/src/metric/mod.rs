//! Metrics of the response.

pub mod dashboard_page;
pub mod detail_page;
pub mod filter;
