//! SQL: every statement Holdfast runs, by noun; and blobs, the bytes of evidence. Decides nothing about who may do what beyond
//! choosing rows by the rights it is given; commits nothing.

pub mod backup;
pub mod blob;
mod blob_local;
mod blob_s3;
pub mod db;
mod declared;
pub mod device;
mod error;
pub mod event;
pub mod evidence;
pub mod finding;
mod group;
pub mod idempotency;
pub mod incident;
pub mod incident_list;
pub mod indicator;
pub mod item;
pub mod ledger;
mod ledger_append;
pub mod ledger_concern;
pub mod ledger_list;
pub mod ledger_object;
pub mod ledger_read;
pub mod link;
pub mod metric;
mod migrate;
pub mod narrative;
pub mod org;
pub mod person;
pub mod person_name;
pub mod report;
pub mod search;
mod search_mark;
pub mod session;
pub mod task;
pub mod throttle;
pub mod token;

pub use blob::{BlobHash, Blobs};
pub use db::{Db, Queryable, Tx};
pub use error::{Error, Result};
