//! REST v1. Handlers translate between HTTP and one action each and decide nothing. What they
//! accept and answer is described by the attributes that route them, or follows from the declaration of
//! their noun, so the description at `/api/v1/openapi.json` cannot fall behind.

pub mod describe;
pub mod event;
pub mod evidence;
pub mod evidence_log;
pub mod finding;
pub mod import;
pub mod incident;
pub mod incident_change;
pub mod incident_export;
mod incident_query;
pub mod indicator;
pub mod item;
pub mod ledger;
pub mod ledger_entry;
pub mod link;
pub mod me;
pub mod metric;
pub mod once;
pub mod openapi;
pub mod org;
pub mod person;
pub mod report;
mod request;
pub mod routes;
pub mod schema;
pub mod search;
pub mod task;
pub mod token;
pub mod undo;

pub use incident_query::ListQuery;
pub use once::{Once, TakesKey};
pub use request::{Answer, Caller, IfMatch, JsonBody, QueryParams, made, precondition, versioned};
