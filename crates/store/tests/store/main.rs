//! The store as the layers above see it, the same on SQLite and PostgreSQL. One binary, so that it
//! links once.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod append_only;
mod backup;
mod blob;
mod blob_bucket;
mod blob_kill;
mod device;
mod encrypted;
mod evidence;
mod finding;
mod grants;
mod idempotency;
mod incident;
mod incident_access;
mod incident_list;
mod incident_paging;
mod incident_plans;
mod incident_times;
mod ledger;
mod ledger_concern;
mod migrations;
mod org;
mod person;
mod plans;
mod search;
mod search_find;
mod session;
mod throttle;
mod token;
mod transaction;
mod work;
