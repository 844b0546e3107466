//! Everything that a person, a script or a job can do. Each action checks the permission, applies the
//! rule, writes the rows and appends to the ledger in one transaction, and commits it; `commit` is
//! called nowhere else. Knows no HTTP and no page.

pub mod backup;
mod cache;
mod ctx;
mod denial;
mod device;
mod edit;
mod error;
pub mod event;
pub mod evidence;
pub mod evidence_log;
pub mod finding;
pub mod hashing;
pub mod idempotency;
pub mod import;
pub mod incident;
mod incident_phase;
pub mod indicator;
pub mod item;
pub mod ledger;
mod ledger_check;
mod ledger_history;
mod ledger_sentence;
mod ledger_sight;
pub mod link;
pub mod logo;
pub mod markup;
pub mod metric;
pub mod narrative;
mod one_time_code;
pub mod org;
pub mod outcome;
pub mod person;
mod person_name;
pub mod report;
pub mod seal;
pub mod search;
pub mod session;
pub mod setup;
pub mod storage;
pub mod sweep;
pub mod task;
pub mod token;
pub mod undo;
mod unit_of_work;
pub mod vault;
mod visible;

pub use ctx::{Ctx, Parts};
pub use error::{Error, Result};
pub use hashing::{Hashing, Strength};
pub use vault::Vault;

use session::permit;
use unit_of_work::{Author, Record, UnitOfWork};
use visible::may_read;
