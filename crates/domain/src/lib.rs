//! The nouns, rules, permissions and statistics of incident response. Pure: no I/O, no clock, no
//! randomness; the same code runs in the server and in the browser.

#![warn(missing_docs)]

#[macro_use]
mod field_value;
#[macro_use]
mod text_enum;
#[macro_use]
pub mod field;

pub mod access;
pub mod asset;
pub mod common_password;
pub mod contact;
pub mod custody;
pub mod custody_state;
pub mod defang;
pub mod email;
pub mod entropy;
pub mod entry_kind;
pub mod event;
pub mod evidence;
pub mod id;
pub mod impact;
pub mod import;
pub mod incident;
mod incident_list;
pub mod indicator;
mod indicator_value;
pub mod kev;
pub mod ledger;
pub mod lifecycle;
pub mod link;
pub mod marking;
pub mod metric;
pub mod names;
pub mod narrative;
pub mod noun;
pub mod org;
pub mod person;
pub mod person_name;
pub mod refusal;
pub mod report;
pub mod rsit;
pub mod search;
pub mod session;
pub mod task;
pub mod technique;
pub mod time;
pub mod token;
pub mod vulnerability;

pub use access::{Actor, Object, Permission, allow};
pub use field::{CheckContext, Field, FieldKind, FieldText, Fields, Value};
pub use id::*;
pub use refusal::{FieldError, Refusal};
pub use time::{Clock, Timestamp};
