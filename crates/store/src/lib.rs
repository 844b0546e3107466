//! SQL: every statement Holdfast runs, by noun. Decides nothing about who may do what beyond
//! choosing rows by the rights it is given; commits nothing.

pub mod db;
mod error;
pub mod idempotency;
pub mod incident;
pub mod incident_list;
pub mod ledger;
mod migrate;
pub mod org;
pub mod person;
pub mod search;
pub mod session;
pub mod throttle;
pub mod token;

pub use db::{Db, Queryable, Tx};
pub use error::{Error, Result};
